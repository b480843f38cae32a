//! One layer that holds what is sent against the document, and tells all faults of it together.
//!
//! The OpenAPI document says what each operation takes; this reads it from there, as the lock on the routes does. What it
//! lets through still goes through serde and through each handler's own checks, which know more than a schema can say.

mod explain;
mod further;
mod layer;
mod parameters;
mod read;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::error::ErrorDetail;
use parameters::Parameter;

pub(crate) use layer::hold;
pub(crate) use read::read;

/// More faults than these are of no more help, and would be work for whoever sends nonsense on purpose.
pub(crate) const MOST_FAULTS: usize = 100;

/// What every operation takes, by path and method.
#[derive(Debug, Default)]
pub(crate) struct Shapes(HashMap<String, HashMap<Method, Arc<Shape>>>);

/// What one operation takes.
#[derive(Debug)]
pub(crate) struct Shape {
    parameters: Vec<Parameter>,
    /// Parameters that are not known are refused, since a misspelt filter would show too much, and who gives one where none is
    /// taken means something that would not be done. An operation whose query others write, as the way back from an identity
    /// provider, a webhook, or a link that went through letters, says `x-open-query`, and reads it by itself.
    is_query_closed: bool,
    /// A change that is made under a condition has to look at it; reading changes nothing, and those who send to the addresses
    /// of others' programs send what these say.
    is_change: bool,
    body: Option<Schema>,
    /// As the document names it.
    operation: String,
}

/// A schema with all that it refers to, compiled when it is first used.
#[derive(Debug)]
pub(crate) struct Schema {
    text: Value,
    compiled: OnceLock<Option<Validator>>,
}

impl Shapes {
    pub(crate) fn of(document: &OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let mut shapes: HashMap<String, HashMap<Method, Arc<Shape>>> = HashMap::new();
        let paths = document["paths"].as_object();
        for (path, item) in paths.into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) {
                    let shape = Arc::new(Shape::of(&method, operation, &document));
                    shapes
                        .entry(path.clone())
                        .or_default()
                        .insert(method, shape);
                }
            }
        }
        Self(shapes)
    }

    pub(crate) fn get(&self, path: &str, method: &Method) -> Option<&Arc<Shape>> {
        // What can be read can be asked for its headers.
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.0.get(path)?.get(method)
    }
}

impl Shape {
    fn of(method: &Method, operation: &Value, document: &Value) -> Self {
        let stated = operation["parameters"].as_array();
        let parameters: Vec<Parameter> = stated
            .into_iter()
            .flatten()
            .filter_map(|parameter| Parameter::of(parameter, document))
            .collect();
        Self {
            is_change: *method != Method::GET && operation["security"] != json!([{}]),
            is_query_closed: operation["x-open-query"] != true,
            parameters,
            operation: operation["operationId"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            body: body(operation).map(|schema| Schema::new(schema, document)),
        }
    }

    /// Everything in a body that does not fit; nothing, where the document leaves it open.
    pub(crate) fn faults(&self, body: &Value) -> Vec<ErrorDetail> {
        let schema = self.body.as_ref();
        let mut faults = schema.map(|schema| schema.faults(body)).unwrap_or_default();
        if !faults.is_empty() {
            further::add(&self.operation, body, &mut faults);
        }
        faults
    }
}

/// What a JSON body has to be; a body that may be left out may be `null` besides, which is another matter.
fn body(operation: &Value) -> Option<&Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let null = json!({"type": "null"});
    match schema["oneOf"].as_array().map(Vec::as_slice) {
        Some([meant, nothing] | [nothing, meant]) if *nothing == null => Some(meant),
        _ => schema.is_object().then_some(schema),
    }
}

impl Schema {
    fn new(schema: &Value, document: &Value) -> Self {
        let mut named = BTreeSet::new();
        collect(schema, document, &mut named);
        let components: Map<String, Value> = named
            .into_iter()
            .map(|name| {
                (
                    name.to_owned(),
                    document["components"]["schemas"][name].clone(),
                )
            })
            .collect();
        let mut text = schema.clone();
        if let (Value::Object(fields), false) = (&mut text, components.is_empty()) {
            fields.insert("components".to_owned(), json!({"schemas": components}));
        }
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    fn faults(&self, value: &Value) -> Vec<ErrorDetail> {
        match self.validator() {
            Some(validator) if !validator.is_valid(value) => {
                let errors = validator.iter_errors(value).take(MOST_FAULTS);
                let mut faults: Vec<ErrorDetail> = errors
                    .flat_map(|error| explain::explain(&error, &self.text))
                    .collect();
                faults.truncate(MOST_FAULTS);
                faults
            }
            _ => Vec::new(),
        }
    }

    /// A schema that can't be compiled is a mistake of ours, and a test finds it; serde still stands behind it.
    fn validator(&self) -> Option<&Validator> {
        let compiled = self.compiled.get_or_init(|| {
            let built = jsonschema::draft202012::options()
                .should_validate_formats(true)
                .build(&self.text);
            if let Err(error) = &built {
                tracing::error!(%error, "a schema of the API's document can't be used");
            }
            built.ok()
        });
        compiled.as_ref()
    }
}

/// The names of all schemas that one refers to, directly or by way of others.
fn collect<'a>(schema: &'a Value, document: &'a Value, named: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && named.insert(name)
            {
                collect(&document["components"]["schemas"][name], document, named);
            }
            for field in fields.values() {
                collect(field, document, named);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, document, named);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> Shapes {
        Shapes::of(&crate::openapi::openapi())
    }

