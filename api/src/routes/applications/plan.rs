//! `GET /api/applications/{id}/plan`

use axum::Json;
use blueprint::ports::{ApplicationSource, Generated};
use blueprint::{Application, Comparison, Invalid, compare};
use store::ApplicationRecord;

use super::generate::{existing_workflow, taken};
use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::extract::Id;
use crate::provided;
use crate::schemas::shipping::{
    ChangeDecision, PlanBasis, PlannedChange, PlannedSql, ShipPlan, ShipWorkflow, UnsafeChanges,
};

/// What shipping an application as it stands will do to its data.
///
/// Its models are compared with those that it was generated from last, as the run will do. What has to be allowed is sent as
/// `allow` when it is shipped.
#[utoipa::path(get, path = "/api/applications/{id}/plan", tag = "applications", security(("bearer" = ["applications:read"])), params(Id), responses(
    (status = 200, description = "What will change.", body = ShipPlan),
    (status = 404, description = "There is no such application.", body = ErrorEnvelope),
))]
pub(crate) async fn get_ship_plan(app: Scoped, Id(id): Id) -> ApiResult<Json<ShipPlan>> {
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    let application = app.store.load(app.workspace(), &record.name).await;
    let application = application.map_err(ApiError::internal)?;
    let application = application.ok_or_else(|| ApiError::not_found("application"))?;
    let generated = app.live.generated(app.workspace(), &record.name).await?;
    let mut plan = plan(&application, generated.as_ref());
    match workflow(&app, &record).await {
        Ok(workflow) => plan.workflow = Some(workflow),
        Err(error) if error.is(Code::Conflict) => plan.problems.push(error.message().to_owned()),
        Err(error) => return Err(error),
    }
    Ok(Json(plan))
}

fn plan(application: &Application, generated: Option<&Generated>) -> ShipPlan {
    let latest = generated.map(|generated| &generated.latest);
    let live = generated.and_then(|generated| generated.live.as_ref());
    let basis = match (latest, live) {
        (None, _) => PlanBasis::Nothing,
        (Some(_), None) => PlanBasis::Generated,
        (Some(_), Some(_)) => PlanBasis::Live,
    };
    let (changes, problems, sql) = told(compare(latest, application));
    let pending = match (live, latest) {
        (Some(live), Some(latest)) => told(compare(Some(live), latest)).0,
        _ => Vec::new(),
    };
    let needs = |decision| changes.iter().any(|change| change.needs == Some(decision));
    ShipPlan {
        basis,
        needs: UnsafeChanges {
            drop: needs(ChangeDecision::Drop),
            tighten: needs(ChangeDecision::Tighten),
        },
        changes,
        pending,
        problems,
        sql,
        workflow: None,
    }
}

fn told(
    compared: Result<Comparison, Invalid>,
) -> (Vec<PlannedChange>, Vec<String>, Option<PlannedSql>) {
    let compared = compared.unwrap_or_else(|invalid| Comparison {
        changes: Vec::new(),
        problems: invalid.problems,
        sql: None,
    });
    let sql = compared.sql.map(|sql| PlannedSql {
        sqlite: sql.sqlite,
        postgres: sql.postgres,
    });
    (
        compared.changes.into_iter().map(Into::into).collect(),
        compared
            .problems
            .into_iter()
            .map(|problem| problem.message)
            .collect(),
        sql,
    )
}

async fn workflow(app: &Scoped, application: &ApplicationRecord) -> ApiResult<ShipWorkflow> {
    let both = UnsafeChanges {
        drop: true,
        tighten: true,
    };
    let Some(existing) = existing_workflow(app, application).await? else {
        return Ok(ShipWorkflow {
            id: None,
            name: provided::SHIP.name.to_owned(),
            takes: both,
        });
    };
    let id = existing.summary.id;
    let takes = if provided::SHIP.is_outdated(app, &existing).await? {
        both
    } else {
        let usual = app.definitions.chosen(app.scope(), id, None).await?;
        taken(&usual.document)
    };
    Ok(ShipWorkflow {
        id: Some(id),
        name: existing.summary.name,
        takes,
    })
}
