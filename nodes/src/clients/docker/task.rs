//! A container that runs to its end for one step, confined, and of which nothing stays however the step ends.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType};
use bollard::query_parameters::{
    AttachContainerOptions, CreateContainerOptions, ListContainersOptions, RemoveContainerOptions,
    StartContainerOptions, WaitContainerOptions,
};
use engine::node::{Failure, LogSink, LogStream};
use futures::StreamExt;

use super::{Docker, EngineError, is_missing};
use crate::clients::lines::{Lines, Tail};

/// Where the run's workspace is inside.
const WORKSPACE: &str = "/workspace";
/// How long output is awaited after the program ended: the engine has it already, so this is for a lost one.
const STRAGGLERS: Duration = Duration::from_secs(5);

/// What to run.
pub(crate) struct Task {
    pub(crate) image: String,
    pub(crate) entrypoint: Option<Vec<String>>,
    pub(crate) command: Option<Vec<String>>,
    /// `NAME=value`.
    pub(crate) environment: Vec<String>,
    pub(crate) working_dir: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) labels: HashMap<String, String>,
    pub(crate) workspace: Option<Mounted>,
    /// The mode of the network, as the engine calls it.
    pub(crate) network: &'static str,
    pub(crate) capabilities: Vec<String>,
    pub(crate) limits: Limits,
}

/// A folder of this machine that is [`WORKSPACE`] inside. There is no other way in.
pub(crate) struct Mounted {
    pub(crate) folder: PathBuf,
    pub(crate) read_only: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) nano_cpus: i64,
    pub(crate) memory: i64,
    pub(crate) processes: i64,
}

/// How a program ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) exit_code: i32,
    /// Whether it was ended because it wanted more memory than it may have.
    pub(crate) out_of_memory: bool,
}

/// A container that was made for a task. Killed and removed when dropped.
pub(crate) struct TaskContainer {
    docker: Arc<Docker>,
    id: Option<String>,
}

impl TaskContainer {
    /// Makes the container, which does not run yet.
    pub(crate) async fn create(docker: Arc<Docker>, task: Task) -> Result<Self, Failure> {
        // The engine goes on making it when the step is given up meanwhile. So does this task, whose result is then
        // dropped, and the container with it.
        let making = tokio::spawn(async move {
            let id = docker.create_for(task).await?;
            Ok(Self {
                docker,
                id: Some(id),
            })
        });
        making.await.unwrap_or_else(|problem| {
            let message = format!("making the container was broken off: {problem}");
            Err(Failure::transient("internal", message))
        })
    }

    /// Starts it, hands over its outputs as they come, and waits for its end.
    pub(crate) async fn run(
        &self,
        stdout: &Tail,
        stderr: &Tail,
        log: &dyn LogSink,
    ) -> Result<Ended, Failure> {
        let (docker, id) = (&self.docker, self.id.as_deref().unwrap_or_default());
        let engine = docker.engine().await?;
        let options = AttachContainerOptions {
            stream: true,
            stdout: true,
            stderr: true,
            ..AttachContainerOptions::default()
        };
        // Attached before it starts, so that no output is missed.
        let attached = engine.attach_container(id, Some(options)).await;
        let mut output = attached
            .map_err(|error| docker.failed("reading the container's output", &error))?
            .output;
        engine
            .start_container(id, None::<StartContainerOptions>)
            .await
            .map_err(|error| docker.failed("starting the container", &error))?;
        let reading = async {
            let mut out = Lines::new(stdout, |line| log.line(LogStream::Stdout, line));
            let mut err = Lines::new(stderr, |line| log.line(LogStream::Stderr, line));
            while let Some(Ok(part)) = output.next().await {
                match part {
                    LogOutput::StdErr { message } => err.push(&message),
                    LogOutput::StdOut { message } | LogOutput::Console { message } => {
                        out.push(&message);
                    }
                    LogOutput::StdIn { .. } => {}
                }
            }
            out.end();
            err.end();
        };
        let waiting = docker.exit_code(id);
        tokio::pin!(reading, waiting);
        let exit_code = tokio::select! {
            exit_code = &mut waiting => {
                let _ = tokio::time::timeout(STRAGGLERS, &mut reading).await;
                exit_code?
            }
            () = &mut reading => waiting.await?,
        };
        Ok(Ended {
            exit_code,
            out_of_memory: exit_code != 0 && docker.was_out_of_memory(id).await,
        })
    }

    /// Kills it if it still runs, and removes it with the volumes that the image made it have.
    pub(crate) async fn remove(mut self) -> Result<(), Failure> {
        if let Some(id) = &self.id {
            self.docker.discard(id).await?;
        }
        self.id = None;
        Ok(())
    }
}

