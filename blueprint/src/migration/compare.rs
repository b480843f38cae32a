//! What a migration will do, told before it is made: each change by itself, and whether somebody has to decide on it.

use super::diff::{Allow, TableChange, collect, judge, judge_added, refusal};
use super::emit;
use super::schema::{Column, ColumnKind, Schema, Table};
use crate::validate::{Resolved, Rules, format_scaled, resolve};
use crate::{Application, Invalid, OnDelete, Problem};

/// What changes between two versions of an application, as far as its data can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub changes: Vec<Change>,
    /// What can't be carried out, whatever is allowed.
    pub problems: Vec<Problem>,
    /// The migration; `None` when nothing changes, or something can't.
    pub sql: Option<Sql>,
}

/// The same migration for each database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    pub sqlite: String,
    pub postgres: String,
}

/// A change of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub action: Action,
    pub part: Part,
    /// The model, or the one that the field or relationship belongs to.
    pub model: String,
    /// What it is called: by then, or before if it is removed. For a model the same as `model`.
    pub name: String,
    pub details: Vec<Detail>,
    /// Whether it is refused unless this is allowed, and how that is put into words.
    pub needs: Option<(Decision, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Added,
    Changed,
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Model,
    Field,
    Relationship,
}

/// What has to be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Its data goes with it.
    Drop,
    /// Records that break the new rule stop the migration.
    Tighten,
}

/// One property of what is changed: before and after, as in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    pub property: Property,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    Name,
    Type,
    Limits,
    Required,
    Unique,
    Default,
    OnDelete,
    Target,
    /// The names of all fields of a model.
    Fields,
}

const NOTHING: Allow = Allow {
    drop: false,
    tighten: false,
};
const EVERYTHING: Allow = Allow {
    drop: true,
    tighten: true,
};

/// Compares an application with how it was; without an earlier version, all of it is new.
pub fn compare(before: Option<&Application>, after: &Application) -> Result<Comparison, Invalid> {
    let next = resolve(after).map_err(|problems| Invalid { problems })?;
    let schema = Schema::of(&next);
    let Some(before) = before else {
        let names = Names(&next);
        let models = schema
            .tables
            .iter()
            .map(|table| model(Action::Added, table));
        let links = schema
            .links
            .iter()
            .map(|link| names.relationship(Action::Added, &link.id, &link.source, Vec::new()));
        let migration = emit::initial(&schema);
        return Ok(Comparison {
            changes: models.chain(links).collect(),
            problems: Vec::new(),
            sql: Some(Sql {
                sqlite: migration.sqlite,
                postgres: migration.postgres,
            }),
        });
    };
    let known = resolve(before).map_err(|problems| Invalid { problems })?;
    let earlier = Schema::of(&known);
    let (found, problems) = collect(&earlier, &schema, EVERYTHING);
    let (old, new) = (Names(&known), Names(&next));

    let mut changes: Vec<Change> = Vec::new();
    changes.extend(
        found
            .added_tables
            .iter()
            .map(|table| model(Action::Added, table)),
    );
    for change in &found.tables {
        tables(change, &old, &new, &mut changes);
    }
    for link in &found.added_links {
        changes.push(new.relationship(Action::Added, &link.id, &link.source, Vec::new()));
    }
    for (before, after) in &found.links {
        let (one, other) = (old.relation(&before.id), new.relation(&after.id));
        let mut details = Vec::new();
        compare_texts(Property::Name, &one, &other, &mut details);
        compare_texts(
            Property::OnDelete,
            on_delete(before.on_delete),
            on_delete(after.on_delete),
            &mut details,
        );
        // Its table is renamed with its model, which is told already.
        if !details.is_empty() {
            changes.push(new.relationship(Action::Changed, &after.id, &after.source, details));
        }
    }
    for link in &found.dropped_links {
        let mut change = old.relationship(Action::Removed, &link.id, &link.source, Vec::new());
        change.needs = dropped("relationship", &link.name, &link.id);
        changes.push(change);
    }
    for table in &found.dropped_tables {
        let mut change = model(Action::Removed, table);
        change.needs = dropped("model", &table.name, &table.id);
        changes.push(change);
    }
    let sql = found
        .describe()
        .filter(|_| problems.is_empty())
        .map(|name| emit::change(0, name, &found));
    Ok(Comparison {
        changes,
        problems,
        sql: sql.map(|migration| Sql {
            sqlite: migration.sqlite,
            postgres: migration.postgres,
        }),
    })
}

