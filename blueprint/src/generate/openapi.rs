//! The OpenAPI document of the generated application, written out at generation.

use serde_json::{Map, Value, json};

use super::pretty;
use crate::document::label_of;
use crate::validate::{Resolved, ResolvedField, ResolvedModel, Rules};
use crate::{Relationship, RelationshipKind};

pub(super) fn document(resolved: &Resolved, version: &str) -> String {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for model in &resolved.models {
        let base = format!("/api/{}", model.name);
        paths.insert(base.clone(), collection(model));
        paths.insert(format!("{base}/{{id}}"), item(model));
        for (source, relation) in referrers(resolved, model) {
            let path = format!("{base}/{{id}}/{}", relation.inverse);
            paths.insert(
                path,
                json!({ "parameters": [id_parameter()], "get": list(source) }),
            );
        }
        schemas.insert(model.name.clone(), record(model));
        schemas.insert(format!("{}_input", model.name), input(model));
    }
    paths.insert("/healthz".to_owned(), json!({ "get": {
        "operationId": "health", "tags": ["service"], "summary": "Whether the application and its database answer",
        "responses": { "200": { "description": "Both answer" }, "503": { "description": "The database does not answer" } }
    } }));
    schemas.insert("error".to_owned(), error_schema());
    let description = if resolved.description.is_empty() {
        &resolved.label
    } else {
        &resolved.description
    };
    pretty(&json!({
        "openapi": "3.1.0",
        "info": { "title": resolved.label, "description": description, "version": version },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": schemas },
    }))
}

fn referrers<'a>(
    resolved: &'a Resolved,
    target: &'a ResolvedModel,
) -> impl Iterator<Item = (&'a ResolvedModel, &'a Relationship)> {
    resolved.models.iter().flat_map(move |model| {
        let relations = model
            .relations
            .iter()
            .filter(|relation| relation.target == target.name);
        relations.map(move |relation| (model, relation))
    })
}

fn collection(model: &ResolvedModel) -> Value {
    json!({ "get": list(model), "post": {
        "operationId": format!("create_{}", model.name), "tags": [model.name], "summary": "Create",
        "requestBody": body(model),
        "responses": responses(&[("201", "Created", Some(model)), ("409", "Something unique is taken", None),
            ("422", "The document has faults", None)]),
    } })
}

fn item(model: &ResolvedModel) -> Value {
    let faults = [
        ("404", "There is no such record", None),
        ("409", "Something unique is taken", None),
        ("422", "The document has faults", None),
    ];
    let written = [&[("200", "The record", Some(model))][..], &faults].concat();
    let operation = |verb: &str| format!("{verb}_{}", model.name);
    json!({
        "parameters": [id_parameter()],
        "get": { "operationId": operation("read"), "tags": [model.name], "summary": "Read",
            "responses": responses(&[("200", "The record", Some(model)), ("404", "There is no such record", None)]) },
        "put": { "operationId": operation("replace"), "tags": [model.name], "summary": "Replace",
            "requestBody": body(model), "responses": responses(&written) },
        "patch": { "operationId": operation("change"), "tags": [model.name], "summary": "Change the given fields",
            "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object" } } } },
            "responses": responses(&written) },
        "delete": { "operationId": operation("delete"), "tags": [model.name], "summary": "Delete",
            "responses": responses(&[("204", "Deleted", None), ("404", "There is no such record", None),
                ("409", "Other records still refer to it", None)]) },
    })
}

fn list(model: &ResolvedModel) -> Value {
    let mut parameters = vec![
        parameter(
            "limit",
            &json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }),
            "Items per page",
        ),
        parameter(
            "cursor",
            &json!({ "type": "string" }),
            "next_cursor of the page before",
        ),
        parameter(
            "sort",
            &json!({ "type": "string", "default": "-id" }),
            "A field, with a minus for descending order",
        ),
        parameter("q", &json!({ "type": "string" }), "Search in all texts"),
    ];
    for field in model
        .fields
        .iter()
        .filter(|field| field.rules != Rules::Json)
    {
        let note = "Equal to; with __ne, __gt, __gte, __lt, __lte, __contains or __null behind the name, other comparisons";
        parameters.push(parameter(&field.name, &json!({ "type": "string" }), note));
    }
    for relation in &model.relations {
        parameters.push(parameter(
            &relation.key(),
            &json!({ "type": "string", "format": "uuid" }),
            "Refers to",
        ));
    }
    let reference = schema_reference(&model.name);
    let page = json!({ "type": "object", "required": ["items", "next_cursor"], "properties": {
        "items": { "type": "array", "items": reference }, "next_cursor": { "type": ["string", "null"] } } });
    json!({
        "tags": [model.name], "summary": "List", "parameters": parameters,
        "responses": {
            "200": { "description": "A page", "content": { "application/json": { "schema": page } } },
            "400": { "description": "The query has faults", "content": error_content() },
        },
    })
}

