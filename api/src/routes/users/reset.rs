//! `POST /api/users/{id}/reset`

use axum::Json;
use axum::response::{IntoResponse, Response};
use chrono::{TimeDelta, Utc};
use store::{Link, Purpose, UserChange};
use uuid::Uuid;

use crate::access::Scoped;
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::replies::private;
use crate::schemas::workspace::{ResetLink, ResetUserBody};

const GOOD_FOR: TimeDelta = TimeDelta::days(1);

/// Makes a link with which somebody sets another password, for a day. It is for them alone: hand it over with care.
///
/// With `second_factor`, theirs is removed as well, for who has lost both device and recovery codes.
#[utoipa::path(post, path = "/api/users/{id}/reset", tag = "users", security(("bearer" = ["server:admin"])), params(Id),
    request_body = Option<ResetUserBody>, responses(
    (status = 200, description = "The link, shown this once.", body = ResetLink),
    (status = 404, description = "There is no account with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn reset_user(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<ResetUserBody>,
) -> ApiResult<Response> {
    let user = app.store.user(id).await?;
    let user = user.ok_or_else(|| ApiError::not_found("account"))?;
    if body.second_factor == Some(true) {
        let change = UserChange {
            totp: Some(None),
            recovery_codes: Some(Vec::new()),
            ..UserChange::default()
        };
        app.store.update_user(user.id, change, None).await?;
    }
    let link = link(&app, Purpose::ResetPassword, user.id).await?;
    Ok(private(Json(ResetLink { link }).into_response()))
}

pub(super) async fn link(app: &Scoped, purpose: Purpose, user: Uuid) -> ApiResult<String> {
    let token = secret::random()?;
    let hash = secret::hash(&token);
    let about = Link {
        user_id: Some(user),
        // Whoever asks for a letter does not make it worthless.
        data: serde_json::json!({"by": "operator"}),
    };
    let until = Utc::now() + GOOD_FOR;
    app.store.create_link(purpose, &hash, about, until).await?;
    Ok(format!("{}/reset#{token}", app.config.url))
}
