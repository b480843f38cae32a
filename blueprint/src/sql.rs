//! The SQL of tables and columns in both dialects. Names pass through `name`, values through `literal`.

use serde_json::Value;

use crate::OnDelete;
use crate::migration::schema::{Column, ColumnKind, Link, Table};
use crate::validate::{Rules, format_scaled};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The one place where a name becomes SQL.
pub(crate) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The one place where a text becomes SQL.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `named` may differ from the table's own name while it is being rebuilt.
pub(crate) fn create_table(dialect: Dialect, table: &Table, named: &str) -> String {
    let (id, time) = match dialect {
        Dialect::Sqlite => ("TEXT", "TEXT"),
        Dialect::Postgres => ("UUID", "TIMESTAMPTZ(3)"),
    };
    let mut lines = vec![format!("\"id\" {id} NOT NULL PRIMARY KEY")];
    lines.extend(
        table
            .columns
            .iter()
            .map(|column| column_definition(dialect, column)),
    );
    lines.push(format!("\"created_at\" {time} NOT NULL"));
    lines.push(format!("\"updated_at\" {time} NOT NULL"));
    close_table(dialect, named, &lines)
}

pub(crate) fn create_link(dialect: Dialect, link: &Link, named: &str) -> String {
    let (id, number) = match dialect {
        Dialect::Sqlite => ("TEXT", "INTEGER"),
        Dialect::Postgres => ("UUID", "BIGINT"),
    };
    let end = |side: &str, table: &str, on_delete: OnDelete| {
        format!(
            "{} {id} NOT NULL CONSTRAINT {} REFERENCES {} (\"id\") {}",
            name(&format!("{side}_id")),
            name(&format!("fk_{}_{side}", link.key)),
            name(table),
            on_delete_clause(on_delete)
        )
    };
    let lines = [
        end("source", &link.source, OnDelete::Cascade),
        end("target", &link.target, link.on_delete),
        format!("\"position\" {number} NOT NULL"),
        "PRIMARY KEY (\"source_id\", \"target_id\")".to_owned(),
    ];
    close_table(dialect, named, &lines)
}

fn close_table(dialect: Dialect, named: &str, lines: &[String]) -> String {
    let strict = if dialect == Dialect::Sqlite {
        " STRICT"
    } else {
        ""
    };
    format!(
        "CREATE TABLE {} (\n    {}\n){strict};\n",
        name(named),
        lines.join(",\n    ")
    )
}

/// Postgres adds foreign keys once all tables stand; SQLite looks at them only when rows are written.
pub(crate) fn column_definition(dialect: Dialect, column: &Column) -> String {
    let mut text = format!("{} {}", name(&column.name), column_type(dialect, column));
    if column.required {
        text.push_str(" NOT NULL");
    }
    if let Some(default) = default_literal(dialect, column) {
        text.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(check) = check(dialect, column) {
        text.push_str(&format!(
            " CONSTRAINT {} CHECK ({check})",
            name(&format!("ck_{}", column.key))
        ));
    }
    if dialect == Dialect::Sqlite
        && let Some(foreign) = foreign_key(column)
    {
        text.push_str(&format!(
            " CONSTRAINT {} {foreign}",
            name(&format!("fk_{}", column.key))
        ));
    }
    text
}

/// The indexes that belong to a column.
pub(crate) fn create_indexes(table: &str, column: &Column) -> String {
    let on = format!("ON {} ({})", name(table), name(&column.name));
    if column.unique {
        format!(
            "CREATE UNIQUE INDEX {} {on};\n",
            name(&format!("uq_{}", column.key))
        )
    } else if matches!(column.kind, ColumnKind::Reference { .. }) {
        format!(
            "CREATE INDEX {} {on};\n",
            name(&format!("ix_{}", column.key))
        )
    } else {
        String::new()
    }
}

pub(crate) fn create_link_index(link: &Link) -> String {
    format!(
        "CREATE INDEX {} ON {} (\"target_id\");\n",
        name(&format!("ix_{}", link.key)),
        name(&link.name)
    )
}

pub(crate) fn foreign_key(column: &Column) -> Option<String> {
    match &column.kind {
        ColumnKind::Reference {
            target, on_delete, ..
        } => Some(format!(
            "REFERENCES {} (\"id\") {}",
            name(target),
            on_delete_clause(*on_delete)
        )),
        ColumnKind::Field(_) => None,
    }
}

pub(crate) fn on_delete_clause(on_delete: OnDelete) -> &'static str {
    match on_delete {
        OnDelete::Restrict => "ON DELETE RESTRICT",
        OnDelete::Cascade => "ON DELETE CASCADE",
        OnDelete::SetNull => "ON DELETE SET NULL",
    }
}

