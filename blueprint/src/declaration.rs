//! An application as its runtime knows it: what the generated crate declares, and what a preview is served from.
//!
//! Both come from here, so that an application does the same before it is built as after.

use serde::{Deserialize, Serialize};

use crate::document::{label_of, short};
use crate::generate::{GenerateError, describe};
use crate::migration::{Allow, Migration, Previous, plan};
use crate::validate::{ResolvedField, ResolvedModel, Rules, format_scaled, resolve};
use crate::{Application, Invalid, OnDelete, Relationship, RelationshipKind};

/// Everything that the runtime of an application is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    pub name: String,
    pub label: String,
    pub description: String,
    /// The same that the generated application of these models calls its version.
    pub version: String,
    pub models: Vec<DeclaredModel>,
    pub migrations: Vec<Migration>,
    /// The OpenAPI document, as JSON text.
    pub openapi: String,
    /// Valid records for tests, as JSON text.
    pub samples: String,
    /// The application document that all of it was made from, as JSON text.
    pub document: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredModel {
    pub name: String,
    pub label: String,
    pub fields: Vec<DeclaredField>,
    pub relations: Vec<DeclaredRelation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredField {
    /// A permanent key: constraints are named after it, so that a rename leaves them alone.
    pub key: String,
    pub name: String,
    pub label: String,
    pub kind: DeclaredKind,
    pub required: bool,
    pub unique: bool,
    /// JSON text of the value that an absent field gets.
    pub default: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclaredKind {
    Text {
        min: u32,
        max: u32,
    },
    LongText {
        min: u32,
        max: u32,
    },
    Integer {
        min: i64,
        max: i64,
    },
    Decimal {
        precision: u32,
        scale: u32,
        min: Option<String>,
        max: Option<String>,
    },
    Boolean,
    Date {
        min: Option<String>,
        max: Option<String>,
    },
    Datetime {
        min: Option<String>,
        max: Option<String>,
    },
    Enum {
        values: Vec<String>,
    },
    Email,
    Json,
    Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredRelation {
    pub key: String,
    pub name: String,
    pub label: String,
    pub target: String,
    /// The name under which the target sees its sources.
    pub inverse: String,
    pub required: bool,
    pub on_delete: OnDelete,
    pub kind: DeclaredRelationKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclaredRelationKind {
    /// A column of the source's table.
    ManyToOne { column: String },
    /// A table of its own.
    ManyToMany { table: String },
}

/// What the runtime has to be told to serve an application as it stands. With `previous`, its migrations are kept and
/// one is added for what has changed; a change that would lose data or needs a decision is refused, as by
/// [`generate`](crate::generate).
pub fn declare(
    application: &Application,
    previous: Option<&Previous>,
) -> Result<Declaration, GenerateError> {
    let resolved = resolve(application).map_err(GenerateError::Refused)?;
    let migrations = plan(&resolved, previous).map_err(GenerateError::Refused)?;
    let described = describe(application, &resolved)?;
    Ok(Declaration {
        models: resolved.models.iter().map(model).collect(),
        migrations,
        version: described.version,
        openapi: described.openapi,
        samples: described.samples,
        document: described.document,
        name: resolved.name,
        label: resolved.label,
        description: resolved.description,
    })
}

impl Declaration {
    /// What the next declaration has to be planned against, for a database that this one has brought up.
    pub fn previous(&self, allow: Allow) -> Result<Previous, Invalid> {
        let migrations = self.migrations.iter().flat_map(Migration::files).collect();
        Ok(Previous {
            application: Application::parse(&self.document)?,
            migrations,
            allow,
        })
    }
}

pub(crate) fn model(model: &ResolvedModel) -> DeclaredModel {
    DeclaredModel {
        name: model.name.clone(),
        label: model.label.clone(),
        fields: model.fields.iter().map(field).collect(),
        relations: model.relations.iter().map(relation).collect(),
    }
}

fn field(field: &ResolvedField) -> DeclaredField {
    DeclaredField {
        key: field.key(),
        name: field.name.clone(),
        label: field.label.clone(),
        kind: kind(&field.rules),
        required: field.required,
        unique: field.unique,
        default: field.default.as_ref().map(ToString::to_string),
    }
}

fn kind(rules: &Rules) -> DeclaredKind {
    match rules.clone() {
        Rules::Text { min, max } => DeclaredKind::Text { min, max },
        Rules::LongText { min, max } => DeclaredKind::LongText { min, max },
        Rules::Integer { min, max } => DeclaredKind::Integer { min, max },
        Rules::Decimal {
            precision,
            scale,
            min,
            max,
        } => DeclaredKind::Decimal {
            precision,
            scale,
            min: Some(format_scaled(min, scale)),
            max: Some(format_scaled(max, scale)),
        },
        Rules::Boolean => DeclaredKind::Boolean,
        Rules::Date { min, max } => DeclaredKind::Date { min, max },
        Rules::Datetime { min, max } => DeclaredKind::Datetime { min, max },
        Rules::Enum { values } => DeclaredKind::Enum { values },
        Rules::Email => DeclaredKind::Email,
        Rules::Json => DeclaredKind::Json,
        Rules::Uuid => DeclaredKind::Uuid,
    }
}

fn relation(relation: &Relationship) -> DeclaredRelation {
    DeclaredRelation {
        key: short(&relation.id),
        name: relation.name.clone(),
        label: label_of(&relation.label, &relation.name),
        target: relation.target.clone(),
        inverse: relation.inverse.clone(),
        required: relation.required,
        on_delete: relation.on_delete(),
        kind: match relation.kind {
            RelationshipKind::ManyToOne => DeclaredRelationKind::ManyToOne {
                column: relation.key(),
            },
            RelationshipKind::ManyToMany => DeclaredRelationKind::ManyToMany {
                table: relation.link_table(),
            },
        },
    }
}
