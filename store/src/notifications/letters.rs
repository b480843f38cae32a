//! Letters about notifications: at most one of a kind to a person in a while, whatever happens and whoever sends them.

use std::time::Duration;

use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::{COLUMNS, Notification, Row, SEEN};
use crate::database::all;
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

/// What one letter is to tell somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    pub user_id: Uuid,
    pub kind: String,
    /// Never empty; the newest first.
    pub about: Vec<Notification>,
}

const DOING: &str = "see which letters are due";

/// Letters that are taken together.
const MOST: i64 = 20;

impl Store {
    /// Takes the letters that are due: nobody else sends them. Of a kind, the last one to the same person was sent at least
    /// `pause` ago.
    pub async fn take_letters(&self, pause: Duration) -> StoreResult<Vec<Letter>> {
        #[derive(FromQueryResult)]
        struct Due {
            user_id: Uuid,
            kind: String,
        }
        let before = format!("{} - {}", self.database.now(), self.database.span(pause));
        let sql = format!(
            "SELECT n.user_id, n.kind FROM notifications n WHERE n.mail = 1 AND NOT EXISTS (
                 SELECT 1 FROM notification_letters l
                 WHERE l.user_id = n.user_id AND l.kind = n.kind AND l.sent_at > {before})
             GROUP BY n.user_id, n.kind LIMIT $1"
        );
        let statement = self.database.statement(sql, [MOST.into()]);
        let due: Vec<Due> = self.database.all(DOING, statement).await?;
        let mut letters = Vec::new();
        for Due { user_id, kind } in due {
            letters.extend(self.take_letter(user_id, kind, &before).await?);
        }
        Ok(letters)
    }

    async fn take_letter(
        &self,
        user: Uuid,
        kind: String,
        before: &str,
    ) -> StoreResult<Option<Letter>> {
        let doing = StoreError::doing(DOING);
        let (database, now) = (&self.database, self.database.now());
        let transaction = database.begin(DOING).await?;
        // Of two who want to send it, the second waits here, and finds that it was sent.
        let claim = format!(
            "INSERT INTO notification_letters (user_id, kind, sent_at) VALUES ($1, $2, {now})
             ON CONFLICT (user_id, kind) DO UPDATE SET sent_at = excluded.sent_at
             WHERE notification_letters.sent_at <= {before}"
        );
        let about = || [user.into(), kind.as_str().into()];
        let claim = database.statement(claim, about());
        let claimed = transaction.execute_raw(claim).await.map_err(&doing)?;
        let read = format!(
            "SELECT {COLUMNS} FROM notifications n WHERE n.user_id = $1 AND n.kind = $2 AND n.mail = 1 AND {SEEN}
             ORDER BY n.seq DESC"
        );
        let rows: Vec<Row> = all(&transaction, database.statement(read, about()))
            .await
            .map_err(&doing)?;
        if claimed.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Ok(None);
        }
        let done =
            "UPDATE notifications SET mail = 0 WHERE user_id = $1 AND kind = $2 AND mail = 1";
        let done = database.statement(done, about());
        transaction.execute_raw(done).await.map_err(&doing)?;
        if rows.is_empty() {
            // Nothing of it may be seen any more, and no letter goes out.
            let undo = "DELETE FROM notification_letters WHERE user_id = $1 AND kind = $2";
            let undo = database.statement(undo, about());
            transaction.execute_raw(undo).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)?;
        let about: Vec<Notification> = rows.into_iter().map(Notification::from).collect();
        Ok((!about.is_empty()).then_some(Letter {
            user_id: user,
            kind,
            about,
        }))
    }
}
