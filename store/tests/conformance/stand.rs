//! What a test stands on: a fresh, migrated database that goes away with it, and addresses of services.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rusqlite::types::ValueRef;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, PgConnection};
use store::{BlobPlace, Config, KeySource, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// A fresh database and its store.
pub(crate) struct Stand {
    pub(crate) store: Store,
    pub(crate) config: Config,
    _place: Place,
}

#[expect(dead_code, reason = "both are kept for what they do when they go")]
enum Place {
    Folder(TempDir),
    Database(PostgresDatabase),
}

impl Stand {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("lathe.db"));
        Self::open(config, Place::Folder(folder)).await
    }

    pub(crate) async fn postgres() -> Self {
        let database = PostgresDatabase::migrated().await;
        let config = Config::postgres(&database.url, BlobPlace::Memory, test_keys());
        Self::open(config, Place::Database(database)).await
    }

    /// The same database, opened with other master keys.
    pub(crate) async fn with_keys(self, keys: KeySource) -> Self {
        let Self {
            store,
            config,
            _place: place,
        } = self;
        store.close().await.unwrap();
        Self::open(Config { keys, ..config }, place).await
    }

    /// How many steps of the schema have to be taken back so that this one is.
    pub(crate) async fn steps_from(&self, name: &str) -> u32 {
        let known = self.store.schema_steps().await.unwrap();
        let at = known.iter().position(|step| step.name == name).unwrap();
        u32::try_from(known.len() - at).unwrap()
    }

    /// Carries out a statement behind the store's back.
    pub(crate) async fn meddle(&self, sql: &str) {
        match &self.config.database {
            store::DatabaseConfig::Postgres { url, .. } => admin(url, sql).await,
            store::DatabaseConfig::Sqlite { path } => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch(sql).unwrap();
            }
        }
    }

    /// What is kept in all rows of all tables, as texts, by table and column.
    pub(crate) async fn everything(&self) -> BTreeMap<String, Vec<String>> {
        match &self.config.database {
            store::DatabaseConfig::Postgres { url, .. } => everything_of_postgres(url).await,
            store::DatabaseConfig::Sqlite { path } => everything_of_sqlite(path),
        }
    }

    async fn open(config: Config, place: Place) -> Self {
        let store = Store::open(&config).await.unwrap();
        store.migrate().await.unwrap();
        Self {
            store,
            config,
            _place: place,
        }
    }
}

fn everything_of_sqlite(path: &Path) -> BTreeMap<String, Vec<String>> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table'";
    let mut select = connection.prepare(sql).unwrap();
    let tables = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut everything = BTreeMap::<String, Vec<String>>::new();
    for table in tables {
        let table = table.unwrap();
        let sql = format!("SELECT * FROM \"{table}\"");
        let mut select = connection.prepare(&sql).unwrap();
        let columns = select.column_names().into_iter();
        let columns: Vec<String> = columns.map(str::to_owned).collect();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (at, column) in columns.iter().enumerate() {
                let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = row.get_ref(at).unwrap()
                else {
                    continue;
                };
                let text = String::from_utf8_lossy(bytes).into_owned();
                let values = everything.entry(format!("{table}.{column}"));
                values.or_default().push(text);
            }
        }
    }
    everything
}

async fn everything_of_postgres(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut everything = BTreeMap::<String, Vec<String>>::new();
    for table in tables {
        // Bytes become hexadecimal, and are read as what they are.
        let sql = format!("SELECT row_to_json(r)::text FROM \"{table}\" r");
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        for row in rows {
            let row: BTreeMap<String, serde_json::Value> = serde_json::from_str(&row).unwrap();
            for (column, value) in row {
                let text = match value {
                    serde_json::Value::Null => continue,
                    serde_json::Value::String(text) => from_hex(&text).unwrap_or(text),
                    other => other.to_string(),
                };
                let values = everything.entry(format!("{table}.{column}"));
                values.or_default().push(text);
            }
        }
    }
    connection.close().await.unwrap();
    everything
}

/// What Postgres shows of bytes.
fn from_hex(text: &str) -> Option<String> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let bytes = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A database of Postgres that is dropped with this.
pub(crate) struct PostgresDatabase {
    pub(crate) url: String,
    server: String,
    name: String,
}

impl PostgresDatabase {
    pub(crate) async fn create() -> Self {
        Self::copied("template1").await
    }

    /// One with today's schema. Copying it takes a tenth of the time that migrating takes.
    pub(crate) async fn migrated() -> Self {
        Self::copied(&migrated_template().await).await
    }

    async fn copied(template: &str) -> Self {
        let server = service("TEST_DATABASE_URL");
        let name = format!("conformance_{}", Uuid::now_v7().simple());
        admin(
            &server,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        Self {
            url: address_of(&server, &name),
            server,
            name,
        }
    }
}

fn address_of(server: &str, database: &str) -> String {
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{database}")
}

/// The name of a database that is migrated once for all tests of this program; another build makes another one.
async fn migrated_template() -> String {
    let program = std::env::current_exe().unwrap().metadata().unwrap();
    let built = program
        .modified()
        .unwrap()
        .duration_since(UNIX_EPOCH)
        .unwrap();
    let name = format!("conformance_template_{:x}", built.as_nanos());
    let server = service("TEST_DATABASE_URL");
    let mut connection = PgConnection::connect(&server).await.unwrap();
    // Who comes first makes it, the others wait for that; the lock goes with the connection.
    sqlx::query("SELECT pg_advisory_lock(hashtext('conformance'))")
        .execute(&mut connection)
        .await
        .unwrap();
    let is_made: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)",
    )
    .bind(&name)
    .fetch_one(&mut connection)
    .await
    .unwrap();
    if !is_made {
        // What a test that was killed has left half-made.
        admin(
            &server,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await;
        admin(&server, &format!("CREATE DATABASE {name}")).await;
        let config = Config::postgres(address_of(&server, &name), BlobPlace::Memory, test_keys());
        let store = Store::open(&config).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await.unwrap();
        admin(
            &server,
            &format!("ALTER DATABASE {name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false"),
        )
        .await;
    }
    connection.close().await.unwrap();
    name
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let (server, sql) = (
            self.server.clone(),
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        );
        let dropping = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(admin(&server, &sql));
        });
        // A test that failed already says why; a database that stays behind is its lesser trouble.
        let _ = dropping.join();
    }
}

/// Carries out a statement as the administrator of the server.
pub(crate) async fn admin(server: &str, sql: &str) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// A master key that all tests share.
pub(crate) fn test_keys() -> KeySource {
    KeySource::Given("5a".repeat(32).into())
}

pub(crate) fn redis_url() -> String {
    service("TEST_REDIS_URL")
}

/// A name before every key, so that tests can share a Redis.
pub(crate) fn redis_prefix() -> String {
    format!("test-{}", Uuid::now_v7().simple())
}

pub(crate) fn service(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!(
            "{variable} is not set: this test needs a real service; run it with `cargo xtask test`"
        )
    })
}

pub(crate) fn sqlite_file(config: &Config) -> Option<PathBuf> {
    match &config.database {
        store::DatabaseConfig::Sqlite { path } => Some(path.clone()),
        store::DatabaseConfig::Postgres { .. } => None,
    }
}
