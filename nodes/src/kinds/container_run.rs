//! # Container
//!
//! Runs a program in a container of its own, and removes the container when the program ends.
//!
//! ## Inputs
//! `image` and, if the image's own are not what is wanted, `command` and `entrypoint`: lists whose items are
//! handed over as they are, since no shell reads them. `env` is added to the image's environment. `pull` says
//! whether the image is fetched: only if the engine does not have it (`missing`, the default), `always`, or `never`.
//! Images come from public registries, or from private ones that the operator allows (`--allow-registries`).
//!
//! The run's workspace is `/workspace` inside; `workspace: read_only` protects it, `none` leaves it out. No other
//! folder can be mounted, and the engine has to see Lathe's data folder at the same path. With the workspace, the
//! program runs as the user who runs Lathe, so that later steps may read what it wrote; `user` names another one.
//!
//! The container is confined: no network (`network: bridge` gives it the engine's default one), no capabilities
//! beyond those of `capabilities`, no new privileges, and at most `cpus`, `memory` and `pids`. So
//! `--allow-commands` is not asked for: the program sees nothing of this machine but the run's own workspace. What
//! it connects to passes no guard of addresses, so `network: bridge` is refused unless the operator lets workflows
//! reach all private addresses (`--allow-addresses private`).
//!
//! ## Output
//! The exit code, the end of both outputs (`max_output` bytes of each), and how long it took. All lines go to the
//! step's log as they come.
//!
//! ## Failure and retry
//! An exit code other than 0 fails the step at once (`container_failed`), unless `expect_exit` lists it; the error's
//! details hold the code, both outputs, and whether the program wanted more memory than it may have. When it takes
//! too long (`timeout`) or the run is cancelled, the container is killed and removed. One that a Lathe which died
//! left behind is removed when its step is tried again. An engine that is lost (`docker_interrupted`) and a
//! time-out may pass, but since the program may have acted, the step is not retried unless its `retry` says so.
//!
//! ## Example
//! ```yaml
//! - id: thumbnails
//!   kind: container.run
//!   with:
//!     image: registry.example.com/thumbnails:2
//!     command: [--from, /workspace/photos, --width, "320"]
//!     env: { LANG: C.UTF-8 }
//!     cpus: 2
//!     memory: 512MiB
//!     timeout: 5m
//! ```