    #[test]
    fn every_schema_of_the_document_can_be_used() {
        let mut bodies = 0;
        for (path, methods) in &shapes().0 {
            for (method, shape) in methods {
                for parameter in &shape.parameters {
                    assert!(parameter.schema().validator().is_some(), "{method} {path}");
                }
                if let Some(schema) = &shape.body {
                    assert!(schema.validator().is_some(), "{method} {path}");
                    bodies += 1;
                }
            }
        }
        assert!(bodies > 40, "{bodies}");
    }

    fn told(path: &str, body: Value) -> Vec<(String, String)> {
        let shapes = shapes();
        let faults = shapes.get(path, &Method::POST).unwrap().faults(&body);
        faults
            .into_iter()
            .map(|fault| (fault.path.unwrap(), fault.message))
            .collect()
    }

    fn pair(path: &str, message: &str) -> (String, String) {
        (path.to_owned(), message.to_owned())
    }

    #[test]
    fn all_faults_are_told_in_sentences_with_their_places() {
        let body = json!({"name": 7, "scopes": ["a", 1], "expires_in_days": 0, "owner_id": "x", "role": "admin"});
        assert_eq!(
            told("/api/tokens", body),
            [
                pair("/name", "`name` has to be a text, not a number"),
                pair("/scopes/1", "`scopes[1]` has to be a text, not a number"),
                pair("/expires_in_days", "`expires_in_days` has to be at least 1"),
                pair(
                    "/owner_id",
                    "there is no field `owner_id` here; there are `expires_in_days`, `name`, `scopes`"
                ),
                pair(
                    "/role",
                    "there is no field `role` here; there are `expires_in_days`, `name`, `scopes`"
                ),
                pair("/scopes/0", "there is no such permission"),
            ]
        );
        assert_eq!(
            told("/api/auth/register", json!({"password": "short-one"})),
            [
                pair("/email", "`email` is missing"),
                pair("/password", "`password` has to have at least 10 characters"),
            ]
        );
    }

    #[test]
    fn of_several_forms_the_one_that_was_meant_is_explained() {
        let path = "/api/workflows/{id}/execute";
        let version = "`version` has to be one of `published`, `newest`";
        assert_eq!(
            told(path, json!({"version": "new"})),
            [pair("/version", version)]
        );
        assert_eq!(
            told(path, json!({"version": [3]})),
            [pair(
                "/version",
                "`version` has to be a text or a whole number, not a list"
            )]
        );
        assert_eq!(
            told(path, json!({"version": 1.5})),
            [pair(
                "/version",
                "`version` has to be a whole number, not a number with a fraction"
            )]
        );
        let pins = json!({"pins": {"fetch": {"port": 7, "x": 1}}});
        let (places, _): (Vec<_>, Vec<_>) = told(path, pins).into_iter().unzip();
        assert_eq!(places, ["/pins/fetch/port", "/pins/fetch/x"]);
    }

    /// What a handler would find when all else is mended is told with the rest.
    #[test]
    fn what_handlers_check_is_told_with_what_the_schema_finds() {
        let places = |path: &str, body: Value| {
            let (places, _): (Vec<_>, Vec<_>) = told(path, body).into_iter().unzip();
            places
        };
        let body = json!({"email": "nope", "password": "short"});
        assert_eq!(places("/api/auth/register", body), ["/password", "/email"]);
        let body = json!({"name": "", "scopes": ["workflows:fly", "workflows:read"]});
        assert_eq!(places("/api/tokens", body), ["/name", "/scopes/0"]);
        let body = json!({"name": "Nightly", "workflow_id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
            "cron": "whenever", "timezone": "Europe/Nowhere"});
        let expected = ["/name", "/cron", "/timezone"];
        assert_eq!(places("/api/schedules", body), expected);
    }

    /// What was sent may be a secret: faults name places and never values.
    #[test]
    fn values_are_not_repeated() {
        for body in [
            json!({"email": 1, "password": ["hunter2-hunter2"]}),
            json!({"email": "x".repeat(300), "password": "hunter2"}),
            json!({"email": {"hunter2": true}, "password": "hunter2".repeat(200)}),
        ] {
            let told = told("/api/auth/login", body);
            assert!(
                !told.is_empty() && !format!("{told:?}").contains("hunter2"),
                "{told:?}"
            );
        }
    }

    #[test]
    fn there_is_an_end_to_faults() {
        let scopes: Vec<u32> = (0..10_000).collect();
        let body = json!({"name": "x", "scopes": scopes});
        assert_eq!(told("/api/tokens", body).len(), MOST_FAULTS);
    }
}
