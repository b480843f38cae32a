//! `POST /api/users/{id}/tokens`

use axum::Json;
use axum::response::Response;

use crate::access::{Permissions, Scoped};
use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::extract::{Body, Id, Visitor};
use crate::replies::{created, private};
use crate::routes::tokens::create::{check, make};
use crate::schemas::workspace::{ApiTokenBody, NewApiToken};

/// Makes a token for a program of somebody, in the workspace of this request, to which they have to belong. Only from the
/// machine itself: whoever operates it can do this by way of the database, too.
#[utoipa::path(post, path = "/api/users/{id}/tokens", tag = "users", security(("machine" = [])), params(Id),
    request_body = ApiTokenBody, responses(
    (status = 201, description = "The token, shown this once.", body = NewApiToken),
    (status = 404, description = "There is no account with this id, or it does not belong to the workspace.", body = ErrorEnvelope),
    (status = 422, description = "There are no such permissions.", body = ErrorEnvelope),
))]
pub(crate) async fn create_user_token(
    app: Scoped,
    Id(id): Id,
    visitor: Visitor,
    Body(body): Body<ApiTokenBody>,
) -> ApiResult<Response> {
    let member = app.store.member(app.workspace(), id).await?;
    if member.is_none() {
        let workspace = app.store.workspace(app.workspace()).await?;
        let slug = workspace.map(|workspace| workspace.slug);
        let message = format!(
            "they do not belong to the workspace `{}`: name another one by the header `Lathe-Workspace`, on the command line by LATHE_WORKSPACE",
            slug.unwrap_or_default()
        );
        return Err(ApiError::new(Code::NotFound, message));
    }
    check(&body, Permissions::all_of_a_workspace())?;
    let made = make(&app, id, body, &visitor).await?;
    let location = format!("/api/tokens/{}", made.about.id);
    Ok(private(created(
        &location,
        false,
        Json::<NewApiToken>(made),
    )))
}
