//! What applications are given in their environment when they are shipped: values, and secrets by name.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use blueprint::ports::{EnvironmentError, EnvironmentSource, EnvironmentVariable};
use chrono::{SubsecRound, Utc};
use engine::ports::secrets::Secrets;
use engine::secret::VALUE;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::database::Json;
use crate::error::{StoreError, StoreResult};
use crate::scope::Scope;
use crate::store::Store;

/// A variable of an environment: what it holds, or what holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentEntry {
    pub name: String,
    #[serde(flatten)]
    pub held: Held,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    Value(String),
    /// The name of a secret, and after a dot that of one of its fields.
    Secret(String),
}

/// The environment of an application, with the state that it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvironmentRecord {
    pub entries: Vec<EnvironmentEntry>,
    pub revision: u32,
}

impl Store {
    /// What an application is given; `None` when there is no such application.
    pub async fn application_environment(
        &self,
        scope: Scope,
        id: Uuid,
    ) -> StoreResult<Option<EnvironmentRecord>> {
        let record = self.application(scope, id).await?;
        Ok(record.map(|record| EnvironmentRecord {
            entries: record.environment,
            revision: record.environment_revision,
        }))
    }

    /// Puts these in the place of all there were, unless somebody else has changed them since `revision`.
    pub async fn set_application_environment(
        &self,
        scope: Scope,
        id: Uuid,
        entries: &[EnvironmentEntry],
        revision: Option<u32>,
    ) -> StoreResult<EnvironmentRecord> {
        const DOING: &str = "change the environment of an application";
        let text = serde_json::to_string(entries).map_err(StoreError::corrupt(DOING))?;
        let now = Utc::now().trunc_subsecs(6);
        let mut values = vec![id.into(), text.into(), self.database.time(now)];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = match revision {
            Some(revision) => {
                values.push(revision.cast_signed().into());
                format!(" AND environment_revision = ${}", values.len())
            }
            None => String::new(),
        };
        let sql = format!(
            "UPDATE applications SET environment = $2, environment_revision = environment_revision + 1, updated_at = $3
             WHERE id = $1{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let done = done.map_err(StoreError::doing(DOING))?;
        let now = self.application_environment(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound("application"))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the environment")),
            _ => Ok(now),
        }
    }

    /// The applications of a workspace that are given a secret of this name.
    pub async fn applications_given(
        &self,
        scope: Scope,
        secret: &str,
    ) -> StoreResult<BTreeMap<String, Uuid>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            name: String,
            environment: Json<Vec<EnvironmentEntry>>,
        }
        let sql = "SELECT id, name, environment FROM applications WHERE workspace_id = $1 AND environment <> '[]'";
        let statement = self.database.statement(sql, [scope.home().into()]);
        let rows: Vec<Row> = self
            .database
            .all("look who is given a secret", statement)
            .await?;
        let is_given = |entry: &EnvironmentEntry| match &entry.held {
            Held::Secret(named) => secret_and_field(named).0 == secret,
            Held::Value(_) => false,
        };
        Ok(rows
            .into_iter()
            .filter(|row| row.environment.0.iter().any(is_given))
            .map(|row| (row.name, row.id))
            .collect())
    }

    /// Those of these secrets that there are, with the names of their fields.
    pub async fn fields_of_secrets(
        &self,
        scope: Scope,
        names: &[&str],
    ) -> StoreResult<HashMap<String, Vec<String>>> {
        #[derive(FromQueryResult)]
        struct Row {
            name: String,
            fields: Json<Vec<String>>,
        }
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let (condition, names) = self.database.among_texts("name", 2, names);
        let sql = format!(
            "SELECT name, fields FROM workspace_secrets WHERE workspace_id = $1 AND {condition}"
        );
        let statement = self.database.statement(sql, [scope.home().into(), names]);
        let rows: Vec<Row> = self.database.all("look for secrets", statement).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.name, row.fields.0))
            .collect())
    }
}

/// The name of a secret, and that of the field that is meant.
pub fn secret_and_field(secret: &str) -> (&str, &str) {
    secret.split_once('.').unwrap_or((secret, VALUE))
}

#[async_trait]
impl EnvironmentSource for Store {
    async fn environment(
        &self,
        owner: Uuid,
        application: &str,
    ) -> Result<Vec<EnvironmentVariable>, EnvironmentError> {
        let failed = |error: StoreError| EnvironmentError::Failed(error.into());
        let scope = Scope::Workspace(owner);
        let found = self.application_named(scope, application).await;
        let Some(record) = found.map_err(failed)? else {
            return Ok(Vec::new());
        };
        let wanted = record
            .environment
            .iter()
            .filter_map(|entry| match &entry.held {
                Held::Secret(secret) => Some(secret_and_field(secret).0),
                Held::Value(_) => None,
            });
        let wanted: Vec<&str> = wanted.collect();
        let secrets = match wanted.is_empty() {
            true => BTreeMap::new(),
            false => self
                .reveal(owner, &wanted)
                .await
                .map_err(|error| EnvironmentError::Failed(error.into()))?,
        };
        let variables = record.environment.iter().map(|entry| {
            let name = entry.name.clone();
            match &entry.held {
                Held::Value(value) => Ok(EnvironmentVariable {
                    name,
                    value: value.clone(),
                    confidential: false,
                }),
                Held::Secret(secret) => {
                    let (whole, field) = secret_and_field(secret);
                    let held = secrets.get(whole).and_then(|held| held.fields.get(field));
                    let held = held.ok_or_else(|| EnvironmentError::NoSecret {
                        variable: name.clone(),
                        secret: secret.clone(),
                    })?;
                    Ok(EnvironmentVariable {
                        name,
                        value: held.text.expose().to_owned(),
                        confidential: held.confidential,
                    })
                }
            }
        });
        variables.collect()
    }
}
