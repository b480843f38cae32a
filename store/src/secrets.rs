//! Secrets that an installation makes for itself, the same for all of its processes.

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::error::StoreResult;
use crate::store::Store;

impl Store {
    /// The secret of this name; made of the system's randomness by whoever asks first.
    pub async fn secret(&self, name: &str) -> StoreResult<[u8; 32]> {
        const DOING: &str = "read a secret of this installation";
        #[derive(FromQueryResult)]
        struct Row {
            value: String,
        }
        let fresh = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let insert = self.database.statement(
            "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [name.into(), fresh.into()],
        );
        self.database.write(DOING, insert).await?;
        let select = self
            .database
            .statement("SELECT value FROM secrets WHERE name = $1", [name.into()]);
        let row: Option<Row> = self.database.one(DOING, select).await?;
        let text = row.map(|row| row.value).unwrap_or_default();
        let mut secret = [0; 32];
        for (byte, digits) in secret.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        }
        Ok(secret)
    }
}
