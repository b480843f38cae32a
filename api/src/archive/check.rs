//! What the routes would refuse of an archive's documents, found without doing anything: a plan promises no more than what
//! can be kept.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use engine::schedule::ScheduleSpec;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::contents;
use super::environments;
use super::kinds::Kind;
use super::labels;
use super::plan::Action;
use crate::access::{Rule, Scoped, refused};
use crate::components;
use crate::designs::{design, lone_model};
use crate::error::{ApiError, ApiResult, Faults};
use crate::routes::workspaces::roles;
use crate::schemas::application::{ApplicationBody, Component, ComponentKind};
use crate::schemas::model::{ModelBody, NewModelBody};
use crate::schemas::prompt::NewPromptBody;
use crate::schemas::schedule::NewScheduleBody;
use crate::schemas::variable::NewVariableBody;
use crate::schemas::webhook::NewWebhookBody;
use crate::schemas::workspace::RoleBody;
use crate::settings::check_zone;
use crate::{documents, prompts, schedules, webhooks};

/// What an archive brings that its other documents may name.
#[derive(Default)]
pub(super) struct Brought {
    /// Workflows by name. Of one that is no good itself there is no document that anything could be held against.
    pub(super) workflows: BTreeMap<String, Option<Value>>,
    pub(super) prompts: BTreeSet<String>,
    /// Whether its workflows are what runs then.
    pub(super) publish: bool,
}

/// What is to be done with one thing.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) kind: Kind,
    pub(super) action: Action,
    pub(super) document: &'a Value,
    pub(super) layout: Option<&'a Value>,
    /// Where it differs from what is there.
    pub(super) changes: &'a [String],
    /// Whether it is published besides.
    pub(super) publishes: bool,
}

/// Why a thing could not be made or changed so, as its route would say it.
pub(super) async fn fault(
    app: &Scoped,
    asked: &Asked<'_>,
    brought: &mut Brought,
) -> ApiResult<Option<Value>> {
    let fault = told(check(app, asked, brought).await)?;
    if let (Some(_), Kind::Workflow, Some(name)) =
        (&fault, asked.kind, asked.document["name"].as_str())
    {
        brought.workflows.insert(name.to_owned(), None);
    }
    Ok(fault)
}

/// Adds what is wrong with a document of an archive that is refused for another one, or for a field that its kind does not have.
pub(super) async fn further(
    app: &Scoped,
    asked: &Asked<'_>,
    brought: &Brought,
    (path, faults): (&str, &mut Faults),
) -> ApiResult<()> {
    let mut known = asked.document.clone();
    if let (Value::Object(fields), false) = (&mut known, asked.kind == Kind::Workflow) {
        fields.retain(|name, _| asked.kind.fields().contains(&name.as_str()));
    }
    let asked = Asked {
        document: &known,
        ..*asked
    };
    let checked = check(app, &asked, brought).await;
    // Of a workflow, the document is what the file holds.
    let checked = checked.map_err(|error| match asked.kind {
        Kind::Workflow => error.without_prefix("/document"),
        _ => error,
    });
    faults.note_of(path, checked)
}

/// Why something is refused, as a route says it; what is not the asker's fault goes on.
pub(super) fn told(checked: ApiResult<()>) -> ApiResult<Option<Value>> {
    match checked {
        Ok(()) => Ok(None),
        Err(error) if error.is_clients() => {
            let told = serde_json::to_value(error.told());
            told.map(Some).map_err(ApiError::internal)
        }
        Err(error) => Err(error),
    }
}

/// Whether the asker may do this with a thing of a kind, as the description of its route says.
pub(super) fn permitted(app: &Scoped, kind: Kind, action: Action) -> ApiResult<()> {
    let list = format!("/api/{}", kind.folder());
    let (method, path) = match (kind, action) {
        (Kind::Settings, _) => (Method::PUT, "/api/workspaces/{id}/settings".to_owned()),
        (Kind::Role, _) => (Method::PUT, "/api/workspaces/{id}/roles/{name}".to_owned()),
        (_, Action::Update) => (Method::PUT, format!("{list}/{{id}}")),
        (_, Action::Delete) => (Method::DELETE, format!("{list}/{{id}}")),
        _ => (Method::POST, list),
    };
    may_ask(app, &method, &path)
}

