//! `GET /api/notifications`

use axum::Json;
use serde::Deserialize;
use store::Paging;
use utoipa::IntoParams;

use crate::access::Account;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::notices;
use crate::schemas::notification::NotificationPage;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// The most items on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
    /// Only those that are not read.
    #[serde(default)]
    #[param(value_type = Option<bool>, default = false)]
    unread: bool,
}

/// What you were told, of all your workspaces, the newest first.
#[utoipa::path(get, path = "/api/notifications", tag = "notifications", security(("session" = [])), params(Filter), responses(
    (status = 200, description = "A page of notifications.", body = NotificationPage),
))]
pub(crate) async fn list_notifications(
    account: Account,
    Query(query): Query<Filter>,
) -> ApiResult<Json<NotificationPage>> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
    let (user, store) = (account.person.id, &account.store);
    // Counted first: whoever goes on from there hears of what came meanwhile.
    let head = store.notification_head(user).await?;
    let page = store
        .list_notifications(user, query.unread, &paging)
        .await?;
    let language = notices::language_of(&account, user).await?;
    let items = page.items.into_iter();
    Ok(Json(NotificationPage {
        items: items.map(|one| notices::shown(one, language)).collect(),
        next_cursor: page.next_cursor,
        unread: head.unread,
        seq: head.seq,
    }))
}
