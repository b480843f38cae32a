//! An example for every schema that has none of its own, put together from its parts, so that whoever reads the document
//! sees what things look like. A test holds each of them against its schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

pub(super) fn add(document: &mut OpenApi) {
    let Some(components) = &mut document.components else {
        return;
    };
    let texts: BTreeMap<String, Value> = components
        .schemas
        .iter()
        .map(|(name, schema)| {
            let text = serde_json::to_value(schema).unwrap_or_default();
            (name.clone(), text)
        })
        .collect();
    for (name, schema) in &mut components.schemas {
        let RefOr::T(schema) = schema else { continue };
        let place = match schema {
            Schema::Object(object) if object.examples.is_empty() => &mut object.example,
            Schema::Array(array) if array.examples.is_empty() => &mut array.example,
            Schema::OneOf(one) if one.examples.is_empty() => &mut one.example,
            Schema::AnyOf(any) if any.examples.is_empty() => &mut any.example,
            Schema::AllOf(all) if all.examples.is_empty() => &mut all.example,
            _ => continue,
        };
        if place.is_none() {
            *place = Some(Maker(&texts).of_schema(&texts[name], "", 0));
        }
    }
}

struct Maker<'a>(&'a BTreeMap<String, Value>);

/// Things within things within things say no more.
const DEEPEST: usize = 20;

impl Maker<'_> {
    fn of_schema(&self, schema: &Value, name: &str, depth: usize) -> Value {
        for stated in [
            &schema["example"],
            &schema["examples"][0],
            &schema["default"],
            &schema["enum"][0],
        ] {
            if !stated.is_null() {
                return stated.clone();
            }
        }
        if let Some(referred) = schema["$ref"].as_str() {
            let referred = referred.rsplit('/').next().unwrap_or_default();
            return match self.0.get(referred) {
                Some(schema) if depth < DEEPEST => self.of_schema(schema, name, depth + 1),
                _ => Value::Null,
            };
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.of_parts(parts, name, depth);
        }
        for forms in ["oneOf", "anyOf"] {
            let mut forms = schema[forms].as_array().into_iter().flatten();
            if let Some(form) = forms.find(|form| form["type"] != "null") {
                return self.of_schema(form, name, depth);
            }
        }
        self.of_type(schema, name, depth)
    }

    fn of_parts(&self, parts: &[Value], name: &str, depth: usize) -> Value {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(fields) = self.of_schema(part, name, depth) {
                whole.extend(fields);
            }
        }
        Value::Object(whole)
    }

    fn of_type(&self, schema: &Value, name: &str, depth: usize) -> Value {
        let kind = match &schema["type"] {
            Value::Array(several) => several.iter().find(|one| *one != "null"),
            one => Some(one),
        };
        match kind.and_then(Value::as_str) {
            Some("object") => self.of_object(schema, depth),
            Some("array") if depth >= DEEPEST => json!([]),
            Some("array") => json!([self.of_schema(&schema["items"], name, depth + 1)]),
            Some("boolean") => json!(true),
            Some("integer") => schema["minimum"]
                .as_i64()
                .filter(|least| *least > 1)
                .unwrap_or(1)
                .into(),
            Some("number") => json!(1.5),
            Some("string") => text(schema, name).into(),
            Some("null") => Value::Null,
            // Any JSON.
            _ => json!("hello"),
        }
    }

    fn of_object(&self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = schema["required"]
                .as_array()
                .is_some_and(|required| required.iter().any(|one| one == name));
            let example = match depth < DEEPEST {
                true => self.of_schema(field, name, depth + 1),
                false => Value::Null,
            };
            if is_required || !example.is_null() {
                object.insert(name.clone(), example);
            }
        }
        Value::Object(object)
    }
}

/// A text that looks like what its field is called.
fn text(schema: &Value, name: &str) -> &'static str {
    match schema["format"].as_str() {
        Some("uuid") => return "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
        Some("date-time") => return "2026-03-01T12:00:00.000Z",
        Some("password") => return "correct horse battery staple",
        _ => {}
    }
    match name {
        "email" => "ada@example.org",
        "slug" => "bookshop",
        "url" | "link" => "https://lathe.example.org/",
        "token" | "ticket" | "access_token" | "refresh_token" | "setup" | "secret" => "kept-secret",
        "address" => "192.0.2.7",
        "sha256" | "hash" | "digest" | "head" => {
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        }
        "role" => "editor",
        "permissions" | "scopes" => "workflows:read",
        "code" => "123456",
        "message" | "description" | "note" | "reason" | "help" => "What it is about.",
        "version" => "1.0.0",
        "at" | "keep" | "since" | "until" => "1h",
        _ => "books",
    }
}
