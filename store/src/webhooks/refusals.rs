//! What was sent to a webhook and refused: the latest of it, for whoever owns the webhook. Of what was sent nothing is kept.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::deliveries::and_webhook;
use crate::database::Moment;
use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// Refusals of a webhook that are remembered.
const REMEMBERED: u32 = 100;

/// One in so many looks for what may be forgotten.
const FORGET_EVERY: u8 = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefusal {
    /// With what the sender was answered.
    pub status: u16,
    /// A word for programs.
    pub reason: String,
    /// Why, for people.
    pub message: String,
    /// Where it came from.
    pub address: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub id: Uuid,
    pub at: Time,
    pub told: NewRefusal,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: Moment,
    status: i32,
    reason: String,
    message: String,
    address: String,
}

impl From<Row> for Refusal {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at.0,
            told: NewRefusal {
                status: u16::try_from(row.status).unwrap_or_default(),
                reason: row.reason,
                message: row.message,
                address: row.address,
            },
        }
    }
}

impl Store {
    /// Notes a refusal, and forgets old ones now and then.
    pub async fn note_refusal(
        &self,
        scope: Scope,
        webhook: Uuid,
        told: NewRefusal,
    ) -> StoreResult<()> {
        const DOING: &str = "note what a webhook refused";
        let id = Uuid::now_v7();
        let mut values = vec![
            webhook.into(),
            id.into(),
            self.database.time(Utc::now().trunc_subsecs(6)),
            i32::from(told.status).into(),
            told.reason.into(),
            told.message.into(),
            told.address.into(),
        ];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "INSERT INTO webhook_refusals (webhook_id, id, at, status, reason, message, address)
             SELECT id, $2, $3, $4, $5, $6, $7 FROM webhooks WHERE id = $1 AND deleted_at IS NULL{only}"
        );
        let insert = self.database.statement_of(sql, values);
        self.database.write(DOING, insert).await?;
        if id.as_bytes()[15].is_multiple_of(FORGET_EVERY) {
            let sql = format!(
                "DELETE FROM webhook_refusals WHERE webhook_id = $1 AND id < (
                     SELECT id FROM webhook_refusals WHERE webhook_id = $1 ORDER BY id DESC LIMIT 1 OFFSET {REMEMBERED})"
            );
            let forget = self.database.statement(sql, [webhook.into()]);
            self.database.write(DOING, forget).await?;
        }
        Ok(())
    }

    /// Newest first.
    pub async fn list_refusals(
        &self,
        scope: Scope,
        webhook: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<Refusal>> {
        const LIST: &str = "refusals";
        let mut values: Vec<sea_orm::Value> = vec![webhook.into(), paging.fetch().into()];
        let mut only = and_webhook(scope, &mut values);
        if let Some(before) = paging.after::<Uuid>(LIST)? {
            values.push(before.into());
            only += &format!(" AND id < ${}", values.len());
        }
        let sql = format!(
            "SELECT id, at, status, reason, message, address FROM webhook_refusals WHERE webhook_id = $1{only}
             ORDER BY id DESC LIMIT $2"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("list refusals", statement).await?;
        let items = rows.into_iter().map(Refusal::from).collect();
        paging.page(LIST, items, |item: &Refusal| item.id)
    }
}
