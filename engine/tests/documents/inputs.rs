//! What a run may be given.

use engine::plan;
use serde_json::{Value, json};

use crate::catalogue::catalog;

fn check(given: Value) -> Result<Value, Vec<(String, String)>> {
    let text = "
lathe: 1
name: inputs
inputs:
  target: { type: string, enum: [process, docker], default: process }
  copies: { type: integer, minimum: 1 }
  note: { type: string, required: false }
nodes: [{ id: only, kind: data.set }]
";
    let (_, plan) = plan::read(text, &catalog()).unwrap();
    plan.check_inputs(given).map_err(|problems| {
        problems
            .0
            .into_iter()
            .map(|one| (one.path, one.message))
            .collect()
    })
}

#[test]
fn defaults_are_filled_in() {
    assert_eq!(
        check(json!({"copies": 2})),
        Ok(json!({"target": "process", "copies": 2}))
    );
    assert_eq!(
        check(json!({"note": "n", "target": "docker", "copies": 1})),
        Ok(json!({"target": "docker", "copies": 1, "note": "n"}))
    );
}

#[test]
fn all_problems_are_reported_together() {
    let problems = check(json!({"target": "moon", "copies": 0, "copis": 1})).unwrap_err();
    let paths: Vec<_> = problems.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/inputs/target", "/inputs/copies", "/inputs/copis"]);
    assert!(
        problems[2].1.ends_with("did you mean `copies`?"),
        "{problems:?}"
    );
    assert_eq!(
        check(Value::Null).unwrap_err()[0].1,
        "the input `copies` is missing"
    );
    assert_eq!(check(json!([1])).unwrap_err()[0].0, "/inputs");
}
