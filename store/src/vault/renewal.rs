//! Everything that is sealed comes under the newest master key, so that the older ones can go. Others go on reading and
//! writing meanwhile: a text that was changed since it was looked at is left alone, since it is new already.

use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::VaultError;
use crate::accounts;
use crate::audit;
use crate::error::{StoreError, StoreResult};
use crate::outgoing_webhooks;
use crate::secrets;
use crate::store::Store;
use crate::webhooks;
use crate::workspace_secrets;

const DOING: &str = "seal everything anew";

/// So many rows are looked at with one query.
const BATCH: i64 = 500;

/// So often everything is gone through at most.
const ROUNDS: u32 = 10;

/// A column with sealed texts, by the id of its rows.
struct Column {
    table: &'static str,
    column: &'static str,
    /// The column of what a text is bound to besides the id of its row.
    home: &'static str,
    place: fn(home: Uuid, id: Uuid) -> String,
    /// The field of a JSON text that is sealed, where it is not all of it.
    within: Option<&'static str>,
}

const COLUMNS: [Column; 11] = [
    Column {
        table: "workspace_secrets",
        column: "sealed",
        home: "workspace_id",
        place: workspace_secrets::place,
        within: None,
    },
    // Deleted secrets, which may come back.
    Column {
        table: "trash",
        column: "sealed",
        home: "workspace_id",
        place: workspace_secrets::place,
        within: None,
    },
    Column {
        table: "signing_keys",
        column: "sealed",
        home: "id",
        place: |_, id| accounts::signing_key_place(id),
        within: None,
    },
    Column {
        table: "users",
        column: "totp",
        home: "id",
        place: |_, id| accounts::second_factor_place(id),
        within: Some("sealed"),
    },
    Column {
        table: "audit_aside",
        column: "sealed",
        home: "id",
        place: |_, id| audit::aside_place(id),
        within: None,
    },
    webhook("webhooks", "token", |_, id| webhooks::token_place(id)),
    webhook("webhooks", "secret", |_, id| webhooks::secret_place(id)),
    webhook("webhooks", "previous_secret", |_, id| {
        webhooks::secret_place(id)
    }),
    webhook("outgoing_webhooks", "secret", |_, id| {
        outgoing_webhooks::secret_place(id)
    }),
    webhook("outgoing_webhooks", "previous_secret", |_, id| {
        outgoing_webhooks::secret_place(id)
    }),
    webhook("outgoing_webhooks", "headers", |_, id| {
        outgoing_webhooks::headers_place(id)
    }),
];

const fn webhook(
    table: &'static str,
    column: &'static str,
    place: fn(Uuid, Uuid) -> String,
) -> Column {
    Column {
        table,
        column,
        home: "id",
        place,
        within: None,
    }
}

/// A text of which there is one: in which row of which table.
struct Single<'r> {
    table: &'static str,
    column: &'static str,
    key: &'static str,
    row: sea_orm::Value,
    place: &'r str,
}

impl Store {
    /// Seals everything with the newest master key; says how many texts were under another one.
    pub async fn renew_sealed(&self) -> StoreResult<u64> {
        // The file may have got a new key since this process began.
        self.vault.reload()?;
        let mut renewed = 0;
        // What comes back out of the trash when its own table was gone through already is missed: until a round finds nothing.
        for _ in 0..ROUNDS {
            let in_round = self.renew_round().await?;
            renewed += in_round;
            if in_round == 0 {
                break;
            }
        }
        Ok(renewed)
    }

    async fn renew_round(&self) -> StoreResult<u64> {
        let mut renewed = 0;
        for column in &COLUMNS {
            renewed += self.renew_column(column).await?;
        }
        renewed += self.renew_own().await?;
        let head = Single {
            table: "audit_head",
            column: "sealed",
            key: "one",
            row: 1_i32.into(),
            place: audit::PLACE,
        };
        renewed += self.renew_single(&head).await?;
        Ok(renewed)
    }

