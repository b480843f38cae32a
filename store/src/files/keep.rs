//! Keeping a file: bytes first, then the rows that name them. What breaks off in between leaves nothing that can be seen.

use chrono::{SubsecRound, Utc};
use engine::Time;
use engine::ports::blobs::{BoxError, ByteStream, PutError};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use super::content::{Content, TooMuch};
use super::kind::Sniffer;
use super::{DOING, EXECUTION, FileNameError, FileRecord, WHAT, file_name};
use crate::blobs::{Arrived, FileObject};
use crate::database::one;
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Once, claim_for};
use crate::scope::Scope;
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct NewFile {
    /// As it was sent; what is kept of it is a name.
    pub name: String,
    /// The person who makes it, where it is one.
    pub by: Option<Uuid>,
    /// The execution that makes it: its key is kept as long as that goes on.
    pub execution: Option<Uuid>,
    /// Whether it takes the place of the file of this name.
    pub replace: bool,
}

/// How much may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// The largest file, in bytes.
    pub largest: u64,
    /// All contents of a workspace together, in bytes; 0 is without a limit.
    pub per_workspace: u64,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            largest: 100 * 1024 * 1024,
            per_workspace: 0,
        }
    }
}

/// What came of keeping a file.
#[derive(Debug, Clone, PartialEq)]
pub enum KeptFile {
    New(FileRecord),
    /// There was one of this name, which has this content now.
    Replaced(FileRecord),
    /// The idempotency key was seen before: this is what it made the first time.
    Again(FileRecord),
}

