//! Webhooks out: where other systems are told of what happens. What proves to them who tells it is sealed, and so is what goes
//! with it in headers.

mod deliveries;
mod outbox;

use std::time::Duration;

use chrono::{SubsecRound, Utc};
use engine::Time;
use engine::ports::happenings::HappeningKind;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::accounts::hold_workspace;
use crate::by_name::ByName;
use crate::database::Moment;
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::{and_revision, not_deleted};
use crate::scope::Scope;
use crate::store::Store;

pub use deliveries::{OutgoingDelivery, OutgoingStatus};
pub(crate) use outbox::SILENT_WITH_THEIR_WORKSPACE;
pub use outbox::{OutgoingAttempt, OutgoingOutcome, OutgoingTarget};

/// Webhooks out that a workspace has at most.
const MOST: u32 = 20;

pub struct NewOutgoingWebhook {
    pub name: String,
    pub url: String,
    /// What it is told of.
    pub events: Vec<HappeningKind>,
    pub headers: OutgoingHeaders,
    /// What deliveries are signed with.
    pub secret: Zeroizing<String>,
    pub enabled: bool,
}

/// What goes with each delivery besides what is always there.
#[derive(Default)]
pub struct OutgoingHeaders {
    pub names: Vec<String>,
    /// A JSON object of them with their values.
    pub json: Option<Zeroizing<String>>,
}

/// What may be changed of one.
pub struct OutgoingWebhookChange {
    pub name: String,
    pub url: String,
    pub events: Vec<HappeningKind>,
    /// Those before stay where there are none.
    pub headers: Option<OutgoingHeaders>,
    pub enabled: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OutgoingWebhookRecord {
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub name: String,
    pub url: String,
    pub events: Vec<HappeningKind>,
    pub header_names: Vec<String>,
    pub enabled: bool,
    /// Why it was disabled, where nobody has done so: `gone` or `failing`.
    pub disabled_because: Option<String>,
    /// Since then nothing has arrived.
    pub failing_since: Option<Time>,
    /// Until then it is signed with the secret before the present one as well.
    pub previous_until: Option<Time>,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

const WHAT: &str = "outgoing webhook";
const DOING: &str = "change an outgoing webhook";
const READING: &str = "read an outgoing webhook";
const RECORD: &str =
    "id, workspace_id, name, url, events, header_names, enabled, disabled_because, failing_since,
    previous_until, revision, created_at, updated_at, headers, secret, previous_secret";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    url: String,
    events: String,
    header_names: String,
    enabled: bool,
    disabled_because: Option<String>,
    failing_since: Option<Moment>,
    previous_until: Option<Moment>,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
    headers: Option<String>,
    secret: String,
    previous_secret: Option<String>,
}

impl From<Row> for OutgoingWebhookRecord {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            name: row.name,
            url: row.url,
            events: kinds(&row.events),
            header_names: serde_json::from_str(&row.header_names).unwrap_or_default(),
            enabled: row.enabled,
            disabled_because: row.disabled_because,
            failing_since: row.failing_since.map(|at| at.0),
            previous_until: row.previous_until.map(|at| at.0),
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

/// Of the present one and of the one before.
pub(crate) fn secret_place(id: Uuid) -> String {
    format!("outgoing_webhook:{id}:secret")
}

pub(crate) fn headers_place(id: Uuid) -> String {
    format!("outgoing_webhook:{id}:headers")
}

/// Those of a text; what only a newer version knows is left out.
fn kinds(text: &str) -> Vec<HappeningKind> {
    let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    let known = |name: &String| {
        let mut all = HappeningKind::ALL.into_iter();
        all.find(|kind| kind.as_str() == name)
    };
    names.iter().filter_map(known).collect()
}

fn text_of(kinds: &[HappeningKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    serde_json::Value::from(names).to_string()
}

impl Store {
    /// By name.
    pub async fn list_outgoing_webhooks(
        &self,
        scope: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<OutgoingWebhookRecord>> {
        let what = ByName {
            list: "outgoing webhooks",
            doing: "list outgoing webhooks",
            columns: RECORD,
            from: "outgoing_webhooks WHERE true",
            name: |item: &OutgoingWebhookRecord| &item.name,
        };
        self.list_by_name::<Row, _>(what, scope, paging).await
    }

    pub async fn outgoing_webhook(
        &self,
        scope: Scope,
        id: Uuid,
    ) -> StoreResult<Option<OutgoingWebhookRecord>> {
        let row = self.outgoing_row(scope, id).await?;
        Ok(row.map(OutgoingWebhookRecord::from))
    }

    async fn outgoing_row(&self, scope: Scope, id: Uuid) -> StoreResult<Option<Row>> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("SELECT {RECORD} FROM outgoing_webhooks WHERE id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        self.database.one(READING, statement).await
    }

    /// A new one; the first one, when this idempotency key was seen before.
    pub async fn create_outgoing_webhook(
        &self,
        scope: Scope,
        new: NewOutgoingWebhook,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<OutgoingWebhookRecord>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, at) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        hold_workspace(database, &transaction, scope).await?;
        let kind = (scope, WHAT);
        let first = claim(self, &transaction, kind, idempotency_key, id, at).await?;
        if let Some(first) = first {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.outgoing_webhook(scope, first).await?, WHAT);
        }
        let secret = self.vault.seal(&secret_place(id), new.secret.as_bytes());
        let values = vec![
            id.into(),
            scope.home().into(),
            new.name.as_str().into(),
            new.url.as_str().into(),
            text_of(&new.events).into(),
            serde_json::Value::from(new.headers.names.clone())
                .to_string()
                .into(),
            self.sealed_headers(id, &new.headers)?.into(),
            secret.map_err(StoreError::sealed(DOING))?.into(),
            new.enabled.into(),
            database.time(at),
        ];
        let sql = format!(
            "INSERT INTO outgoing_webhooks (id, workspace_id, name, url, events, header_names, headers, secret, enabled,
                                            created_at, updated_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10
             WHERE (SELECT count(*) FROM outgoing_webhooks WHERE workspace_id = $2) < {MOST}"
        );
        let insert = database.statement_of(sql, values);
        let done = transaction.execute_raw(insert).await;
        let done = done.map_err(StoreError::taken(DOING, "an outgoing webhook", &new.name))?;
        if done.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            let what = "outgoing webhooks";
            return Err(StoreError::TooMany { what, most: MOST });
        }
        transaction.commit().await.map_err(&doing)?;
        Created::just_now(self.outgoing_webhook(scope, id).await?, WHAT)
    }

