//! Who is at a thing, from wherever they look.

use std::sync::Arc;

use axum::http::Method;
use engine::ports::bus::Bus;
use serde_json::{Value, json};
use store::bus::RedisBus;
use uuid::Uuid;

use super::{Line, workflow};
use crate::accounts::open;
use crate::support::documents::GREET;
use crate::support::serve;

fn people(told: &Value) -> Vec<(&str, &str)> {
    let present = told["present"].as_array();
    let present = present.into_iter().flatten();
    present
        .map(|one| {
            (
                one["name"].as_str().unwrap(),
                one["doing"].as_str().unwrap(),
            )
        })
        .collect()
}

/// Ada by one process and her guest by another; both processes hear the bus, and nothing else of each other.
async fn two_processes_see_each_other(buses: Option<[Arc<dyn Bus>; 2]>) {
    let mut lathe = open().await;
    let [first, second] = buses.unwrap_or_else(|| [0, 1].map(|_| Arc::clone(&lathe.state.bus)));
    lathe.state.bus = first;
    let (here, stop_here, served_here) = serve(&lathe).await;
    lathe.state.bus = second;
    let (there, stop_there, served_there) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let home = lathe
        .share(&ada, &guest, "guest@example.org", "viewer")
        .await;
    let greet = workflow(&lathe, &ada, GREET).await;
    let topic = json!({"topic": "presence", "kind": "workflow", "id": greet});
    let mut adas = Line::open(&lathe, here, &ada).await;
    adas.subscribe(topic.clone()).await;
    adas.until(|told| people(told) == [("ada", "viewing")])
        .await;

    let mut guests = Line::open(&lathe, there, &guest.in_workspace(&home)).await;
    guests.subscribe(topic.clone()).await;
    let both = |told: &Value| people(told) == [("ada", "viewing"), ("guest", "viewing")];
    let told = adas.until(both).await;
    guests.until(both).await;
    assert!(
        !told.to_string().contains("example.org"),
        "no addresses: {told}"
    );
    let doing = json!({"presence": {"kind": "workflow", "id": greet, "doing": "editing"}});
    assert_eq!(guests.say(doing).await["ok"], true);
    let edits = |told: &Value| people(told) == [("ada", "viewing"), ("guest", "editing")];
    adas.until(edits).await;

    // A second page of the same person changes nothing for the others, whatever becomes of it.
    let mut second = Line::open(&lathe, here, &guest.in_workspace(&home)).await;
    let idle = json!({"topic": "presence", "kind": "workflow", "id": greet, "doing": "idle"});
    second.subscribe(idle).await;
    second.until(edits).await;
    drop(guests);
    adas.until(|told| people(told) == [("ada", "viewing"), ("guest", "idle")])
        .await;
    let answer = second.say(json!({"unsubscribe": topic})).await;
    assert_eq!(answer["ok"], true);
    adas.until(|told| people(told) == [("ada", "viewing")])
        .await;
    let other = json!({"presence": {"kind": "workflow", "id": Uuid::now_v7(), "doing": "editing"}});
    assert_eq!(adas.refused(other).await, "not_found");
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(profile.body["name"], "ada");
    for (stop, served) in [(stop_here, served_here), (stop_there, served_there)] {
        stop.send(()).unwrap();
        served.await.unwrap();
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_memory() {
    two_processes_see_each_other(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_redis() {
    let url = std::env::var("TEST_REDIS_URL").expect(
        "TEST_REDIS_URL is not set: this needs a real service; run it with `cargo xtask test`",
    );
    let prefix = format!("test-{}", Uuid::now_v7().simple());
    let bus = || Arc::new(RedisBus::new(&url, &prefix).unwrap()) as Arc<dyn Bus>;
    two_processes_see_each_other(Some([bus(), bus()])).await;
}
