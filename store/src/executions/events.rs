//! What happened in an execution, for whoever watches it or missed something.

use engine::execution::Event;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::database::Json;
use crate::error::StoreResult;
use crate::scope::Scope;
use crate::store::Store;

/// Commits whose events are read at once; each holds one row.
const ROWS: i64 = 200;

impl Store {
    /// Events with a number above `after`, in order. A long history comes in parts: ask again after the
    /// last one until nothing comes.
    pub async fn execution_events(
        &self,
        scope: Scope,
        execution: Uuid,
        after: u64,
    ) -> StoreResult<Vec<Event>> {
        #[derive(FromQueryResult)]
        struct Row {
            events: Json<Vec<Event>>,
        }
        let mut values = vec![execution.into(), after.cast_signed().into(), ROWS.into()];
        let only = scope.and_execution(&mut values);
        let sql = format!(
            "SELECT events FROM execution_events
             WHERE execution_id = $1 AND last_seq > $2{only} ORDER BY first_seq LIMIT $3"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self
            .database
            .all("read the events of an execution", statement)
            .await?;
        Ok(rows
            .into_iter()
            .flat_map(|row| row.events.0)
            .filter(|event| event.seq > after)
            .collect())
    }
}
