//! # Deploy an application
//!
//! Puts a release live on this machine, and takes the old one away once the new one has proved itself.
//!
//! ## Inputs
//! With the target `process`, the release is a `binary` that runs beside Lathe and outlives it; with
//! `docker`, an `image` that the engine runs as a confined container. Either is given `BIND`, `PORT` and
//! `DATA_DIR` besides `env`, and listens on this machine's loopback only. A `binary` is what `cargo.build` hands
//! out; one of the run's workspace is deployed once the operator allows commands, since it may be anything.
//!
//! What is kept as the application's environment, in the web app or by `PUT /api/applications/{id}/environment`, is given to the
//! release as well, with what its secrets hold; what `env` says comes before it.
//!
//! A release has to answer its health path with 200 before it is live. One whose program or target differs works
//! on a copy of the data: the release before stops, the copy is made, and the new one starts on it. When it
//! fails or is cancelled, the one before starts again on its own data, which nobody else has touched. Nothing can
//! be written in between: for as long as it takes to copy, start and migrate, or to fail, which may take until
//! `health_timeout`. Data goes along from one target to the other. With `DATABASE_URL` in its environment, that database is
//! not copied: what a failing release has migrated there stays migrated, so that a backup of it is yours to take.
//!
//! A release of the same program shares the data, starts beside the one before and leaves no gap, except with a
//! fixed `port`, which one release can hold at a time. Data lies in `apps/<application>/data-<release>` or a volume
//! of such a name; `deployment.json` says which is live. The last five releases are kept; older ones go, with their
//! images, logs and builds.
//!
//! With `release`, an earlier one that is kept comes up again as the next release: its program and environment. With `digest`
//! besides, it has to be that very program. The data does not go back: as any other, it works on a copy of the data as it is now
//! where its program or target differs from what is live, on the same data where neither does, and on its own database, of which
//! no copy is made, where its environment has `DATABASE_URL`. Data of the release before is removed once the next one is live on a copy.
//!
//! ## Output
//! Where it listens, its number, and whether anything was done: a release that is live, healthy and the same
//! in program and environment is left alone.
//!
//! ## Failure and retry
//! A release that does not become healthy fails the step at once, with its last words (`release_unhealthy`).
//! A live process of another container cannot be replaced from this one (`release_elsewhere`); that, a taken port
//! (`port_taken`), an earlier release that is not kept (`release_gone`) and a missing engine (`docker_unavailable`) are
//! named with ways out. An engine that breaks off is tried again, three attempts in all.
//!
//! ## Example
//! ```yaml
//! - id: deploy
//!   kind: app.deploy
//!   with:
//!     application: bookshop
//!     target: process
//!     binary: "${ nodes.build.output.binary }"
//!     env: { GREETING: hello }
//! ```

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use blueprint::ports::ReleaseJournal;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogStream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clients::docker::Docker;
use crate::deployments::{Deployments, Earlier, Environment, Release, Source};
use crate::digest::digest;
use crate::environments::{Environments, Given};
use crate::home::{failed, inside, is_in_workspace};
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use crate::workspace::blocking;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The application's name.
    application: String,
    #[serde(default)]
    target: Target,
    /// The program, for the target `process`.
    binary: Option<String>,
    /// The image's id or reference, for the target `docker`.
    image: Option<String>,
    /// The number of an earlier release to go back to, whose program and environment are taken; then `binary`, `image` and `env`
    /// are left out.
    #[schemars(range(min = 1))]
    release: Option<u64>,
    /// The digest that the earlier release has to have. Numbers begin anew with an application's folder; left out, whatever is kept
    /// under the number comes up.
    digest: Option<String>,
    /// The port to listen on at 127.0.0.1; a free one when left out.
    #[schemars(range(min = 1))]
    port: Option<u16>,
    /// The port inside a container.
    #[serde(default = "default_inner_port")]
    container_port: u16,
    /// The release's environment, besides what is kept with the application under other names. `BIND`, `PORT` and `DATA_DIR` are
    /// set by Lathe.
    #[serde(default)]
    env: Environment,
    /// What answers 200 when the release is healthy.
    #[serde(default = "default_health_path")]
    health_path: String,
    /// How long the release may take to become healthy.
    #[serde(default = "default_health_timeout")]
    health_timeout: Millis,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Target {
    #[default]
    Process,
    Docker,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// Where it listens: `http://127.0.0.1:40123/`.
    url: String,
    port: u16,
    target: String,
    /// Its number; rises by one with every release.
    release: u64,
    /// SHA-256 of the binary, or the image's id.
    digest: String,
    /// True when it was live already and nothing was done.
    unchanged: bool,
    /// The number of the release that was live before.
    previous: Option<u64>,
}

