//! What carries out a batch: the dedicated connection of each database.

use std::collections::HashSet;

use sea_orm::sqlx::{self, PgConnection, SqlitePool};
use uuid::Uuid;

use super::prepare::Unit;
use super::{write_postgres, write_sqlite};
use crate::database::PostgresLane;

pub(super) enum Writer {
    Sqlite(SqlitePool),
    Postgres {
        lane: Box<PostgresLane>,
        connection: Option<Box<PgConnection>>,
    },
}

impl Writer {
    /// Records all units in one transaction; returns those that won their version check.
    pub(super) async fn write(&mut self, units: &[&Unit]) -> Result<HashSet<Uuid>, sqlx::Error> {
        match self {
            Self::Sqlite(pool) => {
                let mut connection = pool.acquire().await?;
                write_sqlite::write(&mut connection, units).await
            }
            Self::Postgres { lane, connection } => {
                let connection = match connection {
                    Some(connection) => connection,
                    None => connection.insert(Box::new(lane.connect().await?)),
                };
                write_postgres::write(connection, units).await
            }
        }
    }

    /// Drops a connection that can't be trusted any more; the next write opens a new one.
    pub(super) fn disconnect(&mut self) {
        if let Self::Postgres { connection, .. } = self {
            *connection = None;
        }
    }
}
