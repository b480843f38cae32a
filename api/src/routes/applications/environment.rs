//! `GET` and `PUT /api/applications/{id}/environment`

use axum::Json;
use axum::response::{IntoResponse, Response};
use store::EnvironmentRecord;

use crate::access::Scoped;
use crate::environments::check;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::{Tagged, private};
use crate::schemas::environment::ApplicationEnvironment;

/// What an application is given in its environment when it is shipped.
///
/// A value may well be confidential, and so is for who ships the application, and not for all who may look at it.
#[utoipa::path(get, path = "/api/applications/{id}/environment", tag = "applications", security(("bearer" = ["applications:deploy"])), params(Id), responses(
    (status = 200, description = "The environment.", body = ApplicationEnvironment),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_application_environment(app: Scoped, Id(id): Id) -> ApiResult<Response> {
    let kept = app.store.application_environment(app.scope(), id).await?;
    let kept = kept.ok_or_else(|| ApiError::not_found("application"))?;
    Ok(tagged(kept))
}

/// Replaces the environment of an application. It takes effect with the next release.
///
/// A secret is named and not copied: a release is given what the secret holds when it is shipped. The audit log tells who changed
/// the environment when, and not what is in it.
#[utoipa::path(put, path = "/api/applications/{id}/environment", tag = "applications", security(("bearer" = ["applications:write"])),
    request_body = ApplicationEnvironment, params(Id, IfMatch), responses(
    (status = 200, description = "The environment as it is now.", body = ApplicationEnvironment),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "A variable can't be given, or a secret is not there.", body = ErrorEnvelope),
))]
pub(crate) async fn update_application_environment(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<ApplicationEnvironment>,
) -> ApiResult<Response> {
    let entries = check(&app, body.variables).await?;
    let kept = app
        .store
        .set_application_environment(app.scope(), id, &entries, revision)
        .await?;
    Ok(tagged(kept))
}

/// Marked as private: a value may well be a password, and of the audit log nothing can be taken out again.
fn tagged(kept: EnvironmentRecord) -> Response {
    let body: ApplicationEnvironment = kept.entries.into();
    private(Tagged(kept.revision, Json(body)).into_response())
}
