//! Webhooks: addresses at which other programs begin a workflow. The address is found by its hash; it and the secrets of
//! who may use it are sealed.

mod deliveries;
mod refusals;

use std::time::Duration;

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::accounts::hold_workspace;
use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::{and_revision, not_deleted};
use crate::scope::Scope;
use crate::store::Store;

pub(crate) use deliveries::AND_NO_OPEN_DELIVERY;
pub use deliveries::{ClaimedDelivery, Delivery};
pub use refusals::{NewRefusal, Refusal};

pub struct NewWebhook {
    pub name: String,
    pub workflow_id: Uuid,
    /// The end of its address, which nobody can guess, and its hash.
    pub token: Zeroizing<String>,
    pub token_hash: String,
    /// What the interface makes of it: checked there, and kept as it is.
    pub settings: Value,
    /// What senders prove themselves with, where they have to.
    pub secret: Option<Zeroizing<String>>,
    pub enabled: bool,
}

/// What may be changed of one.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookChange {
    pub name: String,
    pub settings: Value,
    pub enabled: bool,
}

#[derive(Debug, Clone)]
pub struct WebhookRecord {
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub name: String,
    pub workflow_id: Uuid,
    pub workflow_name: String,
    pub token: Zeroizing<String>,
    pub settings: Value,
    pub enabled: bool,
    /// Until then the secret before the present one is good as well.
    pub previous_until: Option<Time>,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

/// Texts that may be good, the present one first.
pub type WebhookSecrets = Vec<Zeroizing<Vec<u8>>>;

const WHAT: &str = "webhook";
const DOING: &str = "change a webhook";
const READING: &str = "read a webhook";
const RECORD: &str = "h.id, h.workspace_id, h.name, h.workflow_id, w.name AS workflow_name, h.token, h.settings, h.enabled,
    h.previous_until, h.revision, h.created_at, h.updated_at, h.secret, h.previous_secret";
/// Those of a deleted workflow are kept for its return, out of sight.
const FROM: &str = "webhooks h JOIN workflows w ON w.id = h.workflow_id AND h.deleted_at IS NULL";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    workflow_id: Uuid,
    workflow_name: String,
    token: String,
    settings: Json<Value>,
    enabled: bool,
    previous_until: Option<Moment>,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
    secret: Option<String>,
    previous_secret: Option<String>,
}

pub(crate) fn token_place(id: Uuid) -> String {
    format!("webhook:{id}:token")
}

/// Of the present one and of the one before.
pub(crate) fn secret_place(id: Uuid) -> String {
    format!("webhook:{id}:secret")
}

impl Store {
    /// By name, of one workflow or of all.
    pub async fn list_webhooks(
        &self,
        scope: Scope,
        workflow: Option<Uuid>,
        paging: &Paging,
    ) -> StoreResult<Page<WebhookRecord>> {
        const LIST: &str = "webhooks";
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut only = scope.and("h.workspace_id", &mut values);
        if let Some(workflow) = workflow {
            values.push(workflow.into());
            only += &format!(" AND h.workflow_id = ${}", values.len());
        }
        if let Some(after) = paging.after::<String>(LIST)? {
            values.push(after.into());
            only += &format!(" AND h.name > ${}", values.len());
        }
        let sql = format!("SELECT {RECORD} FROM {FROM} WHERE true{only} ORDER BY h.name LIMIT $1");
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("list webhooks", statement).await?;
        let items = rows.into_iter().map(|row| self.webhook_of(row));
        let items = items.collect::<StoreResult<Vec<_>>>()?;
        paging.page(LIST, items, |item: &WebhookRecord| item.name.clone())
    }

