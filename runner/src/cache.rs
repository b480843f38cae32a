//! Uses the last result of a cached step where nothing that it was computed from has changed,
//! and says either way why.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::node::{ActiveNode, Context, Failure, LogStream, Outcome};
use engine::ports::step_cache::{CacheSlot, CachedStep};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::collaborators::Collaborators;

const UNCACHED: &str = "ran: it has no `cache`, so it runs in every run";

/// What a cached result would have to have been computed from.
pub(crate) struct Lookup {
    slot: CacheSlot,
    key: String,
    parameters: BTreeMap<String, String>,
}

impl Lookup {
    pub(crate) fn new(slot: CacheSlot, kind: &str, version: u32, with: &Value) -> Self {
        let parameters: BTreeMap<String, String> = with
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), hash(&canonical(value))))
            .collect();
        let mut text = format!("{kind}@{version}");
        for (name, hash) in &parameters {
            text.push_str(&format!("\n{name}={hash}"));
        }
        Self {
            slot,
            key: hash(&text),
            parameters,
        }
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

/// Runs a node, or gives its last result; and the reason for either.
pub(crate) async fn through(
    ports: &Collaborators,
    lookup: Option<Lookup>,
    node: &Arc<dyn ActiveNode>,
    context: Context,
    with: &Arc<Value>,
) -> (Result<Outcome, Failure>, Option<String>) {
    let Some(lookup) = lookup else {
        let result = node.run(context, Value::clone(with)).await;
        return (result, Some(UNCACHED.to_owned()));
    };
    let reason = match ports.cache.get(&lookup.slot).await {
        Ok(Some(cached)) if cached.key == lookup.key => {
            if node.still_valid(&context, &cached.output).await {
                let reason = format!(
                    "from cache: nothing that it depends on has changed since run {}",
                    cached.execution
                );
                context.log.line(LogStream::Info, &reason);
                return (Ok(Outcome::done(cached.output)), Some(reason));
            }
            "ran: what its last result names is gone".to_owned()
        }
        Ok(Some(cached)) => format!(
            "ran: {} changed since run {}",
            lookup.changed(&cached),
            cached.execution
        ),
        Ok(None) => "ran: there is no earlier result".to_owned(),
        Err(error) => {
            tracing::warn!(%error, "the step cache could not be read");
            "ran: the cache could not be read".to_owned()
        }
    };
    context.log.line(LogStream::Info, &reason);
    let (execution, at) = (context.execution, context.now);
    let result = node.run(context, Value::clone(with)).await;
    if let Ok(Outcome::Done { output, port: None }) = &result {
        let cached = CachedStep {
            key: lookup.key,
            parameters: lookup.parameters,
            output: output.clone(),
            execution,
            at,
        };
        if let Err(error) = ports.cache.put(&lookup.slot, cached).await {
            tracing::warn!(%error, "a step's result could not be cached");
        }
    }
    (result, Some(reason))
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
        let slot = CacheSlot {
            workflow: "w".to_owned(),
            node: "n".to_owned(),
        };
        Lookup::new(slot, "cargo.build", 1, with)
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
    fn a_miss_names_what_changed() {
        let earlier = lookup(&json!({ "source": "s1", "digest": "d1", "old": 1 }));
        let cached = CachedStep {
            key: earlier.key,
            parameters: earlier.parameters,
            output: Value::Null,
            execution: uuid::Uuid::nil(),
            at: engine::Time::default(),
        };
        let now = lookup(&json!({ "source": "s1", "digest": "d2" }));
        assert_eq!(now.changed(&cached), "`digest`, `old`");
    }
}
