//! What a run needs of its workspace by name, seen to when it is accepted: variables are pinned, so that to what they are changed
//! later concerns later runs; secrets have to be there, and are looked up by each step.

use std::sync::Arc;

use engine::execution::RunOptions;
use engine::plan::Plan;
use engine::ports::PortError;
use engine::ports::launcher::{Launch, LaunchError};
use engine::problem::{Problem, Problems};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::collaborators::Collaborators;
use crate::secrets;

#[derive(Debug, thiserror::Error)]
pub(crate) enum VarsError {
    #[error(transparent)]
    Missing(Problems),
    #[error(transparent)]
    NoSecret(Problems),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<VarsError> for LaunchError {
    fn from(error: VarsError) -> Self {
        match error {
            VarsError::Missing(problems) | VarsError::NoSecret(problems) => Self::Invalid(problems),
            VarsError::Port(error) => Self::Port(error),
        }
    }
}

/// What a plan reads of its owner's variables, when the secrets are there that it names.
pub(crate) async fn read(
    ports: &Collaborators,
    plan: &Plan,
    owner: Uuid,
    options: &RunOptions,
) -> Result<Arc<Map<String, Value>>, VarsError> {
    let problems = secrets::missing(ports, plan, owner, options).await?;
    if !problems.is_empty() {
        return Err(VarsError::NoSecret(Problems(problems)));
    }
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
    launch.options.vars = read(ports, plan, launch.definition.owner, &launch.options).await?;
    Ok(launch)
}
