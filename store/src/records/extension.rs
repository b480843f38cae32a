//! Which fields a workspace has declared beside those of Lathe's own models, as the text that it wrote.

use chrono::{SubsecRound, Utc};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::error::{StoreError, StoreResult};
use crate::store::Store;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extension {
    pub source: String,
    /// Rises with every change; 0 as long as nothing was declared.
    pub revision: u32,
}

#[derive(FromQueryResult)]
struct Row {
    source: String,
    revision: i32,
}

impl Store {
    pub async fn extension(&self, workspace: Uuid) -> StoreResult<Extension> {
        let sql = "SELECT source, revision FROM extensions WHERE workspace_id = $1";
        let statement = self.database.statement(sql, [workspace.into()]);
        let row: Option<Row> = self.database.one("read declared fields", statement).await?;
        let extension = row.map(|row| Extension {
            source: row.source,
            revision: row.revision.cast_unsigned(),
        });
        Ok(extension.unwrap_or_default())
    }

    /// Declares other fields, unless somebody else has since `revision`. Values of fields that are declared no more are kept, out
    /// of sight.
    pub async fn put_extension(
        &self,
        workspace: Uuid,
        source: &str,
        revision: Option<u32>,
    ) -> StoreResult<Extension> {
        let mut values = vec![
            workspace.into(),
            source.into(),
            self.database.time(Utc::now().trunc_subsecs(6)),
        ];
        let change = "source = excluded.source, updated_at = excluded.updated_at, revision = extensions.revision + 1";
        let conflict = match revision {
            None => format!("DO UPDATE SET {change}"),
            Some(0) => "DO NOTHING".to_owned(),
            Some(revision) => {
                values.push(revision.cast_signed().into());
                format!("DO UPDATE SET {change} WHERE extensions.revision = $4")
            }
        };
        // What was read with a revision was there: it is not made anew.
        let there = match revision {
            Some(1..) => " WHERE EXISTS (SELECT 1 FROM extensions WHERE workspace_id = $1)",
            _ => " WHERE 1 = 1",
        };
        let moment = if self.database.is_sqlite() {
            "$3"
        } else {
            "$3::timestamptz"
        };
        let id = if self.database.is_sqlite() {
            "$1"
        } else {
            "$1::uuid"
        };
        let sql = format!(
            "INSERT INTO extensions (workspace_id, source, updated_at)
             SELECT {id}, CAST($2 AS text), {moment}{there} ON CONFLICT (workspace_id) {conflict}"
        );
        let statement = self.database.statement_of(sql, values);
        match self.database.write("declare fields", statement).await? {
            0 => Err(StoreError::Outdated("what is declared")),
            _ => self.extension(workspace).await,
        }
    }
}
