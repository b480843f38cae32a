//! The words in which SQLite and Postgres differ, and how a step's text is carried out.

use sea_orm_migration::SchemaManager;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// Words that a step's text may use in braces, with what they become.
const SQLITE: &[(&str, &str)] = &[
    ("{uuid}", "BLOB"),
    ("{time}", "INTEGER"), // microseconds since 1970: exact to compare and to page by
    ("{int}", "INTEGER"),
    ("{bigint}", "INTEGER"),
    ("{bool}", "INTEGER"),
    ("{serial}", "INTEGER PRIMARY KEY"),
    ("{first_workspace}", "X'00000000000070008000000000000001'"),
    ("{short_id}", "lower(hex(substr(id, 11)))"),
    // Of `step:` and what a step is known by. What only looks so gives nothing, or what no execution is called.
    ("{execution_of_key}", "unhex(substr(key, 6, 36), '-')"),
    // Texts in the order of their bytes, whatever language the database speaks: what begins with something is one range.
    ("{bytewise}", "COLLATE BINARY"),
    ("{now}", "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"),
    ("{table}", "STRICT"),
    // Rows lie in the order of their key: one tree to write instead of two.
    ("{clustered}", "STRICT, WITHOUT ROWID"),
    // Rows lie in the order of their arrival, as in Postgres. In the order of their keys, rows of many runs at once would
    // each dirty a page of their own, and every dirty page goes to the log whole.
    ("{appended}", "STRICT"),
    // Room on each page for the next version of a row; SQLite overwrites in place.
    ("{updated_often}", "STRICT"),
];

const POSTGRES: &[(&str, &str)] = &[
    ("{uuid}", "uuid"),
    ("{time}", "timestamptz"),
    ("{int}", "integer"),
    ("{bigint}", "bigint"),
    ("{bool}", "boolean"),
    (
        "{serial}",
        "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    ),
    (
        "{first_workspace}",
        "'00000000-0000-7000-8000-000000000001'::uuid",
    ),
    ("{short_id}", "right(id::text, 12)"),
    (
        "{execution_of_key}",
        "CASE WHEN key ~ '^step:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:' THEN substr(key, 6, 36)::uuid END",
    ),
    ("{bytewise}", "COLLATE \"C\""),
    ("{now}", "statement_timestamp()"),
    (" {table}", ""),
    (" {clustered}", ""),
    (" {appended}", ""),
    ("{updated_often}", "WITH (fillfactor = 80)"),
];

/// Runs the statements of a step, in the words of the database at hand.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let words = match manager.get_database_backend() {
        DbBackend::Sqlite => SQLITE,
        DbBackend::Postgres => POSTGRES,
        other => {
            return Err(DbErr::Custom(format!(
                "Lathe does not keep its data in {other:?}"
            )));
        }
    };
    let sql = words
        .iter()
        .fold(statements.to_owned(), |sql, (word, meaning)| {
            sql.replace(word, meaning)
        });
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

/// A step of the schema: its name, how to go forward and how to go back, in one transaction.
macro_rules! step {
    ($name:literal, $up:expr, $down:expr) => {
        pub(crate) struct Migration;

        impl sea_orm_migration::MigrationName for Migration {
            fn name(&self) -> &'static str {
                $name
            }
        }

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::sea_orm::DbErr> {
                crate::dialect::run(manager, $up).await
            }

            async fn down(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::sea_orm::DbErr> {
                crate::dialect::run(manager, $down).await
            }
        }
    };
}
pub(crate) use step;
