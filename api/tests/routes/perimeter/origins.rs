//! S11 and S12: pages elsewhere may do what the operator allows them, by their exact origin and with a token in hand.

use api::Config;
use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use crate::support::documents::GREET;
use crate::support::people::{PASSWORD, bare};
use crate::support::{Lathe, request, with_json};

const TOOLS: &str = "https://tools.example.org";

#[tokio::test(flavor = "multi_thread")]
async fn s11_only_named_origins_may_read_and_write_and_no_cookie_helps() {
    let config = Config {
        origins: vec![TOOLS.to_owned()],
        ..Config::default()
    };
    let lathe = Lathe::start_with(config).await;
    let preflight = async |origin: &str| {
        let asked = bare(Method::OPTIONS, "/api/workflows")
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "authorization,if-match");
        lathe.send(asked.body(Body::empty()).unwrap()).await
    };
    let create = async |origin: &str| {
        let asked = request(Method::POST, "/api/workflows").header("origin", origin);
        lathe
            .send(with_json(asked, &json!({"source": GREET})))
            .await
    };
    let allowed = preflight(TOOLS).await;
    assert_eq!(allowed.header("access-control-allow-origin"), TOOLS);
    assert!(
        allowed
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    assert!(allowed.header("vary").to_lowercase().contains("origin"));
    let made = create(TOOLS).await;
    assert_eq!(
        (
            made.status.as_u16(),
            made.header("access-control-allow-origin")
        ),
        (201, TOOLS)
    );
    assert!(
        made.header("access-control-expose-headers")
            .contains("etag")
    );
    for reply in [&allowed, &made] {
        assert_eq!(reply.header("access-control-allow-credentials"), "");
    }
    for other in [
        "https://tools.example.org.evil.example",
        "http://tools.example.org",
        "https://TOOLS.example.org",
        "https://tools.example.org:444",
        "https://a.tools.example.org",
        "null",
        "*",
    ] {
        assert_eq!(
            preflight(other).await.header("access-control-allow-origin"),
            "",
            "{other}"
        );
        create(other).await.refused(403, "forbidden");
    }
    // S12: nor is a socket opened for a page of another site, whatever ticket it has.
    let socket = |origin: &str| {
        let path = "/api/executions/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/events";
        let asked = bare(Method::GET, path)
            .header("origin", origin)
            .header("upgrade", "websocket");
        lathe.send(asked.body(Body::empty()).unwrap())
    };
    socket("https://evil.example")
        .await
        .refused(403, "forbidden");
    socket(TOOLS).await.refused(401, "unauthorized");
    // What a cookie would open is closed to it: logging in, and carrying a session on.
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    for path in ["/api/auth/login", "/api/auth/refresh", "/api/auth/register"] {
        let asked = bare(Method::POST, path)
            .header("origin", TOOLS)
            .header("cookie", "lathe_refresh=x");
        lathe
            .send(with_json(asked, &body))
            .await
            .refused(403, "forbidden");
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s11_without_a_list_no_other_origin_is_told_anything() {
    let lathe = Lathe::start().await;
    let asked = request(Method::GET, "/api/workflows").header("origin", TOOLS);
    let reply = lathe.send(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, 200, "a page can send it, and can't read it");
    let told: Vec<&str> = reply.headers.keys().map(|name| name.as_str()).collect();
    assert!(
        !told.iter().any(|name| name.starts_with("access-control")),
        "{told:?}"
    );
    lathe.stop().await;
}

/// Where people use TLS, a page of the same name that came without it is a stranger.
#[tokio::test(flavor = "multi_thread")]
async fn s11_a_page_that_came_without_tls_is_another_site() {
    let config = Config {
        url: "https://lathe.example.org".to_owned(),
        hosts: vec!["lathe.example.org".to_owned()],
        ..Config::default()
    };
    let lathe = Lathe::start_with(config).await;
    let refresh = async |origin: &str| {
        let asked = axum::http::Request::post("/api/auth/refresh")
            .header("host", "lathe.example.org")
            .header("origin", origin);
        lathe
            .send(asked.body(Body::empty()).unwrap())
            .await
            .status
            .as_u16()
    };
    assert_eq!(refresh("http://lathe.example.org").await, 403);
    assert_eq!(
        refresh("https://lathe.example.org").await,
        401,
        "it is let in, and has no cookie"
    );
    lathe.stop().await;
}
