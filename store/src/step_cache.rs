//! The last result of every cached step.

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::step_cache::{CacheSlot, CachedStep, StepCache};
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::StoreError;
use crate::store::Store;

#[async_trait]
impl StepCache for Store {
    async fn get(&self, slot: &CacheSlot) -> PortResult<Option<CachedStep>> {
        #[derive(FromQueryResult)]
        struct Row {
            key: String,
            parameters: Json<BTreeMap<String, String>>,
            output: Json<Value>,
            execution_id: Uuid,
            at: Moment,
        }
        let statement = self.database.statement(
            "SELECT key, parameters, output, execution_id, at FROM step_cache WHERE workflow = $1 AND node = $2",
            [slot.workflow.as_str().into(), slot.node.as_str().into()],
        );
        let row: Option<Row> = self.database.one("read a cached result", statement).await?;
        Ok(row.map(|row| CachedStep {
            key: row.key,
            parameters: row.parameters.0,
            output: row.output.0,
            execution: row.execution_id,
            at: row.at.0,
        }))
    }

    async fn put(&self, slot: &CacheSlot, cached: CachedStep) -> PortResult<()> {
        const DOING: &str = "keep a result for later runs";
        let text = |value: serde_json::Result<String>| value.map_err(StoreError::corrupt(DOING));
        let statement = self.database.statement(
            "INSERT INTO step_cache (workflow, node, key, parameters, output, execution_id, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (workflow, node) DO UPDATE SET key = excluded.key, parameters = excluded.parameters,
                 output = excluded.output, execution_id = excluded.execution_id, at = excluded.at
             WHERE step_cache.at <= excluded.at",
            [
                slot.workflow.as_str().into(),
                slot.node.as_str().into(),
                cached.key.into(),
                text(serde_json::to_string(&cached.parameters))?.into(),
                text(serde_json::to_string(&cached.output))?.into(),
                cached.execution.into(),
                self.database.time(cached.at),
            ],
        );
        self.database.write(DOING, statement).await?;
        Ok(())
    }
}
