//! `POST /api/executions/{id}/decide`

use serde_json::{Value, json};

use crate::support::Lathe;

const HELD: &str = "
lathe: 1
name: held
nodes:
  - { id: ask, kind: test.check, with: { broken: true }, on_error: pause }
  - { id: after, kind: test.echo, with: { got: \"${ nodes.ask.output }\" } }
edges: [ask -> after]
";

async fn held(lathe: &Lathe, workflow: &str) -> String {
    let id = lathe.begin(workflow).await;
    let execution = lathe
        .until(&id, |execution| execution["status"] == "paused")
        .await;
    assert_eq!(execution["steps"][0]["status"], "held");
    assert_eq!(execution["steps"][0]["error"]["code"], "broken");
    id
}

async fn decide(lathe: &Lathe, id: &str, body: Value) -> Value {
    let path = format!("/api/executions/{id}");
    let reply = lathe.post(&format!("{path}/decide"), body).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text);
    lathe.post(&format!("{path}/resume"), json!(null)).await;
    lathe
        .until(id, |execution| execution["finished_at"].is_string())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_step_is_given_its_output_skipped_or_tried_again() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(HELD).await;

    let id = held(&lathe, &workflow).await;
    let give =
        json!({ "step": "ask", "action": "give", "output": 7, "reason": "from the archive" });
    let ended = decide(&lathe, &id, give).await;
    assert_eq!(ended["output"], json!({ "got": 7 }));
    let reason = &ended["steps"][0]["reason"];
    assert_eq!(reason, "its output was given by hand: from the archive");

    let id = held(&lathe, &workflow).await;
    let ended = decide(&lathe, &id, json!({ "step": "ask", "action": "skip" })).await;
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(ended["steps"][1]["status"], "skipped");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_what_makes_no_sense() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(HELD).await;
    let id = held(&lathe, &workflow).await;
    let path = format!("/api/executions/{id}/decide");
    let retry = json!({ "step": "ask", "action": "retry", "output": 1 });
    lathe
        .post(&path, retry)
        .await
        .refused(422, "validation_failed");
    let nobody = json!({ "step": "nobody", "action": "skip" });
    lathe.post(&path, nobody).await.refused(404, "not_found");
    let waits = json!({ "step": "after", "action": "skip" });
    lathe.post(&path, waits).await.refused(409, "conflict");

    let resume = format!("/api/executions/{id}/resume");
    lathe
        .post(&format!("/api/executions/{id}/cancel"), json!(null))
        .await;
    lathe
        .post(&resume, json!(null))
        .await
        .refused(409, "conflict");
    let skip = json!({ "step": "ask", "action": "skip" });
    lathe.post(&path, skip).await.refused(409, "conflict");
    lathe.stop().await;
}
