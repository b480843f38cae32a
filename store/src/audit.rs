//! The audit log. Entries are chained: each has a hash of itself and of the one before, so that an edit, a gap or another
//! order shows. The newest hash is sealed with the master key beside them, so that a cut tail shows as well to whoever
//! does not have that key; who has both database and key can still put an older state of both back, and only a copy of
//! the head elsewhere tells then.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::database::{Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::store::Store;
use crate::vault::VaultError;

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
pub(crate) const PLACE: &str = "audit_head";
const COLUMNS: &str =
    "seq, workspace_id, at, actor, action, resource, address, status, before, after, hash";

/// Only one process at a time appends.
const LOCK: i64 = 0x6175_6469_7400;

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

/// How far the rows go, and how far the sealed end says that they go.
#[derive(FromQueryResult)]
struct EndRow {
    seq: Option<i64>,
    sealed: Option<String>,
}

/// What is no JSON any more is shown as it is, so that the others can be read; it does not prove itself.
fn readable(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({"unreadable": text}))
}

/// What is sealed: `seq hash`.
fn stated(text: &[u8]) -> Option<(i64, String)> {
    let (seq, hash) = std::str::from_utf8(text).ok()?.split_once(' ')?;
    Some((seq.parse().ok()?, hash.to_owned()))
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
    pub async fn append_audit(&self, entry: NewAuditEntry) -> StoreResult<AuditHead> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        if !database.is_sqlite() {
            let lock = database.statement("SELECT pg_advisory_xact_lock($1)", [LOCK.into()]);
            transaction.execute_raw(lock).await.map_err(&doing)?;
        }
        let (seq, hash) = end(self, &transaction).await.map_err(&doing)?;
        let mut whole = AuditEntry {
            seq: seq.cast_unsigned() + 1,
            at: Utc::now().trunc_subsecs(6),
            entry,
            hash: String::new(),
        };
        whole.hash = whole.chained(&hash);
        let insert = database.statement(
            format!(
                "INSERT INTO audit ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            [
                whole.seq.cast_signed().into(),
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
        transaction.execute_raw(insert).await.map_err(&doing)?;
        let sealed = self
            .vault
            .seal(PLACE, format!("{} {}", whole.seq, whole.hash).as_bytes());
        let head = database.statement(
            "INSERT INTO audit_head (one, seq, sealed) VALUES (1, $1, $2)
             ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, sealed = excluded.sealed",
            [
                whole.seq.cast_signed().into(),
                sealed.map_err(StoreError::sealed(DOING))?.into(),
            ],
        );
        transaction.execute_raw(head).await.map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        Ok(AuditHead {
            seq: whole.seq,
            hash: whole.hash,
        })
    }

    /// The newest first: of one workspace, or all that there is.
    pub async fn list_audit(
        &self,
        workspace: Option<Uuid>,
        paging: &Paging,
    ) -> StoreResult<Page<AuditEntry>> {
        const LIST: &str = "audit";
        let before = paging.after::<i64>(LIST)?.unwrap_or(i64::MAX);
        let mut values = vec![before.into(), paging.fetch().into()];
        let theirs = workspace.map(|workspace| {
            values.push(workspace.into());
            " AND workspace_id = $3"
        });
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE seq < $1 AND seq > 0{} ORDER BY seq DESC LIMIT $2",
            theirs.unwrap_or_default()
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all(READING, statement).await?;
        let items = rows.into_iter().map(AuditEntry::from).collect();
        paging.page(LIST, items, |item: &AuditEntry| item.seq.cast_signed())
    }

    /// Follows the chain from its beginning to its sealed end. `known` is a head that was noted elsewhere earlier: the
    /// chain has to pass through it.
    pub async fn verify_audit(&self, known: Option<&AuditHead>) -> StoreResult<AuditVerdict> {
        let broken = |seq, why| Ok(AuditVerdict::Broken { seq, why });
        // Read first: what is appended meanwhile comes after it.
        let head = self.audit_head().await?;
        let mut at = AuditHead {
            seq: 0,
            hash: String::new(),
        };
        let mut passed_known = known.is_none();
        let mut sealed_hash = None;
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
                Err(_) => return broken(at.seq + 1, "it was changed: it can't be read"),
            };
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if row.seq < 1 {
                    return broken(1, "something stands before it that was never written");
                }
                let entry = AuditEntry::from(row);
                if entry.seq != at.seq + 1 {
                    return broken(at.seq + 1, "it is missing");
                }
                if entry.hash != entry.chained(&at.hash) {
                    return broken(entry.seq, "it was changed, or the one before was");
                }
                at = AuditHead {
                    seq: entry.seq,
                    hash: entry.hash,
                };
                from = at.seq.cast_signed() + 1;
                passed_known |= known == Some(&at);
                if head
                    .as_ref()
                    .is_some_and(|head| head.seq == at.seq.cast_signed())
                {
                    sealed_hash = Some(at.hash.clone());
                }
            }
        }
        match head {
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
            Some(head) => {
                let seq = head.seq.cast_unsigned();
                let Some(hash) = sealed_hash else {
                    return broken(at.seq + 1, "entries at the end are missing");
                };
                let sealed = self.sealed_end(&head.sealed)?;
                let stated = format!("{seq} {hash}");
                if sealed.is_none_or(|sealed| *sealed != *stated.as_bytes()) {
                    return broken(seq, "the sealed end is another one");
                }
            }
        }
        // Read again: what has come meanwhile has moved it, and what it does not reach was not written by a server.
        if let Some(head) = self.audit_head().await? {
            let sealed = self.sealed_end(&head.sealed)?;
            let end = sealed.and_then(|sealed| stated(&sealed));
            let (seq, hash) = end.unwrap_or_default();
            let (seq, is_end) = (seq.cast_unsigned(), seq == at.seq.cast_signed());
            if seq < at.seq {
                return broken(seq + 1, "it was never written: the sealed end is before it");
            }
            if is_end && hash != at.hash {
                return broken(seq, "the sealed end is another one");
            }
        }
        if !passed_known {
            let seq = known.map_or(0, |known| known.seq);
            return broken(
                seq,
                "the chain does not pass through the head that was noted",
            );
        }
        Ok(AuditVerdict::Sound(at))
    }

    /// What stands in a sealed end; none where it does not open, which is a verdict, and no missing key, which is none.
    fn sealed_end(&self, sealed: &str) -> StoreResult<Option<Zeroizing<Vec<u8>>>> {
        match self.vault.unseal(PLACE, sealed) {
            Ok(text) => Ok(Some(text)),
            Err(error @ VaultError::UnknownKey) => Err(StoreError::sealed(READING)(error)),
            Err(VaultError::DoesNotOpen | VaultError::NoRandomness) => Ok(None),
        }
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

/// What the next entry follows. The sealed end says it, so that a tail which was cut off stays missing, whatever comes
/// after it. Where rows and end do not fit each other, the next entry follows nothing, which shows for good.
async fn end(
    store: &Store,
    transaction: &DatabaseTransaction,
) -> Result<(i64, String), sea_orm::DbErr> {
    let sql = "SELECT (SELECT max(seq) FROM audit WHERE seq > 0) AS seq,
        (SELECT sealed FROM audit_head WHERE one = 1) AS sealed";
    let row: Option<EndRow> = one(transaction, store.database.statement(sql, [])).await?;
    let (seq, sealed) = row.map_or((None, None), |row| (row.seq, row.sealed));
    let (last, nothing) = (seq.unwrap_or(0), String::new());
    let Some(sealed) = sealed else {
        return Ok((last, nothing));
    };
    match store.vault.unseal(PLACE, &sealed) {
        Ok(text) => match stated(&text) {
            Some((seq, hash)) if seq >= last => Ok((seq, hash)),
            _ => Ok((last, nothing)),
        },
        // Going on from the last row would cover up what was cut off behind it.
        Err(error @ VaultError::UnknownKey) => Err(sea_orm::DbErr::Custom(format!(
            "the end of the audit log can't be read: {error}"
        ))),
        Err(VaultError::DoesNotOpen | VaultError::NoRandomness) => Ok((last, nothing)),
    }
}
