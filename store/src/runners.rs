//! Runners and their leases, by the database's clock.

use std::time::Duration;

use async_trait::async_trait;
use engine::ports::runners::{RunnerInfo, RunnerRegistry};
use engine::ports::{PortError, PortResult};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::database::Moment;
use crate::store::Store;

/// How long the dead are remembered, so that one that comes back is told.
const REST: Duration = Duration::from_secs(24 * 3_600);

#[async_trait]
impl RunnerRegistry for Store {
    async fn register(&self, id: Uuid, name: &str) -> PortResult<()> {
        const DOING: &str = "register a runner";
        let now = self.database.now();
        let sql = format!(
            "INSERT INTO runners (id, name, started_at, last_seen, dead) VALUES ($1, $2, {now}, {now}, $3)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, last_seen = excluded.last_seen
             WHERE runners.dead = $3"
        );
        let statement = self
            .database
            .statement(sql, [id.into(), name.into(), false.into()]);
        if self.database.write(DOING, statement).await? == 0 {
            // Its executions are being rescued; under a new id it can't be mistaken for its former self.
            let source = "a runner with this id was declared dead".into();
            return Err(PortError {
                doing: DOING,
                transient: false,
                source,
            });
        }
        Ok(())
    }

    async fn beat(&self, id: Uuid) -> PortResult<bool> {
        let sql = format!(
            "UPDATE runners SET last_seen = {} WHERE id = $1 AND dead = $2",
            self.database.now()
        );
        let statement = self.database.statement(sql, [id.into(), false.into()]);
        Ok(self
            .database
            .write("renew a runner's lease", statement)
            .await?
            == 1)
    }

    async fn bury(&self, lease: Duration, undertaker: Uuid) -> PortResult<Vec<Uuid>> {
        const DOING: &str = "look for dead runners";
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
        }
        let overdue = |span| {
            format!(
                "last_seen < {} - {}",
                self.database.now(),
                self.database.span(span)
            )
        };
        let doomed = format!(
            "id <> $1 AND ((dead = $2 AND {}) OR (dead = $3 AND {}))",
            overdue(lease),
            overdue(REST)
        );
        let values = || [undertaker.into(), false.into(), true.into()];
        // A look first, so that the usual case, in which everybody lives, writes nothing.
        let look = format!("SELECT id FROM runners WHERE {doomed} LIMIT 1");
        let statement = self.database.statement(look, values());
        if self.database.one::<Row>(DOING, statement).await?.is_none() {
            return Ok(Vec::new());
        }
        let forget = format!("DELETE FROM runners WHERE dead = $1 AND {}", overdue(REST));
        let statement = self.database.statement(forget, [true.into()]);
        self.database.write(DOING, statement).await?;
        let bury = format!(
            "UPDATE runners SET dead = $3 WHERE id <> $1 AND dead = $2 AND {} RETURNING id",
            overdue(lease)
        );
        let statement = self.database.statement(bury, values());
        let buried: Vec<Row> = self.database.write_returning(DOING, statement).await?;
        Ok(buried.into_iter().map(|row| row.id).collect())
    }

    async fn forget(&self, id: Uuid) -> PortResult<()> {
        let statement = self
            .database
            .statement("DELETE FROM runners WHERE id = $1", [id.into()]);
        self.database.write("forget a runner", statement).await?;
        Ok(())
    }

    async fn alive(&self) -> PortResult<Vec<RunnerInfo>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            name: String,
            started_at: Moment,
            last_seen: Moment,
        }
        let sql = "SELECT id, name, started_at, last_seen FROM runners WHERE dead = $1 ORDER BY id";
        let rows: Vec<Row> = self
            .database
            .all("list runners", self.database.statement(sql, [false.into()]))
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| RunnerInfo {
                id: row.id,
                name: row.name,
                started_at: row.started_at.0,
                last_seen: row.last_seen.0,
            })
            .collect())
    }
}
