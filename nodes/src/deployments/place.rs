//! Starts, watches and stops what a release runs as: a process of this machine or a container.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use engine::node::Failure;
use tokio::process::Command;

use super::log::whole;
use super::record::{Data, Environment, Place, Source};
use crate::clients::docker::{Container, Docker, State};
use crate::clients::process::{Group, is_alive, kill, moment, started_at, terminate};
use crate::digest::digest_bytes;
use crate::home::{Home, failed};
use crate::workspace::blocking;

/// How long an old release may take to finish its requests.
const GRACE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(25);
/// The code of an error that says: what runs there can only be reached from there.
pub(crate) const ELSEWHERE: &str = "release_elsewhere";

/// A release about to run.
pub(crate) struct Start<'a> {
    pub(crate) home: &'a Home,
    pub(crate) source: &'a Source,
    pub(crate) environment: &'a Environment,
    pub(crate) data: &'a Data,
    pub(crate) release: u64,
    pub(crate) port: u16,
}

/// What can be told of something that was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Running,
    Ended,
    /// It began where this process does not see: in another container of the same machine.
    Elsewhere,
}

/// Something that was started and is not yet the live release: a process ends when this is dropped.
pub(crate) struct Started {
    pub(crate) place: Place,
    group: Option<Group>,
}

impl Started {
    /// From here on it outlives this process.
    pub(crate) fn outlive(self) {
        if let Some(group) = &self.group {
            group.forget();
        }
    }
}

#[derive(Clone)]
pub(crate) struct Places {
    pub(super) docker: Arc<Docker>,
}

impl Places {
    pub(crate) fn new(docker: Arc<Docker>) -> Self {
        Self { docker }
    }

    pub(crate) async fn start(&self, start: Start<'_>) -> Result<Started, Failure> {
        match start.source {
            Source::Process { binary, arguments } => {
                self.start_process(&start, binary, arguments).await
            }
            Source::Docker { image, inner_port } => {
                self.start_container(&start, image, *inner_port).await
            }
        }
    }

    /// Where it will be, if that can be told before it is started: noted then, it is found whatever happens.
    pub(crate) fn foreseen(start: &Start<'_>) -> Option<Place> {
        match start.source {
            Source::Process { .. } => None,
            Source::Docker { .. } => Some(Place::Container {
                container: container_name(start),
            }),
        }
    }

    async fn start_process(
        &self,
        start: &Start<'_>,
        binary: &Path,
        arguments: &[String],
    ) -> Result<Started, Failure> {
        let Data::Folder(data) = start.data else {
            return Err(unfit(start));
        };
        let (data, log) = (
            start.home.path.join(data),
            log_path(start.home, start.release),
        );
        let folder = data.clone();
        let (stdout, stderr) = blocking(move || {
            let open = || -> std::io::Result<(File, File)> {
                std::fs::create_dir_all(&data)?;
                if let Some(logs) = log.parent() {
                    std::fs::create_dir_all(logs)?;
                }
                let file = File::options().append(true).create(true).open(&log)?;
                Ok((file.try_clone()?, file))
            };
            open().map_err(|problem| failed(&log, &problem))
        })
        .await?;
        let child = Command::new(binary)
            .args(arguments)
            .current_dir(&folder)
            .env_clear()
            .envs(
                ["PATH", "HOME", "LANG", "TZ"]
                    .into_iter()
                    .filter_map(|name| Some((name, std::env::var_os(name)?))),
            )
            .envs(start.environment)
            .env("BIND", "127.0.0.1")
            .env("PORT", start.port.to_string())
            .env("DATA_DIR", &folder)
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            // Signals to Lathe's own group, such as Ctrl-C, are not for it.
            .process_group(0)
            .spawn()
            .map_err(|problem| {
                let message = format!("{} could not be started: {problem}", binary.display());
                Failure::permanent("release_not_started", message)
            })?;
        let group = Group::of(&child);
        let pid = child.id().unwrap_or_default();
        // A release that is gone already is recognised by this time, too: it matches no process.
        let place = Place::Process {
            pid,
            started: started_at(pid).unwrap_or_default(),
            boot: boot(),
            namespace: namespace(),
        };
        Ok(Started {
            place,
            group: Some(group),
        })
    }

    async fn start_container(
        &self,
        start: &Start<'_>,
        image: &str,
        inner_port: u16,
    ) -> Result<Started, Failure> {
        let Data::Volume(volume) = start.data else {
            return Err(unfit(start));
        };
        let name = &start.home.name;
        let own = [
            ("BIND", "0.0.0.0".to_owned()),
            ("PORT", inner_port.to_string()),
            ("DATA_DIR", "/data".to_owned()),
        ];
        let own = own
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"));
        // Its port is published on this machine only, so it need not answer to names of other machines; whoever
        // sets ALLOWED_HOSTS himself knows better, and what comes last counts.
        let hosts = std::iter::once("ALLOWED_HOSTS=localhost".to_owned());
        let given = start
            .environment
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let given = hosts.chain(given);
        let container = container_name(start);
        self.docker
            .start(Container {
                name: container.clone(),
                image: image.to_owned(),
                environment: given.chain(own).collect(),
                labels: [
                    ("lathe.application".to_owned(), name.clone()),
                    ("lathe.release".to_owned(), start.release.to_string()),
                    ("lathe.installation".to_owned(), installation(start.home)),
                ]
                .into(),
                volume: volume.clone(),
                port: start.port,
                inner_port,
            })
            .await?;
        Ok(Started {
            place: Place::Container { container },
            group: None,
        })
    }

