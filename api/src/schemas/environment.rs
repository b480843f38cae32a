//! Environments of applications as the API shows and takes them.

use serde::{Deserialize, Serialize};
use store::{EnvironmentEntry, Held};
use utoipa::ToSchema;

/// What an application is given in its environment when it is shipped.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"variables": [{"name": "GREETING", "value": "hello"}]}))]
pub(crate) struct ApplicationEnvironment {
    #[schema(max_items = 100)]
    pub(crate) variables: Vec<EnvironmentVariable>,
}

/// One variable: its value, or the secret of the workspace that holds it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "GREETING", "value": "hello"}))]
pub(crate) struct EnvironmentVariable {
    #[schema(pattern = "^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 8192, nullable = false)]
    pub(crate) value: Option<String>,
    /// The name of a secret, and of one of its fields where it has several: `smtp.password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        pattern = r"^[A-Za-z_][A-Za-z0-9_]{0,47}(\.[A-Za-z_][A-Za-z0-9_]{0,47})?$",
        nullable = false
    )]
    pub(crate) secret: Option<String>,
}

impl From<Vec<EnvironmentEntry>> for ApplicationEnvironment {
    fn from(entries: Vec<EnvironmentEntry>) -> Self {
        let variables = entries.into_iter().map(|EnvironmentEntry { name, held }| {
            let (value, secret) = match held {
                Held::Value(value) => (Some(value), None),
                Held::Secret(secret) => (None, Some(secret)),
            };
            EnvironmentVariable {
                name,
                value,
                secret,
            }
        });
        Self {
            variables: variables.collect(),
        }
    }
}