pub(crate) struct AppDeploy {
    docker: Arc<Docker>,
    environments: Environments,
    releases: Option<Arc<dyn ReleaseJournal>>,
    /// Whether the operator trusts workflows with whatever a program of theirs does.
    any_program: bool,
}

impl AppDeploy {
    pub(crate) fn new(options: &Options, docker: Arc<Docker>) -> Self {
        Self {
            docker,
            environments: Environments::of(options),
            releases: options.releases.clone(),
            any_program: options.allow_commands,
        }
    }
}

impl Kind for AppDeploy {
    const NAME: &'static str = "app.deploy";
    const CATEGORY: &'static str = "deploy";
    const EFFECT: Effect = Effect::Idempotent;
    const RETRY: Retry = Retry::times(3);
    const TIMEOUT: Option<Millis> = Some(Millis(30 * 60 * 1_000));
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("app_deploy.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for AppDeploy {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let (release, kept, context) = match config.release {
            Some(number) => {
                // Whoever goes back gets the environment that there was.
                let release = self.earlier(&context, &config, number).await?;
                let kept = Given::of_release(&release.environment);
                let context = kept.hide_in(context);
                (release, kept, context)
            }
            None => {
                let application = &config.application;
                let kept = self.environments.given(&context, application).await?;
                let context = kept.hide_in(context);
                let release = self.newest(&context, config, &kept).await;
                let release = release.map_err(|failure| kept.hide_of(failure))?;
                (release, kept, context)
            }
        };
        let deployed = self.deploy(&context, release).await;
        deployed.map_err(|failure| kept.hide_of(failure))
    }

    /// Whether a release is live is for the step itself to see, which does nothing when it is.
    async fn still_valid(&self, _context: &Context, _output: Output) -> bool {
        false
    }
}

impl AppDeploy {
    async fn deploy(&self, context: &Context, release: Release) -> Result<Output, Failure> {
        let released = self.deployments(context).release(release, context).await?;
        let live = released.record.view(Some(context.owner));
        Ok(Output {
            url: live.url,
            port: live.port,
            target: live.target,
            release: live.release,
            digest: live.digest,
            unchanged: released.unchanged,
            previous: released.previous,
        })
    }

    fn deployments(&self, context: &Context) -> Deployments {
        Deployments::with(&context.data, self.docker.clone()).with_journal(self.releases.clone())
    }

    /// The earlier release that comes up again.
    async fn earlier(
        &self,
        context: &Context,
        config: &Config,
        number: u64,
    ) -> Result<Release, Failure> {
        config.check_only_earlier()?;
        let wanted = Earlier {
            application: &config.application,
            number,
            digest: config.digest.as_deref(),
            health_timeout: config.health_timeout.to_std(),
            port: config.port,
        };
        let release = self.deployments(context).earlier(context, wanted).await?;
        if let Source::Process { binary, .. } = &release.source {
            self.check_earlier(context, binary, &release.environment)
                .await?;
        }
        Ok(release)
    }

    /// What the operator allowed when it was new need not be allowed any more.
    async fn check_earlier(
        &self,
        context: &Context,
        binary: &Path,
        environment: &Environment,
    ) -> Result<(), Failure> {
        if self.any_program {
            return Ok(());
        }
        self.check_loads(environment)?;
        // It may lie in the workspace of a run before, which is no place that this one may take anything of.
        let is_built = match inside(context, "release", &binary.to_string_lossy()).await {
            Ok(real) => !is_in_workspace(context, &real).await?,
            Err(_) => false,
        };
        match is_built {
            true => Ok(()),
            false => Err(not_built("release", binary)),
        }
    }

