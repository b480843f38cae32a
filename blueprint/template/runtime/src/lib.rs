//! What every generated application shares: HTTP, validation, paging, databases, migrations, the admin page.
//! It knows no model of its own; the application crate declares them in the words of [`model`].

pub mod admin;
pub mod database;
pub mod error;
pub mod extract;
pub mod hosts;
pub mod migrate;
pub mod model;
pub mod query;
pub mod records;
pub mod routes;
pub mod serve;
pub mod sql;
pub mod testing;
pub mod validate;
pub mod value;

pub use migrate::Migration;
pub use model::{Application, Field, Kind, Model, OnDelete, Relation, RelationKind};
pub use serve::main;

/// One JSON line per event on standard output.
pub fn log(event: &str, facts: &[(&str, &str)]) {
    let mut line = serde_json::Map::new();
    line.insert(
        "time".to_owned(),
        value::format_datetime(chrono::Utc::now()).into(),
    );
    line.insert("event".to_owned(), event.into());
    for (key, fact) in facts {
        line.insert((*key).to_owned(), (*fact).into());
    }
    println!("{}", serde_json::Value::Object(line));
}