fn record(model: &ResolvedModel) -> Value {
    let mut properties = Map::new();
    let generated = |format: &str| json!({ "type": "string", "format": format, "readOnly": true });
    properties.insert("id".to_owned(), generated("uuid"));
    add_properties(model, &mut properties);
    properties.insert("created_at".to_owned(), generated("date-time"));
    properties.insert("updated_at".to_owned(), generated("date-time"));
    let required: Vec<&String> = properties.keys().collect();
    json!({ "title": model.label, "type": "object", "required": required, "properties": properties })
}

fn input(model: &ResolvedModel) -> Value {
    let mut properties = Map::new();
    add_properties(model, &mut properties);
    let fields = model
        .fields
        .iter()
        .filter(|field| field.required && field.default.is_none());
    let relations = model.relations.iter().filter(|relation| relation.required);
    let required: Vec<String> = fields
        .map(|field| field.name.clone())
        .chain(relations.map(Relationship::key))
        .collect();
    json!({ "title": model.label, "type": "object", "required": required, "properties": properties })
}

fn add_properties(model: &ResolvedModel, properties: &mut Map<String, Value>) {
    for field in &model.fields {
        properties.insert(field.name.clone(), property(field));
    }
    for relation in &model.relations {
        let id = json!({ "type": "string", "format": "uuid" });
        let mut schema = match relation.kind {
            RelationshipKind::ManyToMany => {
                json!({ "type": "array", "items": id, "uniqueItems": true })
            }
            RelationshipKind::ManyToOne if relation.required => id,
            RelationshipKind::ManyToOne => json!({ "type": ["string", "null"], "format": "uuid" }),
        };
        schema["title"] = json!(label_of(&relation.label, &relation.name));
        properties.insert(relation.key(), schema);
    }
}

fn property(field: &ResolvedField) -> Value {
    let least = |min: u32| min.max(u32::from(field.required));
    let mut schema = match &field.rules {
        Rules::Text { min, max } | Rules::LongText { min, max } => {
            json!({ "type": "string", "minLength": least(*min), "maxLength": max })
        }
        Rules::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Rules::Decimal {
            precision, scale, ..
        } => {
            let whole = precision - scale;
            json!({ "type": "string", "format": "decimal", "pattern": format!("^-?[0-9]{{0,{whole}}}(\\.[0-9]{{0,{scale}}})?$") })
        }
        Rules::Boolean => json!({ "type": "boolean" }),
        Rules::Date { .. } => json!({ "type": "string", "format": "date" }),
        Rules::Datetime { .. } => json!({ "type": "string", "format": "date-time" }),
        Rules::Enum { values } => json!({ "type": "string", "enum": values }),
        Rules::Email => json!({ "type": "string", "format": "email", "maxLength": 254 }),
        Rules::Json => json!({}),
        Rules::Uuid => json!({ "type": "string", "format": "uuid" }),
    };
    schema["title"] = json!(field.label);
    if let Some(default) = &field.default {
        schema["default"] = default.clone();
    }
    if !field.required && field.rules != Rules::Json {
        schema["type"] = json!([schema["type"], "null"]);
        if let Some(values) = schema["enum"].as_array_mut() {
            values.push(Value::Null);
        }
    }
    schema
}

fn responses(list: &[(&str, &str, Option<&ResolvedModel>)]) -> Value {
    let entries = list.iter().map(|(status, description, model)| {
        let mut response = json!({ "description": description });
        match model {
            Some(model) => {
                response["content"] =
                    json!({ "application/json": { "schema": schema_reference(&model.name) } });
            }
            None if *status != "204" => response["content"] = error_content(),
            None => {}
        }
        ((*status).to_owned(), response)
    });
    Value::Object(entries.collect())
}

fn body(model: &ResolvedModel) -> Value {
    let reference = schema_reference(&format!("{}_input", model.name));
    json!({ "required": true, "content": { "application/json": { "schema": reference } } })
}

fn error_content() -> Value {
    json!({ "application/json": { "schema": schema_reference("error") } })
}

fn schema_reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn parameter(name: &str, schema: &Value, description: &str) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn id_parameter() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } })
}

fn error_schema() -> Value {
    let detail = json!({ "type": "object", "required": ["path", "message"],
        "properties": { "path": { "type": "string" }, "message": { "type": "string" } } });
    json!({ "type": "object", "required": ["error"], "properties": { "error": {
        "type": "object", "required": ["code", "message"],
        "properties": { "code": { "type": "string" }, "message": { "type": "string" },
            "details": { "type": "array", "items": detail } } } } })
}
