//! `POST /api/releases/{id}/rollback`

use axum::response::Response;
use engine::execution::RunOptions;
use serde_json::Map;
use store::{ReleaseRecord, ReleaseStatus};

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, IdempotencyKey, Trigger};
use crate::launch::{Order, launch};
use crate::provided;
use crate::schemas::execution::Execution;

/// Puts an earlier release live again: its program and its environment, with the data as it is now.
///
/// This runs the workflow `roll_back_application`, which a workspace is given on first use and may change, with the application's
/// name, the number of the release and its digest. It comes up as the next release. A program that differs from what is live works
/// on a copy of the data: what is live stops for that, and starts again should the earlier one not become healthy. Nothing is
/// copied where the program is the same, or the database its own (`DATABASE_URL`). The last five releases are kept for this, the live one among them: `can_roll_back`
/// of a release says so.
#[utoipa::path(post, path = "/api/releases/{id}/rollback", tag = "releases", security(("bearer" = ["applications:deploy"])), params(Id, IdempotencyKey), responses(
    (status = 202, description = "It is recorded and goes on.", body = Execution),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is live or was never live, it is not kept any more, its application was renamed or deleted, or the key was used for another one.", body = ErrorEnvelope),
    (status = 422, description = "The workflow of this name takes other inputs.", body = ErrorEnvelope),
))]
pub(crate) async fn roll_back(
    app: Scoped,
    Id(id): Id,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Trigger(trigger): Trigger,
) -> ApiResult<Response> {
    let release = app.store.release(app.scope(), id).await?;
    let release = release.ok_or_else(|| ApiError::not_found("release"))?;
    let number = release.number;
    if release.status == ReleaseStatus::Live {
        return Err(ApiError::conflict(format!(
            "release {number} is live: there is nothing to go back to"
        )));
    }
    if release.live_at.is_none() {
        return Err(ApiError::conflict(format!(
            "release {number} was never live: choose one that was"
        )));
    }
    check_application(&app, &release).await?;
    check_kept(&app, &release).await?;
    let workflow = provided::ROLL_BACK.workflow(&app).await?;
    let definition = app
        .definitions
        .chosen(app.scope(), workflow.summary.id, None)
        .await?;
    let mut inputs = Map::from_iter([
        ("application".to_owned(), release.application.into()),
        ("release".to_owned(), number.into()),
    ]);
    // A workflow that the workspace made its own need not take it.
    if definition.document["inputs"].get("digest").is_some() {
        inputs.insert("digest".to_owned(), release.digest.into());
    }
    let order = Order {
        definition,
        inputs,
        trigger,
        idempotency_key,
        options: RunOptions::default(),
        again: None,
        wait: None,
    };
    launch(&app, order).await
}

/// What came up under a name that is not the application's could not be seen or stopped by anybody.
async fn check_application(app: &Scoped, release: &ReleaseRecord) -> ApiResult<()> {
    let (name, number) = (&release.application, release.number);
    let application = match release.application_id {
        Some(id) => app.store.application(app.scope(), id).await?,
        None => None,
    };
    match application {
        Some(application) if application.name == *name => Ok(()),
        Some(application) => Err(ApiError::conflict(format!(
            "the application of release {number} was called `{name}` and is called `{}` now: nothing can go back to what it was \
             under another name; ship it anew",
            application.name
        ))),
        None => Err(ApiError::conflict(format!(
            "the application `{name}` of release {number} is not there any more: nothing can go back to it"
        ))),
    }
}

/// A run would fail for it minutes later. Where the application was deployed elsewhere, only its run can look what is kept there.
async fn check_kept(app: &Scoped, release: &ReleaseRecord) -> ApiResult<()> {
    if release.can_roll_back && app.live.keeps(release).await {
        return Ok(());
    }
    let number = release.number;
    Err(ApiError::conflict(format!(
        "release {number} is not kept any more: of an application, the last five releases that were live are, the live one among \
         them. Choose a later one, or ship it anew"
    )))
}
