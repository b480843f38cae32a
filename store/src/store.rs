//! The open store: one handle that is cheap to clone and fills every port that keeps things.

use std::sync::Arc;

use migrations::Migrator;
use migrations::sea_orm_migration::MigratorTrait;
use sea_orm::sqlx::{self, Connection};
use sea_orm::{ConnectionTrait, DbErr};

use crate::blobs::BlobStore;
use crate::config::{Config, DatabaseConfig};
use crate::database::{Database, Lane, open_postgres, open_sqlite};
use crate::error::{StoreError, StoreResult};
use crate::executions::{Committers, Loader};
use crate::vault::Vault;

/// The database behind the engine's ports and the API's lists.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Arc<Database>,
    pub(crate) committers: Arc<Committers>,
    pub(crate) loader: Arc<Loader>,
    pub(crate) blobs: BlobStore,
    pub(crate) vault: Vault,
}

/// Whoever migrates a Postgres database holds this lock, so that processes may start together.
const MIGRATION_LOCK: i64 = 0x006c_6174_6865;

impl Store {
    /// Opens the database. SQLite is refused when another process has it open. Needs a tokio runtime.
    pub async fn open(config: &Config) -> StoreResult<Self> {
        let blobs = BlobStore::open(&config.blobs)?;
        let vault = Vault::open(config.keys.clone())?;
        let database = match &config.database {
            DatabaseConfig::Sqlite { path } => open_sqlite(path).await?,
            DatabaseConfig::Postgres {
                url,
                max_connections,
            } => open_postgres(url, *max_connections).await?,
        };
        let database = Arc::new(database);
        let committers = Arc::new(Committers::start(&database));
        let loader = Arc::new(Loader::start(&database));
        Ok(Self {
            database,
            committers,
            loader,
            blobs,
            vault,
        })
    }

    /// Where large values of runs are kept, and what their steps keep besides.
    pub fn blobs(&self) -> &BlobStore {
        &self.blobs
    }

    /// What seals texts that must not be read from a copy of the database.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// `sqlite` or `postgres`, for people.
    pub fn backend(&self) -> &'static str {
        if self.database.is_sqlite() {
            "sqlite"
        } else {
            "postgres"
        }
    }

    /// Brings the schema up to this version. A schema that a newer version has already brought further
    /// is left alone: steps only add, so that two versions may run side by side.
    pub async fn migrate(&self) -> StoreResult<()> {
        let doing = StoreError::doing("migrate the database");
        let Lane::Postgres(lane) = &self.database.lane else {
            return self.apply_migrations().await;
        };
        let lost =
            |error: sqlx::Error| doing(DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())));
        let mut guard = lane.connect().await.map_err(lost)?;
        sqlx::query("SELECT pg_advisory_lock($1)")
            .bind(MIGRATION_LOCK)
            .execute(&mut guard)
            .await
            .map_err(lost)?;
        let applied = self.apply_migrations().await;
        // The lock goes with its connection, whatever the answer to this is.
        let _ = guard.close().await;
        applied
    }

    async fn apply_migrations(&self) -> StoreResult<()> {
        let doing = StoreError::doing("migrate the database");
        let known = Migrator::get_migration_files();
        let db = &self.database.writer;
        Migrator::install(db).await.map_err(&doing)?;
        let applied = Migrator::get_migration_models(db).await.map_err(&doing)?;
        let is_applied = |name: &str| applied.iter().any(|row| row.version == name);
        if known.iter().all(|step| is_applied(step.name())) {
            return Ok(());
        }
        Migrator::up(db, None).await.map_err(&doing)
    }

    /// Asks the database whether it is there, and whether a transaction that writes can be begun.
    pub async fn ping(&self) -> StoreResult<()> {
        const DOING: &str = "ask the database whether it is there";
        let database = &self.database;
        let read = async {
            let statement = database.statement("SELECT 1", []);
            let asked = database.reader.query_one_raw(statement).await;
            asked.map(drop).map_err(StoreError::doing(DOING))
        };
        let write = async {
            let transaction = database.begin(DOING).await?;
            // Such is what Postgres says of a standby.
            let sql = "SELECT 1 WHERE current_setting('transaction_read_only') = 'on'";
            if !database.is_sqlite() {
                let statement = database.statement(sql, []);
                let is_closed = transaction.query_one_raw(statement).await;
                let is_closed = is_closed.map_err(StoreError::doing(DOING))?;
                if is_closed.is_some() {
                    let error = DbErr::Custom("it can only be read".to_owned());
                    return Err(StoreError::doing(DOING)(error));
                }
            }
            let ended = transaction.rollback().await;
            ended.map_err(StoreError::doing(DOING))
        };
        tokio::try_join!(read, write).map(drop)
    }

    /// Ends all connections, once what was given to the committers is recorded.
    pub async fn close(self) -> StoreResult<()> {
        self.committers.close().await;
        self.loader.close().await;
        let doing = StoreError::doing("close the database");
        self.database.reader.clone().close().await.map_err(&doing)?;
        self.database.writer.clone().close().await.map_err(&doing)
    }
}
