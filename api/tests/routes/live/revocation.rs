//! S4, C11: what was taken away is not told any more within five seconds, topic by topic, and the socket itself.

use std::time::{Duration, Instant};

use axum::http::Method;
use serde_json::{Value, json};

use super::{Line, begin, workflow};
use crate::accounts::open;
use crate::support::documents::GATED;
use crate::support::serve;

const SOON: Duration = Duration::from_secs(5);

/// S4: a lost role ends what it permitted and nothing else; a lost place all of the workspace; a lost session the socket.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_ends_at_once() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let home = lathe
        .share(&ada, &guest, "guest@example.org", "viewer")
        .await;
    let profile = lathe
        .ask(&guest, Method::GET, "/api/auth/profile", None)
        .await;
    let member = format!(
        "/api/workspaces/{home}/members/{}",
        profile.body["id"].as_str().unwrap()
    );
    let gated = workflow(&lathe, &ada, GATED).await;
    let execution = begin(&lathe, &ada, &gated).await;
    let topics = [
        json!({"topic": "executions"}),
        json!({"topic": "execution", "id": execution}),
        json!({"topic": "logs", "id": execution}),
        json!({"topic": "presence", "kind": "execution", "id": execution}),
    ];
    let presence = json!({"topic": "presence", "kind": "workflow", "id": gated});
    let mut line = Line::open(&lathe, address, &guest.in_workspace(&home)).await;
    for topic in topics.iter().chain([&presence]) {
        line.subscribe(topic.clone()).await;
    }
    line.subscribe(json!({"topic": "notifications"})).await;

    // Workflows may be read still, executions may not.
    let role = format!("/api/workspaces/{home}/roles/reader");
    let body = json!({"permissions": ["workflows:read"]});
    let made = lathe.ask(&ada, Method::PUT, &role, Some(&body)).await;
    assert!(made.status.is_success(), "{}", made.text);
    let body = json!({"role": "reader"});
    let began = Instant::now();
    let less = lathe.ask(&ada, Method::PUT, &member, Some(&body)).await;
    assert_eq!(less.status, 200, "{}", less.text);
    let mut lost: Vec<Value> = Vec::new();
    while lost.len() < topics.len() {
        let mut end = line.until(|told| told["ended"] == true).await;
        assert_eq!(end["error"]["code"], "forbidden", "{end}");
        let end = end.as_object_mut().unwrap();
        end.remove("error");
        end.remove("ended");
        lost.push(Value::Object(end.clone()));
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    for topic in &topics {
        assert!(lost.contains(topic), "{topic}: {lost:?}");
        let code = line.refused(json!({"subscribe": topic})).await;
        assert_eq!(code, "forbidden", "{topic}");
    }

    let began = Instant::now();
    let out = lathe.ask(&ada, Method::DELETE, &member, None).await;
    assert_eq!(out.status, 204);
    let end = line.until(|told| told["ended"] == true).await;
    assert_eq!(
        (&end["kind"], &end["error"]["code"]),
        (&json!("workflow"), &json!("not_found"))
    );
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    let code = line.refused(json!({"subscribe": presence})).await;
    assert_eq!(code, "not_found");
    // One's own account is nobody else's to take away, and tells of it.
    let answer = line
        .say(json!({"unsubscribe": {"topic": "notifications"}}))
        .await;
    assert_eq!(answer["ok"], true);
    line.subscribe(json!({"topic": "notifications", "since": 0}))
        .await;
    let told = line.until(|told| told["topic"] == "notifications").await;
    let newest = told["notifications"].as_array().unwrap().last().unwrap();
    assert_eq!(newest["kind"], "membership", "{told}");

    let began = Instant::now();
    let logout = lathe
        .ask(&guest, Method::POST, "/api/auth/logout", None)
        .await;
    assert_eq!(logout.status, 204);
    assert_eq!(line.closed().await, Some(1008));
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    lathe.gates.open("a");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// S4: while nobody can say whether somebody may hear a topic still, it goes on for a short time only; then they come back.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_holds_for_a_short_time() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let mut line = Line::open(&lathe, address, &ada).await;
    line.subscribe(json!({"topic": "executions"})).await;
    let began = Instant::now();
    lathe.hide_accounts(true).await;
    assert_eq!(line.closed().await, Some(1013));
    let lasted = began.elapsed();
    let bounds = Duration::from_secs(8)..Duration::from_secs(20);
    assert!(bounds.contains(&lasted), "{lasted:?}");
    lathe.hide_accounts(false).await;
    let mut line = Line::open(&lathe, address, &ada).await;
    line.subscribe(json!({"topic": "executions"})).await;
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
