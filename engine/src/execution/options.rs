//! What the caller of one run asks for besides its inputs: pinned outputs, and where it stops.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::blob;
use crate::catalog::Ports;
use crate::document::OnError;
use crate::plan::Plan;
use crate::problem::{Problem, Problems, pointer};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunOptions {
    /// Nodes, by id, that do not run: they give this at once, in every turn of a loop too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: BTreeMap<String, Pin>,
    /// The address of the only step that is wanted: with it the run ends, and what it does not need is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// The variables of the workspace that the workflow reads, as they were when the run was accepted. Nobody asks for them:
    /// they are filled in.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub vars: Arc<Map<String, Value>>,
}

fn is_empty(vars: &Arc<Map<String, Value>>) -> bool {
    vars.is_empty()
}

/// What a pinned node gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    pub output: Value,
    /// The port that it leaves by; `out` unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

impl RunOptions {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether they fit a plan; problems point into the options.
    pub fn check(&self, plan: &Plan) -> Result<(), Problems> {
        let mut problems = Vec::new();
        for (id, pin) in &self.pins {
            let path = pointer("/pins", id);
            let Some(node) = plan.index_of(id).map(|index| &plan.nodes[index as usize]) else {
                let message = format!("there is no node `{id}` to be pinned");
                problems.push(Problem::at(path, message));
                continue;
            };
            if let Err(Problems(more)) =
                blob::refuse(&pin.output, &format!("{path}/output"), &|_| false)
            {
                problems.extend(more);
            }
            let Some(port) = &pin.port else { continue };
            let known = match &node.kind.ports {
                Ports::Fixed(ports) => ports.contains(&port.as_str()),
                // Only an edge tells which ports of these there are.
                Ports::FromConfig(_) => {
                    port == "default" || node.outgoing.iter().any(|edge| *edge.port == **port)
                }
            };
            let handled = port == "error" && node.on_error == OnError::Edge;
            if !(known || handled) {
                let message = format!("`{id}` has no port `{port}`");
                problems.push(Problem::at(format!("{path}/port"), message));
            }
        }
        if let Some(only) = &self.only
            && let Err(message) = super::address::check(plan, only)
        {
            problems.push(Problem::at("/only", message));
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Problems(problems)),
        }
    }
}
