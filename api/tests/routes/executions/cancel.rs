//! `POST /api/executions/{id}/cancel`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::GATED;

#[tokio::test(flavor = "multi_thread")]
async fn ends_it_once() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GATED).await;
    let path = format!("/api/executions/{}/cancel", lathe.begin(&id).await);
    let reply = lathe.post(&path, json!(null)).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["status"]),
        (200, &json!("cancelled")),
        "{}",
        reply.text
    );
    assert_eq!(reply.body["error"]["code"], "cancelled");
    lathe
        .post(&path, json!(null))
        .await
        .refused(409, "conflict");
    lathe
        .post(
            "/api/executions/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/cancel",
            json!(null),
        )
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}
