//! Much of everything in seconds: rows that are there, copied under new ids until there are enough.

use anyhow::Result;
use sqlx::{AssertSqlSafe, PgConnection, Row, SqliteConnection};

/// What is to be copied.
pub(crate) struct Copied {
    pub(crate) table: &'static str,
    /// Texts that no two rows share; each copy gets its number at their end.
    pub(crate) distinct: &'static [&'static str],
}

pub(crate) const EXECUTIONS: Copied = Copied::of("executions", &[]);

impl Copied {
    pub(crate) const fn of(table: &'static str, distinct: &'static [&'static str]) -> Self {
        Self { table, distinct }
    }

    /// The columns of a copy, and what each is filled with; `id` is what makes a new id.
    fn columns(&self, names: &[String], id: &str) -> (String, String) {
        let filled = names.iter().map(|name| match name.as_str() {
            "id" => id.to_owned(),
            "seq" if self.table == "audit" => "1000000 + n".to_owned(),
            name if self.distinct.contains(&name) => format!("{name} || '_' || n"),
            name => name.to_owned(),
        });
        (names.join(", "), filled.collect::<Vec<_>>().join(", "))
    }
}

pub(crate) async fn in_postgres(
    connection: &mut PgConnection,
    copied: &Copied,
    kept: usize,
) -> Result<()> {
    let table = copied.table;
    let names = sqlx::query_scalar::<_, String>(
        "SELECT column_name::text FROM information_schema.columns
         WHERE table_name = $1 AND table_schema = current_schema()",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await?;
    // New ids lie before the old ones, as those of older runs do: the millisecond of a version 7 id counts down.
    let id = "(lpad(to_hex(1600000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 5, 15))::uuid";
    let (into, filled) = copied.columns(&names, id);
    let count = format!("SELECT count(*) FROM {table}");
    let have: i64 = sqlx::query_scalar(AssertSqlSafe(count))
        .fetch_one(&mut *connection)
        .await?;
    let wanted = kept as i64 - have;
    let sql = format!(
        "INSERT INTO {table} ({into}) SELECT {filled} FROM generate_series(1, {wanted}) n
         JOIN (SELECT *, row_number() OVER () AS place FROM {table}) e ON e.place = n % {have} + 1"
    );
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut *connection)
        .await?;
    sqlx::query(AssertSqlSafe(format!("ANALYZE {table}")))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn in_sqlite(
    connection: &mut SqliteConnection,
    copied: &Copied,
    kept: usize,
) -> Result<()> {
    let table = copied.table;
    let rows = sqlx::query("SELECT name FROM pragma_table_info(?)")
        .bind(table)
        .fetch_all(&mut *connection)
        .await?;
    let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let id = "unhex(printf('%012x7%03x8%015x', 1600000000000 + n, n % 4096, n))";
    let (into, filled) = copied.columns(&names, id);
    let count = format!("SELECT count(*) FROM {table}");
    let have: i64 = sqlx::query_scalar(AssertSqlSafe(count))
        .fetch_one(&mut *connection)
        .await?;
    let wanted = kept as i64 - have;
    let sql = format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {wanted}),
              e AS MATERIALIZED (SELECT *, row_number() OVER () AS place FROM {table})
         INSERT INTO {table} ({into}) SELECT {filled} FROM n JOIN e ON e.place = n % {have} + 1"
    );
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
