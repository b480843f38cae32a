//! What people are told: numbered for each person in the order in which it was committed, so that whoever knows one number
//! can ask for what came after it.

mod happenings;
mod letters;

use chrono::{SubsecRound, TimeDelta, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value as Parameter};
use serde_json::Value;
use uuid::Uuid;

pub use letters::Letter;

use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::store::Store;

/// What is not read yet and not older than this counts up when the same happens again.
const SAME: TimeDelta = TimeDelta::hours(24);

const WHAT: &str = "notification";
const DOING: &str = "tell somebody";
const COLUMNS: &str = "n.id, n.workspace_id, n.kind, n.subject, n.seq, n.data, n.count, n.created_at, n.happened_at, n.read_at";

/// What is of a workspace is for its members only: who has left it does not see it any more, and a deleted one has none.
const SEEN: &str = "(n.workspace_id IS NULL OR EXISTS (SELECT 1 FROM members m
    WHERE m.user_id = n.user_id AND m.workspace_id = n.workspace_id))";

/// What warns somebody of somebody else in their account: its letter goes out whatever is done with it here.
const WARNING: &str = "kind IN ('new_login', 'account_changed')";

/// What of a letter stays to be sent once it was read here.
const UNSENT: &str = "CASE WHEN kind IN ('new_login', 'account_changed') THEN mail ELSE 0 END";

#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    pub id: Uuid,
    /// None of what is about the account itself.
    pub workspace_id: Option<Uuid>,
    pub kind: String,
    pub subject: Option<Uuid>,
    /// Rises with every change that makes it new again.
    pub seq: u64,
    pub data: Value,
    /// How often it happened.
    pub count: u32,
    pub created_at: Time,
    /// When it happened last.
    pub happened_at: Time,
    pub read_at: Option<Time>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewNotification {
    pub user_id: Uuid,
    pub workspace_id: Option<Uuid>,
    pub kind: &'static str,
    /// What happens again to the same is told by the same notification, while it is not read.
    pub subject: Option<Uuid>,
    pub data: Value,
    pub count: u32,
    /// A letter is wanted besides.
    pub mail: bool,
    pub happened_at: Time,
}

/// Where somebody's notifications stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationHead {
    /// The last number that was given.
    pub seq: u64,
    pub unread: u64,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Option<Uuid>,
    kind: String,
    subject: Option<Uuid>,
    seq: i64,
    data: Json<Value>,
    count: i32,
    created_at: Moment,
    happened_at: Moment,
    read_at: Option<Moment>,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            kind: row.kind,
            subject: row.subject,
            seq: row.seq.cast_unsigned(),
            data: row.data.0,
            count: row.count.cast_unsigned(),
            created_at: row.created_at.0,
            happened_at: row.happened_at.0,
            read_at: row.read_at.map(|at| at.0),
        }
    }
}

impl Store {
    /// Tells people; says whom, since somebody who is disabled or gone is told nothing.
    pub async fn notify(&self, news: &[NewNotification]) -> StoreResult<Vec<Uuid>> {
        let mut told = Vec::new();
        // Each in a transaction of its own: one holds the row of its person only, so that no two wait for each other.
        for new in news {
            match self.notify_one(new).await {
                Ok(true) => told.push(new.user_id),
                Ok(false) => {}
                // The others are told all the same.
                Err(error) => {
                    tracing::warn!(user.id = %new.user_id, %error, "somebody could not be told");
                }
            }
        }
        Ok(told)
    }

    async fn notify_one(&self, new: &NewNotification) -> StoreResult<bool> {
        let doing = StoreError::doing(DOING);
        let transaction = self.database.begin(DOING).await?;
        let Some(seq) = self.next_number(&transaction, new.user_id).await? else {
            transaction.rollback().await.map_err(&doing)?;
            return Ok(false);
        };
        if !self.count_up(&transaction, new, seq).await? {
            self.insert_notification(&transaction, new, seq).await?;
        }
        transaction.commit().await.map_err(&doing)?;
        Ok(true)
    }

