//! Opens SQLite: one connection that writes, a few that read, and one more that writes batches.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous,
};
use sea_orm::{ConnectOptions, DatabaseConnection, DbErr};

use super::lock_file::LockFile;
use super::{Database, Lane, one, told_when_slow};
use crate::error::{StoreError, StoreResult};
use crate::private::{close_to_others, private_file};

/// Older versions may corrupt the write-ahead log when it is reset.
const OLDEST: &str = "3.51.3";

const READERS: u32 = 4;

/// How long a connection waits for another one that writes.
const BUSY: Duration = Duration::from_secs(5);

/// For every connection.
const PRAGMAS: [(&str, &str); 4] = [
    ("cache_size", "-65536"),
    // A page that is written again and again goes from the log to the file once per checkpoint.
    ("wal_autocheckpoint", "16000"),
    ("journal_size_limit", "134217728"),
    ("temp_store", "memory"),
];

pub(crate) async fn open(path: &Path) -> StoreResult<Database> {
    let lock = LockFile::take(path)?;
    keep_private(path)?;
    let doing = StoreError::doing("open the SQLite database");
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged commit survives a power cut, not only a crash of this process.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true);
    let options = PRAGMAS.into_iter().fold(options, |options, (name, value)| {
        options.pragma(name, value)
    });
    let writing = options
        .clone()
        // So that what retention deletes can be given back to the disk bit by bit. Decided when the file is made.
        .auto_vacuum(SqliteAutoVacuum::Incremental);
    let writer = connect(writing, 1).await.map_err(&doing)?;
    check_version(&writer).await?;
    let reader = connect(options.read_only(true).create_if_missing(false), READERS)
        .await
        .map_err(&doing)?;
    Ok(Database {
        reader,
        writer,
        lane: Lane::Sqlite(SqliteLane {
            path: path.to_owned(),
        }),
        _lock: Some(lock),
    })
}

/// Before SQLite makes the file, which gives its own rights to those beside it.
fn keep_private(path: &Path) -> StoreResult<()> {
    private_file(path).map_err(|source| StoreError::File {
        path: path.to_owned(),
        source,
    })?;
    for end in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        close_to_others(Path::new(&beside));
    }
    Ok(())
}

/// How the committer opens the connection that it writes batches with. It may write while it holds the connection of
/// `Database::writer`, so that the two never wait for each other's lock in SQLite, which is not fair.
#[derive(Clone)]
pub(crate) struct SqliteLane {
    path: PathBuf,
}

impl SqliteLane {
    pub(crate) fn connect(&self) -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open_with_flags(
            &self.path,
            rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        for (name, value) in PRAGMAS {
            connection.pragma_update(None, name, value)?;
        }
        Ok(connection)
    }
}

async fn connect(
    options: SqliteConnectOptions,
    connections: u32,
) -> Result<DatabaseConnection, DbErr> {
    let mut pool = ConnectOptions::new("sqlite::memory:");
    pool.max_connections(connections)
        .min_connections(1)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(30))
        .map_sqlx_sqlite_opts(move |defaults| {
            drop(defaults);
            told_when_slow(options.clone())
        });
    sea_orm::Database::connect(pool).await
}

async fn check_version(db: &DatabaseConnection) -> StoreResult<()> {
    #[derive(sea_orm::FromQueryResult)]
    struct Version {
        version: String,
    }
    let statement = sea_orm::Statement::from_string(
        sea_orm::DbBackend::Sqlite,
        "SELECT sqlite_version() AS version",
    );
    let found: Option<Version> = one(db, statement)
        .await
        .map_err(StoreError::doing("ask SQLite for its version"))?;
    let found = found.map(|row| row.version).unwrap_or_default();
    if numbers(&found) >= numbers(OLDEST) {
        Ok(())
    } else {
        Err(StoreError::OldSqlite {
            found,
            needed: OLDEST,
        })
    }
}

fn numbers(version: &str) -> Vec<u32> {
    version
        .split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("3.51.10") >= numbers(OLDEST));
        assert!(numbers("3.53.0") >= numbers(OLDEST));
        assert!(numbers("3.51.2") < numbers(OLDEST));
        assert!(numbers("3.46.0") < numbers(OLDEST));
    }
}
