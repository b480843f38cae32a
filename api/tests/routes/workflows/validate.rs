//! `POST /api/workflows/validate`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::GREET;

#[tokio::test(flavor = "multi_thread")]
async fn checks_and_keeps_nothing() {
    let lathe = Lathe::start().await;
    let reply = lathe
        .post("/api/workflows/validate", json!({"source": GREET}))
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body),
        (200, &json!({"valid": true, "warnings": []}))
    );
    let cycle = format!("{GREET}edges: [greeting -> greeting]\n");
    let reply = lathe
        .post("/api/workflows/validate", json!({"source": cycle}))
        .await;
    assert!(
        reply.refused(422, "validation_failed").body["error"]["details"][0]["line"].is_u64(),
        "{}",
        reply.text
    );
    assert_eq!(lathe.get("/api/workflows").await.body["items"], json!([]));
    // An editor asks this again and again while somebody types.
    let log = lathe.get("/api/audit").await;
    assert!(!log.text.contains("validate"), "{}", log.text);
    lathe.stop().await;
}
