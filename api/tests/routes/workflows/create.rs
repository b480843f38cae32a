//! `POST /api/workflows`

use axum::http::Method;
use serde_json::json;

use crate::support::documents::GREET;
use crate::support::{Lathe, request, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn keeps_a_document_from_text_or_json() {
    let lathe = Lathe::start().await;
    let reply = lathe
        .post(
            "/api/workflows",
            json!({"source": GREET, "layout": {"greeting": {"x": 1, "y": 2.5}}}),
        )
        .await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(
        reply.header("location"),
        format!("/api/workflows/{}", reply.body["id"].as_str().unwrap())
    );
    assert_eq!(
        (&reply.body["name"], &reply.body["version"]),
        (&json!("greet"), &json!(1))
    );
    assert_eq!(
        reply.body["layout"],
        json!({"greeting": {"x": 1.0, "y": 2.5}})
    );
    let mut document = reply.body["document"].clone();
    document["name"] = json!("greet_again");
    let again = lathe
        .post("/api/workflows", json!({"document": document}))
        .await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_eq!(
        again.body["document"]["nodes"],
        reply.body["document"]["nodes"]
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_all_problems_with_their_places() {
    let lathe = Lathe::start().await;
    let source = GREET
        .replace("test.echo", "test.ecko")
        .replace("inputs.name", "nodes.nobody.output");
    let reply = lathe
        .post("/api/workflows", json!({"source": source}))
        .await;
    let details = reply.refused(422, "validation_failed").body["error"]["details"]
        .as_array()
        .unwrap();
    assert!(
        details
            .iter()
            .any(|detail| detail["node"] == "greeting" && detail["line"] == 8),
        "{}",
        reply.text
    );

    let document = json!({"lathe": 1, "name": "x", "nodes": [{"id": "a", "kind": "test.ecko"}]});
    let reply = lathe
        .post("/api/workflows", json!({"document": document}))
        .await;
    let detail = &reply.refused(422, "validation_failed").body["error"]["details"][0];
    assert_eq!(detail["path"], "/nodes/0/kind", "{}", reply.text);
    assert_eq!(detail.get("line"), None);

    for body in [
        json!({}),
        json!({"source": GREET, "document": {}}),
        json!({"source": GREET, "version": 3}),
        json!({"source": 5}),
    ] {
        lathe
            .post("/api/workflows", body)
            .await
            .refused(422, "validation_failed");
    }
    assert_eq!(
        lathe.get("/api/workflows").await.body["items"],
        json!([]),
        "nothing was kept"
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_and_keys_repeat() {
    let lathe = Lathe::start().await;
    let send = async |key: &str| {
        let request = request(Method::POST, "/api/workflows").header("idempotency-key", key);
        lathe
            .send(with_json(request, &json!({"source": GREET})))
            .await
    };
    let first = send("a").await;
    let again = send("a").await;
    assert_eq!(
        (again.status.as_u16(), again.header("idempotency-replayed")),
        (201, "true")
    );
    assert_eq!(again.body, first.body);
    send("b").await.refused(409, "conflict");
    lathe.stop().await;
}
