//! `GET /api/executions/{id}/blobs/{sha256}`, and how large values are shown elsewhere

use axum::body::{Body, to_bytes};
use axum::http::{Method, StatusCode};
use engine::ports::blobs::ByteStream;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::support::{Lathe, request};

const LARGE: &str = "
lathe: 1
name: large
inputs:
  text: { type: string }
nodes:
  - { id: keep, kind: test.echo, with: { text: \"${ inputs.text }\" } }
  - { id: read, kind: test.echo, with: { length: \"${ nodes.keep.output.text.len() }\" } }
edges: [keep -> read]
output: \"${ nodes.keep.output }\"
";

fn step<'a>(execution: &'a Value, path: &str) -> &'a Value {
    let steps = execution["steps"].as_array().unwrap();
    steps.iter().find(|step| step["path"] == path).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_value_is_shown_as_a_reference_and_downloaded_whole() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(LARGE).await;
    let path = format!("/api/workflows/{workflow}/execute?wait=30s");
    let inputs = json!({ "inputs": { "text": "é".repeat(500_000) } });
    let reply = lathe.post(&path, inputs.clone()).await;
    assert_eq!(reply.body["status"], "succeeded");
    assert!(reply.text.len() < 2_000, "{} bytes", reply.text.len());
    let id = reply.body["id"].as_str().unwrap();
    let shown = lathe.get(&format!("/api/executions/{id}")).await;
    assert!(shown.text.len() < 10_000, "{} bytes", shown.text.len());
    assert_eq!(shown.body["output"], reply.body["output"]);
    assert_eq!(step(&shown.body, "keep")["output"], reply.body["output"]);
    assert_eq!(
        step(&shown.body, "read")["output"],
        json!({ "length": 500_000 })
    );

    let kept = &reply.body["output"]["$blob"];
    let sha256 = kept["sha256"].as_str().unwrap();
    let path = format!("/api/executions/{id}/blobs/{sha256}");
    let bytes = lathe.get(&path).await;
    assert_eq!(bytes.status, StatusCode::OK);
    assert_eq!(bytes.body, inputs["inputs"]);
    assert_eq!(bytes.headers["content-type"], "application/json");
    assert_eq!(
        bytes.headers["content-length"],
        kept["size"].to_string().as_str()
    );
    assert_eq!(bytes.headers["etag"], format!("\"{sha256}\"").as_str());
    assert_eq!(bytes.headers["cache-control"], "private, no-cache");
    let hash: String = Sha256::digest(&bytes.text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hash, sha256);
    let again = request(Method::GET, &path).header("if-none-match", format!("\"{sha256}\""));
    let again = lathe.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (again.status, again.text.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );

    // A re-run takes copies.
    let rerun = format!("/api/executions/{id}/rerun?wait=30s");
    let second = lathe.post(&rerun, json!({ "from": ["read"] })).await;
    assert_eq!(second.body["status"], "succeeded", "{}", second.text);
    let theirs = &second.body["output"]["$blob"];
    assert_eq!(
        (&theirs["sha256"], &theirs["execution"]),
        (&json!(sha256), &second.body["id"])
    );
    lathe
        .state
        .blobs
        .delete_all(id.parse().unwrap())
        .await
        .unwrap();
    let second = second.body["id"].as_str().unwrap();
    let bytes = lathe
        .get(&format!("/api/executions/{second}/blobs/{sha256}"))
        .await;
    assert_eq!(bytes.body, inputs["inputs"]);
    let gone = lathe.get(&path).await;
    assert_eq!(
        (gone.status, &gone.body["error"]["code"]),
        (StatusCode::NOT_FOUND, &json!("not_found"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_the_same_large_inputs_is_the_same_run() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(LARGE).await;
    let ask = async |text: String| {
        let asked = request(
            Method::POST,
            &format!("/api/workflows/{workflow}/execute?wait=30s"),
        )
        .header("content-type", "application/json")
        .header("idempotency-key", "once");
        let body = json!({ "inputs": { "text": text } }).to_string();
        lathe.send(asked.body(body.into()).unwrap()).await
    };
    let first = ask("x".repeat(300_000)).await;
    let again = ask("x".repeat(300_000)).await;
    assert_eq!(
        (&again.status, &again.body["id"]),
        (&StatusCode::OK, &first.body["id"])
    );
    assert_eq!(ask("y".repeat(300_000)).await.status, StatusCode::CONFLICT);
}

/// S16, S17: a page with a script that a workflow fetched is downloaded, and never shown as one of ours.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_step_kept_is_never_a_page_of_ours() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(LARGE).await;
    let path = format!("/api/workflows/{workflow}/execute?wait=30s");
    let run = lathe
        .post(&path, json!({ "inputs": { "text": "small" } }))
        .await;
    let id = run.body["id"].as_str().unwrap();
    let page: ByteStream = stream::iter([Ok("<script>steal()</script>".into())]).boxed();
    let execution = id.parse().unwrap();
    let kept = lathe
        .state
        .blobs
        .put(execution, "text/html", page, 100)
        .await
        .unwrap();
    let asked = request(
        Method::GET,
        &format!("/api/executions/{id}/blobs/{}", kept.sha256),
    );
    let asked = asked.body(Body::empty()).unwrap();
    let reply = lathe.router.clone().oneshot(asked).await.unwrap();
    let headers = reply.headers().clone();
    assert_eq!(headers["content-type"], "text/html");
    assert_eq!(headers["content-disposition"], "attachment");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("sandbox"), "{policy}");
    let bytes = to_bytes(reply.into_body(), 100).await.unwrap();
    assert_eq!(bytes, "<script>steal()</script>");

    let none = "0".repeat(64);
    for (path, status) in [
        (format!("/api/executions/{id}/blobs/{none}"), 404),
        (
            format!("/api/executions/{id}/blobs/..%2F..%2Flathe.db"),
            404,
        ),
        (
            format!(
                "/api/executions/{}/blobs/{}",
                uuid::Uuid::now_v7(),
                kept.sha256
            ),
            404,
        ),
        (format!("/api/executions/none/blobs/{none}"), 400),
    ] {
        let reply = lathe.get(&path).await;
        assert_eq!(reply.status.as_u16(), status, "{path}: {}", reply.text);
        assert!(reply.body["error"]["code"].is_string(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn references_from_outside_are_refused_and_told_where() {
    let lathe = Lathe::start().await;
    let workflow = lathe
        .workflow(
            "
lathe: 1
name: open
inputs:
  data: { default: 0 }
nodes:
  - { id: echo, kind: test.echo, with: { data: \"${ inputs.data }\" } }
",
        )
        .await;
    let path = format!("/api/workflows/{workflow}/execute?wait=30s");
    let run = lathe.post(&path, json!({})).await;
    let id = run.body["id"].as_str().unwrap();
    let forged = json!({ "$blob": { "execution": id, "sha256": "0".repeat(64), "size": 1, "type": "text/plain" } });
    let rerun = format!("/api/executions/{id}/rerun");
    for (path, body, place) in [
        (
            &path,
            json!({ "inputs": { "data": [{ "deep": forged }] } }),
            "/inputs/data/0/deep",
        ),
        (
            &path,
            json!({ "inputs": { "data": { "$blob": 1 } } }),
            "/inputs/data",
        ),
        (
            &path,
            json!({ "pins": { "echo": { "output": forged } } }),
            "/pins/echo/output",
        ),
        // The earlier run is the right one, but has no such blob.
        (
            &rerun,
            json!({ "inputs": { "data": forged } }),
            "/inputs/data",
        ),
    ] {
        let reply = lathe.post(path, body.clone()).await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}: {}",
            reply.text
        );
        assert_eq!(
            reply.body["error"]["details"][0]["path"], place,
            "{}",
            reply.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_and_decisions_bring_no_references_of_other_runs() {
    let lathe = Lathe::start().await;
    let workflow = lathe
        .workflow(
            "
lathe: 1
name: asks
nodes:
  - { id: held, kind: test.check, with: { broken: true }, on_error: pause }
  - { id: asks, kind: flow.await, with: { signal: go } }
edges: [held -> asks]
",
        )
        .await;
    let id = lathe.begin(&workflow).await;
    lathe
        .until(&id, |execution| execution["status"] == "paused")
        .await;
    let forged = json!({ "$blob": { "execution": uuid::Uuid::now_v7(), "sha256": "0".repeat(64), "size": 1, "type": "" } });
    let path = format!("/api/executions/{id}");
    let give = |output: &Value| json!({ "step": "held", "action": "give", "output": output });
    let refused = lathe
        .post(&format!("{path}/decide"), give(&json!({ "file": forged })))
        .await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    assert_eq!(refused.body["error"]["details"][0]["path"], "/output/file");

    lathe.post(&format!("{path}/decide"), give(&json!(1))).await;
    lathe.post(&format!("{path}/resume"), json!(null)).await;
    let waits = |execution: &Value| step(execution, "asks")["wait"].is_object();
    let execution = lathe.until(&id, waits).await;
    let wait = step(&execution, "asks")["wait"]["id"].as_str().unwrap();
    let answer = format!("/api/waits/{wait}/answer");
    let refused = lathe.post(&answer, json!({ "payload": [forged] })).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    assert_eq!(refused.body["error"]["details"][0]["path"], "/payload/0");
}

const BREAKS: &str = "
lathe: 1
name: breaks
inputs:
  text: { type: string }
nodes:
  - { id: keep, kind: test.echo, with: { text: \"${ inputs.text }\" } }
  - { id: check, kind: test.check, with: { broken: true }, on_error: pause }
  - { id: read, kind: test.echo, with: { length: \"${ nodes.keep.output.text.len() }\" } }
edges: [keep -> check, check -> read]
output: { text: \"${ nodes.keep.output.text }\", length: \"${ nodes.read.output.length }\" }
";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_moves_to_another_version_takes_its_large_values_along() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(BREAKS).await;
    let path = format!("/api/workflows/{workflow}");
    let text = "x".repeat(500_000);
    let inputs = json!({ "inputs": { "text": text } });
    let begun = lathe.post(&format!("{path}/execute"), inputs).await;
    let id = begun.body["id"].as_str().unwrap();
    lathe
        .until(id, |execution| execution["status"] == "paused")
        .await;
    let mended = BREAKS.replace("broken: true", "broken: false");
    lathe.put(&path, json!({ "source": mended })).await;
    let moved = lathe
        .post(&format!("/api/executions/{id}/move?wait=30s"), json!(null))
        .await;
    assert_eq!(moved.body["status"], "succeeded", "{}", moved.text);
    lathe
        .state
        .blobs
        .delete_all(id.parse().unwrap())
        .await
        .unwrap();
    let kept = &moved.body["output"]["$blob"];
    let (by, sha256) = (
        moved.body["id"].as_str().unwrap(),
        kept["sha256"].as_str().unwrap(),
    );
    assert_eq!(kept["execution"], by);
    let whole = lathe
        .get(&format!("/api/executions/{by}/blobs/{sha256}"))
        .await;
    assert_eq!(whole.body, json!({ "text": text, "length": 500_000 }));
    let inputs = lathe
        .store
        .execution_inputs(store::Scope::System, by.parse().unwrap())
        .await;
    assert_eq!(inputs.unwrap(), Some(json!({ "text": text })));
}
