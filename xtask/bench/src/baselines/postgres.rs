//! Bare Postgres: set-based inserts on few connections, and single rows from many clients at once.

use std::time::Instant;

use anyhow::Result;
use futures::future::try_join_all;
use sqlx::{Connection, PgConnection};

use super::{BATCH, BODY, CLIENTS};
use crate::Effort;

const TABLE: &str = "CREATE TABLE lathe_bench_step (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path text, body text)";
const BATCHED: &str =
    "INSERT INTO lathe_bench_step (path, body) SELECT * FROM UNNEST($1::text[], $2::text[])";
const SINGLE: &str = "INSERT INTO lathe_bench_step (path, body) VALUES ($1, $2)";
const DROP: &str = "DROP TABLE IF EXISTS lathe_bench_step";

/// Rows per second in batches (the best of one and four connections), and commits per second of one row each.
pub(super) async fn measure(effort: Effort, server: &str) -> Result<(f64, f64)> {
    let mut keeper = PgConnection::connect(server).await?;
    sqlx::query(DROP).execute(&mut keeper).await?;
    sqlx::query(TABLE).execute(&mut keeper).await?;
    let one = insert(effort, server, 1, true).await?;
    let four = insert(effort, server, 4, true).await?;
    let single = insert(effort, server, CLIENTS, false).await?;
    sqlx::query(DROP).execute(&mut keeper).await?;
    keeper.close().await?;
    Ok((one.max(four), single))
}

async fn insert(effort: Effort, server: &str, clients: usize, batched: bool) -> Result<f64> {
    let connections = try_join_all((0..clients).map(|_| PgConnection::connect(server))).await?;
    let paths = vec!["build"; BATCH];
    let bodies = vec![BODY; BATCH];
    let (paths, bodies) = (&paths, &bodies);
    let start = Instant::now();
    let each = connections.into_iter().map(|mut connection| async move {
        let mut written = 0_usize;
        while start.elapsed() < effort.window / 2 {
            let query = if batched {
                sqlx::query(BATCHED).bind(paths).bind(bodies)
            } else {
                sqlx::query(SINGLE).bind("build").bind(BODY)
            };
            query.execute(&mut connection).await?;
            written += if batched { BATCH } else { 1 };
        }
        connection.close().await?;
        anyhow::Ok(written)
    });
    let written: usize = try_join_all(each).await?.into_iter().sum();
    Ok(written as f64 / start.elapsed().as_secs_f64())
}
