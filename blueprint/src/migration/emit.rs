//! Changes as SQL. SQLite cannot alter a column, so there a table is rebuilt: made anew, filled, put in place.

use super::Migration;
use super::diff::{Changes, TableChange};
use super::schema::{Column, ColumnKind, Link, Schema, Table};
use crate::sql::{
    Dialect, check, column_definition, column_type, create_indexes, create_link, create_link_index,
    create_table, default_literal, foreign_key, name,
};
use crate::validate::Rules;

/// No model can have this name, since names begin with a letter.
const REBUILT: &str = "_rebuilt";

pub(super) fn initial(schema: &Schema) -> Migration {
    let build = |dialect| {
        let mut sql = String::new();
        add_tables(dialect, &schema.tables, &mut sql);
        add_links(dialect, &schema.links, &mut sql);
        sql
    };
    Migration {
        number: 1,
        name: "initial".to_owned(),
        sqlite: build(Dialect::Sqlite),
        postgres: build(Dialect::Postgres),
    }
}

pub(super) fn change(number: u32, title: String, changes: &Changes) -> Migration {
    let build = |dialect| {
        let mut sql = String::new();
        for link in &changes.dropped_links {
            sql.push_str(&format!("DROP TABLE {};\n", name(&link.name)));
        }
        for change in changes
            .tables
            .iter()
            .filter(|_| dialect == Dialect::Postgres)
        {
            for column in &change.dropped {
                let table = name(&change.before.name);
                sql.push_str(&format!(
                    "ALTER TABLE {table} DROP COLUMN {};\n",
                    name(&column.name)
                ));
            }
        }
        let cascade = if dialect == Dialect::Postgres {
            " CASCADE"
        } else {
            ""
        };
        for table in &changes.dropped_tables {
            sql.push_str(&format!("DROP TABLE {}{cascade};\n", name(&table.name)));
        }
        rename_tables(changes, &mut sql);
        for change in &changes.tables {
            rename_columns(change, dialect, &mut sql);
        }
        add_tables(dialect, &changes.added_tables, &mut sql);
        for change in &changes.tables {
            match dialect {
                Dialect::Sqlite => change_sqlite(change, &mut sql),
                Dialect::Postgres => change_postgres(change, &mut sql),
            }
        }
        change_links(dialect, changes, &mut sql);
        add_links(dialect, &changes.added_links, &mut sql);
        sql
    };
    Migration {
        number,
        name: title,
        sqlite: build(Dialect::Sqlite),
        postgres: build(Dialect::Postgres),
    }
}

fn add_tables(dialect: Dialect, tables: &[Table], sql: &mut String) {
    for table in tables {
        sql.push_str(&create_table(dialect, table, &table.name));
    }
    for table in tables {
        for column in &table.columns {
            add_foreign_key(dialect, &table.name, column, sql);
            sql.push_str(&create_indexes(&table.name, column));
        }
    }
}

fn add_links(dialect: Dialect, links: &[Link], sql: &mut String) {
    for link in links {
        sql.push_str(&create_link(dialect, link, &link.name));
        sql.push_str(&create_link_index(link));
    }
}

fn add_foreign_key(dialect: Dialect, table: &str, column: &Column, sql: &mut String) {
    if dialect == Dialect::Postgres
        && let Some(foreign) = foreign_key(column)
    {
        let constraint = name(&format!("fk_{}", column.key));
        sql.push_str(&format!(
            "ALTER TABLE {} ADD CONSTRAINT {constraint} FOREIGN KEY ({}) {foreign};\n",
            name(table),
            name(&column.name)
        ));
    }
}

/// Two models may swap names: when a new name is still in use, all of them step aside first.
fn rename_tables(changes: &Changes, sql: &mut String) {
    let tables = changes
        .tables
        .iter()
        .map(|change| (change.before.name.as_str(), change.after.name.as_str()));
    let links = changes
        .links
        .iter()
        .map(|(before, after)| (before.name.as_str(), after.name.as_str()));
    let renames: Vec<_> = tables
        .chain(links)
        .filter(|(before, after)| before != after)
        .collect();
    in_two_steps(&renames, |before, after| {
        sql.push_str(&format!(
            "ALTER TABLE {} RENAME TO {};\n",
            name(before),
            name(after)
        ));
    });
}

