//! `remote.call` against real services on this machine, those of `docs/remote-nodes.md` among them.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use engine::node::Outcome;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::*;
use crate::tests::{Surroundings, local, serve};

async fn run(surroundings: &Surroundings, with: Value) -> Result<(Value, String), Failure> {
    let node = RemoteCall::new(&local());
    match surroundings.outcome(node, with).await? {
        Outcome::Done {
            output,
            port: Some(port),
        } => Ok((output, port)),
        other => panic!("{other:?} leaves by no port"),
    }
}

/// A service that gives prepared replies one after the other, and keeps what it was asked.
#[derive(Clone, Default)]
struct Scripted(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    replies: std::collections::VecDeque<(u16, Option<&'static str>, Value)>,
    asked: Vec<(String, Option<String>)>,
}

impl Scripted {
    async fn serve(
        replies: impl IntoIterator<Item = (u16, Option<&'static str>, Value)>,
    ) -> (Self, String) {
        let this = Self::default();
        this.0.lock().unwrap().replies = replies.into_iter().collect();
        let router = Router::new()
            .fallback(any(Self::answer))
            .with_state(this.clone());
        (this, serve(router).await)
    }

    async fn answer(
        State(this): State<Self>,
        method: axum::http::Method,
        uri: axum::http::Uri,
        headers: HeaderMap,
    ) -> Response {
        let mut script = this.0.lock().unwrap();
        let token = headers
            .get("x-token")
            .map(|token| token.to_str().unwrap().to_owned());
        script.asked.push((format!("{method} {uri}"), token));
        let (status, retry_after, body) =
            script
                .replies
                .pop_front()
                .unwrap_or((500, None, Value::Null));
        let mut response =
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response();
        if let Some(after) = retry_after {
            response
                .headers_mut()
                .insert("retry-after", after.parse().unwrap());
        }
        response
    }

    fn asked(&self) -> Vec<String> {
        let script = self.0.lock().unwrap();
        script
            .asked
            .iter()
            .map(|(asked, _)| asked.clone())
            .collect()
    }
}

#[tokio::test]
async fn hands_over_the_step_and_gives_back_what_the_service_says() {
    let echo = |headers: HeaderMap, axum::Json(call): axum::Json<Value>| async move {
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        let names = ["idempotency-key", "lathe-execution", "authorization"].map(header);
        axum::Json(json!({ "output": { "call": call, "headers": names }, "later": "is ignored" }))
    };
    let base = serve(Router::new().route("/echo", post(echo))).await;
    let surroundings = Surroundings::new();
    let context = &surroundings.context;
    let with = json!({
        "url": format!("{base}/echo"), "input": { "title": "Ada" }, "timeout": "1m",
        "headers": { "authorization": "Bearer x" },
    });
    let (output, port) = run(&surroundings, with).await.unwrap();
    assert_eq!(port, "default");
    let deadline = context.now + chrono::TimeDelta::minutes(1);
    let expected = json!({
        "lathe": 1, "execution": context.execution, "step": "step", "attempt": 1,
        "idempotency_key": "the-key", "deadline": deadline, "input": { "title": "Ada" },
    });
    assert_eq!(output["call"], expected);
    let execution = format!("{}/step/1", context.execution);
    assert_eq!(output["headers"], json!(["the-key", execution, "Bearer x"]));
}

#[tokio::test]
async fn leaves_by_the_port_that_the_service_names() {
    for (ports, said, expected) in [
        (json!([]), Value::Null, Some("default")),
        (json!(["out", "dear"]), Value::Null, Some("out")),
        (json!(["out", "dear"]), json!("dear"), Some("dear")),
        (json!(["dear"]), json!("default"), Some("default")),
        (json!(["dear"]), json!("cheap"), None),
    ] {
        let (_, url) = Scripted::serve([(200, None, json!({ "output": 1, "port": said }))]).await;
        let left = run(&Surroundings::new(), json!({ "url": url, "ports": ports })).await;
        match expected {
            Some(port) => assert_eq!(left.unwrap(), (json!(1), port.to_owned())),
            None => assert_eq!(left.unwrap_err().error.code, "remote_contract"),
        }
    }
}

#[tokio::test]
async fn asks_for_a_result_that_takes_long_and_logs_its_progress() {
    let working = |poll: Value, progress: f64, message: &str| json!({ "poll": poll, "after_ms": 1, "progress": progress, "message": message });
    let (service, base) = Scripted::serve([
        (202, None, json!({ "poll": "jobs/7?part=1", "after_ms": 1 })),
        (202, None, working(Value::Null, 0.4, "reading")),
        (202, None, working(Value::Null, 0.4, "reading")),
        // A service that is started anew in between is not given up.
        (503, Some("0"), Value::Null),
        (202, None, working(json!("/elsewhere"), 0.75, "")),
        (200, None, json!({ "output": [1, 2] })),
    ])
    .await;
    let surroundings = Surroundings::new();
    let with = json!({ "url": format!("{base}/shop/import"), "headers": { "x-token": "secret" } });
    let (output, _) = run(&surroundings, with).await.unwrap();
    assert_eq!(output, json!([1, 2]));
    let mut expected = vec!["POST /shop/import"];
    expected.extend(["GET /shop/jobs/7?part=1"; 4]);
    expected.push("GET /elsewhere");
    assert_eq!(service.asked(), expected);
    let lines = surroundings.lines();
    assert_eq!(
        (lines[0].as_str(), lines[2].as_str(), lines.len()),
        ("40 %: reading", "75 %", 3),
        "{lines:?}"
    );
    assert!(
        service
            .0
            .lock()
            .unwrap()
            .asked
            .iter()
            .all(|(_, token)| token.as_deref() == Some("secret"))
    );
}

#[tokio::test]
async fn another_host_is_asked_without_the_services_headers_and_past_the_guard_only() {
    let (other, elsewhere) = Scripted::serve([(200, None, json!({ "output": "there" }))]).await;
    let poll = json!({ "poll": format!("{elsewhere}/result"), "after_ms": 1 });
    let (_, url) = Scripted::serve([(202, None, poll)]).await;
    let with = json!({ "url": url, "headers": { "x-token": "secret" } });
    assert_eq!(run(&Surroundings::new(), with).await.unwrap().0, "there");
    assert_eq!(
        other.0.lock().unwrap().asked,
        [("GET /result".to_owned(), None)]
    );

    let poll = json!({ "poll": "http://169.254.169.254/latest/meta-data/", "after_ms": 1 });
    let (_, url) = Scripted::serve([(202, None, poll)]).await;
    let failure = run(&Surroundings::new(), json!({ "url": url }))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("address_refused", false)
    );

    let failure = Surroundings::new()
        .outcome(RemoteCall::new(&Options::default()), json!({ "url": url }))
        .await;
    assert_eq!(failure.unwrap_err().error.code, "address_refused");
}

#[tokio::test]
async fn fails_as_the_service_says() {
    let said = |retryable: Value| json!({ "error": { "code": "sold_out", "message": "There is none left.", "details": { "left": 0 }, "retryable": retryable } });
    for (status, body, code, retryable) in [
        (422, said(Value::Null), "sold_out", false),
        (409, said(json!(true)), "sold_out", true),
        (503, said(Value::Null), "sold_out", true),
        (500, said(json!(false)), "sold_out", false),
        (429, Value::Null, "http_429", true),
        (404, json!("no such page"), "http_404", false),
        (200, json!({ "result": 1 }), "remote_contract", false),
        (202, json!({ "after_ms": 1 }), "remote_contract", false),
        (204, Value::Null, "remote_contract", false),
    ] {
        let (service, url) = Scripted::serve([(status, None, body)]).await;
        let failure = run(&Surroundings::new(), json!({ "url": url }))
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            (code, retryable),
            "{status}"
        );
        if code == "sold_out" {
            assert_eq!(failure.error.message, "There is none left.");
            assert_eq!(failure.error.details, Some(json!({ "left": 0 })));
        }
        assert_eq!(service.asked(), ["POST /"], "{status}");
    }

    // Other ways to write one are brought to the usual one.
    for code in ["SOLD_OUT", "Sold-Out", "sold-out"] {
        let body = json!({ "error": { "code": code, "message": "There is none left." } });
        let (_service, url) = Scripted::serve([(422, None, body)]).await;
        let failure = run(&Surroundings::new(), json!({ "url": url }))
            .await
            .unwrap_err();
        assert_eq!(failure.error.code, "sold_out", "{code}");
    }

    // What is no code is not recorded as one.
    let long = "x".repeat(65);
    for code in [
        "Quartz7+Ze/bra",
        "sold out",
        "7up",
        "_x",
        "ünknown",
        long.as_str(),
    ] {
        let body = json!({ "error": { "code": code, "message": "There is none left." } });
        let (_service, url) = Scripted::serve([(422, None, body)]).await;
        let failure = run(&Surroundings::new(), json!({ "url": url }))
            .await
            .unwrap_err();
        assert_eq!(failure.error.code, "http_422", "{code}");
        assert_eq!(failure.error.message, "There is none left.");
    }

    let lost = [
        (202, None, json!({ "poll": "/job", "after_ms": 1 })),
        (410, None, said(Value::Null)),
    ];
    let (service, url) = Scripted::serve(lost).await;
    let failure = run(&Surroundings::new(), json!({ "url": url }))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("sold_out", false)
    );
    assert_eq!(service.asked(), ["POST /", "GET /job"]);
}

