//! How much a runner takes on, and when it is given up for dead.

use std::time::Duration;

use clap::Args;
use engine::duration::Millis;

use super::layers::Layers;
use super::tls;

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Runner")]
pub(crate) struct RunnerArgs {
    /// The name shown in the list of runners [default: the name of this machine]
    #[arg(long, env = "LATHE_RUNNER_NAME", value_name = "NAME")]
    runner_name: Option<String>,
    /// Executions driven at the same time [default: 1024]
    #[arg(long, env = "LATHE_MAX_EXECUTIONS", value_name = "COUNT")]
    max_executions: Option<String>,
    /// Steps that act on the world, running at the same time [default: 64]
    #[arg(long, env = "LATHE_MAX_STEPS", value_name = "COUNT")]
    max_steps: Option<String>,
    /// Builds and deployments of one workspace among them; 0 is without a limit [default: 4]
    #[arg(long, env = "LATHE_LIMIT_BUILDS", value_name = "COUNT")]
    limit_builds: Option<String>,
    /// A runner not heard of for this long is dead [default: 10s]
    #[arg(long, env = "LATHE_LEASE", value_name = "DURATION")]
    lease: Option<String>,
    /// How long running steps may go on after the stop signal [default: 25s]
    #[arg(long, env = "LATHE_DRAIN", value_name = "DURATION")]
    drain: Option<String>,
    /// The address at which people reach the server, for links in messages [default: http://localhost and the port]
    #[arg(long, env = "LATHE_URL", value_name = "URL")]
    url: Option<String>,
    /// How long ended executions are kept, where their workflow does not say [default: for ever]
    #[arg(long, env = "LATHE_KEEP", value_name = "DURATION")]
    keep: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Running {
    pub(crate) name: String,
    pub(crate) max_executions: usize,
    pub(crate) max_steps: usize,
    /// Of one workspace at the same time; 0 is without a limit.
    pub(crate) builds_per_workspace: usize,
    pub(crate) lease: Duration,
    pub(crate) drain: Duration,
    /// Where people reach the server; nothing says otherwise when it is empty.
    pub(crate) url: String,
    /// How long ended executions are kept; for ever without it.
    pub(crate) keep: Option<Millis>,
}

impl RunnerArgs {
    pub(crate) fn give(&self, layers: &mut Layers) {
        layers.give("runner.name", self.runner_name.as_ref());
        layers.give("runner.max_executions", self.max_executions.as_ref());
        layers.give("runner.max_steps", self.max_steps.as_ref());
        layers.give("limits.builds_per_workspace", self.limit_builds.as_ref());
        layers.give("runner.lease", self.lease.as_ref());
        layers.give("runner.drain", self.drain.as_ref());
        layers.give("server.url", self.url.as_ref());
        layers.give("retention.keep", self.keep.as_ref());
    }
}

impl Running {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let name = layers.read_with("runner.name", |text| {
            Ok(if text.is_empty() {
                machine()
            } else {
                text.to_owned()
            })
        });
        let max_executions = layers.read_with("runner.max_executions", at_least_one);
        let max_steps = layers.read_with("runner.max_steps", at_least_one);
        let builds = layers.read::<usize>(
            "limits.builds_per_workspace",
            "a whole number, or 0 for no limit",
        );
        let lease = layers.read_with("runner.lease", |text| match duration(text)? {
            lease if lease < Duration::from_millis(500) => {
                Err(format!("has to be at least 500ms, not {text}"))
            }
            lease => Ok(lease),
        });
        let drain = layers.read_with("runner.drain", duration);
        let keep = layers.read_with("retention.keep", |text| match text.trim() {
            "" => Ok(None),
            text => text
                .parse::<Millis>()
                .map(Some)
                .map_err(|error| format!("cannot be read: {error}")),
        });
        let url = layers.read_with("server.url", address);
        // Whether it can be one, whoever listens on it says.
        let port = layers.read_with("server.port", |text| Ok(text.trim().to_owned()));
        let tls = tls::names_of_server(layers);
        let url = match url? {
            url if url.is_empty() => match tls? {
                (_, Some(name)) => format!("https://{name}"),
                (true, None) => format!("https://localhost:{}", port?),
                (false, None) => format!("http://localhost:{}", port?),
            },
            url => url,
        };
        Some(Self {
            keep: keep?,
            url,
            name: name?,
            max_executions: max_executions?,
            max_steps: max_steps?,
            builds_per_workspace: builds?,
            lease: lease?,
            drain: drain?,
        })
    }
}

/// An address without a path; empty where there is none.
fn address(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let wrong = || format!("has to be an address such as https://lathe.example.org, not `{text}`");
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = reqwest::Url::parse(text).map_err(|_| wrong())?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(text.to_owned()),
        _ => Err(wrong()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(count @ 1..) => Ok(count),
        _ => Err(format!("has to be a whole number above 0, not `{text}`")),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<Millis>()
        .map(Millis::to_std)
        .map_err(|error| format!("cannot be read: {error}"))
}

/// The name of this machine, where the system tells it.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    name.or_else(|| std::env::var("HOSTNAME").ok())
        .unwrap_or_else(|| "runner".to_owned())
}
