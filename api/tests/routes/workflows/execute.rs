//! `POST /api/workflows/{id}/execute`

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::documents::{GATED, GREET};
use crate::support::{Lathe, Reply, request, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn waits_for_the_end_and_tells_what_a_read_tells() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let reply = lathe
        .post(
            &format!("/api/workflows/{id}/execute?wait=10"),
            json!({"inputs": {"name": "Ada"}}),
        )
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.body["status"], "succeeded");
    assert_eq!(reply.body["output"], json!({"text": "hello Ada"}));
    assert_eq!(reply.body["trigger"], "api");
    let location = reply.header("location").to_owned();
    assert_eq!(
        location,
        format!("/api/executions/{}", reply.body["id"].as_str().unwrap())
    );

    let mut read = lathe.get(&location).await.body;
    for field in [
        "document",
        "layout",
        "steps",
        "rerun_from",
        "ending",
        "held",
        "overdue",
    ] {
        read.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(
        read, reply.body,
        "the reply is built without a read, and says the same"
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_at_once_when_nobody_waits_and_when_the_time_is_up() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GATED).await;
    for query in ["", "?wait=50ms"] {
        let reply = lathe
            .post(&format!("/api/workflows/{id}/execute{query}"), json!({}))
            .await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        assert_eq!(
            reply.body["inputs"],
            json!({"gate": "a"}),
            "defaults are filled in"
        );
        assert_eq!(reply.body["output"], Value::Null);
    }
    // The body may be left out, and a browser is recognised.
    let browser = request(
        Method::POST,
        &format!("/api/workflows/{id}/execute?wait=30s"),
    )
    .header("origin", "http://localhost:4000")
    .header("sec-fetch-site", "same-origin");
    for _ in 0..3 {
        lathe.gates.open("a");
    }
    let reply = lathe.send(browser.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.body["trigger"], "manual");
    assert_eq!(reply.body["status"], "succeeded");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_first_execution() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let send = async |key: &str, inputs: Value| -> Reply {
        let path = format!("/api/workflows/{id}/execute?wait=10s");
        let request = request(Method::POST, &path).header("idempotency-key", key);
        lathe
            .send(with_json(request, &json!({"inputs": inputs})))
            .await
    };
    let first = send("k1", json!({})).await;
    let again = send("k1", json!({})).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(again.header("idempotency-replayed"), "true");
    let spelled_out = send("k1", json!({"name": "world"})).await;
    assert_eq!(
        spelled_out.body["id"], first.body["id"],
        "the default, said aloud"
    );
    send("k1", json!({"name": "Ada"}))
        .await
        .refused(409, "conflict");
    assert_ne!(send("k2", json!({})).await.body["id"], first.body["id"]);
    send(&"k".repeat(256), json!({}))
        .await
        .refused(400, "bad_request");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_the_newest_version_and_no_deleted_one() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    assert_eq!(lathe.run(&id, json!({})).await["workflow_version"], 1);
    let changed = GREET.replace("hello", "good day");
    lathe
        .put(&format!("/api/workflows/{id}"), json!({"source": changed}))
        .await;
    let ran = lathe.run(&id, json!({})).await;
    assert_eq!(
        (&ran["workflow_version"], &ran["output"]["text"]),
        (&json!(2), &json!("good day world"))
    );
    lathe.delete(&format!("/api/workflows/{id}")).await;
    lathe
        .post(&format!("/api/workflows/{id}/execute"), json!({}))
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_what_does_not_fit() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}/execute");
    let reply = lathe
        .post(&path, json!({"inputs": {"name": 7, "nmae": "x"}}))
        .await;
    let details = reply.refused(422, "validation_failed").body["error"]["details"]
        .as_array()
        .unwrap();
    assert_eq!(details.len(), 2, "all problems together: {}", reply.text);
    assert_eq!(details[0]["path"], "/inputs/name");
    lathe
        .post(&path, json!({"input": {}}))
        .await
        .refused(422, "validation_failed");
    lathe
        .post(&path, json!([]))
        .await
        .refused(422, "validation_failed");
    for query in ["wait=61s", "wait=soon", "wiat=5s"] {
        lathe
            .post(&format!("{path}?{query}"), json!({}))
            .await
            .refused(400, "bad_request");
    }
    let plain = request(Method::POST, &path).header("content-type", "text/plain");
    lathe
        .send(plain.body(Body::from("{}")).unwrap())
        .await
        .refused(415, "unsupported_media_type");
    let foreign = request(Method::POST, &path).header("origin", "http://evil.example");
    lathe
        .send(foreign.body(Body::empty()).unwrap())
        .await
        .refused(403, "forbidden");
    let listed = lathe.get("/api/executions").await;
    assert_eq!(listed.body["items"], json!([]), "nothing was begun");
    lathe.stop().await;
}
