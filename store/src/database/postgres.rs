//! Opens Postgres: a pool for everyone, and dedicated connections for the committers.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions as _, Connection, Executor, PgConnection};
use sea_orm::{ConnectOptions, DbErr, RuntimeErr};

use super::{Database, Lane, told_when_slow};
use crate::error::{StoreError, StoreResult};

/// The plan of a statement must not depend on how full the tables were when it was first made: always by index. Without
/// this, what is loaded for runners goes through whole tables for minutes after a start with little in them.
/// The few small tables without a fitting index would then look so dear that Postgres compiled their statements.
const BY_INDEX: &str = "SET enable_seqscan = off; SET jit = off";

pub(crate) async fn open(url: &str, max_connections: u32) -> StoreResult<Database> {
    let doing = StoreError::doing("connect to Postgres");
    let lane = PgConnectOptions::from_str(url)
        .map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
        .map_err(&doing)?
        .application_name("lathe")
        .disable_statement_logging();
    let mut pool = ConnectOptions::new(url);
    pool.max_connections(max_connections.max(2))
        .record_stmt_in_spans(false)
        .set_application_name("lathe")
        // Asking before every use costs a round trip; asking only after a pause finds dead connections too.
        .test_before_acquire_if_idle_for(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(10))
        .map_sqlx_postgres_opts(told_when_slow)
        .map_sqlx_postgres_pool_opts(|pool| {
            pool.after_connect(|connection, _| {
                Box::pin(async { connection.execute(BY_INDEX).await.map(drop) })
            })
        });
    let connection = sea_orm::Database::connect(pool).await.map_err(&doing)?;
    Ok(Database {
        reader: connection.clone(),
        writer: connection,
        lane: Lane::Postgres(Box::new(PostgresLane { options: lane })),
        _lock: None,
    })
}

/// How a committer opens a connection of its own.
#[derive(Clone)]
pub(crate) struct PostgresLane {
    options: PgConnectOptions,
}

impl PostgresLane {
    pub(crate) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        connection.execute(BY_INDEX).await?;
        // The one big statement is planned once.
        connection
            .execute("SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan")
            .await?;
        Ok(connection)
    }
}
