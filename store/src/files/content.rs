//! Contents, and who stands for them.
//!
//! A content's row is locked before it is named by a file and before it is removed, and whether a file names it is asked in a
//! statement of its own, after that: of two that come at once, one keeps bytes and the other removes them, in whichever order,
//! and the bytes of whoever keeps them are there. Objects have names of their own, so that the one that is removed is never the
//! one that was just made.

use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use crate::blobs::{Arrived, FileObject};
use crate::database::{all, one};
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

const DOING: &str = "remove the content of files";

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(super) struct Content {
    pub(super) workspace_id: Uuid,
    pub(super) sha256: String,
}

#[derive(FromQueryResult)]
struct Held {
    object: Uuid,
}

#[derive(FromQueryResult)]
struct Removed {
    object: Uuid,
    size: i64,
}

#[derive(FromQueryResult)]
struct Used {
    bytes: i64,
}

/// What a workspace would keep, where that is more than it may.
pub(super) struct TooMuch(pub(super) u64);

impl Store {
    /// Locks the content that has arrived, and makes it where there is none yet: then the object that has arrived is the one
    /// that is kept, and its bytes count.
    pub(super) async fn hold_content(
        &self,
        transaction: &DatabaseTransaction,
        which: FileObject,
        arrived: &Arrived,
        sniffed: &str,
        now: engine::Time,
        most: u64,
    ) -> StoreResult<Result<bool, TooMuch>> {
        let doing = StoreError::doing("keep a file");
        let database = &self.database;
        let hold = database.statement(
            "INSERT INTO file_contents (workspace_id, sha256, object, size, sniffed, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (workspace_id, sha256) DO UPDATE SET sha256 = excluded.sha256
             RETURNING object",
            [
                which.workspace.into(),
                arrived.sha256.as_str().into(),
                which.object.into(),
                arrived.size.cast_signed().into(),
                sniffed.into(),
                database.time(now),
            ],
        );
        let held: Option<Held> = one(transaction, hold).await.map_err(&doing)?;
        if held.is_none_or(|held| held.object != which.object) {
            return Ok(Ok(false));
        }
        let count = database.statement(
            "INSERT INTO file_usage (workspace_id, bytes) VALUES ($1, $2)
             ON CONFLICT (workspace_id) DO UPDATE SET bytes = file_usage.bytes + excluded.bytes
             RETURNING bytes",
            [which.workspace.into(), arrived.size.cast_signed().into()],
        );
        let used: Option<Used> = one(transaction, count).await.map_err(&doing)?;
        let used = used.map_or(0, |used| used.bytes.max(0).cast_unsigned());
        match most > 0 && used > most {
            true => Ok(Err(TooMuch(used))),
            false => Ok(Ok(true)),
        }
    }

    /// Removes a content that no file stands for any more, deleted ones included: the row first, then the object. What a crash
    /// leaves in between is swept up.
    pub(super) async fn release_content(&self, content: &Content) -> StoreResult<()> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let which = || -> [sea_orm::Value; 2] {
            [content.workspace_id.into(), content.sha256.as_str().into()]
        };
        let transaction = database.begin(DOING).await?;
        // Taken for the lock. A statement that looks for files at the same time would see those from before it had waited.
        let lock = database.statement(
            "UPDATE file_contents SET sha256 = sha256 WHERE workspace_id = $1 AND sha256 = $2",
            which(),
        );
        transaction.execute_raw(lock).await.map_err(&doing)?;
        let remove = database.statement(
            "DELETE FROM file_contents WHERE workspace_id = $1 AND sha256 = $2
             AND NOT EXISTS (SELECT 1 FROM files WHERE workspace_id = $1 AND sha256 = $2)
             RETURNING object, size",
            which(),
        );
        let removed: Option<Removed> = one(&transaction, remove).await.map_err(&doing)?;
        let Some(removed) = removed else {
            return transaction.rollback().await.map_err(doing);
        };
        let count = database.statement(
            "UPDATE file_usage SET bytes = bytes - $2 WHERE workspace_id = $1",
            [content.workspace_id.into(), removed.size.into()],
        );
        transaction.execute_raw(count).await.map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        let gone = FileObject {
            workspace: content.workspace_id,
            object: removed.object,
        };
        self.forget_object(gone).await;
        Ok(())
    }

    /// Deletes an object that no row names; should that fail, the next sweep does it.
    pub(super) async fn forget_object(&self, which: FileObject) {
        if let Err(error) = self.blobs.drop_file(which).await {
            tracing::warn!(%error, object = %which.object, "bytes that no file stands for could not be deleted yet");
        }
    }

    /// Removes all files of a workspace that is gone, and says how many contents that were.
    pub(crate) async fn forget_files(&self, workspace: Uuid) -> StoreResult<usize> {
        const DOING: &str = "remove the files of a deleted workspace";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        // In this order those who keep a file lock them, too.
        let files = "DELETE FROM files WHERE workspace_id = $1";
        let contents = "DELETE FROM file_contents WHERE workspace_id = $1 RETURNING object";
        let usage = "DELETE FROM file_usage WHERE workspace_id = $1";
        let of = |sql: &str| database.statement(sql, [workspace.into()]);
        transaction.execute_raw(of(files)).await.map_err(&doing)?;
        let objects: Vec<Held> = all(&transaction, of(contents)).await.map_err(&doing)?;
        transaction.execute_raw(of(usage)).await.map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        for Held { object } in &objects {
            let object = *object;
            self.forget_object(FileObject { workspace, object }).await;
        }
        Ok(objects.len())
    }
}
