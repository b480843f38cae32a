//! Holds for every kind: the manual is complete and its example fits, and the declaration is as accepted.

use serde_json::{Map, Value, json};

use crate::kind::Registered;
use crate::options::Options;

const SECTIONS: [&str; 5] = [
    "## Inputs",
    "## Output",
    "## Failure and retry",
    "## Example",
    "```yaml",
];

#[test]
fn every_manual_entry_has_its_sections_in_order() {
    for Registered { kind, .. } in crate::registered(&Options::default()) {
        let mut rest = kind.description;
        for section in SECTIONS {
            let at = rest
                .find(section)
                .unwrap_or_else(|| panic!("{}: no `{section}` where it belongs", kind.kind));
            rest = &rest[at + section.len()..];
        }
        assert!(
            kind.summary.ends_with('.'),
            "{}: the summary is a sentence",
            kind.kind
        );
        assert!(
            kind.kind.split_once('.').is_some(),
            "{}: a kind is called noun.verb",
            kind.kind
        );
    }
}

#[test]
fn every_example_fits_its_kind() {
    for registered in crate::registered(&Options::default()) {
        let kind = &registered.kind;
        let document = engine::document::parse::parse(&example(kind.description))
            .unwrap_or_else(|problems| panic!("{}: {problems:?}", kind.kind));
        let node = document
            .document
            .nodes
            .iter()
            .find(|node| node.kind == kind.kind);
        let node = node.unwrap_or_else(|| panic!("{}: its example shows another kind", kind.kind));
        let with = evaluated(&node.with, &kind.config_schema);
        (registered.check)(with).unwrap_or_else(|failure| panic!("{}: {failure:?}", kind.kind));
    }
}

#[test]
fn every_kind_declares_what_was_accepted() {
    for Registered { kind, .. } in crate::registered(&Options::default()) {
        let mut declared = serde_json::to_value(&kind).unwrap();
        declared.as_object_mut().unwrap().remove("description");
        insta::assert_json_snapshot!(kind.kind, declared);
    }
}

#[test]
fn what_examples_hold_in_their_blocks_fits_too() {
    let catalogue = crate::catalog(&Options::default());
    for kind in catalogue.kinds() {
        let document = engine::document::parse::parse(&example(kind.description))
            .unwrap()
            .document;
        if document.nodes.iter().all(|node| node.body.is_none()) {
            continue;
        }
        let problems = engine::plan::compile(document, &catalogue).err();
        // An example is a part of a workflow whose inputs it does not show.
        let wrong: Vec<_> = problems
            .iter()
            .flat_map(|problems| &problems.0)
            .filter(|problem| !problem.message.contains("this workflow has no input"))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", kind.kind);
    }
}

#[test]
fn the_catalogue_holds_every_kind_once() {
    let options = Options::default();
    let names: Vec<_> = crate::registered(&options)
        .iter()
        .map(|registered| registered.kind.kind)
        .collect();
    let catalogue: Vec<_> = crate::catalog(&options)
        .kinds()
        .map(|kind| kind.kind)
        .collect();
    assert_eq!(
        names, catalogue,
        "the list in the crate's root is kept in the order of the names"
    );
}

/// The example of a manual entry, as a whole document.
fn example(description: &str) -> String {
    let (_, example) = description.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    format!("lathe: 1\nname: example\nnodes:\n{example}")
}

/// Parameters with each expression replaced by a value of the type that the schema wants there.
fn evaluated(with: &Map<String, Value>, schema: &Value) -> Value {
    let evaluate = |(name, value): (&String, &Value)| {
        let is_expression = value
            .as_str()
            .is_some_and(|text| text.starts_with("${") && text.ends_with('}'));
        let value = if is_expression {
            sample(&schema["properties"][name], schema)
        } else {
            value.clone()
        };
        (name.clone(), value)
    };
    Value::Object(with.iter().map(evaluate).collect())
}

fn sample(property: &Value, root: &Value) -> Value {
    if let Some(reference) = property["$ref"].as_str() {
        return sample(
            root.pointer(reference.trim_start_matches('#')).unwrap(),
            root,
        );
    }
    if let Some(first) = property["enum"].get(0).or(property["oneOf"]
        .get(0)
        .and_then(|variant| variant.get("const")))
    {
        return first.clone();
    }
    if let Some(example) = property["examples"].get(0) {
        return example.clone();
    }
    match property["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(1),
        Some("object") => json!({}),
        Some("array") => json!([]),
        _ => json!("text"),
    }
}
