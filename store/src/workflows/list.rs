//! The list of workflows, whole or searched.

use sea_orm::FromQueryResult;

use super::{SUMMARY, SummaryRow, WorkflowSummary};
use crate::cursor;
use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::pattern;
use crate::scope::Scope;
use crate::store::Store;

const LIST: &str = "workflows";

/// What one page of a search looks at, so that what nobody has is not looked for in all that there is.
const SEARCHED: i64 = 20_000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkflowFilter {
    /// A part of the name or label, in any case.
    pub q: Option<String>,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

impl Store {
    /// By name. A page of what was searched for looks through so many workflows at most: it may hold fewer than there is
    /// room for, even none, and yet have a next one.
    pub async fn list_workflows(
        &self,
        scope: Scope,
        filter: &WorkflowFilter,
        paging: &Paging,
    ) -> StoreResult<Page<WorkflowSummary>> {
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut conditions = String::from("w.deleted_at IS NULL");
        conditions += &scope.and("w.workspace_id", &mut values);
        if let Some(after) = paging.after::<String>(LIST)? {
            values.push(after.into());
            conditions += &format!(" AND w.name > ${}", values.len());
        }
        let word = filter.q.as_deref().filter(|q| !q.is_empty());
        let Some(word) = word else {
            let sql = format!(
                "SELECT {SUMMARY} FROM workflows w WHERE {conditions} ORDER BY w.name LIMIT $1"
            );
            let found = self.summaries(sql, values).await?;
            return paging.page(LIST, found, |item| item.name.clone());
        };
        let last = self.last_searched(&conditions, values.clone()).await?;
        if let Some(last) = &last {
            values.push(last.clone().into());
            conditions += &format!(" AND w.name <= ${}", values.len());
        }
        values.push(pattern::containing(word).into());
        let n = values.len();
        // Names have small letters only. SQLite's LIKE heeds no case by itself.
        let like = if self.database.is_sqlite() {
            "LIKE"
        } else {
            "ILIKE"
        };
        // The word is looked for in an index that has all that this takes, and no row is read that does not have it.
        let found = format!(
            r"FROM workflows w WHERE {conditions} AND (w.name LIKE ${n} ESCAPE '\' OR w.label {like} ${n} ESCAPE '\') ORDER BY w.name LIMIT $1"
        );
        let sql = format!(
            "SELECT {SUMMARY} FROM workflows w WHERE w.id IN (SELECT w.id {found}) ORDER BY w.name"
        );
        let found = self.summaries(sql, values).await?;
        let mut page = paging.page(LIST, found, |item| item.name.clone())?;
        if page.next_cursor.is_none()
            && let Some(last) = last
        {
            page.next_cursor = Some(cursor::encode(LIST, &last)?);
        }
        Ok(page)
    }

    /// The name of the last workflow that one page of a search looks at; none when it looks at all that are left.
    async fn last_searched(
        &self,
        conditions: &str,
        mut values: Vec<sea_orm::Value>,
    ) -> StoreResult<Option<String>> {
        values[0] = (SEARCHED - 1).into();
        let sql = format!(
            "SELECT w.name FROM workflows w WHERE {conditions} ORDER BY w.name LIMIT 1 OFFSET $1"
        );
        let statement = self.database.statement_of(sql, values);
        let last: Option<Named> = self.database.one("search workflows", statement).await?;
        Ok(last.map(|last| last.name))
    }

    async fn summaries(
        &self,
        sql: String,
        values: Vec<sea_orm::Value>,
    ) -> StoreResult<Vec<WorkflowSummary>> {
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<SummaryRow> = self.database.all("list workflows", statement).await?;
        Ok(rows.into_iter().map(WorkflowSummary::from).collect())
    }
}
