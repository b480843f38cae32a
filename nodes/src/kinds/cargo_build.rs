//! # Compile
//!
//! Compiles a generated application with cargo.
//!
//! ## Inputs
//! `source` is the folder that `code.generate` hands out, and `digest` the digest: it makes a cached result
//! stand for this very source, and a build of any other is refused. All builds share one build cache, so that a
//! second application compiles only what is its own; builds at the same time wait for one another. Crates are
//! taken from this machine when they are there, and from the registry otherwise.
//!
//! Compiling runs build scripts, which can do whatever the user can who runs Lathe. So only what
//! `code.generate` wrote is compiled, as it was written. Other projects of the run's workspace, and sources
//! edited by hand, are compiled once the operator allows it with `LATHE_ALLOW_COMMANDS=true` or
//! `--allow-commands`.
//!
//! ## Output
//! The binary, copied to a place that no later build touches, with its size and SHA-256.
//!
//! ## Failure and retry
//! A compile error fails the step at once, with the compiler's last words (`build_failed`), and so does a source
//! that nobody generated (`path_refused`) or that was edited (`source_edited`). A source that is not the one
//! of `digest`, since another run generated it anew (`source_changed`), a failing network, or a compiler that
//! was killed is tried again, three attempts in all. Cancelling ends cargo and all its compilers.
//!
//! ## Example
//! ```yaml
//! - id: build
//!   kind: cargo.build
//!   with:
//!     source: "${ nodes.generate.output.path }"
//!     digest: "${ nodes.generate.output.digest }"
//!   cache: { scope: workflow }
//! ```

mod artifact;
mod origin;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogSink, LogStream, ProgressSink};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clients::process::{Finished, Program, run};
use crate::digest::digest;
use crate::home::{inside, lock};
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use crate::workspace::blocking;

use origin::Origin;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The folder with the project's `Cargo.toml`.
    source: String,
    /// The digest that the generated source has to have; it also tells cached results apart.
    digest: Option<String>,
    #[serde(default)]
    profile: Profile,
    /// Features of the project to switch on.
    #[serde(default)]
    features: Vec<String>,
    /// Which binary, when the project has several.
    bin: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Profile {
    #[default]
    Release,
    Dev,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// Where the binary is.
    binary: String,
    /// Its size in bytes.
    size: u64,
    /// Its SHA-256.
    digest: String,
    duration_ms: u64,
}

pub(crate) struct CargoBuild {
    cargo: PathBuf,
    /// Whether the operator trusts workflows with whatever build scripts do.
    any_source: bool,
}

impl CargoBuild {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            cargo: options.cargo.clone().unwrap_or_else(|| "cargo".into()),
            any_source: options.allow_commands,
        }
    }
}

impl Kind for CargoBuild {
    const NAME: &'static str = "cargo.build";
    const CATEGORY: &'static str = "build";
    const EFFECT: Effect = Effect::Idempotent;
    const TAKES_SECRETS: bool = false;
    const RETRY: Retry = Retry::times(3);
    const TIMEOUT: Option<Millis> = Some(Millis(LONGEST.as_millis() as u64));
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("cargo_build.rs");
    type Config = Config;
    type Output = Output;
}

const LONGEST: Duration = Duration::from_secs(60 * 60);
/// Cargo's messages about artifacts; a few hundred crates stay well below.
const KEPT: usize = 8 * 1024 * 1024;
const LAST_WORDS: usize = 30;
const WAITING: &str = "waiting: another build uses the build cache";