    /// An error when it runs where this process cannot stop it.
    pub(crate) async fn is_within_reach(&self, place: &Place) -> Result<(), Failure> {
        match (self.standing(place).await?, place) {
            (Standing::Elsewhere, Place::Process { pid, .. }) => Err(elsewhere(*pid)),
            _ => Ok(()),
        }
    }

    /// From here on it is started again when it ends, as far as its surroundings can do that.
    pub(crate) async fn keep(&self, place: &Place) -> Result<(), Failure> {
        match place {
            Place::Container { container } => self.docker.keep(container).await,
            Place::Process { .. } => Ok(()),
        }
    }

    /// What can be told of it right now.
    pub(crate) async fn standing(&self, place: &Place) -> Result<Standing, Failure> {
        match place {
            Place::Process {
                pid,
                started,
                boot: recorded,
                namespace: home,
            } => Ok(if *recorded != boot() {
                Standing::Ended
            } else if home.is_some() && *home != namespace() {
                Standing::Elsewhere
            } else if is_alive(*pid, *started) {
                Standing::Running
            } else {
                Standing::Ended
            }),
            Place::Container { container } => {
                Ok(if self.docker.state(container).await? == State::Running {
                    Standing::Running
                } else {
                    Standing::Ended
                })
            }
        }
    }

    /// Asks it to end, and makes it after a while. A container stays, so that it can be started again.
    pub(crate) async fn stop(&self, place: &Place) -> Result<(), Failure> {
        match place {
            Place::Container { container } => self.docker.stop(container, GRACE).await,
            Place::Process { pid, .. } => match self.standing(place).await? {
                Standing::Ended => Ok(()),
                Standing::Elsewhere => Err(elsewhere(*pid)),
                Standing::Running => {
                    terminate(*pid);
                    if !self.ends_within(place, GRACE).await? {
                        kill(*pid);
                        self.ends_within(place, GRACE).await?;
                    }
                    Ok(())
                }
            },
        }
    }

    /// Stops it and leaves nothing but its data.
    pub(crate) async fn remove(&self, place: &Place) -> Result<(), Failure> {
        self.stop(place).await?;
        match place {
            Place::Container { container } => self.docker.remove(container).await,
            Place::Process { .. } => Ok(()),
        }
    }

    async fn ends_within(&self, place: &Place, limit: Duration) -> Result<bool, Failure> {
        let deadline = tokio::time::Instant::now() + limit;
        while self.standing(place).await? == Standing::Running {
            if tokio::time::Instant::now() >= deadline {
                return Ok(false);
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(true)
    }

    /// Why something that is not there any more has ended, as far as that can be told.
    pub(super) async fn end_of(&self, place: &Place) -> String {
        let Place::Container { container } = place else {
            return "the process ended by itself".to_owned();
        };
        match self.docker.found(container).await {
            Ok(Some(found)) if found.out_of_memory => {
                "the container was ended because it took too much memory".to_owned()
            }
            Ok(Some(found)) => match found.exit_code {
                Some(code) => format!("the container ended by itself with the exit code {code}"),
                None => "the container ended by itself".to_owned(),
            },
            Ok(None) => "the container is not there any more".to_owned(),
            Err(problem) => problem.error.message,
        }
    }

    /// Since when something runs that does.
    pub(super) async fn running_since(&self, place: &Place) -> Option<DateTime<Utc>> {
        match place {
            Place::Process { started, .. } => moment(*started),
            Place::Container { container } => {
                let found = self.docker.found(container).await.ok()??;
                let at = DateTime::parse_from_rfc3339(&found.started_at.filter(|_| found.running)?);
                at.ok().map(|at| at.to_utc())
            }
        }
    }

    /// The end of what a release wrote, for the error that says why it did not come up.
    pub(crate) async fn last_words(&self, home: &Home, release: u64, place: &Place) -> String {
        let text = match place {
            Place::Container { container } => {
                self.docker.last_words(container).await.unwrap_or_default()
            }
            Place::Process { .. } => {
                let path = log_path(home, release);
                blocking(move || Ok(whole(&path).unwrap_or_default()))
                    .await
                    .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                    .unwrap_or_default()
            }
        };
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

pub(super) fn log_path(home: &Home, release: u64) -> PathBuf {
    home.path.join("logs").join(format!("{release}.log"))
}

/// Installations may share an engine, so names carry a word of where they come from.
fn container_name(start: &Start<'_>) -> String {
    let (home, release) = (start.home, start.release);
    format!("lathe-{}-{}-{release}", installation(home), home.name)
}

fn unfit(start: &Start<'_>) -> Failure {
    let message = format!(
        "{} cannot keep its data in {}: mend or remove deployment.json in {}",
        start.source.target(),
        start.data.describe(start.home),
        start.home.path.display()
    );
    Failure::permanent("record_damaged", message)
}

/// A process that answers and can't be signalled: to start another beside it would give its data two masters.
fn elsewhere(pid: u32) -> Failure {
    let message = format!(
        "the live release is process {pid} of another container, which cannot be reached from here: do this from \
         a Lathe in that container, or stop that container, or let all of Lathe's containers share the process \
         namespace (`pid: host` in compose.yaml)"
    );
    Failure::permanent(ELSEWHERE, message)
}

/// Eight letters that stand for the data folder, and so for this installation.
pub(super) fn installation(home: &Home) -> String {
    let path = home
        .path
        .canonicalize()
        .unwrap_or_else(|_| home.path.clone());
    let parent = path.parent().unwrap_or(&path).display().to_string();
    digest_bytes(parent.as_bytes())[..8].to_owned()
}

/// Differs after every start of the machine: process numbers and times begin anew then.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// The world of process numbers that this process lives in. Its own after every start of a container.
fn namespace() -> Option<String> {
    let link = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(link.display().to_string())
}
