//! `POST /api/applications/{id}/generate`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

const SHIP: &str = "
lathe: 1
name: ship_library
inputs:
  application: { type: string }
  target: { type: string, default: process }
nodes:
  - { id: ship, kind: test.echo, with: { shipped: \"${ inputs.application }\", to: \"${ inputs.target }\" } }
";

#[tokio::test(flavor = "multi_thread")]
async fn runs_the_workflow_that_ships_it() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let application = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let path = format!("{application}/generate");
    let missing = json!({"configuration": {"ship_workflow": "not_there"}});
    lathe.put(&application, missing).await;
    let reply = lathe.post(&path, json!({})).await;
    let refused = reply.refused(409, "conflict");
    assert!(refused.text.contains("`not_there`"), "{}", reply.text);

    lathe.put(&application, json!({"configuration": {}})).await;
    lathe.workflow(SHIP).await;
    let reply = lathe
        .post(&path, json!({"inputs": {"target": "docker"}}))
        .await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_eq!(
        reply.body["inputs"],
        json!({"application": "library", "target": "docker"})
    );
    assert_eq!(reply.body["workflow_name"], "ship_library");
    lathe
        .post(&path, json!({"inputs": {"colour": "red"}}))
        .await
        .refused(422, "validation_failed");

    let own = "lathe: 1\nname: own\nnodes: [{ id: a, kind: test.echo, with: {} }]\n";
    lathe.workflow(own).await;
    lathe
        .put(
            &application,
            json!({"configuration": {"ship_workflow": "own"}}),
        )
        .await;
    let reply = lathe.post(&path, json!(null)).await;
    assert_eq!(
        (&reply.body["workflow_name"], &reply.body["inputs"]),
        (&json!("own"), &json!({})),
        "{}",
        reply.text
    );
    lathe.stop().await;
}
