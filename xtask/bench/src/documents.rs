//! The workflows that are measured, and the requests that start them.

use anyhow::{Context, Result};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::{client::Client, load::Shot};

pub(crate) const FIBONACCI: &str =
    "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } } fib(10)";

/// Scripts one after the other; with `checkpoint`, each result is committed before the next begins.
pub(crate) fn chain(name: &str, steps: usize, script: &str, checkpoint: bool) -> Value {
    let node = |step: usize| {
        let mut node =
            json!({ "id": format!("s{step}"), "kind": "script.run", "with": { "script": script } });
        if checkpoint {
            node["checkpoint"] = json!(true);
        }
        node
    };
    linked(name, (0..steps).map(node).collect())
}

/// Requests one after the other to a server that takes its time.
pub(crate) fn requests(name: &str, steps: usize, url: &str) -> Value {
    let node = |step: usize| json!({ "id": format!("s{step}"), "kind": "http.request", "with": { "url": url } });
    linked(name, (0..steps).map(node).collect())
}

/// A loop with a trivial body over the items that it is given.
pub(crate) fn fan_out(name: &str) -> Value {
    let body = json!({ "nodes": [{ "id": "step", "kind": "script.run", "with": { "script": "item + 1" } }] });
    json!({
        "lathe": 1,
        "name": name,
        "inputs": { "items": { "type": "array" } },
        "nodes": [{
            "id": "each",
            "kind": "flow.for_each",
            "with": { "items": "${ inputs.items }", "parallelism": 100 },
            "body": body,
        }],
        "output": "${ nodes.each.output.len() }",
    })
}

fn linked(name: &str, nodes: Vec<Value>) -> Value {
    let id = |node: &Value| node["id"].clone();
    let edges: Vec<Value> = nodes
        .windows(2)
        .map(|pair| json!({ "from": id(&pair[0]), "to": id(&pair[1]) }))
        .collect();
    json!({ "lathe": 1, "name": name, "nodes": nodes, "edges": edges })
}

/// Saves a workflow and gives back its id.
pub(crate) async fn create(port: u16, document: &Value) -> Result<String> {
    let mut client = Client::connect(port).await?;
    let created = client
        .post("/api/workflows", &json!({ "document": document }))
        .await?;
    let id = created["id"].as_str();
    Ok(id.context("a created workflow has no id")?.to_owned())
}

/// A run whose caller waits for its result.
pub(crate) fn waiting(workflow: &str) -> Shot {
    Shot::post(
        format!("/api/workflows/{workflow}/execute?wait=60s"),
        Bytes::from_static(br#"{"inputs":{}}"#),
        200,
        r#""status":"succeeded""#,
    )
}

/// A run whose caller is content that it will happen.
pub(crate) fn accepted(workflow: &str) -> Shot {
    Shot::post(
        format!("/api/workflows/{workflow}/execute"),
        Bytes::from_static(br#"{"inputs":{}}"#),
        202,
        "",
    )
}
