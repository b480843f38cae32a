//! Secrets of workspaces: sealed texts that workflows use by name, and that nobody reads again.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{SubsecRound, Utc};
use engine::Time;
use engine::ports::PortResult;
use engine::ports::secrets::{Secret, SecretField, SecretText, Secrets};
use engine::secret::SecretKind;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::by_name::ByName;
use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::and_revision;
use crate::scope::Scope;
use crate::store::Store;
use crate::trash::{Gone, RESTORING, SECRET};
use crate::vault::VaultError;

/// What a secret holds, by field.
pub type SecretFields = BTreeMap<String, SecretText>;

#[derive(Debug, Clone, PartialEq)]
pub struct NewSecret {
    pub name: String,
    pub kind: String,
    pub description: String,
    pub fields: SecretFields,
}

/// What is to be another; the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SecretChange {
    pub name: Option<String>,
    pub description: Option<String>,
    /// The kind may change with what it holds.
    pub fields: Option<(String, SecretFields)>,
}

/// Everything about a secret but what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecretSummary {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub description: String,
    /// The names of its fields.
    pub fields: Vec<String>,
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
    /// When what it holds was changed last.
    pub changed_at: Time,
}

const WHAT: &str = "secret";
const DOING: &str = "change a secret";
const COLUMNS: &str =
    "id, name, kind, description, fields, revision, created_at, updated_at, changed_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    kind: String,
    description: String,
    fields: Json<Vec<String>>,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
    changed_at: Moment,
}

impl From<Row> for SecretSummary {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            kind: row.kind,
            description: row.description,
            fields: row.fields.0,
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            changed_at: row.changed_at.0,
        }
    }
}

/// What a sealed text is bound to: that of another secret, or of another workspace, does not open in its place.
pub(crate) fn place(workspace: Uuid, id: Uuid) -> String {
    format!("secret:{workspace}:{id}")
}

impl Store {
    /// By name.
    pub async fn list_secrets(
        &self,
        scope: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<SecretSummary>> {
        let what = ByName {
            list: "secrets",
            doing: "list secrets",
            columns: COLUMNS,
            from: "workspace_secrets WHERE true",
            name: |item: &SecretSummary| &item.name,
        };
        self.list_by_name::<Row, _>(what, scope, paging).await
    }

    pub async fn workspace_secret(
        &self,
        scope: Scope,
        id: Uuid,
    ) -> StoreResult<Option<SecretSummary>> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("SELECT {COLUMNS} FROM workspace_secrets WHERE id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read a secret", statement).await?;
        Ok(row.map(SecretSummary::from))
    }

    /// A new secret; the first one, when this idempotency key was seen before.
    pub async fn create_secret(
        &self,
        scope: Scope,
        new: NewSecret,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<SecretSummary>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let sealed = self.seal_fields(scope.home(), id, &new.fields)?;
        let transaction = database.begin(DOING).await?;
        let kind = (scope, WHAT);
        if let Some(first) = claim(self, &transaction, kind, idempotency_key, id, now).await? {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.workspace_secret(scope, first).await?, WHAT);
        }
        let insert = database.statement(
            "INSERT INTO workspace_secrets
             (id, workspace_id, name, kind, description, fields, sealed, created_at, updated_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)",
            [
                id.into(),
                scope.home().into(),
                new.name.as_str().into(),
                new.kind.into(),
                new.description.into(),
                names(&new.fields).into(),
                sealed.into(),
                database.time(now),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map_err(StoreError::taken(DOING, "a secret", &new.name))?;
        transaction.commit().await.map_err(&doing)?;
        Created::just_now(self.workspace_secret(scope, id).await?, WHAT)
    }

    /// Changes a secret, unless somebody else has since `revision`.
    pub async fn update_secret(
        &self,
        scope: Scope,
        id: Uuid,
        change: SecretChange,
        revision: Option<u32>,
    ) -> StoreResult<SecretSummary> {
        let database = &self.database;
        let mut values = vec![id.into(), database.time(Utc::now().trunc_subsecs(6))];
        let mut sets = String::new();
        let mut set = |column: &str, value: sea_orm::Value, values: &mut Vec<sea_orm::Value>| {
            values.push(value);
            sets += &format!(", {column} = ${}", values.len());
        };
        if let Some(name) = &change.name {
            set("name", name.as_str().into(), &mut values);
        }
        if let Some(description) = change.description {
            set("description", description.into(), &mut values);
        }
        if let Some((kind, fields)) = &change.fields {
            let home = self.home_of(scope, id).await?;
            let sealed = self.seal_fields(home, id, fields)?;
            set("kind", kind.as_str().into(), &mut values);
            set("fields", names(fields).into(), &mut values);
            set("sealed", sealed.into(), &mut values);
            sets += ", changed_at = $2";
        }
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE workspace_secrets SET updated_at = $2, revision = revision + 1{sets}
             WHERE id = $1{only}{unchanged}"
        );
        let statement = database.statement_of(sql, values);
        let done = database.writer.execute_raw(statement).await;
        let name = change.name.unwrap_or_default();
        let done = done.map_err(StoreError::taken(DOING, "a secret", &name))?;
        let now = self.workspace_secret(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the secret")),
            _ => Ok(now),
        }
    }