use std::collections::{BTreeMap, HashMap};
use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogStream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clients::docker::{Docker, Ended, Limits, Mounted, Task, TaskContainer};
use crate::clients::lines::Tail;
use crate::deadline::Deadline;
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use crate::size::Size;
use crate::workspace::{Workspace, blocking};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The image: `name`, `name:tag`, `name@sha256:…` or an id.
    #[schemars(length(min = 1))]
    image: String,
    /// What to run, or the arguments of the image's entrypoint; the image's own when left out.
    command: Option<Vec<String>>,
    /// In place of the image's entrypoint.
    entrypoint: Option<Vec<String>>,
    /// Added to the image's environment.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// The folder inside to start in; the image's own when left out.
    working_dir: Option<String>,
    /// The run's workspace at `/workspace`.
    #[serde(default)]
    workspace: Access,
    /// `name`, `1000` or `1000:1000`; Lathe's own user when left out, and the image's without a workspace.
    user: Option<String>,
    /// How many processors it may use, parts included.
    #[serde(default = "default_cpus")]
    #[schemars(range(min = 0.01))]
    cpus: f64,
    /// How much memory it may use. There is no swap on top.
    #[serde(default = "default_memory")]
    memory: Size,
    /// How many processes and threads it may have at a time.
    #[serde(default = "default_pids")]
    #[schemars(range(min = 1))]
    pids: u32,
    /// `bridge` is the engine's default network; without it there is only the loopback inside.
    #[serde(default)]
    network: Network,
    /// What it may do beyond an ordinary user.
    #[serde(default)]
    capabilities: Vec<Capability>,
    /// When the image is fetched from its registry.
    #[serde(default)]
    pull: Pull,
    /// The longest that it may take, fetching included.
    #[serde(default = "default_timeout")]
    timeout: Millis,
    /// How many bytes of the end of each output are kept in the step's output.
    #[serde(default = "default_max_output")]
    #[schemars(range(max = 1_048_576))]
    max_output: usize,
    /// Exit codes that count as success.
    #[serde(default = "zero")]
    expect_exit: Vec<i32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Access {
    #[default]
    ReadWrite,
    ReadOnly,
    None,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Network {
    #[default]
    None,
    Bridge,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Pull {
    Never,
    #[default]
    Missing,
    Always,
}

/// Those that stay inside. The others reach the kernel, devices or neighbours, or stay with files of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Capability {
    Chown,
    DacOverride,
    Fowner,
    Kill,
    NetBindService,
    Setgid,
    Setuid,
    SysChroot,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    exit_code: i32,
    /// The end of the standard output.
    stdout: String,
    /// The end of the standard error.
    stderr: String,
    duration_ms: u64,
}

pub(crate) struct ContainerRun {
    docker: Arc<Docker>,
    is_guarded: bool,
}

impl ContainerRun {
    pub(crate) fn new(options: &Options, docker: Arc<Docker>) -> Self {
        Self {
            docker,
            is_guarded: !options.outgoing.is_unguarded(),
        }
    }
}

impl Kind for ContainerRun {
    const NAME: &'static str = "container.run";
    const CATEGORY: &'static str = "system";
    const EFFECT: Effect = Effect::Effectful;
    const RETRY: Retry = Retry::NEVER;
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("container_run.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for ContainerRun {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let began = Instant::now();
        let deadline = Deadline::after(config.timeout);
        if self.is_guarded && config.network == Network::Bridge {
            let message = "network: bridge is refused here: what a container connects to passes no guard of \
                           addresses. Leave network out, and fetch with http.request before; or have the operator \
                           allow it with --allow-addresses private";
            return Err(Failure::permanent("network_refused", message));
        }
        let container = deadline
            .bounds(&context, self.prepare(&context, &config))
            .await?;
        let keep = config.max_output.min(MOST_OUTPUT);
        let (stdout, stderr) = (Tail::new(keep), Tail::new(keep));
        context.progress(None, "running");
        let running = container.run(&stdout, &stderr, &*context.log);
        let ended = deadline.bounds(&context, running).await;
        if let Err(failure) = container.remove().await {
            let message = format!("the container is left behind: {}", failure.error.message);
            context.log.line(LogStream::Info, &message);
        }
        let ended = ended?;
        let output = Output {
            exit_code: ended.exit_code,
            stdout: stdout.text(),
            stderr: stderr.text(),
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        if config.expect_exit.contains(&ended.exit_code) {
            Ok(output)
        } else {
            Err(failed(&config, ended, &output))
        }
    }
}

impl ContainerRun {
    /// Sees to the image, removes what an earlier attempt left, and makes the container.
    async fn prepare(&self, context: &Context, config: &Config) -> Result<TaskContainer, Failure> {
        let image = self.image(context, config).await?;
        let key = format!("{KEY_LABEL}={}", context.idempotency_key);
        let left = self.docker.remove_labelled(&key).await?;
        if left > 0 {
            let message = "removed the container that an earlier attempt left behind";
            context.log.line(LogStream::Info, message);
        }
        let task = task(context, config, image).await?;
        TaskContainer::create(self.docker.clone(), task).await
    }

    /// The id of the image, so that exactly what was found is run.
    async fn image(&self, context: &Context, config: &Config) -> Result<String, Failure> {
        let reference = &*config.image;
        let found = match config.pull {
            Pull::Always => None,
            Pull::Never | Pull::Missing => self.docker.image_for(context, reference).await?,
        };
        match found {
            Some(image) => Ok(image.id),
            None if config.pull == Pull::Never => {
                let message = format!(
                    "the engine has no image {reference}: build it (docker.build), or set `pull: missing`"
                );
                Err(Failure::permanent("image_not_found", message))
            }
            None => {
                context.progress(None, &format!("pulling {reference}"));
                let log = |line: &str| context.log.line(LogStream::Info, line);
                let pulled = self.docker.pull(&with_tag(reference), log).await?;
                Ok(pulled.id)
            }
        }
    }
}

async fn task(context: &Context, config: &Config, image: String) -> Result<Task, Failure> {
    let mut user = config.user.clone();
    let mut workspace = None;
    if config.workspace != Access::None {
        let (mounted, owner) = mount(context, config.workspace == Access::ReadOnly).await?;
        workspace = Some(mounted);
        user = user.or(Some(owner));
    }
    let labels = HashMap::from([
        ("lathe.execution".to_owned(), context.execution.to_string()),
        ("lathe.step".to_owned(), context.step.to_string()),
        (KEY_LABEL.to_owned(), context.idempotency_key.to_string()),
    ]);
    Ok(Task {
        image,
        entrypoint: config.entrypoint.clone(),
        command: config.command.clone(),
        environment: environment(&config.env)?,
        working_dir: config.working_dir.clone(),
        user,
        labels,
        workspace,
        network: match config.network {
            Network::None => "none",
            Network::Bridge => "bridge",
        },
        capabilities: config.capabilities.iter().map(Capability::name).collect(),
        limits: limits(config)?,
    })
}

/// The workspace as a whole and by its real path. A folder of it would not do: the engine looks paths up as root and
/// later, so that whoever writes into the workspace could put a link to anywhere in the folder's place meanwhile.
async fn mount(context: &Context, read_only: bool) -> Result<(Mounted, String), Failure> {
    Workspace::open(context).await?;
    let path = context.workspace.clone();
    blocking(move || {
        let found = path
            .canonicalize()
            .and_then(|folder| Ok((folder.metadata()?, folder)));
        let (about, folder) = found.map_err(|problem| {
            let message = format!("the workspace {}: {problem}", path.display());
            Failure::transient("workspace_unavailable", message)
        })?;
        let owner = format!("{}:{}", about.uid(), about.gid());
        Ok((Mounted { folder, read_only }, owner))
    })
    .await
}

fn environment(given: &BTreeMap<String, String>) -> Result<Vec<String>, Failure> {
    let wrong = |name: &str| name.is_empty() || name.contains(['=', '\0']);
    if let Some(name) = given.keys().find(|name| wrong(name)) {
        return Err(invalid(
            "env",
            &format!("`{name}` cannot be a variable's name"),
        ));
    }
    let pairs = given.iter().map(|(name, value)| format!("{name}={value}"));
    Ok(pairs.collect())
}

fn limits(config: &Config) -> Result<Limits, Failure> {
    // Written so that what is no number at all is refused, too.
    if !(0.01..=MOST_CPUS).contains(&config.cpus) {
        return Err(invalid(
            "cpus",
            &format!("give a number from 0.01 to {MOST_CPUS}"),
        ));
    }
    let memory = i64::try_from(config.memory.0).unwrap_or(i64::MAX);
    if memory < LEAST_MEMORY {
        return Err(invalid(
            "memory",
            "give at least 6MiB, which is the least that engines take",
        ));
    }
    if config.pids == 0 {
        return Err(invalid("pids", "give at least 1"));
    }
    Ok(Limits {
        nano_cpus: (config.cpus * 1e9) as i64,
        memory,
        processes: config.pids.into(),
    })
}

fn failed(config: &Config, ended: Ended, output: &Output) -> Failure {
    let last = |text: &str| {
        let line = text.lines().rev().find(|line| !line.trim().is_empty());
        line.unwrap_or_default().to_owned()
    };
    let why = if ended.out_of_memory {
        format!("it wanted more memory than {}", config.memory)
    } else {
        last(&output.stderr)
    };
    let message = format!(
        "{} ended with exit code {}. {why}",
        config.image, ended.exit_code
    );
    Failure::permanent("container_failed", message.trim_end()).with_details(json!({
        "exit_code": ended.exit_code,
        "out_of_memory": ended.out_of_memory,
        "stdout": output.stdout,
        "stderr": output.stderr,
    }))
}

fn invalid(field: &str, problem: &str) -> Failure {
    let message = format!("container.run: with.{field}: {problem}");
    Failure::permanent("invalid_parameters", message)
}

/// Without a tag, the engine would fetch all that the registry has of a name.
fn with_tag(reference: &str) -> String {
    let name = reference.rsplit('/').next().unwrap_or_default();
    if name.contains([':', '@']) {
        reference.to_owned()
    } else {
        format!("{reference}:latest")
    }
}

impl Capability {
    fn name(&self) -> String {
        let name = match self {
            Self::Chown => "CHOWN",
            Self::DacOverride => "DAC_OVERRIDE",
            Self::Fowner => "FOWNER",
            Self::Kill => "KILL",
            Self::NetBindService => "NET_BIND_SERVICE",
            Self::Setgid => "SETGID",
            Self::Setuid => "SETUID",
            Self::SysChroot => "SYS_CHROOT",
        };
        name.to_owned()
    }
}

/// By which a container is known to be of an earlier attempt of the same step.
const KEY_LABEL: &str = "lathe.key";
const MOST_OUTPUT: usize = 1024 * 1024;
const MOST_CPUS: f64 = 1024.0;
const LEAST_MEMORY: i64 = 6 * 1024 * 1024;

fn default_cpus() -> f64 {
    1.0
}

fn default_memory() -> Size {
    Size(1024 * 1024 * 1024)
}

fn default_pids() -> u32 {
    512
}

fn default_timeout() -> Millis {
    Millis(600_000)
}

fn default_max_output() -> usize {
    64 * 1024
}

fn zero() -> Vec<i32> {
    vec![0]
}

#[cfg(test)]
mod tests;
