//! Lathe's own records, for screens that are made of their description: one dialect of filters, orders and pages for all of them.

mod column;
mod extension;
mod extras;
mod history;
mod list;
mod query;
mod tables;
mod views;

pub use column::{ColumnKind, RecordColumn};
pub use extension::Extension;
pub use extras::ExtraValue;
pub use history::MadeAt;
pub use list::Record;
pub use query::{
    Comparison, ExtraField, RecordPlace, RecordQuery, RecordSort, RecordTest, RecordValue,
};
pub use tables::{RecordTable, record_table};
pub use views::{NewSavedView, SavedView};