pub(crate) fn column_type(dialect: Dialect, column: &Column) -> String {
    let ColumnKind::Field(rules) = &column.kind else {
        return if dialect == Dialect::Sqlite {
            "TEXT"
        } else {
            "UUID"
        }
        .to_owned();
    };
    match (dialect, rules) {
        (Dialect::Sqlite, Rules::Integer { .. } | Rules::Decimal { .. } | Rules::Boolean) => {
            "INTEGER".to_owned()
        }
        (Dialect::Sqlite, _) => "TEXT".to_owned(),
        (_, Rules::Integer { .. }) => "BIGINT".to_owned(),
        (
            _,
            Rules::Decimal {
                precision, scale, ..
            },
        ) => format!("NUMERIC({precision}, {scale})"),
        (_, Rules::Boolean) => "BOOLEAN".to_owned(),
        (_, Rules::Date { .. }) => "DATE".to_owned(),
        (_, Rules::Datetime { .. }) => "TIMESTAMPTZ(3)".to_owned(),
        (_, Rules::Json) => "JSONB".to_owned(),
        (_, Rules::Uuid) => "UUID".to_owned(),
        (_, Rules::Text { .. } | Rules::LongText { .. } | Rules::Enum { .. } | Rules::Email) => {
            "TEXT".to_owned()
        }
    }
}

/// The rules of a field as the database keeps them. The API keeps the same ones.
pub(crate) fn check(dialect: Dialect, column: &Column) -> Option<String> {
    let ColumnKind::Field(rules) = &column.kind else {
        return None;
    };
    let quoted = name(&column.name);
    let sqlite = dialect == Dialect::Sqlite;
    match rules {
        Rules::Text { min, max } | Rules::LongText { min, max } => Some(format!(
            "length({quoted}) BETWEEN {} AND {max}",
            (*min).max(u32::from(column.required))
        )),
        Rules::Integer { min, max } => Some(format!("{quoted} BETWEEN {min} AND {max}")),
        Rules::Decimal {
            scale, min, max, ..
        } => {
            let show = |scaled: i64| {
                if sqlite {
                    scaled.to_string()
                } else {
                    format_scaled(scaled, *scale)
                }
            };
            Some(format!(
                "{quoted} BETWEEN {} AND {}",
                show(*min),
                show(*max)
            ))
        }
        Rules::Boolean => sqlite.then(|| format!("{quoted} IN (0, 1)")),
        Rules::Date { min, max } => {
            let shape = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
            time_check(dialect, &quoted, shape, "DATE", min.as_ref(), max.as_ref())
        }
        Rules::Datetime { min, max } => {
            let shape = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z";
            time_check(
                dialect,
                &quoted,
                shape,
                "TIMESTAMPTZ",
                min.as_ref(),
                max.as_ref(),
            )
        }
        Rules::Enum { values } => {
            let list: Vec<String> = values.iter().map(|value| literal(value)).collect();
            Some(format!("{quoted} IN ({})", list.join(", ")))
        }
        Rules::Email => Some(format!(
            "{quoted} LIKE '_%@_%' AND {quoted} NOT LIKE '%@%@%' AND {quoted} NOT LIKE '% %' AND length({quoted}) <= 254"
        )),
        Rules::Json => sqlite.then(|| format!("json_valid({quoted})")),
        Rules::Uuid => sqlite.then(|| format!("length({quoted}) = 36")),
    }
}

fn time_check(
    dialect: Dialect,
    quoted: &str,
    shape: &str,
    postgres_type: &str,
    min: Option<&String>,
    max: Option<&String>,
) -> Option<String> {
    let bound = |text: &String| match dialect {
        Dialect::Sqlite => literal(text),
        Dialect::Postgres => format!("{postgres_type} {}", literal(text)),
    };
    let mut parts = Vec::new();
    if dialect == Dialect::Sqlite {
        parts.push(format!("{quoted} GLOB {}", literal(shape)));
    }
    parts.extend(min.map(|min| format!("{quoted} >= {}", bound(min))));
    parts.extend(max.map(|max| format!("{quoted} <= {}", bound(max))));
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

pub(crate) fn default_literal(dialect: Dialect, column: &Column) -> Option<String> {
    let ColumnKind::Field(rules) = &column.kind else {
        return None;
    };
    let default = column.default.as_ref()?;
    Some(match (rules, default) {
        (Rules::Boolean, Value::Bool(flag)) if dialect == Dialect::Sqlite => {
            i64::from(*flag).to_string()
        }
        (Rules::Boolean, Value::Bool(flag)) => flag.to_string(),
        (Rules::Integer { .. }, Value::Number(number)) => number.to_string(),
        (Rules::Decimal { .. }, Value::String(text)) if dialect == Dialect::Sqlite => {
            let digits: String = text.chars().filter(|letter| *letter != '.').collect();
            digits.parse::<i64>().unwrap_or_default().to_string()
        }
        (Rules::Decimal { .. }, Value::String(text)) => text.clone(),
        (Rules::Json, value) => literal(&value.to_string()),
        (_, Value::String(text)) => literal(text),
        (_, other) => literal(&other.to_string()),
    })
}
