//! `GET /api/nodes`

use axum::Json;

use crate::access::Scoped;
use crate::schemas::node_kind::NodeKind;
use crate::schemas::page::Page;

/// The catalogue of node kinds, by name, on one page.
#[utoipa::path(get, path = "/api/nodes", tag = "nodes", security(("bearer" = ["nodes:read"])), responses(
    (status = 200, description = "Every kind that this installation knows.", body = Page<NodeKind>),
))]
pub(crate) async fn list_nodes(app: Scoped) -> Json<Page<NodeKind>> {
    Json(Page::whole(
        app.catalog
            .kinds()
            .map(|kind| NodeKind::from(&**kind))
            .collect(),
    ))
}
