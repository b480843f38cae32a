//! The log lines of steps: appended in batches, read from where the reader left off.

use async_trait::async_trait;
use engine::node::LogStream;
use engine::ports::PortResult;
use engine::ports::logs::{LogLine, LogStore};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Moment, micros};
use crate::error::{StoreError, StoreResult};
use crate::executions::without_nul;
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// Which lines of an execution are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Only those of this step.
    pub step: Option<String>,
    /// Only those with a greater id.
    pub after: i64,
    /// At most this many; 50 when left at 0.
    pub limit: u32,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

#[async_trait]
impl LogStore for Store {
    async fn append(&self, execution: Uuid, mut lines: Vec<LogLine>) -> PortResult<Vec<LogLine>> {
        if lines.is_empty() {
            return Ok(lines);
        }
        for line in &mut lines {
            if line.text.contains('\0') {
                line.text = without_nul(&line.text);
            }
        }
        let mut ids = if self.database.is_sqlite() {
            append_to_sqlite(self, execution, &lines).await?
        } else {
            append_to_postgres(self, execution, &lines).await?
        };
        // Ids are given in the order of the lines; the rows that tell them may come in any.
        ids.sort_unstable_by_key(|row| row.id);
        for (line, row) in lines.iter_mut().zip(ids) {
            line.id = row.id;
        }
        Ok(lines)
    }
}

const APPEND: &str = "append log lines";

async fn append_to_sqlite(
    store: &Store,
    execution: Uuid,
    lines: &[LogLine],
) -> StoreResult<Vec<Id>> {
    let rows: Vec<serde_json::Value> = lines
        .iter()
        .map(|line| {
            serde_json::json!([
                line.step,
                line.attempt,
                micros(line.at),
                stream_name(line.stream),
                line.text
            ])
        })
        .collect();
    let statement = store.database.statement(
        "INSERT INTO logs (execution_id, step, attempt, at, stream, text)
         SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each($2)
         RETURNING id",
        [execution.into(), serde_json::Value::from(rows).to_string().into()],
    );
    store.database.write_returning(APPEND, statement).await
}

/// Whoever appends to an execution's log waits for whoever does so already: ids become visible in their
/// order, and a reader that asks for what comes after the last id misses nothing.
async fn append_to_postgres(
    store: &Store,
    execution: Uuid,
    lines: &[LogLine],
) -> StoreResult<Vec<Id>> {
    let lock = execution.as_u64_pair().1.cast_signed();
    let column = |value: &dyn Fn(&LogLine) -> String| -> Value {
        lines.iter().map(value).collect::<Vec<_>>().into()
    };
    let statement = store.database.statement(
        "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock($2) AS taken)
         INSERT INTO logs (execution_id, step, attempt, at, stream, text)
         SELECT $1, step, attempt, at, stream, text
         FROM turn, unnest($3::text[], $4::integer[], $5::timestamptz[], $6::text[], $7::text[]) WITH ORDINALITY
              AS line (step, attempt, at, stream, text, place)
         ORDER BY place
         RETURNING id",
        [
            execution.into(),
            lock.into(),
            column(&|line| line.step.clone()),
            lines.iter().map(|line| line.attempt.cast_signed()).collect::<Vec<_>>().into(),
            lines.iter().map(|line| line.at).collect::<Vec<_>>().into(),
            column(&|line| stream_name(line.stream).to_owned()),
            column(&|line| line.text.clone()),
        ],
    );
    store.database.write_returning(APPEND, statement).await
}

impl Store {
    /// Lines in the order in which they were written. `next_cursor` is the last id of a full page: ask
    /// for what comes after it.
    pub async fn execution_logs(
        &self,
        scope: Scope,
        execution: Uuid,
        filter: &LogFilter,
    ) -> StoreResult<Page<LogLine>> {
        const DOING: &str = "read log lines";
        #[derive(FromQueryResult)]
        struct Row {
            id: i64,
            step: String,
            attempt: i32,
            at: Moment,
            stream: String,
            text: String,
        }
        let paging = Paging::first(filter.limit);
        let mut values: Vec<Value> =
            vec![execution.into(), filter.after.into(), paging.fetch().into()];
        let mut only = scope.and_execution(&mut values);
        if let Some(step) = filter.step.as_deref() {
            values.push(step.into());
            only += &format!(" AND step = ${}", values.len());
        }
        let sql = format!(
            "SELECT id, step, attempt, at, stream, text FROM logs
             WHERE execution_id = $1 AND id > $2{only} ORDER BY id LIMIT $3"
        );
        let rows: Vec<Row> = self
            .database
            .all(DOING, self.database.statement_of(sql, values))
            .await?;
        let more = rows.len() > paging.size();
        let items = rows
            .into_iter()
            .take(paging.size())
            .map(|row| {
                Ok(LogLine {
                    id: row.id,
                    step: row.step,
                    attempt: row.attempt.cast_unsigned(),
                    at: row.at.0,
                    stream: stream_of(&row.stream).ok_or_else(|| StoreError::Corrupt {
                        doing: DOING,
                        source: format!("`{}` is not a stream", row.stream).into(),
                    })?,
                    text: row.text,
                })
            })
            .collect::<StoreResult<Vec<LogLine>>>()?;
        let next_cursor = items
            .last()
            .filter(|_| more)
            .map(|line| line.id.to_string());
        Ok(Page { items, next_cursor })
    }
}

fn stream_name(stream: LogStream) -> &'static str {
    match stream {
        LogStream::Stdout => "stdout",
        LogStream::Stderr => "stderr",
        LogStream::Info => "info",
    }
}

fn stream_of(name: &str) -> Option<LogStream> {
    [LogStream::Stdout, LogStream::Stderr, LogStream::Info]
        .into_iter()
        .find(|stream| stream_name(*stream) == name)
}
