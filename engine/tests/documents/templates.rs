//! What templates and scripts give, in a run where `before` gave an output and `skipped` did not.

use std::sync::Arc;

use engine::node::ErrorValue;
use engine::plan;
use engine::problem::Problems;
use engine::template::{RunInfo, Scope};
use serde_json::{Value, json};

use crate::catalogue::catalog;

/// Resolves the parameters of a node that follows `before` and `skipped`.
pub(crate) fn resolve(kind: &str, with: Value) -> Result<Value, ErrorValue> {
    try_resolve(kind, with).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The same, where the document may be refused.
pub(crate) fn try_resolve(kind: &str, with: Value) -> Result<Result<Value, ErrorValue>, Problems> {
    let document = json!({
        "lathe": 1, "name": "templates",
        "inputs": {"who": {"type": "string"}, "rows": {}, "large": {}},
        "nodes": [
            {"id": "before", "kind": "data.set"}, {"id": "skipped", "kind": "data.set"},
            {"id": "here", "kind": kind, "with": with}
        ],
        "edges": ["before -> here", "skipped -> here"]
    });
    let (_, plan) = plan::read(&document.to_string(), &catalog())?;
    let inputs = json!({"who": "Ada", "rows": [{"n": 1}, {"n": 2}, {"n": 40}], "large": 18446744073709551615_u64});
    let before = json!({
        "text": "hello", "count": 3, "half": 0.5, "flag": true, "none": null, "list": [1, 2],
        "nested": {"a": {"b": "deep"}}, "odd key": 1
    });
    let run = RunInfo {
        id: uuid::Uuid::nil(),
        workflow: "templates".to_owned(),
        started_at: Default::default(),
        vars: Arc::new(
            json!({"region": "eu", "limits": {"rows": 5}})
                .as_object()
                .unwrap()
                .clone(),
        ),
    };
    let outputs = vec![Some(Arc::new(before)), None, None];
    let scope = Scope {
        inputs: &inputs,
        outputs: &outputs,
        run: &run,
    };
    Ok(plan.nodes[2].with.resolve(&scope))
}

fn value(text: &str) -> Value {
    resolve("data.set", json!({"it": text})).unwrap_or_else(|error| panic!("{text}: {error:?}"))["it"].take()
}

fn error(text: &str) -> String {
    let error = resolve("data.set", json!({"it": text})).unwrap_err();
    assert_eq!(error.code, "expression_error");
    error.message
}

#[test]
fn one_expression_keeps_its_type() {
    for (text, expected) in [
        ("${ nodes.before.output.count }", json!(3)),
        (
            "${ nodes.before.output.nested }",
            json!({"a": {"b": "deep"}}),
        ),
        ("${ nodes.before.output.nested.a.b }", json!("deep")),
        ("${ nodes.before.output[\"odd key\"] }", json!(1)),
        ("${ nodes.before.output.list[1] }", json!(2)),
        ("${ nodes.before.output.list.len }", json!(2)),
        ("${ nodes.before.output.missing }", json!(null)),
        (
            "${ nodes.before.output.missing ?? \"else\" }",
            json!("else"),
        ),
        ("${ nodes.skipped.output }", json!(null)),
        ("${ nodes.skipped.output?.x }", json!(null)),
        ("${ nodes.before.output.half * 4 }", json!(2.0)),
        ("${ nodes.before.output.count + 1 }", json!(4)),
        ("${ 6 / 4 }", json!(1)),
        (
            "${ inputs.rows.filter(|row| row.n > 1).map(|row| row.n) }",
            json!([2, 40]),
        ),
        (
            "${ let sum = 0; for row in inputs.rows { sum += row.n } sum }",
            json!(43),
        ),
        ("${ #{ a: 1, b: [#{}] } }", json!({"a": 1, "b": [{}]})),
        (
            "${ if nodes.before.output.flag { 'y' } else { 'n' } }",
            json!("y"),
        ),
        ("${ run.workflow }", json!("templates")),
        ("${ run.started_at }", json!("1970-01-01T00:00:00.000Z")),
        ("${ vars.anything }", json!(null)),
        ("${ vars.region }", json!("eu")),
        ("${ vars.limits.rows + 1 }", json!(6)),
        ("${ vars.limits }", json!({"rows": 5})),
        ("${ inputs.large }", json!(18446744073709551615_u64)),
        ("${ json(\"[1, 2.0, null]\") }", json!([1, 2.0, null])),
        (
            "${ to_json(nodes.before.output.nested) }",
            json!("{\"a\":{\"b\":\"deep\"}}"),
        ),
        (
            "${ [1, 2].join(\", \") + max(1, 2) + round(2.345, 2) }",
            json!("1, 222.35"),
        ),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn text_around_expressions_makes_text() {
    for (text, expected) in [
        ("Hello ${ inputs.who }!", "Hello Ada!"),
        (
            "${ nodes.before.output.count }${ nodes.before.output.half }",
            "30.5",
        ),
        (
            "null: ${ () }, list: ${ nodes.before.output.list }",
            "null: , list: [1,2]",
        ),
        ("$${ inputs.who } costs 5$", "${ inputs.who } costs 5$"),
        (
            "${ \"}\" + '}' + `}${ \"}\" }` /* } */ } and ${ #{ a: 1 }.a }",
            "}}}} and 1",
        ),
        (" ${ 1 }", " 1"),
    ] {
        assert_eq!(value(text), json!(expected), "{text}");
    }
}

#[test]
fn a_secret_is_named_and_put_in_its_place_later() {
    let document = json!({
        "lathe": 1, "name": "secrets", "inputs": {"who": {}},
        "nodes": [{"id": "here", "kind": "test.act", "with": {
            "auth": "Bearer ${ secrets.token }", "list": ["${secrets.login.password}", 1],
            "text": "${ inputs.who } ${ secrets.token } $${ secrets.token }", "other": "${ inputs.who }"
        }}]
    });
    let (_, plan) = plan::read(&document.to_string(), &catalog()).unwrap();
    let named: Vec<String> = plan.secrets.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["${secrets.login.password}", "${secrets.token}"]);
    // Who writes an input may write what looks like a secret: it is put nowhere but where the document names it.
    let inputs = json!({"who": "${secrets.login.password}"});
    let run = RunInfo {
        id: uuid::Uuid::nil(),
        workflow: "secrets".to_owned(),
        started_at: Default::default(),
        vars: Default::default(),
    };
    let outputs: Vec<Option<Arc<Value>>> = vec![None];
    let scope = Scope {
        inputs: &inputs,
        outputs: &outputs,
        run: &run,
    };
    let with = &plan.nodes[0].with;
    let mut value = with.resolve(&scope).unwrap();
    assert_eq!(value["auth"], json!("Bearer ${secrets.token}"));
    with.reveal(&mut value, &|name| match &*name.name {
        "token" => Some("T"),
        _ => Some("P"),
    });
    let expected = json!({
        "auth": "Bearer T", "list": ["P", 1],
        "text": "${secrets.login.password} T ${ secrets.token }", "other": "${secrets.login.password}"
    });
    assert_eq!(value, expected);
}

#[test]
fn secrets_are_refused_where_they_would_be_recorded() {
    let refusal = |node: Value| {
        let document = json!({
            "lathe": 1, "name": "refused", "nodes": [node],
            "settings": {}
        });
        let problems = plan::read(&document.to_string(), &catalog()).unwrap_err();
        problems.to_string()
    };
    for (node, expected) in [
        (
            json!({"id": "a", "kind": "data.set", "with": {"x": "${ secrets.t }"}}),
            "only computes",
        ),
        (
            json!({"id": "a", "kind": "test.act", "with": {"x": "${ secrets.t + 1 }"}}),
            "cannot be computed with",
        ),
        (
            json!({"id": "a", "kind": "test.act", "with": {"x": "${ secrets[\"t\"] }"}}),
            "cannot be computed with",
        ),
        (
            json!({"id": "a", "kind": "test.act", "when": "secrets.t == 1"}),
            "cannot be computed with",
        ),
        (
            json!({"id": "a", "kind": "test.act", "when": "${ secrets.t }"}),
            "for the parameters",
        ),
        (
            json!({"id": "a", "kind": "test.act", "with": {"x": "${ vars }"}}),
            "which variable is read",
        ),
    ] {
        let said = refusal(node.clone());
        assert!(said.contains(expected), "{node}: {said}");
    }
}

#[test]
fn errors_name_the_field_and_the_place() {
    assert_eq!(
        error("${ nodes.before.output.missing.x }"),
        "`with.it`, line 1, column 4: `nodes.before.output.missing` is null, so it has no `x`; \
         `nodes.before.output.missing?.x` reads null instead"
    );
    assert_eq!(
        error("two\nlines ${ nodes.before.output.count.x }"),
        "`with.it`, line 2, column 10: `nodes.before.output.count` is a number, so it has no `x`"
    );
    assert!(
        error("a\nb ${ 1 + nodes.before.output.nested }")
            .starts_with("`with.it`, line 2, column 8: ")
    );
    assert!(
        error("${ 1 / 0 }").contains("Division by zero"),
        "{}",
        error("${ 1 / 0 }")
    );
    assert!(
        error("${ inputs.large + 1 }").contains("18446744073709551615 is too large for a script")
    );
    assert!(
        error("${ |x| x }").contains("JSON cannot hold"),
        "{}",
        error("${ |x| x }")
    );
}

#[test]
fn scripts_run_after_the_other_fields_and_see_their_arguments() {
    let with = json!({
        "args": {"n": "${ nodes.before.output.count }"},
        "script": "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }\nfib(args.n + 7)"
    });
    assert_eq!(
        resolve("script.run", with).unwrap(),
        json!({"args": {"n": 3}, "script": 55})
    );

    let thrown = json!({"script": "let a = 1;\n\nthrow #{ message: \"no more\", stock: 0 };"});
    let error = resolve("script.run", thrown).unwrap_err();
    assert_eq!(error.code, "script_error");
    assert_eq!(error.message, "`with.script`, line 3, column 1: no more");
    assert_eq!(
        error.details,
        Some(json!({"message": "no more", "stock": 0}))
    );
}

#[test]
fn closures_may_use_names_of_the_run() {
    assert_eq!(
        value("${ inputs.rows.map(|row| row.n + nodes.before.output.count) }"),
        json!([4, 5, 43])
    );
}
