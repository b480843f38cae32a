//! `POST /api/models/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::designs;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::replies::Tagged;
use crate::schemas::model::Model;
use crate::schemas::trash::RestoreBody;

/// Brings a deleted model back.
#[utoipa::path(post, path = "/api/models/{id}/restore", tag = "models", security(("bearer" = ["models:write"])),
    params(Id), request_body = Option<RestoreBody>, responses(
    (status = 200, description = "The model.", body = Model),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has the name: `name` gives another one, or its application is gone.", body = ErrorEnvelope),
    (status = 422, description = "It can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_model(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RestoreBody>,
) -> ApiResult<Tagged<Model>> {
    let name = body.name.as_deref();
    if let Some(name) = name {
        designs::check_model_name(name)?;
    }
    let _turn = app.designing.lock().await;
    let model = app.store.restore_model(app.scope(), id, name).await?;
    Ok(Tagged(model.revision, Json(model.into())))
}
