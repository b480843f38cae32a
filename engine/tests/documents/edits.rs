//! The edits of `fixtures/edits`, which the web app's operations are tested by: what an edit makes is a document that
//! the engine reads, and a graph that an edit may not make is one that the engine refuses as well.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use engine::document::parse;
use engine::plan;
use serde_json::{Value, json};

use crate::catalogue::catalog;

/// Refusals that are about the graph, and so about what may be saved; the others are about the edit alone, such as one
/// that names a node which is not there to be removed.
const OF_THE_GRAPH: [&str; 7] = [
    "bad_id",
    "cycle",
    "edge_exists",
    "id_taken",
    "other_block",
    "self_edge",
    "unknown_node",
];

fn edits() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/edits");
    let mut edits: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let edit = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            (path.file_stem().unwrap().to_string_lossy().into(), edit)
        })
        .collect();
    edits.sort_by_key(|(name, _): &(String, Value)| name.clone());
    edits
}

#[test]
fn what_is_edited_and_what_comes_of_it_are_documents() {
    for (name, edit) in edits() {
        for side in ["before", "after"] {
            let Some(draft) = edit.get(side) else {
                continue;
            };
            let document = parse::from_value(draft["document"].clone())
                .unwrap_or_else(|problems| panic!("{name}, {side}:\n{problems}"));
            let again = serde_json::to_value(&document).unwrap();
            assert_eq!(
                parse::from_value(again).unwrap(),
                document,
                "{name}, {side}"
            );
        }
    }
}

#[test]
fn a_graph_that_no_edit_may_make_is_refused_by_the_engine_too() {
    let mut seen = BTreeSet::new();
    for (name, edit) in edits() {
        let code = edit["error"]["code"].as_str().unwrap_or_default();
        let before = &edit["before"]["document"];
        if !OF_THE_GRAPH.contains(&code) {
            continue;
        }
        let Some(forced) = forced(before, edit["operations"].as_array().unwrap()) else {
            continue;
        };
        let (had, has) = (problems(before), problems(&forced));
        assert!(
            has.difference(&had).next().is_some(),
            "{name}: the engine takes what the edit may not make"
        );
        seen.insert(code.to_owned());
    }
    assert_eq!(
        seen,
        OF_THE_GRAPH.map(str::to_owned).into(),
        "no edit shows them"
    );
}

/// The document as it would be, had nobody looked at the operations. None where an operation can't be forced, since
/// there is nothing that it could be done to.
fn forced(before: &Value, operations: &[Value]) -> Option<Value> {
    let mut document = before.clone();
    for operation in operations {
        match operation["op"].as_str().unwrap() {
            "add_node" => push(&mut document, "nodes", operation["node"].clone()),
            "connect" => {
                let mut edge = operation.clone();
                edge.as_object_mut().unwrap().remove("op");
                push(&mut document, "edges", edge);
            }
            "rename_node" => node(&mut document, &operation["id"])?["id"] = operation["to"].clone(),
            "set_block" => {
                let part = operation["part"].as_str().unwrap();
                node(&mut document, &operation["node"])?[part] = operation["block"].clone();
            }
            _ => return None,
        }
    }
    Some(document)
}

fn push(document: &mut Value, list: &str, item: Value) {
    let list = document
        .as_object_mut()
        .unwrap()
        .entry(list)
        .or_insert_with(|| json!([]));
    list.as_array_mut().unwrap().push(item);
}

fn node<'a>(document: &'a mut Value, id: &Value) -> Option<&'a mut Value> {
    let nodes = document["nodes"].as_array_mut()?;
    nodes.iter_mut().find(|node| node["id"] == *id)
}

fn problems(document: &Value) -> BTreeSet<String> {
    match plan::read(&document.to_string(), &catalog()) {
        Ok(_) => BTreeSet::new(),
        Err(found) => found.0.iter().map(|it| it.message.clone()).collect(),
    }
}
