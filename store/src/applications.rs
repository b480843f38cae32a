//! Applications: what is generated, built and deployed, with its models.

use async_trait::async_trait;
use blueprint::Application;
use blueprint::ports::{ApplicationSource, BoxedError};
use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::by_name::ByName;
use crate::database::{Json, Moment, all, one};
use crate::environments::EnvironmentEntry;
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::models::{self, ModelRecord, NewModel};
use crate::page::{Page, Paging};
use crate::revision::{and_revision, not_deleted};
use crate::scope::Scope;
use crate::store::Store;
use crate::trash::TrashedApplication;

/// A checked application.
#[derive(Debug, Clone, PartialEq)]
pub struct NewApplication {
    pub name: String,
    pub label: String,
    pub description: String,
    /// How it is deployed.
    pub configuration: Value,
    /// The blueprint's relationships, as a list.
    pub relationships: Value,
    /// What else of the workspace it consists of, as a list.
    pub components: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApplicationRecord {
    pub id: Uuid,
    pub name: String,
    pub label: String,
    pub description: String,
    pub configuration: Value,
    pub relationships: Value,
    #[serde(default = "none")]
    pub components: Value,
    /// What it is given when it is shipped, with a revision of its own.
    #[serde(default)]
    pub environment: Vec<EnvironmentEntry>,
    #[serde(default)]
    pub environment_revision: u32,
    /// Rises with every change of it or its models.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

const WHAT: &str = "application";
const COLUMNS: &str =
    "id, name, label, description, configuration, relationships, components, environment,
    environment_revision, revision, created_at, updated_at";

fn none() -> Value {
    Value::Array(Vec::new())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    label: String,
    description: String,
    configuration: Json<Value>,
    relationships: Json<Value>,
    components: Json<Value>,
    environment: Json<Vec<EnvironmentEntry>>,
    environment_revision: i32,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for ApplicationRecord {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            label: row.label,
            description: row.description,
            configuration: row.configuration.0,
            relationships: row.relationships.0,
            components: row.components.0,
            environment: row.environment.0,
            environment_revision: row.environment_revision.cast_unsigned(),
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Store {
    /// By name.
    pub async fn list_applications(
        &self,
        scope: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<ApplicationRecord>> {
        let what = ByName {
            list: "applications",
            doing: "list applications",
            columns: COLUMNS,
            from: "applications WHERE true",
            name: |item: &ApplicationRecord| &item.name,
        };
        self.list_by_name::<Row, _>(what, scope, paging).await
    }

    pub async fn application(
        &self,
        scope: Scope,
        id: Uuid,
    ) -> StoreResult<Option<ApplicationRecord>> {
        self.application_where(scope, "id = $1", id.into()).await
    }

    pub async fn application_named(
        &self,
        scope: Scope,
        name: &str,
    ) -> StoreResult<Option<ApplicationRecord>> {
        let scope = Scope::Workspace(scope.home());
        self.application_where(scope, "name = $1", name.into())
            .await
    }

    /// A new application together with its models, all or none.
    pub async fn create_application(
        &self,
        scope: Scope,
        new: NewApplication,
        models: Vec<NewModel>,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<ApplicationRecord>> {
        const DOING: &str = "create an application";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        if let Some(first) =
            claim(self, &transaction, (scope, WHAT), idempotency_key, id, now).await?
        {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.application(scope, first).await?, WHAT);
        }
        let insert = database.statement(
            "INSERT INTO applications (id, name, label, description, configuration, relationships, created_at, updated_at,
                                       workspace_id, components)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)",
            [
                id.into(),
                new.name.as_str().into(),
                new.label.as_str().into(),
                new.description.as_str().into(),
                new.configuration.to_string().into(),
                new.relationships.to_string().into(),
                database.time(now),
                scope.home().into(),
                new.components.to_string().into(),
            ],
        );
        transaction
            .execute_raw(insert)
            .await
            .map_err(StoreError::taken(DOING, "an application", &new.name))?;
        for model in models {
            self.insert_model(scope, &transaction, Uuid::now_v7(), Some(id), model, now)
                .await?;
        }
        transaction.commit().await.map_err(&doing)?;
        let NewApplication {
            name,
            label,
            description,
            configuration,
            relationships,
            components,
        } = new;
        let value = ApplicationRecord {
            id,
            name,
            label,
            description,
            configuration,
            relationships,
            components,
            environment: Vec::new(),
            environment_revision: 0,
            revision: 0,
            created_at: now,
            updated_at: now,
        };
        Ok(Created {
            value,
            existing: false,
        })
    }

    /// Changes everything but the models, which have addresses of their own.
    pub async fn update_application(
        &self,
        scope: Scope,
        id: Uuid,
        new: NewApplication,
        revision: Option<u32>,
    ) -> StoreResult<ApplicationRecord> {
        const DOING: &str = "change an application";
        let name = new.name.clone();
        let statement = self.application_update(scope, id, new, revision, Utc::now());
        let done = self
            .database
            .writer
            .execute_raw(statement)
            .await
            .map_err(StoreError::taken(DOING, "an application", &name))?;
        let now = self.application(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the application")),
            _ => Ok(now),
        }
    }

    /// Changes everything but the models, unless somebody else has changed it since `revision`.
    pub(crate) fn application_update(
        &self,
        scope: Scope,
        id: Uuid,
        new: NewApplication,
        revision: Option<u32>,
        now: Time,
    ) -> Statement {
        let mut values = vec![
            id.into(),
            new.name.into(),
            new.label.into(),
            new.description.into(),
            new.configuration.to_string().into(),
            new.relationships.to_string().into(),
            self.database.time(now),
            new.components.to_string().into(),
        ];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE applications SET name = $2, label = $3, description = $4, configuration = $5, relationships = $6,
                                     updated_at = $7, components = $8, revision = revision + 1
             WHERE id = $1{only}{unchanged}"
        );
        self.database.statement_of(sql, values)
    }

    /// Takes an application away, and its models with it; they can be brought back together.
    pub async fn delete_application(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        const DOING: &str = "delete an application";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        // Counting locks the row: a change of its models waits, and finds it gone.
        let lock = format!(
            "UPDATE applications SET revision = revision + 1 WHERE id = $1{only}{unchanged}"
        );
        let lock = database.statement_of(lock, values);
        let transaction = database.begin(DOING).await?;
        let locked = transaction.execute_raw(lock).await.map_err(&doing)?;
        if locked.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            let there = self.application(scope, id).await?;
            return Err(not_deleted(there, WHAT, "the application"));
        }
        let home = self.home_of_application(&transaction, id).await?;
        let models = "DELETE FROM models WHERE application_id = $1 RETURNING ";
        let models = database.statement(format!("{models}{}", models::COLUMNS), [id.into()]);
        let models: Vec<models::Row> = all(&transaction, models).await.map_err(&doing)?;
        let sql = format!("DELETE FROM applications WHERE id = $1 RETURNING {COLUMNS}");
        let delete = database.statement(sql, [id.into()]);
        let application: Option<Row> = one(&transaction, delete).await.map_err(&doing)?;
        let application = application.ok_or(StoreError::NotFound(WHAT))?;
        let whole = TrashedApplication {
            application: application.into(),
            models: models.into_iter().map(ModelRecord::from).collect(),
        };
        self.trash_application(&transaction, home, &whole, by)
            .await?;
        transaction.commit().await.map_err(doing)
    }

    /// The workspace that an application belongs to.
    pub(crate) async fn home_of_application(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
    ) -> StoreResult<Uuid> {
        #[derive(FromQueryResult)]
        struct Home {
            workspace_id: Uuid,
        }
        let sql = "SELECT workspace_id FROM applications WHERE id = $1";
        let statement = self.database.statement(sql, [id.into()]);
        let home: Option<Home> = one(transaction, statement)
            .await
            .map_err(StoreError::doing("read an application"))?;
        Ok(home.ok_or(StoreError::NotFound(WHAT))?.workspace_id)
    }

    async fn application_where(
        &self,
        scope: Scope,
        condition: &'static str,
        value: sea_orm::Value,
    ) -> StoreResult<Option<ApplicationRecord>> {
        let mut values = vec![value];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("SELECT {COLUMNS} FROM applications WHERE {condition}{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read an application", statement).await?;
        Ok(row.map(ApplicationRecord::from))
    }
}

#[async_trait]
impl ApplicationSource for Store {
    async fn load(&self, owner: Uuid, name: &str) -> Result<Option<Application>, BoxedError> {
        let scope = Scope::Workspace(owner);
        let Some(record) = self.application_named(scope, name).await? else {
            return Ok(None);
        };
        let models = self.application_models(scope, record.id).await?;
        Ok(Some(Application {
            id: record.id.to_string(),
            name: record.name,
            label: record.label,
            description: record.description,
            models: models
                .into_iter()
                .map(|model| serde_json::from_value(model.document))
                .collect::<Result<_, _>>()?,
            relationships: serde_json::from_value(record.relationships)?,
        }))
    }
}
