//! `POST /api/server/seal`

use axum::Json;
use axum::extract::State;

use crate::error::ApiResult;
use crate::schemas::secret::Renewed;
use crate::state::App;

/// Seals everything anew with the newest master key, so that the older ones can be taken away. Work goes on meanwhile.
#[utoipa::path(post, path = "/api/server/seal", tag = "server", security(("bearer" = ["server:admin"])), responses(
    (status = 200, description = "How much there was to do.", body = Renewed),
))]
pub(crate) async fn renew_sealed(State(app): State<App>) -> ApiResult<Json<Renewed>> {
    let renewed = app.store.renew_sealed().await?;
    Ok(Json(Renewed { renewed }))
}
