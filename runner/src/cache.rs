//! Uses an earlier result of a cached step where nothing that it was computed from has changed,
//! and says either way why.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use engine::Time;
use engine::document::CacheScope;
use engine::duration::Millis;
use engine::node::{ActiveNode, Context, Failure, LogStream, Outcome};
use engine::ports::PortResult;
use engine::ports::step_cache::{CacheSlot, CachedStep};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::blobs;
use crate::collaborators::Collaborators;

const UNCACHED: &str = "ran: it has no `cache`, so it runs in every run";

/// Under this name the document's own key stands among the parameters; theirs have no dots.
const KEY: &str = "cache.key";

/// Results that lie side by side are kept so long at most; those of a run are forgotten with its end besides.
const KEPT_FOR_A_RUN: TimeDelta = TimeDelta::days(7);
const KEPT_FOR_ALL: TimeDelta = TimeDelta::days(30);

/// Before the names of secrets among the parameters.
const SECRET: &str = "secrets.";

/// What a cached result would have to have been computed from.
pub(crate) struct Lookup {
    slot: CacheSlot,
    /// The kind of the node, and its version.
    kind: String,
    key: String,
    parameters: BTreeMap<String, String>,
    ttl: Option<Millis>,
}

/// Which step asks.
pub(crate) struct Asker<'a> {
    pub(crate) owner: Uuid,
    pub(crate) execution: Uuid,
    pub(crate) step: &'a str,
    pub(crate) workflow: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) version: u32,
}

impl Lookup {
    pub(crate) fn new(
        asker: &Asker<'_>,
        scope: CacheScope,
        ttl: Option<Millis>,
        with: &Value,
        declared: Option<&Value>,
    ) -> Self {
        let declared = declared.map(|value| (KEY.to_owned(), hash(&canonical(value))));
        let parameters: BTreeMap<String, String> = with
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), hash(&canonical(value))))
            .chain(declared)
            .collect();
        let kind = format!("{}@{}", asker.kind, asker.version);
        let key = key(&kind, &parameters);
        let slot = match scope {
            CacheScope::Run => CacheSlot::Run {
                execution: asker.execution,
                key: key.clone(),
            },
            CacheScope::Workflow => CacheSlot::Node {
                owner: asker.owner,
                workflow: asker.workflow.to_owned(),
                node: asker.step.to_owned(),
            },
            CacheScope::Global => CacheSlot::Global {
                owner: asker.owner,
                key: key.clone(),
            },
        };
        Self {
            slot,
            kind,
            key,
            parameters,
            ttl,
        }
    }

    /// The same for a step that uses secrets, by their names and versions: what was computed with another one is of no use.
    pub(crate) fn with_secrets(mut self, versions: BTreeMap<String, String>) -> Self {
        if versions.is_empty() {
            return self;
        }
        let named = versions
            .into_iter()
            .map(|(name, version)| (format!("{SECRET}{name}"), version));
        self.parameters.extend(named);
        self.key = key(&self.kind, &self.parameters);
        match &mut self.slot {
            CacheSlot::Run { key, .. } | CacheSlot::Global { key, .. } => key.clone_from(&self.key),
            CacheSlot::Node { .. } => {}
        }
        self
    }

    /// Why an earlier result does not do.
    fn objection(&self, earlier: &CachedStep, now: Time) -> Option<String> {
        let run = earlier.execution;
        if earlier.key != self.key {
            return Some(format!(
                "ran: {} changed since run {run}",
                self.changed(earlier)
            ));
        }
        let ttl = self.ttl?;
        (now - earlier.at > ttl.to_delta())
            .then(|| format!("ran: its last result from run {run} is older than {ttl}"))
    }

    fn miss(&self) -> &'static str {
        match self.slot {
            CacheSlot::Node { .. } => "ran: there is no earlier result",
            CacheSlot::Run { .. } => "ran: this run has no earlier result with these parameters",
            CacheSlot::Global { .. } => "ran: no run has an earlier result with these parameters",
        }
    }

    fn hit(&self, earlier: &CachedStep) -> String {
        let run = earlier.execution;
        match self.slot {
            CacheSlot::Node { .. } => {
                format!("from cache: nothing that it depends on has changed since run {run}")
            }
            CacheSlot::Run { .. } => "from cache: this run has computed the same before".to_owned(),
            CacheSlot::Global { .. } => {
                format!("from cache: run {run} has computed the same")
            }
        }
    }

    /// When nobody wants a result of this moment any more.
    fn expires_at(&self, at: Time) -> Option<Time> {
        let ttl = self.ttl.map(Millis::to_delta);
        let most = match self.slot {
            CacheSlot::Node { .. } => None,
            CacheSlot::Run { .. } => Some(KEPT_FOR_A_RUN),
            CacheSlot::Global { .. } => Some(KEPT_FOR_ALL),
        };
        let span = ttl.into_iter().chain(most).min()?;
        Some(at + span)
    }

    /// Which parameters differ from those of an earlier result.
    fn changed(&self, earlier: &CachedStep) -> String {
        let names: std::collections::BTreeSet<&String> = self
            .parameters
            .keys()
            .chain(earlier.parameters.keys())
            .collect();
        let changed: Vec<String> = names
            .into_iter()
            .filter(|name| self.parameters.get(*name) != earlier.parameters.get(*name))
            .map(|name| format!("`{name}`"))
            .collect();
        if changed.is_empty() {
            "the node kind's version".to_owned()
        } else {
            changed.join(", ")
        }
    }
}