    /// Changes one, unless somebody else has since `revision`. Disabled, it is not told what it was yet to be told; enabled, the
    /// time in which nothing arrived counts anew.
    pub async fn update_outgoing_webhook(
        &self,
        scope: Scope,
        id: Uuid,
        change: &OutgoingWebhookChange,
        revision: Option<u32>,
    ) -> StoreResult<OutgoingWebhookRecord> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let mut values = vec![
            id.into(),
            change.name.as_str().into(),
            change.url.as_str().into(),
            text_of(&change.events).into(),
            change.enabled.into(),
            database.time(Utc::now()),
        ];
        let mut more = match change.enabled {
            true => ", disabled_because = NULL, failing_since = NULL".to_owned(),
            false => String::new(),
        };
        if let Some(headers) = &change.headers {
            let names = serde_json::Value::from(headers.names.clone());
            values.push(names.to_string().into());
            more += &format!(", header_names = ${}", values.len());
            values.push(self.sealed_headers(id, headers)?.into());
            more += &format!(", headers = ${}", values.len());
        }
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE outgoing_webhooks SET name = $2, url = $3, events = $4, enabled = $5, updated_at = $6,
                    revision = revision + 1{more}
             WHERE id = $1{only}{unchanged}"
        );
        let transaction = database.begin(DOING).await?;
        let update = database.statement_of(sql, values);
        let done = transaction.execute_raw(update).await;
        let done = done.map_err(StoreError::taken(
            DOING,
            "an outgoing webhook",
            &change.name,
        ))?;
        if done.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return match self.outgoing_webhook(scope, id).await? {
                Some(_) => Err(StoreError::Outdated("the outgoing webhook")),
                None => Err(StoreError::NotFound(WHAT)),
            };
        }
        if !change.enabled {
            self.give_up_outgoing(&transaction, id).await?;
        }
        transaction.commit().await.map_err(&doing)?;
        let now = self.outgoing_webhook(scope, id).await?;
        now.ok_or(StoreError::NotFound(WHAT))
    }

    /// Gives it another secret; it is signed with the one before as well for a while.
    pub async fn rotate_outgoing_webhook(
        &self,
        scope: Scope,
        id: Uuid,
        secret: &Zeroizing<String>,
        overlap: Duration,
    ) -> StoreResult<OutgoingWebhookRecord> {
        let sealed = self.vault.seal(&secret_place(id), secret.as_bytes());
        let now = Utc::now().trunc_subsecs(6);
        let mut values = vec![
            id.into(),
            sealed.map_err(StoreError::sealed(DOING))?.into(),
            self.database.time(now + overlap),
            self.database.time(now),
        ];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "UPDATE outgoing_webhooks SET previous_secret = secret, previous_until = $3, secret = $2, updated_at = $4,
                    revision = revision + 1
             WHERE id = $1{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let doing = "rotate the secret of an outgoing webhook";
        self.database.write(doing, statement).await?;
        let now = self.outgoing_webhook(scope, id).await?;
        now.ok_or(StoreError::NotFound(WHAT))
    }

    /// Removes it with all that is known of its deliveries; what is on its way arrives, and nothing else.
    pub async fn delete_outgoing_webhook(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let doing = StoreError::doing("delete an outgoing webhook");
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!("DELETE FROM outgoing_webhooks WHERE id = $1{only}{unchanged}");
        let gone = transaction
            .execute_raw(database.statement_of(sql, values))
            .await
            .map_err(&doing)?;
        if gone.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            let there = self.outgoing_webhook(scope, id).await?;
            return Err(not_deleted(there, WHAT, "the webhook"));
        }
        let sql = "DELETE FROM outgoing_deliveries WHERE webhook_id = $1";
        transaction
            .execute_raw(database.statement(sql, [id.into()]))
            .await
            .map_err(&doing)?;
        transaction.commit().await.map_err(&doing)
    }

    fn sealed_headers(&self, id: Uuid, headers: &OutgoingHeaders) -> StoreResult<Option<String>> {
        let json = headers.json.as_ref();
        let sealed = json.map(|json| self.vault.seal(&headers_place(id), json.as_bytes()));
        sealed.transpose().map_err(StoreError::sealed(DOING))
    }
}
