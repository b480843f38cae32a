//! # Preview an application
//!
//! Serves an application straight from its models, within seconds and without compiling it.
//!
//! ## Inputs
//! The name of an application of this installation, or a whole application document. It is served as the generated
//! application would be: the same API, admin page, rules and migrations, by a process of its own that listens on this
//! machine's loopback only, with an SQLite database of its own.
//!
//! It is live beside what `app.deploy` has put live, under the application's name with `-preview` at its end
//! (`http://bookshop-preview.localhost:4000/`), and like it: the new one has to answer for its health before it takes
//! over, and it comes back when Lathe starts. Like it, it asks nobody to log in: whoever reaches the server can open
//! it, and read and change what is in it.
//!
//! When nobody has opened it at that address for two hours, it ends, and keeps its rows until this step runs again. A
//! workspace has twenty up at the same time on one machine. Both are for the operator to change (`previews_end_after`
//! and `previews_per_workspace` in `[limits]`). It goes for good with its application.
//!
//! ## Output
//! Where it listens, its number, and what became of the rows of the preview before (`rows`): `kept`, as far as the
//! models have a place for them; `dropped` when a change of the models leaves none, or when one of them breaks a new
//! rule; `new` when there was no preview. The log says why. A preview of the same models that is live and healthy is left alone.
//!
//! ## Failure and retry
//! A fault in the models fails the step at once (`application_invalid`) and lists what is wrong. One that does not
//! become healthy fails it, too (`release_unhealthy`), and leaves what was live. A Lathe that does not know its own
//! program can't serve previews (`preview_unavailable`), and a workspace that has as many up as it may is given no further
//! one (`too_many_previews`). A failing disk or database is tried again, three attempts in all.
//!
//! ## Example
//! ```yaml
//! - id: preview
//!   kind: app.preview
//!   with: { application: bookshop }
//! ```

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::applications::{Applications, NameOrDocument};
use crate::clients::docker::Docker;
use crate::deployments::{self, Deployments, Wish};
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The application's name, or its document.
    application: NameOrDocument,
    /// How long it may take to become healthy.
    #[serde(default = "default_health_timeout")]
    health_timeout: Millis,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// Under which name it is live: the application's, and `-preview`.
    name: String,
    /// Where it listens: `http://127.0.0.1:40123/`.
    url: String,
    port: u16,
    /// Its number; rises by one with every preview of other models.
    release: u64,
    /// SHA-256 of what it was told.
    digest: String,
    /// True when it was live already and nothing was done.
    unchanged: bool,
    rows: Rows,
}

/// What became of the rows of the preview before.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Rows {
    New,
    Kept,
    Dropped,
}

pub(crate) struct AppPreview {
    applications: Applications,
    program: Option<PathBuf>,
    limit: usize,
    docker: Arc<Docker>,
}

impl AppPreview {
    pub(crate) fn new(options: &Options, docker: Arc<Docker>) -> Self {
        Self {
            applications: Applications::of(options),
            program: options.program.clone(),
            limit: options.previews_per_workspace,
            docker,
        }
    }
}

impl Kind for AppPreview {
    const NAME: &'static str = "app.preview";
    const CATEGORY: &'static str = "deploy";
    const EFFECT: Effect = Effect::Idempotent;
    const TAKES_SECRETS: bool = false;
    const RETRY: Retry = Retry::times(3);
    const TIMEOUT: Option<Millis> = Some(Millis(5 * 60 * 1_000));
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("app_preview.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for AppPreview {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let Some(program) = self.program.clone() else {
            let message = "Lathe does not know where its own program is, and serves previews with it: start it by its full path";
            return Err(Failure::permanent("preview_unavailable", message));
        };
        let wish = Wish {
            application: config.application,
            applications: self.applications.clone(),
            program,
            health_timeout: config.health_timeout.to_std(),
            limit: self.limit,
        };
        let deployments = Deployments::with(&context.data, self.docker.clone());
        let (released, rows) = deployments.preview(&wish, &context).await?;
        let live = released.record.view(Some(context.owner));
        Ok(Output {
            name: live.application,
            url: live.url,
            port: live.port,
            release: live.release,
            digest: live.digest,
            unchanged: released.unchanged,
            rows: match rows {
                _ if released.unchanged => Rows::Kept,
                deployments::Rows::New => Rows::New,
                deployments::Rows::Kept => Rows::Kept,
                deployments::Rows::Dropped => Rows::Dropped,
            },
        })
    }

    /// Whether it is live is for the step itself to see, which does nothing when it is.
    async fn still_valid(&self, _context: &Context, _output: Output) -> bool {
        false
    }
}

fn default_health_timeout() -> Millis {
    Millis(30_000)
}
