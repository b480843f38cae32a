//! `GET /api/metrics/history`: the runs of one's own workspace in numbers.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use chrono::{DurationRound, TimeDelta, Utc};
use engine::ports::run_history::{CountedMinute, Load, RunCounts, RunHistory, SeenMinute};
use serde_json::{Value, json};
use store::Scope;
use uuid::Uuid;

use crate::accounts::open;
use crate::support::Lathe;
use crate::support::documents::GREET;

#[tokio::test(flavor = "multi_thread")]
async fn history_is_told_step_by_step_and_to_whom_it_concerns() {
    let lathe = open().await;
    let owner = lathe.register("owner@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let mut counts = RunCounts {
        begun: 5,
        succeeded: 3,
        failed: 1,
        ..RunCounts::default()
    };
    for ms in [10, 10, 10, 1_000] {
        counts.durations.add(Duration::from_millis(ms));
    }
    let at = (Utc::now() - TimeDelta::minutes(10))
        .duration_trunc(TimeDelta::minutes(1))
        .unwrap();
    let profile = lathe.ask(&owner, Method::GET, "/api/auth/profile", None);
    let workspace: Uuid = profile.await.body["home"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let counted = CountedMinute {
        workspace,
        at,
        counts,
    };
    let load = Load {
        queued: Some(7),
        running: Some(3),
        runners: None,
    };
    let process = Uuid::from_u128(1);
    let seen = [SeenMinute { at, load }];
    lathe.store.keep(process, &[counted], &seen).await.unwrap();

    for (range, step, steps) in [
        ("1h", 60, 60),
        ("24h", 300, 288),
        ("7d", 3_600, 168),
        ("30d", 14_400, 180),
    ] {
        let path = format!("/api/metrics/history?range={range}");
        let told = lathe.ask(&owner, Method::GET, &path, None).await;
        assert_eq!(told.status, 200, "{}", told.text);
        assert_eq!(told.body["range"], range);
        assert_eq!(told.body["step_seconds"], step);
        let points = told.body["points"].as_array().unwrap();
        assert_eq!(points.len(), steps);
        let totals = &told.body["totals"];
        assert_eq!(
            (&totals["begun"], &totals["failed"]),
            (&json!(5), &json!(1))
        );
        let near = |told: &Value, ms: f64| (told.as_f64().unwrap() - ms).abs() <= ms * 0.12;
        assert!(
            near(&totals["p50_ms"], 10.0) && near(&totals["p99_ms"], 1_000.0),
            "{totals}"
        );
        let busy: Vec<_> = points.iter().filter(|point| point["begun"] == 5).collect();
        assert_eq!(busy.len(), 1, "{range}");
        assert_eq!(
            (&busy[0]["queued"], &busy[0]["running"]),
            (&json!(7), &json!(3))
        );
        let idle = &points[0];
        assert!(
            idle["begun"] == 0 && idle["p50_ms"].is_null() && idle["queued"].is_null(),
            "{idle}"
        );
    }
    // Another workspace sees nothing of it, and of the server only that it is not for them.
    let told = lathe.ask(&eve, Method::GET, "/api/metrics/history?range=1h", None);
    let told = told.await;
    assert_eq!(told.body["totals"]["begun"], 0, "{}", told.text);
    let points = told.body["points"].as_array().unwrap();
    assert!(points.iter().all(|point| point["queued"].is_null()));
    for wrong in ["", "?range=2h", "?range=1h&since=now"] {
        let path = format!("/api/metrics/history{wrong}");
        let refused = lathe.ask(&owner, Method::GET, &path, None).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ran_is_counted_when_the_runner_stops_at_the_latest() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    for _ in 0..3 {
        lathe.run(&id, json!({})).await;
    }
    let store = Arc::clone(&lathe.store);
    lathe.stop().await;
    let now = Utc::now();
    let stretch = (now - TimeDelta::hours(1), now + TimeDelta::hours(1));
    let told = store.run_history(Scope::System, stretch, TimeDelta::hours(4), true);
    let told = told.await.unwrap();
    let mut sum = RunCounts::default();
    for point in &told {
        sum.merge(&point.counts);
    }
    assert_eq!((sum.begun, sum.succeeded, sum.failed), (3, 3, 0));
    assert_eq!(sum.durations.count(), 3);
    assert!(
        told.iter().any(|point| point.load.runners == Some(1)),
        "{told:?}"
    );
}
