//! The audit log. Entries are chained: each has a hash of itself and of the one before, so that an edit, a gap or another
//! order shows. The newest hash is sealed with the master key beside them and in another table, so that a cut tail and a log that
//! was cleared away show as well to whoever does not have that key; who has both database and key can still put an older state of
//! all of it back, and only a copy of the head elsewhere tells then.

mod append;
mod ends;
mod history;
mod list;

use engine::Time;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::database::Moment;
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

pub(crate) use append::aside_place;
pub(crate) use ends::PLACE;

use ends::{SECOND, opened, place_of_second};

pub use list::AuditFilter;

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditEntry {
    /// None for what belongs to no workspace.
    pub workspace_id: Option<Uuid>,
    /// Whose doing it was, and by which way they had come in.
    pub actor: Value,
    /// The name of the operation.
    pub action: String,
    /// The address that it was done to.
    pub resource: String,
    /// Where it came from.
    pub address: String,
    /// How it was answered.
    pub status: u16,
    /// What there was before it, where that can be read.
    pub before: Option<Value>,
    /// What there is after it, where that is told.
    pub after: Option<Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub seq: u64,
    pub at: Time,
    pub entry: NewAuditEntry,
    pub hash: String,
}

/// How far the chain reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    pub seq: u64,
    pub hash: String,
}

/// What looking through all entries came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// All entries are as they were written, up to here.
    Sound(AuditHead),
    /// The first entry that is not what was written, or that does not follow from the one before.
    Broken { seq: u64, why: &'static str },
}

const DOING: &str = "write the audit log";
const READING: &str = "read the audit log";
const COLUMNS: &str =
    "seq, workspace_id, at, actor, action, resource, address, status, before, after, hash";

/// Entries that are verified at a time.
const AT_ONCE: u32 = 1_000;

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    workspace_id: Option<Uuid>,
    at: Moment,
    actor: String,
    action: String,
    resource: String,
    address: String,
    status: i32,
    before: Option<String>,
    after: Option<String>,
    hash: String,
}

#[derive(FromQueryResult)]
struct HeadRow {
    seq: i64,
    sealed: String,
}

/// What is no JSON any more is shown as it is, so that the others can be read; it does not prove itself.
fn readable(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({"unreadable": text}))
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        Self {
            seq: row.seq.cast_unsigned(),
            at: row.at.0,
            entry: NewAuditEntry {
                workspace_id: row.workspace_id,
                actor: readable(&row.actor),
                action: row.action,
                resource: row.resource,
                address: row.address,
                status: u16::try_from(row.status).unwrap_or_default(),
                before: row.before.as_deref().map(readable),
                after: row.after.as_deref().map(readable),
            },
            hash: row.hash,
        }
    }
}

