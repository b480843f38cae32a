//! `GET` and `PUT /api/meta/extension`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, IfMatch};
use crate::meta::extension;
use crate::replies::Tagged;
use crate::schemas::meta::{Extension, ExtensionBody};

/// The fields that this workspace declares beside those of Lathe's own models, as they were written.
#[utoipa::path(get, path = "/api/meta/extension", tag = "meta", security(("bearer" = ["workspace:read"])), responses(
    (status = 200, description = "What is declared; an empty text where nothing is.", body = Extension,
        headers(("ETag" = String, description = "The state of it."))),
))]
pub(crate) async fn get_extension(app: Scoped) -> ApiResult<Tagged<Extension>> {
    Ok(tagged(app.store.extension(app.workspace()).await?))
}

/// Declares fields of this workspace's own. They stand in records, lists and forms beside the others at once. Values of a field
/// that is declared no more are kept, and are there again when it is.
#[utoipa::path(put, path = "/api/meta/extension", tag = "meta", security(("bearer" = ["workspace:write"])),
    params(IfMatch), request_body = ExtensionBody, responses(
    (status = 200, description = "What is declared now.", body = Extension,
        headers(("ETag" = String, description = "The state of it."))),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The text has faults; each is told with its place in it.", body = ErrorEnvelope),
))]
pub(crate) async fn put_extension(
    app: Scoped,
    IfMatch(revision): IfMatch,
    Body(body): Body<ExtensionBody>,
) -> ApiResult<Tagged<Extension>> {
    extension::read(&body.source)?;
    let workspace = app.workspace();
    let kept = app.store.put_extension(workspace, &body.source, revision);
    Ok(tagged(kept.await?))
}

fn tagged(kept: store::Extension) -> Tagged<Extension> {
    let extension = Extension {
        source: kept.source,
    };
    Tagged(kept.revision, Json(extension))
}
