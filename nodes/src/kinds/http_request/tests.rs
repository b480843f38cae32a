//! `http.request` against a real server on this machine.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap as Headers, StatusCode as Status};
use axum::response::Redirect;
use axum::routing::{get, post};
use serde_json::json;

use super::*;
use crate::tests::{Surroundings, local, serve};

async fn run(with: Value) -> Result<Value, Failure> {
    Surroundings::new()
        .run(HttpRequest::new(&local()), with)
        .await
}

#[tokio::test]
async fn sends_what_it_is_given_and_reads_json() {
    let echo = |headers: Headers, uri: axum::http::Uri, body: String| async move {
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let key = header("idempotency-key");
        axum::Json(
            json!({ "key": key, "kind": header("content-type"), "query": uri.query(), "body": body }),
        )
    };
    let base = serve(Router::new().route("/echo", post(echo).get(echo))).await;

    let posted = run(json!({
        "method": "POST", "url": format!("{base}/echo?a=1"), "query": { "q": "x y", "n": 2, "none": null },
        "json": { "title": "Ada" },
    }));
    let posted = posted.await.unwrap();
    assert_eq!(posted["status"], 200);
    assert_eq!(posted["encoding"], "json");
    let expected = json!({
        "key": "the-key", "kind": "application/json", "query": "a=1&q=x+y&n=2", "body": r#"{"title":"Ada"}"#,
    });
    assert_eq!(posted["body"], expected);

    let got = run(json!({ "url": format!("{base}/echo") })).await.unwrap();
    assert_eq!(got["body"]["key"], Value::Null, "a GET needs no key");
}

#[tokio::test]
async fn says_whose_it_is() {
    let echo = |headers: Headers| async move {
        let value = headers.get("authorization").cloned();
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    };
    let base = serve(Router::new().route("/echo", get(echo))).await;
    for (auth, expected) in [
        (
            json!({ "basic": { "username": "ada", "password": "pa:ss" } }),
            "Basic YWRhOnBhOnNz",
        ),
        (json!({ "bearer": "abc" }), "Bearer abc"),
    ] {
        let got = run(json!({ "url": format!("{base}/echo"), "auth": auth })).await;
        assert_eq!(got.unwrap()["body"], expected);
    }
    let refused = run(json!({ "url": format!("{base}/echo"), "auth": { "bearer": "a\nb" } })).await;
    let message = refused.unwrap_err().error.message;
    assert!(
        message.contains("with.auth") && !message.contains("a\nb"),
        "{message}"
    );
}

#[tokio::test]
async fn knows_which_statuses_may_be_tried_again() {
    let status =
        |Path(status): Path<u16>| async move { (Status::from_u16(status).unwrap(), "the reason") };
    let base = serve(Router::new().route("/{status}", get(status))).await;
    for (status, retryable) in [
        (500, true),
        (503, true),
        (429, true),
        (404, false),
        (422, false),
    ] {
        let failure = run(json!({ "url": format!("{base}/{status}") }))
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            (format!("http_{status}").as_str(), retryable),
            "{status}"
        );
        assert_eq!(failure.error.details.unwrap()["body"], "the reason");
    }
    let accepted = run(json!({ "url": format!("{base}/404"), "expect_status": [200, 404] }))
        .await
        .unwrap();
    assert_eq!(accepted["status"], 404);
}

#[tokio::test]
async fn a_retry_after_is_the_least_that_the_next_attempt_waits() {
    let busy = |after: &'static str| {
        let answer = async move || (Status::TOO_MANY_REQUESTS, [("retry-after", after)]);
        get(answer)
    };
    let router = Router::new()
        .route("/seconds", busy("7"))
        .route("/date", busy("Fri, 31 Dec 1999 23:59:59 GMT"))
        .route("/words", busy("soon"));
    let base = serve(router).await;
    for (path, expected) in [("seconds", Some(7_000)), ("date", Some(0)), ("words", None)] {
        let failure = run(json!({ "url": format!("{base}/{path}") }))
            .await
            .unwrap_err();
        assert_eq!(failure.error.code, "http_429");
        assert_eq!(failure.retry_after.map(|pause| pause.0), expected, "{path}");
    }
}

#[tokio::test]
async fn says_how_much_of_an_answer_has_arrived() {
    let base = serve(Router::new().route("/", get(async || "x".repeat(300_000)))).await;
    let surroundings = Surroundings::new();
    let node = HttpRequest::new(&local());
    surroundings
        .run(node, json!({ "url": base }))
        .await
        .unwrap();
    let told = surroundings.progress();
    assert_eq!(
        told.last().unwrap(),
        &(Some(1.0), "300000 of 300000 bytes".to_owned())
    );
}

