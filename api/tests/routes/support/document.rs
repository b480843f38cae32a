//! The OpenAPI document as tests read it, and every reply of every test held against it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use axum::http::{HeaderMap, Method, StatusCode, header};
use jsonschema::Validator;
use serde_json::{Value, json};

pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&api::openapi_json().unwrap()).unwrap());

pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) about: &'static Value,
}

pub(crate) fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, about) in item.as_object().unwrap() {
            all.push(Operation {
                id: about["operationId"].as_str().unwrap(),
                method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
                path,
                about,
            });
        }
    }
    all
}

impl Operation {
    /// What its body has to be, where it takes one.
    pub(crate) fn body(&self) -> Option<&'static Value> {
        let schema = &self.about["requestBody"]["content"]["application/json"]["schema"];
        let forms = schema["oneOf"].as_array();
        let meant = forms.and_then(|forms| forms.iter().find(|form| form["type"] != "null"));
        meant.or_else(|| schema.is_object().then_some(schema))
    }

    /// An address with ids in it of what is not there, but for the workspace.
    pub(crate) fn address(&self, workspace: &str) -> String {
        let nowhere = "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11";
        let path = self.path.replace(
            "/api/workspaces/{id}",
            &format!("/api/workspaces/{workspace}"),
        );
        let mut whole = String::new();
        for part in path.split_inclusive('}') {
            let (before, name) = part.split_once('{').unwrap_or((part, ""));
            whole.push_str(before);
            whole.push_str(match name.trim_end_matches('}') {
                "" => "",
                "version" => "1",
                "name" | "label" | "step" | "token" | "kind" => "production",
                "sha256" => "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                _ => nowhere,
            });
        }
        whole
    }
}

/// What a reference leads to.
pub(crate) fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(place) => resolved(DOCUMENT.pointer(&place[1..]).unwrap()),
        None => value,
    }
}

/// A validator for a schema of the document, by a pointer to it.
pub(crate) fn validator(pointer: &str) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap();
    let made = compiled.entry(pointer.to_owned()).or_insert_with(|| {
        let mut root = DOCUMENT.pointer(pointer).unwrap().clone();
        root["components"] = json!({"schemas": DOCUMENT["components"]["schemas"]});
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        Arc::new(
            options
                .build(&root)
                .unwrap_or_else(|error| panic!("{pointer}: {error}")),
        )
    });
    Arc::clone(made)
}

pub(crate) fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Fails where a reply is none that the description of its operation names, or not of the form that it says.
#[track_caller]
pub(crate) fn check(
    method: &Method,
    path: &str,
    status: StatusCode,
    headers: &HeaderMap,
    text: &str,
) {
    let method = if *method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let Some((template, item)) = find(path) else {
        return;
    };
    let lower = method.as_str().to_lowercase();
    let Some(operation) = item.get(&lower) else {
        return;
    };
    let code = status.as_str();
    let reply = &operation["responses"][code];
    assert!(
        reply.is_object(),
        "{method} {template} answered {code}, which its description does not name. Add `(status = {code}, description = \"…\", \
         body = ErrorEnvelope)` to the responses in its file below api/src/routes; if it follows from what an operation is, \
         a rule in api/src/openapi/refusals.rs. The answer was: {text}"
    );
    let place = match reply["$ref"].as_str() {
        Some(place) => place[1..].to_owned(),
        None => format!("/paths/{}/{lower}/responses/{code}", escaped(template)),
    };
    let content = DOCUMENT.pointer(&place).unwrap()["content"].as_object();
    let Some(content) = content else {
        assert!(
            text.is_empty(),
            "{method} {template} {code} has a body, and says nothing of it: {text}"
        );
        return;
    };
    let sent = headers
        .get(header::CONTENT_TYPE)
        .map(|sent| sent.to_str().unwrap());
    let essence = sent
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    // What somebody else has made is sent as what it is.
    let is_open = ["*/*", "application/octet-stream"]
        .iter()
        .any(|open| content.contains_key(*open));
    if is_open || text.is_empty() {
        return;
    }
    assert!(
        content.contains_key(essence),
        "{method} {template} {code} is sent as `{essence}`, and said to be {:?}",
        content.keys().collect::<Vec<_>>()
    );
    if essence == "application/json" {
        let body: Value = serde_json::from_str(text).unwrap();
        let schema = format!("{place}/content/{}/schema", escaped(essence));
        let faults: Vec<String> = validator(&schema)
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "{method} {template} {code} is not what its schema says: {faults:#?}\n{text}"
        );
    }
}

/// The path of the document that an address belongs to; one that is spelt out goes before one with names in it.
fn find(path: &str) -> Option<(&'static str, &'static Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        parts.len() == segments.len()
            && parts.iter().zip(&segments).all(|(part, segment)| {
                part == segment || (part.starts_with('{') && !segment.is_empty())
            })
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())
        .map(|(template, item)| (&**template, item))
}
