//! `GET /api/applications/{id}/logs` and `/health`: what can be seen of what is live.

use blueprint::ports::DeploymentStatus;
use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_can_be_watched() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let (logs, health) = (format!("{path}/logs"), format!("{path}/health"));

    let reply = lathe.get(&logs).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(
        (&reply.body["release"], &reply.body["items"]),
        (&Value::Null, &json!([]))
    );
    let missing = reply.body["missing"].as_str().unwrap();
    assert!(missing.contains("ever live"), "{missing}");
    let reply = lathe.get(&health).await;
    assert_eq!(reply.body["status"], "not_deployed", "{}", reply.text);

    *lathe.deployments.written.lock().unwrap() =
        ["one", "<b>two</b>", "three"].map(str::to_owned).to_vec();
    lathe
        .deployments
        .put("library", 40_123, DeploymentStatus::Running);
    let newest = lathe.get(&format!("{logs}?limit=2")).await.body;
    assert_eq!(newest["release"], "3");
    assert_eq!(
        newest["items"],
        json!([
            {"at": "2026-11-23T18:00:00.000Z", "stream": null, "line": "<b>two</b>"},
            {"at": "2026-11-23T18:00:00.000Z", "stream": null, "line": "three"},
        ])
    );
    let cursor = newest["next_cursor"].as_str().unwrap();
    let older = lathe
        .get(&format!("{logs}?limit=2&cursor={cursor}"))
        .await
        .body;
    assert_eq!(
        (&older["items"][0]["line"], &older["next_cursor"]),
        (&json!("one"), &Value::Null)
    );
    for refused in ["cursor=elsewhere", "cursor=1--1", "limit=0", "limit=1001"] {
        let reply = lathe.get(&format!("{logs}?{refused}")).await;
        assert_eq!(reply.status, 400, "{refused}: {}", reply.text);
    }
    let well = lathe.get(&health).await.body;
    assert_eq!(
        well,
        json!({
            "status": "healthy", "release": "3", "checked_at": "2026-11-23T18:00:05.000Z",
            "running_since": "2026-11-23T18:00:00.000Z", "reason": null, "last_lines": [],
        })
    );

    lathe
        .deployments
        .put("library", 40_123, DeploymentStatus::Failed);
    let failed = lathe.get(&health).await.body;
    assert_eq!(
        (
            &failed["status"],
            &failed["reason"],
            &failed["last_lines"][2]["line"]
        ),
        (
            &json!("failed"),
            &json!("it ended by itself"),
            &json!("three")
        )
    );
    lathe.stop().await;
}

/// Names of what is live are shared by all of a machine: another workspace's is not shown under one's own application.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_of_another_workspace_is_not_watched() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    *lathe.deployments.written.lock().unwrap() = vec!["treasure".to_owned()];
    lathe.deployments.put_ended(uuid::Uuid::now_v7(), "library");
    let log = lathe.get(&format!("{path}/logs")).await;
    assert_eq!(log.body["release"], Value::Null, "{}", log.text);
    assert!(!log.text.contains("treasure"), "{}", log.text);
    let health = lathe.get(&format!("{path}/health")).await;
    assert_eq!(health.body["status"], "not_deployed", "{}", health.text);
    lathe.stop().await;
}

/// An engine that never answers keeps nobody waiting.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_how_it_is_has_an_answer_in_any_case() {
    let lathe = Lathe::start().await;
    let parts = json!({"name": "hanging", "models": [{"name": "things", "fields": [{"name": "title", "type": "text"}]}]});
    let made = lathe.post("/api/applications", parts).await.body;
    let running = DeploymentStatus::Running;
    lathe.deployments.put("hanging", 40_127, running);
    let health = format!("/api/applications/{}/health", made["id"].as_str().unwrap());
    lathe.get(&health).await.refused(504, "timeout");
    lathe.stop().await;
}