fn tables(change: &TableChange, old: &Names<'_>, new: &Names<'_>, changes: &mut Vec<Change>) {
    let (before, after) = (&change.before.name, &change.after.name);
    if before != after {
        let mut details = Vec::new();
        compare_texts(Property::Name, before, after, &mut details);
        changes.push(Change {
            action: Action::Changed,
            part: Part::Model,
            model: after.clone(),
            name: after.clone(),
            details,
            needs: None,
        });
    }
    for column in &change.added {
        let mut added = new.column(Action::Added, after, column, of_new(column));
        added.needs = stricter(after, column, judge_added(column, NOTHING));
        // What can't be done at all is among the problems.
        if judge_added(column, EVERYTHING).is_err() {
            added.needs = None;
        }
        changes.push(added);
    }
    for column in &change.after.columns {
        let mut pairs = change.renamed.iter().chain(&change.altered);
        let Some((known, _)) = pairs.find(|(_, one)| one.id == column.id) else {
            continue;
        };
        let details = differences(known, column, old, new);
        let mut changed = new.column(Action::Changed, after, column, details);
        if judge(known, column, EVERYTHING).is_ok() {
            changed.needs = stricter(after, column, judge(known, column, NOTHING));
        }
        changes.push(changed);
    }
    for column in &change.dropped {
        let mut removed = old.column(Action::Removed, after, column, Vec::new());
        let name = format!("{before}.{}", column.name);
        removed.needs = dropped("field", &name, &column.id);
        changes.push(removed);
    }
}

fn model(action: Action, table: &Table) -> Change {
    let fields: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
    let fields = Some(fields.join(", ")).filter(|fields| !fields.is_empty());
    let (before, after) = match action {
        Action::Removed => (fields, None),
        Action::Added | Action::Changed => (None, fields),
    };
    let detail = Detail {
        property: Property::Fields,
        before,
        after,
    };
    Change {
        action,
        part: Part::Model,
        model: table.name.clone(),
        name: table.name.clone(),
        details: vec![detail],
        needs: None,
    }
}

/// What people call the things of a version, by their ids.
struct Names<'a>(&'a Resolved);

impl Names<'_> {
    fn relation(&self, id: &str) -> String {
        let mut relations = self.0.models.iter().flat_map(|model| &model.relations);
        let found = relations.find(|relation| relation.id == id);
        found
            .map(|relation| relation.name.clone())
            .unwrap_or_default()
    }

    fn relationship(&self, action: Action, id: &str, model: &str, details: Vec<Detail>) -> Change {
        Change {
            action,
            part: Part::Relationship,
            model: model.to_owned(),
            name: self.relation(id),
            details,
            needs: None,
        }
    }

    /// A field, or the column that stands for a relationship.
    fn column(&self, action: Action, model: &str, column: &Column, details: Vec<Detail>) -> Change {
        match column.kind {
            ColumnKind::Reference { .. } => self.relationship(action, &column.id, model, details),
            ColumnKind::Field(_) => Change {
                action,
                part: Part::Field,
                model: model.to_owned(),
                name: column.name.clone(),
                details,
                needs: None,
            },
        }
    }

    fn name(&self, column: &Column) -> String {
        match column.kind {
            ColumnKind::Reference { .. } => self.relation(&column.id),
            ColumnKind::Field(_) => column.name.clone(),
        }
    }
}

fn dropped(what: &str, name: &str, id: &str) -> Option<(Decision, String)> {
    Some((Decision::Drop, refusal(what, name, id)))
}

fn stricter(
    table: &str,
    column: &Column,
    judged: Result<(), String>,
) -> Option<(Decision, String)> {
    let message = judged.err()?;
    let message = format!("`{table}.{}` {message}", column.name);
    Some((Decision::Tighten, message))
}

