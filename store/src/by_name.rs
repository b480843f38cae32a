//! Lists of what a workspace has of a kind, in the order of their names, which are unique there.

use sea_orm::FromQueryResult;

use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// What is listed.
pub(crate) struct ByName<'s, T> {
    /// What its cursors are for.
    pub(crate) list: &'static str,
    pub(crate) doing: &'static str,
    pub(crate) columns: &'s str,
    /// The table, and which of its rows.
    pub(crate) from: &'static str,
    pub(crate) name: fn(&T) -> &str,
}

impl Store {
    pub(crate) async fn list_by_name<Row, T>(
        &self,
        what: ByName<'_, T>,
        scope: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<T>>
    where
        Row: FromQueryResult,
        T: From<Row>,
    {
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut only = scope.and("workspace_id", &mut values);
        if let Some(after) = paging.after::<String>(what.list)? {
            values.push(after.into());
            only += &format!(" AND name > ${}", values.len());
        }
        let ByName { columns, from, .. } = what;
        let sql = format!("SELECT {columns} FROM {from}{only} ORDER BY name LIMIT $1");
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all(what.doing, statement).await?;
        let items = rows.into_iter().map(T::from).collect();
        paging.page(what.list, items, |item| (what.name)(item).to_owned())
    }
}