    /// Takes a secret out of use and frees its name. It can be brought back: what it holds lies sealed in the trash.
    pub async fn delete_secret(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        #[derive(FromQueryResult)]
        struct Whole {
            workspace_id: Uuid,
            sealed: String,
            #[sea_orm(nested)]
            summary: Row,
        }
        const DOING: &str = "delete a secret";
        let doing = StoreError::doing(DOING);
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "DELETE FROM workspace_secrets WHERE id = $1{only}{unchanged} RETURNING workspace_id, sealed, {COLUMNS}"
        );
        let transaction = self.database.begin(DOING).await?;
        let gone: Option<Whole> = one(&transaction, self.database.statement_of(sql, values))
            .await
            .map_err(&doing)?;
        let Some(gone) = gone else {
            transaction.rollback().await.map_err(&doing)?;
            return Err(match self.workspace_secret(scope, id).await? {
                None => StoreError::NotFound(WHAT),
                Some(_) => StoreError::Outdated("the secret"),
            });
        };
        let secret = SecretSummary::from(gone.summary);
        let content = serde_json::to_string(&secret).map_err(StoreError::corrupt(DOING))?;
        let gone = Gone {
            home: gone.workspace_id,
            kind: SECRET,
            id,
            name: &secret.name,
            content,
            sealed: Some(gone.sealed),
            by,
        };
        self.put_in(&transaction, gone).await?;
        transaction.commit().await.map_err(&doing)
    }

    /// Brings a deleted secret back with what it held, unless its name was taken meanwhile.
    pub async fn restore_secret(
        &self,
        scope: Scope,
        id: Uuid,
        name: Option<&str>,
    ) -> StoreResult<SecretSummary> {
        let doing = StoreError::doing(RESTORING);
        let transaction = self.database.begin(RESTORING).await?;
        let taken = self.take_out(&transaction, scope, SECRET, id).await?;
        let mut secret: SecretSummary =
            serde_json::from_value(taken.content).map_err(StoreError::corrupt(RESTORING))?;
        if let Some(name) = name {
            name.clone_into(&mut secret.name);
        }
        let sealed = taken.sealed.ok_or(VaultError::DoesNotOpen);
        let insert = self.database.statement(
            "INSERT INTO workspace_secrets
             (id, workspace_id, name, kind, description, fields, sealed, revision, created_at, updated_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                id.into(),
                taken.home.into(),
                secret.name.as_str().into(),
                secret.kind.into(),
                secret.description.into(),
                serde_json::Value::from(secret.fields).to_string().into(),
                sealed.map_err(StoreError::sealed(RESTORING))?.into(),
                (secret.revision + 1).cast_signed().into(),
                self.database.time(secret.created_at),
                self.database.time(secret.updated_at),
                self.database.time(secret.changed_at),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map_err(StoreError::taken(RESTORING, "a secret", &secret.name))?;
        transaction.commit().await.map_err(&doing)?;
        let secret = self.workspace_secret(scope, id).await?;
        secret.ok_or(StoreError::NotFound(WHAT))
    }

    /// Removes a secret for good, deleted before or not: what it held is gone.
    pub async fn purge_secret(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let deleted = self.delete_secret(scope, id, revision, None).await;
        self.throw_away(deleted, scope, SECRET, id).await
    }

    /// The workspace that a secret belongs to.
    async fn home_of(&self, scope: Scope, id: Uuid) -> StoreResult<Uuid> {
        #[derive(FromQueryResult)]
        struct Home {
            workspace_id: Uuid,
        }
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("SELECT workspace_id FROM workspace_secrets WHERE id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let home: Option<Home> = self.database.one("read a secret", statement).await?;
        Ok(home.ok_or(StoreError::NotFound(WHAT))?.workspace_id)
    }

    fn seal_fields(&self, workspace: Uuid, id: Uuid, fields: &SecretFields) -> StoreResult<String> {
        let fields: BTreeMap<&str, &str> = fields
            .iter()
            .map(|(name, text)| (name.as_str(), text.expose()))
            .collect();
        let text = serde_json::to_vec(&fields).map(Zeroizing::new);
        let text = text.map_err(StoreError::corrupt(DOING))?;
        let sealed = self.vault.seal(&place(workspace, id), &text);
        sealed.map_err(StoreError::sealed(DOING))
    }
}

#[async_trait]
impl Secrets for Store {
    async fn reveal(&self, owner: Uuid, wanted: &[&str]) -> PortResult<BTreeMap<String, Secret>> {
        const DOING: &str = "open the secrets of a step";
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            name: String,
            kind: String,
            sealed: String,
            revision: i32,
        }
        let (condition, names) = self.database.among_texts("name", 2, wanted);
        let sql = format!(
            "SELECT id, name, kind, sealed, revision FROM workspace_secrets WHERE workspace_id = $1 AND {condition}"
        );
        let statement = self.database.statement(sql, [owner.into(), names]);
        let rows: Vec<Row> = self.database.all(DOING, statement).await?;
        let mut secrets = BTreeMap::new();
        for row in rows {
            let text = self.vault.unseal(&place(owner, row.id), &row.sealed);
            let text = text.map_err(StoreError::sealed(DOING))?;
            let fields: BTreeMap<String, String> =
                serde_json::from_slice(&text).map_err(StoreError::corrupt(DOING))?;
            let kind = SecretKind::named(&row.kind);
            let field = |(name, text): (String, String)| {
                let confidential = kind.is_none_or(|kind| kind.hides(&name));
                let text = SecretText::new(text);
                (name, SecretField { text, confidential })
            };
            let secret = Secret {
                version: format!("{}.{}", row.id, row.revision),
                fields: fields.into_iter().map(field).collect(),
            };
            secrets.insert(row.name, secret);
        }
        Ok(secrets)
    }
}

fn names(fields: &SecretFields) -> String {
    serde_json::Value::from_iter(fields.keys().map(String::as_str)).to_string()
}
