//! `POST /api/applications/{id}/restore`

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::application::Application;

/// Brings a deleted application back, with all its models. It is not deployed again by that.
#[utoipa::path(post, path = "/api/applications/{id}/restore", tag = "applications", security(("bearer" = ["applications:write"])),
    params(Id), responses(
    (status = 200, description = "The application.", body = Application),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has taken its name meanwhile.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_application(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Application>> {
    let _turn = app.designing.lock().await;
    let record = app.store.restore_application(app.scope(), id).await?;
    super::tagged(&app, record).await
}
