//! What carries out a batch: the dedicated connection of each database.

use std::collections::HashSet;
use std::sync::Arc;

use sea_orm::sqlx::PgConnection;
use uuid::Uuid;

use super::prepare::Unit;
use super::sqlite_writer::SqliteWriter;
use super::write_postgres;
use crate::database::PostgresLane;
use crate::error::WriteError;

pub(super) enum Writer {
    Sqlite(Arc<SqliteWriter>),
    Postgres {
        lane: Box<PostgresLane>,
        connection: Option<Box<PgConnection>>,
    },
}

impl Writer {
    /// Records all units in one transaction; returns those that won their version check.
    pub(super) async fn write(&mut self, units: &[Arc<Unit>]) -> Result<HashSet<Uuid>, WriteError> {
        match self {
            Self::Sqlite(writer) => writer.write(units.to_vec()).await,
            Self::Postgres { lane, connection } => {
                let connection = match connection {
                    Some(connection) => connection,
                    None => connection.insert(Box::new(lane.connect().await?)),
                };
                let units: Vec<&Unit> = units.iter().map(Arc::as_ref).collect();
                Ok(write_postgres::write(connection, &units).await?)
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
