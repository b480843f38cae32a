//! `PUT /api/applications/{id}`

use crate::access::Scoped;
use crate::components;
use crate::designs::{Current, design};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schemas::application::{Application, ApplicationBody};

/// Changes an application, and its models if they are given, all or nothing.
///
/// What is live goes by the application's name, so that it has to be stopped before it is renamed.
/// What is left out stays as it is. Models, fields and relationships keep their ids: by the id that is sent, or by name.
#[utoipa::path(put, path = "/api/applications/{id}", tag = "applications", security(("bearer" = ["applications:write"])), request_body = ApplicationBody, params(Id, IfMatch),
    responses(
    (status = 200, description = "The application as it is now.", body = Application),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or what is live goes by the old one.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The document has problems, or a component uses what there is not.", body = ErrorEnvelope),
))]
pub(crate) async fn update_application(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<ApplicationBody>,
) -> ApiResult<Tagged<Application>> {
    let turn = app.designing.lock().await;
    let current = Current::read(&app, id).await?;
    components::check(&app, body.components.as_deref()).await?;
    let designed = design(body, Some(&current))?;
    let name = &current.record.name;
    if designed.new.name != *name && app.live.is_live(app.workspace(), name).await? {
        return Err(ApiError::conflict(format!(
            "`{name}` is deployed, and would go on under its old name: stop it first \
             (POST /api/applications/{id}/stop), then rename it and ship it again"
        )));
    }
    let by = app.caller.person_id();
    let record = app
        .store
        .redesign_application(app.scope(), id, designed.new, designed.models, revision, by)
        .await?;
    let is_renamed = record.name != *name;
    let reply = super::tagged(&app, record).await;
    drop(turn);
    if is_renamed {
        // A preview goes by the old name. It is begun anew whenever somebody wants to see it.
        app.live.forsake_preview(app.workspace(), name).await;
    }
    reply
}
