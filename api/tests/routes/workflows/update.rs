//! `PUT /api/workflows/{id}`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::{GATED, GREET};

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_document_is_the_next_version() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}");
    let changed = GREET.replace("hello", "good day");
    let reply = lathe
        .put(
            &path,
            json!({"source": changed, "layout": {"greeting": {"x": 0, "y": 0}}}),
        )
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["version"]),
        (200, &json!(2)),
        "{}",
        reply.text
    );
    let reply = lathe.put(&path, json!({"source": changed})).await;
    assert_eq!(
        reply.body["version"], 2,
        "the same document makes no new version"
    );
    assert_eq!(
        reply.body["layout"]["greeting"],
        json!({"x": 0.0, "y": 0.0}),
        "a layout that is left out stays"
    );
    lathe
        .put(&path, json!({"source": "lathe: 1"}))
        .await
        .refused(422, "validation_failed");
    lathe.workflow(GATED).await;
    lathe
        .put(&path, json!({"source": GATED}))
        .await
        .refused(409, "conflict");
    lathe
        .put(
            "/api/workflows/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
            json!({"source": GREET}),
        )
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}
