//! `POST /api/executions/{id}/move` and `POST /api/executions/{id}/move/preview`

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Lathe, request};

const ORDERS: &str = "
lathe: 1
name: orders
nodes:
  - { id: list, kind: test.flaky, with: { times: 1 } }
  - id: each
    kind: flow.for_each
    with: { items: [a, b, c] }
    body:
      nodes:
        - { id: book, kind: test.flaky, with: { times: 1 } }
        - { id: check, kind: test.check, with: { broken: \"${ index == 1 }\" }, on_error: pause }
      edges: [book -> check]
  - { id: report, kind: test.echo, with: { n: 1 } }
edges: [list -> each -> report]
";

/// A run that rests at `each[1].check`.
async fn paused(lathe: &Lathe, workflow: &str) -> String {
    let id = lathe.begin(workflow).await;
    lathe
        .until(&id, |execution| execution["status"] == "paused")
        .await;
    id
}

fn ran(execution: &Value) -> Vec<&str> {
    let steps = execution["steps"].as_array().unwrap().iter();
    let mut ran: Vec<&str> = steps
        .filter(|step| step["status"] == "succeeded")
        .filter(|step| {
            let reason = step["reason"].as_str().unwrap_or_default();
            !reason.starts_with("kept from run")
        })
        .map(|step| step["path"].as_str().unwrap())
        .collect();
    ran.sort_unstable();
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_in_a_loop_goes_on_with_a_mended_version() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(ORDERS).await;
    let id = paused(&lathe, &workflow).await;
    let mended = ORDERS
        .replace("index == 1", "false")
        .replace("n: 1", "n: 2");
    let path = format!("/api/workflows/{workflow}");
    lathe.put(&path, json!({ "source": mended })).await;

    let path = format!("/api/executions/{id}/move");
    let preview = lathe.post(&format!("{path}/preview"), json!(null)).await;
    assert_eq!(preview.status.as_u16(), 200, "{}", preview.text);
    assert_eq!(preview.body["class"], "safe", "{}", preview.text);
    let again =
        json!([{ "step": "each[0].check", "reason": "kept_though_changed", "class": "safe" }]);
    assert_eq!(preview.body["steps"], again);
    assert_eq!(preview.body["diff"]["to"], 2);

    let moved = lathe.post(&format!("{path}?wait=30s"), json!(null)).await;
    assert_eq!(moved.status.as_u16(), 200, "{}", moved.text);
    assert_eq!(moved.body["status"], "succeeded", "{}", moved.text);
    assert_eq!(moved.body["output"], json!({ "n": 2 }));
    assert_eq!(moved.body["workflow_version"], 2);
    let by = moved.body["id"].as_str().unwrap();
    let shown = lathe.get(&format!("/api/executions/{by}")).await;
    let expected = [
        "each",
        "each[1].check",
        "each[2].book",
        "each[2].check",
        "report",
    ];
    assert_eq!(ran(&shown.body), expected);
    assert_eq!(shown.body["rerun_of"], json!(id));

    let old = lathe.get(&format!("/api/executions/{id}")).await;
    assert_eq!(old.body["status"], "cancelled");
    assert_eq!(old.body["error"]["code"], "moved");
    let twice = lathe.post(&path, json!({ "version": 1 })).await;
    assert_eq!(twice.body["id"], json!(by), "{}", twice.text);
    assert_eq!(twice.headers["idempotency-replayed"], "true");
    let all = lathe.get("/api/executions").await;
    assert_eq!(all.body["items"].as_array().unwrap().len(), 2);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_that_would_happen_twice_has_to_be_accepted() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(ORDERS).await;
    let id = paused(&lathe, &workflow).await;
    let mended = ORDERS.replace("index == 1", "false").replace(
        "{ id: list, kind: test.flaky, with: { times: 1 } }",
        "{ id: list, kind: test.flaky, with: { times: 0 } }",
    );
    let path = format!("/api/workflows/{workflow}");
    lathe.put(&path, json!({ "source": mended })).await;
    let path = format!("/api/executions/{id}/move");
    let refused = lathe.post(&path, json!(null)).await;
    refused.refused(409, "conflict");
    let details = &refused.body["error"]["details"];
    assert_eq!(details[0]["path"], "list", "{}", refused.text);
    let old = lathe.get(&format!("/api/executions/{id}")).await;
    assert_eq!(old.body["status"], "paused", "nothing happened to it");

    let body = json!({ "from": ["list"], "accept": true });
    let moved = lathe.post(&format!("{path}?wait=30s"), body).await;
    assert_eq!(moved.body["status"], "succeeded", "{}", moved.text);
    let by = moved.body["id"].as_str().unwrap();
    let shown = lathe.get(&format!("/api/executions/{by}")).await;
    assert!(ran(&shown.body).contains(&"list"));
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_paused_run_moves_and_only_to_what_there_is() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(ORDERS).await;
    let id = paused(&lathe, &workflow).await;
    let path = format!("/api/executions/{id}/move");
    let wrong = [
        (json!({ "version": 9 }), 404, "not_found"),
        (json!({ "version": "published" }), 404, "not_found"),
        (json!({ "from": ["each.check"] }), 422, "validation_failed"),
        (json!({ "from": ["nobody"] }), 422, "validation_failed"),
        (json!({ "inputs": { "n": 1 } }), 422, "validation_failed"),
        (json!({ "accept": "yes" }), 422, "validation_failed"),
    ];
    for (body, status, code) in wrong {
        lathe.post(&path, body.clone()).await.refused(status, code);
        lathe
            .post(&format!("{path}/preview"), body)
            .await
            .refused(status, code);
    }
    lathe
        .post(&format!("/api/executions/{id}/cancel"), json!(null))
        .await;
    lathe
        .until(&id, |execution| execution["finished_at"].is_string())
        .await;
    lathe
        .post(&path, json!(null))
        .await
        .refused(409, "conflict");
    let nobody = "/api/executions/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/move";
    lathe
        .post(nobody, json!(null))
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_keys_of_a_moved_run_lead_to_the_new_one() {
    const ASK: &str = "
lathe: 1
name: ask
nodes:
  - { id: mail, kind: test.echo, with: { link: \"${ resume.ask }\" } }
  - { id: ask, kind: flow.await, with: { form: null } }
  - { id: told, kind: test.echo, with: { got: \"${ nodes.ask.output.payload }\" } }
edges: [mail -> ask -> told]
";
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(ASK).await;
    let execute = format!("/api/workflows/{workflow}/execute");
    let with_key = || {
        let request = request(Method::POST, &execute).header("idempotency-key", "order-7");
        lathe.send(request.body(Body::empty()).unwrap())
    };
    let id = with_key().await.body["id"].as_str().unwrap().to_owned();
    let waiting = lathe
        .until(&id, |execution| {
            execution["steps"][1]["status"] == "waiting"
        })
        .await;
    let link = waiting["steps"][0]["output"]["link"].as_str().unwrap();
    let path = link
        .strip_prefix("http://localhost:4000")
        .unwrap()
        .to_owned();
    lathe
        .post(&format!("/api/executions/{id}/pause"), json!(null))
        .await;
    let moved = lathe
        .post(&format!("/api/executions/{id}/move"), json!(null))
        .await;
    assert_eq!(moved.status.as_u16(), 202, "{}", moved.text);
    let by = moved.body["id"].as_str().unwrap();
    assert_eq!(with_key().await.body["id"], json!(by));
    lathe
        .until(by, |execution| execution["steps"][1]["status"] == "waiting")
        .await;
    assert_eq!(lathe.get(&path).await.status.as_u16(), 200);
    let answered = lathe.post(&path, json!({ "payload": 7 })).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.text);
    let ended = lathe
        .until(by, |execution| execution["finished_at"].is_string())
        .await;
    assert_eq!(ended["output"], json!({ "got": 7 }));
    lathe
        .post(&path, json!({ "payload": 8 }))
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}
