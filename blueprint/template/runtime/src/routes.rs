//! The routes of the application: one set of handlers serves every model.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value as Document, json};

use crate::admin;
use crate::database::Database;
use crate::error::ApiError;
use crate::extract::{Path, Query};
use crate::hosts::{Hosts, guard};
use crate::model::{Application, Model, RelationKind};
use crate::validate::Mode;
use crate::value::{Value, parse_uuid};
use crate::{query, records};

pub struct Shared {
    pub application: &'static Application,
    pub database: Database,
}

type Context = State<Arc<Shared>>;
type Parameters = Query<Vec<(String, String)>>;
type Answer = Result<Response, ApiError>;

const MAX_BODY: usize = 2 * 1024 * 1024;

pub fn router(application: &'static Application, database: Database, hosts: Hosts) -> Router {
    let shared = Arc::new(Shared {
        application,
        database,
    });
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .route("/api/{model}", get(list).post(create))
        .route(
            "/api/{model}/{id}",
            get(read).put(replace).patch(change).delete(delete),
        )
        .route("/api/{model}/{id}/{relation}", get(list_related))
        .route("/healthz", get(health))
        .merge(admin::routes())
        .fallback(async || ApiError::not_found("there is nothing at this address"))
        .method_not_allowed_fallback(async || {
            let message = "this address does not answer to that method";
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                message,
            )
        })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(hosts, guard))
        .with_state(shared)
}

async fn health(State(shared): Context) -> Answer {
    shared.database.ping().await.map_err(|error| {
        crate::log("error", &[("error", &error.to_string())]);
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "the database does not answer",
        )
    })?;
    let application = shared.application;
    let body = json!({ "status": "ok", "name": application.name, "version": application.version });
    Ok(Json(body).into_response())
}

async fn openapi(State(shared): Context) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        shared.application.openapi,
    )
        .into_response()
}

async fn list(State(shared): Context, Path(model): Path<String>, parameters: Parameters) -> Answer {
    let model = find_model(&shared, &model)?;
    let query = query::parse(model, &parameters.0)?;
    Ok(Json(records::list(&shared.database, model, &query).await?).into_response())
}

/// `/api/authors/<id>/books`: the list of books, narrowed to those of one author.
async fn list_related(
    State(shared): Context,
    Path((model, id, inverse)): Path<(String, String, String)>,
    Query(mut parameters): Parameters,
) -> Answer {
    let model = find_model(&shared, &model)?;
    let id = find_id(model, &id)?;
    let Some((source, relation)) = shared
        .application
        .relations_to(model.name)
        .find(|(_, relation)| relation.inverse == inverse)
    else {
        return Err(ApiError::not_found(format!(
            "{} have no relation called {inverse}",
            model.name
        )));
    };
    records::read(&shared.database, model, &id).await?;
    let key = match relation.kind {
        RelationKind::ManyToOne { column } => column,
        RelationKind::ManyToMany { .. } => relation.name,
    };
    parameters.push((key.to_owned(), id));
    let query = query::parse(source, &parameters)?;
    Ok(Json(records::list(&shared.database, source, &query).await?).into_response())
}

async fn read(State(shared): Context, Path((model, id)): Path<(String, String)>) -> Answer {
    let model = find_model(&shared, &model)?;
    Ok(Json(records::read(&shared.database, model, &find_id(model, &id)?).await?).into_response())
}

async fn create(
    State(shared): Context,
    Path(model): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let model = find_model(&shared, &model)?;
    let document = parse_body(&headers, body)?;
    let created = records::create(&shared.database, model, &document).await?;
    Ok((StatusCode::CREATED, Json(created)).into_response())
}

async fn replace(
    context: Context,
    path: Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    update(context, path, &headers, body, Mode::Whole).await
}

async fn change(
    context: Context,
    path: Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    update(context, path, &headers, body, Mode::Partial).await
}

async fn update(
    State(shared): Context,
    Path((model, id)): Path<(String, String)>,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    mode: Mode,
) -> Answer {
    let model = find_model(&shared, &model)?;
    let id = find_id(model, &id)?;
    let document = parse_body(headers, body)?;
    Ok(Json(records::update(&shared.database, model, &id, &document, mode).await?).into_response())
}

async fn delete(State(shared): Context, Path((model, id)): Path<(String, String)>) -> Answer {
    let model = find_model(&shared, &model)?;
    records::delete(
        &shared.database,
        shared.application,
        model,
        &find_id(model, &id)?,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn find_model(shared: &Shared, name: &str) -> Result<&'static Model, ApiError> {
    let model = shared.application.model(name);
    model.ok_or_else(|| ApiError::not_found(format!("there is no model called {name}")))
}

fn find_id(model: &Model, text: &str) -> Result<String, ApiError> {
    match parse_uuid(text) {
        Ok(Value::Text(id)) => Ok(id),
        _ => Err(ApiError::not_found(format!(
            "there is no record {text} in {}",
            model.name
        ))),
    }
}

/// Insisting on the JSON media type keeps forms of foreign web pages out: a browser asks before it sends one.
fn parse_body(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Document, ApiError> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let message = "send the document as application/json";
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "bad_request",
            message,
        ));
    }
    let body = body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let message = format!("the document is larger than {MAX_BODY} bytes");
            return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", message);
        }
        ApiError::bad_request("the document could not be read")
    })?;
    serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request(format!("the document is not valid JSON: {error}")))
}
