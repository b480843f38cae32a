//! Schedules for people: lists, changes, and what became of their ticks. Which of them are due is not known here.

mod port;
mod ticks;

use chrono::{SubsecRound, Utc};
use engine::Time;
use engine::schedule::ScheduleSpec;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::accounts::hold_workspace;
use crate::database::{Database, Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::{and_revision, not_deleted};
use crate::scope::Scope;
use crate::store::Store;

pub(crate) use ticks::AND_NO_OPEN_TICK;
pub use ticks::{Tick, TickStatus};

/// When a workflow runs by itself, and with what. Its `spec` was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSchedule {
    pub name: String,
    pub workflow_id: Uuid,
    pub spec: ScheduleSpec,
    pub inputs: Value,
    pub enabled: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleRecord {
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub name: String,
    pub workflow_id: Uuid,
    pub workflow_name: String,
    pub spec: ScheduleSpec,
    pub inputs: Value,
    pub enabled: bool,
    /// Everything up to this is decided: no run is begun for a moment before it.
    pub decided_until: Time,
    /// Its newest tick.
    pub last_tick_at: Option<Time>,
    /// How many runs were left out because nobody could begin them in time.
    pub missed: u64,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

const WHAT: &str = "schedule";
const DOING: &str = "change a schedule";
const RECORD: &str = "s.id, s.workspace_id, s.name, s.workflow_id, w.name AS workflow_name, s.spec, s.inputs, s.enabled, s.decided_until, s.missed,
    s.revision, s.created_at, s.updated_at,
    (SELECT max(t.scheduled_for) FROM schedule_ticks t WHERE t.schedule_id = s.id) AS last_tick_at";
/// Those of a deleted workflow are kept for its return, out of sight.
const FROM: &str = "schedules s JOIN workflows w ON w.id = s.workflow_id AND s.deleted_at IS NULL";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    workflow_id: Uuid,
    workflow_name: String,
    spec: Json<ScheduleSpec>,
    inputs: Json<Value>,
    enabled: bool,
    decided_until: Moment,
    last_tick_at: Option<Moment>,
    missed: i64,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for ScheduleRecord {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            name: row.name,
            workflow_id: row.workflow_id,
            workflow_name: row.workflow_name,
            spec: row.spec.0,
            inputs: row.inputs.0,
            enabled: row.enabled,
            decided_until: row.decided_until.0,
            last_tick_at: row.last_tick_at.map(|at| at.0),
            missed: row.missed.cast_unsigned(),
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Store {
    /// By name, of one workflow or of all.
    pub async fn list_schedules(
        &self,
        scope: Scope,
        workflow: Option<Uuid>,
        paging: &Paging,
    ) -> StoreResult<Page<ScheduleRecord>> {
        const LIST: &str = "schedules";
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut only = scope.and("s.workspace_id", &mut values);
        if let Some(workflow) = workflow {
            values.push(workflow.into());
            only += &format!(" AND s.workflow_id = ${}", values.len());
        }
        if let Some(after) = paging.after::<String>(LIST)? {
            values.push(after.into());
            only += &format!(" AND s.name > ${}", values.len());
        }
        let sql = format!("SELECT {RECORD} FROM {FROM} WHERE true{only} ORDER BY s.name LIMIT $1");
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("list schedules", statement).await?;
        let items = rows.into_iter().map(ScheduleRecord::from).collect();
        paging.page(LIST, items, |item: &ScheduleRecord| item.name.clone())
    }

    pub async fn schedule(&self, scope: Scope, id: Uuid) -> StoreResult<Option<ScheduleRecord>> {
        let mut values = vec![id.into()];
        let only = scope.and("s.workspace_id", &mut values);
        let sql = format!("SELECT {RECORD} FROM {FROM} WHERE s.id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read a schedule", statement).await?;
        Ok(row.map(ScheduleRecord::from))
    }

    /// A new schedule, which begins with the first moment that is still to come; the first one, when this idempotency key
    /// was seen before.
    pub async fn create_schedule(
        &self,
        scope: Scope,
        new: NewSchedule,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<ScheduleRecord>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, at) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        hold_workspace(database, &transaction, scope).await?;
        let kind = (scope, WHAT);
        let first = claim(self, &transaction, kind, idempotency_key, id, at).await?;
        if let Some(first) = first {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.schedule(scope, first).await?, WHAT);
        }
        let now = database.now();
        let mut values = vec![
            id.into(),
            scope.home().into(),
            new.workflow_id.into(),
            new.name.as_str().into(),
            spec_text(&new.spec)?.into(),
            new.inputs.to_string().into(),
            new.enabled.into(),
            database.time(at),
        ];
        let only = scope.and("w.workspace_id", &mut values);
        // The workflow can't be deleted in between. Whoever looks at what is due next finds out when that is.
        let lock = database.share_lock();
        let next_at = if new.enabled { now } else { "NULL" };
        let sql = format!(
            "INSERT INTO schedules (id, workspace_id, workflow_id, name, spec, inputs, enabled, decided_until, next_at,
                                    created_at, updated_at)
             SELECT $1, $2, w.id, $4, $5, $6, $7, {now}, {next_at}, $8, $8 FROM workflows w
             WHERE w.id = $3 AND w.deleted_at IS NULL{only}{lock}"
        );
        let insert = database.statement_of(sql, values);
        let done = transaction.execute_raw(insert).await;
        let done = done.map_err(StoreError::taken(DOING, "a schedule", &new.name))?;
        if done.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::NotFound("workflow"));
        }
        transaction.commit().await.map_err(&doing)?;
        Created::just_now(self.schedule(scope, id).await?, WHAT)
    }

    /// Changes a schedule, unless somebody else has since `revision`. With another `spec`, or when it is enabled again, it
    /// begins anew: what was missed until now is not made up for. When it is disabled, what waits for its turn is left out.
    pub async fn update_schedule(
        &self,
        scope: Scope,
        id: Uuid,
        new: &NewSchedule,
        revision: Option<u32>,
    ) -> StoreResult<ScheduleRecord> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = database.now();
        let transaction = database.begin(DOING).await?;
        let mut values = vec![
            id.into(),
            new.name.as_str().into(),
            spec_text(&new.spec)?.into(),
            new.inputs.to_string().into(),
            new.enabled.into(),
            database.time(Utc::now()),
        ];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let next_at = if new.enabled { now } else { "NULL" };
        let sql = format!(
            "UPDATE schedules SET name = $2, spec = $3, inputs = $4, enabled = $5, updated_at = $6, revision = revision + 1,
                 decided_until = CASE WHEN spec <> $3 OR enabled <> $5 THEN {now} ELSE decided_until END, next_at = {next_at}
             WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}"
        );
        let done = transaction
            .execute_raw(database.statement_of(sql, values))
            .await;
        let done = done.map_err(StoreError::taken(DOING, "a schedule", &new.name))?;
        if done.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            let there = self.schedule(scope, id).await?;
            there.ok_or(StoreError::NotFound(WHAT))?;
            return Err(StoreError::Outdated("the schedule"));
        }
        if !new.enabled {
            self.leave_out(&transaction, id).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)?;
        let value = self.schedule(scope, id).await?;
        value.ok_or(StoreError::NotFound(WHAT))
    }

    /// Removes a schedule and its history. Runs that it began go on.
    pub async fn delete_schedule(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let doing = StoreError::doing("delete a schedule");
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql =
            format!("DELETE FROM schedules WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}");
        let gone = transaction
            .execute_raw(database.statement_of(sql, values))
            .await
            .map_err(&doing)?;
        if gone.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            let there = self.schedule(scope, id).await?;
            return Err(not_deleted(there, WHAT, "the schedule"));
        }
        let sql = "DELETE FROM schedule_ticks WHERE schedule_id = $1";
        transaction
            .execute_raw(database.statement(sql, [id.into()]))
            .await
            .map_err(&doing)?;
        transaction.commit().await.map_err(&doing)
    }

    async fn leave_out(&self, transaction: &DatabaseTransaction, id: Uuid) -> Result<(), DbErr> {
        let now = self.database.now();
        let sql = format!(
            "UPDATE schedule_ticks SET status = 'skipped', reason = 'the schedule was disabled', look_at = NULL, settled_at = {now}
             WHERE schedule_id = $1 AND look_at IS NOT NULL AND status = 'due'"
        );
        let statement = self.database.statement(sql, [id.into()]);
        transaction.execute_raw(statement).await.map(drop)
    }
}

