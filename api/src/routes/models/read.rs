//! `GET /api/models/{id}`

use axum::Json;
use axum::extract::State;
use store::Scope;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::model::Model;
use crate::state::App;

/// A model with its fields.
#[utoipa::path(get, path = "/api/models/{id}", tag = "models", params(Id), responses(
    (status = 200, description = "The model.", body = Model),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn get_model(State(app): State<App>, Id(id): Id) -> ApiResult<Json<Model>> {
    let model = app.store.model(Scope::System, id).await?;
    Ok(Json(
        model.ok_or_else(|| ApiError::not_found("model"))?.into(),
    ))
}