    /// The loader of a program would load programs that these variables name.
    fn check_loads(&self, environment: &Environment) -> Result<(), Failure> {
        let loads = |name: &&String| name.starts_with("LD_");
        match environment.keys().find(loads).filter(|_| !self.any_program) {
            Some(name) => Err(loads_others(name)),
            None => Ok(()),
        }
    }

    /// The release of what the step is given.
    async fn newest(
        &self,
        context: &Context,
        mut config: Config,
        kept: &Given,
    ) -> Result<Release, Failure> {
        if config.digest.is_some() {
            let message = "app.deploy: with.digest says which earlier release is meant, so that with.release belongs to it: give both \
                 or leave it out";
            return Err(Failure::permanent("invalid_parameters", message));
        }
        config.env = kept.with(config.env);
        let (source, digest) = self.source(context, &config).await?;
        Ok(Release {
            application: config.application,
            source,
            digest,
            environment: config.env,
            health_path: config.health_path,
            health_timeout: config.health_timeout.to_std(),
            port: config.port,
            fresh: false,
        })
    }

    /// What the release is made of, and the digest that tells it from others.
    async fn source(
        &self,
        context: &Context,
        config: &Config,
    ) -> Result<(Source, String), Failure> {
        match (config.target, &config.binary, &config.image) {
            (Target::Process, Some(binary), _) => {
                let binary = inside(context, "binary", binary).await?;
                self.check_loads(&config.env)?;
                if !self.any_program && is_in_workspace(context, &binary).await? {
                    return Err(not_built("binary", &binary));
                }
                let path = binary.clone();
                let digest =
                    blocking(move || digest(&path).map_err(|problem| failed(&path, &problem)))
                        .await?;
                let source = Source::Process {
                    binary,
                    arguments: Vec::new(),
                };
                Ok((source, digest))
            }
            (Target::Docker, _, Some(reference)) => {
                let image = match self.docker.image_for(context, reference).await? {
                    Some(image) => image,
                    None => {
                        self.docker
                            .pull(reference, |line| context.log.line(LogStream::Stdout, line))
                            .await?
                    }
                };
                Ok((
                    Source::Docker {
                        image: image.id.clone(),
                        inner_port: config.container_port,
                    },
                    image.id,
                ))
            }
            (Target::Process, None, _) => Err(lacking("binary", "process")),
            (Target::Docker, _, None) => Err(lacking("image", "docker")),
        }
    }
}

impl Config {
    /// Whoever goes back gets what was there, and nothing besides.
    fn check_only_earlier(&self) -> Result<(), Failure> {
        let besides = [
            ("binary", self.binary.is_some()),
            ("image", self.image.is_some()),
            ("env", !self.env.is_empty()),
        ];
        let Some((name, _)) = besides.into_iter().find(|(_, given)| *given) else {
            return Ok(());
        };
        let message = format!(
            "app.deploy: with.{name} can't be given beside with.release, which takes what the earlier release consisted of: leave \
             one of them out"
        );
        Err(Failure::permanent("invalid_parameters", message))
    }
}

fn not_built(field: &str, binary: &Path) -> Failure {
    let message = format!(
        "with.{field}: {} lies in a run's workspace, where a step may have written anything. It would run with all \
         that Lathe's user can do, so it is deployed only where the operator allows it: give the `binary` that \
         cargo.build hands out, deploy with the target `docker`, or set LATHE_ALLOW_COMMANDS=true or --allow-commands",
        binary.display()
    );
    Failure::permanent("path_refused", message)
}

fn loads_others(name: &str) -> Failure {
    let message = format!(
        "with.env: `{name}` makes a program load others, which can do whatever Lathe's user can: leave it out, or set \
         LATHE_ALLOW_COMMANDS=true or --allow-commands"
    );
    Failure::permanent("invalid_parameters", message)
}

fn lacking(field: &str, target: &str) -> Failure {
    let message =
        format!("app.deploy: with.{field} is missing: the target `{target}` deploys nothing else");
    Failure::permanent("invalid_parameters", message)
}

fn default_inner_port() -> u16 {
    8080
}

fn default_health_path() -> String {
    "/healthz".to_owned()
}

fn default_health_timeout() -> Millis {
    Millis(60_000)
}

#[cfg(test)]
mod tests;
