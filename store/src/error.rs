//! What can go wrong in the store, and whether trying again can help.

use std::path::PathBuf;

use engine::ports::PortError;
use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::vault::{KeysError, VaultError};

pub type StoreResult<T> = Result<T, StoreError>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("another process uses this data folder: {} is locked; stop that process or choose another folder", .lock.display())]
    InUse { lock: PathBuf },
    #[error("the file {} can't be opened: {source}", .path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "this build carries SQLite {found}, which may corrupt its log; at least {needed} is needed"
    )]
    OldSqlite { found: String, needed: &'static str },
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error(
        "this `Idempotency-Key` was used with another body before; take a new key, or send the same again"
    )]
    KeyReused,
    #[error("there is already {what} named `{name}`")]
    NameTaken { what: &'static str, name: String },
    #[error("a workspace has {most} {what} at most: delete one first")]
    TooMany { what: &'static str, most: u32 },
    /// Somebody else changed it since the caller read it.
    #[error(
        "{what} is at version {now} by now, and this change was made to version {base}: read it again and make the change to that, or leave out `base_version` to overwrite it"
    )]
    Stale {
        what: &'static str,
        base: u32,
        now: u32,
    },
    /// Somebody else changed it since the caller read it, by its `ETag`.
    #[error(
        "{0} was changed since it was read with this `ETag`: read it again and make the change to that"
    )]
    Outdated(&'static str),
    #[error(
        "a workspace needs an owner, and this is the last one: make somebody else an owner first"
    )]
    LastOwner,
    #[error("this is the last administrator: make somebody else one first")]
    LastAdministrator,
    #[error("members have this role, or somebody is invited as it: give them another one first")]
    RoleInUse,
    #[error("the application of the model is gone: bring that back first")]
    ApplicationGone,
    #[error("what ran in the workspace is still being cancelled: try again in a moment")]
    WorkspaceEnding,
    #[error("this is a warning whose letter has not gone out yet: try again in a minute")]
    LetterDue,
    /// Registration is closed, or the invitation is no good.
    #[error("nobody lets this account in")]
    NotAdmitted,
    /// Without it they could not come back.
    #[error(
        "this is the last way to log in to this account: set a password or link another service first"
    )]
    LastWayIn,
    #[error("this login of another service belongs to another account already")]
    IdentityTaken,
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// What was sealed does not open.
    #[error("{doing}: {source}: was it sealed with another master key?")]
    Sealed {
        doing: &'static str,
        source: VaultError,
    },
    #[error("the cursor is not one that this list gave out")]
    BadCursor,
    /// The database refused, or was out of reach.
    #[error("{doing}: {source}")]
    Database { doing: &'static str, source: DbErr },
    /// The same, where a committer's connection wrote.
    #[error("{doing}: {source}")]
    Write {
        doing: &'static str,
        source: WriteError,
    },
    /// The blob store refused, or was out of reach.
    #[error("{doing}: {source}")]
    Blobs {
        doing: &'static str,
        transient: bool,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(
        "the blob store belongs to another database of Lathe: give each database a bucket, or a folder in it, of its own"
    )]
    ForeignBlobs,
    /// Not even what says whose it is is there.
    #[error(
        "the blob store is empty: its folder is not mounted, or its bucket is another one than before"
    )]
    BlobsAway,
    /// What the database holds is not what was put there.
    #[error("{doing}: stored data can't be read: {source}")]
    Corrupt {
        doing: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// True when the outside was unreachable or busy, false when it refused.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database { source, .. } => Trouble::of(source) != Trouble::Refused,
            Self::Write { source, .. } => Trouble::of_write(source) != Trouble::Refused,
            Self::Blobs { transient, .. } => *transient,
            Self::BlobsAway => true,
            _ => false,
        }
    }

    /// Whether a text holds a character that the database can't keep: Postgres keeps no NUL.
    pub fn is_unstorable_text(&self) -> bool {
        let Self::Database { source, .. } = self else {
            return false;
        };
        match source {
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => error
                .as_database_error()
                .and_then(|error| error.code())
                .is_some_and(|code| code == "22021" || code == "22P05"),
            _ => false,
        }
    }

    /// For `map_err`: says what was being done.
    pub(crate) fn doing(doing: &'static str) -> impl Fn(DbErr) -> Self {
        move |source| Self::Database { doing, source }
    }

    /// For `map_err` where a name has to be free.
    pub(crate) fn taken(
        doing: &'static str,
        what: &'static str,
        name: &str,
    ) -> impl Fn(DbErr) -> Self {
        move |source| match Trouble::of(&source) {
            Trouble::Duplicate => Self::NameTaken {
                what,
                name: name.to_owned(),
            },
            _ => Self::Database { doing, source },
        }
    }

    pub(crate) fn sealed(doing: &'static str) -> impl Fn(VaultError) -> Self {
        move |source| Self::Sealed { doing, source }
    }

    pub(crate) fn corrupt<E>(doing: &'static str) -> impl Fn(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Corrupt {
            doing,
            source: source.into(),
        }
    }
}

