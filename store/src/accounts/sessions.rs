//! Sessions, and the refresh tokens that carry them on. Each is used once; one that is used a second time has been
//! copied, and ends its session.

use std::time::Duration;

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use crate::database::{Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub id: Uuid,
    pub user_id: Uuid,
    /// What the browser or program called itself.
    pub agent: String,
    /// Where it was used from last.
    pub address: String,
    pub created_at: Time,
    pub used_at: Time,
    pub expires_at: Time,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewSession {
    pub user_id: Uuid,
    pub agent: String,
    pub address: String,
    /// Of the first refresh token.
    pub hash: String,
    /// What they have proved to know: if it was changed meanwhile, there is no session.
    pub password_hash: Option<String>,
    pub expires_at: Time,
}

/// What came of a refresh token.
#[derive(Debug, Clone, PartialEq)]
pub enum Refreshed {
    /// The session goes on, with the new token only.
    Done(Session),
    /// Another request has just used it: that one has the new token.
    Raced,
    /// It was used before, and is used again: the session has ended, whoever it was.
    Reused { user_id: Uuid, session: Uuid },
    /// There is no such token, or its session has ended.
    Unknown,
}

const DOING: &str = "carry a session on";
const COLUMNS: &str = "id, user_id, agent, address, created_at, used_at, expires_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    agent: String,
    address: String,
    created_at: Moment,
    used_at: Moment,
    expires_at: Moment,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            agent: row.agent,
            address: row.address,
            created_at: row.created_at.0,
            used_at: row.used_at.0,
            expires_at: row.expires_at.0,
        }
    }
}

