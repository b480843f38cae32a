//! The variables that a run reads, pinned when it is accepted: to what they are changed later concerns later runs.

use std::sync::Arc;

use engine::plan::Plan;
use engine::ports::PortError;
use engine::ports::launcher::{Launch, LaunchError};
use engine::problem::{Problem, Problems};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::collaborators::Collaborators;

#[derive(Debug, thiserror::Error)]
pub(crate) enum VarsError {
    #[error(transparent)]
    Missing(Problems),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<VarsError> for LaunchError {
    fn from(error: VarsError) -> Self {
        match error {
            VarsError::Missing(problems) => Self::Invalid(problems),
            VarsError::Port(error) => Self::Port(error),
        }
    }
}

/// What a plan reads of its owner's variables.
pub(crate) async fn read(
    ports: &Collaborators,
    plan: &Plan,
    owner: Uuid,
) -> Result<Arc<Map<String, Value>>, VarsError> {
    if plan.vars.is_empty() {
        return Ok(Arc::default());
    }
    let names: Vec<&str> = plan.vars.iter().map(String::as_str).collect();
    let vars = ports.variables.read(owner, &names).await?;
    let missing = names.iter().filter(|name| !vars.contains_key(**name));
    let problems: Vec<Problem> = missing
        .map(|name| {
            let message = format!("the workflow reads the variable `{name}`, and the workspace has none of that name: add it");
            Problem::at("", message)
        })
        .collect();
    match problems.is_empty() {
        true => Ok(Arc::new(vars)),
        false => Err(VarsError::Missing(Problems(problems))),
    }
}

/// A launch with what its plan reads of the variables.
pub(crate) async fn pin(
    ports: &Collaborators,
    plan: &Plan,
    mut launch: Launch,
) -> Result<Launch, VarsError> {
    launch.options.vars = read(ports, plan, launch.definition.owner).await?;
    Ok(launch)
}
