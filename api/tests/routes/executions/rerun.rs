//! `POST /api/executions/{id}/rerun`

use serde_json::{Value, json};

use crate::support::Lathe;

const IMPORT: &str = "
lathe: 1
name: import
inputs:
  broken: { type: integer, default: 2 }
nodes:
  - { id: list, kind: test.flaky, with: { times: 1 } }
  - id: each
    kind: flow.for_each
    with: { items: [a, b, c, d] }
    body:
      nodes:
        - { id: fetch, kind: test.flaky, with: { times: 1 } }
        - { id: check, kind: test.check, with: { item: \"${ item }\", broken: \"${ index == inputs.broken }\" } }
      edges: [fetch -> check]
edges: [list -> each]
";

/// How often each step ran in this execution, and was not taken over.
fn ran(execution: &Value) -> Vec<&str> {
    let steps = execution["steps"].as_array().unwrap().iter();
    steps
        .filter(|step| step["status"] == "succeeded")
        .filter(|step| {
            !step["reason"]
                .as_str()
                .unwrap_or_default()
                .starts_with("kept from run")
        })
        .map(|step| step["path"].as_str().unwrap())
        .collect()
}

async fn failed(lathe: &Lathe, workflow: &str) -> String {
    let path = format!("/api/workflows/{workflow}/execute?wait=30s");
    let first = lathe.post(&path, json!({})).await;
    assert_eq!(first.body["status"], "failed", "{}", first.text);
    first.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn goes_on_inside_a_loop_with_other_inputs() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(IMPORT).await;
    let first = failed(&lathe, &workflow).await;
    let path = format!("/api/executions/{first}/rerun?wait=30s");
    let body = json!({ "from": ["each[2].check"], "inputs": { "broken": 99 } });
    let second = lathe.post(&path, body).await;
    assert_eq!(second.status.as_u16(), 200, "{}", second.text);
    assert_eq!(second.body["status"], "succeeded", "{}", second.text);
    assert_eq!(second.body["rerun_of"], json!(first));

    let id = second.body["id"].as_str().unwrap();
    let shown = lathe.get(&format!("/api/executions/{id}")).await;
    let mut again = ran(&shown.body);
    again.sort_unstable();
    let expected = ["each", "each[2].check", "each[3].check", "each[3].fetch"];
    assert_eq!(again, expected, "{}", shown.text);
    assert_eq!(shown.body["rerun_from"], json!(["each[2].check"]));
    let list = lathe
        .get(&format!("/api/executions?rerun_of={first}"))
        .await;
    assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goes_on_from_what_failed_with_a_newer_version() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(IMPORT).await;
    let first = failed(&lathe, &workflow).await;
    let mended = IMPORT.replace("index == inputs.broken", "false");
    let path = format!("/api/workflows/{workflow}");
    let saved = lathe.put(&path, json!({ "source": mended })).await;
    assert_eq!(saved.status.as_u16(), 200, "{}", saved.text);

    let path = format!("/api/executions/{first}/rerun?wait=30s");
    let same = lathe.post(&path, json!({})).await;
    assert_eq!(same.body["status"], "failed", "{}", same.text);
    let newer = lathe.post(&path, json!({ "version": "newest" })).await;
    assert_eq!(newer.body["status"], "succeeded", "{}", newer.text);
    assert_eq!(newer.body["workflow_version"], 2);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_and_runs_of_one_step() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(IMPORT).await;
    let path = format!("/api/workflows/{workflow}/execute?wait=30s");
    let pinned =
        json!({ "pins": { "fetch": { "output": { "tried": 0 } } }, "only": "each[0].check" });
    let ended = lathe.post(&path, pinned).await;
    assert_eq!(ended.body["status"], "succeeded", "{}", ended.text);
    assert_eq!(ended.body["output"]["item"], "a");
    let id = ended.body["id"].as_str().unwrap();
    let shown = lathe.get(&format!("/api/executions/{id}")).await;
    let steps = shown.body["steps"].as_array().unwrap();
    let fetch = steps.iter().find(|step| step["path"] == "each[0].fetch");
    assert_eq!(fetch.unwrap()["reason"], "pinned: it did not run");

    let wrong = json!({ "pins": { "nobody": { "output": 1 } }, "only": "each.check" });
    let refused = lathe.post(&path, wrong).await;
    refused.refused(422, "validation_failed");
    assert_eq!(
        refused.body["error"]["details"].as_array().unwrap().len(),
        2
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_steps_and_versions_that_there_are_not() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(IMPORT).await;
    let first = failed(&lathe, &workflow).await;
    let path = format!("/api/executions/{first}/rerun");
    for body in [
        json!({ "from": ["each.check"] }),
        json!({ "from": ["nobody"] }),
        json!({ "inputs": { "other": 1 } }),
    ] {
        lathe
            .post(&path, body)
            .await
            .refused(422, "validation_failed");
    }
    let version = json!({ "version": 9 });
    lathe.post(&path, version).await.refused(404, "not_found");
    let nobody = "/api/executions/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/rerun";
    lathe
        .post(nobody, json!({}))
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}
