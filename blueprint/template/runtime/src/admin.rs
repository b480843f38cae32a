//! The admin page: three static files, built in Lathe's web app, and a manifest of the models that drives them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value as Document, json};

use crate::model::{Application, Field, Kind, Model, Relation, RelationKind};
use crate::routes::Shared;

const PAGE: &str = include_str!("../assets/admin.html");
const STYLE: &str = include_str!("../assets/admin.css");
const SCRIPT: &str = include_str!("../assets/admin.js");

/// Nothing from elsewhere runs or loads on this page, and nobody frames it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(async || asset("text/html; charset=utf-8", PAGE)))
        .route(
            "/admin.css",
            get(async || asset("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/admin.js",
            get(async || asset("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route("/manifest.json", get(manifest))
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}

async fn manifest(State(shared): State<Arc<Shared>>) -> Json<Document> {
    Json(describe(shared.application))
}

pub fn describe(application: &Application) -> Document {
    json!({
        "name": application.name,
        "label": application.label,
        "description": application.description,
        "version": application.version,
        "models": application.models.iter().map(|model| describe_model(application, model)).collect::<Vec<_>>(),
    })
}

fn describe_model(application: &Application, model: &Model) -> Document {
    let referrers = application
        .relations_to(model.name)
        .map(|(source, relation)| {
            json!({ "model": source.name, "label": source.label, "name": relation.inverse,
            "key": relation.column().unwrap_or(relation.name) })
        });
    json!({
        "name": model.name,
        "label": model.label,
        "display": model.display().map(|field| field.name),
        "fields": model.fields.iter().map(describe_field).collect::<Vec<_>>(),
        "relations": model.relations.iter().map(describe_relation).collect::<Vec<_>>(),
        "referrers": referrers.collect::<Vec<_>>(),
    })
}

fn describe_field(field: &Field) -> Document {
    let (kind, options) = match &field.kind {
        Kind::Text { min, max } => ("text", json!({ "min": min, "max": max })),
        Kind::LongText { min, max } => ("long_text", json!({ "min": min, "max": max })),
        Kind::Integer { min, max } => ("integer", json!({ "min": min, "max": max })),
        Kind::Decimal {
            precision,
            scale,
            min,
            max,
        } => (
            "decimal",
            json!({ "precision": precision, "scale": scale, "min": min, "max": max }),
        ),
        Kind::Boolean => ("boolean", json!({})),
        Kind::Date { min, max } => ("date", json!({ "min": min, "max": max })),
        Kind::Datetime { min, max } => ("datetime", json!({ "min": min, "max": max })),
        Kind::Enum { values } => ("enum", json!({ "values": values })),
        Kind::Email => ("email", json!({})),
        Kind::Json => ("json", json!({})),
        Kind::Uuid => ("uuid", json!({})),
    };
    let default = field
        .default
        .and_then(|text| serde_json::from_str::<Document>(text).ok());
    json!({ "name": field.name, "label": field.label, "type": kind, "options": options,
        "required": field.required, "unique": field.unique, "default": default })
}

fn describe_relation(relation: &Relation) -> Document {
    let many = matches!(relation.kind, RelationKind::ManyToMany { .. });
    json!({ "name": relation.name, "label": relation.label, "key": relation.column().unwrap_or(relation.name),
        "target": relation.target, "many": many, "required": relation.required })
}