    /// Whoever has a number holds the person's row until it is committed: numbers become visible in their order.
    async fn next_number(
        &self,
        transaction: &DatabaseTransaction,
        user: Uuid,
    ) -> StoreResult<Option<i64>> {
        #[derive(FromQueryResult)]
        struct Number {
            notified: i64,
        }
        let sql = "UPDATE users SET notified = notified + 1 WHERE id = $1 AND disabled_at IS NULL RETURNING notified";
        let statement = self.database.statement(sql, [user.into()]);
        let number: Option<Number> = one(transaction, statement)
            .await
            .map_err(StoreError::doing(DOING))?;
        Ok(number.map(|number| number.notified))
    }

    async fn count_up(
        &self,
        transaction: &DatabaseTransaction,
        new: &NewNotification,
        seq: i64,
    ) -> StoreResult<bool> {
        let Some(subject) = new.subject else {
            return Ok(false);
        };
        let mut values: Vec<Parameter> = vec![
            new.user_id.into(),
            new.kind.into(),
            subject.into(),
            seq.into(),
            new.data.to_string().into(),
            new.count.cast_signed().into(),
            self.database.time(new.happened_at),
            i32::from(new.mail).into(),
            self.database.time(Utc::now() - SAME),
        ];
        let workspace = match new.workspace_id {
            Some(workspace) => {
                values.push(workspace.into());
                format!("workspace_id = ${}", values.len())
            }
            None => "workspace_id IS NULL".to_owned(),
        };
        let sql = format!(
            "UPDATE notifications SET seq = $4, data = $5, count = count + $6, happened_at = $7,
                    mail = CASE WHEN $8 = 1 THEN 1 ELSE mail END
             WHERE id = (SELECT id FROM notifications WHERE user_id = $1 AND kind = $2 AND subject = $3
                         AND read_at IS NULL AND created_at > $9 AND {workspace} ORDER BY seq DESC LIMIT 1)"
        );
        let statement = self.database.statement_of(sql, values);
        let done = transaction.execute_raw(statement).await;
        let done = done.map_err(StoreError::doing(DOING))?;
        Ok(done.rows_affected() > 0)
    }

    async fn insert_notification(
        &self,
        transaction: &DatabaseTransaction,
        new: &NewNotification,
        seq: i64,
    ) -> StoreResult<()> {
        let now = Utc::now().trunc_subsecs(6);
        let insert = self.database.statement(
            "INSERT INTO notifications (id, user_id, workspace_id, kind, subject, seq, data, count, mail, created_at, happened_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                Uuid::now_v7().into(),
                new.user_id.into(),
                new.workspace_id.into(),
                new.kind.into(),
                new.subject.into(),
                seq.into(),
                new.data.to_string().into(),
                new.count.cast_signed().into(),
                i32::from(new.mail).into(),
                self.database.time(now),
                self.database.time(new.happened_at),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map(drop).map_err(StoreError::doing(DOING))
    }

    /// Newest first.
    pub async fn list_notifications(
        &self,
        user: Uuid,
        unread: bool,
        paging: &Paging,
    ) -> StoreResult<Page<Notification>> {
        const LIST: &str = "notifications";
        let before = paging.after::<i64>(LIST)?.unwrap_or(i64::MAX);
        let only = if unread { " AND n.read_at IS NULL" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS} FROM notifications n WHERE n.user_id = $1 AND n.seq < $2{only} AND {SEEN}
             ORDER BY n.seq DESC LIMIT $3"
        );
        let values = [user.into(), before.into(), paging.fetch().into()];
        let statement = self.database.statement(sql, values);
        let rows: Vec<Row> = self.database.all("list notifications", statement).await?;
        let items = rows.into_iter().map(Notification::from).collect();
        paging.page(LIST, items, |item: &Notification| item.seq)
    }

