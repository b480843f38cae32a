//! Appending to the audit log, one process at a time: what the next entry follows, and what is put aside by a process that can't
//! read the end of the log.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::ends::{PLACE, SECOND, opened, place_of_second};
use super::{AuditEntry, AuditHead, COLUMNS, DOING, NewAuditEntry};
use crate::database::{all, one};
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

/// Only one process at a time appends.
const LOCK: i64 = 0x6175_6469_7400;

/// What stands at a higher number was written by nobody who appends: verifying says so, and the log goes on without it.
const ROOM: i64 = i64::MAX / 2;

/// Entries that were put aside are taken into the log by so many at once.
const AT_ONCE: u32 = 1_000;

/// An entry as it is put aside.
#[derive(Serialize, Deserialize)]
struct Aside {
    at: Time,
    workspace_id: Option<Uuid>,
    actor: Value,
    action: String,
    resource: String,
    address: String,
    status: u16,
    before: Option<Value>,
    after: Option<Value>,
}

impl Aside {
    fn of(at: Time, entry: NewAuditEntry) -> Self {
        Self {
            at,
            workspace_id: entry.workspace_id,
            actor: entry.actor,
            action: entry.action,
            resource: entry.resource,
            address: entry.address,
            status: entry.status,
            before: entry.before,
            after: entry.after,
        }
    }

    fn into_entry(self) -> (Time, NewAuditEntry) {
        let entry = NewAuditEntry {
            workspace_id: self.workspace_id,
            actor: self.actor,
            action: self.action,
            resource: self.resource,
            address: self.address,
            status: self.status,
            before: self.before,
            after: self.after,
        };
        (self.at, entry)
    }
}

/// What an entry that was put aside is bound to.
pub(crate) fn aside_place(id: Uuid) -> String {
    format!("audit_aside:{id}")
}

