//! `GET /api/meta`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::meta::{extension, manifest};
use crate::schemas::meta::Manifest;

/// What kinds of records there are, what they hold, and what you may do with them here: screens are made of this.
#[utoipa::path(get, path = "/api/meta", tag = "meta", security(("bearer" = [])), responses(
    (status = 200, description = "All that you may see.", body = Manifest),
))]
pub(crate) async fn get_manifest(app: Scoped) -> ApiResult<Json<Manifest>> {
    let declared = extension::declared(&app).await?;
    let manifest = manifest::manifest(&app.caller, app.workspace(), &declared, app.version)?;
    Ok(Json(manifest))
}
