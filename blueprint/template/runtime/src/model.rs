//! The vocabulary in which an application declares its models; everything else in this crate reads it.

use crate::migrate::Migration;

pub struct Application {
    pub name: &'static str,
    pub label: &'static str,
    pub description: &'static str,
    /// A digest of the models, so that two builds of the same models call themselves the same.
    pub version: &'static str,
    pub models: &'static [&'static Model],
    pub migrations: &'static [Migration],
    pub openapi: &'static str,
}

pub struct Model {
    /// The table, and the last part of the path under `/api`.
    pub name: &'static str,
    pub label: &'static str,
    pub fields: &'static [Field],
    pub relations: &'static [Relation],
}

pub struct Field {
    /// A permanent key: constraints are named after it, so that a rename leaves them alone.
    pub key: &'static str,
    pub name: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub unique: bool,
    /// JSON text of the value that an absent field gets on create.
    pub default: Option<&'static str>,
}

pub enum Kind {
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
        min: Option<&'static str>,
        max: Option<&'static str>,
    },
    Boolean,
    Date {
        min: Option<&'static str>,
        max: Option<&'static str>,
    },
    Datetime {
        min: Option<&'static str>,
        max: Option<&'static str>,
    },
    Enum {
        values: &'static [&'static str],
    },
    Email,
    Json,
    Uuid,
}

pub struct Relation {
    pub key: &'static str,
    pub name: &'static str,
    pub label: &'static str,
    pub target: &'static str,
    /// The name under which the target sees its sources.
    pub inverse: &'static str,
    pub required: bool,
    pub on_delete: OnDelete,
    pub kind: RelationKind,
}

pub enum RelationKind {
    /// A column of the source's table; it is also the key in the JSON document.
    ManyToOne { column: &'static str },
    /// A table of its own; the JSON document carries an array of ids under the relation's name.
    ManyToMany { table: &'static str },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

impl Application {
    pub fn model(&self, name: &str) -> Option<&'static Model> {
        self.models.iter().copied().find(|model| model.name == name)
    }

    /// Every relation that points at `target`, with the model it starts from.
    pub fn relations_to<'a>(
        &'a self,
        target: &'a str,
    ) -> impl Iterator<Item = (&'static Model, &'static Relation)> + 'a {
        self.models.iter().flat_map(move |model| {
            let model: &'static Model = model;
            model
                .relations
                .iter()
                .filter(move |relation| relation.target == target)
                .map(move |relation| (model, relation))
        })
    }
}

impl Model {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that names a row to a human reader: the first required text, or else the first text.
    pub fn display(&self) -> Option<&'static Field> {
        let mut texts = self
            .fields
            .iter()
            .filter(|field| matches!(field.kind, Kind::Text { .. } | Kind::Email));
        texts
            .clone()
            .find(|field| field.required)
            .or_else(|| texts.next())
    }
}

impl Relation {
    pub fn column(&self) -> Option<&'static str> {
        match self.kind {
            RelationKind::ManyToOne { column } => Some(column),
            RelationKind::ManyToMany { .. } => None,
        }
    }

    pub fn table(&self) -> Option<&'static str> {
        match self.kind {
            RelationKind::ManyToOne { .. } => None,
            RelationKind::ManyToMany { table } => Some(table),
        }
    }
}
