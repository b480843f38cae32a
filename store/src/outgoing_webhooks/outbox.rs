//! What is to be delivered to other systems: put down in the transaction that takes what happened, so that nothing is lost in
//! between; claimed by one sender at a time, for a while; and ended by whoever claimed it last.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use chrono::Utc;
use engine::ports::happenings::{Happening, HappeningKind};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::deliveries::{COLUMNS, OutgoingDelivery, OutgoingStatus, Row};
use super::{OutgoingWebhookRecord, READING, headers_place, kinds, secret_place};
use crate::database::{all, one};
use crate::error::{StoreError, StoreResult};
use crate::scope::Scope;
use crate::store::Store;

/// Deliveries of one webhook that wait at most; what happens beyond is not told there.
const MOST_WAITING: i64 = 1_000;

const CLAIMING: &str = "claim deliveries";
const ENDING: &str = "end a delivery";
const PUTTING: &str = "put down what is to be delivered";

/// Of a deleted workspace nobody is told anything any more: `$1` is its id, `$2` the moment. Its webhooks stay for its return.
pub(crate) const SILENT_WITH_THEIR_WORKSPACE: [&str; 2] = [
    // First, since it waits for whoever puts down deliveries: what that has put down is seen by what follows.
    "UPDATE outgoing_webhooks SET updated_at = $2, revision = revision + 1 WHERE workspace_id = $1",
    "UPDATE outgoing_deliveries SET status = 'failed', error = 'the workspace was deleted before this was delivered',
            next_at = NULL, leased_until = NULL, ended_at = $2
     WHERE workspace_id = $1 AND status = 'pending'",
];

/// Where something is delivered, and how.
pub struct OutgoingTarget {
    pub webhook: OutgoingWebhookRecord,
    /// What it is signed with, the present one first.
    pub secrets: Vec<Zeroizing<Vec<u8>>>,
    /// A JSON object of headers with their values.
    pub headers: Option<Zeroizing<Vec<u8>>>,
}

/// What came of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingAttempt {
    pub outcome: OutgoingOutcome,
    pub response_status: Option<u16>,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutgoingOutcome {
    Delivered,
    /// It is tried again after so long.
    Again(Duration),
    /// It is given up.
    Failed,
    /// The other system wants to be told nothing any more.
    Gone,
}

/// A webhook that may be told something.
struct Listener {
    id: Uuid,
    events: Vec<HappeningKind>,
    /// How much more may wait for it.
    room: i64,
}