impl AuditEntry {
    /// Of everything in it, and of the entry before.
    fn chained(&self, before: &str) -> String {
        let entry = &self.entry;
        let mut text = json!([
            before,
            self.seq,
            self.at.timestamp_micros(),
            entry.workspace_id,
            entry.actor,
            entry.action,
            entry.resource,
            entry.address,
            entry.status,
            entry.after,
        ]);
        // Entries of before this was recorded have nothing here, and keep their hashes.
        if let (Some(was), Value::Array(parts)) = (&entry.before, &mut text) {
            parts.push(was.clone());
        }
        let text = text.to_string();
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Store {
    /// Follows the chain from its beginning to its sealed ends. `known` is a head that was noted elsewhere earlier: the
    /// chain has to pass through it.
    pub async fn verify_audit(&self, known: Option<&AuditHead>) -> StoreResult<AuditVerdict> {
        // Read first: what is appended meanwhile comes after them.
        let first = self.audit_head().await?;
        let second = self.second_end().await?;
        let mut walk = Walk {
            at: AuditHead {
                seq: 0,
                hash: String::new(),
            },
            first: first.as_ref().map(|first| first.seq.cast_unsigned()),
            at_first: None,
            second: second.clone().flatten(),
            is_at_second: false,
            known,
            passed_known: known.is_none(),
        };
        if let Some(broken) = self.follow(&mut walk).await? {
            return Ok(broken);
        }
        if let Some(broken) = self.hold_against_first(&walk, first.as_ref()).await? {
            return Ok(broken);
        }
        let at = walk.at;
        match second {
            Some(None) => return broken(at.seq.max(1), "the second sealed end does not open"),
            Some(Some(second)) if second.seq > at.seq => {
                let why = "entries are missing: the second sealed end is behind them";
                return broken(at.seq + 1, why);
            }
            Some(Some(second)) if !walk.is_at_second => {
                return broken(second.seq, "the second sealed end is another one");
            }
            // A version that knew of no second one has written the last entries.
            Some(Some(_)) | None => {}
        }
        if !walk.passed_known {
            let seq = known.map_or(0, |known| known.seq);
            return broken(
                seq,
                "the chain does not pass through the head that was noted",
            );
        }
        Ok(AuditVerdict::Sound(at))
    }

    /// Goes from entry to entry; says which is the first that does not follow.
    async fn follow(&self, walk: &mut Walk<'_>) -> StoreResult<Option<AuditVerdict>> {
        let broken = |seq, why| broken(seq, why).map(Some);
        // The lowest there is, whatever its number: nothing stands before the first one.
        let (mut from, mut at_once) = (i64::MIN, AT_ONCE);
        loop {
            let sql = format!("SELECT {COLUMNS} FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2");
            let values = [from.into(), i64::from(at_once).into()];
            let statement = self.database.statement(sql, values);
            let rows: Vec<Row> = match self.database.all(READING, statement).await {
                Ok(rows) => rows,
                Err(error) if error.is_transient() => return Err(error),
                // One of them can't be read: it is found by itself.
                Err(_) if at_once > 1 => {
                    at_once = 1;
                    continue;
                }
                Err(_) => return broken(walk.at.seq + 1, "it was changed: it can't be read"),
            };
            if rows.is_empty() {
                return Ok(None);
            }
            for row in rows {
                if row.seq < 1 {
                    return broken(1, "something stands before it that was never written");
                }
                let entry = AuditEntry::from(row);
                if entry.seq != walk.at.seq + 1 {
                    // Behind the sealed end nothing can be missing.
                    let why = match walk.at_first {
                        Some(_) => "something stands behind the sealed end that was never written",
                        None => "it is missing",
                    };
                    return broken(walk.at.seq + 1, why);
                }
                if entry.hash != entry.chained(&walk.at.hash) {
                    return broken(entry.seq, "it was changed, or the one before was");
                }
                from = entry.seq.cast_signed().saturating_add(1);
                walk.pass(AuditHead {
                    seq: entry.seq,
                    hash: entry.hash,
                });
            }
        }
    }

    /// What there is to say of the first end, after all entries were followed.
    async fn hold_against_first(
        &self,
        walk: &Walk<'_>,
        first: Option<&HeadRow>,
    ) -> StoreResult<Option<AuditVerdict>> {
        let broken = |seq, why| broken(seq, why).map(Some);
        let at = &walk.at;
        match first {
            // The very first one may have come since the end was looked for.
            None if at.seq > 0 => {
                if self.audit_head().await?.is_none() {
                    return broken(at.seq, "the sealed end is missing");
                }
            }
            // An account is not made without an entry, since there is a log.
            None => {
                if self.has_users_since_the_log().await? {
                    return broken(1, "all entries are missing, though there are accounts");
                }
            }
            Some(first) => {
                let seq = first.seq.cast_unsigned();
                let Some(hash) = &walk.at_first else {
                    return broken(at.seq + 1, "entries at the end are missing");
                };
                let stated = self.stated_end(&first.sealed)?;
                if stated.is_none_or(|stated| stated.seq != seq || stated.hash != *hash) {
                    return broken(seq, "the sealed end is another one");
                }
            }
        }
        // Read again: what has come meanwhile has moved it, and what it does not reach was not written by a server.
        if let Some(head) = self.audit_head().await? {
            let stated = self.stated_end(&head.sealed)?;
            let (seq, hash) = stated.map(|end| (end.seq, end.hash)).unwrap_or_default();
            if seq < at.seq {
                return broken(seq + 1, "it was never written: the sealed end is before it");
            }
            if seq == at.seq && hash != at.hash {
                return broken(seq, "the sealed end is another one");
            }
        }
        Ok(None)
    }

    /// What stands in a sealed end; none where it does not open, which is a verdict, and no missing key, which is none.
    fn stated_end(&self, sealed: &str) -> StoreResult<Option<AuditHead>> {
        opened(&self.vault, PLACE, Some(sealed)).map_err(StoreError::sealed(READING))
    }

    /// The second end, if there is one, and what it states, if it opens.
    async fn second_end(&self) -> StoreResult<Option<Option<AuditHead>>> {
        #[derive(FromQueryResult)]
        struct Row {
            value: String,
        }
        let sql = "SELECT value FROM secrets WHERE name = $1";
        let statement = self.database.statement(sql, [SECOND.into()]);
        let row: Option<Row> = self.database.one(READING, statement).await?;
        let Some(Row { value }) = row else {
            return Ok(None);
        };
        let stated = opened(&self.vault, &place_of_second(), Some(&value));
        stated.map(Some).map_err(StoreError::sealed(READING))
    }

    /// Whether an account was made after the step of the schema that made the log.
    async fn has_users_since_the_log(&self) -> StoreResult<bool> {
        #[derive(FromQueryResult)]
        struct Since {
            applied_at: i64,
        }
        #[derive(FromQueryResult)]
        struct Anybody {}
        let sql = "SELECT applied_at FROM seaql_migrations WHERE version = 'm0017_audit'";
        let since: Option<Since> = self
            .database
            .one(READING, self.database.statement(sql, []))
            .await?;
        let since = since.and_then(|since| Time::from_timestamp(since.applied_at, 0));
        let Some(since) = since else {
            return self.has_users().await;
        };
        let statement = self.database.statement(
            "SELECT id FROM users WHERE created_at > $1 LIMIT 1",
            [self.database.time(since)],
        );
        let later: Option<Anybody> = self.database.one(READING, statement).await?;
        Ok(later.is_some())
    }

    async fn audit_head(&self) -> StoreResult<Option<HeadRow>> {
        let sql = "SELECT seq, sealed FROM audit_head WHERE one = 1";
        let statement = self.database.statement(sql, []);
        self.database.one(READING, statement).await
    }
}

/// How far the chain was followed, and what it came through.
struct Walk<'k> {
    at: AuditHead,
    /// The number that the first end names in the open, and the hash of the entry there.
    first: Option<u64>,
    at_first: Option<String>,
    second: Option<AuditHead>,
    is_at_second: bool,
    known: Option<&'k AuditHead>,
    passed_known: bool,
}

impl Walk<'_> {
    fn pass(&mut self, at: AuditHead) {
        self.passed_known |= self.known == Some(&at);
        self.is_at_second |= self.second.as_ref() == Some(&at);
        if self.first == Some(at.seq) {
            self.at_first = Some(at.hash.clone());
        }
        self.at = at;
    }
}

fn broken(seq: u64, why: &'static str) -> StoreResult<AuditVerdict> {
    Ok(AuditVerdict::Broken { seq, why })
}
