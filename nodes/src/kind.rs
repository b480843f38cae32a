//! How a kind is written down: typed parameters and output, and what derives from them.
//!
//! [`Kind`] is the declaration, [`PureKind`] and [`ActiveKind`] the behaviour. What the engine sees is made
//! here: schemas from the types, the manual from the file, and parameters that are read in one place.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use engine::Time;
use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{ActiveNode, Context, Failure, Outcome, PureNode};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::manual::Manual;

/// The declaration of a kind.
pub(crate) trait Kind: Send + Sync + 'static {
    const NAME: &'static str;
    /// Raised when the same parameters may give another result, so that cached results are left behind.
    const VERSION: u32 = 1;
    const CATEGORY: &'static str;
    const EFFECT: Effect;
    const PORTS: Ports = Ports::Fixed(&["out"]);
    const SCRIPTS: &'static [&'static str] = &[];
    const RETRY: Retry;
    const TIMEOUT: Option<Millis> = None;
    /// Whether it gives signs of life while it runs: reports of its progress, or lines in its log.
    const REPORTS_PROGRESS: bool = false;
    /// Whether its parameters may name secrets. Not where what it makes is for others to read.
    const TAKES_SECRETS: bool = true;
    const MANUAL: Manual;
    type Config: DeserializeOwned + JsonSchema + Send;
    type Output: JsonSchema + Send;

    /// Why the operator does not allow it here, and how to.
    fn disabled_reason(&self) -> Option<String> {
        None
    }
}

/// A kind that runs in memory.
pub(crate) trait PureKind: Kind {
    fn run(&self, now: Time, config: Self::Config) -> Result<Outcome, Failure>;
}

/// A kind that acts on the world.
#[async_trait]
pub(crate) trait ActiveKind: Kind<Output: Serialize + DeserializeOwned> {
    async fn run(&self, context: Context, config: Self::Config) -> Result<Self::Output, Failure>;

    /// The port by which the run goes on from an output, for kinds that have more than one.
    fn port(_output: &Self::Output) -> Option<String> {
        None
    }

    /// Whether a cached output still stands.
    async fn still_valid(&self, _context: &Context, _output: Self::Output) -> bool {
        true
    }
}

type Add = Box<dyn FnOnce(&mut Catalog, NodeKind)>;

/// A kind on its way into the catalogue.
pub(crate) struct Registered {
    pub(crate) kind: NodeKind,
    /// Whether parameters fit the kind; the tests ask it about the manual's examples.
    #[cfg(test)]
    pub(crate) check: fn(Value) -> Result<(), Failure>,
    add: Add,
}

impl Registered {
    pub(crate) fn add_to(self, catalog: &mut Catalog) {
        (self.add)(catalog, self.kind);
    }
}

pub(crate) fn pure<K: PureKind>(node: K) -> Registered {
    let kind = NodeKind {
        // What it gives is recorded as it is.
        takes_secrets: false,
        ..describe(&node)
    };
    Registered {
        kind,
        #[cfg(test)]
        check: |with| read::<K>(with).map(drop),
        add: Box::new(|catalog, kind| catalog.add_pure(kind, Typed(node))),
    }
}

pub(crate) fn active<K: ActiveKind>(node: K) -> Registered {
    Registered {
        kind: describe(&node),
        #[cfg(test)]
        check: |with| read::<K>(with).map(drop),
        add: Box::new(|catalog, kind| catalog.add_active(kind, Typed(node))),
    }
}

fn describe<K: Kind>(node: &K) -> NodeKind {
    NodeKind {
        kind: K::NAME,
        version: K::VERSION,
        title: K::MANUAL.title,
        summary: K::MANUAL.summary,
        description: K::MANUAL.text,
        category: K::CATEGORY,
        effect: K::EFFECT,
        ports: K::PORTS,
        config_schema: schema::<K::Config>(),
        output_schema: schema::<K::Output>(),
        scripts: K::SCRIPTS,
        default_retry: K::RETRY,
        default_timeout_ms: K::TIMEOUT.map(|timeout| timeout.0),
        reports_progress: K::REPORTS_PROGRESS,
        takes_secrets: K::TAKES_SECRETS,
        disabled_reason: node.disabled_reason(),
    }
}

fn schema<T: JsonSchema>() -> Value {
    schemars::SchemaGenerator::default()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Reads resolved parameters, and names the one that does not fit.
fn read<K: Kind>(with: Value) -> Result<K::Config, Failure> {
    serde_path_to_error::deserialize(with).map_err(|problem| {
        let path = problem.path().to_string();
        let field = if path == "." {
            "with".to_owned()
        } else {
            format!("with.{path}")
        };
        Failure::permanent(
            "invalid_parameters",
            format!("{}: {field}: {}", K::NAME, problem.inner()),
        )
    })
}

fn absolute(path: &Path) -> Arc<Path> {
    std::path::absolute(path).map_or_else(|_| path.into(), Into::into)
}

/// A node kind as the engine calls it.
struct Typed<K>(K);

impl<K: Kind> Typed<K> {
    fn read(&self, with: Value) -> Result<K::Config, Failure> {
        match self.0.disabled_reason() {
            Some(reason) => Err(Failure::permanent("node_disabled", reason)),
            None => read::<K>(with),
        }
    }
}

impl<K: PureKind> PureNode for Typed<K> {
    fn run(&self, now: Time, with: Value) -> Result<Outcome, Failure> {
        self.0.run(now, self.read(with)?)
    }
}

#[async_trait]
impl<K: ActiveKind> ActiveNode for Typed<K> {
    async fn run(&self, mut context: Context, with: Value) -> Result<Outcome, Failure> {
        // Programs start in folders of their own, where a relative path would mean another place.
        context.data = absolute(&context.data);
        context.workspace = absolute(&context.workspace);
        let output = self.0.run(context, self.read(with)?).await?;
        let port = K::port(&output);
        serde_json::to_value(output)
            .map(|output| Outcome::Done { output, port })
            .map_err(|problem| {
                Failure::permanent(
                    "internal",
                    format!(
                        "{}: the output cannot be written as JSON: {problem}",
                        K::NAME
                    ),
                )
            })
    }

    async fn still_valid(&self, context: &Context, output: &Value) -> bool {
        match serde_json::from_value(output.clone()) {
            Ok(output) => self.0.still_valid(context, output).await,
            Err(_) => false,
        }
    }
}