fn rename_columns(change: &TableChange, dialect: Dialect, sql: &mut String) {
    let renames: Vec<_> = change
        .renamed
        .iter()
        .map(|(before, after)| (before.name.as_str(), after.name.as_str()))
        .collect();
    // On SQLite a column that is about to be dropped still stands and may hold the name.
    let dropped = change.dropped.iter().filter(|_| dialect == Dialect::Sqlite);
    let mut asides: Vec<(String, String)> = Vec::new();
    for column in dropped {
        if renames.iter().any(|(_, after)| *after == column.name) {
            asides.push((column.name.clone(), format!("_dropped_{}", column.key)));
        }
    }
    let table = name(&change.after.name);
    let mut rename = |before: &str, after: &str| {
        sql.push_str(&format!(
            "ALTER TABLE {table} RENAME COLUMN {} TO {};\n",
            name(before),
            name(after)
        ));
    };
    for (before, after) in &asides {
        rename(before, after);
    }
    in_two_steps(&renames, rename);
}

fn in_two_steps(renames: &[(&str, &str)], mut rename: impl FnMut(&str, &str)) {
    let in_the_way = |after: &str| renames.iter().any(|(before, _)| *before == after);
    if !renames.iter().any(|(_, after)| in_the_way(after)) {
        for (before, after) in renames {
            rename(before, after);
        }
        return;
    }
    for (index, (before, _)) in renames.iter().enumerate() {
        rename(before, &format!("_aside_{index}"));
    }
    for (index, (_, after)) in renames.iter().enumerate() {
        rename(&format!("_aside_{index}"), after);
    }
}

fn change_sqlite(change: &TableChange, sql: &mut String) {
    let table = &change.after;
    let addable = |column: &Column| !column.required || column.default.is_some();
    if change.dropped.is_empty() && change.altered.is_empty() && change.added.iter().all(addable) {
        for column in &change.added {
            let definition = column_definition(Dialect::Sqlite, column);
            sql.push_str(&format!(
                "ALTER TABLE {} ADD COLUMN {definition};\n",
                name(&table.name)
            ));
            sql.push_str(&create_indexes(&table.name, column));
        }
        return;
    }
    let kept: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| change.before.column(&column.id).is_some())
        .collect();
    let targets: Vec<String> = kept.iter().map(|column| name(&column.name)).collect();
    let sources: Vec<String> = kept
        .iter()
        .map(|column| filled(Dialect::Sqlite, column, change))
        .collect();
    let fixed = ["\"id\"", "\"created_at\"", "\"updated_at\""].map(str::to_owned);
    sql.push_str(&create_table(Dialect::Sqlite, table, REBUILT));
    sql.push_str(&format!(
        "INSERT INTO {} ({}) SELECT {} FROM {};\n",
        name(REBUILT),
        [&fixed[..], &targets].concat().join(", "),
        [&fixed[..], &sources].concat().join(", "),
        name(&table.name)
    ));
    replace_by_rebuilt(&table.name, sql);
    for column in &table.columns {
        sql.push_str(&create_indexes(&table.name, column));
    }
}

fn replace_by_rebuilt(table: &str, sql: &mut String) {
    sql.push_str(&format!(
        "DROP TABLE {};\nALTER TABLE {} RENAME TO {};\n",
        name(table),
        name(REBUILT),
        name(table)
    ));
}

/// The value that an old row brings along, with the default in the place of a gap that is no longer allowed.
fn filled(dialect: Dialect, column: &Column, change: &TableChange) -> String {
    let quoted = name(&column.name);
    let was_optional = change
        .before
        .column(&column.id)
        .is_some_and(|before| !before.required);
    match default_literal(dialect, column) {
        Some(default) if column.required && was_optional => {
            let texts = matches!(
                column.kind,
                ColumnKind::Field(Rules::Text { .. } | Rules::LongText { .. })
            );
            let value = if texts {
                format!("nullif({quoted}, '')")
            } else {
                quoted
            };
            format!("coalesce({value}, {default})")
        }
        _ => quoted,
    }
}