/// Whether the asker may see what there is of a kind, without which nothing can be held against it.
pub(super) fn readable(app: &Scoped, kind: Kind) -> ApiResult<()> {
    let path = match kind {
        Kind::Settings => "/api/workspaces/{id}/settings".to_owned(),
        Kind::Role => "/api/workspaces/{id}/roles".to_owned(),
        _ => format!("/api/{}", kind.folder()),
    };
    may_ask(app, &Method::GET, &path)
}

fn may_ask(app: &Scoped, method: &Method, path: &str) -> ApiResult<()> {
    match app.rules.get(path, method) {
        Some(Rule::Permission(name, needed)) if !app.caller.permissions().contains(*needed) => {
            Err(refused(name))
        }
        _ => Ok(()),
    }
}

/// Whether a schedule or webhook lets runs begin by this, as its route sees it: one that is only disabled does not.
fn begins_runs(kind: Kind, document: &Value, changes: &[String]) -> bool {
    let is_disabled_only = document["enabled"] == false && *changes == ["/enabled"];
    matches!(kind, Kind::Schedule | Kind::Webhook) && !is_disabled_only
}

async fn check(app: &Scoped, asked: &Asked<'_>, brought: &Brought) -> ApiResult<()> {
    let Asked {
        kind,
        action,
        document,
        layout,
        changes,
        publishes,
    } = *asked;
    permitted(app, kind, action)?;
    if begins_runs(kind, document, changes) {
        app.begins_runs()?;
    }
    if publishes {
        may_ask(app, &Method::POST, "/api/workflows/{id}/publish")?;
    }
    if kind == Kind::File {
        return contents::check(app, document);
    }
    // A workflow that is not there yet has no id yet.
    let workflow = kind.workflow(document).map(|_| Uuid::nil().to_string());
    let (path, method, body) = match kind {
        // What it holds is given apart from this.
        Kind::Secret => (
            "/api/secrets/{id}".to_owned(),
            Method::PUT,
            kind.change(document, layout),
        ),
        Kind::Settings => (
            "/api/workspaces/{id}/settings".to_owned(),
            Method::PUT,
            kind.change(document, layout),
        ),
        Kind::Role => (
            "/api/workspaces/{id}/roles/{name}".to_owned(),
            Method::PUT,
            kind.change(document, layout),
        ),
        _ => (
            format!("/api/{}", kind.folder()),
            Method::POST,
            kind.creation(document, layout, workflow.as_deref()),
        ),
    };
    let shape = app.shapes.get(&path, &method);
    let faults = shape.map(|shape| shape.faults(&body)).unwrap_or_default();
    if !faults.is_empty() {
        return Err(ApiError::faulty(faults));
    }
    match kind {
        Kind::Settings => check_zone(document["time_zone"].as_str()),
        Kind::Role => {
            let name = document["name"].as_str().unwrap_or_default();
            let role: RoleBody = typed(body)?;
            roles::check_name(name)?;
            roles::check(app, &role.permissions).map(drop)
        }
        Kind::Variable => check_variable(&typed(body)?),
        // Of these, something goes apart from this.
        Kind::Secret | Kind::File => Ok(()),
        Kind::Prompt => {
            for text in labels::texts(document) {
                let mut labelled = body.clone();
                labelled["content"] = text["content"].clone();
                labelled["variables"] = text["variables"].clone();
                check_prompt(app, typed(labelled)?)?;
            }
            check_prompt(app, typed(body)?)
        }
        Kind::Model => check_model(typed(body)?),
        Kind::Workflow => {
            let document = document.as_object().cloned();
            documents::read_workflow(app, document, None)
                .await
                .map(drop)
        }
        Kind::Application => {
            check_application(app, typed(body)?, brought).await?;
            environments::check(app, document).await
        }
        Kind::Schedule => check_schedule(app, (document, action), typed(body)?, brought).await,
        Kind::Webhook => check_webhook(app, document, typed(body)?, brought).await,
    }
}

