//! `POST /api/applications/{id}/stop`, and what else ends what is live.

use std::time::Duration;

use blueprint::ports::{DeploymentStatus, Deployments};
use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_is_stopped_before_it_is_renamed_or_removed() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let stop = format!("{path}/stop");
    let reply = lathe.post(&stop, json!({})).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["live"]),
        (200, &json!(null)),
        "{}",
        reply.text
    );

    let deploy = || {
        lathe
            .deployments
            .put("library", 40_123, DeploymentStatus::Running);
    };
    deploy();
    let rename = json!({"name": "books"});
    let refused = lathe.put(&path, rename.clone()).await;
    assert!(refused.text.contains("/stop"), "{}", refused.text);
    refused.refused(409, "conflict");
    assert_eq!(
        lathe
            .put(&path, json!({"description": "Books to lend"}))
            .await
            .status,
        200,
        "only its name is held"
    );
    let reply = lathe.post(&stop, json!({})).await;
    assert_eq!(reply.body["live"]["status"], "stopped", "{}", reply.text);
    assert_eq!(lathe.put(&path, rename).await.status, 200);
    assert_eq!(
        lathe.put(&path, json!({"name": "library"})).await.status,
        200
    );

    deploy();
    assert_eq!(lathe.delete(&path).await.status, 204);
    let left = lathe.deployments.get("library").await.unwrap().unwrap();
    assert_eq!(left.status, DeploymentStatus::Stopped);
    lathe.post(&stop, json!({})).await.refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stopped_is_not_removed() {
    let lathe = Lathe::start().await;
    let parts = json!({"name": "busy", "models": [{"name": "things", "fields": [{"name": "title", "type": "text"}]}]});
    let made = lathe.post("/api/applications", parts).await.body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    lathe
        .deployments
        .put("busy", 40_123, DeploymentStatus::Failed);
    let refused = lathe.post(&format!("{path}/stop"), json!({})).await;
    assert!(
        refused.text.contains("is being deployed"),
        "{}",
        refused.text
    );
    refused.refused(409, "conflict");
    lathe.delete(&path).await.refused(409, "conflict");
    assert_eq!(lathe.get(&path).await.status, 200);
    lathe.stop().await;
}

/// Makes an application that is live, and gives its path.
async fn live(lathe: &Lathe, name: &str) -> String {
    let parts = json!({"name": name, "models": [{"name": "things", "fields": [{"name": "title", "type": "text"}]}]});
    let made: Value = lathe.post("/api/applications", parts).await.body;
    let running = DeploymentStatus::Running;
    lathe.deployments.put(name, 40_123, running);
    format!("/api/applications/{}", made["id"].as_str().unwrap())
}

/// It may take most of a minute, and there is one turn for everybody.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_waits_while_what_is_removed_is_being_stopped() {
    let lathe = Lathe::start().await;
    let (slow, other) = (live(&lathe, "slow").await, live(&lathe, "other").await);
    let others = async {
        lathe.deployments.stops.notified().await;
        let changed = lathe.put(&other, json!({"description": "Things"})).await;
        lathe.deployments.may_stop.notify_one();
        changed
    };
    let both = async { tokio::join!(lathe.delete(&slow), others) };
    let both = tokio::time::timeout(Duration::from_secs(20), both).await;
    let (removed, changed) = both.expect("the change waits for the turn");
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(removed.status, 204, "{}", removed.text);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_again_at_once_is_not_removed() {
    let lathe = Lathe::start().await;
    let path = live(&lathe, "restless").await;
    lathe.delete(&path).await.refused(409, "conflict");
    assert_eq!(lathe.get(&path).await.status, 200);
    lathe.stop().await;
}
