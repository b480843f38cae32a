//! The OpenAPI document: current, complete, and true.

use std::collections::BTreeSet;
use std::path::Path;

use api::Code;
use axum::body::Body;
use axum::http::Method;
use serde_json::Value;

use crate::support::document::{DOCUMENT, Operation, escaped, operations, resolved, validator};
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

/// What a new route has to say of itself. Each line of the failure says what to add, and where.
#[test]
fn every_operation_is_described_wholly() {
    let tags = DOCUMENT["tags"].as_array().unwrap();
    let tags: BTreeSet<&str> = tags
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut lacks = Vec::new();
    for operation in operations() {
        let mut lack = |what: String| {
            lacks.push(format!("{} {}: {what}", operation.method, operation.path));
        };
        let about = operation.about;
        for (field, remedy) in [
            (
                "summary",
                "the first paragraph of the doc comment says what it does",
            ),
            ("description", "`security(…)` says whom it takes"),
            ("security", "`security(…)` says whom it takes"),
        ] {
            if about[field].as_str().is_none_or(str::is_empty) && !about[field].is_array() {
                lack(format!("no {field}: {remedy}"));
            }
        }
        match about["tags"].as_array().map(Vec::as_slice) {
            Some([tag]) if tags.contains(tag.as_str().unwrap()) => {}
            _ => lack("`tag = …` names one tag of api/src/openapi/mod.rs".to_owned()),
        }
        for parameter in about["parameters"].as_array().into_iter().flatten() {
            let (name, schema) = (&parameter["name"], &parameter["schema"]);
            if parameter["description"].as_str().is_none_or(str::is_empty) {
                lack(format!(
                    "the parameter {name} has no description: a doc comment, or a line in api/src/openapi/words.rs"
                ));
            }
            if schema["type"].is_null() && schema["$ref"].is_null() {
                lack(format!(
                    "the parameter {name} has no schema: `#[param(value_type = …)]`"
                ));
            }
        }
        let replies = about["responses"].as_object().unwrap();
        if !replies.keys().any(|status| status.as_bytes()[0] < b'4') {
            lack(
                "no reply for when it succeeds: `(status = 200, description = …, body = …)`"
                    .to_owned(),
            );
        }
        for status in wanted(&operation) {
            if !replies.contains_key(status) {
                lack(format!(
                    "{status} is missing, though it follows from what it is: api/src/openapi/refusals.rs"
                ));
            }
        }
        if let Some(odd) = replies.keys().find(|status| status.parse::<u16>().is_err()) {
            lack(format!("`{odd}` says nothing: name the statuses"));
        }
    }
    assert!(lacks.is_empty(), "{}", lacks.join("\n"));
}

/// How an operation may refuse by what it is, told apart from the rules that add it.
fn wanted(operation: &Operation) -> Vec<&'static str> {
    let about = operation.about;
    let text = about["parameters"].to_string();
    let is_public = about["security"][0]
        .as_object()
        .is_some_and(serde_json::Map::is_empty);
    let mut wanted = vec!["500"];
    if !is_public {
        wanted.extend(["400", "401", "403", "503"]);
    }
    if operation.body().is_some() {
        wanted.extend(["400", "408", "413", "415", "422"]);
    }
    if operation.path.contains('{') {
        wanted.push("404");
    }
    if text.contains("\"If-Match\"") {
        wanted.push("412");
    }
    wanted
}

/// What is changed and is no stored thing that two could change at once, each with the reason.
const UNCONDITIONAL: [(&str, &str); 3] = [
    ("change_password", "says the one that there is"),
    (
        "confirm_second_factor",
        "there is none yet, or it is refused",
    ),
    ("put_hook", "a run"),
];

#[test]
fn every_change_of_a_stored_thing_can_be_made_conditional() {
    let mut changes = 0;
    for operation in operations() {
        let is_change = [Method::PUT, Method::PATCH].contains(&operation.method);
        if !is_change || UNCONDITIONAL.iter().any(|(id, _)| *id == operation.id) {
            continue;
        }
        changes += 1;
        let parameters = operation.about["parameters"].as_array();
        let mut names = parameters.into_iter().flatten().map(|one| &one["name"]);
        assert!(
            names.any(|name| name == "If-Match"),
            "{} {} takes no `If-Match`",
            operation.method,
            operation.path
        );
    }
    assert!(changes >= 15, "{changes}");
}

