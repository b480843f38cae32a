//! All processes of an installation have the same master key: told at the start, not when somebody logs in.

use sea_orm::FromQueryResult;

use crate::error::{StoreError, StoreResult};
use crate::store::Store;

pub(crate) const NAME: &str = "vault";
pub(crate) const PLACE: &str = "vault";

impl Store {
    /// Refuses a master key that does not open what the database holds. The first process decides which one it is.
    pub async fn claim_vault(&self) -> StoreResult<()> {
        const DOING: &str = "open what is sealed in the database";
        #[derive(FromQueryResult)]
        struct Row {
            value: String,
        }
        let sealed = self.vault.seal(PLACE, b"lathe");
        let sealed = sealed.map_err(StoreError::sealed(DOING))?;
        let insert = self.database.statement(
            "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [NAME.into(), sealed.into()],
        );
        self.database.write(DOING, insert).await?;
        let select = self
            .database
            .statement("SELECT value FROM secrets WHERE name = $1", [NAME.into()]);
        let row: Option<Row> = self.database.one(DOING, select).await?;
        let kept = row.map(|row| row.value).unwrap_or_default();
        self.vault
            .unseal(PLACE, &kept)
            .map(drop)
            .map_err(StoreError::sealed(DOING))
    }
}
