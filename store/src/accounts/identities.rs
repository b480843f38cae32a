//! Who somebody is at another service. The service and its own name for them say it together; the address that the
//! service knows of is told to people, and looked up by nobody.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Database, Moment, all, one};
use crate::error::{StoreError, StoreResult, Trouble};
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    pub id: Uuid,
    pub user_id: Uuid,
    /// What the service was called here when it was linked.
    pub provider: String,
    pub issuer: String,
    /// What the service calls them; it never changes, and is nobody else's.
    pub subject: String,
    /// The address that the service knew when it was used last.
    pub email: Option<String>,
    pub created_at: Time,
    pub used_at: Option<Time>,
}

/// An identity that is to be somebody's.
#[derive(Debug, Clone, PartialEq)]
pub struct NewIdentity {
    pub provider: String,
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
}

/// What makes an identity somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linking<'a> {
    /// They said so, being logged in.
    Deliberate,
    /// The service vouches for this address, which has to be theirs still, and to be proved theirs here as well.
    ByAddress(&'a str),
}

const LINKING: &str = "link an identity";
const COLUMNS: &str = "id, user_id, provider, issuer, subject, email, created_at, used_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    created_at: Moment,
    used_at: Option<Moment>,
}

impl From<Row> for Identity {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            provider: row.provider,
            issuer: row.issuer,
            subject: row.subject,
            email: row.email,
            created_at: row.created_at.0,
            used_at: row.used_at.map(|at| at.0),
        }
    }
}

impl Store {
    pub async fn identity(&self, issuer: &str, subject: &str) -> StoreResult<Option<Identity>> {
        let sql = format!("SELECT {COLUMNS} FROM identities WHERE issuer = $1 AND subject = $2");
        let statement = self
            .database
            .statement(sql, [issuer.into(), subject.into()]);
        let row: Option<Row> = self.database.one("find an identity", statement).await?;
        Ok(row.map(Identity::from))
    }

    /// All identities of somebody, the oldest first.
    pub async fn list_identities(&self, user: Uuid) -> StoreResult<Vec<Identity>> {
        let sql =
            format!("SELECT {COLUMNS} FROM identities WHERE user_id = $1 ORDER BY id LIMIT 1000");
        let statement = self.database.statement(sql, [user.into()]);
        let rows: Vec<Row> = self.database.all("list identities", statement).await?;
        Ok(rows.into_iter().map(Identity::from).collect())
    }

    /// Makes an identity somebody's, if it is nobody else's. One that is theirs already stays it.
    pub async fn link_identity(
        &self,
        user: Uuid,
        new: NewIdentity,
        linking: Linking<'_>,
    ) -> StoreResult<Identity> {
        let mut values = vec![user.into()];
        let condition = match linking {
            Linking::Deliberate => "",
            Linking::ByAddress(email) => {
                values.push(email.into());
                " AND email = $2 AND verified_at IS NOT NULL"
            }
        };
        let doing = StoreError::doing(LINKING);
        let database = &self.database;
        let transaction = database.begin(LINKING).await?;
        // What makes it theirs must not change before it is.
        let sql = format!(
            "UPDATE users SET updated_at = updated_at WHERE id = $1 AND disabled_at IS NULL{condition}"
        );
        let lock = database.statement_of(sql, values);
        let locked = transaction.execute_raw(lock).await.map_err(&doing)?;
        if locked.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::Outdated("the account"));
        }
        let (issuer, subject) = (new.issuer.clone(), new.subject.clone());
        let inserted = insert_identity(database, &transaction, user, new).await;
        match inserted {
            Ok(()) => transaction.commit().await.map_err(&doing)?,
            Err(error) if Trouble::of(&error) == Trouble::Duplicate => {
                transaction.rollback().await.map_err(&doing)?;
            }
            Err(error) => return Err(doing(error)),
        }
        let linked = self.identity(&issuer, &subject).await?;
        let linked = linked.filter(|identity| identity.user_id == user);
        linked.ok_or(StoreError::IdentityTaken)
    }

    /// Records that somebody has come by it, and under which address the service knows them now.
    pub async fn touch_identity(&self, id: Uuid, email: Option<&str>) -> StoreResult<()> {
        let statement = self.database.statement(
            "UPDATE identities SET used_at = $2, email = $3 WHERE id = $1",
            [
                id.into(),
                self.database.time(Utc::now()),
                email.map(str::to_owned).into(),
            ],
        );
        let doing = "record a login";
        self.database.write(doing, statement).await.map(drop)
    }

    /// Takes an identity away from somebody, unless it is their last way in: a password is one, and so is an identity at
    /// one of these `issuers`. What was begun with it and is not finished is over.
    pub async fn unlink_identity(&self, user: Uuid, id: Uuid, issuers: &[&str]) -> StoreResult<()> {
        const DOING: &str = "unlink an identity";
        #[derive(FromQueryResult)]
        struct Left {
            issuer: String,
        }
        #[derive(FromQueryResult)]
        struct Password {
            has_password: i32,
        }
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        // Two that let go of each other follow each other.
        let lock = "UPDATE users SET updated_at = updated_at WHERE id = $1";
        let lock = database.statement(lock, [user.into()]);
        transaction.execute_raw(lock).await.map_err(&doing)?;
        let delete = "DELETE FROM identities WHERE id = $1 AND user_id = $2";
        let delete = database.statement(delete, [id.into(), user.into()]);
        let deleted = transaction.execute_raw(delete).await.map_err(&doing)?;
        if deleted.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::NotFound("identity"));
        }
        let password = "SELECT CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END AS has_password FROM users WHERE id = $1";
        let password = database.statement(password, [user.into()]);
        let password: Option<Password> = one(&transaction, password).await.map_err(&doing)?;
        let left = "SELECT issuer FROM identities WHERE user_id = $1";
        let left = database.statement(left, [user.into()]);
        let left: Vec<Left> = all(&transaction, left).await.map_err(&doing)?;
        let has_password = password.is_some_and(|found| found.has_password == 1);
        if !has_password && !left.iter().any(|left| issuers.contains(&&*left.issuer)) {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::LastWayIn);
        }
        let links =
            "DELETE FROM links WHERE user_id = $1 AND purpose IN ('second_factor', 'oauth_state')";
        let links = database.statement(links, [user.into()]);
        transaction.execute_raw(links).await.map_err(&doing)?;
        transaction.commit().await.map_err(&doing)
    }
}

pub(super) async fn insert_identity(
    database: &Database,
    transaction: &DatabaseTransaction,
    user: Uuid,
    new: NewIdentity,
) -> Result<(), DbErr> {
    let insert = database.statement(
        "INSERT INTO identities (id, user_id, provider, issuer, subject, email, created_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
        [
            Uuid::now_v7().into(),
            user.into(),
            new.provider.into(),
            new.issuer.into(),
            new.subject.into(),
            new.email.into(),
            database.time(Utc::now().trunc_subsecs(6)),
        ],
    );
    transaction.execute_raw(insert).await.map(drop)
}
