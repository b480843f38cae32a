//! `GET /api/models/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::model::Model;

/// A model with its fields.
#[utoipa::path(get, path = "/api/models/{id}", tag = "models", security(("bearer" = ["models:read"])), params(Id), responses(
    (status = 200, description = "The model.", body = Model),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_model(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Model>> {
    let model = app.store.model(app.scope(), id).await?;
    let model = model.ok_or_else(|| ApiError::not_found("model"))?;
    Ok(Tagged(model.revision, Json(model.into())))
}
