//! Views of lists that people keep, for themselves or for everybody in the workspace.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod update;

use store::NewSavedView;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorDetail, Faults};
use crate::meta::query;
use crate::meta::sight::{Sight, demand};
use crate::schemas::meta::{SavedViewBody, ViewContent};

async fn find(app: &Scoped, id: Uuid) -> ApiResult<store::SavedView> {
    let view = app
        .store
        .view(app.scope(), app.caller.person_id(), id)
        .await?;
    view.ok_or_else(|| ApiError::not_found("view"))
}

/// Whoever may change what is listed may give everybody a view of it.
fn demand_sharing(app: &Scoped, sight: &Sight) -> ApiResult<()> {
    let write = sight.known.screen.write.as_deref();
    demand(&app.caller, write.unwrap_or("workspace:write"))
}

/// Somebody else's view, which they share, is changed only by who may share it.
async fn demand_change(app: &Scoped, view: &store::SavedView) -> ApiResult<()> {
    match view.user_id == app.caller.person_id() {
        true => Ok(()),
        false => demand_sharing(app, &Sight::of(app, &view.model).await?),
    }
}

/// A view that its list understands.
fn check(app: &Scoped, sight: &Sight, body: SavedViewBody) -> ApiResult<NewSavedView> {
    let mut faults = Faults::default();
    let table = sight.known.table;
    for (at, name) in body.columns.iter().enumerate() {
        let is_known = name == "id" || table.column(name).is_some() || sight.extra(name).is_some();
        if !is_known {
            faults.add(format!("/columns/{at}"), "there is no such field");
        }
    }
    let filters = body.filters.clone().into_iter().collect();
    faults.note(understood(sight, "/filters", filters))?;
    if !body.sort.is_empty() {
        let sort = vec![("sort".to_owned(), body.sort.clone())];
        faults.note(understood(sight, "/sort", sort))?;
    }
    faults.end("the view can't be kept")?;
    if body.shared {
        demand_sharing(app, sight)?;
    }
    let content = ViewContent {
        columns: body.columns,
        filters: body.filters,
        sort: body.sort,
    };
    let content = serde_json::to_value(content).map_err(ApiError::internal)?;
    Ok(NewSavedView {
        model: body.model,
        name: body.name,
        content,
        shared: body.shared,
    })
}

fn understood(sight: &Sight, place: &str, asked: Vec<(String, String)>) -> ApiResult<()> {
    match query::read(sight, &asked) {
        Ok(_) => Ok(()),
        Err(error) => Err(ApiError::faulty(vec![ErrorDetail {
            path: Some(place.to_owned()),
            message: error.to_string(),
            ..ErrorDetail::default()
        }])),
    }
}
