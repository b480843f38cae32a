//! Secrets as the API shows and takes them: what they hold goes in, and never comes out.

use std::collections::BTreeMap;

use engine::ports::secrets::SecretText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::time::Time;

/// A secret, without what it holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Secret {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// What it is made of, as `GET /api/secrets/kinds` lists it.
    pub(crate) kind: String,
    pub(crate) description: String,
    /// How a workflow names it, or each of its fields.
    #[schema(example = json!(["${ secrets.registry.password }"]))]
    pub(crate) references: Vec<String>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    /// When what it holds was changed last.
    pub(crate) changed_at: Time,
}

impl From<store::SecretSummary> for Secret {
    fn from(secret: store::SecretSummary) -> Self {
        let reference = |field: &String| match field.as_str() {
            engine::secret::VALUE => format!("${{ secrets.{} }}", secret.name),
            field => format!("${{ secrets.{}.{field} }}", secret.name),
        };
        Self {
            id: secret.id,
            references: secret.fields.iter().map(reference).collect(),
            name: secret.name,
            kind: secret.kind,
            description: secret.description,
            created_at: secret.created_at.into(),
            updated_at: secret.updated_at.into(),
            changed_at: secret.changed_at.into(),
        }
    }
}

/// A text of a secret, on its way in.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 65536)]
pub(crate) struct SecretInput(pub(crate) SecretText);

impl<'de> Deserialize<'de> for SecretInput {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(SecretText::new(text)))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "github", "value": "ghp_…"}))]
pub(crate) struct NewSecretBody {
    #[schema(pattern = "^[A-Za-z_][A-Za-z0-9_]{0,47}$")]
    pub(crate) name: String,
    /// `text` unless said; `custom` takes any fields.
    #[serde(default = "text")]
    #[schema(default = "text")]
    pub(crate) kind: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub(crate) description: String,
    /// What a secret of the kind `text` holds.
    #[schema(nullable = false)]
    pub(crate) value: Option<SecretInput>,
    /// What a secret of another kind holds, by field.
    #[schema(nullable = false)]
    pub(crate) fields: Option<BTreeMap<String, SecretInput>>,
}

fn text() -> String {
    "text".to_owned()
}

/// What is left out stays as it is. What a secret holds is replaced as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"value": "ghp_…"}))]
pub(crate) struct SecretBody {
    #[schema(pattern = "^[A-Za-z_][A-Za-z0-9_]{0,47}$", nullable = false)]
    pub(crate) name: Option<String>,
    #[schema(nullable = false)]
    pub(crate) kind: Option<String>,
    #[schema(max_length = 1000, nullable = false)]
    pub(crate) description: Option<String>,
    #[schema(nullable = false)]
    pub(crate) value: Option<SecretInput>,
    #[schema(nullable = false)]
    pub(crate) fields: Option<BTreeMap<String, SecretInput>>,
}

/// A kind of secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecretKind {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) fields: Vec<SecretKindField>,
    /// Whether it takes other fields besides.
    pub(crate) open: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SecretKindField {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// Whether it is taken out of logs and outputs.
    pub(crate) confidential: bool,
}

impl From<&engine::secret::SecretKind> for SecretKind {
    fn from(kind: &engine::secret::SecretKind) -> Self {
        let fields = kind.fields.iter().map(|field| SecretKindField {
            name: field.name,
            required: field.required,
            confidential: field.confidential,
        });
        Self {
            name: kind.name,
            title: kind.title,
            fields: fields.collect(),
            open: kind.name == engine::secret::CUSTOM,
        }
    }
}

/// The kinds of secrets.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecretKinds {
    pub(crate) items: Vec<SecretKind>,
}

/// How much was sealed anew.
#[derive(Serialize, ToSchema)]
pub(crate) struct Renewed {
    /// So many texts were sealed with an older master key, and are sealed with the newest one now.
    pub(crate) renewed: u64,
}
