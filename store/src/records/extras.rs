//! The values of fields that a workspace has declared: one row each, beside the record that they belong to.

use chrono::{SubsecRound, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use super::tables::{Kept, RecordTable};
use crate::database::Json;
use crate::error::{StoreError, StoreResult};
use crate::scope::Scope;
use crate::store::Store;

/// A checked value, with what it is compared by.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtraValue {
    pub field: String,
    /// Null takes it away.
    pub value: Value,
    pub words: Option<String>,
    pub number: Option<i64>,
}

const DOING: &str = "write values of declared fields";

#[derive(FromQueryResult)]
pub(super) struct ValueRow {
    pub(super) record_id: Uuid,
    pub(super) field: String,
    value: Json<Value>,
}

impl ValueRow {
    pub(super) fn value(self) -> Value {
        self.value.0
    }
}

impl Store {
    /// Writes values of declared fields, unless somebody else has changed the record since `revision`. Others stay.
    pub async fn write_extras(
        &self,
        workspace: Uuid,
        table: &'static RecordTable,
        id: Uuid,
        written: Vec<ExtraValue>,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        if let Some(Kept {
            table: kept,
            id: known,
        }) = &table.kept
        {
            let mut values = vec![id.into(), workspace.into()];
            let unchanged = crate::revision::and_revision(revision, &mut values);
            let now = database.time(Utc::now().trunc_subsecs(6));
            let stamp = match table.column("updated_at") {
                Some(_) => {
                    values.push(now);
                    format!(", updated_at = ${}", values.len())
                }
                None => String::new(),
            };
            let sql = format!(
                "UPDATE {kept} SET revision = revision + 1{stamp}
                 WHERE {known} = $1 AND workspace_id = $2{unchanged}"
            );
            let statement = database.statement_of(sql, values);
            let done = transaction.execute_raw(statement).await.map_err(&doing)?;
            if done.rows_affected() == 0 {
                transaction.rollback().await.map_err(&doing)?;
                return Err(StoreError::Outdated("the record"));
            }
        }
        for extra in written {
            let clear = database.statement(
                "DELETE FROM extra_values WHERE workspace_id = $1 AND model = $2 AND record_id = $3 AND field = $4",
                [
                    workspace.into(),
                    table.name.into(),
                    id.into(),
                    extra.field.as_str().into(),
                ],
            );
            transaction.execute_raw(clear).await.map_err(&doing)?;
            if extra.value.is_null() {
                continue;
            }
            let keep = database.statement(
                "INSERT INTO extra_values (workspace_id, model, record_id, field, value, words, number)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                [
                    workspace.into(),
                    table.name.into(),
                    id.into(),
                    extra.field.into(),
                    extra.value.to_string().into(),
                    extra.words.into(),
                    extra.number.into(),
                ],
            );
            transaction.execute_raw(keep).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)
    }

    /// Removes values of records that are gone for good, and says how many those were.
    pub(crate) async fn drop_forsaken_extras(&self) -> StoreResult<u64> {
        let mut removed = 0;
        for table in RecordTable::all().filter(|table| table.workspace.is_some()) {
            let Some(Kept { table: kept, id }) = &table.kept else {
                continue;
            };
            let sql = format!(
                "DELETE FROM extra_values WHERE model = $1
                   AND NOT EXISTS (SELECT 1 FROM {kept} k WHERE k.{id} = extra_values.record_id
                                   AND k.workspace_id = extra_values.workspace_id)
                   AND NOT EXISTS (SELECT 1 FROM trash g WHERE g.id = extra_values.record_id)
                   AND NOT EXISTS (SELECT 1 FROM former_members m WHERE m.user_id = extra_values.record_id
                                   AND m.workspace_id = extra_values.workspace_id)"
            );
            let statement = self.database.statement(sql, [table.name.into()]);
            let doing = "remove values of records that are gone";
            removed += self.database.write(doing, statement).await?;
        }
        Ok(removed)
    }

    pub(super) async fn extra_values(
        &self,
        scope: Scope,
        table: &'static RecordTable,
        ids: &[Uuid],
    ) -> StoreResult<Vec<ValueRow>> {
        let (among, ids) = self.database.among("record_id", 2, ids);
        let mut values = vec![table.name.into(), ids];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "SELECT record_id, field, value FROM extra_values WHERE model = $1 AND {among}{only}"
        );
        let statement = self.database.statement_of(sql, values);
        self.database
            .all("read values of declared fields", statement)
            .await
    }
}
