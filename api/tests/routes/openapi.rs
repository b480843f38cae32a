//! The OpenAPI document: current, complete, and true.

use std::collections::BTreeSet;
use std::path::Path;

use api::Code;
use axum::body::Body;
use axum::http::Method;
use serde_json::Value;

use crate::support::{Lathe, request};

const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

#[test]
fn the_snapshot_is_current() {
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let fresh = api::openapi_json().unwrap();
    let kept = std::fs::read_to_string(&snapshot).unwrap_or_default();
    assert!(
        kept == fresh,
        "api/openapi.json is stale: run `cargo xtask gen`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_served_and_names_what_there_is() {
    let lathe = Lathe::start().await;
    let served = lathe.get("/api/openapi.json").await;
    assert_eq!(served.text, api::openapi_json().unwrap());
    let document = served.body;
    assert_eq!(
        document["openapi"].as_str().map(|version| &version[..3]),
        Some("3.1")
    );
    assert!(
        document["info"]["description"]
            .as_str()
            .unwrap()
            .contains("Authorization: Bearer")
    );
    let mut operations = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            // The router and the document agree about every method of every path.
            let concrete = path
                .replace("{id}", "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11")
                .replace("{kind}", "x");
            let concrete = concrete.replace(
                "/api/workspaces/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
                &format!("/api/workspaces/{}", store::FIRST_WORKSPACE),
            );
            let asked = request(
                Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
                &concrete,
            );
            let reply = lathe.send(asked.body(Body::empty()).unwrap()).await;
            let known = item.get(method).is_some();
            assert_eq!(
                reply.status != 405,
                known,
                "{method} {path}: {}",
                reply.text
            );
            if let Some(operation) = item.get(method) {
                assert!(
                    operations.insert(operation["operationId"].as_str().unwrap().to_owned()),
                    "{path}"
                );
                assert!(
                    operation["summary"].is_string(),
                    "{method} {path} says what it does"
                );
                assert!(
                    operation["responses"]
                        .as_object()
                        .is_some_and(|all| !all.is_empty()),
                    "{method} {path}"
                );
            }
        }
    }
    lathe.stop().await;
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let mut used = BTreeSet::from(["ExecutionNews".to_owned()]);
    collect(&document, &mut used);
    let known: BTreeSet<String> = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        used.difference(&known).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "named and not there"
    );
    assert_eq!(
        known.difference(&used).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "there and not named"
    );
}

fn collect(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|name| name.strip_prefix("#/components/schemas/"))
            {
                used.insert(name.to_owned());
            }
            fields.values().for_each(|field| collect(field, used));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, used)),
        _ => {}
    }
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
    let pages: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .into_string()
                .unwrap()
                .trim_end_matches(".md")
                .to_owned()
        })
        .filter(|name| name != "README")
        .collect();
    let codes: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    assert_eq!(codes, pages);
    let list = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for code in Code::ALL {
        let page = std::fs::read_to_string(folder.join(format!("{}.md", code.as_str()))).unwrap();
        let title = format!("# `{}` ({})", code.as_str(), code.status().as_u16());
        assert_eq!(page.lines().next(), Some(&*title));
        for part in ["## When", "## How to mend it"] {
            assert!(page.contains(part), "{}: {part}", code.as_str());
        }
        assert!(
            list.contains(&format!("[`{0}`]({0}.md)", code.as_str())),
            "{}",
            code.as_str()
        );
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}
