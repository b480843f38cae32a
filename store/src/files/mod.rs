//! Files of workspaces: names that people give, and the contents that they stand for.
//!
//! A content is kept once in its workspace, by its hash, and never shared with another workspace: who uploads something must not
//! be able to tell that somebody else has it, too. `content` counts and removes, `sweep` does what is left over.

mod content;
mod keep;
mod kind;
mod name;
mod port;
mod sweep;

use std::ops::Range;

use chrono::{SubsecRound, Utc};
use engine::Time;
use engine::ports::blobs::ByteStream;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::blobs::FileObject;
use crate::database::Moment;
use crate::error::{StoreError, StoreResult};
use crate::executions::Starter;
use crate::page::{Page, Paging};
use crate::revision::{and_revision, not_deleted};
use crate::scope::Scope;
use crate::store::Store;

pub use keep::{FileError, FileLimits, KeptFile, NewFile};
pub use name::{FileNameError, file_name, given_file_name};
pub use port::WorkspaceFiles;

#[derive(Debug, Clone, PartialEq)]
pub struct FileRecord {
    pub id: Uuid,
    pub name: String,
    pub media_type: String,
    /// Whether a browser may show it in place of downloading it.
    pub is_shown: bool,
    pub size: u64,
    /// In hexadecimal, lower case.
    pub sha256: String,
    /// Who made it, where that was somebody.
    pub created_by: Option<Starter>,
    /// The execution that left it.
    pub execution: Option<Uuid>,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
    /// Where its bytes are.
    place: FileObject,
}

const WHAT: &str = "file";
const DOING: &str = "change a file";

/// Before the id of the execution that left a file.
const EXECUTION: &str = "execution ";

/// A file with its content, of which there is always one.
const COLUMNS: &str =
    "f.id, f.workspace_id, f.name, f.sha256, f.created_by, f.revision, f.created_at, f.updated_at,
    c.object, c.size, c.sniffed, f.created_by_id,
    (SELECT users.name FROM users WHERE users.id = f.created_by_id) AS maker_name";
const FROM: &str =
    "files f JOIN file_contents c ON c.workspace_id = f.workspace_id AND c.sha256 = f.sha256";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    sha256: String,
    created_by: Option<String>,
    created_by_id: Option<Uuid>,
    maker_name: Option<String>,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
    object: Uuid,
    size: i64,
    sniffed: String,
}

impl From<Row> for FileRecord {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            media_type: kind::media_type(&row.sniffed, &row.name),
            is_shown: kind::is_shown(&row.sniffed, &row.name),
            name: row.name,
            size: row.size.cast_unsigned(),
            sha256: row.sha256,
            created_by: row.created_by_id.map(|id| Starter {
                id,
                name: row.maker_name,
            }),
            execution: row
                .created_by
                .and_then(|by| by.strip_prefix(EXECUTION)?.parse().ok()),
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            place: FileObject {
                workspace: row.workspace_id,
                object: row.object,
            },
        }
    }
}

impl Store {
    /// By name; only those whose names begin so, where a beginning is given.
    pub async fn list_files(
        &self,
        scope: Scope,
        beginning: Option<&str>,
        paging: &Paging,
    ) -> StoreResult<Page<FileRecord>> {
        const LIST: &str = "files";
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut only = scope.and("f.workspace_id", &mut values);
        if let Some(after) = paging.after::<String>(LIST)? {
            values.push(after.into());
            only += &format!(" AND f.name > ${}", values.len());
        }
        if let Some(beginning) = beginning.filter(|beginning| !beginning.is_empty()) {
            // No name holds the last letter of all, so that this is every name that begins so.
            let end = format!("{beginning}\u{10ffff}");
            values.extend([beginning.into(), end.into()]);
            let (begin, end) = (values.len() - 1, values.len());
            only += &format!(" AND f.name >= ${begin} AND f.name < ${end}");
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE f.deleted_at IS NULL{only} ORDER BY f.name LIMIT $1"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("list files", statement).await?;
        let items = rows.into_iter().map(FileRecord::from).collect();
        paging.page(LIST, items, |file: &FileRecord| file.name.clone())
    }

    pub async fn file(&self, scope: Scope, id: Uuid) -> StoreResult<Option<FileRecord>> {
        self.file_where(scope, "f.id = $1", id.into()).await
    }

    pub async fn file_named(&self, scope: Scope, name: &str) -> StoreResult<Option<FileRecord>> {
        self.file_where(scope, "f.name = $1", name.into()).await
    }

    /// The bytes of a file, or some of them; `None` when it was deleted for good since it was read.
    pub async fn file_bytes(
        &self,
        file: &FileRecord,
        range: Option<Range<u64>>,
    ) -> StoreResult<Option<ByteStream>> {
        self.blobs.read_file(file.place, range).await
    }

    /// Gives a file another name, unless somebody else has changed it since `revision`.
    pub async fn rename_file(
        &self,
        scope: Scope,
        id: Uuid,
        name: &str,
        revision: Option<u32>,
    ) -> StoreResult<FileRecord> {
        let now = Utc::now().trunc_subsecs(6);
        let mut values = vec![id.into(), name.into(), self.database.time(now)];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE files SET name = $2, updated_at = $3, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let done = done.map_err(StoreError::taken(DOING, "a file", name))?;
        let now = self.file(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the file")),
            _ => Ok(now),
        }
    }

    /// Hides a file and frees its name; it can be brought back.
    pub async fn delete_file(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        let mut values = vec![id.into(), self.database.time(Utc::now()), by.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE files SET deleted_at = $2, deleted_by_id = $3
             WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        match self.database.write("delete a file", statement).await? {
            0 => Err(not_deleted(self.file(scope, id).await?, WHAT, "the file")),
            _ => Ok(()),
        }
    }

    /// Brings a deleted file back, by another name where one is given, unless its name was taken meanwhile.
    pub async fn restore_file(
        &self,
        scope: Scope,
        id: Uuid,
        name: Option<&str>,
    ) -> StoreResult<FileRecord> {
        let name = self.restored_name(scope, "files", id, name).await?;
        let mut values = vec![id.into(), name.as_str().into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "UPDATE files SET deleted_at = NULL, deleted_by_id = NULL, name = $2, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NOT NULL{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let taken = StoreError::taken(DOING, "a file", &name);
        let done = done.map_err(taken)?.rows_affected();
        match (done, self.file(scope, id).await?) {
            (1, Some(file)) => Ok(file),
            _ => Err(StoreError::NotFound("deleted file")),
        }
    }

    /// Removes a file for good, deleted before or not, and its content when nothing else stands for that.
    pub async fn purge_file(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "DELETE FROM files WHERE id = $1{only}{unchanged} RETURNING workspace_id, sha256"
        );
        let statement = self.database.statement_of(sql, values);
        let gone = self
            .database
            .write_returning("delete a file for good", statement);
        let gone: Vec<content::Content> = gone.await?;
        match gone.into_iter().next() {
            Some(gone) => self.release_content(&gone).await,
            None => Err(not_deleted(self.file(scope, id).await?, WHAT, "the file")),
        }
    }

    async fn file_where(
        &self,
        scope: Scope,
        condition: &'static str,
        value: sea_orm::Value,
    ) -> StoreResult<Option<FileRecord>> {
        let mut values = vec![value];
        let only = scope.and("f.workspace_id", &mut values);
        let sql = format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE {condition} AND f.deleted_at IS NULL{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("read a file", statement).await?;
        Ok(row.map(FileRecord::from))
    }
}
