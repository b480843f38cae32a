//! # Generate an application
//!
//! Writes the source code of an application from its models.
//!
//! ## Inputs
//! The name of an application of this installation, or a whole application document. The code goes to a
//! folder of Lathe's data that stays the same from run to run. A change of the models that would lose data or
//! needs a decision is refused unless `allow` says otherwise.
//!
//! ## Output
//! The folder, a digest of the generated files, and which of them were changed or removed. Only files whose
//! content differs are written, so that the next build compiles only what changed; files of your own in the
//! folder are left alone.
//!
//! ## Failure and retry
//! A fault in the models fails the step at once (`application_invalid`) and lists what is wrong, each in its
//! place; nothing is written then. A failing disk or database is tried again, three attempts in all.
//!
//! ## Example
//! ```yaml
//! - id: generate
//!   kind: code.generate
//!   with: { application: bookshop }
//! ```

mod tree;

use async_trait::async_trait;
use blueprint::Allow;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Context, Failure, LogStream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::applications::{Applications, NameOrDocument, refused};
use crate::home::Home;
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use crate::workspace::blocking;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The application's name, or its document.
    application: NameOrDocument,
    /// Changes of the models that are allowed although they are not safe.
    #[serde(default)]
    allow: Allowed,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Allowed {
    /// Models, fields and relationships that are gone take their data with them.
    #[serde(default)]
    drop: bool,
    /// Stricter rules are tried: a row that breaks one stops the migration, and nothing is changed.
    #[serde(default)]
    tighten: bool,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// The application's name.
    application: String,
    /// The folder that holds the code.
    path: String,
    /// SHA-256 over all generated files.
    digest: String,
    /// How many files were generated.
    files: usize,
    /// The files that were written, since they are new or differ.
    changed: Vec<String>,
    /// The files that are no longer generated.
    removed: Vec<String>,
}

pub(crate) struct CodeGenerate {
    applications: Applications,
}

impl CodeGenerate {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            applications: Applications::of(options),
        }
    }
}

impl Kind for CodeGenerate {
    const NAME: &'static str = "code.generate";
    const CATEGORY: &'static str = "build";
    const EFFECT: Effect = Effect::Idempotent;
    const TAKES_SECRETS: bool = false;
    const RETRY: Retry = Retry::times(3);
    const MANUAL: Manual = manual!("code_generate.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for CodeGenerate {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let application = self
            .applications
            .load(context.owner, config.application)
            .await?;
        let allow = Allow {
            drop: config.allow.drop,
            tighten: config.allow.tighten,
        };
        let home = Home::claim(&context, &application.name).await?;
        let _lock = home.lock_source(&context).await?;
        let log = context.log.clone();
        blocking(move || {
            let tree = tree::Tree::of(&home)?;
            let previous = tree.previous(allow)?;
            let files = blueprint::generate(&application, previous.as_ref()).map_err(refused)?;
            let digest = blueprint::digest(&files);
            let plan = tree.plan(&files)?;
            for path in &plan.edited {
                log.line(
                    LogStream::Info,
                    &format!("{path}: your edits are replaced by what is generated"),
                );
            }
            tree.carry_out(&plan, &files)?;
            let (changed, removed) = (plan.changed, plan.removed);
            let counts = (files.len(), changed.len(), removed.len());
            log.line(
                LogStream::Info,
                &format!(
                    "{} files, {} of them changed, {} removed",
                    counts.0, counts.1, counts.2
                ),
            );
            let path = tree.folder().display().to_string();
            Ok(Output {
                application: home.name,
                path,
                digest,
                files: files.len(),
                changed,
                removed,
            })
        })
        .await
    }

    /// The models may have changed, and to find out is to generate, which takes milliseconds.
    async fn still_valid(&self, _context: &Context, _output: Output) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
