//! The data that people pin to nodes of a workflow for trial runs. It is no part of the document: no version has it, and nothing that
//! runs by itself reads it. It goes out of sight with its workflow, and comes back with it.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use uuid::Uuid;

use super::WHAT;
use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::scope::Scope;
use crate::store::Store;

/// What is pinned to the nodes of a workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowPins {
    /// By node.
    pub pins: Value,
    /// Rises with every change; 0 as long as nothing was ever pinned.
    pub revision: u32,
    /// When it was changed last.
    pub updated_at: Option<Time>,
}

#[derive(FromQueryResult)]
struct Row {
    pins: Option<Json<Value>>,
    revision: Option<i32>,
    updated_at: Option<Moment>,
}

impl From<Row> for WorkflowPins {
    fn from(row: Row) -> Self {
        Self {
            pins: row.pins.map_or_else(|| json!({}), |json| json.0),
            revision: row.revision.unwrap_or_default().cast_unsigned(),
            updated_at: row.updated_at.map(|moment| moment.0),
        }
    }
}

impl Store {
    /// What is pinned; nothing of a workflow that is not there.
    pub async fn workflow_pins(&self, scope: Scope, id: Uuid) -> StoreResult<Option<WorkflowPins>> {
        let mut values = vec![id.into()];
        let only = scope.and("w.workspace_id", &mut values);
        let sql = format!(
            "SELECT p.pins, p.revision, p.updated_at FROM workflows w LEFT JOIN workflow_pins p ON p.workflow_id = w.id
             WHERE w.id = $1 AND w.deleted_at IS NULL{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read what is pinned", statement).await?;
        Ok(row.map(WorkflowPins::from))
    }

    /// Pins this and nothing else, unless somebody else has changed what is pinned since `revision`.
    pub async fn put_workflow_pins(
        &self,
        scope: Scope,
        id: Uuid,
        pins: &Value,
        revision: Option<u32>,
    ) -> StoreResult<WorkflowPins> {
        let mut values = vec![
            id.into(),
            pins.to_string().into(),
            self.database.time(Utc::now().trunc_subsecs(6)),
        ];
        let only = scope.and("w.workspace_id", &mut values);
        let change = "pins = excluded.pins, updated_at = excluded.updated_at, revision = workflow_pins.revision + 1";
        let mut there = "";
        let conflict = match revision {
            None => format!("DO UPDATE SET {change}"),
            Some(0) => "DO NOTHING".to_owned(),
            Some(revision) => {
                // What was read with a revision was there: it is not made anew.
                there = " AND EXISTS (SELECT 1 FROM workflow_pins WHERE workflow_id = $1)";
                values.push(revision.cast_signed().into());
                let at = values.len();
                format!("DO UPDATE SET {change} WHERE workflow_pins.revision = ${at}")
            }
        };
        let moment = if self.database.is_sqlite() {
            "$3"
        } else {
            "$3::timestamptz"
        };
        let sql = format!(
            "INSERT INTO workflow_pins (workflow_id, workspace_id, pins, updated_at)
             SELECT w.id, w.workspace_id, CAST($2 AS text), {moment} FROM workflows w
             WHERE w.id = $1 AND w.deleted_at IS NULL{only}{there} ON CONFLICT (workflow_id) {conflict}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.write("pin data to nodes", statement).await?;
        let now = self.workflow_pins(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done {
            0 => Err(StoreError::Outdated("what is pinned")),
            _ => Ok(now),
        }
    }
}
