//! S7 and S8: what a login tells, how long it takes, and how often it may be tried.

use std::time::{Duration, Instant};

use axum::http::Method;
use serde_json::json;

use super::open;
use crate::support::Lathe;
use crate::support::people::{PASSWORD, bare};
use crate::support::with_json;

async fn try_to_log_in(lathe: &Lathe, email: &str, password: &str) -> crate::support::Reply {
    let body = json!({"email": email, "password": password});
    lathe
        .knock(Method::POST, "/api/auth/login", Some(&body))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_looks_the_same() {
    let lathe = open().await;
    lathe.register("ada@example.org").await;
    lathe.register("gone@example.org").await;
    let gone = lathe
        .store
        .user_by_email("gone@example.org")
        .await
        .unwrap()
        .unwrap();
    let change = store::UserChange {
        disabled: Some(true),
        ..store::UserChange::default()
    };
    lathe
        .store
        .update_user(gone.id, change, None)
        .await
        .unwrap();
    let mut told = std::collections::BTreeSet::new();
    for (email, password) in [
        ("ada@example.org", "wrong but long enough"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let reply = try_to_log_in(&lathe, email, password).await;
        reply.refused(401, "unauthorized");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        told.insert(reply.body.to_string());
    }
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        try_to_log_in(&lathe, "ADA@example.org", PASSWORD)
            .await
            .status,
        200
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_account_costs_as_much_as_one_with() {
    let lathe = open().await;
    lathe.register("ada@example.org").await;
    // The first time something is computed that is kept.
    try_to_log_in(&lathe, "nobody@example.org", "wrong but long enough").await;
    let mut least = [Duration::MAX; 2];
    for _ in 0..3 {
        for (at, email) in ["ada@example.org", "nobody@example.org"]
            .into_iter()
            .enumerate()
        {
            let began = Instant::now();
            try_to_log_in(&lathe, email, "wrong but long enough").await;
            least[at] = least[at].min(began.elapsed());
        }
    }
    let [with, without] = least.map(|time| time.as_secs_f64());
    // A hash is a third of a second, and all the rest a few milliseconds: leaving it out would be a factor of fifty.
    assert!(without > with * 0.5 && with > without * 0.5, "{least:?}");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_ends_and_no_header_helps() {
    let lathe = open().await;
    lathe.register("ada@example.org").await;
    let mut refused = 0;
    for n in 0..14 {
        let forged = bare(Method::POST, "/api/auth/login")
            .header("x-forwarded-for", format!("10.0.0.{n}"))
            .header("x-real-ip", format!("10.0.0.{n}"))
            .header("forwarded", format!("for=10.0.0.{n}"));
        let body = json!({"email": "ada@example.org", "password": "wrong but long enough"});
        let reply = lathe.send(with_json(forged, &body)).await;
        if reply.status == 429 {
            reply.refused(429, "rate_limited");
            assert!(reply.header("retry-after").parse::<u64>().unwrap() > 0);
            refused += 1;
        }
    }
    assert_eq!(refused, 4, "ten of an account from one address");
    // Another account from there is another matter.
    assert_eq!(
        try_to_log_in(&lathe, "x@example.org", "wrong but long enough")
            .await
            .status,
        401
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_lock_nobody_out() {
    let lathe = open().await;
    lathe.register("ada@example.org").await;
    // What strangers everywhere may try together is used up.
    let quota = store::limits::Quota {
        burst: 50,
        every: Duration::from_secs(30),
    };
    while lathe
        .state
        .limiter
        .take("login-strangers:ada@example.org", quota)
        .await
        .is_ok()
    {}
    // Where she has come from before, she comes in.
    assert_eq!(
        try_to_log_in(&lathe, "ada@example.org", PASSWORD)
            .await
            .status,
        200
    );
    lathe.stop().await;
}
