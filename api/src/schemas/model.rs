//! Models as the API shows and takes them. What a model may hold, blueprint decides.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::time::Time;

/// A kind of record that applications keep.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Model {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[schema(required = true)]
    pub(crate) label: Option<String>,
    pub(crate) fields: Vec<Field>,
    /// The application that it belongs to; null when it stands alone.
    #[schema(required = true)]
    pub(crate) application_id: Option<Uuid>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// One value of a record.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// Permanent. Send it back when you rename the field, and its values stay where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) id: Option<String>,
    #[schema(pattern = "^[a-z][a-z0-9_]{0,47}$")]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) label: String,
    #[serde(rename = "type")]
    pub(crate) field_type: FieldType,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) unique: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    pub(crate) default: Option<Value>,
    /// The least value; for texts the least number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    pub(crate) min: Option<Value>,
    /// The greatest value; for texts the greatest number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    pub(crate) max: Option<Value>,
    /// The values of an enum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) values: Option<Vec<String>>,
    /// All digits of a decimal, at most 18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) precision: Option<u32>,
    /// The digits of a decimal after the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) scale: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldType {
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

/// A model to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "books", "fields": [{"name": "title", "type": "text", "required": true}]}))]
pub(crate) struct NewModelBody {
    /// The application that it is to belong to.
    #[serde(default)]
    pub(crate) application_id: Option<Uuid>,
    #[schema(pattern = "^[a-z][a-z0-9_]{0,47}$")]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) label: String,
    pub(crate) fields: Vec<Field>,
}

/// A model as it is to be. A field that is sent without its id keeps the one it has, if its name is the same.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelBody {
    /// Within an application: the model that this one replaces; without it, the one with the same name.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) id: Option<Uuid>,
    #[schema(pattern = "^[a-z][a-z0-9_]{0,47}$")]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) label: String,
    pub(crate) fields: Vec<Field>,
}

impl From<store::ModelRecord> for Model {
    fn from(record: store::ModelRecord) -> Self {
        let fields = record.document.get("fields").cloned().unwrap_or_default();
        Self {
            id: record.id,
            name: record.name,
            label: Some(record.label).filter(|label| !label.is_empty()),
            fields: serde_json::from_value(fields).unwrap_or_default(),
            application_id: record.application_id,
            created_at: record.created_at.into(),
            updated_at: record.updated_at.into(),
        }
    }
}
