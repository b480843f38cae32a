//! `http://<application>.localhost`: what goes to a live application, and what comes back.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use blueprint::ports::DeploymentStatus;
use tokio::net::TcpListener;

use crate::support::Lathe;

/// An application that tells what it was asked.
async fn application() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let tell = async |headers: HeaderMap, request: Request| {
        let heard: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        let text = format!(
            "{} {}\n{}",
            request.method(),
            request.uri(),
            heard.join("\n")
        );
        (
            StatusCode::IM_A_TEAPOT,
            [
                ("x-own", "yes"),
                ("connection", "close, x-secret"),
                ("x-secret", "1"),
            ],
            text,
        )
            .into_response()
    };
    tokio::spawn(async move {
        axum::serve(listener, Router::new().fallback(tell))
            .await
            .unwrap();
    });
    port
}

fn ask(host: &str, path: &str) -> axum::http::request::Builder {
    Request::post(path).header("host", host)
}

#[tokio::test(flavor = "multi_thread")]
async fn passes_on_requests_and_nothing_that_belongs_to_the_connection() {
    let lathe = Lathe::start().await;
    let port = application().await;
    lathe
        .deployments
        .put("library", port, DeploymentStatus::Running);
    let request = ask("library.localhost:4000", "/books?limit=1")
        .header("origin", "http://library.localhost:4000")
        .header("connection", "keep-alive, x-hop")
        .header("x-hop", "1")
        .header("x-forwarded-for", "6.6.6.6")
        .header("upgrade", "websocket");
    let reply = lathe.send(request.body(Body::from("hello")).unwrap()).await;
    assert_eq!(
        (reply.status, reply.header("x-own")),
        (StatusCode::IM_A_TEAPOT, "yes"),
        "{}",
        reply.text
    );
    assert!(
        reply.text.starts_with("POST /books?limit=1\n"),
        "{}",
        reply.text
    );
    assert!(
        reply
            .text
            .contains("x-forwarded-host: library.localhost:4000"),
        "{}",
        reply.text
    );
    assert!(
        reply.text.contains(&format!("host: 127.0.0.1:{port}")),
        "{}",
        reply.text
    );
    for gone in ["x-hop", "6.6.6.6", "upgrade"] {
        assert!(!reply.text.contains(gone), "{gone}: {}", reply.text);
    }
    assert_eq!(
        (
            reply.header("x-secret"),
            reply.header("content-security-policy")
        ),
        ("", "")
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connects_to_nothing_but_what_was_deployed() {
    let lathe = Lathe::start().await;
    lathe
        .deployments
        .put("stopped", application().await, DeploymentStatus::Stopped);
    for host in [
        "nobody.localhost",
        "stopped.localhost:4000",
        "a.b.localhost",
        "..localhost",
        "127.0.0.1.localhost",
    ] {
        let reply = lathe
            .send(ask(host, "/").body(Body::empty()).unwrap())
            .await;
        assert_eq!(reply.refused(503, "unavailable").header("retry-after"), "1");
    }
    // Nobody listens there any more.
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    lathe
        .deployments
        .put("gone", port, DeploymentStatus::Running);
    lathe
        .send(ask("gone.localhost", "/").body(Body::empty()).unwrap())
        .await
        .refused(502, "bad_gateway");
    let page = ask("gone.localhost", "/")
        .header("accept", "text/html,*/*")
        .body(Body::empty())
        .unwrap();
    let page = lathe.send(page).await;
    assert_eq!(page.status, 502);
    assert!(
        page.text.starts_with("<!doctype html>") && page.text.contains("`gone`"),
        "{}",
        page.text
    );
    lathe.stop().await;
}
