//! `GET /api/applications/{id}`

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::application::Application;

/// An application, its models by name, and what is live of it.
#[utoipa::path(get, path = "/api/applications/{id}", tag = "applications", security(("bearer" = ["applications:read"])), params(Id), responses(
    (status = 200, description = "The application.", body = Application),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_application(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Application>> {
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    super::tagged(&app, record).await
}
