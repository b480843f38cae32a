//! One text with expressions, evaluated over data that somebody gives: for whoever writes it and wants to see what it comes to.
//! What holds a step's expressions holds these: the same names, the same budget, and secrets that stay names.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Outputs, RunInfo, Scope, compile, compile_expression};
use crate::Time;
use crate::plan::NodeIndex;
use crate::script::Names;

const NO_SECRETS: &str =
    "a secret has no value here: it is put in when its step runs, and nobody reads it";

/// What the text is called in messages.
const FIELD: &str = "text";
/// What a script is called besides its `args`.
const SCRIPT: &str = "script";

/// What the blocks around a node give. A script may use these names for something else, so they are told only where somebody gives them.
const LOCALS: [&str; 6] = ["item", "index", "state", "error", "input", "output"];

/// What a run has given, or is imagined to have given.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    pub inputs: Map<String, Value>,
    /// Outputs by the ids of nodes.
    pub nodes: BTreeMap<String, Value>,
    pub vars: Map<String, Value>,
    /// What blocks around give: `item` and `index` of a loop, for instance.
    pub locals: Map<String, Value>,
}

/// How a text is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// What stands in `${ }` is an expression.
    Text,
    /// All of it is an expression, as `when` and `while` are, with or without `${ }`.
    Expression,
    /// A whole script, and the parameter `args` that it sees, which may hold expressions.
    Script { args: Value },
}

struct Given {
    outputs: Vec<Option<Arc<Value>>>,
    locals: Map<String, Value>,
}

impl Outputs for Given {
    fn output(&self, node: NodeIndex) -> Option<&Value> {
        self.outputs.output(node)
    }

    fn local(&self, name: &str) -> Option<Arc<Value>> {
        self.locals.get(name).cloned().map(Arc::new)
    }
}

/// What a text comes to, or what is wrong with its expressions, each with its line and column.
pub fn evaluate(text: &str, form: Form, sample: Sample, now: Time) -> Result<Value, Vec<String>> {
    let Sample {
        inputs,
        nodes,
        vars,
        locals,
    } = sample;
    if let Some(other) = locals.keys().find(|name| !LOCALS.contains(&name.as_str())) {
        return Err(vec![format!(
            "no block gives `{other}`: they give {}",
            LOCALS.join(", ")
        )]);
    }
    let given: Vec<&'static str> = LOCALS
        .into_iter()
        .filter(|name| locals.contains_key(*name))
        .collect();
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
        locals: &given,
        no_secrets: Some(NO_SECRETS),
    };
    let is_script = matches!(form, Form::Script { .. });
    let compiled = match form {
        Form::Text => compile(FIELD, &Value::from(text), &[], &names),
        Form::Expression => compile_expression(FIELD, text, &names),
        Form::Script { args } => {
            let parameters = Map::from_iter([
                ("args".to_owned(), args),
                (SCRIPT.to_owned(), Value::from(text)),
            ]);
            compile(FIELD, &Value::Object(parameters), &[SCRIPT], &names)
        }
    };
    let template = compiled.map_err(|faults| {
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
    let outputs = Given { outputs, locals };
    let inputs = Value::Object(inputs);
    let scope = Scope {
        inputs: &inputs,
        outputs: &outputs,
        run: &run,
    };
    let mut value = template
        .resolve(&scope)
        .map_err(|error| vec![error.message])?;
    if is_script {
        value = value.get_mut(SCRIPT).map_or(Value::Null, Value::take);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tried(text: &str) -> Result<Value, Vec<String>> {
        tried_as(Form::Text, text)
    }

    fn tried_as(form: Form, text: &str) -> Result<Value, Vec<String>> {
        let sample = Sample {
            inputs: Map::from_iter([("price".to_owned(), json!(20))]),
            nodes: BTreeMap::from([("fetch".to_owned(), json!({"items": [1, 2]}))]),
            vars: Map::from_iter([("rate".to_owned(), json!(2))]),
            locals: Map::from_iter([
                ("item".to_owned(), json!({"n": 7})),
                ("index".to_owned(), json!(0)),
            ]),
        };
        evaluate(text, form, sample, Time::default())
    }

    /// What blocks give is read where it is given; without `${ }` a text is code where the field is.
    #[test]
    fn conditions_scripts_and_what_blocks_give_are_tried() {
        assert_eq!(
            tried("turn ${ index } of ${ item.n }"),
            Ok(json!("turn 0 of 7"))
        );
        assert!(tried("${ state }").unwrap_err()[0].contains("state"));
        assert_eq!(
            tried_as(Form::Expression, "item.n > inputs.price"),
            Ok(json!(false))
        );
        assert_eq!(
            tried_as(Form::Expression, "${ item.n > 1 }"),
            Ok(json!(true))
        );
        let args = json!({"factor": "${ vars.rate }"});
        let script = Form::Script { args };
        let text = "let sum = 0; for n in nodes.fetch.output.items { sum += n; } sum * args.factor";
        assert_eq!(tried_as(script, text), Ok(json!(6)));
        let wrong = tried_as(Form::Script { args: Value::Null }, "let a = ;").unwrap_err();
        assert!(wrong[0].contains("line 1"), "{wrong:?}");
        let sample = Sample {
            locals: Map::from_iter([("secrets".to_owned(), json!({}))]),
            ..Sample::default()
        };
        let refused = evaluate("x", Form::Text, sample, Time::default()).unwrap_err();
        assert!(refused[0].contains("`secrets`"), "{refused:?}");
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
