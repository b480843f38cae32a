//! Environments of applications in an archive: values as they are, and secrets by their names.
//!
//! Without `environment`, a document leaves what an application is given as it is: archives had none of it once, and whoever may
//! not read it gets everything else.

use axum::http::Method;
use serde_json::{Value, json};

use super::inside::Inside;
use super::plan::failure;
use crate::access::Scoped;
use crate::environments;
use crate::error::{ApiError, ApiResult, Code};
use crate::schemas::environment::ApplicationEnvironment;

/// What it is called in the document of an application.
pub(super) const FIELD: &str = "environment";

/// What an application is given; none for who may not read it.
pub(super) async fn read(inside: &Inside, application: &str) -> ApiResult<Option<Value>> {
    match inside.get(&format!("{application}/environment")).await {
        Ok(mut environment) => Ok(Some(environment["variables"].take())),
        Err(error) if error.is(Code::Forbidden) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Refuses what the route of environments would.
pub(super) async fn check(app: &Scoped, document: &Value) -> ApiResult<()> {
    let Some(body) = body(document) else {
        return Ok(());
    };
    let placed = |error: ApiError| error.with_prefix("/variables", "/environment");
    let shape = app
        .shapes
        .get("/api/applications/{id}/environment", &Method::PUT);
    let faults = shape.map(|shape| shape.faults(&body)).unwrap_or_default();
    if !faults.is_empty() {
        return Err(placed(ApiError::faulty(faults)));
    }
    let given: ApplicationEnvironment = serde_json::from_value(body)
        .map_err(|error| ApiError::invalid("/environment", error.to_string()))?;
    let checked = environments::check(app, given.variables).await;
    checked.map(drop).map_err(placed)
}

/// Gives an application what its document says, if it says so. Gives why that could not be done.
pub(super) async fn put(
    inside: &Inside,
    application: &str,
    document: &Value,
) -> ApiResult<Option<Value>> {
    let Some(body) = body(document) else {
        return Ok(None);
    };
    let path = format!("{application}/environment");
    let replied = inside.ask(Method::PUT, &path, Some(&body)).await?;
    Ok(failure(&replied))
}

fn body(document: &Value) -> Option<Value> {
    let variables = document.get(FIELD)?;
    Some(json!({ "variables": variables }))
}
