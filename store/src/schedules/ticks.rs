//! What became of a schedule's ticks, for people.

use engine::Time;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::database::Moment;
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// Ticks of a schedule that are remembered once they are settled.
pub(super) const REMEMBERED: u32 = 1_000;

/// A condition on executions: none is deleted while it is not yet known that its tick has started it.
pub(crate) const AND_NO_OPEN_TICK: &str = " AND NOT EXISTS (SELECT 1 FROM schedule_ticks t
    WHERE t.look_at IS NOT NULL AND t.execution_id = executions.id)";

/// A moment at which a schedule was due.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub scheduled_for: Time,
    pub status: TickStatus,
    pub execution_id: Option<Uuid>,
    /// Why it began no run.
    pub reason: Option<String>,
    pub settled_at: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickStatus {
    /// It has yet to begin: it was due a moment ago, or waits for its turn.
    Due,
    /// Its run is being begun.
    Starting,
    Started,
    Skipped,
    Failed,
}

impl TickStatus {
    pub(super) fn of(text: &str) -> Result<Self, String> {
        Ok(match text {
            "due" => Self::Due,
            "starting" => Self::Starting,
            "started" => Self::Started,
            "skipped" => Self::Skipped,
            "failed" => Self::Failed,
            other => return Err(format!("`{other}` is no state of a tick")),
        })
    }
}

#[derive(FromQueryResult)]
struct Row {
    scheduled_for: Moment,
    status: String,
    execution_id: Option<Uuid>,
    reason: Option<String>,
    settled_at: Option<Moment>,
}

impl Store {
    /// Newest first.
    pub async fn list_ticks(
        &self,
        scope: Scope,
        schedule: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<Tick>> {
        const DOING: &str = "list the ticks of a schedule";
        const LIST: &str = "ticks";
        let mut values: Vec<sea_orm::Value> = vec![schedule.into(), paging.fetch().into()];
        let mut only = String::new();
        if let Some(before) = paging.after::<Time>(LIST)? {
            values.push(self.database.time(before));
            only = format!(" AND scheduled_for < ${}", values.len());
        }
        let own = scope.and("workspace_id", &mut values);
        let sql = format!(
            "SELECT scheduled_for, status, execution_id, reason, settled_at FROM schedule_ticks
             WHERE schedule_id = $1{only} AND EXISTS (SELECT 1 FROM schedules WHERE id = $1 AND deleted_at IS NULL{own})
             ORDER BY scheduled_for DESC LIMIT $2"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all(DOING, statement).await?;
        let ticks = rows.into_iter().map(|row| {
            Ok(Tick {
                scheduled_for: row.scheduled_for.0,
                status: TickStatus::of(&row.status).map_err(StoreError::corrupt(DOING))?,
                execution_id: row.execution_id,
                reason: row.reason,
                settled_at: row.settled_at.map(|at| at.0),
            })
        });
        let ticks = ticks.collect::<StoreResult<Vec<_>>>()?;
        paging.page(LIST, ticks, |tick: &Tick| tick.scheduled_for)
    }
}
