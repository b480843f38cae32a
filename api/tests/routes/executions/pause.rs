//! `POST /api/executions/{id}/pause` and `…/resume`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::GATED;

#[tokio::test(flavor = "multi_thread")]
async fn begins_nothing_until_it_is_resumed() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(GATED).await;
    let id = lathe.begin(&workflow).await;
    let path = format!("/api/executions/{id}");
    let paused = lathe
        .post(&format!("{path}/pause"), json!({ "reason": "lunch" }))
        .await;
    assert_eq!(paused.body["status"], "paused", "{}", paused.text);
    lathe
        .post(&format!("{path}/pause"), json!(null))
        .await
        .refused(409, "conflict");

    // The step that runs comes to its end, and the one after it stays where it is.
    lathe.gates.open("a");
    let rests = lathe
        .until(&id, |execution| {
            execution["steps"][0]["status"] == "succeeded"
        })
        .await;
    assert_eq!(rests["status"], "paused");
    assert_eq!(rests["steps"][1]["status"], "ready");

    let resumed = lathe.post(&format!("{path}/resume"), json!(null)).await;
    assert_eq!(resumed.status.as_u16(), 200, "{}", resumed.text);
    let ended = lathe
        .until(&id, |execution| execution["status"] == "succeeded")
        .await;
    assert_eq!(ended["output"]["passed"], true);
    lathe
        .post(&format!("{path}/resume"), json!(null))
        .await
        .refused(409, "conflict");
    lathe.stop().await;
}
