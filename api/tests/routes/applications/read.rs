//! `GET /api/applications/{id}`

use blueprint::ports::DeploymentStatus;
use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn with_what_is_live() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    assert_eq!(lathe.get(&path).await.body, made);
    lathe
        .deployments
        .put("library", 40_123, DeploymentStatus::Failed);
    let live = lathe.get(&path).await.body["live"].clone();
    let expected = json!({"status": "failed", "url": "http://127.0.0.1:40123/", "target": "process", "release": "3",
        "digest": "abc", "since": "2026-11-23T18:00:00.000Z"});
    assert_eq!(live, expected);
    lathe
        .get("/api/applications/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11")
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

/// That nothing is live, and that it can't be told, are two things: whoever shows it would hide how it is.
#[tokio::test(flavor = "multi_thread")]
async fn with_whether_what_is_live_can_be_told() {
    let lathe = Lathe::start().await;
    for (name, is_known) in [("anew", true), ("untold", false)] {
        let parts = json!({"name": name, "models": [{"name": "things", "fields": [{"name": "title", "type": "text"}]}]});
        let made = lathe.post("/api/applications", parts).await.body;
        let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
        let reply = lathe.get(&path).await;
        assert_eq!(
            (&reply.body["live"], &reply.body["live_known"]),
            (&json!(null), &json!(is_known)),
            "{}",
            reply.text
        );
    }
    lathe.stop().await;
}