#[tokio::test]
async fn waits_as_long_as_a_busy_service_asks_for() {
    let done = (200, None, json!({ "output": "now" }));
    let (service, url) = Scripted::serve([(429, Some("0"), Value::Null), done.clone()]).await;
    assert_eq!(
        run(&Surroundings::new(), json!({ "url": url }))
            .await
            .unwrap()
            .0,
        "now"
    );
    assert_eq!(service.asked(), ["POST /"; 2]);

    // What does not fit into the time-out is left to the step's policy of retries.
    for after in ["3600", "Fri, 31 Dec 2999 23:59:59 GMT"] {
        let (service, url) = Scripted::serve([(503, Some(after), Value::Null), done.clone()]).await;
        let failure = run(&Surroundings::new(), json!({ "url": url }))
            .await
            .unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("http_503", true)
        );
        assert_eq!(service.asked(), ["POST /"]);
    }
}

#[tokio::test]
async fn tells_the_service_when_nobody_wants_the_result_any_more() {
    for (timeout, cancel) in [("1s", false), ("10m", true)] {
        let surroundings = Surroundings::new();
        let (told, telling) = tokio::sync::oneshot::channel();
        let told = Arc::new(Mutex::new(Some(told)));
        let poll = json!({ "poll": "/jobs/1", "after_ms": 1, "message": "at work" });
        let working = move || async move { (StatusCode::ACCEPTED, axum::Json(poll.clone())) };
        let router = Router::new().route("/", post(working.clone())).route(
            "/jobs/1",
            get(working).delete(move |headers: HeaderMap| async move {
                let key = headers["idempotency-key"].to_str().unwrap().to_owned();
                told.lock().unwrap().take().unwrap().send(key).unwrap();
                StatusCode::NO_CONTENT
            }),
        );
        let url = serve(router).await;
        let (outcome, ()) = tokio::join!(
            run(&surroundings, json!({ "url": url, "timeout": timeout })),
            async {
                surroundings.logged("at work").await;
                if cancel {
                    surroundings.cancel();
                }
            }
        );
        let failure = outcome.unwrap_err();
        let expected = if cancel {
            ("cancelled", false)
        } else {
            ("timeout", true)
        };
        assert_eq!((failure.error.code.as_str(), failure.retryable), expected);
        assert_eq!(telling.await.unwrap(), "the-key");
    }
}

