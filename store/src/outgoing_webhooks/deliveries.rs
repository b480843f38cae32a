//! What became of each thing that another system was told, or is yet to be told.

use std::time::Duration;

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::WHAT;
use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// Something that another system is told. How it was asked and what it answered is not kept, but for the status.
#[derive(Debug, Clone, PartialEq)]
pub struct OutgoingDelivery {
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub workspace_id: Uuid,
    /// A kind of happening, or what was made for another reason.
    pub event: String,
    /// What it was about.
    pub data: Value,
    pub status: OutgoingStatus,
    /// How often it was tried, by whoever.
    pub attempts: u32,
    /// How many of them were before it was to be delivered once more.
    pub attempts_before: u32,
    /// When it is tried next.
    pub next_at: Option<Time>,
    pub response_status: Option<u16>,
    /// What went wrong the last time.
    pub error: Option<String>,
    pub happened_at: Time,
    pub attempted_at: Option<Time>,
    pub ended_at: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutgoingStatus {
    Pending,
    Delivered,
    /// It was given up.
    Failed,
}

impl OutgoingStatus {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

pub(super) const COLUMNS: &str =
    "id, webhook_id, workspace_id, event, data, status, attempts, attempts_before, next_at,
    response_status, error, happened_at, attempted_at, ended_at";

#[derive(FromQueryResult)]
pub(super) struct Row {
    id: Uuid,
    webhook_id: Uuid,
    workspace_id: Uuid,
    event: String,
    data: Json<Value>,
    status: String,
    attempts: i32,
    attempts_before: i32,
    next_at: Option<Moment>,
    response_status: Option<i32>,
    error: Option<String>,
    happened_at: Moment,
    attempted_at: Option<Moment>,
    ended_at: Option<Moment>,
}

impl From<Row> for OutgoingDelivery {
    fn from(row: Row) -> Self {
        let status = match &*row.status {
            "pending" => OutgoingStatus::Pending,
            "delivered" => OutgoingStatus::Delivered,
            _ => OutgoingStatus::Failed,
        };
        Self {
            id: row.id,
            webhook_id: row.webhook_id,
            workspace_id: row.workspace_id,
            event: row.event,
            data: row.data.0,
            status,
            attempts: row.attempts.cast_unsigned(),
            attempts_before: row.attempts_before.cast_unsigned(),
            next_at: row.next_at.map(|at| at.0),
            response_status: row
                .response_status
                .and_then(|code| u16::try_from(code).ok()),
            error: row.error,
            happened_at: row.happened_at.0,
            attempted_at: row.attempted_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
        }
    }
}

impl Store {
    /// Newest first.
    pub async fn list_outgoing_deliveries(
        &self,
        scope: Scope,
        webhook: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<OutgoingDelivery>> {
        const LIST: &str = "outgoing deliveries";
        let mut values: Vec<sea_orm::Value> = vec![webhook.into(), paging.fetch().into()];
        let mut only = scope.and("workspace_id", &mut values);
        if let Some(before) = paging.after::<Uuid>(LIST)? {
            values.push(before.into());
            only += &format!(" AND id < ${}", values.len());
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM outgoing_deliveries WHERE webhook_id = $1{only} ORDER BY id DESC LIMIT $2"
        );
        let statement = self.database.statement_of(sql, values);
        let doing = "list outgoing deliveries";
        let rows: Vec<Row> = self.database.all(doing, statement).await?;
        let items = rows.into_iter().map(OutgoingDelivery::from).collect();
        paging.page(LIST, items, |item: &OutgoingDelivery| item.id)
    }

    pub async fn outgoing_delivery(
        &self,
        scope: Scope,
        webhook: Uuid,
        id: Uuid,
    ) -> StoreResult<Option<OutgoingDelivery>> {
        let mut values = vec![id.into(), webhook.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "SELECT {COLUMNS} FROM outgoing_deliveries WHERE id = $1 AND webhook_id = $2{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let doing = "read an outgoing delivery";
        let row: Option<Row> = self.database.one(doing, statement).await?;
        Ok(row.map(OutgoingDelivery::from))
    }

    /// Something for one webhook that whoever asks delivers at once, as if they had claimed it.
    pub async fn begin_outgoing(
        &self,
        scope: Scope,
        webhook: Uuid,
        (event, data): (&str, &Value),
        lease: Duration,
    ) -> StoreResult<OutgoingDelivery> {
        let database = &self.database;
        let (id, until) = (Uuid::now_v7(), self.after(lease));
        let mut values = vec![
            webhook.into(),
            id.into(),
            event.into(),
            data.to_string().into(),
            OutgoingStatus::Pending.as_str().into(),
            database.time(Utc::now().trunc_subsecs(6)),
        ];
        let only = scope.and("w.workspace_id", &mut values);
        let sql = format!(
            "INSERT INTO outgoing_deliveries (id, webhook_id, workspace_id, event, data, status, attempts, next_at,
                                              leased_until, happened_at, attempted_at)
             SELECT $2, w.id, w.workspace_id, $3, $4, $5, 1, {until}, {until}, $6, $6
             FROM outgoing_webhooks w WHERE w.id = $1{only}"
        );
        let statement = database.statement_of(sql, values);
        database.write("begin a delivery", statement).await?;
        let begun = self.outgoing_delivery(scope, webhook, id).await?;
        begun.ok_or(StoreError::NotFound(WHAT))
    }

    /// Has something delivered once more, or at once where it waits for its turn. What is on its way stays as it is.
    pub async fn redeliver_outgoing(
        &self,
        scope: Scope,
        webhook: Uuid,
        id: Uuid,
    ) -> StoreResult<OutgoingDelivery> {
        let now = self.database.now();
        let mut values = vec![
            id.into(),
            webhook.into(),
            OutgoingStatus::Pending.as_str().into(),
        ];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "UPDATE outgoing_deliveries SET status = $3, attempts_before = attempts, next_at = {now}, leased_until = NULL,
                    response_status = NULL, error = NULL, ended_at = NULL
             WHERE id = $1 AND webhook_id = $2 AND (leased_until IS NULL OR leased_until <= {now}){only}"
        );
        let statement = self.database.statement_of(sql, values);
        self.database.write("deliver once more", statement).await?;
        let now = self.outgoing_delivery(scope, webhook, id).await?;
        now.ok_or(StoreError::NotFound("delivery"))
    }

