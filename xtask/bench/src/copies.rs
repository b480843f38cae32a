//! A long history in seconds: the executions that ran, copied under new ids until there are enough.

use anyhow::Result;
use sqlx::{AssertSqlSafe, PgConnection, Row, SqliteConnection};

/// Columns of executions that a copy has in common with its original.
fn shared_columns(names: Vec<String>) -> String {
    let shared: Vec<String> = names.into_iter().filter(|name| name != "id").collect();
    shared.join(", ")
}

pub(crate) async fn in_postgres(connection: &mut PgConnection, kept: usize) -> Result<()> {
    let names = sqlx::query_scalar::<_, String>(
        "SELECT column_name::text FROM information_schema.columns
         WHERE table_name = 'executions' AND table_schema = current_schema()",
    )
    .fetch_all(&mut *connection)
    .await?;
    let columns = shared_columns(names);
    let have: i64 = sqlx::query_scalar("SELECT count(*) FROM executions")
        .fetch_one(&mut *connection)
        .await?;
    let wanted = kept as i64 - have;
    // New ids lie before the old ones, as those of older runs do: the millisecond of a version 7 id counts down.
    let sql = format!(
        "INSERT INTO executions (id, {columns})
         SELECT (lpad(to_hex(1600000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 5, 15))::uuid,
                {columns}
         FROM generate_series(1, {wanted}) n
         JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM executions) e ON e.place = n % {have} + 1"
    );
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut *connection)
        .await?;
    sqlx::query("ANALYZE executions")
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn in_sqlite(connection: &mut SqliteConnection, kept: usize) -> Result<()> {
    let rows = sqlx::query("SELECT name FROM pragma_table_info('executions')")
        .fetch_all(&mut *connection)
        .await?;
    let names = rows.iter().map(|row| row.get::<String, _>(0)).collect();
    let columns = shared_columns(names);
    let have: i64 = sqlx::query_scalar("SELECT count(*) FROM executions")
        .fetch_one(&mut *connection)
        .await?;
    let wanted = kept as i64 - have;
    let sql = format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {wanted}),
              e AS MATERIALIZED (SELECT *, row_number() OVER (ORDER BY id) AS place FROM executions)
         INSERT INTO executions (id, {columns})
         SELECT unhex(printf('%012x7%03x8%015x', 1600000000000 + n, n % 4096, n)), {columns}
         FROM n JOIN e ON e.place = n % {have} + 1"
    );
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