/// What is worth telling of a new column.
fn of_new(column: &Column) -> Vec<Detail> {
    let is = |property, after: Option<String>| Detail {
        property,
        before: None,
        after,
    };
    let mut details = Vec::new();
    match &column.kind {
        ColumnKind::Field(rules) => details.push(is(Property::Type, Some(kind(rules).to_owned()))),
        ColumnKind::Reference { target, .. } => {
            details.push(is(Property::Target, Some(target.clone())));
        }
    }
    if column.required {
        details.push(is(Property::Required, Some(true.to_string())));
    }
    if column.unique {
        details.push(is(Property::Unique, Some(true.to_string())));
    }
    if let Some(default) = &column.default {
        details.push(is(Property::Default, Some(default.to_string())));
    }
    details
}

fn differences(before: &Column, after: &Column, old: &Names<'_>, new: &Names<'_>) -> Vec<Detail> {
    let mut details = Vec::new();
    compare_texts(
        Property::Name,
        &old.name(before),
        &new.name(after),
        &mut details,
    );
    match (&before.kind, &after.kind) {
        (ColumnKind::Field(one), ColumnKind::Field(other)) => {
            compare_texts(Property::Type, kind(one), kind(other), &mut details);
            let (one, other) = (limits(one), limits(other));
            if one != other {
                details.push(Detail {
                    property: Property::Limits,
                    before: one,
                    after: other,
                });
            }
        }
        (
            ColumnKind::Reference {
                target,
                on_delete: one,
                ..
            },
            ColumnKind::Reference {
                target: aim,
                on_delete: other,
                ..
            },
        ) => {
            compare_texts(Property::Target, target, aim, &mut details);
            compare_texts(
                Property::OnDelete,
                on_delete(*one),
                on_delete(*other),
                &mut details,
            );
        }
        _ => {}
    }
    let flag = |property, one: bool, other: bool, details: &mut Vec<Detail>| {
        compare_texts(property, &one.to_string(), &other.to_string(), details);
    };
    flag(
        Property::Required,
        before.required,
        after.required,
        &mut details,
    );
    flag(Property::Unique, before.unique, after.unique, &mut details);
    if before.default != after.default {
        let text = |column: &Column| column.default.as_ref().map(ToString::to_string);
        details.push(Detail {
            property: Property::Default,
            before: text(before),
            after: text(after),
        });
    }
    details
}

fn compare_texts(property: Property, before: &str, after: &str, details: &mut Vec<Detail>) {
    if before != after {
        details.push(Detail {
            property,
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
        });
    }
}

fn on_delete(rule: OnDelete) -> &'static str {
    match rule {
        OnDelete::Restrict => "restrict",
        OnDelete::Cascade => "cascade",
        OnDelete::SetNull => "set_null",
    }
}

/// The type as a document names it.
fn kind(rules: &Rules) -> &'static str {
    match rules {
        Rules::Text { .. } => "text",
        Rules::LongText { .. } => "long_text",
        Rules::Integer { .. } => "integer",
        Rules::Decimal { .. } => "decimal",
        Rules::Boolean => "boolean",
        Rules::Date { .. } => "date",
        Rules::Datetime { .. } => "datetime",
        Rules::Enum { .. } => "enum",
        Rules::Email => "email",
        Rules::Json => "json",
        Rules::Uuid => "uuid",
    }
}

/// What a value has to keep to, in few signs: from the least to the greatest, or the values there are.
fn limits(rules: &Rules) -> Option<String> {
    let open = |bound: &Option<String>| bound.clone().unwrap_or_default();
    match rules {
        Rules::Text { min, max } | Rules::LongText { min, max } => Some(format!("{min} … {max}")),
        Rules::Integer { min, max } => Some(format!("{min} … {max}")),
        Rules::Decimal {
            precision,
            scale,
            min,
            max,
        } => {
            let (min, max) = (format_scaled(*min, *scale), format_scaled(*max, *scale));
            Some(format!("{min} … {max} ({precision}, {scale})"))
        }
        Rules::Date { min, max } | Rules::Datetime { min, max } => {
            (min.is_some() || max.is_some()).then(|| format!("{} … {}", open(min), open(max)))
        }
        Rules::Enum { values } => Some(values.join(", ")),
        Rules::Boolean | Rules::Email | Rules::Json | Rules::Uuid => None,
    }
}
