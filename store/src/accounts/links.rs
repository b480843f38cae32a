//! Links that are good once, for a while: to verify an address, to set a password anew, to open a socket, to come back
//! from another service.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::database::Json;
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    VerifyEmail,
    /// Another address is to take the place of somebody's.
    ChangeEmail,
    ResetPassword,
    Socket,
    OauthState,
    /// Another service has said who it is, and the second factor is still to come.
    SecondFactor,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::ResetPassword => "reset_password",
            Self::Socket => "socket",
            Self::OauthState => "oauth_state",
            Self::SecondFactor => "second_factor",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub user_id: Option<Uuid>,
    pub data: Value,
}

#[derive(FromQueryResult)]
struct Row {
    user_id: Option<Uuid>,
    data: Json<Value>,
}

impl Store {
    /// `hash` is that of the secret that the link holds. Of links to a new password that came about alike, by a letter or by an
    /// operator, only somebody's newest is good.
    pub async fn create_link(
        &self,
        purpose: Purpose,
        hash: &str,
        link: Link,
        expires_at: Time,
    ) -> StoreResult<()> {
        const DOING: &str = "make a link";
        let doing = StoreError::doing(DOING);
        let transaction = self.database.begin(DOING).await?;
        if let (Purpose::ResetPassword, Some(user)) = (purpose, link.user_id) {
            let older = self.database.statement(
                "DELETE FROM links WHERE user_id = $1 AND purpose = $2 AND data = $3",
                [
                    user.into(),
                    purpose.as_str().into(),
                    link.data.to_string().into(),
                ],
            );
            transaction.execute_raw(older).await.map_err(&doing)?;
        }
        let statement = self.database.statement(
            "INSERT INTO links (hash, purpose, user_id, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                hash.into(),
                purpose.as_str().into(),
                link.user_id.into(),
                link.data.to_string().into(),
                self.database.time(Utc::now().trunc_subsecs(6)),
                self.database.time(expires_at),
            ],
        );
        transaction.execute_raw(statement).await.map_err(&doing)?;
        transaction.commit().await.map_err(&doing)
    }

    /// What a link is for; it is used up with this.
    pub async fn take_link(&self, purpose: Purpose, hash: &str) -> StoreResult<Option<Link>> {
        let statement = self.database.statement(
            "DELETE FROM links WHERE hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING user_id, data",
            [
                hash.into(),
                purpose.as_str().into(),
                self.database.time(Utc::now()),
            ],
        );
        let rows: Vec<Row> = self
            .database
            .write_returning("take a link", statement)
            .await?;
        let row = rows.into_iter().next();
        Ok(row.map(|row| Link {
            user_id: row.user_id,
            data: row.data.0,
        }))
    }

    /// What a link is for; it stays good.
    pub async fn peek_link(&self, purpose: Purpose, hash: &str) -> StoreResult<Option<Link>> {
        let statement = self.database.statement(
            "SELECT user_id, data FROM links WHERE hash = $1 AND purpose = $2 AND expires_at > $3",
            [
                hash.into(),
                purpose.as_str().into(),
                self.database.time(Utc::now()),
            ],
        );
        let row: Option<Row> = self.database.one("read a link", statement).await?;
        Ok(row.map(|row| Link {
            user_id: row.user_id,
            data: row.data.0,
        }))
    }

    /// Makes all links of somebody for this purpose worthless.
    pub async fn delete_links(&self, purpose: Purpose, user: Uuid) -> StoreResult<()> {
        let statement = self.database.statement(
            "DELETE FROM links WHERE user_id = $1 AND purpose = $2",
            [user.into(), purpose.as_str().into()],
        );
        self.database.write("end links", statement).await.map(drop)
    }
}
