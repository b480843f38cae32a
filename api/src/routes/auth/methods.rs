//! `GET /api/auth/methods`

use axum::Json;
use axum::extract::State;

use crate::error::ApiResult;
use crate::schemas::account::Methods;
use crate::schemas::identity::LoginProvider;
use crate::state::App;

/// How one can come in here, for whoever draws the form.
#[utoipa::path(get, path = "/api/auth/methods", tag = "auth", security(()), responses(
    (status = 200, description = "What this server offers.", body = Methods),
))]
pub(crate) async fn get_methods(State(app): State<App>) -> ApiResult<Json<Methods>> {
    let first = !app.store.has_users().await?;
    let providers = app.providers.iter();
    let providers = providers.map(|provider| LoginProvider::of(provider, &app.config.url));
    Ok(Json(Methods {
        first,
        registration: app.config.registration,
        setup_code_required: first && app.config.setup_code.is_some(),
        mail: app.config.mail.is_some(),
        providers: providers.collect(),
    }))
}
