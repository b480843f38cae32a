//! `GET /api/nodes/{kind}`

use axum::Json;
use axum::extract::Path;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::schemas::node_kind::NodeKind;

/// One kind of node.
#[utoipa::path(get, path = "/api/nodes/{kind}", tag = "nodes", security(("bearer" = ["nodes:read"])),
    params(("kind" = String, Path, description = "Such as `http.request`.")),
    responses(
        (status = 200, description = "The kind.", body = NodeKind),
        (status = 404, description = "There is none with this name.", body = ErrorEnvelope),
    ))]
pub(crate) async fn get_node(
    app: Scoped,
    kind: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> ApiResult<Json<NodeKind>> {
    let entry = kind.ok().and_then(|Path(kind)| app.catalog.get(&kind));
    let entry = entry.ok_or_else(|| ApiError::not_found("node kind"))?;
    Ok(Json(NodeKind::from(&*entry.kind)))
}
