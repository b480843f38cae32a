//! `GET /api/executions/{id}`

use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::GATED;

#[tokio::test(flavor = "multi_thread")]
async fn shows_every_step_from_pending_to_its_end() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GATED).await;
    let path = format!("/api/executions/{}", lathe.begin(&id).await);
    let before = loop {
        let read = lathe.get(&path).await.body;
        if read["steps"][0]["status"] == "running" {
            break read;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (&before["steps"][0]["kind"], &before["steps"][0]["attempt"]),
        (&json!("test.gate"), &json!(1))
    );
    assert!(
        before["steps"][0]["runner"].is_string() && before["steps"][0]["started_at"].is_string(),
        "{before}"
    );
    assert_eq!(
        (&before["steps"][1]["node"], &before["steps"][1]["status"]),
        (&json!("after"), &json!("pending"))
    );

    lathe.gates.open("a");
    let ended = lathe.run(&id, json!({"gate": "b"}));
    lathe.gates.open("b");
    ended.await;
    let after = loop {
        let read = lathe.get(&path).await.body;
        if read["status"] == "succeeded" {
            break read;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(after["output"], json!({"passed": true}));
    for step in after["steps"].as_array().unwrap() {
        assert_eq!(step["status"], "succeeded", "{step}");
        assert!(
            step["duration_ms"].is_u64() && step["finished_at"].is_string(),
            "{step}"
        );
        assert_eq!(step["attempts"], json!([]));
    }
    assert_eq!(after["steps"][0]["input"], json!({"gate": "a"}));
    assert_eq!(after["document"]["name"], "gated");
    lathe
        .get("/api/executions/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11")
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_attempts_that_failed() {
    let lathe = Lathe::start().await;
    let source = "
lathe: 1
name: flaky
nodes:
  - id: flaky
    kind: test.flaky
    with: { times: 3 }
    retry: { max_attempts: 3, delay: 1ms }
  - { id: never, kind: test.echo, when: \"${ false }\" }
  - { id: beyond, kind: test.echo }
edges: [flaky -> never -> beyond]
";
    let id = lathe.workflow(source).await;
    let ran = lathe.run(&id, json!({})).await;
    let read = lathe
        .get(&format!("/api/executions/{}", ran["id"].as_str().unwrap()))
        .await
        .body;
    let step = &read["steps"][0];
    assert_eq!(
        (&step["attempt"], &step["output"]["tried"]),
        (&json!(3), &json!(3)),
        "{step}"
    );
    let attempts = step["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2);
    assert_eq!(
        (&attempts[0]["status"], &attempts[0]["error"]["code"]),
        (&json!("failed"), &json!("flaky"))
    );
    let skipped = &read["steps"][1];
    assert_eq!(
        (&skipped["status"], &skipped["started_at"]),
        (&json!("skipped"), &Value::Null),
        "{skipped}"
    );
    let reasons: Vec<&Value> = (0..3).map(|at| &read["steps"][at]["reason"]).collect();
    assert_eq!(
        reasons,
        [
            "ran: it has no `cache`, so it runs in every run",
            "its condition `when` is false",
            "no branch that was taken leads here",
        ]
    );
    lathe.stop().await;
}
