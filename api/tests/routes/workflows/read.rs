//! `GET /api/workflows/{id}`

use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::GREET;

#[tokio::test(flavor = "multi_thread")]
async fn gives_the_newest_version() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let reply = lathe.get(&format!("/api/workflows/{id}")).await;
    assert_eq!(reply.body["document"]["inputs"]["name"]["default"], "world");
    assert_eq!(reply.body["layout"], Value::Null);
    assert_eq!(reply.body["label"], Value::Null);
    let created = reply.body["created_at"].as_str().unwrap();
    assert_eq!(
        (created.len(), created.ends_with('Z')),
        ("2026-11-23T18:04:05.123Z".len(), true),
        "{created}"
    );
    lathe
        .get("/api/workflows/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11")
        .await
        .refused(404, "not_found");
    let reply = lathe.get("/api/workflows/greet").await;
    assert!(
        reply
            .refused(400, "bad_request")
            .text
            .contains("`id` has to be an id, such as")
    );
    assert_eq!(
        json!(null),
        lathe.get(&format!("/api/workflows/{id}")).await.body["description"]
    );
    lathe.stop().await;
}
