//! S22: how much of anything one request may bring or ask for. What workflows may hold is the engine's to bound.

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::support::{Lathe, request};

/// Every operation that takes a body, by the document, with ids that name nothing.
fn writes() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let mut before = "";
        let parts = path.split('/').map(|part| {
            let concrete = match part {
                "{id}" if before == "workspaces" => store::FIRST_WORKSPACE.to_string(),
                "{id}" | "{execution}" | "{user_id}" | "{invitation_id}" => {
                    "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11".to_owned()
                }
                "{version}" => "1".to_owned(),
                name if name.starts_with('{') => "x".to_owned(),
                fixed => fixed.to_owned(),
            };
            before = part;
            concrete
        });
        let path = parts.collect::<Vec<_>>().join("/");
        for (name, method) in [("post", Method::POST), ("put", Method::PUT)] {
            if item[name].get("requestBody").is_some() {
                all.push((method, path.clone()));
            }
        }
    }
    assert!(all.len() > 20, "{all:?}");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn s22_no_body_is_too_long_or_too_deep_for_any_route() {
    let lathe = Lathe::start().await;
    let deep = format!(
        "{{\"inputs\": {}1{}}}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let long = " ".repeat(2 * 1_024 * 1_024) + "{}";
    for (method, path) in writes() {
        for (body, expected) in [(&deep, [400, 422]), (&long, [413, 413])] {
            let asked =
                request(method.clone(), &path).header(header::CONTENT_TYPE, "application/json");
            let reply = lathe
                .send(asked.body(Body::from(body.clone())).unwrap())
                .await;
            let status = reply.status.as_u16();
            // Some look for the thing, or for who asks, before they read.
            let refused = expected.contains(&status) || [403, 404, 503].contains(&status);
            // This one takes forms, and reads nothing else; files.rs has its bounds.
            let refused = refused || (path == "/api/files" && status == 415);
            assert!(refused, "{method} {path}: {}", reply.text);
        }
    }
    let reply = lathe
        .post(
            "/api/workflows",
            json!({"source": "x".repeat(2 * 1_024 * 1_024)}),
        )
        .await;
    reply.refused(413, "payload_too_large");
    assert_eq!(lathe.get("/api/status").await.status, 200);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s22_pages_hold_so_many_and_no_more() {
    let lathe = Lathe::start().await;
    // Some lists are for people, and the first of them may see all others, too.
    let ada = lathe.register("ada@example.org").await;
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let mut lists = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        let is_list = parameters
            .clone()
            .any(|parameter| parameter["name"] == "limit");
        if !is_list || path.contains('{') {
            continue;
        }
        lists += 1;
        for (limit, is_taken) in [
            ("1000", true),
            ("1001", false),
            ("0", false),
            ("4294967297", false),
        ] {
            let asked = format!("{path}?limit={limit}");
            let reply = lathe.ask(&ada, Method::GET, &asked, None).await;
            assert_eq!(
                reply.status == 200,
                is_taken,
                "{path}?limit={limit}: {}",
                reply.text
            );
        }
    }
    assert!(lists > 5, "{lists}");
    lathe.stop().await;
}