#[async_trait]
impl ActiveKind for CargoBuild {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let began = Instant::now();
        let source = inside(&context, "source", &config.source).await?;
        let origin = Origin::of(&context.data, &source, config.digest.as_deref());
        // Nobody generates into the folder from here on until the binary is where no later build touches it.
        let _source_lock = origin.lock(self.any_source, &context).await?;
        let _cache_lock = lock(&cache(&context.data).join("lathe.lock"), WAITING, &context).await?;
        origin.check(self.any_source).await?;
        let manifest = source.join("Cargo.toml");
        if !manifest.is_file() {
            let message = format!(
                "{} has no Cargo.toml: give the folder of a Rust project",
                source.display()
            );
            return Err(Failure::permanent("file_not_found", message));
        }
        let finished = self.build(&context, &config, &source).await?;
        if !finished.status.success() {
            return Err(broken(&finished));
        }
        let built = artifact::find(&finished.stdout, config.bin.as_deref())?;
        let home = artifact::home(&context.data, &source);
        let kept = blocking(move || artifact::keep(&built, &home)).await?;
        // Lathe held still, but an owner may have edited: the result must not pass for one of this source.
        origin.check(self.any_source).await?;
        origin.note_beside(&kept.path).await?;
        context.log.line(
            LogStream::Info,
            &format!("{} ({} bytes)", kept.path.display(), kept.size),
        );
        Ok(Output {
            binary: kept.path.display().to_string(),
            size: kept.size,
            digest: kept.digest,
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    async fn still_valid(&self, _context: &Context, output: Output) -> bool {
        let compared =
            blocking(move || Ok(digest(Path::new(&output.binary)).ok() == Some(output.digest)))
                .await;
        compared.unwrap_or(false)
    }
}

impl CargoBuild {
    /// Builds without the network first: that is quicker, and cargo finds out before it compiles anything.
    async fn build(
        &self,
        context: &Context,
        config: &Config,
        source: &Path,
    ) -> Result<Finished, Failure> {
        let finished = self.cargo(context, config, source, true).await?;
        let lacks_crates =
            finished.stderr.contains("--offline") || finished.stderr.contains("offline mode");
        if finished.status.success() || !lacks_crates {
            return Ok(finished);
        }
        context.log.line(
            LogStream::Info,
            "some crates are not on this machine yet: fetching them",
        );
        self.cargo(context, config, source, false).await
    }

    async fn cargo(
        &self,
        context: &Context,
        config: &Config,
        source: &Path,
        offline: bool,
    ) -> Result<Finished, Failure> {
        let mut argv = vec![self.cargo.display().to_string(), "build".to_owned()];
        argv.push("--message-format=json-render-diagnostics".to_owned());
        if source.join("Cargo.lock").is_file() {
            argv.push("--locked".to_owned());
        }
        if offline {
            argv.push("--offline".to_owned());
        }
        if matches!(config.profile, Profile::Release) {
            argv.push("--release".to_owned());
        }
        argv.extend(
            config
                .features
                .iter()
                .map(|feature| format!("--features={feature}")),
        );
        argv.extend(config.bin.iter().map(|bin| format!("--bin={bin}")));
        let program = Program {
            argv: &argv,
            folder: source,
            stdin: None,
            timeout: LONGEST,
            keep: KEPT,
            log_stdout: false,
        };
        let mut context = context.clone();
        context.log = Arc::new(Compiling {
            log: context.log.clone(),
            progress: context.progress.clone(),
            crates: AtomicU32::new(0),
        });
        let context = &context;
        run(program, environment(&context.data), context).await.map_err(|failure| match failure.error.code.as_str() {
            "program_not_found" => Failure::permanent(
                "cargo_missing",
                "cargo was not found: install Rust (https://rustup.rs) for the user who runs Lathe, and see that \
                 cargo's folder is in PATH",
            ),
            _ => failure,
        })
    }
}

/// The log of a build. Cargo says of each crate when it begins with it, but to nobody but a terminal of how many.
struct Compiling {
    log: Arc<dyn LogSink>,
    progress: Arc<dyn ProgressSink>,
    crates: AtomicU32,
}

impl LogSink for Compiling {
    fn line(&self, stream: LogStream, text: &str) {
        self.log.line(stream, text);
        let words = text.trim_start();
        if words.starts_with("Compiling ") {
            let number = self.crates.fetch_add(1, Ordering::Relaxed) + 1;
            self.progress
                .report(None, &format!("{words} (crate {number})"));
        }
    }
}

/// The build cache that all builds share. What one puts there, the next may overwrite.
fn cache(data: &Path) -> PathBuf {
    data.join("cache").join("cargo")
}

/// Build scripts see what cargo needs to work and to reach its registry, and nothing of Lathe's own.
fn environment(data: &Path) -> Vec<(OsString, OsString)> {
    const NAMES: [&str; 16] = [
        "PATH",
        "HOME",
        "TMPDIR",
        "LANG",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "CARGO_BUILD_JOBS",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "CC",
    ];
    const PREFIXES: [&str; 4] = [
        "CARGO_NET_",
        "CARGO_HTTP_",
        "CARGO_REGISTRIES_",
        "CARGO_SOURCE_",
    ];
    let passes = |name: &str| {
        NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let mut environment: Vec<(OsString, OsString)> = std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(passes))
        .collect();
    environment.push(("CARGO_TARGET_DIR".into(), cache(data).into()));
    environment.push(("CARGO_TERM_COLOR".into(), "never".into()));
    environment
}

fn broken(finished: &Finished) -> Failure {
    let lines: Vec<&str> = finished.stderr.lines().collect();
    let last_words = lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n");
    let network = [
        "failed to download",
        "Could not resolve host",
        "spurious network error",
        "failed to get `",
        "timed out",
    ];
    let retryable = finished.status.code().is_none()
        || network.iter().any(|sign| finished.stderr.contains(sign));
    Failure {
        retryable,
        ..Failure::permanent(
            "build_failed",
            format!("cargo ended with {}\n{last_words}", finished.status),
        )
    }
}

#[cfg(test)]
mod tests;
