//! The keys that access tokens are signed with: sealed, and several at a time, so that one can follow another.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::FromQueryResult;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::database::Moment;
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

pub struct SigningKey {
    /// Tokens name their key by it.
    pub id: Uuid,
    pub secret: Zeroizing<Vec<u8>>,
    pub created_at: Time,
}

const DOING: &str = "read the signing keys";

pub(crate) fn place(id: Uuid) -> String {
    format!("signing_key:{id}")
}

impl Store {
    /// The keys that tokens may be signed with, the newest first. There is always one.
    pub async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>> {
        let keys = self.read_signing_keys().await?;
        if !keys.is_empty() {
            return Ok(keys);
        }
        // Of several processes that come here at once, each makes one, and all of them are good.
        self.add_signing_key().await?;
        self.read_signing_keys().await
    }

    /// From now on tokens are signed with a new key; those that were signed before stay good until they expire.
    pub async fn add_signing_key(&self) -> StoreResult<()> {
        let id = Uuid::now_v7();
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut secret[..]).map_err(StoreError::corrupt("make a signing key"))?;
        let sealed = self.vault.seal(&place(id), &secret[..]);
        let sealed = sealed.map_err(StoreError::sealed("make a signing key"))?;
        let statement = self.database.statement(
            "INSERT INTO signing_keys (id, sealed, created_at) VALUES ($1, $2, $3)",
            [
                id.into(),
                sealed.into(),
                self.database.time(Utc::now().trunc_subsecs(6)),
            ],
        );
        let doing = "keep a signing key";
        self.database.write(doing, statement).await.map(drop)
    }

    /// Tokens that were signed with keys from before this moment are worth nothing any more.
    pub async fn drop_signing_keys(&self, before: Time) -> StoreResult<u64> {
        let statement = self.database.statement(
            "DELETE FROM signing_keys WHERE created_at < $1 AND id < (SELECT id FROM signing_keys ORDER BY id DESC LIMIT 1)",
            [self.database.time(before)],
        );
        self.database.write("drop signing keys", statement).await
    }

    async fn read_signing_keys(&self) -> StoreResult<Vec<SigningKey>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            sealed: String,
            created_at: Moment,
        }
        let sql = "SELECT id, sealed, created_at FROM signing_keys ORDER BY id DESC";
        let statement = self.database.statement(sql, []);
        let rows: Vec<Row> = self.database.all(DOING, statement).await?;
        let keys = rows.into_iter().map(|row| {
            let secret = self.vault.unseal(&place(row.id), &row.sealed);
            Ok(SigningKey {
                id: row.id,
                secret: secret.map_err(StoreError::sealed(DOING))?,
                created_at: row.created_at.0,
            })
        });
        keys.collect()
    }
}
