//! The error workflow: when a run failed or took too long, another one is told, in the same commit.

use std::sync::Arc;

use engine::execution::{Execution, RunOptions, Status, accept};
use engine::plan::Plan;
use engine::ports::PortError;
use engine::ports::executions::{Accepted, Commit};
use serde_json::json;

use crate::blobs::adopt;
use crate::collaborators::Collaborators;
use crate::drive::commit_of;
use crate::gate;
use crate::options::Options;
use crate::plans::{PlanError, Plans};
use crate::vars::{self, VarsError};

/// What begins runs for failed ones; these have no error workflow themselves, or one that fails would never end.
pub(crate) const TRIGGER: &str = "failure";

/// Why there is no run that is told, although one is wanted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTold {
    #[error(transparent)]
    Away(PortError),
    #[error("{0}")]
    Wrong(String),
}

/// The run to begin because of how an execution ended; an error says why there is none although one is wanted.
pub(crate) async fn run_for(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    plan: &Plan,
    accepted: &Accepted,
    execution: &Execution,
) -> Option<Result<Commit, NotTold>> {
    let wanted = plan.document.settings.on_failure.as_ref()?;
    let failed = matches!(execution.status, Status::Failed | Status::TimedOut);
    if !failed || accepted.trigger == TRIGGER {
        return None;
    }
    Some(prepare(ports, plans, options, &wanted.workflow, accepted, execution).await)
}

async fn prepare(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    workflow: &str,
    accepted: &Accepted,
    failed: &Execution,
) -> Result<Commit, NotTold> {
    let wrong = |error: &dyn std::fmt::Display| NotTold::Wrong(error.to_string());
    let found = plans.named(accepted.owner, workflow, None).await;
    let found = found.map_err(|error| match error {
        PlanError::Port(error) => NotTold::Away(error),
        PlanError::Invalid(problems) => wrong(&problems),
    })?;
    let missing = || wrong(&format!("there is no workflow called `{workflow}`"));
    let (definition, plan) = found.ok_or_else(missing)?;
    let (id, created_at) = (ports.clock.id(), ports.clock.now());
    let mut inputs = json!({ "run": {
        "id": failed.id,
        "workflow": accepted.workflow_name,
        "version": accepted.workflow_version,
        "status": failed.status,
        "error": failed.error,
        "inputs": *failed.inputs,
    } });
    let adopted = adopt(&*ports.blobs, &mut inputs, failed.id, id).await;
    adopted.map_err(NotTold::Away)?;
    let inputs = plan.check_inputs(inputs);
    let inputs = inputs.map_err(|problems| wrong(&problems))?;
    let admission = plan.admission(&inputs);
    let admission = admission.map_err(|problems| wrong(&problems))?;
    let vars = vars::read(ports, &plan, definition.owner).await;
    let vars = vars.map_err(|error| match error {
        VarsError::Port(error) => NotTold::Away(error),
        VarsError::Missing(problems) => wrong(&problems),
    })?;
    let asked = RunOptions {
        vars,
        ..RunOptions::default()
    };
    let (given, options_of_run) = (Arc::new(inputs.clone()), Arc::new(asked.clone()));
    let (mut execution, mut effects) = accept(id, &plan, given, 0, options_of_run, created_at);
    gate::hold_back(&plan, &mut execution, &mut effects, created_at);
    let accepted = Accepted {
        id,
        owner: definition.owner,
        workflow_id: definition.workflow_id,
        workflow_name: definition.name,
        workflow_version: definition.version,
        inputs,
        options: asked,
        gate: plan.is_gated().then_some(admission),
        rerun: None,
        trigger: TRIGGER.to_owned(),
        started_by: accepted.started_by,
        parent: None,
        idempotency_key: None,
        created_at,
    };
    commit_of(&plan, &execution, accepted, effects, options, created_at)
        .map_err(|error| wrong(&error))
}
