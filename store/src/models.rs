//! Data models: documents of the blueprint with a name, alone or within an application.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::{and_revision, not_deleted};
use crate::scope::Scope;
use crate::store::Store;

/// A checked model.
#[derive(Debug, Clone, PartialEq)]
pub struct NewModel {
    pub name: String,
    pub label: String,
    pub document: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRecord {
    pub id: Uuid,
    pub application_id: Option<Uuid>,
    pub name: String,
    pub label: String,
    pub document: Value,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

/// What a model of an application is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelName {
    pub application_id: Uuid,
    pub id: Uuid,
    pub name: String,
    pub label: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelFilter {
    pub application_id: Option<Uuid>,
}

const WHAT: &str = "model";
pub(crate) const COLUMNS: &str =
    "id, application_id, name, label, document, revision, created_at, updated_at";

#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: Uuid,
    application_id: Option<Uuid>,
    name: String,
    label: String,
    document: Json<Value>,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for ModelRecord {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            application_id: row.application_id,
            name: row.name,
            label: row.label,
            document: row.document.0,
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Store {
    /// By name.
    pub async fn list_models(
        &self,
        scope: Scope,
        filter: &ModelFilter,
        paging: &Paging,
    ) -> StoreResult<Page<ModelRecord>> {
        const LIST: &str = "models";
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut conditions = String::from("1 = 1");
        conditions += &scope.and("workspace_id", &mut values);
        if let Some(application) = filter.application_id {
            values.push(application.into());
            conditions += &format!(" AND application_id = ${}", values.len());
        }
        if let Some((name, id)) = paging.after::<(String, Uuid)>(LIST)? {
            values.extend([name.into(), id.into()]);
            conditions += &format!(
                " AND (name, id) > (${}, ${})",
                values.len() - 1,
                values.len()
            );
        }
        let sql =
            format!("SELECT {COLUMNS} FROM models WHERE {conditions} ORDER BY name, id LIMIT $1");
        let rows: Vec<Row> = self
            .database
            .all("list models", self.database.statement_of(sql, values))
            .await?;
        let items = rows.into_iter().map(ModelRecord::from).collect();
        paging.page(LIST, items, |item: &ModelRecord| {
            (item.name.clone(), item.id)
        })
    }

    pub async fn model(&self, scope: Scope, id: Uuid) -> StoreResult<Option<ModelRecord>> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("SELECT {COLUMNS} FROM models WHERE id = $1{only}");
        let row: Option<Row> = self
            .database
            .one("read a model", self.database.statement_of(sql, values))
            .await?;
        Ok(row.map(ModelRecord::from))
    }

    /// Every model of an application, in the order in which they were made.
    pub async fn application_models(
        &self,
        scope: Scope,
        application: Uuid,
    ) -> StoreResult<Vec<ModelRecord>> {
        let mut values = vec![application.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql =
            format!("SELECT {COLUMNS} FROM models WHERE application_id = $1{only} ORDER BY id");
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self
            .database
            .all("read the models of an application", statement)
            .await?;
        Ok(rows.into_iter().map(ModelRecord::from).collect())
    }

    /// What the models of these applications are called, each application's in the order in which they were made.
    pub async fn model_names(
        &self,
        scope: Scope,
        applications: &[Uuid],
    ) -> StoreResult<Vec<ModelName>> {
        #[derive(FromQueryResult)]
        struct Named {
            application_id: Uuid,
            id: Uuid,
            name: String,
            label: String,
        }
        let (among, applications) = self.database.among("application_id", 1, applications);
        let mut values = vec![applications];
        let only = scope.and(&self.database.looked_at("workspace_id"), &mut values);
        let sql = format!(
            "SELECT application_id, id, name, label FROM models WHERE {among}{only} ORDER BY id"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Named> = self
            .database
            .all("read the names of models", statement)
            .await?;
        let names = rows.into_iter().map(|row| ModelName {
            application_id: row.application_id,
            id: row.id,
            name: row.name,
            label: row.label,
        });
        Ok(names.collect())
    }

    pub async fn create_model(
        &self,
        scope: Scope,
        application_id: Option<Uuid>,
        new: NewModel,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<ModelRecord>> {
        const DOING: &str = "create a model";
        let doing = StoreError::doing(DOING);
        if let Some(application) = application_id {
            self.application(scope, application)
                .await?
                .ok_or(StoreError::NotFound("application"))?;
        }
        let now = Utc::now().trunc_subsecs(6);
        let id = Uuid::now_v7();
        let transaction = self.database.begin(DOING).await?;
        if let Some(first) =
            claim(self, &transaction, (scope, WHAT), idempotency_key, id, now).await?
        {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.model(scope, first).await?, WHAT);
        }
        let value = self
            .insert_model(scope, &transaction, id, application_id, new, now)
            .await?;
        if let Some(application) = application_id {
            self.count_change(&transaction, application).await?;
        }
        transaction.commit().await.map_err(&doing)?;
        Ok(Created {
            value,
            existing: false,
        })
    }

    pub async fn update_model(
        &self,
        scope: Scope,
        id: Uuid,
        new: NewModel,
        revision: Option<u32>,
    ) -> StoreResult<ModelRecord> {
        const DOING: &str = "change a model";
        let mut values = vec![
            id.into(),
            new.name.as_str().into(),
            new.label.into(),
            new.document.to_string().into(),
            self.database.time(Utc::now()),
        ];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE models SET name = $2, label = $3, document = $4, updated_at = $5, revision = revision + 1
             WHERE id = $1{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self
            .database
            .writer
            .execute_raw(statement)
            .await
            .map_err(StoreError::taken(DOING, "a model", &new.name))?;
        let now = self.model(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the model")),
            _ => Ok(now),
        }
    }

    /// Takes a model away; it can be brought back.
    pub async fn delete_model(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        const DOING: &str = "delete a model";
        #[derive(FromQueryResult)]
        struct Home {
            workspace_id: Uuid,
        }
        let doing = StoreError::doing(DOING);
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let whose = format!("SELECT workspace_id FROM models WHERE id = $1{only}");
        let whose = self.database.statement_of(whose, values.clone());
        let unchanged = and_revision(revision, &mut values);
        let sql = format!("DELETE FROM models WHERE id = $1{only}{unchanged} RETURNING {COLUMNS}");
        let delete = self.database.statement_of(sql, values);
        let transaction = self.database.begin(DOING).await?;
        let home: Option<Home> = one(&transaction, whose).await.map_err(&doing)?;
        let gone: Option<Row> = one(&transaction, delete).await.map_err(&doing)?;
        let Some(gone) = gone else {
            transaction.rollback().await.map_err(&doing)?;
            return Err(not_deleted(home, WHAT, "the model"));
        };
        let home = home.ok_or(StoreError::NotFound(WHAT))?;
        let gone = ModelRecord::from(gone);
        self.trash_model(&transaction, home.workspace_id, &gone, by)
            .await?;
        if let Some(application) = gone.application_id {
            self.count_change(&transaction, application).await?;
        }
        transaction.commit().await.map_err(doing)
    }

    /// An application is another one when its models are. Says whether it is there at all.
    pub(crate) async fn count_change(
        &self,
        transaction: &DatabaseTransaction,
        application: Uuid,
    ) -> StoreResult<u64> {
        let sql = "UPDATE applications SET revision = revision + 1 WHERE id = $1";
        let count = self.database.statement(sql, [application.into()]);
        let counted = transaction.execute_raw(count).await;
        counted
            .map(|counted| counted.rows_affected())
            .map_err(StoreError::doing("change an application"))
    }

    pub(crate) async fn insert_model(
        &self,
        scope: Scope,
        transaction: &DatabaseTransaction,
        id: Uuid,
        application_id: Option<Uuid>,
        new: NewModel,
        now: Time,
    ) -> StoreResult<ModelRecord> {
        let insert = self.database.statement(
            "INSERT INTO models (id, application_id, name, label, document, created_at, updated_at, workspace_id)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
            [
                id.into(),
                application_id.into(),
                new.name.as_str().into(),
                new.label.as_str().into(),
                new.document.to_string().into(),
                self.database.time(now),
                scope.home().into(),
            ],
        );
        transaction
            .execute_raw(insert)
            .await
            .map_err(StoreError::taken("create a model", "a model", &new.name))?;
        let NewModel {
            name,
            label,
            document,
        } = new;
        Ok(ModelRecord {
            id,
            application_id,
            name,
            label,
            document,
            revision: 0,
            created_at: now,
            updated_at: now,
        })
    }
}