    /// Removes what happened before, and what was ended beyond the newest so many of a webhook.
    pub async fn prune_outgoing_deliveries(&self, before: Time, most: u32) -> StoreResult<u64> {
        const PRUNING: &str = "remove old deliveries";
        let old = self.database.statement(
            "DELETE FROM outgoing_deliveries WHERE happened_at < $1",
            [self.database.time(before)],
        );
        let old = self.database.write(PRUNING, old).await?;
        let beyond = self.database.statement(
            "DELETE FROM outgoing_deliveries WHERE id IN (
                 SELECT d.id FROM outgoing_deliveries d JOIN (
                     SELECT webhook_id FROM outgoing_deliveries GROUP BY webhook_id HAVING count(*) > $1) many
                     ON many.webhook_id = d.webhook_id
                 WHERE d.status <> 'pending'
                   AND d.id <= (SELECT k.id FROM outgoing_deliveries k WHERE k.webhook_id = d.webhook_id
                                ORDER BY k.id DESC LIMIT 1 OFFSET $1))",
            [i64::from(most).into()],
        );
        Ok(old + self.database.write(PRUNING, beyond).await?)
    }

    /// The moment after a while from now, as an expression.
    pub(super) fn after(&self, span: Duration) -> String {
        format!("{} + {}", self.database.now(), self.database.span(span))
    }
}
