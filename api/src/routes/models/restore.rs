//! `POST /api/models/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::model::Model;

/// Brings a deleted model back.
#[utoipa::path(post, path = "/api/models/{id}/restore", tag = "models", security(("bearer" = ["models:write"])),
    params(Id), responses(
    (status = 200, description = "The model.", body = Model),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has taken its name meanwhile, or its application is gone.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_model(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Model>> {
    let _turn = app.designing.lock().await;
    let model = app.store.restore_model(app.scope(), id).await?;
    Ok(Tagged(model.revision, Json(model.into())))
}