impl KeptFile {
    pub fn into_record(self) -> FileRecord {
        match self {
            Self::New(file) | Self::Replaced(file) | Self::Again(file) => file,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Name(#[from] FileNameError),
    /// Where the bytes came from broke off.
    #[error("{0}")]
    Source(BoxError),
    #[error("the file is larger than the {0} bytes that this server takes")]
    TooLarge(u64),
    #[error(
        "with this file the workspace would keep {used} bytes, and may keep {most}: delete others for good, those in the trash included"
    )]
    Full { used: u64, most: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PutError> for FileError {
    fn from(error: PutError) -> Self {
        match error {
            PutError::Source(error) => Self::Source(error),
            PutError::TooLarge(most) => Self::TooLarge(most),
            PutError::Port(error) => Self::Store(StoreError::Blobs {
                doing: error.doing,
                transient: error.transient,
                source: error.source,
            }),
        }
    }
}

/// What was recorded.
enum Recorded {
    Made {
        id: Uuid,
        is_ours: bool,
    },
    Replaced {
        id: Uuid,
        is_ours: bool,
        before: String,
    },
    Again(Uuid),
}

/// The file that has a name, and the content that it had, where it was there before.
struct Named {
    id: Uuid,
    before: Option<String>,
}

/// A file whose bytes have arrived.
struct Incoming {
    new: NewFile,
    which: FileObject,
    arrived: Arrived,
    sniffed: &'static str,
    most: u64,
}

impl Store {
    /// Keeps a stream of bytes as a file, without holding them. The first file, when this idempotency key was seen before.
    pub async fn keep_file(
        &self,
        scope: Scope,
        new: NewFile,
        bytes: ByteStream,
        limits: FileLimits,
        idempotency_key: Option<&str>,
    ) -> Result<KeptFile, FileError> {
        let name = file_name(&new.name)?;
        let which = FileObject {
            workspace: scope.home(),
            object: Uuid::now_v7(),
        };
        let mut sniffer = Sniffer::default();
        let see = |part: &[u8]| sniffer.see(part);
        let arrived = self
            .blobs
            .put_file(which, bytes, limits.largest, see)
            .await?;
        let incoming = Incoming {
            new: NewFile { name, ..new },
            which,
            arrived,
            sniffed: sniffer.found(),
            most: limits.per_workspace,
        };
        let (store, key) = (self.clone(), idempotency_key.map(str::to_owned));
        // In a task: should nobody wait any more, it is still known whether the bytes are named.
        let recorded = tokio::spawn(async move { store.settle_file(scope, incoming, key).await });
        recorded.await.unwrap_or_else(|error| {
            let lost = StoreError::corrupt(DOING)(error);
            Err(FileError::Store(lost))
        })
    }

    async fn settle_file(
        &self,
        scope: Scope,
        incoming: Incoming,
        key: Option<String>,
    ) -> Result<KeptFile, FileError> {
        let which = incoming.which;
        let recorded = match self.record_file(scope, &incoming, key.as_deref()).await {
            Ok(recorded) => recorded,
            Err(error) => {
                // After any other error it may be named all the same: then only the sweep may judge.
                if matches!(
                    error,
                    FileError::Full { .. } | FileError::Store(StoreError::NameTaken { .. })
                ) {
                    self.forget_object(which).await;
                }
                return Err(error);
            }
        };
        let is_ours = match &recorded {
            Recorded::Made { is_ours, .. } | Recorded::Replaced { is_ours, .. } => *is_ours,
            Recorded::Again(_) => false,
        };
        if !is_ours {
            self.forget_object(which).await;
        }
        Ok(match recorded {
            Recorded::Made { id, .. } => KeptFile::New(self.kept_file(scope, id).await?),
            Recorded::Again(id) => KeptFile::Again(self.kept_file(scope, id).await?),
            Recorded::Replaced { id, before, .. } => {
                let before = Content {
                    workspace_id: which.workspace,
                    sha256: before,
                };
                if let Err(error) = self.release_content(&before).await {
                    tracing::warn!(%error, "the content that a file had before could not be removed yet");
                }
                KeptFile::Replaced(self.kept_file(scope, id).await?)
            }
        })
    }

    async fn kept_file(&self, scope: Scope, id: Uuid) -> StoreResult<FileRecord> {
        let file = self.file(scope, id).await?;
        file.ok_or(StoreError::NotFound(WHAT))
    }

    async fn record_file(
        &self,
        scope: Scope,
        incoming: &Incoming,
        key: Option<&str>,
    ) -> Result<Recorded, FileError> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let Incoming {
            new,
            which,
            arrived,
            sniffed,
            most,
        } = incoming;
        let (which, sniffed, most) = (*which, *sniffed, *most);
        let now = Utc::now().trunc_subsecs(6);
        let transaction = database.begin(DOING).await?;
        // The name comes first: whoever waits for it holds nothing yet that the one who has it needs.
        let named = self.hold_name(&transaction, incoming, now).await?;
        let id = named.id;
        let (whose, key) = ((scope, WHAT), (key.map(Once::from), new.execution));
        if let Some(first) = claim_for(self, &transaction, whose, key, id, now).await? {
            transaction.rollback().await.map_err(&doing)?;
            return Ok(Recorded::Again(first));
        }
        if named.before.is_some() && !new.replace {
            transaction.rollback().await.map_err(&doing)?;
            let (what, name) = ("a file", new.name.clone());
            return Err(StoreError::NameTaken { what, name }.into());
        }
        let held = self
            .hold_content(&transaction, which, arrived, sniffed, now, most)
            .await?;
        let is_ours = match held {
            Ok(is_ours) => is_ours,
            Err(TooMuch(used)) => {
                transaction.rollback().await.map_err(&doing)?;
                return Err(FileError::Full { used, most });
            }
        };
        let recorded = match named.before {
            Some(before) => {
                self.replace_content(&transaction, id, &arrived.sha256, now)
                    .await?;
                Recorded::Replaced {
                    id,
                    is_ours,
                    before,
                }
            }
            None => Recorded::Made { id, is_ours },
        };
        transaction.commit().await.map_err(&doing)?;
        Ok(recorded)
    }

    /// Takes the name: by a new file, or by locking the one that has it, so that those who want it follow each other.
    async fn hold_name(
        &self,
        transaction: &DatabaseTransaction,
        incoming: &Incoming,
        now: Time,
    ) -> StoreResult<Named> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            sha256: String,
        }
        let doing = StoreError::doing(DOING);
        let (new, id) = (&incoming.new, Uuid::now_v7());
        let left_by = new.execution.map(|id| format!("{EXECUTION}{id}"));
        let hold = self.database.statement(
            "INSERT INTO files (id, workspace_id, name, sha256, created_by, created_at, updated_at, created_by_id)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
             ON CONFLICT (workspace_id, name) WHERE deleted_at IS NULL DO UPDATE SET name = excluded.name
             RETURNING id, sha256",
            [
                id.into(),
                incoming.which.workspace.into(),
                new.name.as_str().into(),
                incoming.arrived.sha256.as_str().into(),
                left_by.into(),
                self.database.time(now),
                new.by.into(),
            ],
        );
        let held: Option<Row> = one(transaction, hold).await.map_err(doing)?;
        let held = held.ok_or(StoreError::NotFound(WHAT))?;
        Ok(Named {
            id: held.id,
            before: (held.id != id).then_some(held.sha256),
        })
    }

    /// The same content again is no change.
    async fn replace_content(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
        sha256: &str,
        now: Time,
    ) -> StoreResult<()> {
        let replace = self.database.statement(
            "UPDATE files SET sha256 = $2, updated_at = $3, revision = revision + 1 WHERE id = $1 AND sha256 <> $2",
            [id.into(), sha256.into(), self.database.time(now)],
        );
        let replaced = transaction.execute_raw(replace).await;
        replaced.map(drop).map_err(StoreError::doing(DOING))
    }
}
