//! `GET /api/records/{model}`

use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::RecordModel;
use crate::meta::query;
use crate::meta::sight::Sight;
use crate::schemas::meta::Record;
use crate::schemas::page::Page;

/// Besides these, each field filters by its name.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(
    dead_code,
    reason = "describes what is read by hand, since fields have names of their own"
)]
pub(crate) struct Asked {
    /// The most items on a page.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u32>,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
    /// Words that one of the texts of a record has, in any case.
    q: Option<String>,
    /// The field that the list is ordered by, with a minus in front for descending order.
    sort: Option<String>,
    /// Only these records: ids with commas between them, 200 at most.
    #[param(rename = "id__in")]
    ids: Option<String>,
}

/// Records of one kind. Any field of it filters: `status=failed`, and with `__ne`, `__gt`, `__gte`, `__lt`, `__lte`, `__contains` or
/// `__null` behind its name. It takes the permission to read such things, which `GET /api/meta` has answered by naming the model.
///
/// What no index finds is looked for in a stretch of the list at a time: a page may be empty and yet have a next one.
#[utoipa::path(get, path = "/api/records/{model}", tag = "meta", security(("bearer" = [])), params(RecordModel, Asked),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 200, description = "A page of records.", body = Page<Record>),
    (status = 404, description = "There is no such model.", body = ErrorEnvelope),
))]
pub(crate) async fn list_records(
    app: Scoped,
    RecordModel(model): RecordModel,
    sent: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> ApiResult<Json<Page<Record>>> {
    let Ok(Query(parameters)) = sent else {
        return Err(ApiError::bad_request(
            "the query of this address can't be read",
        ));
    };
    let sight = Sight::of(&app, &model).await?;
    let query = query::read(&sight, &parameters)?;
    let page = app
        .store
        .list_records(sight.scope, sight.known.table, &query);
    let page = page.await?;
    Ok(Json(Page::of(page, |record| {
        Record(sight.shown(&app, record).values)
    })))
}
