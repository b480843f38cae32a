//! The list of entries, whole or searched.

use engine::Time;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{AuditEntry, COLUMNS, READING, Row};
use crate::cursor;
use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::pattern;
use crate::store::Store;

const LIST: &str = "audit";

/// What one page of a search looks at, so that what nobody did is not looked for in all that there is.
const SEARCHED: i64 = 20_000;

/// Which entries are asked for: all of one workspace, or of the installation, that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub workspace: Option<Uuid>,
    /// Something that the actor is known by: the id or address of an account, the id of a token, a way to come in.
    pub actor: Option<String>,
    /// The name of an operation.
    pub action: Option<String>,
    /// An address, with all that lies below it.
    pub resource: Option<String>,
    /// Not before this moment,
    pub since: Option<Time>,
    /// and before that one.
    pub until: Option<Time>,
}

#[derive(FromQueryResult)]
struct Newest {
    seq: Option<i64>,
}

impl AuditFilter {
    /// Whether there is more to it than an index knows.
    fn searches(&self) -> bool {
        let of_workspace = Self {
            workspace: self.workspace,
            ..Self::default()
        };
        *self != of_workspace
    }
}

impl Store {
    /// The newest first. A page of a search looks at a stretch of the log, and may hold less than it has room for, even
    /// nothing, and yet have a next one.
    pub async fn list_audit(
        &self,
        filter: &AuditFilter,
        paging: &Paging,
    ) -> StoreResult<Page<AuditEntry>> {
        let before = match paging.after::<i64>(LIST)? {
            Some(before) => before,
            None if filter.searches() => self.newest_entry().await?.saturating_add(1),
            None => i64::MAX,
        };
        let floor = match filter.searches() {
            true => before.saturating_sub(1 + SEARCHED).max(0),
            false => 0,
        };
        let mut values: Vec<sea_orm::Value> =
            vec![before.into(), paging.fetch().into(), floor.into()];
        let conditions = self.conditions(filter, &mut values);
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE seq < $1 AND seq > $3{conditions} ORDER BY seq DESC LIMIT $2"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all(READING, statement).await?;
        let items = rows.into_iter().map(AuditEntry::from).collect();
        let mut page = paging.page(LIST, items, |item: &AuditEntry| item.seq.cast_signed())?;
        if page.next_cursor.is_none() && floor > 0 {
            page.next_cursor = Some(cursor::encode(LIST, &(floor + 1))?);
        }
        Ok(page)
    }

    fn conditions(&self, filter: &AuditFilter, values: &mut Vec<sea_orm::Value>) -> String {
        let mut conditions = String::new();
        let mut add = |condition: &str, value: sea_orm::Value| {
            values.push(value);
            conditions += " AND ";
            conditions += &condition.replace('?', &format!("${}", values.len()));
        };
        if let Some(workspace) = filter.workspace {
            add("workspace_id = ?", workspace.into());
        }
        if let Some(actor) = &filter.actor {
            // The value of whichever member: quotes within texts are escaped, so that no text can pass for one.
            let member = format!(":{}", serde_json::Value::from(actor.as_str()));
            let member = format!("%{}%", pattern::escaped(&member.to_ascii_lowercase()));
            // Small letters of ASCII on either side: SQLite knows no others.
            let lower = match self.database.is_sqlite() {
                true => r"lower(actor) LIKE ? ESCAPE '\'",
                false => r#"lower(actor COLLATE "C") LIKE ? ESCAPE '\'"#,
            };
            add(lower, member.into());
        }
        if let Some(action) = &filter.action {
            add("action = ?", action.clone().into());
        }
        if let Some(resource) = &filter.resource {
            let resource = resource.trim_end_matches('/');
            let below = format!("{}/%", pattern::escaped(resource));
            add(r"resource || '/' LIKE ? ESCAPE '\'", below.into());
        }
        if let Some(since) = filter.since {
            add("at >= ?", self.database.time(since));
        }
        if let Some(until) = filter.until {
            add("at < ?", self.database.time(until));
        }
        conditions
    }

    /// The end that is told, since a number far beyond it may have been planted.
    async fn newest_entry(&self) -> StoreResult<i64> {
        if let Some(head) = self.audit_head().await? {
            return Ok(head.seq);
        }
        let sql = "SELECT max(seq) AS seq FROM audit";
        let statement = self.database.statement(sql, []);
        let newest: Option<Newest> = self.database.one(READING, statement).await?;
        Ok(newest.and_then(|newest| newest.seq).unwrap_or(0))
    }
}