    pub async fn webhook(&self, scope: Scope, id: Uuid) -> StoreResult<Option<WebhookRecord>> {
        let mut values = vec![id.into()];
        let only = scope.and("h.workspace_id", &mut values);
        let sql = format!("SELECT {RECORD} FROM {FROM} WHERE h.id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one(READING, statement).await?;
        row.map(|row| self.webhook_of(row)).transpose()
    }

    /// The webhook with this address, and the secrets that are good for it now.
    pub async fn webhook_at(
        &self,
        scope: Scope,
        token_hash: &str,
    ) -> StoreResult<Option<(WebhookRecord, WebhookSecrets)>> {
        let mut values = vec![token_hash.into()];
        let only = scope.and("h.workspace_id", &mut values);
        let sql = format!("SELECT {RECORD} FROM {FROM} WHERE h.token_hash = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one(READING, statement).await?;
        let Some(mut row) = row else { return Ok(None) };
        let is_good = |until: &Moment| until.0 > Utc::now();
        let previous = row.previous_secret.take();
        let previous = previous.filter(|_| row.previous_until.as_ref().is_some_and(is_good));
        let place = secret_place(row.id);
        let sealed = [row.secret.take(), previous];
        let secrets = sealed
            .into_iter()
            .flatten()
            .map(|sealed| self.vault.unseal(&place, &sealed))
            .collect::<Result<Vec<_>, _>>()
            .map_err(StoreError::sealed(READING))?;
        Ok(Some((self.webhook_of(row)?, secrets)))
    }

    /// A new webhook; the first one, when this idempotency key was seen before.
    pub async fn create_webhook(
        &self,
        scope: Scope,
        new: NewWebhook,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<WebhookRecord>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, at) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        hold_workspace(database, &transaction, scope).await?;
        let kind = (scope, WHAT);
        let first = claim(self, &transaction, kind, idempotency_key, id, at).await?;
        if let Some(first) = first {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.webhook(scope, first).await?, WHAT);
        }
        let token = self.vault.seal(&token_place(id), new.token.as_bytes());
        let secret = new.secret.as_ref();
        let secret = secret.map(|secret| self.vault.seal(&secret_place(id), secret.as_bytes()));
        let mut values = vec![
            id.into(),
            scope.home().into(),
            new.workflow_id.into(),
            new.name.as_str().into(),
            new.token_hash.into(),
            token.map_err(StoreError::sealed(DOING))?.into(),
            new.settings.to_string().into(),
            secret
                .transpose()
                .map_err(StoreError::sealed(DOING))?
                .into(),
            new.enabled.into(),
            database.time(at),
        ];
        let only = scope.and("w.workspace_id", &mut values);
        // The workflow can't be deleted in between.
        let lock = database.share_lock();
        let sql = format!(
            "INSERT INTO webhooks (id, workspace_id, workflow_id, name, token_hash, token, settings, secret, enabled,
                                   created_at, updated_at)
             SELECT $1, $2, w.id, $4, $5, $6, $7, $8, $9, $10, $10 FROM workflows w
             WHERE w.id = $3 AND w.deleted_at IS NULL{only}{lock}"
        );
        let insert = database.statement_of(sql, values);
        let done = transaction.execute_raw(insert).await;
        let done = done.map_err(StoreError::taken(DOING, "a webhook", &new.name))?;
        if done.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::NotFound("workflow"));
        }
        transaction.commit().await.map_err(&doing)?;
        Created::just_now(self.webhook(scope, id).await?, WHAT)
    }

    /// Changes a webhook, unless somebody else has since `revision`.
    pub async fn update_webhook(
        &self,
        scope: Scope,
        id: Uuid,
        change: &WebhookChange,
        revision: Option<u32>,
    ) -> StoreResult<WebhookRecord> {
        let mut values = vec![
            id.into(),
            change.name.as_str().into(),
            change.settings.to_string().into(),
            change.enabled.into(),
            self.database.time(Utc::now()),
        ];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE webhooks SET name = $2, settings = $3, enabled = $4, updated_at = $5, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let done = done.map_err(StoreError::taken(DOING, "a webhook", &change.name))?;
        let now = self.webhook(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the webhook")),
            _ => Ok(now),
        }
    }

    /// Gives a webhook another secret; the one before stays good for a while.
    pub async fn rotate_webhook(
        &self,
        scope: Scope,
        id: Uuid,
        secret: &Zeroizing<String>,
        overlap: Duration,
    ) -> StoreResult<WebhookRecord> {
        let sealed = self.vault.seal(&secret_place(id), secret.as_bytes());
        let now = Utc::now().trunc_subsecs(6);
        let mut values = vec![
            id.into(),
            sealed.map_err(StoreError::sealed(DOING))?.into(),
            self.database.time(now + overlap),
            self.database.time(now),
        ];
        let only = scope.and("workspace_id", &mut values);
        // Of two rotations at once, the second finds the secret of the first to be the one before.
        let sql = format!(
            "UPDATE webhooks SET previous_secret = secret, previous_until = $3, secret = $2, updated_at = $4, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NULL{only}"
        );
        let statement = self.database.statement_of(sql, values);
        self.database.write("rotate a secret", statement).await?;
        let now = self.webhook(scope, id).await?;
        now.ok_or(StoreError::NotFound(WHAT))
    }

    /// Removes a webhook and what is known of its deliveries and refusals. Runs that it began go on.
    pub async fn delete_webhook(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let doing = StoreError::doing("delete a webhook");
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql =
            format!("DELETE FROM webhooks WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}");
        let gone = transaction
            .execute_raw(database.statement_of(sql, values))
            .await
            .map_err(&doing)?;
        if gone.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            let there = self.webhook(scope, id).await?;
            return Err(not_deleted(there, WHAT, "the webhook"));
        }
        for sql in [
            "DELETE FROM webhook_deliveries WHERE webhook_id = $1",
            "DELETE FROM webhook_refusals WHERE webhook_id = $1",
        ] {
            transaction
                .execute_raw(database.statement(sql, [id.into()]))
                .await
                .map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)
    }

    fn webhook_of(&self, row: Row) -> StoreResult<WebhookRecord> {
        let token = self.vault.unseal(&token_place(row.id), &row.token);
        let token = token.map_err(StoreError::sealed(READING))?;
        let token = String::from_utf8(token.to_vec()).map_err(StoreError::corrupt(READING))?;
        Ok(WebhookRecord {
            id: row.id,
            workspace_id: row.workspace_id,
            name: row.name,
            workflow_id: row.workflow_id,
            workflow_name: row.workflow_name,
            token: Zeroizing::new(token),
            settings: row.settings.0,
            enabled: row.enabled,
            previous_until: row.previous_until.map(|at| at.0),
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}