#[tokio::test]
async fn takes_no_more_than_it_may_and_does_not_wait_for_ever() {
    let router = Router::new()
        .route(
            "/long",
            post(|| async { axum::Json(json!({ "output": "x".repeat(2_000) })) }),
        )
        .route("/never", post(std::future::pending::<&str>));
    let base = serve(router).await;
    for (with, code, retryable) in [
        (
            json!({ "url": format!("{base}/long"), "max_bytes": 1_999 }),
            "answer_too_long",
            false,
        ),
        (
            json!({ "url": format!("{base}/never"), "answer_timeout": "50ms" }),
            "timeout",
            true,
        ),
        (
            json!({ "url": "http://127.0.0.1:1/" }),
            "connection_failed",
            true,
        ),
        (json!({ "url": "file:///etc/passwd" }), "invalid_url", false),
        (
            json!({ "url": base, "headers": { "a b": "c" } }),
            "invalid_parameters",
            false,
        ),
    ] {
        let failure = run(&Surroundings::new(), with).await.unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            (code, retryable)
        );
    }
}

/// The services that the contract's page shows do what it says.
#[tokio::test]
async fn the_examples_of_the_contract_are_nodes() {
    let page = include_str!("../../../../docs/remote-nodes.md");
    for (language, program, flag) in [("python", "python3", "-c"), ("js", "node", "-e")] {
        let (_, code) = page.split_once(&format!("```{language}\n")).unwrap();
        let (code, _) = code.split_once("```").unwrap();
        let mut service = tokio::process::Command::new(program)
            .args([flag, code])
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|problem| panic!("{program} is needed for this test: {problem}"));
        let mut lines = BufReader::new(service.stdout.take().unwrap()).lines();
        let line = lines
            .next_line()
            .await
            .unwrap()
            .expect("it says where it listens");
        let url = line.split_whitespace().last().unwrap();
        let with = json!({ "url": url, "input": { "text": "three short words" } });
        let surroundings = Surroundings::new();
        let (output, _) = run(&surroundings, with).await.unwrap();
        assert_eq!(output, json!({ "words": 3 }), "{language}");
        let failure = run(&surroundings, json!({ "url": url, "input": {} }))
            .await
            .unwrap_err();
        assert_eq!(failure.error.code, "no_text", "{language}");
    }
}
