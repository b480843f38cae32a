//! S11: what every reply tells a browser, whatever it is a reply to.

use api::Config;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

use crate::support::people::bare;
use crate::support::{Lathe, Reply, request, with_json};

/// One of each class of replies: done, refused by each layer, failed, files, and applications that are not live.
async fn all(lathe: &Lathe) -> Vec<(&'static str, u16, Reply)> {
    let plain = |builder: axum::http::request::Builder| builder.body(Body::empty()).unwrap();
    let get = |path: &str| plain(request(Method::GET, path));
    let host = |host: &str| plain(Request::get("/").header("host", host));
    let large = json!({"source": "x".repeat(3 * 1_024 * 1_024)});
    let fatal = json!({"name": "fatal"});
    let post = |path: &str| request(Method::POST, path);
    let foreign = post("/api/workflows").header("origin", "https://evil.example");
    let requests = vec![
        ("a list", 200, get("/api/workflows")),
        (
            "open to all",
            200,
            plain(bare(Method::GET, "/api/auth/methods")),
        ),
        ("the document", 200, get("/api/openapi.json")),
        ("metrics", 200, get("/metrics")),
        ("health", 200, get("/healthz")),
        ("nobody", 401, plain(bare(Method::GET, "/api/workflows"))),
        ("no session", 403, get("/api/auth/sessions")),
        ("another site", 403, plain(foreign)),
        ("nothing", 404, get("/api/nothing")),
        (
            "no such method",
            405,
            plain(request(Method::PUT, "/api/workflows")),
        ),
        ("too large", 413, with_json(post("/api/workflows"), &large)),
        (
            "no JSON",
            415,
            post("/api/workflows").body(Body::from("{}")).unwrap(),
        ),
        (
            "not JSON",
            400,
            with_json(post("/api/workflows"), &json!(1)),
        ),
        ("a stranger's name", 421, host("evil.example")),
        ("no name", 400, host("")),
        ("a panic", 500, with_json(post("/api/applications"), &fatal)),
        ("no such file", 404, get("/assets/gone.js")),
        ("an application", 503, host("nobody.localhost")),
        (
            "its page",
            503,
            plain(
                Request::get("/")
                    .header("host", "nobody.localhost")
                    .header("accept", "text/html"),
            ),
        ),
        ("the web app", 0, get("/workflows")),
    ];
    let mut replies = Vec::new();
    for (what, status, request) in requests {
        replies.push((what, status, lathe.send(request).await));
    }
    replies
}

#[tokio::test(flavor = "multi_thread")]
async fn s11_every_reply_tells_the_browser_what_it_may_do() {
    for url in ["https://lathe.example.org", "http://localhost:4000"] {
        let config = Config {
            url: url.to_owned(),
            ..Config::default()
        };
        let lathe = Lathe::start_with(config).await;
        for (what, status, reply) in all(&lathe).await {
            // Without a build, the web app is a page that says so.
            if status != 0 && what != "not JSON" {
                assert_eq!(reply.status.as_u16(), status, "{what}: {}", reply.text);
            }
            let policy = reply.header("content-security-policy");
            let directive = |name: &str| {
                let mut all = policy.split(';').map(str::trim);
                all.find_map(|one| one.strip_prefix(name))
                    .unwrap_or_default()
                    .trim()
            };
            assert_eq!(directive("script-src"), "'self'", "{what}");
            assert_eq!(directive("default-src"), "'self'", "{what}");
            for none in ["object-src", "base-uri", "frame-ancestors"] {
                assert_eq!(directive(none), "'none'", "{what}: {none}");
            }
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
            assert_eq!(reply.header("referrer-policy"), "no-referrer", "{what}");
            assert_eq!(
                reply.header("cross-origin-opener-policy"),
                "same-origin",
                "{what}"
            );
            assert_eq!(reply.header("access-control-allow-origin"), "", "{what}");
            assert_eq!(reply.header("x-request-id").len(), 36, "{what}");
            let lasts = reply.header("strict-transport-security");
            assert_eq!(
                lasts,
                if url.starts_with("https") {
                    "max-age=31536000"
                } else {
                    ""
                },
                "{what}"
            );
            for own in ["server", "x-powered-by"] {
                assert_eq!(reply.header(own), "", "{what}");
            }
        }
        lathe.stop().await;
    }
}

/// Nothing that this server sends as a page has a script within it, which the policy would keep from running.
#[tokio::test(flavor = "multi_thread")]
async fn s11_pages_have_no_scripts_within() {
    let lathe = Lathe::start().await;
    let page = lathe.get("/").await;
    for opening in page.text.split("<script").skip(1) {
        let tag = opening.split('>').next().unwrap();
        assert!(tag.contains("src=\"/"), "{tag}");
    }
    assert!(!page.text.contains("javascript:") && !page.text.contains(" onload="));
    lathe.stop().await;
}