/// What is limited is limited by a call in the handler, or in what it calls in its own file.
#[test]
fn what_is_limited_says_so() {
    let mut limited = 0;
    for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for operation in text.split("#[utoipa::path").skip(1) {
            if operation.contains("Limit::") && operation.contains(".take(") {
                limited += 1;
                assert!(
                    operation.contains("status = 429"),
                    "{}: add `(status = 429, description = \"Too many …\", body = ErrorEnvelope)` to what is limited",
                    file.display()
                );
            }
        }
    }
    assert!(limited > 5, "{limited}");
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(rust_files(&path)),
            false => files.push(path),
        }
    }
    files
}

/// Every body and every reply can be seen in an example, and every example is what its schema says.
#[test]
fn every_body_and_reply_has_an_example_that_fits() {
    let mut faults = Vec::new();
    let mut hold = |what: String, pointer: &str, example: &Value| {
        if example.is_null() {
            faults.push(format!(
                "{what}: no example: `#[schema(example = json!(…))]`"
            ));
        }
        for error in validator(pointer).iter_errors(example) {
            faults.push(format!(
                "{what}: its example is not what it says: {} {error}",
                error.instance_path()
            ));
        }
    };
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        hold(
            name.clone(),
            &format!("/components/schemas/{name}"),
            &schema["example"],
        );
    }
    for operation in operations() {
        let method = operation.method.as_str().to_lowercase();
        for (status, reply) in operation.about["responses"].as_object().unwrap() {
            let reply = resolved(reply);
            let content = &reply["content"]["application/json"];
            // A document of any form is its own example.
            if content["schema"]
                .as_object()
                .is_none_or(serde_json::Map::is_empty)
            {
                continue;
            }
            let what = format!("{method} {} {status}", operation.path);
            let example = match &content["example"] {
                Value::Null => &resolved(&content["schema"])["example"],
                stated => stated,
            };
            let place = match operation.about["responses"][status]["$ref"].as_str() {
                Some(place) => place[1..].to_owned(),
                None => format!(
                    "/paths/{}/{method}/responses/{status}",
                    escaped(operation.path)
                ),
            };
            hold(
                what,
                &format!("{place}/content/application~1json/schema"),
                example,
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// S3: whatever can be written is closed, as deep as it goes: what has named fields has no others.
#[test]
fn every_body_is_closed() {
    let mut open = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for operation in operations() {
        if let Some(body) = operation.body() {
            find_open(body, operation.id, &mut seen, &mut open);
        }
    }
    assert!(seen.len() > 40, "{}", seen.len());
    assert_eq!(
        open,
        BTreeSet::new(),
        "these take any field: `#[serde(deny_unknown_fields)]` on the type"
    );
}

fn find_open(
    schema: &'static Value,
    name: &str,
    seen: &mut BTreeSet<String>,
    open: &mut BTreeSet<String>,
) {
    match schema {
        Value::Object(fields) => {
            if let Some(place) = fields.get("$ref").and_then(Value::as_str) {
                if seen.insert(place.to_owned()) {
                    find_open(resolved(schema), place, seen, open);
                }
                return;
            }
            if fields.contains_key("properties") && schema["additionalProperties"] != false {
                open.insert(name.to_owned());
            }
            // What an example holds is no schema.
            let inner = fields
                .iter()
                .filter(|(key, _)| !matches!(&***key, "example" | "examples" | "default"));
            inner.for_each(|(_, field)| find_open(field, name, seen, open));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| find_open(item, name, seen, open)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    // What travels over sockets, no operation names.
    let over_sockets = ["ExecutionNews", "LiveMessage", "LiveRequest"];
    let mut used = BTreeSet::from(over_sockets.map(str::to_owned));
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
