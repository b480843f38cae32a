//! The application document: models, their fields, and the relationships between them.

mod ids;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use ids::{fill_ids, fill_model_ids, short};

/// An application: what `parse` reads and what `generate` turns into a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Permanent. Left out in a text, it follows from the name.
    #[serde(default)]
    pub id: String,
    /// `^[a-z][a-z0-9_]{0,47}$`
    pub name: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub models: Vec<Model>,
    #[serde(default)]
    pub relationships: Vec<Relationship>,
}

/// A kind of record. Its name, a plural such as `books`, becomes a table and an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Permanent. State it when you rename the model, and its rows stay where they are.
    #[serde(default)]
    pub id: String,
    /// `^[a-z][a-z0-9_]{0,47}$`
    pub name: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// One value of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Permanent. State it when you rename the field, and its values stay where they are.
    #[serde(default)]
    pub id: String,
    /// `^[a-z][a-z0-9_]{0,47}$`
    pub name: String,
    #[serde(default)]
    pub label: String,
    #[serde(rename = "type")]
    pub field_type: FieldType,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The least value; for texts the least number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Value>,
    /// The greatest value; for texts the greatest number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Value>,
    /// The values of an enum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// All digits of a decimal, at most 18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u32>,
    /// The digits of a decimal after the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    LongText,
    Integer,
    Decimal,
    Boolean,
    Date,
    Datetime,
    Enum,
    Email,
    Json,
    Uuid,
}

/// A link from each record of `source` to one (`n-1`) or many (`n-n`) records of `target`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relationship {
    /// Permanent. State it when you rename the relationship.
    #[serde(default)]
    pub id: String,
    pub kind: RelationshipKind,
    /// The name of the model that refers.
    pub source: String,
    /// The name of the model that is referred to.
    pub target: String,
    /// What the source calls it: `publisher` (which makes the column `publisher_id`) or `authors`.
    pub name: String,
    #[serde(default)]
    pub label: String,
    /// What the target calls it: `books`.
    pub inverse: String,
    #[serde(default)]
    pub required: bool,
    /// What happens when the target is deleted: `restrict` unless stated, for n-n `cascade` (drops the link).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<OnDelete>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RelationshipKind {
    #[serde(rename = "n-1")]
    ManyToOne,
    #[serde(rename = "n-n")]
    ManyToMany,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

impl FieldType {
    /// The name as it stands in a document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Enum => "enum",
            Self::Email => "email",
            Self::Json => "json",
            Self::Uuid => "uuid",
        }
    }
}

impl Relationship {
    pub fn on_delete(&self) -> OnDelete {
        self.on_delete.unwrap_or(match self.kind {
            RelationshipKind::ManyToOne => OnDelete::Restrict,
            RelationshipKind::ManyToMany => OnDelete::Cascade,
        })
    }

    /// The key in the source's documents: a column for n-1, an array of ids for n-n.
    pub fn key(&self) -> String {
        match self.kind {
            RelationshipKind::ManyToOne => format!("{}_id", self.name),
            RelationshipKind::ManyToMany => self.name.clone(),
        }
    }

    /// The table that holds the links of an n-n relationship.
    pub(crate) fn link_table(&self) -> String {
        format!("{}_{}", self.source, self.name)
    }
}

/// A label for people: the stated one, or the name with its first letter raised.
pub(crate) fn label_of(label: &str, name: &str) -> String {
    if !label.is_empty() {
        return label.to_owned();
    }
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The JSON Schema of an application document.
pub fn json_schema() -> Value {
    schemars::schema_for!(Application).to_value()
}

/// The JSON Schema of one model.
pub fn model_json_schema() -> Value {
    schemars::schema_for!(Model).to_value()
}