impl Store {
    /// Appends an entry, and says how far the log reaches then.
    ///
    /// A process whose master keys do not open the end of the log, such as the last one of a rolling restart with a new key, can't
    /// say what its entry follows. It puts the entry aside, and nothing is said; whoever can read the end takes it into the log
    /// before its own next one.
    pub async fn append_audit(&self, entry: NewAuditEntry) -> StoreResult<Option<AuditHead>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let at = Utc::now().trunc_subsecs(6);
        let transaction = database.begin(DOING).await?;
        if !database.is_sqlite() {
            let lock = database.statement("SELECT pg_advisory_xact_lock($1)", [LOCK.into()]);
            transaction.execute_raw(lock).await.map_err(&doing)?;
        }
        let Some(mut head) = self.end(&transaction).await? else {
            self.put_aside(&transaction, at, entry).await?;
            transaction.commit().await.map_err(&doing)?;
            tracing::warn!(
                "an entry of the audit log was put aside: its end is sealed with a master key that this process does not have"
            );
            return Ok(None);
        };
        for (at, aside) in self.take_aside(&transaction).await? {
            head = self.chain(&transaction, &head, at, aside).await?;
        }
        head = self.chain(&transaction, &head, at, entry).await?;
        self.seal_ends(&transaction, &head).await?;
        transaction.commit().await.map_err(&doing)?;
        Ok(Some(head))
    }

    async fn chain(
        &self,
        transaction: &DatabaseTransaction,
        last: &AuditHead,
        at: Time,
        entry: NewAuditEntry,
    ) -> StoreResult<AuditHead> {
        let database = &self.database;
        let next = i64::try_from(last.seq)
            .ok()
            .and_then(|seq| seq.checked_add(1));
        let next = next.ok_or_else(|| {
            StoreError::corrupt(DOING)("the audit log has come to the last number there is")
        })?;
        let mut whole = AuditEntry {
            seq: next.cast_unsigned(),
            at,
            entry,
            hash: String::new(),
        };
        whole.hash = whole.chained(&last.hash);
        let insert = database.statement(
            format!(
                "INSERT INTO audit ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            [
                next.into(),
                whole.entry.workspace_id.into(),
                database.time(whole.at),
                whole.entry.actor.to_string().into(),
                whole.entry.action.clone().into(),
                whole.entry.resource.clone().into(),
                whole.entry.address.clone().into(),
                i32::from(whole.entry.status).into(),
                whole.entry.before.as_ref().map(Value::to_string).into(),
                whole.entry.after.as_ref().map(Value::to_string).into(),
                whole.hash.clone().into(),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map_err(StoreError::doing(DOING))?;
        Ok(AuditHead {
            seq: whole.seq,
            hash: whole.hash,
        })
    }

    /// Seals the end, and once more in another table: who clears the log away with its end does not clear away that there was one.
    async fn seal_ends(
        &self,
        transaction: &DatabaseTransaction,
        head: &AuditHead,
    ) -> StoreResult<()> {
        let (doing, failed) = (StoreError::doing(DOING), StoreError::sealed(DOING));
        let database = &self.database;
        let text = format!("{} {}", head.seq, head.hash);
        let sealed = self.vault.seal(PLACE, text.as_bytes()).map_err(&failed)?;
        let first = database.statement(
            "INSERT INTO audit_head (one, seq, sealed) VALUES (1, $1, $2)
             ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, sealed = excluded.sealed",
            [head.seq.cast_signed().into(), sealed.into()],
        );
        transaction.execute_raw(first).await.map_err(&doing)?;
        let sealed = self.vault.seal(&place_of_second(), text.as_bytes());
        let second = database.statement(
            "INSERT INTO secrets (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [SECOND.into(), sealed.map_err(&failed)?.into()],
        );
        transaction.execute_raw(second).await.map_err(&doing)?;
        Ok(())
    }

    /// What the next entry follows; nothing where this process can't read that. The sealed ends say it, so that a tail which was
    /// cut off stays missing, whatever comes after it. Where rows and ends do not fit each other, the next entry follows nothing,
    /// which shows for good.
    async fn end(&self, transaction: &DatabaseTransaction) -> StoreResult<Option<AuditHead>> {
        /// How far the rows go, and how far the sealed ends say that they go.
        #[derive(FromQueryResult)]
        struct Row {
            seq: Option<i64>,
            first: Option<String>,
            second: Option<String>,
        }
        let statement = self.database.statement(
            "SELECT (SELECT max(seq) FROM audit WHERE seq > 0 AND seq < $1) AS seq,
                (SELECT sealed FROM audit_head WHERE one = 1) AS first,
                (SELECT value FROM secrets WHERE name = $2) AS second",
            [ROOM.into(), SECOND.into()],
        );
        let row: Option<Row> = one(transaction, statement)
            .await
            .map_err(StoreError::doing(DOING))?;
        let (seq, first, second) =
            row.map_or((None, None, None), |row| (row.seq, row.first, row.second));
        let first = opened(&self.vault, PLACE, first.as_deref());
        let second = opened(&self.vault, &place_of_second(), second.as_deref());
        // Going on from the last row would cover up what was cut off behind it.
        let (Ok(first), Ok(second)) = (first, second) else {
            return Ok(None);
        };
        // The second one may lag behind: an older version that runs beside this one does not know of it.
        let reached = second.map_or(0, |second| second.seq);
        let last = seq.unwrap_or(0).cast_unsigned().max(reached);
        Ok(Some(match first {
            Some(first) if first.seq >= last => first,
            _ => AuditHead {
                seq: last,
                hash: String::new(),
            },
        }))
    }

    async fn put_aside(
        &self,
        transaction: &DatabaseTransaction,
        at: Time,
        entry: NewAuditEntry,
    ) -> StoreResult<()> {
        let id = Uuid::now_v7();
        let text = serde_json::to_vec(&Aside::of(at, entry)).map(Zeroizing::new);
        let text = text.map_err(StoreError::corrupt(DOING))?;
        // Sealed, so that nobody gets an entry into the log who has the database only.
        let sealed = self.vault.seal(&aside_place(id), &text);
        let insert = self.database.statement(
            "INSERT INTO audit_aside (id, sealed) VALUES ($1, $2)",
            [id.into(), sealed.map_err(StoreError::sealed(DOING))?.into()],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map(drop).map_err(StoreError::doing(DOING))
    }

    /// What was put aside, the oldest first. What does not open here stays where it is: its key may come yet, and what nobody
    /// has put there is no entry.
    async fn take_aside(
        &self,
        transaction: &DatabaseTransaction,
    ) -> StoreResult<Vec<(Time, NewAuditEntry)>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            sealed: String,
        }
        let doing = StoreError::doing(DOING);
        let sql =
            format!("SELECT id, sealed FROM audit_aside WHERE id > $1 ORDER BY id LIMIT {AT_ONCE}");
        let (mut taken, mut after) = (Vec::new(), Uuid::nil());
        // However many do not open, they keep no later one out.
        while taken.is_empty() {
            let statement = self.database.statement(sql.as_str(), [after.into()]);
            let rows: Vec<Row> = all(transaction, statement).await.map_err(&doing)?;
            let Some(last) = rows.last() else {
                break;
            };
            after = last.id;
            for Row { id, sealed } in rows {
                let Ok(text) = self.vault.unseal(&aside_place(id), &sealed) else {
                    continue;
                };
                let aside: Aside =
                    serde_json::from_slice(&text).map_err(StoreError::corrupt(DOING))?;
                taken.push(aside.into_entry());
                let sql = "DELETE FROM audit_aside WHERE id = $1";
                let gone = self.database.statement(sql, [id.into()]);
                transaction.execute_raw(gone).await.map_err(&doing)?;
            }
        }
        Ok(taken)
    }
}