/// Of what begins a workflow, nothing is seen or heard while that is deleted: `$1` is its id, `$2` the moment.
pub(crate) fn hidden_with_their_workflow() -> [String; 3] {
    hidden_with("workflow_id", "the workflow was deleted")
}

/// Of a deleted workspace, nothing begins any more: `$1` is its id, `$2` the moment, by which it is known what comes back with it.
pub(crate) fn hidden_with_their_workspace() -> impl Iterator<Item = String> {
    // First, since whoever makes a schedule or a webhook holds the workflow's row.
    let workflows =
        "UPDATE workflows SET deleted_at = $2 WHERE workspace_id = $1 AND deleted_at IS NULL";
    let beginning = hidden_with("workspace_id", "the workspace was deleted");
    std::iter::once(workflows.to_owned()).chain(beginning)
}

fn hidden_with(owner: &'static str, reason: &'static str) -> [String; 3] {
    [
        // First, since it waits for whoever plans: what that has planned is seen by what follows.
        format!(
            "UPDATE schedules SET deleted_at = $2, next_at = NULL, revision = revision + 1
             WHERE {owner} = $1 AND deleted_at IS NULL"
        ),
        format!(
            "UPDATE schedule_ticks SET status = 'skipped', reason = '{reason}', look_at = NULL, settled_at = $2
             WHERE look_at IS NOT NULL AND status = 'due'
               AND schedule_id IN (SELECT id FROM schedules WHERE {owner} = $1)"
        ),
        format!(
            "UPDATE webhooks SET deleted_at = $2, revision = revision + 1 WHERE {owner} = $1 AND deleted_at IS NULL"
        ),
    ]
}

