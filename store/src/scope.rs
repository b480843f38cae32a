//! Whose data a query may see. Every query takes it first, so that an unscoped query looks wrong.

use sea_orm::Value;
use uuid::Uuid;

/// The workspace that everything belonged to before there were accounts. The first account takes it over.
pub const FIRST_WORKSPACE: Uuid = engine::node::FIRST_OWNER;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything in the installation: for what runs on behalf of nobody. What it makes is in the first workspace.
    System,
    /// What belongs to one workspace.
    Workspace(Uuid),
}

impl Scope {
    /// Where something new belongs.
    pub(crate) fn home(self) -> Uuid {
        match self {
            Self::System => FIRST_WORKSPACE,
            Self::Workspace(workspace) => workspace,
        }
    }

    /// A further condition that keeps a statement within the scope; its value goes to the end of `values`.
    pub(crate) fn and(self, column: &str, values: &mut Vec<Value>) -> String {
        match self {
            Self::System => String::new(),
            Self::Workspace(workspace) => {
                values.push(workspace.into());
                format!(" AND {column} = ${}", values.len())
            }
        }
    }

    /// The same for a table of what belongs to executions, of which `$1` is the id.
    pub(crate) fn and_execution(self, values: &mut Vec<Value>) -> String {
        match self {
            Self::System => String::new(),
            Self::Workspace(workspace) => {
                values.push(workspace.into());
                format!(
                    " AND EXISTS (SELECT 1 FROM executions WHERE id = $1 AND workspace_id = ${})",
                    values.len()
                )
            }
        }
    }
}
