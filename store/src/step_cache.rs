//! Results of cached steps.
//!
//! The results of a node stand in its slot, and each takes the place of the last; those of a run and those of a
//! whole workspace lie side by side under their keys. Names of workflows hold no colon and are never empty, so that
//! one table serves all three.

use std::borrow::Cow;
use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::Time;
use engine::ports::PortResult;
use engine::ports::step_cache::{CacheSlot, CachedStep, StepCache};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::blobs::{Kept, Parcel};
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
            output: Kept,
            execution_id: Uuid,
            at: Moment,
        }
        let statement = self.database.statement(
            "SELECT key, parameters, output, execution_id, at FROM step_cache WHERE workflow = $1 AND node = $2",
            place(slot).map(|part| part.as_ref().into()),
        );
        let row: Option<Row> = self.database.one("read a cached result", statement).await?;
        let Some(row) = row else { return Ok(None) };
        // A large result is gone with the run that computed it.
        let output = row.output.found(&self.blobs).await?;
        Ok(output.map(|output| CachedStep {
            key: row.key,
            parameters: row.parameters.0,
            output,
            execution: row.execution_id,
            at: row.at.0,
        }))
    }

    async fn put(
        &self,
        slot: &CacheSlot,
        cached: CachedStep,
        expires_at: Option<Time>,
    ) -> PortResult<()> {
        const DOING: &str = "keep a result for later runs";
        let text = |value: serde_json::Result<String>| value.map_err(StoreError::corrupt(DOING));
        let [owner, name] = place(slot);
        let mut parcel = Parcel::default();
        let output = text(serde_json::to_string(&cached.output))?;
        let output = parcel.text(cached.execution, output);
        self.blobs.deliver(parcel).await?;
        let statement = self.database.statement(
            "INSERT INTO step_cache (workflow, node, key, parameters, output, execution_id, at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (workflow, node) DO UPDATE SET key = excluded.key, parameters = excluded.parameters,
                 output = excluded.output, execution_id = excluded.execution_id, at = excluded.at,
                 expires_at = excluded.expires_at
             WHERE step_cache.at <= excluded.at",
            [
                owner.as_ref().into(),
                name.as_ref().into(),
                cached.key.into(),
                text(serde_json::to_string(&cached.parameters))?.into(),
                output.into(),
                cached.execution.into(),
                self.database.time(cached.at),
                self.database.optional_time(expires_at),
            ],
        );
        self.database.write(DOING, statement).await?;
        Ok(())
    }

    async fn forget_run(&self, execution: Uuid) -> PortResult<()> {
        let statement = self.database.statement(
            "DELETE FROM step_cache WHERE workflow = $1",
            [owner_of_run(execution).into()],
        );
        let doing = "forget the results that a run kept for itself";
        self.database.write(doing, statement).await?;
        Ok(())
    }

    async fn prune(&self) -> PortResult<u64> {
        let sql = format!(
            "DELETE FROM step_cache WHERE expires_at IS NOT NULL AND expires_at <= {}",
            self.database.now()
        );
        let statement = self.database.statement(sql, []);
        let doing = "remove cached results that have expired";
        Ok(self.database.write(doing, statement).await?)
    }
}

/// Whose result it is, and its name among these.
fn place(slot: &CacheSlot) -> [Cow<'_, str>; 2] {
    match slot {
        CacheSlot::Node {
            owner,
            workflow,
            node,
        } => [format!("{owner}:{workflow}").into(), node.into()],
        CacheSlot::Run { execution, key } => [owner_of_run(*execution).into(), key.into()],
        CacheSlot::Global { owner, key } => [format!("{owner}:").into(), key.into()],
    }
}

fn owner_of_run(execution: Uuid) -> String {
    format!("run:{execution}")
}