    /// What the installation made for itself: every row that is there, since anybody may ask for a secret by another name.
    async fn renew_own(&self) -> StoreResult<u64> {
        #[derive(FromQueryResult)]
        struct Row {
            name: String,
            value: String,
        }
        let sql = "SELECT name, value FROM secrets ORDER BY name";
        let rows: Vec<Row> = self
            .database
            .all(DOING, self.database.statement(sql, []))
            .await?;
        let mut renewed = 0;
        for Row { name, value } in rows {
            if secrets::is_plain(&value) {
                // An older version kept it as it is; who asks for it has it sealed.
                self.secret(&name).await?;
                renewed += 1;
                continue;
            }
            let place = secrets::place_of_row(&name);
            let own = Single {
                table: "secrets",
                column: "value",
                key: "name",
                row: name.into(),
                place: &place,
            };
            renewed += self.renew_single(&own).await?;
        }
        Ok(renewed)
    }

    async fn renew_column(&self, column: &Column) -> StoreResult<u64> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            home: Uuid,
            text: String,
        }
        let Column {
            table,
            column: name,
            home,
            place,
            within,
        } = column;
        let (mut renewed, mut after) = (0, Uuid::nil());
        loop {
            let sql = format!(
                "SELECT id, {home} AS home, {name} AS text FROM {table}
                 WHERE id > $1 AND {name} IS NOT NULL ORDER BY id LIMIT $2"
            );
            let values = [after.into(), BATCH.into()];
            let statement = self.database.statement(sql, values);
            let rows: Vec<Row> = self.database.all(DOING, statement).await?;
            let Some(last) = rows.last() else {
                return Ok(renewed);
            };
            after = last.id;
            for row in rows {
                let anew = self.renewed(&place(row.home, row.id), &row.text, *within)?;
                let Some(anew) = anew else { continue };
                let sql = format!("UPDATE {table} SET {name} = $2 WHERE id = $1 AND {name} = $3");
                let values = [row.id.into(), anew.into(), row.text.into()];
                let update = self.database.statement(sql, values);
                renewed += self.database.write(DOING, update).await?;
            }
        }
    }

    async fn renew_single(&self, single: &Single<'_>) -> StoreResult<u64> {
        #[derive(FromQueryResult)]
        struct Row {
            text: String,
        }
        let Single {
            table,
            column,
            key,
            row,
            place,
        } = single;
        loop {
            let sql = format!("SELECT {column} AS text FROM {table} WHERE {key} = $1");
            let statement = self.database.statement(sql, [row.clone()]);
            let found: Option<Row> = self.database.one(DOING, statement).await?;
            let Some(Row { text }) = found else {
                return Ok(0);
            };
            let Some(anew) = self.renewed(place, &text, None)? else {
                return Ok(0);
            };
            let sql =
                format!("UPDATE {table} SET {column} = $2 WHERE {key} = $1 AND {column} = $3");
            let values = [row.clone(), anew.into(), text.into()];
            let update = self.database.statement(sql, values);
            if self.database.write(DOING, update).await? == 1 {
                return Ok(1);
            }
        }
    }

    /// A text under the newest key; `None` when it is already.
    fn renewed(
        &self,
        place: &str,
        text: &str,
        within: Option<&str>,
    ) -> StoreResult<Option<String>> {
        let failed = StoreError::sealed(DOING);
        let Some(field) = within else {
            return self.vault.renew(place, text).map_err(failed);
        };
        let mut whole: Value = serde_json::from_str(text).map_err(StoreError::corrupt(DOING))?;
        let sealed = whole.get(field).and_then(Value::as_str);
        let sealed = sealed.ok_or(VaultError::DoesNotOpen).map_err(&failed)?;
        let Some(anew) = self.vault.renew(place, sealed).map_err(&failed)? else {
            return Ok(None);
        };
        whole[field] = anew.into();
        Ok(Some(whole.to_string()))
    }
}
