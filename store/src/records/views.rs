//! Views of lists that people have saved: for themselves, or for everybody in the workspace.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::and_revision;
use crate::scope::Scope;
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct NewSavedView {
    pub model: String,
    pub name: String,
    /// Columns, filters and order, as screens read them.
    pub content: Value,
    pub shared: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SavedView {
    pub id: Uuid,
    /// Whose it is; nobody's, where whoever operates the machine made it.
    pub user_id: Option<Uuid>,
    pub model: String,
    pub name: String,
    pub content: Value,
    pub shared: bool,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

const WHAT: &str = "view";
const DOING: &str = "change a view";
const COLUMNS: &str = "id, user_id, model, name, content, shared, revision, created_at, updated_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Option<Uuid>,
    model: String,
    name: String,
    content: Json<Value>,
    shared: bool,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for SavedView {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            model: row.model,
            name: row.name,
            content: row.content.0,
            shared: row.shared,
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

/// Whose views somebody sees: their own, and what others share.
fn and_seen(person: Option<Uuid>, values: &mut Vec<sea_orm::Value>) -> String {
    match person {
        Some(person) => {
            values.push(person.into());
            format!(" AND (shared OR user_id = ${})", values.len())
        }
        None => " AND (shared OR user_id IS NULL)".to_owned(),
    }
}

impl Store {
    /// By model and name: what this person may see, of one model or of all.
    pub async fn list_views(
        &self,
        scope: Scope,
        person: Option<Uuid>,
        model: Option<&str>,
        paging: &Paging,
    ) -> StoreResult<Page<SavedView>> {
        const LIST: &str = "views";
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut only = scope.and("workspace_id", &mut values);
        only += &and_seen(person, &mut values);
        if let Some(model) = model {
            values.push(model.into());
            only += &format!(" AND model = ${}", values.len());
        }
        if let Some((model, name, id)) = paging.after::<(String, String, Uuid)>(LIST)? {
            values.extend([model.into(), name.into(), id.into()]);
            let n = values.len();
            only += &format!(" AND (model, name, id) > (${}, ${}, ${n})", n - 2, n - 1);
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM saved_views WHERE 1 = 1{only} ORDER BY model, name, id LIMIT $1"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("list views", statement).await?;
        let items = rows.into_iter().map(SavedView::from).collect();
        paging.page(LIST, items, |view: &SavedView| {
            (view.model.clone(), view.name.clone(), view.id)
        })
    }

    /// A view that this person may see.
    pub async fn view(
        &self,
        scope: Scope,
        person: Option<Uuid>,
        id: Uuid,
    ) -> StoreResult<Option<SavedView>> {
        let mut values = vec![id.into()];
        let mut only = scope.and("workspace_id", &mut values);
        only += &and_seen(person, &mut values);
        let sql = format!("SELECT {COLUMNS} FROM saved_views WHERE id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read a view", statement).await?;
        Ok(row.map(SavedView::from))
    }

    /// A new view; the first one, when this idempotency key was seen before.
    pub async fn create_view(
        &self,
        scope: Scope,
        person: Option<Uuid>,
        new: NewSavedView,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<SavedView>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        let kind = (scope, WHAT);
        if let Some(first) = claim(self, &transaction, kind, idempotency_key, id, now).await? {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.view(scope, person, first).await?, WHAT);
        }
        let insert = database.statement(
            "INSERT INTO saved_views (id, workspace_id, user_id, model, name, content, shared, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
            [
                id.into(),
                scope.home().into(),
                person.into(),
                new.model.into(),
                new.name.into(),
                new.content.to_string().into(),
                new.shared.into(),
                database.time(now),
            ],
        );
        transaction.execute_raw(insert).await.map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        Created::just_now(self.view(scope, person, id).await?, WHAT)
    }

    /// Replaces a view, unless somebody else has changed it since `revision`.
    pub async fn update_view(
        &self,
        scope: Scope,
        person: Option<Uuid>,
        id: Uuid,
        new: NewSavedView,
        revision: Option<u32>,
    ) -> StoreResult<SavedView> {
        let mut values = vec![
            id.into(),
            new.name.into(),
            new.content.to_string().into(),
            new.shared.into(),
            self.database.time(Utc::now().trunc_subsecs(6)),
        ];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE saved_views SET name = $2, content = $3, shared = $4, updated_at = $5, revision = revision + 1
             WHERE id = $1{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.write(DOING, statement).await?;
        let now = self.view(scope, person, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done {
            0 => Err(StoreError::Outdated("the view")),
            _ => Ok(now),
        }
    }

    pub async fn delete_view(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!("DELETE FROM saved_views WHERE id = $1{only}{unchanged}");
        let statement = self.database.statement_of(sql, values);
        match self.database.write("delete a view", statement).await? {
            0 => Err(StoreError::Outdated("the view")),
            _ => Ok(()),
        }
    }
}
