//! The difference of two schemas, and whether it can be carried out without asking anybody.

use super::schema::{Column, ColumnKind, Link, Schema, Table};
use crate::Problem;
use crate::validate::Rules;

/// What a caller has decided beforehand; nothing of it happens by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Models, fields and relationships that are gone take their data with them.
    pub drop: bool,
    /// Stricter rules are tried: a row that breaks one stops the migration, and nothing is changed.
    pub tighten: bool,
}

#[derive(Default)]
pub(crate) struct Changes {
    pub added_tables: Vec<Table>,
    pub dropped_tables: Vec<Table>,
    pub tables: Vec<TableChange>,
    pub added_links: Vec<Link>,
    pub dropped_links: Vec<Link>,
    pub links: Vec<(Link, Link)>,
}

/// A table that stays, with what becomes of its columns: before and after.
pub(crate) struct TableChange {
    pub before: Table,
    pub after: Table,
    pub added: Vec<Column>,
    pub dropped: Vec<Column>,
    pub renamed: Vec<(Column, Column)>,
    pub altered: Vec<(Column, Column)>,
}

impl TableChange {
    fn is_empty(&self) -> bool {
        self.before.name == self.after.name
            && self.added.is_empty()
            && self.dropped.is_empty()
            && self.renamed.is_empty()
            && self.altered.is_empty()
    }
}

impl Changes {
    /// A name for the migration, after its first change; `None` when nothing changes.
    pub(crate) fn describe(&self) -> Option<String> {
        let mut names = Vec::new();
        names.extend(
            self.added_tables
                .iter()
                .map(|table| format!("add_{}", table.name)),
        );
        for table in &self.tables {
            let name = &table.after.name;
            if table.before.name != *name {
                names.push(format!("rename_{}_to_{name}", table.before.name));
            }
            names.extend(
                table
                    .added
                    .iter()
                    .map(|column| format!("add_{}_to_{name}", column.name)),
            );
            names.extend(
                table
                    .renamed
                    .iter()
                    .map(|(before, _)| format!("rename_{}_of_{name}", before.name)),
            );
            names.extend(
                table
                    .altered
                    .iter()
                    .map(|(_, after)| format!("alter_{}_of_{name}", after.name)),
            );
            names.extend(
                table
                    .dropped
                    .iter()
                    .map(|column| format!("drop_{}_of_{name}", column.name)),
            );
        }
        names.extend(
            self.added_links
                .iter()
                .map(|link| format!("add_{}", link.name)),
        );
        names.extend(
            self.links
                .iter()
                .map(|(_, after)| format!("alter_{}", after.name)),
        );
        names.extend(
            self.dropped_links
                .iter()
                .map(|link| format!("drop_{}", link.name)),
        );
        names.extend(
            self.dropped_tables
                .iter()
                .map(|table| format!("drop_{}", table.name)),
        );
        let first: String = names.first()?.chars().take(80).collect();
        Some(if names.len() == 1 {
            first
        } else {
            format!("{first}_and_{}_more", names.len() - 1)
        })
    }
}

pub(crate) fn diff(before: &Schema, after: &Schema, allow: Allow) -> Result<Changes, Vec<Problem>> {
    let (changes, problems) = collect(before, after, allow);
    if problems.is_empty() {
        Ok(changes)
    } else {
        Err(problems)
    }
}

/// All changes, and what of them is refused.
pub(super) fn collect(before: &Schema, after: &Schema, allow: Allow) -> (Changes, Vec<Problem>) {
    let mut changes = Changes::default();
    let mut problems = Vec::new();
    for table in &after.tables {
        match before.tables.iter().find(|known| known.id == table.id) {
            None => changes.added_tables.push(table.clone()),
            Some(known) => {
                let change = diff_table(known, table, allow, &mut problems);
                if !change.is_empty() {
                    changes.tables.push(change);
                }
            }
        }
    }
    for table in &before.tables {
        if !after.tables.iter().any(|known| known.id == table.id) {
            refuse_drop("model", &table.name, &table.id, allow, &mut problems);
            changes.dropped_tables.push(table.clone());
        }
    }
    for link in &after.links {
        match before.links.iter().find(|known| known.id == link.id) {
            None => changes.added_links.push(link.clone()),
            Some(known)
                if (&known.source_id, &known.target_id) != (&link.source_id, &link.target_id) =>
            {
                let message = format!(
                    "the relationship behind `{}` now joins other models; make a new relationship with an id of its own",
                    link.name
                );
                problems.push(Problem::new("/relationships", message));
            }
            Some(known) if known.name != link.name || known.on_delete != link.on_delete => {
                changes.links.push((known.clone(), link.clone()));
            }
            Some(_) => {}
        }
    }
    for link in &before.links {
        if !after.links.iter().any(|known| known.id == link.id) {
            refuse_drop("relationship", &link.name, &link.id, allow, &mut problems);
            changes.dropped_links.push(link.clone());
        }
    }
    (changes, problems)
}

