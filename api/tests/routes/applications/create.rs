//! `POST /api/applications`

use axum::http::Method;
use serde_json::json;

use crate::support::documents::LIBRARY;
use crate::support::{Lathe, request, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn with_its_models_from_text_or_parts() {
    let lathe = Lathe::start().await;
    let configuration = json!({"ship_workflow": "ship_it"});
    let reply = lathe
        .post(
            "/api/applications",
            json!({"source": LIBRARY, "configuration": configuration}),
        )
        .await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(
        (&reply.body["name"], &reply.body["label"]),
        (&json!("library"), &json!("Library"))
    );
    assert_eq!(
        (&reply.body["configuration"], &reply.body["live"]),
        (&configuration, &json!(null))
    );
    assert_eq!(reply.body["models"][1]["name"], "books");
    assert_eq!(reply.body["relationships"][0]["kind"], "n-1");

    let parts = json!({
        "name": "cinema",
        "models": [{"name": "films", "fields": [{"name": "title", "type": "text"}]}],
        "relationships": [],
    });
    let reply = lathe.post("/api/applications", parts).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["models"][0]["name"]),
        (201, &json!("films")),
        "{}",
        reply.text
    );
    let reply = lathe
        .post("/api/applications", json!({"name": "empty"}))
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["models"]),
        (201, &json!([])),
        "{}",
        reply.text
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing() {
    let lathe = Lathe::start().await;
    let broken = LIBRARY
        .replace("type: integer", "type: number")
        .replace("target: authors", "target: writers");
    let reply = lathe
        .post("/api/applications", json!({"source": broken}))
        .await;
    let details = reply.refused(422, "validation_failed").body["error"]["details"]
        .as_array()
        .unwrap();
    assert!(
        details.iter().all(|detail| detail["line"].is_u64()),
        "{}",
        reply.text
    );
    let both = json!({"source": LIBRARY, "name": "other"});
    lathe
        .post("/api/applications", both)
        .await
        .refused(422, "validation_failed");
    lathe
        .post("/api/applications", json!({}))
        .await
        .refused(422, "validation_failed");
    lathe
        .post("/api/applications", json!({"name": "drop table"}))
        .await
        .refused(422, "validation_failed");
    assert_eq!(
        lathe.get("/api/applications").await.body["items"],
        json!([])
    );
    assert_eq!(lathe.get("/api/models").await.body["items"], json!([]));

    let send = async |key: &str| {
        let request = request(Method::POST, "/api/applications").header("idempotency-key", key);
        lathe
            .send(with_json(request, &json!({"source": LIBRARY})))
            .await
    };
    let first = send("a").await;
    assert_eq!(send("a").await.body, first.body);
    send("b").await.refused(409, "conflict");
    assert_eq!(
        lathe.get("/api/models").await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        2,
        "nothing half-done"
    );
    lathe.stop().await;
}