fn typed<T: DeserializeOwned>(body: Value) -> ApiResult<T> {
    serde_json::from_value(body).map_err(|error| ApiError::invalid("", error.to_string()))
}

fn check_variable(body: &NewVariableBody) -> ApiResult<()> {
    let mut faults = Faults::default();
    faults.name(&body.name);
    faults.description(&body.description);
    faults.variable(&body.value);
    faults.end("the variable is not valid")
}

fn check_prompt(app: &Scoped, body: NewPromptBody) -> ApiResult<()> {
    let mut faults = Faults::default();
    faults.note(prompts::check_name(&body.name))?;
    let version = prompts::check_version(app, body.content, body.variables, body.note);
    faults.note(version)?;
    faults.end("the prompt is not valid")
}

fn check_model(body: NewModelBody) -> ApiResult<()> {
    let model = ModelBody {
        id: None,
        name: body.name,
        label: body.label,
        fields: body.fields,
    };
    lone_model(model, None).map(drop)
}

async fn check_application(
    app: &Scoped,
    body: ApplicationBody,
    brought: &Brought,
) -> ApiResult<()> {
    let comes = |component: &Component| match component.kind {
        ComponentKind::Workflow => brought.workflows.contains_key(&component.uses),
        ComponentKind::Prompt => brought.prompts.contains(&component.uses),
    };
    components::check_with(app, body.components.as_deref(), &comes).await?;
    design(body, None).map(drop)
}

async fn check_schedule(
    app: &Scoped,
    (document, action): (&Value, Action),
    body: NewScheduleBody,
    brought: &Brought,
) -> ApiResult<()> {
    let mut faults = Faults::default();
    faults.note(schedules::check_name(&body.name))?;
    faults.note(schedules::read(&ScheduleSpec {
        cron: body.cron,
        timezone: body.timezone.unwrap_or_else(|| "UTC".to_owned()),
        catch_up: body.catch_up.into(),
        overlap: body.overlap.into(),
    }))?;
    // What is there and does not run may wait to be mended.
    if action != Action::Update || body.enabled {
        let inputs = Value::Object(body.inputs);
        let kept = faults.note(schedules::check_kept(&inputs))?;
        let begun = faults.note(workflow(app, Kind::Schedule, document, brought).await)?;
        if let (Some(Some(workflow)), Some(())) = (begun, kept) {
            faults.note(schedules::check_inputs(app, workflow, inputs).await)?;
        }
    }
    faults.end("the schedule is not valid")
}

async fn check_webhook(
    app: &Scoped,
    document: &Value,
    body: NewWebhookBody,
    brought: &Brought,
) -> ApiResult<()> {
    let mut faults = Faults::default();
    faults.note(schedules::check_name(&body.name))?;
    faults.note(webhooks::check(body.settings()))?;
    faults.note(workflow(app, Kind::Webhook, document, brought).await)?;
    faults.end("the webhook is not valid")
}

/// The document of the workflow that a schedule or webhook will begin, as far as it is known beforehand.
async fn workflow(
    app: &Scoped,
    kind: Kind,
    document: &Value,
    brought: &Brought,
) -> ApiResult<Option<Value>> {
    let name = kind.workflow(document).unwrap_or_default();
    let there = app.store.workflow_named(app.scope(), name).await?;
    match (brought.workflows.get(name), there) {
        (None, None) => Err(ApiError::invalid(
            "/workflow",
            format!("there is no workflow called `{name}`, here or among the files"),
        )),
        // What was published before goes on to run.
        (comes, Some(there))
            if comes.is_none() || there.summary.published_version.is_some() && !brought.publish =>
        {
            let usual = app.definitions.usual(app.scope(), there.summary.id).await?;
            Ok(usual.map(|usual| usual.document.clone()))
        }
        (comes, _) => Ok(comes.cloned().flatten()),
    }
}