impl Store {
    pub async fn create_session(&self, new: NewSession) -> StoreResult<Session> {
        let doing = StoreError::doing("begin a session");
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin("begin a session").await?;
        let insert = database.statement(
            "INSERT INTO sessions (id, user_id, agent, address, created_at, used_at, expires_at)
             SELECT $1, id, $3, $4, $5, $5, $6 FROM users
             WHERE id = $2 AND disabled_at IS NULL AND coalesce(password_hash, '') = $7",
            [
                id.into(),
                new.user_id.into(),
                new.agent.as_str().into(),
                new.address.as_str().into(),
                database.time(now),
                database.time(new.expires_at),
                new.password_hash.unwrap_or_default().into(),
            ],
        );
        let begun = transaction.execute_raw(insert).await.map_err(&doing)?;
        if begun.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::Outdated("the account"));
        }
        self.insert_refresh_token(&transaction, id, &new.hash, now)
            .await
            .map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        Ok(Session {
            id,
            user_id: new.user_id,
            agent: new.agent,
            address: new.address,
            created_at: now,
            used_at: now,
            expires_at: new.expires_at,
        })
    }

    /// Exchanges a refresh token for its successor. Requests that come with the same token within `grace` are taken
    /// for tabs of one browser: one of them is served, and the session lives.
    pub async fn refresh_session(
        &self,
        hash: &str,
        next: &str,
        address: &str,
        grace: Duration,
    ) -> StoreResult<Refreshed> {
        #[derive(FromQueryResult)]
        struct Token {
            session_id: Uuid,
            user_id: Uuid,
            used_at: Option<Moment>,
            is_live: i32,
        }
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = Utc::now().trunc_subsecs(6);
        let transaction = database.begin(DOING).await?;
        let using = database.statement(
            "UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL",
            [hash.into(), database.time(now)],
        );
        let used = transaction.execute_raw(using).await.map_err(&doing)?;
        let first = used.rows_affected() == 1;
        let find = database.statement(
            "SELECT t.session_id, s.user_id, t.used_at,
                    CASE WHEN s.revoked_at IS NULL AND s.expires_at > $2 THEN 1 ELSE 0 END AS is_live
             FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = $1",
            [hash.into(), database.time(now)],
        );
        let token: Option<Token> = one(&transaction, find).await.map_err(&doing)?;
        let Some(token) = token.filter(|token| token.is_live == 1) else {
            transaction.rollback().await.map_err(&doing)?;
            return Ok(Refreshed::Unknown);
        };
        let session = token.session_id;
        if !first {
            let age = token.used_at.map(|at| now - at.0).unwrap_or_default();
            if age.to_std().unwrap_or_default() <= grace {
                transaction.rollback().await.map_err(&doing)?;
                return Ok(Refreshed::Raced);
            }
            let end = database.statement(
                "UPDATE sessions SET revoked_at = $2 WHERE id = $1",
                [session.into(), database.time(now)],
            );
            transaction.execute_raw(end).await.map_err(&doing)?;
            transaction.commit().await.map_err(&doing)?;
            return Ok(Refreshed::Reused {
                user_id: token.user_id,
                session,
            });
        }
        self.insert_refresh_token(&transaction, session, next, now)
            .await
            .map_err(&doing)?;
        let sql = format!(
            "UPDATE sessions SET used_at = $2, address = $3 WHERE id = $1 RETURNING {COLUMNS}"
        );
        let touch = database.statement(sql, [session.into(), database.time(now), address.into()]);
        let session: Option<Row> = one(&transaction, touch).await.map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        Ok(session.map_or(Refreshed::Unknown, |row| Refreshed::Done(row.into())))
    }

    /// A session that has neither ended nor expired.
    pub async fn live_session(&self, id: Uuid) -> StoreResult<Option<Session>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2"
        );
        let values = [id.into(), self.database.time(Utc::now())];
        let statement = self.database.statement(sql, values);
        let row: Option<Row> = self.database.one("read a session", statement).await?;
        Ok(row.map(Session::from))
    }

    /// The sessions of somebody that go on, the newest first.
    pub async fn list_sessions(&self, user: Uuid) -> StoreResult<Vec<Session>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
             ORDER BY id DESC LIMIT 1000"
        );
        let values = [user.into(), self.database.time(Utc::now())];
        let statement = self.database.statement(sql, values);
        let rows: Vec<Row> = self.database.all("list sessions", statement).await?;
        Ok(rows.into_iter().map(Session::from).collect())
    }

    /// Whether somebody has come from this address before.
    pub async fn has_come_from(&self, user: Uuid, address: &str) -> StoreResult<bool> {
        #[derive(FromQueryResult)]
        struct Known {}
        let sql = "SELECT id FROM sessions WHERE user_id = $1 AND address = $2 LIMIT 1";
        let values = [user.into(), address.into()];
        let statement = self.database.statement(sql, values);
        let known: Option<Known> = self.database.one("look for a session", statement).await?;
        Ok(known.is_some())
    }

    /// Ends one session of somebody.
    pub async fn end_session(&self, user: Uuid, id: Uuid) -> StoreResult<()> {
        let statement = self.database.statement(
            "UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
            [
                id.into(),
                user.into(),
                self.database.time(Utc::now()),
            ],
        );
        match self.database.write("end a session", statement).await? {
            0 => Err(StoreError::NotFound("session")),
            _ => Ok(()),
        }
    }

    /// Sets another password, and ends all that the old one let in: sessions but perhaps one, tokens, links to set it
    /// anew or to change the address, and logins that are under way. All of it, or nothing.
    pub async fn replace_password(
        &self,
        user: Uuid,
        password_hash: &str,
        verified: bool,
        but: Option<Uuid>,
    ) -> StoreResult<()> {
        const DOING: &str = "set a password";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = || database.time(Utc::now());
        let transaction = database.begin(DOING).await?;
        let verified = if verified {
            "coalesce(verified_at, $3)"
        } else {
            "verified_at"
        };
        let set = database.statement(
            format!(
                "UPDATE users SET password_hash = $2, updated_at = $3, verified_at = {verified}, revision = revision + 1
                 WHERE id = $1"
            ),
            [user.into(), password_hash.into(), now()],
        );
        let sessions = database.statement(
            "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL",
            [user.into(), but.unwrap_or_default().into(), now()],
        );
        let tokens = database.statement("DELETE FROM api_tokens WHERE user_id = $1", [user.into()]);
        let links = database.statement(
            "DELETE FROM links WHERE user_id = $1 AND purpose IN ('reset_password', 'change_email', 'second_factor', 'oauth_state')",
            [user.into()],
        );
        for statement in [set, sessions, tokens, links] {
            transaction.execute_raw(statement).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)
    }

    /// Ends all sessions of somebody but perhaps one; says how many.
    pub async fn end_sessions(&self, user: Uuid, but: Option<Uuid>) -> StoreResult<u64> {
        let statement = self.database.statement(
            "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL",
            [
                user.into(),
                but.unwrap_or_default().into(),
                self.database.time(Utc::now()),
            ],
        );
        self.database.write("end sessions", statement).await
    }

    /// Removes sessions that expired, with their tokens, and links and invitations that did.
    pub async fn prune_accounts(&self) -> StoreResult<()> {
        let past = [
            "DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE expires_at <= $1)",
            "DELETE FROM sessions WHERE expires_at <= $1",
            "DELETE FROM links WHERE expires_at <= $1",
            "DELETE FROM invitations WHERE expires_at <= $1",
        ];
        for sql in past {
            let now = self.database.time(Utc::now());
            let statement = self.database.statement(sql, [now]);
            let doing = "remove what has expired";
            self.database.write(doing, statement).await?;
        }
        Ok(())
    }

    async fn insert_refresh_token(
        &self,
        transaction: &DatabaseTransaction,
        session: Uuid,
        hash: &str,
        now: Time,
    ) -> Result<(), sea_orm::DbErr> {
        let insert = self.database.statement(
            "INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES ($1, $2, $3)",
            [hash.into(), session.into(), self.database.time(now)],
        );
        transaction.execute_raw(insert).await.map(drop)
    }
}