    /// What somebody was told after this number, the oldest first.
    pub async fn notifications_after(
        &self,
        user: Uuid,
        seq: u64,
        limit: u32,
    ) -> StoreResult<Vec<Notification>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM notifications n WHERE n.user_id = $1 AND n.seq > $2 AND {SEEN} ORDER BY n.seq LIMIT $3"
        );
        let values = [
            user.into(),
            i64::try_from(seq).unwrap_or(i64::MAX).into(),
            i64::from(limit).into(),
        ];
        let statement = self.database.statement(sql, values);
        let rows: Vec<Row> = self.database.all("read notifications", statement).await?;
        Ok(rows.into_iter().map(Notification::from).collect())
    }

    pub async fn notification_head(&self, user: Uuid) -> StoreResult<NotificationHead> {
        #[derive(FromQueryResult)]
        struct Head {
            seq: i64,
            unread: i64,
        }
        let sql = format!(
            "SELECT notified AS seq, (SELECT count(*) FROM notifications n
                 WHERE n.user_id = $1 AND n.read_at IS NULL AND {SEEN}) AS unread
             FROM users WHERE id = $1"
        );
        let statement = self.database.statement(sql, [user.into()]);
        let head: Option<Head> = self.database.one("count notifications", statement).await?;
        let head = head.ok_or(StoreError::NotFound("account"))?;
        Ok(NotificationHead {
            seq: head.seq.cast_unsigned(),
            unread: head.unread.cast_unsigned(),
        })
    }

    pub async fn notification(&self, user: Uuid, id: Uuid) -> StoreResult<Option<Notification>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM notifications n WHERE n.user_id = $1 AND n.id = $2 AND {SEEN}"
        );
        let statement = self.database.statement(sql, [user.into(), id.into()]);
        let row: Option<Row> = self.database.one("read a notification", statement).await?;
        Ok(row.map(Notification::from))
    }

    /// Marks one as read; it stays read when it was.
    pub async fn read_notification(&self, user: Uuid, id: Uuid) -> StoreResult<Notification> {
        let sql = format!(
            "UPDATE notifications SET read_at = coalesce(read_at, $3), mail = {UNSENT} WHERE user_id = $1 AND id = $2"
        );
        let now = self.database.time(Utc::now().trunc_subsecs(6));
        let statement = self.database.statement(sql, [user.into(), id.into(), now]);
        self.database
            .write("read a notification", statement)
            .await?;
        let read = self.notification(user, id).await?;
        read.ok_or(StoreError::NotFound(WHAT))
    }

    /// Marks all up to this number as read; says how many were not.
    pub async fn read_notifications(&self, user: Uuid, up_to: u64) -> StoreResult<u64> {
        let sql = format!(
            "UPDATE notifications SET read_at = $3, mail = {UNSENT} WHERE user_id = $1 AND seq <= $2 AND read_at IS NULL"
        );
        let values = [
            user.into(),
            i64::try_from(up_to).unwrap_or(i64::MAX).into(),
            self.database.time(Utc::now().trunc_subsecs(6)),
        ];
        let statement = self.database.statement(sql, values);
        self.database.write("read notifications", statement).await
    }

    pub async fn delete_notification(&self, user: Uuid, id: Uuid) -> StoreResult<()> {
        let sql = format!(
            "DELETE FROM notifications WHERE user_id = $1 AND id = $2 AND NOT (mail = 1 AND {WARNING})"
        );
        let statement = self.database.statement(sql, [user.into(), id.into()]);
        let doing = "delete a notification";
        match self.database.write(doing, statement).await? {
            0 if self.notification(user, id).await?.is_some() => Err(StoreError::LetterDue),
            0 => Err(StoreError::NotFound(WHAT)),
            _ => Ok(()),
        }
    }

    /// Removes what is older, and what is beyond the newest so many of a person.
    pub async fn prune_notifications(&self, before: Time, most: u32) -> StoreResult<u64> {
        const PRUNING: &str = "remove old notifications";
        let old = self.database.statement(
            "DELETE FROM notifications WHERE happened_at < $1",
            [self.database.time(before)],
        );
        let old = self.database.write(PRUNING, old).await?;
        let beyond = self.database.statement(
            "DELETE FROM notifications WHERE id IN (
                 SELECT n.id FROM notifications n JOIN (
                     SELECT user_id FROM notifications GROUP BY user_id HAVING count(*) > $1) many ON many.user_id = n.user_id
                 WHERE n.seq <= (SELECT k.seq FROM notifications k WHERE k.user_id = n.user_id
                                 ORDER BY k.seq DESC LIMIT 1 OFFSET $1))",
            [i64::from(most).into()],
        );
        Ok(old + self.database.write(PRUNING, beyond).await?)
    }
}
