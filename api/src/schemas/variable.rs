//! Variables as the API shows and takes them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::time::Time;

/// A value that workflows read as `vars.<name>`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Variable {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// Any JSON.
    pub(crate) value: Value,
    pub(crate) description: String,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

impl From<store::Variable> for Variable {
    fn from(variable: store::Variable) -> Self {
        Self {
            id: variable.id,
            name: variable.name,
            value: variable.value,
            description: variable.description,
            created_at: variable.created_at.into(),
            updated_at: variable.updated_at.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "region", "value": "eu-central-1"}))]
pub(crate) struct NewVariableBody {
    #[schema(pattern = "^[A-Za-z_][A-Za-z0-9_]{0,47}$")]
    pub(crate) name: String,
    /// Any JSON, up to 64 KiB.
    pub(crate) value: Value,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub(crate) description: String,
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"value": "eu-west-1"}))]
pub(crate) struct VariableBody {
    #[schema(pattern = "^[A-Za-z_][A-Za-z0-9_]{0,47}$", nullable = false)]
    pub(crate) name: Option<String>,
    /// Any JSON, null as well.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Value, required = false)]
    pub(crate) value: Option<Value>,
    #[schema(max_length = 1000, nullable = false)]
    pub(crate) description: Option<String>,
}

/// Null is a value, and another thing than none.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
