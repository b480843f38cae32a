//! Data models and what they become: validation, change plans and the generated application.
//!
//! Pure: no clock, environment, file system, network or async runtime. Text comes in, files go out.

mod declaration;
mod digest;
mod document;
mod extension;
mod generate;
mod migration;
mod parse;
pub mod ports;
mod problem;
mod sql;
mod validate;
mod value;

pub use declaration::{
    Declaration, DeclaredField, DeclaredKind, DeclaredModel, DeclaredRelation,
    DeclaredRelationKind, declare,
};
pub use digest::digest;
pub use document::{
    Application, Field, FieldType, Model, OnDelete, Relationship, RelationshipKind, json_schema,
    model_json_schema,
};
pub use extension::parse_extension;
pub use generate::{DOCUMENT_FILE, File, GenerateError, generate};
pub use migration::{
    Action, Allow, Change, Comparison, Decision, Detail, Migration, Part, Previous, Property, Sql,
    compare,
};
pub use problem::{Invalid, Problem};
pub use validate::validate_model;
pub use value::{Comparable, check_value, comparable, is_number, label, options, read_text};