impl From<StoreError> for PortError {
    fn from(error: StoreError) -> Self {
        let transient = error.is_transient();
        match error {
            StoreError::Database { doing, source } => Self {
                doing,
                transient,
                source: Box::new(source),
            },
            StoreError::Write { doing, source } => Self {
                doing,
                transient,
                source: Box::new(source),
            },
            StoreError::Corrupt { doing, source } | StoreError::Blobs { doing, source, .. } => {
                Self {
                    doing,
                    transient,
                    source,
                }
            }
            other => Self {
                doing: "use the store",
                transient,
                source: Box::new(other),
            },
        }
    }
}

/// Why a batch was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error(transparent)]
    Sqlx(#[from] sqlx::Error),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// What a database error means for whoever may try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The database rolled back and may accept the same again: a deadlock, a lock, a full disk.
    Busy,
    /// The connection broke: what was under way may or may not have happened.
    Lost,
    /// A unique key was there already.
    Duplicate,
    /// The same again would fail the same way.
    Refused,
}

impl Trouble {
    pub(crate) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) => Self::Busy,
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_sqlx(error),
            _ => Self::Refused,
        }
    }

    pub(crate) fn of_write(error: &WriteError) -> Self {
        match error {
            WriteError::Sqlx(error) => Self::of_sqlx(error),
            WriteError::Sqlite(error) => match error.sqlite_error() {
                Some(failure) => of_sqlite(failure.extended_code),
                None => Self::Refused,
            },
        }
    }

    fn of_sqlx(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Lost,
            sqlx::Error::Database(error) if error.is_unique_violation() => Self::Duplicate,
            sqlx::Error::Database(error) => match error.code() {
                Some(code)
                    if error
                        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                        .is_some() =>
                {
                    code.parse().map_or(Self::Refused, of_sqlite)
                }
                Some(code) => of_postgres(&code),
                None => Self::Refused,
            },
            _ => Self::Refused,
        }
    }
}

/// The low byte of an extended result code is its family.
fn of_sqlite(code: i32) -> Trouble {
    match code {
        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            Trouble::Duplicate
        }
        // BUSY, LOCKED, IOERR, FULL, CANTOPEN, PROTOCOL: the transaction is rolled back.
        _ if [5, 6, 10, 13, 14, 15].contains(&(code & 0xff)) => Trouble::Busy,
        _ => Trouble::Refused,
    }
}

fn of_postgres(code: &str) -> Trouble {
    match code {
        // Serialization failure, deadlock, lock not available, transaction rolled back.
        "40001" | "40P01" | "40000" | "55P03" => Trouble::Busy,
        // Terminated by an administrator, crash, shutting down, starting up.
        "57P01" | "57P02" | "57P03" | "57P05" => Trouble::Lost,
        // 08: connection; 53: out of disk, memory or connections; 58: input or output error.
        _ if code.starts_with("08") => Trouble::Lost,
        _ if code.starts_with("53") || code.starts_with("58") => Trouble::Busy,
        _ => Trouble::Refused,
    }
}
