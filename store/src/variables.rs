//! Variables of workspaces: values that workflows read by name.

use async_trait::async_trait;
use chrono::{SubsecRound, Utc};
use engine::Time;
use engine::ports::PortResult;
use engine::ports::variables::Variables;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::by_name::ByName;
use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::and_revision;
use crate::scope::Scope;
use crate::store::Store;
use crate::trash::{Gone, RESTORING, VARIABLE};

#[derive(Debug, Clone, PartialEq)]
pub struct NewVariable {
    pub name: String,
    pub value: Value,
    pub description: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    pub id: Uuid,
    pub name: String,
    pub value: Value,
    pub description: String,
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

const WHAT: &str = "variable";
const DOING: &str = "change a variable";
const COLUMNS: &str = "id, name, value, description, revision, created_at, updated_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    value: Json<Value>,
    description: String,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for Variable {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            value: row.value.0,
            description: row.description,
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Store {
    /// By name.
    pub async fn list_variables(
        &self,
        scope: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<Variable>> {
        let what = ByName {
            list: "variables",
            doing: "list variables",
            columns: COLUMNS,
            from: "variables WHERE true",
            name: |item: &Variable| &item.name,
        };
        self.list_by_name::<Row, _>(what, scope, paging).await
    }

    pub async fn variable(&self, scope: Scope, id: Uuid) -> StoreResult<Option<Variable>> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("SELECT {COLUMNS} FROM variables WHERE id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read a variable", statement).await?;
        Ok(row.map(Variable::from))
    }

    /// A new variable; the first one, when this idempotency key was seen before.
    pub async fn create_variable(
        &self,
        scope: Scope,
        new: NewVariable,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<Variable>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        let kind = (scope, WHAT);
        if let Some(first) = claim(self, &transaction, kind, idempotency_key, id, now).await? {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.variable(scope, first).await?, WHAT);
        }
        let insert = database.statement(
            "INSERT INTO variables (id, workspace_id, name, value, description, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
            [
                id.into(),
                scope.home().into(),
                new.name.as_str().into(),
                new.value.to_string().into(),
                new.description.into(),
                database.time(now),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map_err(StoreError::taken(DOING, "a variable", &new.name))?;
        transaction.commit().await.map_err(&doing)?;
        Created::just_now(self.variable(scope, id).await?, WHAT)
    }

    /// Replaces a variable, unless somebody else has changed it since `revision`. Runs that were accepted before keep what
    /// they have read.
    pub async fn update_variable(
        &self,
        scope: Scope,
        id: Uuid,
        new: NewVariable,
        revision: Option<u32>,
    ) -> StoreResult<Variable> {
        let mut values = vec![
            id.into(),
            new.name.as_str().into(),
            new.value.to_string().into(),
            new.description.into(),
            self.database.time(Utc::now().trunc_subsecs(6)),
        ];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE variables
             SET name = $2, value = $3, description = $4, updated_at = $5, revision = revision + 1
             WHERE id = $1{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let done = done.map_err(StoreError::taken(DOING, "a variable", &new.name))?;
        let now = self.variable(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the variable")),
            _ => Ok(now),
        }
    }

    /// Takes a variable out of use and frees its name; it can be brought back.
    pub async fn delete_variable(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        #[derive(FromQueryResult)]
        struct Whole {
            workspace_id: Uuid,
            #[sea_orm(nested)]
            variable: Row,
        }
        const DOING: &str = "delete a variable";
        let doing = StoreError::doing(DOING);
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "DELETE FROM variables WHERE id = $1{only}{unchanged} RETURNING workspace_id, {COLUMNS}"
        );
        let transaction = self.database.begin(DOING).await?;
        let gone: Option<Whole> = one(&transaction, self.database.statement_of(sql, values))
            .await
            .map_err(&doing)?;
        let Some(gone) = gone else {
            transaction.rollback().await.map_err(&doing)?;
            return Err(match self.variable(scope, id).await? {
                None => StoreError::NotFound(WHAT),
                Some(_) => StoreError::Outdated("the variable"),
            });
        };
        let home = gone.workspace_id;
        let variable = Variable::from(gone.variable);
        let content = serde_json::to_string(&variable).map_err(StoreError::corrupt(DOING))?;
        let gone = Gone {
            home,
            kind: VARIABLE,
            id,
            name: &variable.name,
            content,
            sealed: None,
            by,
        };
        self.put_in(&transaction, gone).await?;
        transaction.commit().await.map_err(&doing)
    }

    /// Brings a deleted variable back, by another name where one is given, unless its name was taken meanwhile.
    pub async fn restore_variable(
        &self,
        scope: Scope,
        id: Uuid,
        name: Option<&str>,
    ) -> StoreResult<Variable> {
        let doing = StoreError::doing(RESTORING);
        let transaction = self.database.begin(RESTORING).await?;
        let taken = self.take_out(&transaction, scope, VARIABLE, id).await?;
        let mut variable: Variable =
            serde_json::from_value(taken.content).map_err(StoreError::corrupt(RESTORING))?;
        if let Some(name) = name {
            name.clone_into(&mut variable.name);
        }
        let insert = self.database.statement(
            "INSERT INTO variables (id, workspace_id, name, value, description, revision, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                id.into(),
                taken.home.into(),
                variable.name.as_str().into(),
                variable.value.to_string().into(),
                variable.description.into(),
                (variable.revision + 1).cast_signed().into(),
                self.database.time(variable.created_at),
                self.database.time(variable.updated_at),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map_err(StoreError::taken(RESTORING, "a variable", &variable.name))?;
        transaction.commit().await.map_err(&doing)?;
        let variable = self.variable(scope, id).await?;
        variable.ok_or(StoreError::NotFound(WHAT))
    }

    /// Removes a variable for good, deleted before or not.
    pub async fn purge_variable(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let deleted = self.delete_variable(scope, id, revision, None).await;
        self.throw_away(deleted, scope, VARIABLE, id).await
    }
}

#[async_trait]
impl Variables for Store {
    async fn read(&self, owner: Uuid, wanted: &[&str]) -> PortResult<Map<String, Value>> {
        #[derive(FromQueryResult)]
        struct Row {
            name: String,
            value: Json<Value>,
        }
        let (condition, names) = self.database.among_texts("name", 2, wanted);
        let sql =
            format!("SELECT name, value FROM variables WHERE workspace_id = $1 AND {condition}");
        let statement = self.database.statement(sql, [owner.into(), names]);
        let rows: Vec<Row> = self.database.all("read variables", statement).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.name, row.value.0))
            .collect())
    }
}
