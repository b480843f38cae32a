//! Whom the server answers: hosts, origins, sizes, panics.

use api::Config;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

use crate::support::documents::GREET;
use crate::support::{Lathe, MACHINE, request, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn answers_only_for_its_own_names() {
    let config = Config {
        hosts: vec!["lathe.example".to_owned()],
        ..Config::default()
    };
    let lathe = Lathe::start_with(config).await;
    let ask = async |host: &str, path: &str| {
        lathe
            .send(
                Request::get(path)
                    .header("host", host)
                    .header("authorization", format!("Bearer {MACHINE}"))
                    .body(Body::empty())
                    .unwrap(),
            )
            .await
    };
    for host in [
        "localhost",
        "LOCALHOST:4000",
        "127.0.0.1:4000",
        "[::1]:4000",
        "127.0.0.9",
        "lathe.example:80",
    ] {
        assert_eq!(ask(host, "/api/status").await.status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "192.168.1.4:4000",
        "0.0.0.0",
        "[::2]",
        "2130706433",
    ] {
        ask(host, "/api/status").await.refused(421, "misdirected");
        ask(host, "/").await.refused(421, "misdirected");
        assert_eq!(
            ask(host, "/healthz").await.status,
            200,
            "{host}: health is for everybody"
        );
    }
    for host in ["", "user@localhost", "local host", "localhost:x"] {
        ask(host, "/api/status").await.refused(400, "bad_request");
    }
    let without = Request::get("/api/status").body(Body::empty()).unwrap();
    lathe.send(without).await.refused(400, "bad_request");
    let absolute = Request::get("http://evil.example/api/status")
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    lathe.send(absolute).await.refused(400, "bad_request");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_may_change_nothing() {
    let lathe = Lathe::start().await;
    for origin in [
        "http://evil.example",
        "null",
        "http://localhost:3000",
        "http://app.localhost:4000",
        "localhost:4000",
    ] {
        let request = request(Method::POST, "/api/workflows").header("origin", origin);
        lathe
            .send(with_json(request, &json!({"source": GREET})))
            .await
            .refused(403, "forbidden");
    }
    let own = request(Method::POST, "/api/workflows").header("origin", "http://localhost:4000");
    assert_eq!(
        lathe
            .send(with_json(own, &json!({"source": GREET})))
            .await
            .status,
        201
    );
    lathe.stop().await;
}

/// S25: the envelope and nothing of what happened inside; and the next request is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_clean_failure_and_the_server_lives() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"name": "fatal"}))
        .await;
    let reply = made.refused(500, "internal");
    assert!(
        !reply.text.contains("panic"),
        "what happened inside is for the log: {}",
        reply.text
    );
    assert_eq!(
        (
            reply.header("x-request-id").len(),
            reply.header("x-content-type-options")
        ),
        (36, "nosniff")
    );
    assert_eq!(lathe.get("/api/status").await.status, 200);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_and_unknown_addresses() {
    let lathe = Lathe::start().await;
    let large = json!({"source": "x".repeat(2 * 1_024 * 1_024)});
    lathe
        .post("/api/workflows", large)
        .await
        .refused(413, "payload_too_large");
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/workflows/",
        "/api//workflows",
        "/healthz/x",
        "/metrics/",
    ] {
        lathe.get(path).await.refused(404, "not_found");
    }
    let reply = lathe.put("/api/workflows", json!({})).await;
    assert_eq!(
        reply.refused(405, "method_not_allowed").header("allow"),
        "GET,HEAD,POST"
    );
    let reply = lathe.get("/api/status").await;
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert!(
        reply
            .header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(
        lathe
            .get("/api/nothing")
            .await
            .header("x-content-type-options"),
        "nosniff"
    );
    lathe.stop().await;
}
