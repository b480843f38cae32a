//! Applications: what is generated, built and deployed, with its models.

use async_trait::async_trait;
use blueprint::Application;
use blueprint::ports::{ApplicationSource, BoxedError};
use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult, Trouble};
use crate::idempotency::{Created, claim};
use crate::models::NewModel;
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

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
}

#[derive(Debug, Clone, PartialEq)]
pub struct ApplicationRecord {
    pub id: Uuid,
    pub name: String,
    pub label: String,
    pub description: String,
    pub configuration: Value,
    pub relationships: Value,
    pub created_at: Time,
    pub updated_at: Time,
}

const WHAT: &str = "application";
const COLUMNS: &str =
    "id, name, label, description, configuration, relationships, created_at, updated_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    label: String,
    description: String,
    configuration: Json<Value>,
    relationships: Json<Value>,
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
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Store {
    /// By name.
    pub async fn list_applications(
        &self,
        Scope::System: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<ApplicationRecord>> {
        const LIST: &str = "applications";
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let after = paging.after::<String>(LIST)?.map(|after| {
            values.push(after.into());
            "WHERE name > $2"
        });
        let sql = format!(
            "SELECT {COLUMNS} FROM applications {} ORDER BY name LIMIT $1",
            after.unwrap_or_default()
        );
        let rows: Vec<Row> = self
            .database
            .all("list applications", self.database.statement_of(sql, values))
            .await?;
        let items = rows.into_iter().map(ApplicationRecord::from).collect();
        paging.page(LIST, items, |item: &ApplicationRecord| item.name.clone())
    }

    pub async fn application(
        &self,
        Scope::System: Scope,
        id: Uuid,
    ) -> StoreResult<Option<ApplicationRecord>> {
        self.application_where("id = $1", id.into()).await
    }

    pub async fn application_named(
        &self,
        Scope::System: Scope,
        name: &str,
    ) -> StoreResult<Option<ApplicationRecord>> {
        self.application_where("name = $1", name.into()).await
    }

    /// A new application together with its models, all or none.
    pub async fn create_application(
        &self,
        scope: Scope,
        new: NewApplication,
        models: Vec<NewModel>,
        idempotency_key: Option<&str>,
    ) -> StoreResult<Created<ApplicationRecord>> {
        const DOING: &str = "create an application";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        if let Some(first) = claim(database, &transaction, WHAT, idempotency_key, id, now).await? {
            transaction.rollback().await.map_err(&doing)?;
            let value = self
                .application(scope, first)
                .await?
                .ok_or(StoreError::NotFound(WHAT))?;
            return Ok(Created {
                value,
                existing: true,
            });
        }
        let insert = database.statement(
            "INSERT INTO applications (id, name, label, description, configuration, relationships, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
            [
                id.into(),
                new.name.as_str().into(),
                new.label.as_str().into(),
                new.description.as_str().into(),
                new.configuration.to_string().into(),
                new.relationships.to_string().into(),
                database.time(now),
            ],
        );
        transaction
            .execute_raw(insert)
            .await
            .map_err(|error| taken(DOING, &new.name, error))?;
        for model in models {
            self.insert_model(&transaction, Uuid::now_v7(), Some(id), model, now)
                .await?;
        }
        transaction.commit().await.map_err(&doing)?;
        let NewApplication {
            name,
            label,
            description,
            configuration,
            relationships,
        } = new;
        let value = ApplicationRecord {
            id,
            name,
            label,
            description,
            configuration,
            relationships,
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
    ) -> StoreResult<ApplicationRecord> {
        const DOING: &str = "change an application";
        let statement = self.database.statement(
            "UPDATE applications SET name = $2, label = $3, description = $4, configuration = $5, relationships = $6,
                                     updated_at = $7
             WHERE id = $1",
            [
                id.into(),
                new.name.as_str().into(),
                new.label.into(),
                new.description.into(),
                new.configuration.to_string().into(),
                new.relationships.to_string().into(),
                self.database.time(Utc::now()),
            ],
        );
        let done = self
            .database
            .writer
            .execute_raw(statement)
            .await
            .map_err(|error| taken(DOING, &new.name, error))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound(WHAT));
        }
        self.application(scope, id)
            .await?
            .ok_or(StoreError::NotFound(WHAT))
    }

    /// Its models go with it.
    pub async fn delete_application(&self, Scope::System: Scope, id: Uuid) -> StoreResult<()> {
        let statement = self
            .database
            .statement("DELETE FROM applications WHERE id = $1", [id.into()]);
        match self
            .database
            .write("delete an application", statement)
            .await?
        {
            0 => Err(StoreError::NotFound(WHAT)),
            _ => Ok(()),
        }
    }

    async fn application_where(
        &self,
        condition: &'static str,
        value: sea_orm::Value,
    ) -> StoreResult<Option<ApplicationRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM applications WHERE {condition}");
        let row: Option<Row> = self
            .database
            .one("read an application", self.database.statement(sql, [value]))
            .await?;
        Ok(row.map(ApplicationRecord::from))
    }
}

#[async_trait]
impl ApplicationSource for Store {
    async fn load(&self, name: &str) -> Result<Option<Application>, BoxedError> {
        let Some(record) = self.application_named(Scope::System, name).await? else {
            return Ok(None);
        };
        let models = self.application_models(Scope::System, record.id).await?;
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

pub(crate) fn taken(doing: &'static str, name: &str, error: DbErr) -> StoreError {
    match Trouble::of(&error) {
        Trouble::Duplicate => StoreError::NameTaken {
            what: "an application",
            name: name.to_owned(),
        },
        _ => StoreError::Database {
            doing,
            source: error,
        },
    }
}
