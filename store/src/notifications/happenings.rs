//! What happened in runs and nobody was told of yet: written by runners, taken by whoever tells people.

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::happenings::{Happening, HappeningKind, Happenings};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::database::{Moment, all};
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

const DOING: &str = "keep what happened";

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    owner: Uuid,
    subject: Uuid,
    name: String,
    execution_id: Option<Uuid>,
    triggered_by: String,
    started_by: Option<Uuid>,
    message: String,
    count: i32,
    happened_at: Moment,
}

impl Row {
    /// Nothing of a kind that only a newer version knows.
    fn happening(self) -> Option<Happening> {
        let mut kinds = HappeningKind::ALL.into_iter();
        Some(Happening {
            kind: kinds.find(|kind| kind.as_str() == self.kind)?,
            owner: self.owner,
            subject: self.subject,
            name: self.name,
            execution: self.execution_id,
            trigger: self.triggered_by,
            started_by: self.started_by,
            message: self.message,
            count: self.count.cast_unsigned(),
            at: self.happened_at.0,
        })
    }
}

#[async_trait]
impl Happenings for Store {
    async fn happened(&self, happenings: Vec<Happening>) -> PortResult<()> {
        Ok(self.keep_happenings(happenings).await?)
    }
}

impl Store {
    async fn keep_happenings(&self, happenings: Vec<Happening>) -> StoreResult<()> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        for happening in happenings {
            let insert = database.statement(
                "INSERT INTO happenings (id, kind, owner, subject, name, execution_id, triggered_by, started_by,
                    message, count, happened_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                [
                    Uuid::now_v7().into(),
                    happening.kind.as_str().into(),
                    happening.owner.into(),
                    happening.subject.into(),
                    happening.name.into(),
                    happening.execution.into(),
                    happening.trigger.into(),
                    happening.started_by.into(),
                    // Postgres keeps no text with this character.
                    happening.message.replace('\0', "\u{fffd}").into(),
                    happening.count.cast_signed().into(),
                    database.time(happening.at),
                ],
            );
            transaction.execute_raw(insert).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)
    }

    /// Takes so many at most, the oldest first. Nobody else gets them: whoever has them tells people, or nobody does. What other
    /// systems are to be told of them is put down with that, and told by whoever claims it.
    pub async fn take_happenings(&self, limit: u32) -> StoreResult<Vec<Happening>> {
        const TAKING: &str = "take what happened";
        #[derive(FromQueryResult)]
        struct Any {}
        // A look without the writer first: most of the time nothing has happened.
        let any = "SELECT id FROM happenings LIMIT 1";
        let any: Option<Any> = self
            .database
            .one(TAKING, self.database.statement(any, []))
            .await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let skip = match self.database.is_sqlite() {
            true => "",
            false => " FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "DELETE FROM happenings WHERE id IN (SELECT id FROM happenings ORDER BY id LIMIT $1{skip})
             RETURNING kind, owner, subject, name, execution_id, triggered_by, started_by, message, count,
                       happened_at"
        );
        let doing = StoreError::doing(TAKING);
        let statement = self.database.statement(sql, [i64::from(limit).into()]);
        let transaction = self.database.begin(TAKING).await?;
        let rows: Vec<Row> = all(&transaction, statement).await.map_err(&doing)?;
        let taken: Vec<Happening> = rows.into_iter().filter_map(Row::happening).collect();
        self.put_out(&transaction, &taken).await?;
        transaction.commit().await.map_err(&doing)?;
        Ok(taken)
    }
}
