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

/// S8: what strangers use up, from wherever they come, shuts nobody out of the browser that they have logged in on.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_shut_nobody_out_of_their_own_browser() {
    let lathe = open().await;
    let browser = |path: &str| bare(Method::POST, path).header("sec-fetch-site", "same-origin");
    let device_of = async |email: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        let request = with_json(browser("/api/auth/register"), &body);
        let reply = lathe.send(request).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let mut set = reply.headers.get_all("set-cookie").iter();
        let device = set.find_map(|cookie| {
            let cookie = cookie.to_str().unwrap();
            cookie.starts_with("lathe_device=").then_some(cookie)
        });
        let device = device.unwrap();
        assert!(device.contains("; HttpOnly"), "{device}");
        device.split(';').next().unwrap().to_owned()
    };
    let ada = device_of("ada@example.org").await;
    let eve = device_of("eve@example.org").await;
    // She has not been at this address before, as far as is known.
    lathe.move_sessions("10.9.9.9").await;
    for (key, burst) in [
        ("login-as:ada@example.org in-process", 10),
        ("login-strangers:ada@example.org", 50),
    ] {
        let quota = store::limits::Quota {
            burst,
            every: Duration::from_secs(30),
        };
        while lathe.state.limiter.take(key, quota).await.is_ok() {}
    }
    let try_with = async |device: &str, password: &str| {
        let body = json!({"email": "ada@example.org", "password": password});
        let request = browser("/api/auth/login").header("cookie", device);
        lathe.send(with_json(request, &body)).await
    };
    for device in ["a=b", &*eve, "lathe_device=v1.a.b.c"] {
        try_with(device, PASSWORD)
            .await
            .refused(429, "rate_limited");
    }
    let inside = try_with(&ada, PASSWORD).await;
    assert_eq!(inside.status, 200, "{}", inside.text);
    // Whoever has taken the cookie has as few attempts as anybody.
    for _ in 0..10 {
        let wrong = try_with(&ada, "wrong but long enough").await;
        wrong.refused(401, "unauthorized");
    }
    try_with(&ada, PASSWORD).await.refused(429, "rate_limited");
    lathe.stop().await;
}
