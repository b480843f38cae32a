//! Secrets that an installation makes for itself, the same for all of its processes.

use sea_orm::FromQueryResult;
use zeroize::Zeroizing;

use crate::error::{StoreError, StoreResult};
use crate::store::Store;
use crate::vault::claim;

const DOING: &str = "read a secret of this installation";

/// What the sealed text of a secret is bound to.
fn place(name: &str) -> String {
    format!("installation:{name}")
}

/// The same for any row of the table, which also has what proves the master key.
pub(crate) fn place_of_row(name: &str) -> String {
    match name {
        claim::NAME => claim::PLACE.to_owned(),
        _ => place(name),
    }
}

/// Whether a row is one that an older version kept unsealed.
pub(crate) fn is_plain(text: &str) -> bool {
    from_hex(text).is_some()
}

impl Store {
    /// The secret of this name; made of the system's randomness by whoever asks first.
    pub async fn secret(&self, name: &str) -> StoreResult<[u8; 32]> {
        let mut fresh = Zeroizing::new([0; 32]);
        getrandom::fill(&mut fresh[..]).map_err(StoreError::corrupt(DOING))?;
        let sealed = self.vault.seal(&place(name), &fresh[..]);
        let insert = self.database.statement(
            "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [
                name.into(),
                sealed.map_err(StoreError::sealed(DOING))?.into(),
            ],
        );
        self.database.write(DOING, insert).await?;
        let text = self.secret_text(name).await?;
        if let Some(plain) = from_hex(&text) {
            self.seal_secret(name, &text, &plain).await?;
            return Ok(plain);
        }
        let secret = self.vault.unseal(&place(name), &text);
        let secret = secret.map_err(StoreError::sealed(DOING))?;
        let whole = <[u8; 32]>::try_from(secret.as_slice());
        whole.map_err(StoreError::corrupt(DOING))
    }

    async fn secret_text(&self, name: &str) -> StoreResult<String> {
        #[derive(FromQueryResult)]
        struct Row {
            value: String,
        }
        let sql = "SELECT value FROM secrets WHERE name = $1";
        let select = self.database.statement(sql, [name.into()]);
        let row: Option<Row> = self.database.one(DOING, select).await?;
        Ok(row.map(|row| row.value).unwrap_or_default())
    }

    /// Older versions kept it as it is.
    async fn seal_secret(&self, name: &str, text: &str, plain: &[u8]) -> StoreResult<()> {
        let sealed = self.vault.seal(&place(name), plain);
        let update = self.database.statement(
            "UPDATE secrets SET value = $2 WHERE name = $1 AND value = $3",
            [
                name.into(),
                sealed.map_err(StoreError::sealed(DOING))?.into(),
                text.into(),
            ],
        );
        self.database.write(DOING, update).await.map(drop)
    }
}

/// Reads 64 hexadecimal digits.
fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}
