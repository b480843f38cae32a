//! The tables of an application, each thing under its permanent id, so that two versions can be compared.

use serde_json::Value;

use crate::document::short;
use crate::validate::{Resolved, ResolvedModel, Rules};
use crate::{OnDelete, RelationshipKind};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub tables: Vec<Table>,
    pub links: Vec<Link>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub id: String,
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub id: String,
    pub key: String,
    pub name: String,
    pub kind: ColumnKind,
    pub required: bool,
    pub unique: bool,
    pub default: Option<Value>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ColumnKind {
    Field(Rules),
    Reference {
        target_id: String,
        target: String,
        on_delete: OnDelete,
    },
}

/// The table of an n-n relationship.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub id: String,
    pub key: String,
    pub name: String,
    pub source_id: String,
    pub source: String,
    pub target_id: String,
    pub target: String,
    pub on_delete: OnDelete,
}

impl Schema {
    pub(crate) fn of(resolved: &Resolved) -> Self {
        let id_of = |name: &str| {
            let model = resolved.models.iter().find(|model| model.name == name);
            model.map(|model| model.id.clone()).unwrap_or_default()
        };
        let mut links = Vec::new();
        let mut tables = Vec::new();
        for model in &resolved.models {
            tables.push(Table {
                id: model.id.clone(),
                name: model.name.clone(),
                columns: columns(model, &id_of),
            });
            let many = model
                .relations
                .iter()
                .filter(|relation| relation.kind == RelationshipKind::ManyToMany);
            links.extend(many.map(|relation| Link {
                id: relation.id.clone(),
                key: short(&relation.id),
                name: relation.link_table(),
                source_id: model.id.clone(),
                source: model.name.clone(),
                target_id: id_of(&relation.target),
                target: relation.target.clone(),
                on_delete: relation.on_delete(),
            }));
        }
        Self { tables, links }
    }
}

impl Table {
    pub(crate) fn column(&self, id: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }
}

fn columns(model: &ResolvedModel, id_of: &impl Fn(&str) -> String) -> Vec<Column> {
    let fields = model.fields.iter().map(|field| Column {
        id: field.id.clone(),
        key: field.key(),
        name: field.name.clone(),
        kind: ColumnKind::Field(field.rules.clone()),
        required: field.required,
        unique: field.unique,
        default: field.default.clone(),
    });
    let one = model
        .relations
        .iter()
        .filter(|relation| relation.kind == RelationshipKind::ManyToOne);
    let references = one.map(|relation| Column {
        id: relation.id.clone(),
        key: short(&relation.id),
        name: relation.key(),
        kind: ColumnKind::Reference {
            target_id: id_of(&relation.target),
            target: relation.target.clone(),
            on_delete: relation.on_delete(),
        },
        required: relation.required,
        unique: false,
        default: None,
    });
    fields.chain(references).collect()
}