impl Store {
    /// Puts down what other systems are to be told of this, within the transaction that takes it from where it was kept.
    pub(crate) async fn put_out(
        &self,
        transaction: &DatabaseTransaction,
        happenings: &[Happening],
    ) -> StoreResult<()> {
        #[derive(FromQueryResult)]
        struct Any {}
        // In most installations nobody listens.
        let any = "SELECT id FROM outgoing_webhooks WHERE enabled LIMIT 1";
        let any: Option<Any> = one(transaction, self.database.statement(any, []))
            .await
            .map_err(StoreError::doing(PUTTING))?;
        if any.is_none() {
            return Ok(());
        }
        let mut listeners: HashMap<Uuid, Vec<Listener>> = HashMap::new();
        for happening in happenings {
            let Some((owner, name)) = self.whose(transaction, happening).await? else {
                continue;
            };
            let known = match listeners.entry(owner) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.listeners(transaction, owner).await?),
            };
            for listener in known {
                if !listener.events.contains(&happening.kind) {
                    continue;
                }
                if listener.room <= 0 {
                    tracing::warn!(webhook.id = %listener.id, "too much waits for an outgoing webhook already: it is not told of what happened");
                    continue;
                }
                listener.room -= 1;
                self.put_down(transaction, listener.id, owner, &name, happening)
                    .await?;
            }
        }
        Ok(())
    }

    /// The workspace in which something happened, and what it happened to; of a schedule, its own record says both.
    async fn whose(
        &self,
        transaction: &DatabaseTransaction,
        happening: &Happening,
    ) -> StoreResult<Option<(Uuid, String)>> {
        #[derive(FromQueryResult)]
        struct Schedule {
            workspace_id: Uuid,
            name: String,
        }
        if happening.kind != HappeningKind::ScheduleFailed {
            return Ok(Some((happening.owner, happening.name.clone())));
        }
        let sql = "SELECT workspace_id, name FROM schedules WHERE id = $1 AND deleted_at IS NULL";
        let statement = self.database.statement(sql, [happening.subject.into()]);
        let schedule: Option<Schedule> = one(transaction, statement)
            .await
            .map_err(StoreError::doing(PUTTING))?;
        Ok(schedule.map(|schedule| (schedule.workspace_id, schedule.name)))
    }

    /// Whoever is to be told of anything in a workspace. They can't be changed until the transaction ends, so that nothing is
    /// left to be delivered to who is gone or disabled.
    async fn listeners(
        &self,
        transaction: &DatabaseTransaction,
        workspace: Uuid,
    ) -> StoreResult<Vec<Listener>> {
        #[derive(FromQueryResult)]
        struct Found {
            id: Uuid,
            events: String,
            waiting: i64,
        }
        let lock = match self.database.is_sqlite() {
            true => "",
            false => " FOR SHARE OF w",
        };
        let sql = format!(
            "SELECT w.id, w.events, (SELECT count(*) FROM outgoing_deliveries d
                                     WHERE d.webhook_id = w.id AND d.status = 'pending') AS waiting
             FROM outgoing_webhooks w WHERE w.workspace_id = $1 AND w.enabled
               AND EXISTS (SELECT 1 FROM workspaces s WHERE s.id = w.workspace_id AND s.deleted_at IS NULL){lock}"
        );
        let statement = self.database.statement(sql, [workspace.into()]);
        let found: Vec<Found> = all(transaction, statement)
            .await
            .map_err(StoreError::doing(PUTTING))?;
        let listeners = found.into_iter().map(|found| Listener {
            id: found.id,
            events: kinds(&found.events),
            room: MOST_WAITING - found.waiting,
        });
        Ok(listeners.collect())
    }

    async fn put_down(
        &self,
        transaction: &DatabaseTransaction,
        webhook: Uuid,
        workspace: Uuid,
        name: &str,
        happening: &Happening,
    ) -> StoreResult<()> {
        let database = &self.database;
        let data = json!({
            "subject": happening.subject,
            "name": name,
            "execution": happening.execution,
            "trigger": happening.trigger,
            "message": happening.message,
            "count": happening.count,
        });
        let now = database.now();
        let sql = format!(
            "INSERT INTO outgoing_deliveries (id, webhook_id, workspace_id, event, data, status, next_at, happened_at)
             VALUES ($1, $2, $3, $4, $5, $6, {now}, $7)"
        );
        let values = [
            Uuid::now_v7().into(),
            webhook.into(),
            workspace.into(),
            happening.kind.as_str().into(),
            data.to_string().into(),
            OutgoingStatus::Pending.as_str().into(),
            database.time(happening.at),
        ];
        let insert = database.statement(sql, values);
        let inserted = transaction.execute_raw(insert).await;
        inserted.map(drop).map_err(StoreError::doing(PUTTING))
    }

    /// Takes what is due for whoever asks alone, until `lease` is over: so much at most, and of no workspace more than
    /// `per_workspace` at once, whoever has claimed it.
    pub async fn claim_outgoing(
        &self,
        lease: Duration,
        per_workspace: u32,
        limit: u32,
    ) -> StoreResult<Vec<OutgoingDelivery>> {
        #[derive(FromQueryResult)]
        struct Any {}
        let (database, now) = (&self.database, self.database.now());
        // A look without the writer first: most of the time nothing is due.
        let any = format!(
            "SELECT id FROM outgoing_deliveries WHERE status = 'pending' AND next_at <= {now} LIMIT 1"
        );
        let any: Option<Any> = database.one(CLAIMING, database.statement(any, [])).await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let until = self.after(lease);
        let skip = match database.is_sqlite() {
            true => "",
            false => " FOR UPDATE SKIP LOCKED",
        };
        // Whoever waits for a row that somebody else has claimed meanwhile looks at it again, and finds that it is not due.
        let sql = format!(
            "WITH due AS MATERIALIZED (
                 SELECT d.id FROM outgoing_deliveries d
                 WHERE d.status = 'pending' AND d.next_at <= {now} AND d.id IN (
                     SELECT turn.id FROM (
                         SELECT q.id, row_number() OVER (PARTITION BY q.workspace_id ORDER BY q.next_at, q.id)
                                + (SELECT count(*) FROM outgoing_deliveries u
                                   WHERE u.workspace_id = q.workspace_id AND u.leased_until > {now}) AS place
                         FROM outgoing_deliveries q JOIN outgoing_webhooks w ON w.id = q.webhook_id AND w.enabled
                             JOIN workspaces s ON s.id = q.workspace_id AND s.deleted_at IS NULL
                         WHERE q.status = 'pending' AND q.next_at <= {now}) turn
                     WHERE turn.place <= $1)
                 ORDER BY d.next_at, d.id LIMIT $2{skip})
             UPDATE outgoing_deliveries
             SET attempts = attempts + 1, attempted_at = {now}, next_at = {until}, leased_until = {until}
             WHERE id IN (SELECT id FROM due)
             RETURNING {COLUMNS}"
        );
        let values = [i64::from(per_workspace).into(), i64::from(limit).into()];
        let statement = database.statement(sql, values);
        let rows: Vec<Row> = database.write_returning(CLAIMING, statement).await?;
        Ok(rows.into_iter().map(OutgoingDelivery::from).collect())
    }

    /// Where a delivery goes; nowhere, once its webhook is gone or disabled, or its workspace was deleted.
    pub async fn outgoing_target(&self, webhook: Uuid) -> StoreResult<Option<OutgoingTarget>> {
        let Some(mut row) = self.outgoing_row(Scope::System, webhook).await? else {
            return Ok(None);
        };
        if !row.enabled || self.workspace(row.workspace_id).await?.is_none() {
            return Ok(None);
        }
        let now = Utc::now();
        let is_good = row
            .previous_until
            .as_ref()
            .is_some_and(|until| until.0 > now);
        let previous = row.previous_secret.take().filter(|_| is_good);
        let place = secret_place(webhook);
        let secrets = std::iter::once(std::mem::take(&mut row.secret))
            .chain(previous)
            .map(|sealed| self.vault.unseal(&place, &sealed))
            .collect::<Result<Vec<_>, _>>()
            .map_err(StoreError::sealed(READING))?;
        let headers = row.headers.take();
        let headers = headers
            .map(|sealed| self.vault.unseal(&headers_place(webhook), &sealed))
            .transpose()
            .map_err(StoreError::sealed(READING))?;
        Ok(Some(OutgoingTarget {
            webhook: row.into(),
            secrets,
            headers,
        }))
    }

    /// Records what came of the attempt that this delivery was claimed for; of an older one nothing is recorded. Gives the
    /// webhook where this disabled it: where the other system says that it is gone, or something is given up and nothing has
    /// arrived for as long as `patience`.
    pub async fn end_outgoing(
        &self,
        delivery: &OutgoingDelivery,
        attempt: &OutgoingAttempt,
        patience: Duration,
    ) -> StoreResult<Option<OutgoingWebhookRecord>> {
        let doing = StoreError::doing(ENDING);
        let database = &self.database;
        let transaction = database.begin(ENDING).await?;
        // The webhook first, as everybody does who changes both.
        let is_disabled = self
            .judge(&transaction, delivery.webhook_id, attempt.outcome, patience)
            .await?;
        let now = database.now();
        let (status, next_at, ended_at) = match attempt.outcome {
            OutgoingOutcome::Delivered => (OutgoingStatus::Delivered, "NULL".to_owned(), now),
            OutgoingOutcome::Again(after) => (OutgoingStatus::Pending, self.after(after), "NULL"),
            OutgoingOutcome::Failed | OutgoingOutcome::Gone => {
                (OutgoingStatus::Failed, "NULL".to_owned(), now)
            }
        };
        let sql = format!(
            "UPDATE outgoing_deliveries SET status = $3, response_status = $4, error = $5, next_at = {next_at},
                    leased_until = NULL, ended_at = {ended_at}
             WHERE id = $1 AND attempts = $2 AND status = 'pending' AND leased_until IS NOT NULL"
        );
        let values = [
            delivery.id.into(),
            delivery.attempts.cast_signed().into(),
            status.as_str().into(),
            attempt.response_status.map(i32::from).into(),
            attempt.error.clone().into(),
        ];
        let update = database.statement(sql, values);
        let ended = transaction.execute_raw(update).await.map_err(&doing)?;
        if ended.rows_affected() == 0 {
            // Somebody else has it by now, or it is gone.
            transaction.rollback().await.map_err(&doing)?;
            return Ok(None);
        }
        if is_disabled {
            self.give_up_outgoing(&transaction, delivery.webhook_id)
                .await?;
        }
        transaction.commit().await.map_err(&doing)?;
        match is_disabled {
            true => {
                self.outgoing_webhook(Scope::System, delivery.webhook_id)
                    .await
            }
            false => Ok(None),
        }
    }

    /// What an attempt means for its webhook; whether that disables it.
    async fn judge(
        &self,
        transaction: &DatabaseTransaction,
        webhook: Uuid,
        outcome: OutgoingOutcome,
        patience: Duration,
    ) -> StoreResult<bool> {
        let doing = StoreError::doing(ENDING);
        let (database, now) = (&self.database, self.database.now());
        let failing = match outcome {
            OutgoingOutcome::Delivered => {
                "UPDATE outgoing_webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL"
                    .to_owned()
            }
            _ => format!(
                "UPDATE outgoing_webhooks SET failing_since = {now} WHERE id = $1 AND failing_since IS NULL"
            ),
        };
        let statement = database.statement(failing, [webhook.into()]);
        transaction.execute_raw(statement).await.map_err(&doing)?;
        let (because, unless) = match outcome {
            OutgoingOutcome::Delivered | OutgoingOutcome::Again(_) => return Ok(false),
            OutgoingOutcome::Gone => ("gone", String::new()),
            OutgoingOutcome::Failed => {
                let long = format!("{now} - {}", database.span(patience));
                ("failing", format!(" AND failing_since <= {long}"))
            }
        };
        let sql = format!(
            "UPDATE outgoing_webhooks SET enabled = $2, disabled_because = $3, updated_at = {now}, revision = revision + 1
             WHERE id = $1 AND enabled{unless}"
        );
        let values = [webhook.into(), false.into(), because.into()];
        let statement = database.statement(sql, values);
        let done = transaction.execute_raw(statement).await.map_err(&doing)?;
        Ok(done.rows_affected() > 0)
    }

    /// What a disabled webhook was yet to be told, it is told no more.
    pub(super) async fn give_up_outgoing(
        &self,
        transaction: &DatabaseTransaction,
        webhook: Uuid,
    ) -> StoreResult<()> {
        let now = self.database.now();
        let sql = format!(
            "UPDATE outgoing_deliveries SET status = $2, error = $3, next_at = NULL, leased_until = NULL, ended_at = {now}
             WHERE webhook_id = $1 AND status = 'pending'"
        );
        let values = [
            webhook.into(),
            OutgoingStatus::Failed.as_str().into(),
            "the webhook was disabled before this was delivered".into(),
        ];
        let statement = self.database.statement(sql, values);
        let done = transaction.execute_raw(statement).await;
        done.map(drop).map_err(StoreError::doing(ENDING))
    }
}
