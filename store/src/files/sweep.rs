//! What is left over: files that have been in the trash for long enough, contents that nothing stands for, objects that no row
//! names because a crash came between the two, and files of workspaces that are gone. With them goes whatever else was deleted for
//! as long, and is not kept for good.

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;
use engine::Time;
use futures::TryStreamExt;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::content::Content;
use crate::blobs::FileObject;
use crate::error::StoreResult;
use crate::store::Store;

/// An object that no row names is nobody's once it is older than this: by then its upload would have been recorded.
const YOUNG: TimeDelta = TimeDelta::days(1);

/// Things looked at in one go.
const BATCH: usize = 500;

impl Store {
    /// Removes what is left over, and says how many things that were. What was deleted is kept for a while, so that it
    /// can be brought back.
    pub async fn sweep_files(&self, now: Time, keep_deleted: Duration) -> StoreResult<u64> {
        let mut removed = 0;
        let keep = TimeDelta::from_std(keep_deleted).unwrap_or(TimeDelta::MAX);
        if let Some(before) = now.checked_sub_signed(keep) {
            removed += self.purge_trash(before).await?;
            removed += self.throw_away_confidential(before).await?;
            removed += self.purge_workspaces(before).await?;
            removed += self.drop_forsaken_extras().await?;
        }
        for workspace in self.workspaces_gone().await? {
            removed += self.forget_files(workspace).await? as u64;
        }
        removed += self.release_forsaken().await?;
        removed += self.drop_orphans(now - YOUNG).await?;
        self.blobs.clear_broken_uploads(now - YOUNG).await?;
        Ok(removed)
    }

    async fn purge_trash(&self, before: Time) -> StoreResult<u64> {
        let sql = format!(
            "DELETE FROM files WHERE id IN
               (SELECT id FROM files WHERE deleted_at IS NOT NULL AND deleted_at <= $1 ORDER BY deleted_at LIMIT {BATCH})
             AND deleted_at IS NOT NULL RETURNING workspace_id, sha256"
        );
        let mut removed = 0;
        loop {
            let statement = self
                .database
                .statement(sql.as_str(), [self.database.time(before)]);
            let gone: Vec<Content> = self
                .database
                .write_returning("remove files from the trash", statement)
                .await?;
            for content in &gone {
                self.release_content(content).await?;
            }
            removed += gone.len() as u64;
            if gone.len() < BATCH {
                return Ok(removed);
            }
        }
    }

    /// Workspaces that were emptied, and have files all the same: uploads that ended after that.
    async fn workspaces_gone(&self) -> StoreResult<Vec<Uuid>> {
        #[derive(FromQueryResult)]
        struct Row {
            workspace_id: Uuid,
        }
        let sql = "SELECT DISTINCT workspace_id FROM
               (SELECT workspace_id FROM files UNION ALL SELECT workspace_id FROM file_usage) AS owners
             WHERE EXISTS (SELECT 1 FROM workspaces w WHERE w.id = owners.workspace_id AND w.purged_at IS NOT NULL)";
        let statement = self.database.statement(sql, []);
        let rows: Vec<Row> = self
            .database
            .all("look for files of deleted workspaces", statement)
            .await?;
        Ok(rows.into_iter().map(|row| row.workspace_id).collect())
    }

    async fn release_forsaken(&self) -> StoreResult<u64> {
        let sql = "SELECT c.workspace_id, c.sha256 FROM file_contents c
             WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.workspace_id = c.workspace_id AND f.sha256 = c.sha256)";
        let statement = self.database.statement(sql, []);
        let forsaken: Vec<Content> = self
            .database
            .all("look for contents that no file stands for", statement)
            .await?;
        for content in &forsaken {
            self.release_content(content).await?;
        }
        Ok(forsaken.len() as u64)
    }

    /// The objects are listed before it is asked which of them are named: a name is given once, when an object is new.
    async fn drop_orphans(&self, before: Time) -> StoreResult<u64> {
        let listed = self.blobs.files_before(before).await?;
        let mut chunks = listed.try_chunks(BATCH);
        let mut removed = 0;
        while let Some(chunk) = chunks.try_next().await.map_err(|cut| cut.1)? {
            let named = self.named_objects(&chunk).await?;
            for orphan in chunk
                .into_iter()
                .filter(|found| !named.contains(&found.object))
            {
                self.blobs.drop_file(orphan).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    async fn named_objects(&self, among: &[FileObject]) -> StoreResult<HashSet<Uuid>> {
        #[derive(FromQueryResult)]
        struct Row {
            object: Uuid,
        }
        let ids: Vec<Uuid> = among.iter().map(|found| found.object).collect();
        let (condition, ids) = self.database.among("object", 1, &ids);
        let sql = format!("SELECT object FROM file_contents WHERE {condition}");
        let statement = self.database.statement(sql, [ids]);
        let rows: Vec<Row> = self
            .database
            .all("look for objects that no file stands for", statement)
            .await?;
        Ok(rows.into_iter().map(|row| row.object).collect())
    }
}