/// The way back: the table, and what is said to be taken when it can't be gone. Schedules begin anew: what was missed meanwhile is
/// not made up for.
pub(crate) fn back_with_their_workflow(
    database: &Database,
) -> [(&'static str, &'static str, String); 2] {
    let now = database.now();
    [
        (
            "schedules",
            "a schedule",
            format!(
                "UPDATE schedules SET deleted_at = NULL, decided_until = {now}, revision = revision + 1,
                     next_at = CASE WHEN enabled THEN {now} END
                 WHERE workflow_id = $1 AND deleted_at IS NOT NULL"
            ),
        ),
        (
            "webhooks",
            "a webhook",
            "UPDATE webhooks SET deleted_at = NULL, revision = revision + 1 WHERE workflow_id = $1 AND deleted_at IS NOT NULL"
                .to_owned(),
        ),
    ]
}

/// The way back of what went with a workspace, and of nothing that was deleted before: `$1` is the workspace, which is still deleted.
/// Nobody can have taken a name meanwhile.
pub(crate) fn back_with_their_workspace(database: &Database) -> [String; 3] {
    let now = database.now();
    let same = "workspace_id = $1 AND deleted_at = (SELECT w.deleted_at FROM workspaces w WHERE w.id = $1)";
    [
        format!("UPDATE workflows SET deleted_at = NULL, revision = revision + 1 WHERE {same}"),
        format!(
            "UPDATE schedules SET deleted_at = NULL, decided_until = {now}, revision = revision + 1,
                 next_at = CASE WHEN enabled THEN {now} END
             WHERE {same}"
        ),
        format!("UPDATE webhooks SET deleted_at = NULL, revision = revision + 1 WHERE {same}"),
    ]
}

fn spec_text(spec: &ScheduleSpec) -> StoreResult<String> {
    serde_json::to_string(spec).map_err(StoreError::corrupt(DOING))
}
