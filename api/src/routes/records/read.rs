//! `GET /api/records/{model}/{id}`

use axum::response::Response;

use super::tagged;
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::RecordId;
use crate::meta::sight::Sight;
use crate::schemas::meta::Record;

/// One record, with what is too long for lists. Its `ETag` is what a change of the thing itself takes for `If-Match`.
#[utoipa::path(get, path = "/api/records/{model}/{id}", tag = "meta", security(("bearer" = [])), params(RecordId), responses(
    (status = 200, description = "The record.", body = Record),
    (status = 404, description = "There is no such model, or no record of it with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_record(
    app: Scoped,
    RecordId { model, id }: RecordId,
) -> ApiResult<Response> {
    let sight = Sight::of(&app, &model).await?;
    Ok(tagged(sight.record(&app, &id).await?))
}