/// Runs a node, or gives an earlier result; and the reason for either. What is kept has been cleared of secrets by `run`.
pub(crate) async fn through<R>(
    ports: &Collaborators,
    lookup: Option<Lookup>,
    node: &Arc<dyn ActiveNode>,
    context: Context,
    run: impl FnOnce(Context) -> R,
) -> (Result<Outcome, Failure>, Option<String>)
where
    R: Future<Output = Result<Outcome, Failure>>,
{
    let Some(lookup) = lookup else {
        return (run(context).await, Some(UNCACHED.to_owned()));
    };
    let reason = match ports.cache.get(&lookup.slot).await {
        Ok(Some(cached)) => match lookup.objection(&cached, context.now) {
            Some(objection) => objection,
            None => match take(ports, node, &context, &cached).await {
                Ok(Some(output)) => {
                    let reason = lookup.hit(&cached);
                    context.log.line(LogStream::Info, &reason);
                    return (Ok(Outcome::done(output)), Some(reason));
                }
                Ok(None) => "ran: what its last result names is gone".to_owned(),
                Err(error) => {
                    tracing::warn!(%error, "what a cached result refers to could not be copied");
                    "ran: what its last result refers to could not be copied".to_owned()
                }
            },
        },
        Ok(None) => lookup.miss().to_owned(),
        Err(error) => {
            tracing::warn!(%error, "the step cache could not be read");
            "ran: the cache could not be read".to_owned()
        }
    };
    context.log.line(LogStream::Info, &reason);
    let (execution, at) = (context.execution, context.now);
    let result = run(context).await;
    if let Ok(Outcome::Done { output, port: None }) = &result {
        let expires_at = lookup.expires_at(at);
        let cached = CachedStep {
            key: lookup.key,
            parameters: lookup.parameters,
            output: output.clone(),
            execution,
            at,
        };
        if let Err(error) = ports.cache.put(&lookup.slot, cached, expires_at).await {
            tracing::warn!(%error, "a step's result could not be cached");
        }
    }
    (result, Some(reason))
}

/// The output of an earlier run, as this run's own; `None` when what it names is gone.
async fn take(
    ports: &Collaborators,
    node: &Arc<dyn ActiveNode>,
    context: &Context,
    cached: &CachedStep,
) -> PortResult<Option<Value>> {
    let mut output = cached.output.clone();
    let (from, to) = (cached.execution, context.execution);
    if from != to {
        blobs::adopt(&*ports.blobs, &mut output, from, to).await?;
        if blobs::refers_to(&output, from) {
            return Ok(None);
        }
    }
    Ok(node.still_valid(context, &output).await.then_some(output))
}

fn key(kind: &str, parameters: &BTreeMap<String, String>) -> String {
    let mut text = kind.to_owned();
    for (name, hash) in parameters {
        text.push_str(&format!("\n{name}={hash}"));
    }
    hash(&text)
}

fn hash(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// JSON with the keys of objects in order, so that equal values give equal text.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(array) => {
            let items: Vec<String> = array.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lookup(with: &Value) -> Lookup {
        let asker = Asker {
            owner: Uuid::nil(),
            execution: Uuid::nil(),
            step: "n",
            workflow: "w",
            kind: "cargo.build",
            version: 1,
        };
        Lookup::new(&asker, CacheScope::Workflow, None, with, None)
    }

    #[test]
    fn the_key_follows_the_values_and_not_their_order() {
        let one = lookup(&json!({ "a": { "x": 1, "y": [2] }, "b": "t" }));
        let same = lookup(&json!({ "b": "t", "a": { "y": [2], "x": 1 } }));
        let other = lookup(&json!({ "b": "t", "a": { "y": [3], "x": 1 } }));
        assert_eq!(one.key, same.key);
        assert_ne!(one.key, other.key);
    }

    #[test]
    fn a_secret_that_was_changed_is_another_one() {
        let with = json!({ "url": "x", "token": "${ secrets.token }" });
        let at = |version: &str| {
            let versions = BTreeMap::from([("token".to_owned(), version.to_owned())]);
            lookup(&with).with_secrets(versions)
        };
        let (one, same, other) = (at("a.1"), at("a.1"), at("a.2"));
        assert_eq!(one.key, same.key);
        let cached = CachedStep {
            key: one.key,
            parameters: one.parameters,
            output: Value::Null,
            execution: Uuid::nil(),
            at: Time::default(),
        };
        assert_eq!(other.changed(&cached), "`secrets.token`");
        assert!(other.objection(&cached, Time::default()).is_some());
    }

    #[test]
    fn a_miss_names_what_changed() {
        let earlier = lookup(&json!({ "source": "s1", "digest": "d1", "old": 1 }));
        let cached = CachedStep {
            key: earlier.key,
            parameters: earlier.parameters,
            output: Value::Null,
            execution: Uuid::nil(),
            at: Time::default(),
        };
        let now = lookup(&json!({ "source": "s1", "digest": "d2" }));
        assert_eq!(now.changed(&cached), "`digest`, `old`");
    }
}
