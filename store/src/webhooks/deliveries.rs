//! What was delivered to a webhook: each delivery begins one execution, however often it is sent.
//!
//! The sender's id is claimed together with the id of the execution before that begins. Sent again, a delivery whose
//! execution began is a repetition; one whose server died in between begins under the same id, of which there is one.

use chrono::{SubsecRound, Utc};
use engine::Time;
use engine::execution::Status;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::database::{Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// Deliveries of a webhook that are remembered.
const REMEMBERED: u32 = 10_000;

/// One in so many deliveries looks for what may be forgotten.
const FORGET_EVERY: u8 = 64;

/// A condition on executions: none is deleted as long as a delivery may be sent again that is not known to have begun it.
pub(crate) const AND_NO_OPEN_DELIVERY: &str = " AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d
    WHERE d.launched_at IS NULL AND d.execution_id = executions.id)";

/// Whose execution a delivery begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedDelivery {
    pub execution: Uuid,
    /// It is known to have begun.
    pub launched: bool,
}

/// A delivery that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The sender's id for it, or one of ours.
    pub delivery: String,
    pub execution_id: Uuid,
    pub received_at: Time,
    /// How its execution stands; none where that has not begun, or is gone.
    pub status: Option<Status>,
}

#[derive(FromQueryResult)]
struct Claimed {
    execution_id: Uuid,
    launched_at: Option<Moment>,
}

impl Store {
    /// Claims a delivery for an execution, unless it was claimed before.
    pub async fn claim_delivery(
        &self,
        scope: Scope,
        webhook: Uuid,
        delivery: &str,
        execution: Uuid,
    ) -> StoreResult<ClaimedDelivery> {
        const DOING: &str = "claim a delivery";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        let mut values = vec![
            webhook.into(),
            delivery.into(),
            execution.into(),
            database.time(Utc::now().trunc_subsecs(6)),
        ];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "INSERT INTO webhook_deliveries (webhook_id, delivery, execution_id, received_at)
             SELECT id, $2, $3, $4 FROM webhooks WHERE id = $1 AND deleted_at IS NULL{only} ON CONFLICT DO NOTHING"
        );
        let insert = database.statement_of(sql, values);
        let new = transaction.execute_raw(insert).await.map_err(&doing)?;
        let sql = "SELECT execution_id, launched_at FROM webhook_deliveries WHERE webhook_id = $1 AND delivery = $2";
        let find = database.statement(sql, [webhook.into(), delivery.into()]);
        let row: Option<Claimed> = one(&transaction, find).await.map_err(&doing)?;
        let row = row.ok_or(StoreError::NotFound("webhook"))?;
        let by_chance = execution.as_bytes()[15].is_multiple_of(FORGET_EVERY);
        if new.rows_affected() == 1 && by_chance {
            let sql = format!(
                "DELETE FROM webhook_deliveries WHERE webhook_id = $1 AND execution_id < (
                     SELECT execution_id FROM webhook_deliveries WHERE webhook_id = $1
                     ORDER BY execution_id DESC LIMIT 1 OFFSET {REMEMBERED})"
            );
            let forget = database.statement(sql, [webhook.into()]);
            transaction.execute_raw(forget).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)?;
        Ok(ClaimedDelivery {
            execution: row.execution_id,
            launched: row.launched_at.is_some(),
        })
    }

    /// The execution of a delivery is there: another one, where the workflow's own rule says that it is the same.
    pub async fn launch_delivery(
        &self,
        scope: Scope,
        webhook: Uuid,
        delivery: &str,
        execution: Uuid,
    ) -> StoreResult<()> {
        let mut values = vec![
            webhook.into(),
            delivery.into(),
            execution.into(),
            self.database.time(Utc::now()),
        ];
        let only = and_webhook(scope, &mut values);
        let sql = format!(
            "UPDATE webhook_deliveries SET execution_id = $3, launched_at = $4
             WHERE webhook_id = $1 AND delivery = $2 AND launched_at IS NULL{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let doing = "record a delivery";
        self.database.write(doing, statement).await.map(drop)
    }

    /// A delivery that can't begin anything is forgotten: sent again, it is a new one.
    pub async fn refuse_delivery(
        &self,
        scope: Scope,
        webhook: Uuid,
        delivery: &str,
    ) -> StoreResult<()> {
        let mut values = vec![webhook.into(), delivery.into()];
        let only = and_webhook(scope, &mut values);
        let sql = format!(
            "DELETE FROM webhook_deliveries
             WHERE webhook_id = $1 AND delivery = $2 AND launched_at IS NULL{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let doing = "forget a delivery";
        self.database.write(doing, statement).await.map(drop)
    }

    /// Newest first.
    pub async fn list_deliveries(
        &self,
        scope: Scope,
        webhook: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<Delivery>> {
        const LIST: &str = "deliveries";
        const DOING: &str = "list deliveries";
        #[derive(FromQueryResult)]
        struct Listed {
            delivery: String,
            execution_id: Uuid,
            received_at: Moment,
            status: Option<String>,
        }
        let mut values: Vec<sea_orm::Value> = vec![webhook.into(), paging.fetch().into()];
        let mut only = and_webhook(scope, &mut values);
        if let Some(before) = paging.after::<Uuid>(LIST)? {
            values.push(before.into());
            only += &format!(" AND execution_id < ${}", values.len());
        }
        let sql = format!(
            "SELECT delivery, execution_id, received_at,
                 (SELECT e.status FROM executions e WHERE e.id = webhook_deliveries.execution_id) AS status
             FROM webhook_deliveries WHERE webhook_id = $1{only} ORDER BY execution_id DESC LIMIT $2"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Listed> = self.database.all(DOING, statement).await?;
        let items = rows.into_iter().map(|row| {
            let status = row.status.map(|status| status.parse::<Status>());
            Ok(Delivery {
                delivery: row.delivery,
                execution_id: row.execution_id,
                received_at: row.received_at.0,
                status: status.transpose().map_err(StoreError::corrupt(DOING))?,
            })
        });
        let items = items.collect::<StoreResult<Vec<_>>>()?;
        paging.page(LIST, items, |item: &Delivery| item.execution_id)
    }
}

/// Deliveries lie in the scope that their webhook lies in.
pub(super) fn and_webhook(scope: Scope, values: &mut Vec<sea_orm::Value>) -> String {
    match scope {
        Scope::System => String::new(),
        Scope::Workspace(_) => {
            let only = scope.and("workspace_id", values);
            format!(
                " AND EXISTS (SELECT 1 FROM webhooks WHERE id = webhook_id AND deleted_at IS NULL{only})"
            )
        }
    }
}
