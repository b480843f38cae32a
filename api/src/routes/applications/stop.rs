//! `POST /api/applications/{id}/stop`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::application::Application;

/// Stops what is live of an application. Its data stays, and shipping it again brings it back.
///
/// When this answers, it has ended: at first it is asked to, and after ten seconds it is made to. An application of
/// which nothing is live stays as it is.
#[utoipa::path(post, path = "/api/applications/{id}/stop", tag = "applications", security(("bearer" = ["applications:deploy"])), params(Id), responses(
    (status = 200, description = "The application, with nothing of it running.", body = Application),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is being deployed at this moment, or runs where this server can't stop it.", body = ErrorEnvelope),
))]
pub(crate) async fn stop_application(app: Scoped, Id(id): Id) -> ApiResult<Json<Application>> {
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    app.live.stop(app.workspace(), &record.name).await?;
    Ok(Json(super::view(&app, record).await?))
}
