//! `POST /api/applications/{id}/generate`

use axum::response::Response;
use serde_json::Value;
use store::{ApplicationRecord, WorkflowRecord};

use crate::access::Scoped;
use crate::components;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, IdempotencyKey, OptionalBody, Trigger};
use crate::launch::{Order, launch};
use crate::provided;
use crate::schemas::application::ComponentKind;
use crate::schemas::execution::Execution;
use crate::schemas::shipping::{ShipRequest, UnsafeChanges};
use crate::schemas::workflow::ExecuteRequest;

/// Runs the workflow that ships an application: the one that its configuration names as `ship_workflow`,
/// or else the one that its component `ship` uses, or else `ship_<name>`. Where there is none of that name either, it is
/// `ship_application`: a workspace that has no such workflow is given one, and may change it.
///
/// The workflow's input `application` gets the application's name; its other inputs may be given. A change of the models that
/// loses data or makes rules stricter fails the run unless `allow` names it; `GET /api/applications/{id}/plan` tells which there are.
#[utoipa::path(post, path = "/api/applications/{id}/generate", tag = "applications", security(("bearer" = ["applications:deploy"])),
    request_body = Option<ShipRequest>,
    params(Id, IdempotencyKey),
    responses(
        (status = 202, description = "It is recorded and goes on.", body = Execution),
        (status = 404, description = "There is no such application.", body = ErrorEnvelope),
        (status = 409, description = "The workflow that it names is not there, or the key was used with other inputs.", body = ErrorEnvelope),
        (status = 422, description = "The inputs do not fit.", body = ErrorEnvelope),
    ))]
pub(crate) async fn generate_application(
    app: Scoped,
    Id(id): Id,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Trigger(trigger): Trigger,
    OptionalBody(body): OptionalBody<ShipRequest>,
) -> ApiResult<Response> {
    let application = app.store.application(app.scope(), id).await?;
    let application = application.ok_or_else(|| ApiError::not_found("application"))?;
    let workflow = ship_workflow(&app, &application).await?;
    let choice = body.version.map(Into::into);
    let definition = app
        .definitions
        .chosen(app.scope(), workflow.summary.id, choice)
        .await?;
    let mut inputs = body.inputs;
    if takes(&definition.document, "application") {
        inputs.insert("application".to_owned(), application.name.into());
    }
    let takes = taken(&definition.document);
    for (kind, asked, takes) in [
        ("drop", body.allow.drop, takes.drop),
        ("tighten", body.allow.tighten, takes.tighten),
    ] {
        if asked && !takes {
            return Err(not_taken(kind, &definition.name));
        }
        if asked {
            inputs.insert(format!("allow_{kind}"), true.into());
        }
    }
    launch(
        &app,
        Order {
            definition,
            inputs,
            trigger,
            idempotency_key,
            options: ExecuteRequest::options(body.pins, body.only),
            again: None,
            wait: None,
        },
    )
    .await
}

/// Which unsafe changes a workflow can be told to allow.
pub(super) fn taken(document: &Value) -> UnsafeChanges {
    UnsafeChanges {
        drop: takes(document, "allow_drop"),
        tighten: takes(document, "allow_tighten"),
    }
}

fn takes(document: &Value, input: &str) -> bool {
    let inputs = document.get("inputs");
    inputs.is_some_and(|inputs| inputs.get(input).is_some())
}

fn not_taken(kind: &str, workflow: &str) -> ApiError {
    let message = format!(
        "the workflow `{workflow}` has no input `allow_{kind}`: give it one (a boolean, false by default) and hand it to its \
         node of the kind code.generate as `allow.{kind}`"
    );
    ApiError::invalid(format!("/allow/{kind}"), message)
}

async fn ship_workflow(app: &Scoped, application: &ApplicationRecord) -> ApiResult<WorkflowRecord> {
    match existing_workflow(app, application).await? {
        Some(own) if own.summary.name != provided::SHIP.name => Ok(own),
        _ => provided::SHIP.workflow(app).await,
    }
}

/// The workflow that ships it; none while it is the provided one, and the workspace was not given that yet.
pub(super) async fn existing_workflow(
    app: &Scoped,
    application: &ApplicationRecord,
) -> ApiResult<Option<WorkflowRecord>> {
    let Some(name) = named_workflow(application)? else {
        let own = format!("ship_{}", application.name);
        return match app.store.workflow_named(app.scope(), &own).await? {
            Some(own) => Ok(Some(own)),
            None => provided::SHIP.existing(app).await,
        };
    };
    let named = app.store.workflow_named(app.scope(), &name).await?;
    named.map(Some).ok_or_else(|| {
        ApiError::conflict(format!(
            "there is no workflow named `{name}` to ship this application; make one, \
             or name another as `ship_workflow` in the application's configuration, or in its component `ship`"
        ))
    })
}

/// What the application itself says that it is shipped by.
fn named_workflow(application: &ApplicationRecord) -> ApiResult<Option<String>> {
    let named = application
        .configuration
        .get("ship_workflow")
        .and_then(|name| name.as_str());
    if let Some(name) = named {
        return Ok(Some(name.to_owned()));
    }
    let components = components::read(application.components.clone())?;
    let ship = components
        .into_iter()
        .find(|component| component.name == "ship" && component.kind == ComponentKind::Workflow);
    Ok(ship.map(|component| component.uses))
}