fn diff_table(
    before: &Table,
    after: &Table,
    allow: Allow,
    problems: &mut Vec<Problem>,
) -> TableChange {
    let mut change = TableChange {
        before: before.clone(),
        after: after.clone(),
        added: Vec::new(),
        dropped: Vec::new(),
        renamed: Vec::new(),
        altered: Vec::new(),
    };
    for column in &after.columns {
        let Some(known) = before.column(&column.id) else {
            if let Err(message) = judge_added(column, allow) {
                let message = format!("`{}.{}` {message}", after.name, column.name);
                problems.push(Problem::new("/models", message));
            }
            change.added.push(column.clone());
            continue;
        };
        if known.name != column.name {
            change.renamed.push((known.clone(), column.clone()));
        }
        if differs(known, column) {
            if let Err(message) = judge(known, column, allow) {
                let message = format!("`{}.{}` {message}", after.name, column.name);
                problems.push(Problem::new("/models", message));
            }
            change.altered.push((known.clone(), column.clone()));
        }
    }
    for column in &before.columns {
        if after.column(&column.id).is_none() {
            refuse_drop(
                "field",
                &format!("{}.{}", before.name, column.name),
                &column.id,
                allow,
                problems,
            );
            change.dropped.push(column.clone());
        }
    }
    change
}

/// The name of a target table may change without any change to the column that refers to it.
fn differs(before: &Column, after: &Column) -> bool {
    let kinds = match (&before.kind, &after.kind) {
        (
            ColumnKind::Reference {
                target_id,
                on_delete,
                ..
            },
            ColumnKind::Reference {
                target_id: other,
                on_delete: also,
                ..
            },
        ) => target_id != other || on_delete != also,
        (one, other) => one != other,
    };
    kinds
        || (before.required, before.unique, &before.default)
            != (after.required, after.unique, &after.default)
}

/// A column that joins rows which are there already.
pub(super) fn judge_added(column: &Column, allow: Allow) -> Result<(), String> {
    if column.unique && column.default.is_some() {
        return Err("is new and unique, so it cannot have a default".to_owned());
    }
    if column.required && column.default.is_none() && !allow.tighten {
        return Err(
            "is new and required, so that rows that are there already would have no value; \
             give it a default, or add it without `required` first"
                .to_owned(),
        );
    }
    Ok(())
}

pub(super) fn judge(before: &Column, after: &Column, allow: Allow) -> Result<(), String> {
    match (&before.kind, &after.kind) {
        (ColumnKind::Field(one), ColumnKind::Field(other)) => judge_rules(one, other, allow)?,
        (
            ColumnKind::Reference { target_id, .. },
            ColumnKind::Reference {
                target_id: other, ..
            },
        ) if target_id == other => {}
        _ => return Err(
            "now refers to something else; make a new field or relationship with an id of its own"
                .into(),
        ),
    }
    if allow.tighten {
        return Ok(());
    }
    if after.required && !before.required && after.default.is_none() {
        return Err(
            "becomes required, and rows without a value would break the rule; give it a default to fill them with, \
             or fill them and allow stricter rules (`tighten`)"
                .to_owned(),
        );
    }
    if after.unique && !before.unique {
        return Err(
            "becomes unique, and rows with equal values would break the rule; make them differ and allow stricter \
             rules (`tighten`)"
                .to_owned(),
        );
    }
    Ok(())
}

fn judge_rules(before: &Rules, after: &Rules, allow: Allow) -> Result<(), String> {
    let narrower = match (before, after) {
        (
            Rules::Text { min, max } | Rules::LongText { min, max },
            Rules::LongText {
                min: least,
                max: most,
            },
        )
        | (
            Rules::Text { min, max },
            Rules::Text {
                min: least,
                max: most,
            },
        ) => least > min || most < max,
        (
            Rules::Integer { min, max },
            Rules::Integer {
                min: least,
                max: most,
            },
        ) => least > min || most < max,
        (
            Rules::Decimal {
                precision,
                scale,
                min,
                max,
            },
            Rules::Decimal {
                precision: digits,
                scale: places,
                min: least,
                max: most,
            },
        ) if digits >= precision && places == scale => least > min || most < max,
        (
            Rules::Date { min, max },
            Rules::Date {
                min: least,
                max: most,
            },
        )
        | (
            Rules::Datetime { min, max },
            Rules::Datetime {
                min: least,
                max: most,
            },
        ) => {
            let later = least.is_some() && least.as_ref() > min.as_ref();
            let earlier = most
                .as_ref()
                .is_some_and(|most| max.as_ref().is_none_or(|max| most < max));
            later || earlier
        }
        (Rules::Enum { values }, Rules::Enum { values: others }) => {
            values.iter().any(|value| !others.contains(value))
        }
        (one, other) if one == other => false,
        _ => {
            return Err(
                "changes its type, which would need a decision about the values that are there; add a new field \
                 instead, or restore the type"
                    .to_owned(),
            );
        }
    };
    if narrower && !allow.tighten {
        return Err(
            "gets stricter rules, and rows that are there already might break them; mend the rows and allow stricter \
             rules (`tighten`)"
                .to_owned(),
        );
    }
    Ok(())
}

fn refuse_drop(what: &str, name: &str, id: &str, allow: Allow, problems: &mut Vec<Problem>) {
    if !allow.drop {
        let message = refusal(what, name, id);
        problems.push(Problem::new(
            if what == "relationship" {
                "/relationships"
            } else {
                "/models"
            },
            message,
        ));
    }
}

pub(super) fn refusal(what: &str, name: &str, id: &str) -> String {
    format!(
        "the {what} `{name}` is gone, and its data would go with it; if it was renamed, give the new one \
         `id: {id}`; if it is to go, allow it (`drop`)"
    )
}