#[tokio::test]
async fn keeps_a_long_answer_beside_the_run() {
    let long = async || ([("content-type", "application/zip")], vec![7_u8; 9 << 20]);
    let missing = async || (Status::NOT_FOUND, "no such thing");
    let router = Router::new()
        .route("/long", get(long))
        .route("/missing", get(missing));
    let base = serve(router).await;
    let surroundings = Surroundings::new();
    let ask = async |path: &str, more: Value| {
        let mut with = json!({ "url": format!("{base}/{path}"), "response": "blob" });
        with.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let node = HttpRequest::new(&local());
        surroundings.run(node, with).await
    };
    let answer = ask("long", json!({})).await.unwrap();
    assert_eq!(answer["encoding"], "blob");
    let kept = Blob::from_value(&answer["body"]).unwrap();
    assert_eq!(
        (kept.size, kept.media_type.as_str()),
        (9 << 20, "application/zip")
    );
    let stored = surroundings.context.open(&kept).await.unwrap();
    let whole: Vec<_> = stored.bytes.map(Result::unwrap).collect().await;
    assert!(whole.concat() == vec![7_u8; 9 << 20]);
    let told = surroundings.progress().pop().unwrap();
    assert_eq!(told, (Some(1.0), "9437184 of 9437184 bytes".to_owned()));

    let failure = ask("long", json!({ "max_bytes": 1 << 20 }))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("answer_too_long", false)
    );
    // What is refused is told, and not kept.
    let failure = ask("missing", json!({})).await.unwrap_err();
    assert_eq!(failure.error.code, "http_404");
    assert_eq!(failure.error.details.unwrap()["body"], "no such thing");
}

#[tokio::test]
async fn a_refused_answer_is_cut_off_where_values_end() {
    // Without end, so that whoever wants all of it waits for the time-out.
    let endless = async || {
        let parts = futures::stream::repeat_with(|| Ok::<_, BoxError>("é".repeat(50_000)));
        let body = axum::body::Body::from_stream(parts);
        (Status::NOT_FOUND, [("content-type", "text/plain")], body)
    };
    let told = async || (Status::NOT_FOUND, "é".repeat(10));
    let router = Router::new()
        .route("/endless", get(endless))
        .route("/told", get(told));
    let base = serve(router).await;
    for response in ["value", "blob"] {
        for (path, most, length) in [
            ("endless", None, LONGEST_VALUE as usize),
            ("endless", Some(1_u64 << 30), LONGEST_VALUE as usize),
            ("endless", Some(1_001), 1_000),
            ("told", Some(19), 18),
        ] {
            let with =
                json!({ "url": format!("{base}/{path}"), "response": response, "max_bytes": most });
            let failure = run(with).await.unwrap_err();
            assert_eq!(failure.error.code, "http_404");
            let details = failure.error.details.unwrap();
            assert_eq!(details["cut"], true);
            let body = details["body"].as_str().unwrap();
            assert_eq!((body.len(), body.chars().next()), (length, Some('é')));
        }
        let with = json!({ "url": format!("{base}/told"), "response": response, "max_bytes": 20 });
        let details = run(with).await.unwrap_err().error.details.unwrap();
        assert_eq!(details["body"], "é".repeat(10));
        assert!(details.get("cut").is_none());
    }
}

#[tokio::test]
async fn follows_redirects_past_the_guard_only() {
    let router = Router::new()
        .route("/there", get(|| async { Redirect::temporary("/here") }))
        .route("/here", get(|| async { "arrived" }))
        .route("/loop", get(|| async { Redirect::temporary("/loop") }))
        .route(
            "/metadata",
            get(|| async { Redirect::temporary("http://169.254.169.254/latest/meta-data/") }),
        );
    let base = serve(router).await;

    let arrived = run(json!({ "url": format!("{base}/there") }))
        .await
        .unwrap();
    assert_eq!(
        (arrived["body"].as_str(), arrived["url"].as_str()),
        (Some("arrived"), Some(&*format!("{base}/here")))
    );
    for (path, code) in [
        ("loop", "too_many_redirects"),
        ("metadata", "address_refused"),
    ] {
        let failure = run(json!({ "url": format!("{base}/{path}") }))
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            (code, false)
        );
    }
}

#[tokio::test]
async fn refuses_private_addresses_unless_the_operator_allows_them() {
    let base = serve(Router::new().route("/", get(|| async { "inside" }))).await;
    let options = Options::default();
    for url in [
        base.clone(),
        base.replace("127.0.0.1", "localhost"),
        base.replace("127.0.0.1", "0x7f.1"),
    ] {
        let failure = Surroundings::new()
            .run(HttpRequest::new(&options), json!({ "url": url }))
            .await
            .unwrap_err();
        assert_eq!(
            failure.error.code, "address_refused",
            "{url}: {}",
            failure.error.message
        );
        assert!(failure.error.message.contains("--allow-addresses"));
    }
}

#[tokio::test]
async fn stops_at_the_cap_at_the_timeout_and_when_cancelled() {
    let router = Router::new()
        .route("/long", get(|| async { "x".repeat(2_000) }))
        .route("/never", get(std::future::pending::<&str>));
    let base = serve(router).await;

    let long = run(json!({ "url": format!("{base}/long"), "max_bytes": 1_999 }))
        .await
        .unwrap_err();
    assert_eq!(
        (long.error.code.as_str(), long.retryable),
        ("answer_too_long", false)
    );

    let late = run(json!({ "url": format!("{base}/never"), "timeout": "50ms" }))
        .await
        .unwrap_err();
    assert_eq!(
        (late.error.code.as_str(), late.retryable),
        ("timeout", true)
    );

    let surroundings = Surroundings::new();
    surroundings.cancel();
    let cancelled = surroundings
        .run(
            HttpRequest::new(&local()),
            json!({ "url": format!("{base}/never") }),
        )
        .await;
    assert_eq!(cancelled.unwrap_err().error.code, "cancelled");
}

#[tokio::test]
async fn a_closed_port_may_be_tried_again() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let failure = run(json!({ "url": format!("http://127.0.0.1:{port}/") }))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("connection_failed", true)
    );
}