fn change_postgres(change: &TableChange, sql: &mut String) {
    let table = name(&change.after.name);
    for column in &change.added {
        let definition = column_definition(Dialect::Postgres, column);
        sql.push_str(&format!("ALTER TABLE {table} ADD COLUMN {definition};\n"));
        add_foreign_key(Dialect::Postgres, &change.after.name, column, sql);
        sql.push_str(&create_indexes(&change.after.name, column));
    }
    for (before, after) in &change.altered {
        alter_postgres(change, before, after, sql);
    }
}

fn alter_postgres(change: &TableChange, before: &Column, after: &Column, sql: &mut String) {
    let (table, column) = (name(&change.after.name), name(&after.name));
    let (old_type, new_type) = (
        column_type(Dialect::Postgres, before),
        column_type(Dialect::Postgres, after),
    );
    let constraint = |prefix: &str| name(&format!("{prefix}_{}", after.key));
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
    let (old_check, new_check) = (
        check(Dialect::Postgres, before),
        check(Dialect::Postgres, after),
    );
    if old_check.is_some() {
        sql.push_str(&format!(
            "ALTER TABLE {table} DROP CONSTRAINT {};\n",
            constraint("ck")
        ));
    }
    if old_type != new_type {
        sql.push_str(&format!("{alter} TYPE {new_type};\n"));
    }
    match default_literal(Dialect::Postgres, after) {
        _ if before.default == after.default => {}
        Some(default) => sql.push_str(&format!("{alter} SET DEFAULT {default};\n")),
        None => sql.push_str(&format!("{alter} DROP DEFAULT;\n")),
    }
    if after.required && !before.required {
        let filled = filled(Dialect::Postgres, after, change);
        if filled != column {
            sql.push_str(&format!("UPDATE {table} SET {column} = {filled};\n"));
        }
        sql.push_str(&format!("{alter} SET NOT NULL;\n"));
    } else if before.required && !after.required {
        sql.push_str(&format!("{alter} DROP NOT NULL;\n"));
    }
    if let Some(rule) = new_check {
        sql.push_str(&format!(
            "ALTER TABLE {table} ADD CONSTRAINT {} CHECK ({rule});\n",
            constraint("ck")
        ));
    }
    if foreign_key(before).is_some() {
        sql.push_str(&format!(
            "ALTER TABLE {table} DROP CONSTRAINT {};\n",
            constraint("fk")
        ));
        add_foreign_key(Dialect::Postgres, &change.after.name, after, sql);
    }
    if before.unique != after.unique {
        match before.unique {
            true => sql.push_str(&format!("DROP INDEX {};\n", constraint("uq"))),
            false => sql.push_str(&create_indexes(&change.after.name, after)),
        }
    }
}

fn change_links(dialect: Dialect, changes: &Changes, sql: &mut String) {
    for (before, after) in changes
        .links
        .iter()
        .filter(|(before, after)| before.on_delete != after.on_delete)
    {
        debug_assert_eq!(before.key, after.key, "a link is known by its permanent id");
        let table = name(&after.name);
        if dialect == Dialect::Postgres {
            let constraint = name(&format!("fk_{}_target", after.key));
            sql.push_str(&format!(
                "ALTER TABLE {table} DROP CONSTRAINT {constraint};\n\
                 ALTER TABLE {table} ADD CONSTRAINT {constraint} FOREIGN KEY (\"target_id\") REFERENCES {} (\"id\") {};\n",
                name(&after.target),
                crate::sql::on_delete_clause(after.on_delete)
            ));
            continue;
        }
        let columns = "\"source_id\", \"target_id\", \"position\"";
        sql.push_str(&create_link(dialect, after, REBUILT));
        sql.push_str(&format!(
            "INSERT INTO {} ({columns}) SELECT {columns} FROM {table};\n",
            name(REBUILT)
        ));
        replace_by_rebuilt(&after.name, sql);
        sql.push_str(&create_link_index(after));
    }
}
