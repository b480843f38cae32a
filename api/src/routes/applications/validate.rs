//! `POST /api/applications/validate`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Body;
use crate::foresight;
use crate::schemas::application::{ApplicationPlan, ValidateApplicationBody};

/// Checks an application with its models without keeping it, and says what saving it would change.
///
/// All that saving would refuse is told together, also a name that is taken. With `id`, it is held against the application that it
/// is to replace: what is left out then is as it is there.
#[utoipa::path(post, path = "/api/applications/validate", tag = "applications", security(("bearer" = ["applications:read"])), request_body = ValidateApplicationBody, responses(
    (status = 200, description = "It can be saved; this is what that would change.", body = ApplicationPlan),
    (status = 404, description = "There is none with this `id`.", body = ErrorEnvelope),
    (status = 422, description = "The document has problems, a component uses what there is not, or it can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn validate_application(
    app: Scoped,
    Body(body): Body<ValidateApplicationBody>,
) -> ApiResult<Json<ApplicationPlan>> {
    let (id, body) = body.split();
    Ok(Json(foresight::plan(&app, body, id).await?))
}
