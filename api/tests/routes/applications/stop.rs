//! `POST /api/applications/{id}/stop`, and what else ends what is live.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use blueprint::ports::{DeploymentStatus, Deployments};
use serde_json::{Value, json};

use crate::support::documents::LIBRARY;
use crate::support::{Lathe, Reply, request};

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

async fn delete_as_read(lathe: &Lathe, path: &str, tag: &str) -> Reply {
    let asked = request(Method::DELETE, path).header("if-match", tag);
    lathe.send(asked.body(Body::empty()).unwrap()).await
}

/// Stopped and not removed, it would have been taken from whoever uses it for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_as_it_was_known_is_removed_although_somebody_saves_meanwhile() {
    let lathe = Lathe::start().await;
    let slow = live(&lathe, "slow").await;
    let tag = lathe.get(&slow).await.header("etag").to_owned();
    let others = async {
        lathe.deployments.stops.notified().await;
        let changed = lathe.put(&slow, json!({"description": "Things"})).await;
        lathe.deployments.may_stop.notify_one();
        changed
    };
    let both = async { tokio::join!(delete_as_read(&lathe, &slow, &tag), others) };
    let both = tokio::time::timeout(Duration::from_secs(20), both).await;
    let (removed, changed) = both.expect("somebody saves while it is being stopped");
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(removed.status, 204, "{}", removed.text);
    lathe.get(&slow).await.refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_otherwise_is_neither_stopped_nor_removed() {
    let lathe = Lathe::start().await;
    let path = live(&lathe, "library").await;
    let running = DeploymentStatus::Running;
    lathe.deployments.put("library-preview", 40_124, running);
    let tag = lathe.get(&path).await.header("etag").to_owned();
    let changed = lathe.put(&path, json!({"description": "Things"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let refused = delete_as_read(&lathe, &path, &tag).await;
    refused.refused(412, "precondition_failed");
    let shown = lathe.get(&path).await;
    assert_eq!(shown.body["live"]["status"], "running", "{}", shown.text);
    let preview = lathe.deployments.get("library-preview").await.unwrap();
    assert!(preview.is_some(), "its preview stays, too");
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
