//! Every route of the document, asked for nonsense: the answer is always an enveloped refusal, never a failure.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::Value;

use crate::support::documents::GREET;
use crate::support::{Lathe, Reply, request};

const BODIES: [&str; 14] = [
    "",
    "{",
    "null",
    "[]",
    "\"x\"",
    "7",
    "{}",
    "{\"source\": 7}",
    "{\"source\": \"\\u0000\"}",
    "{\"source\": \"[[[[\"}",
    "{\"document\": {\"nodes\": {}}}",
    "{\"inputs\": []}",
    "{\"name\": \"self\", \"fields\": null}",
    "\u{feff}{}",
];

const IDS: [&str; 7] = [
    "x",
    "%00",
    "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
    "..",
    "%2e%2e%2f",
    "0198f3a27c1b7d558e106a2f4b9c0d11",
    "'; DROP TABLE workflows; --",
];

const QUERIES: [&str; 8] = [
    "limit=-1",
    "limit=99999999999",
    "cursor=%00",
    "cursor=e30",
    "after=x",
    "wait=-1",
    "status=%ff",
    "a[]=1&b",
];

/// S14: parameters that would be SQL, paths or cursors of others get an answer in the envelope from every route, and change nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_in_the_envelope() {
    let lathe = Lathe::start().await;
    lathe.workflow(GREET).await;
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for id in IDS {
            let id = id.replace(' ', "%20").replace('\'', "%27");
            let concrete = path
                .replace("{id}", &id)
                .replace("{kind}", &id)
                .replace("{version}", "1");
            for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PURGE"] {
                let writes = item
                    .get(method.to_lowercase())
                    .is_some_and(|operation| operation.get("requestBody").is_some());
                let bodies = if writes { &BODIES[..] } else { &BODIES[..1] };
                for body in bodies {
                    check(
                        &lathe,
                        method,
                        &concrete,
                        body,
                        path.contains('{') || method != "GET",
                    )
                    .await;
                }
            }
            for query in QUERIES {
                check(&lathe, "GET", &format!("{concrete}?{query}"), "", false).await;
            }
            for suffix in ["/", "/x", ".json", ";a=b", "%20"] {
                check(&lathe, "GET", &format!("{concrete}{suffix}"), "", false).await;
            }
        }
    }
    assert_eq!(
        lathe.get("/api/workflows").await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "nothing was changed"
    );
    lathe.stop().await;
}

/// What means something in SQL, in patterns of it, or to what reads a text: a quote, wildcards, an end, a comment.
const TEXTS: [&str; 9] = [
    "%27",
    "%22",
    "%25",
    "_",
    "%00",
    "%5C",
    "%27%20OR%20%271%27%3D%271",
    "%27%3B--%20",
    "%25_%27%25",
];

/// S14, C9: every text in a query or a path that may reach SQL is a text there, and no pattern.
#[tokio::test(flavor = "multi_thread")]
async fn texts_that_mean_something_in_sql_are_texts() {
    let lathe = Lathe::start().await;
    lathe.workflow(GREET).await;
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let (mut queries, mut searches) = (0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        let id = "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11";
        for text in TEXTS {
            let mut concrete = path.replace("{id}", id).replace("{execution}", id);
            for name in [
                "label", "name", "token", "step", "kind", "sha256", "provider", "model",
            ] {
                concrete = concrete.replace(&format!("{{{name}}}"), text);
            }
            if concrete != path.replace("{id}", id) {
                for method in ["GET", "PUT", "DELETE"] {
                    check(&lathe, method, &concrete, "{}", false).await;
                }
            }
            let parameters = item["get"]["parameters"].as_array();
            let named = parameters.into_iter().flatten();
            let named = named.filter(|parameter| parameter["in"] == "query");
            for name in named.filter_map(|parameter| parameter["name"].as_str()) {
                let asked = format!("{concrete}?{name}={text}");
                check(&lathe, "GET", &asked, "", false).await;
                queries += 1;
                if name == "q" && !path.contains('{') {
                    let reply = lathe.get(&asked).await;
                    let items = reply.body["items"].as_array().map_or(0, Vec::len);
                    // Nothing here has such a letter in its name.
                    assert_eq!(items, 0, "{asked}: {}", reply.text);
                    searches += 1;
                }
            }
        }
    }
    assert!(queries > 100 && searches > 0, "{queries} {searches}");
    let none = lathe.get("/api/workflows?q=_").await;
    assert_eq!(none.body["items"], serde_json::json!([]), "{}", none.text);
    let all = lathe.get("/api/workflows").await;
    assert_eq!(all.body["items"].as_array().unwrap().len(), 1);
    lathe.stop().await;
}

async fn check(lathe: &Lathe, method: &str, path: &str, body: &str, must_refuse: bool) {
    let asked = request(Method::from_bytes(method.as_bytes()).unwrap(), path)
        .header("content-type", "application/json");
    let Ok(asked): Result<Request<Body>, _> = asked.body(Body::from(body.to_owned())) else {
        return;
    };
    let Reply {
        status,
        body: answer,
        text,
        ..
    } = lathe.send(asked).await;
    let what = format!("{method} {path} {body:?}: {status} {text}");
    // Addresses outside the API are pages of the web app, which may not have been built, as the page of the API.
    let page = text.starts_with("<!doctype html>")
        || text.starts_with("<!DOCTYPE html>")
        || path.starts_with("/api/docs") && text.contains("was built without its web app");
    assert!(page || !status.is_server_error(), "{what}");
    if status.is_client_error() {
        let error = &answer["error"];
        assert!(
            error["code"].is_string()
                && error["message"]
                    .as_str()
                    .is_some_and(|message| !message.is_empty()),
            "{what}"
        );
    } else {
        assert!(page || !must_refuse || status.is_success(), "{what}");
    }
}
