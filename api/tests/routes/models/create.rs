//! `POST /api/models`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn alone_or_within_an_application() {
    let lathe = Lathe::start().await;
    let fields = json!([{"name": "title", "type": "text", "required": true}]);
    let reply = lathe
        .post("/api/models", json!({"name": "films", "fields": fields}))
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["application_id"]),
        (201, &json!(null)),
        "{}",
        reply.text
    );
    assert!(
        reply.body["fields"][0]["id"].is_string(),
        "every field has a permanent id"
    );
    lathe
        .post("/api/models", json!({"name": "films", "fields": fields}))
        .await
        .refused(409, "conflict");

    let library = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body["id"]
        .clone();
    let films = json!({"name": "films", "fields": fields, "application_id": library});
    let reply = lathe.post("/api/models", films.clone()).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["application_id"]),
        (201, &library),
        "{}",
        reply.text
    );
    let reply = lathe.post("/api/models", films).await;
    let detail = &reply.refused(422, "validation_failed").body["error"]["details"][0];
    assert_eq!(detail["path"], "/name", "the path is that of what was sent");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_what_can_not_be_generated() {
    let lathe = Lathe::start().await;
    let text = |name: &str| json!({"name": name, "type": "text"});
    for (body, path) in [
        (json!({"name": "self", "fields": [text("a")]}), "/name"),
        (
            json!({"name": "drop table", "fields": [text("a")]}),
            "/name",
        ),
        (json!({"name": "films", "fields": []}), "/fields"),
        (
            json!({"name": "films", "fields": [text("a"), text("a")]}),
            "/fields/1/name",
        ),
        (
            json!({"name": "films", "fields": [{"name": "a", "type": "enum"}]}),
            "/fields/0/values",
        ),
        (
            json!({"name": "films", "fields": [{"name": "a", "type": "colour"}]}),
            "/fields/0/type",
        ),
        (
            json!({"name": "films", "fields": [{"name": "a", "type": "text", "size": 3}]}),
            "/fields/0/size",
        ),
    ] {
        let reply = lathe.post("/api/models", body.clone()).await;
        let details = reply.refused(422, "validation_failed").body["error"]["details"]
            .as_array()
            .unwrap();
        assert!(
            details.iter().any(|detail| detail["path"] == path),
            "{body}: {}",
            reply.text
        );
    }
    let nowhere = json!({"name": "films", "fields": [text("a")], "application_id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11"});
    lathe
        .post("/api/models", nowhere)
        .await
        .refused(404, "not_found");
    assert_eq!(lathe.get("/api/models").await.body["items"], json!([]));
    lathe.stop().await;
}
