//! From what was read at run time to what a generated crate has in its code: declarations that last as long as the
//! process. A preview is a process of its own and serves one application, so that nothing is ever given back.

use blueprint::{
    Declaration, DeclaredField, DeclaredKind, DeclaredModel, DeclaredRelation,
    DeclaredRelationKind, Migration as PlannedMigration, OnDelete as DeclaredOnDelete,
};
use lathe_runtime::{Application, Field, Kind, Migration, Model, OnDelete, Relation, RelationKind};

/// The application in the words of the runtime. It is kept for good.
pub fn keep(declaration: Declaration) -> &'static Application {
    Box::leak(Box::new(Application {
        name: text(declaration.name),
        label: text(declaration.label),
        description: text(declaration.description),
        version: text(declaration.version),
        models: list(declaration.models, model),
        migrations: list(declaration.migrations, migration),
        openapi: text(declaration.openapi),
    }))
}

fn model(model: DeclaredModel) -> &'static Model {
    Box::leak(Box::new(Model {
        name: text(model.name),
        label: text(model.label),
        fields: list(model.fields, field),
        relations: list(model.relations, relation),
    }))
}

fn field(field: DeclaredField) -> Field {
    Field {
        key: text(field.key),
        name: text(field.name),
        label: text(field.label),
        kind: kind(field.kind),
        required: field.required,
        unique: field.unique,
        default: field.default.map(text),
    }
}

fn kind(kind: DeclaredKind) -> Kind {
    match kind {
        DeclaredKind::Text { min, max } => Kind::Text { min, max },
        DeclaredKind::LongText { min, max } => Kind::LongText { min, max },
        DeclaredKind::Integer { min, max } => Kind::Integer { min, max },
        DeclaredKind::Decimal {
            precision,
            scale,
            min,
            max,
        } => Kind::Decimal {
            precision,
            scale,
            min: min.map(text),
            max: max.map(text),
        },
        DeclaredKind::Boolean => Kind::Boolean,
        DeclaredKind::Date { min, max } => Kind::Date {
            min: min.map(text),
            max: max.map(text),
        },
        DeclaredKind::Datetime { min, max } => Kind::Datetime {
            min: min.map(text),
            max: max.map(text),
        },
        DeclaredKind::Enum { values } => Kind::Enum {
            values: list(values, text),
        },
        DeclaredKind::Email => Kind::Email,
        DeclaredKind::Json => Kind::Json,
        DeclaredKind::Uuid => Kind::Uuid,
    }
}

fn relation(relation: DeclaredRelation) -> Relation {
    Relation {
        key: text(relation.key),
        name: text(relation.name),
        label: text(relation.label),
        target: text(relation.target),
        inverse: text(relation.inverse),
        required: relation.required,
        on_delete: match relation.on_delete {
            DeclaredOnDelete::Restrict => OnDelete::Restrict,
            DeclaredOnDelete::Cascade => OnDelete::Cascade,
            DeclaredOnDelete::SetNull => OnDelete::SetNull,
        },
        kind: match relation.kind {
            DeclaredRelationKind::ManyToOne { column } => RelationKind::ManyToOne {
                column: text(column),
            },
            DeclaredRelationKind::ManyToMany { table } => {
                RelationKind::ManyToMany { table: text(table) }
            }
        },
    }
}

fn migration(migration: PlannedMigration) -> Migration {
    Migration {
        number: i64::from(migration.number),
        name: text(migration.name),
        sqlite: text(migration.sqlite),
        postgres: text(migration.postgres),
    }
}

fn text(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn list<T, U>(items: Vec<T>, keep: impl Fn(T) -> U) -> &'static [U] {
    Vec::leak(items.into_iter().map(keep).collect())
}
