//! What a document may say, and how each fault of it is reported: all together, each at its place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, and clippy only knows the tests themselves"
)]

use blueprint::{Application, Invalid};
use serde_json::json;

fn faults(text: &str) -> Vec<(String, Option<usize>, String)> {
    let Invalid { problems } = Application::parse(text).expect_err("the document has faults");
    problems
        .into_iter()
        .map(|problem| (problem.path, problem.line, problem.message))
        .collect()
}

fn assert_fault(text: &str, path: &str, part: &str) {
    let faults = faults(text);
    assert!(
        faults
            .iter()
            .any(|(place, _, message)| place == path && message.contains(part)),
        "no fault at {path} about {part:?} in {faults:#?}"
    );
}

fn with_model_name(name: &str) -> serde_json::Value {
    json!({ "name": "shop", "models": [{ "name": name, "fields": [{ "name": "title", "type": "text" }] }] })
}

#[test]
fn the_bookshop_is_sound() {
    let application =
        Application::parse(include_str!("../../examples/bookshop/bookshop.yaml")).unwrap();
    assert_eq!(application.models.len(), 6);
    assert_eq!(application.relationships.len(), 6);
    let written = serde_json::to_value(&application).unwrap();
    assert_eq!(
        Application::from_value(written).unwrap(),
        application,
        "what is written reads the same"
    );
}

#[test]
fn every_fault_is_reported_with_its_line() {
    let text = "name: shop\nmodels:\n  - name: self\n    fields:\n      - { name: price, type: decimal }\n      - { name: size, type: enum, values: [s, m], default: xl }\n      - { name: age, type: integer, min: 9, max: 3 }\n      - { name: age, type: text }\nrelationships:\n  - { kind: n-1, source: self, target: nowhere, name: owner, inverse: things }\n";
    let faults = faults(text);
    let at = |path: &str| {
        faults
            .iter()
            .find(|fault| fault.0 == path)
            .map(|fault| fault.1)
    };
    assert_eq!(at("/models/0/name"), Some(Some(3)), "{faults:#?}");
    assert_eq!(at("/models/0/fields/0/type"), Some(Some(5)));
    assert_eq!(at("/models/0/fields/1/default"), Some(Some(6)));
    assert_eq!(at("/models/0/fields/2/min"), Some(Some(7)));
    assert_eq!(at("/models/0/fields/3/name"), Some(Some(8)));
    assert_eq!(at("/relationships/0/target"), Some(Some(10)));
}

#[test]
fn misspelt_keys_are_reported_together() {
    let text = "name: shop\nmodels:\n  - name: books\n    fields:\n      - { name: title, type: text, requird: true }\n      - { name: pages, type: number }\nrelations: []\n";
    let paths: Vec<String> = faults(text).into_iter().map(|fault| fault.0).collect();
    assert_eq!(
        paths,
        [
            "/relations",
            "/models/0/fields/0/requird",
            "/models/0/fields/1/type"
        ]
    );
}

#[test]
fn broken_text_is_reported_at_its_place() {
    assert!(faults("name: shop\nmodels: [\n")[0].1.is_some());
    assert_eq!(faults("{\"name\": \"shop\",}")[0].1, Some(1));
    assert_fault("", "", "empty");
    assert_fault("name: a\nname: b\n", "/name", "given twice");
    assert_fault("name: &a shop\nlabel: *a\n", "/label", "aliases");
}

#[test]
fn hostile_and_reserved_names_are_refused() {
    let names = [
        "self",
        "crate",
        "Self",
        "table",
        "order",
        "user",
        "class",
        "drop table",
        "a\"; DROP TABLE x; --",
        "a\nb",
        "a'b",
        "émile",
        "books__x",
        "books_",
        "Books",
        "1st",
        "sqlite_master",
        "con",
        "",
        "a*/b",
        "{{a}}",
        "a\u{202e}b",
        &"a".repeat(49),
    ];
    for name in names {
        let invalid = Application::from_value(with_model_name(name)).expect_err(name);
        assert!(
            invalid
                .problems
                .iter()
                .any(|problem| problem.path == "/models/0/name"),
            "{name:?}: {invalid}"
        );
    }
    for name in [
        "orders",
        "order_lines",
        "users",
        "values_of",
        "a",
        &"a".repeat(48),
    ] {
        Application::from_value(with_model_name(name)).expect(name);
    }
}

#[test]
fn names_that_would_collide_are_refused() {
    let base = "name: shop\nmodels:\n  - { name: books, fields: [{ name: publisher_id, type: text }, { name: created_at, type: date }] }\n  - { name: publishers, fields: [{ name: books, type: text }] }\n  - { name: books_tags, fields: [{ name: name, type: text }] }\nrelationships:\n  - { kind: n-1, source: books, target: publishers, name: publisher, inverse: books }\n  - { kind: n-n, source: books, target: books_tags, name: tags, inverse: tagged }\n";
    assert_fault(base, "/models/0/fields/1/name", "of its own");
    assert_fault(base, "/relationships/0/name", "publisher_id");
    assert_fault(base, "/relationships/0/inverse", "`books`");
    assert_fault(base, "/relationships/1/name", "books_tags");
}

#[test]
fn what_could_never_hold_is_refused() {
    assert_fault("name: shop\n", "/models", "at least one model");
    let circle = "name: shop\nmodels:\n  - { name: hens, fields: [{ name: name, type: text }] }\n  - { name: eggs, fields: [{ name: name, type: text }] }\nrelationships:\n  - { kind: n-1, source: hens, target: eggs, name: origin, inverse: hens, required: true }\n  - { kind: n-1, source: eggs, target: hens, name: layer, inverse: eggs, required: true }\n";
    assert_fault(
        circle,
        "/relationships/0/required",
        "no record could ever be created",
    );
    let set_null = circle.replace(
        "inverse: hens, required: true",
        "inverse: hens, required: true, on_delete: set_null",
    );
    assert_fault(
        &set_null,
        "/relationships/0/on_delete",
        "cannot be set to null",
    );
    let unique = "name: shop\nmodels:\n  - { name: hens, fields: [{ name: brown, type: boolean, unique: true }, { name: n, type: integer, min: 1, max: 2, unique: true }] }\n";
    assert_fault(unique, "/models/0/fields/0/unique", "cannot be unique");
    assert_fault(unique, "/models/0/fields/1/unique", "three values");
}

#[test]
fn a_rename_keeps_its_identity_by_stating_the_id() {
    let before = Application::from_value(with_model_name("books")).unwrap();
    let mut renamed = with_model_name("volumes");
    renamed["models"][0]["id"] = json!(before.models[0].id);
    let after = Application::from_value(renamed).unwrap();
    assert_eq!(before.models[0].id, after.models[0].id);
    assert_eq!(
        before.models[0].fields[0].id, after.models[0].fields[0].id,
        "fields hang on the model's id"
    );
}

#[test]
fn the_schema_describes_the_document() {
    let schema = blueprint::json_schema();
    assert!(schema["properties"]["models"].is_object(), "{schema}");
    assert!(blueprint::model_json_schema()["properties"]["fields"].is_object());
}