impl Drop for TaskContainer {
    fn drop(&mut self) {
        let (Some(id), Ok(runtime)) = (self.id.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let docker = self.docker.clone();
        runtime.spawn(async move {
            if let Err(failure) = docker.discard(&id).await {
                tracing::warn!(
                    container.id = id,
                    error = failure.error.message,
                    "a container of a step that was given up could not be removed"
                );
            }
        });
    }
}

impl Docker {
    /// Removes all containers with this label, and says how many there were.
    pub(crate) async fn remove_labelled(&self, label: &str) -> Result<usize, Failure> {
        let ids = self.labelled(label).await?;
        for id in &ids {
            self.discard(id).await?;
        }
        Ok(ids.len())
    }

    /// The containers with this label, running or not.
    pub(crate) async fn labelled(&self, label: &str) -> Result<Vec<String>, Failure> {
        let options = ListContainersOptions {
            all: true,
            filters: Some([("label".to_owned(), vec![label.to_owned()])].into()),
            ..ListContainersOptions::default()
        };
        let found = self.engine().await?.list_containers(Some(options)).await;
        let found = found.map_err(|error| self.failed("looking for containers", &error))?;
        Ok(found.into_iter().filter_map(|found| found.id).collect())
    }

    async fn create_for(&self, task: Task) -> Result<String, Failure> {
        let mount = task.workspace.map(|mounted| Mount {
            typ: Some(MountType::BIND),
            source: Some(mounted.folder.display().to_string()),
            target: Some(WORKSPACE.to_owned()),
            read_only: Some(mounted.read_only),
            ..Mount::default()
        });
        let host = HostConfig {
            mounts: mount.map(|mount| vec![mount]),
            network_mode: Some(task.network.to_owned()),
            nano_cpus: Some(task.limits.nano_cpus),
            memory: Some(task.limits.memory),
            // The same number allows no swap on top.
            memory_swap: Some(task.limits.memory),
            pids_limit: Some(task.limits.processes),
            cap_drop: Some(vec!["ALL".to_owned()]),
            cap_add: Some(task.capabilities),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            // The step has its log; a second one would only fill the engine's disk.
            log_config: Some(HostConfigLogConfig {
                typ: Some("none".to_owned()),
                config: None,
            }),
            ..HostConfig::default()
        };
        let body = ContainerCreateBody {
            image: Some(task.image),
            entrypoint: task.entrypoint,
            cmd: task.command,
            env: Some(task.environment),
            working_dir: task.working_dir,
            user: task.user,
            labels: Some(task.labels),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            host_config: Some(host),
            ..ContainerCreateBody::default()
        };
        let created = self
            .engine()
            .await?
            .create_container(None::<CreateContainerOptions>, body)
            .await;
        created.map(|created| created.id).map_err(|error| {
            let failure = self.failed("creating the container", &error);
            if failure.error.message.contains("bind source path") {
                self.not_shared(&failure)
            } else {
                failure
            }
        })
    }

    fn not_shared(&self, failure: &Failure) -> Failure {
        let message = format!(
            "the Docker engine at {} does not see the run's workspace, since it runs on another machine or Lathe in a \
             container: give it Lathe's data folder at the same path, or set `workspace: none`. {}",
            self.address, failure.error.message
        );
        Failure::permanent("workspace_not_shared", message)
    }

    async fn exit_code(&self, id: &str) -> Result<i32, Failure> {
        let mut waiting = self
            .engine()
            .await?
            .wait_container(id, None::<WaitContainerOptions>);
        let code = match waiting.next().await {
            Some(Ok(ended)) => ended.status_code,
            // The client takes any code but 0 for an error.
            Some(Err(EngineError::DockerContainerWaitError { error, code }))
                if error.is_empty() =>
            {
                code
            }
            Some(Err(error)) => return Err(self.failed("waiting for the container", &error)),
            None => {
                let message = "the engine stopped waiting before the container ended";
                return Err(Failure::transient("docker_interrupted", message));
            }
        };
        Ok(i32::try_from(code).unwrap_or(i32::MAX))
    }

    /// It only explains an end that has come, so an engine that does not say is no failure.
    async fn was_out_of_memory(&self, id: &str) -> bool {
        let Ok(engine) = self.engine().await else {
            return false;
        };
        let found = engine.inspect_container(id, None).await.ok();
        let state = found.and_then(|found| found.state);
        state.and_then(|state| state.oom_killed).unwrap_or(false)
    }

    /// Removes a container, running or not, with its nameless volumes.
    async fn discard(&self, id: &str) -> Result<(), Failure> {
        let options = RemoveContainerOptions {
            force: true,
            v: true,
            ..RemoveContainerOptions::default()
        };
        let removed = self
            .engine()
            .await?
            .remove_container(id, Some(options))
            .await;
        match removed {
            // Somebody else is removing it already.
            Err(EngineError::DockerResponseServerError {
                status_code: 409, ..
            }) => Ok(()),
            Err(error) if !is_missing(&error) => Err(self.failed("removing the container", &error)),
            _ => Ok(()),
        }
    }

    /// Resolves once a container is removed.
    #[cfg(test)]
    pub(crate) async fn removed(&self, id: &str) {
        let options = WaitContainerOptions {
            condition: "removed".to_owned(),
        };
        let engine = self.engine().await.unwrap();
        let _ = engine.wait_container(id, Some(options)).next().await;
    }
}
