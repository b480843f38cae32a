//! One text with expressions, evaluated over data that somebody gives: for whoever writes it and wants to see what it comes to.
//! What holds a step's expressions holds these: the same names, the same budget, and secrets that stay names.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Outputs, RunInfo, Scope, compile};
use crate::Time;
use crate::plan::NodeIndex;
use crate::script::Names;

const NO_SECRETS: &str =
    "a secret has no value here: it is put in when its step runs, and nobody reads it";

/// What a run has given, or is imagined to have given.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    pub inputs: Map<String, Value>,
    /// Outputs by the ids of nodes.
    pub nodes: BTreeMap<String, Value>,
    pub vars: Map<String, Value>,
}

/// What a text comes to, or what is wrong with its expressions, each with its line and column.
pub fn evaluate(text: &str, sample: Sample, now: Time) -> Result<Value, Vec<String>> {
    let Sample {
        inputs,
        nodes,
        vars,
    } = sample;
    let (ids, outputs): (Vec<String>, Vec<Option<Arc<Value>>>) = nodes
        .into_iter()
        .map(|(id, output)| (id, Some(Arc::new(output))))
        .unzip();
    let node = |id: &str| {
        let at = ids.iter().position(|known| known == id);
        let at = at.and_then(|at| NodeIndex::try_from(at).ok());
        at.ok_or_else(|| {
            format!(
                "there is no output of `{id}` to try this with: run it once, or pin some data to it"
            )
        })
    };
    let names = Names {
        input: &|_: &str| Ok(()),
        node: &node,
        locals: &[],
        no_secrets: Some(NO_SECRETS),
    };
    let template =
        compile("text", &Value::String(text.to_owned()), &[], &names).map_err(|faults| {
            faults
                .into_iter()
                .map(|fault| fault.message)
                .collect::<Vec<_>>()
        })?;
    let run = RunInfo {
        id: Uuid::nil(),
        workflow: "sample".to_owned(),
        started_at: now,
        vars: Arc::new(vars),
    };
    let outputs: &dyn Outputs = &outputs;
    let inputs = Value::Object(inputs);
    let scope = Scope {
        inputs: &inputs,
        outputs,
        run: &run,
    };
    template
        .resolve(&scope)
        .map_err(|error| vec![error.message])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tried(text: &str) -> Result<Value, Vec<String>> {
        let sample = Sample {
            inputs: Map::from_iter([("price".to_owned(), json!(20))]),
            nodes: BTreeMap::from([("fetch".to_owned(), json!({"items": [1, 2]}))]),
            vars: Map::from_iter([("rate".to_owned(), json!(2))]),
        };
        evaluate(text, sample, Time::default())
    }

    /// The same sandbox as a run has, and no way to a secret.
    #[test]
    fn a_text_is_tried_as_a_run_would_read_it() {
        assert_eq!(tried("${ inputs.price * vars.rate }"), Ok(json!(40)));
        assert_eq!(tried("${ nodes.fetch.output.items }"), Ok(json!([1, 2])));
        assert_eq!(tried("costs ${ inputs.price }"), Ok(json!("costs 20")));
        assert_eq!(tried("plain"), Ok(json!("plain")));
        let unknown = tried("${ nodes.other.output }").unwrap_err();
        assert!(
            unknown[0].contains("line 1") && unknown[0].contains("`other`"),
            "{unknown:?}"
        );
        let wrong = tried("${ inputs.price + }").unwrap_err();
        assert!(wrong[0].contains("column"), "{wrong:?}");
        for secret in [
            "${ secrets.token }",
            "Bearer ${ secrets.token }",
            "${ secrets[\"token\"] }",
        ] {
            assert!(tried(secret).is_err(), "{secret}");
        }
        let endless = tried("${ let n = 0; loop { n += 1; } }").unwrap_err();
        assert!(
            endless[0].contains("steps") || endless[0].contains("second"),
            "{endless:?}"
        );
    }
}
