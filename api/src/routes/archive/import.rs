//! `POST /api/import`

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::archive::{Import, Inside, carry_out, unpack};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Query, Raw};
use crate::replies::private;
use crate::schemas::archive::{ImportCovers, Imported, ImportedItem};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Says what would be done, and what could not be, and does nothing.
    #[serde(default)]
    plan: bool,
    /// Deletes what the archive covers (`archive.yaml`; without it, the kinds whose folders it has) and does not hold. Secrets
    /// stay.
    #[serde(default)]
    prune: bool,
    /// Together with `prune`: deletes secrets, too.
    #[serde(default)]
    prune_secrets: bool,
    /// Publishes each workflow as the archive has it, also one that is not changed otherwise. Without this nothing is published,
    /// and a draft goes in only where another version is published already.
    #[serde(default)]
    publish: bool,
}

/// Makes the workspace as an archive says. What is there already under the same name is changed where it differs, and nothing
/// is deleted unless asked for. Each thing is made by its own route, in the caller's name: what fails is told, and the rest
/// is done. Of webhooks that are made, address and secret are told this once. Contents of files are not in an archive: which of them
/// are not here is told, and they are sent by `POST /api/files`. `prune` takes away only what the archive covers:
/// one of one prompt says nothing of others, nor of workflows. An application whose environment names a secret that is not there waits
/// for that: it is told, and made once the secret is and the archive is brought in again.
#[utoipa::path(post, path = "/api/import", tag = "archive", security(("bearer" = ["workspace:import"])), params(How),
    request_body(content = String, content_type = "application/gzip", description = "A tar, compressed with gzip or not."), responses(
    (status = 200, description = "What was done, or would be.", body = Imported),
    (status = 400, description = "This is no archive.", body = ErrorEnvelope),
    (status = 422, description = "Files of the archive can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn import_workspace(
    app: Scoped,
    inside: Inside,
    Query(how): Query<How>,
    Raw(body): Raw,
) -> ApiResult<Response> {
    if how.prune_secrets && !how.prune {
        let message = "it goes together with `prune`: without that, nothing is deleted";
        return Err(ApiError::invalid("/prune_secrets", message));
    }
    let files = tokio::task::spawn_blocking(move || unpack(&body)).await;
    let files = files.map_err(ApiError::internal)??;
    let import = Import {
        plan: how.plan,
        prune: how.prune,
        prune_secrets: how.prune_secrets,
        publish: how.publish,
    };
    let (steps, covers) = carry_out(&app, &inside, files, import).await?;
    let hands_over = steps.iter().any(|step| step.webhook.is_some());
    let imported = Json(Imported {
        planned: how.plan,
        complete: steps.iter().all(|step| step.error.is_none()),
        covers: covers.told().map(ImportCovers::from).collect(),
        items: steps.into_iter().map(ImportedItem::from).collect(),
    });
    Ok(match hands_over {
        // It goes into no log then; each webhook's own entry is there, without these.
        true => private(imported.into_response()),
        false => imported.into_response(),
    })
}
