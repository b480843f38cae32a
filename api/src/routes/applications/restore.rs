//! `POST /api/applications/{id}/restore`

use crate::access::Scoped;
use crate::designs;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::replies::Tagged;
use crate::schemas::application::Application;
use crate::schemas::trash::RestoreBody;

/// Brings a deleted application back, with all its models. It is not deployed again by that.
#[utoipa::path(post, path = "/api/applications/{id}/restore", tag = "applications", security(("bearer" = ["applications:write"])),
    params(Id), request_body = Option<RestoreBody>, responses(
    (status = 200, description = "The application.", body = Application),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has the name: `name` gives another one.", body = ErrorEnvelope),
    (status = 422, description = "It can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_application(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RestoreBody>,
) -> ApiResult<Tagged<Application>> {
    let name = body.name.as_deref();
    if let Some(name) = name {
        designs::check_name(name)?;
    }
    let _turn = app.designing.lock().await;
    let record = app.store.restore_application(app.scope(), id, name).await?;
    super::tagged(&app, record).await
}
