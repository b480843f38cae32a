//! `POST /api/workflows/validate`

use axum::Json;

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Body;
use crate::schemas::workflow::{ValidateBody, Validation};

/// Checks a document without keeping it.
#[utoipa::path(post, path = "/api/workflows/validate", tag = "workflows", security(("bearer" = ["workflows:read"])), request_body = ValidateBody, responses(
    (status = 200, description = "The document has no problem.", body = Validation),
    (status = 422, description = "The document has problems.", body = ErrorEnvelope),
))]
pub(crate) async fn validate_workflow(
    app: Scoped,
    Body(body): Body<ValidateBody>,
) -> ApiResult<Json<Validation>> {
    documents::read_workflow(&app, body.document, body.source).await?;
    Ok(Json(Validation {
        valid: true,
        warnings: Vec::new(),
    }))
}
