//! A key is good for one thing: the same again is answered with what was made, and anything else is refused.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Lathe, Reply, request, with_json};

const GREET: &str = "{lathe: 1, name: greet, nodes: [{id: a, kind: test.echo}]}";

/// What every creating route that takes a key is sent, and something else for the same key.
fn bodies(path: &str, workflow: &str) -> (Value, Value) {
    let text = json!([{"name": "text", "type": "text"}]);
    match path {
        "/api/workflows" => (
            json!({"source": GREET}),
            json!({"source": GREET.replace("id: a", "id: b")}),
        ),
        "/api/applications" => (
            json!({"name": "shop", "label": "Shop"}),
            json!({"name": "shop", "label": "Store"}),
        ),
        "/api/models" => (
            json!({"name": "note", "fields": text}),
            json!({"name": "other", "fields": text}),
        ),
        "/api/prompts" => (
            json!({"name": "hello", "content": "Hi"}),
            json!({"name": "hello", "content": "Ho"}),
        ),
        "/api/secrets" => (
            json!({"name": "token", "value": "the-first-one"}),
            json!({"name": "token", "value": "another-one"}),
        ),
        "/api/variables" => (
            json!({"name": "region", "value": "eu"}),
            json!({"name": "region", "value": "us"}),
        ),
        "/api/schedules" => (
            json!({"name": "nightly", "workflow_id": workflow, "cron": "@daily"}),
            json!({"name": "nightly", "workflow_id": workflow, "cron": "@hourly"}),
        ),
        "/api/webhooks" => (
            json!({"name": "pushes", "workflow_id": workflow, "verification": "hmac"}),
            json!({"name": "pushes", "workflow_id": workflow, "verification": "none"}),
        ),
        "/api/outgoing-webhooks" => (
            json!({"name": "pager", "url": "https://example.org/a", "events": ["execution.failed"]}),
            json!({"name": "pager", "url": "https://example.org/b", "events": ["execution.failed"]}),
        ),
        "/api/views" => (
            json!({"model": "workflows", "name": "mine"}),
            json!({"model": "workflows", "name": "ours"}),
        ),
        other => panic!("say here what {other} is sent"),
    }
}

/// The paths of all routes that make something of a JSON body and take a key.
fn creating() -> Vec<String> {
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let makes = |item: &Value| {
        let post = &item["post"];
        let keyed = post["parameters"].to_string().contains("Idempotency-Key");
        let body = &post["requestBody"]["content"]["application/json"];
        keyed && !body.is_null() && !post["responses"]["201"].is_null()
    };
    paths
        .filter(|(_, item)| makes(item))
        .map(|(path, _)| path.clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_another_body_is_refused_everywhere() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(&GREET.replace("greet", "base")).await;
    let send = async |path: &str, body: &Value| -> Reply {
        let asked = request(Method::POST, path).header("idempotency-key", "the-key");
        lathe.send(with_json(asked, body)).await
    };
    let paths = creating();
    assert!(paths.len() >= 8, "{paths:?}");
    for path in &paths {
        let (first, other) = bodies(path, &workflow);
        let made = send(path, &first).await;
        assert_eq!(made.status, 201, "{path}: {}", made.text);
        send(path, &other).await.refused(409, "conflict");
        // The order of fields is none of the body's meaning.
        let turned: serde_json::Map<String, Value> = first
            .as_object()
            .unwrap()
            .clone()
            .into_iter()
            .rev()
            .collect();
        let again = send(path, &Value::Object(turned)).await;
        assert_eq!(again.status, 201, "{path}: {}", again.text);
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        assert_eq!(again.body["id"], made.body["id"], "{path}");
    }
    lathe.stop().await;
}
