//! What becomes of a change: a migration that keeps the data, or a refusal that says what to decide.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, and clippy only knows the tests themselves"
)]

use blueprint::{Allow, Application, File, GenerateError, Previous, digest, generate};

const SHOP: &str = "name: shop
models:
  - name: books
    fields:
      - { name: title, type: text, required: true, max: 100 }
      - { name: pages, type: integer, min: 1 }
      - { name: format, type: enum, values: [paper, cloth] }
  - name: publishers
    fields:
      - { name: name, type: text }
relationships:
  - { kind: n-1, source: books, target: publishers, name: publisher, inverse: books }
";

fn parse(text: &str) -> Application {
    Application::parse(text).unwrap_or_else(|invalid| panic!("{invalid}"))
}

fn change(text: &str, allow: Allow) -> Result<Vec<File>, String> {
    let first = generate(&parse(SHOP), None).unwrap();
    let previous = Previous::from_files(&first, allow)
        .unwrap()
        .expect("the tree keeps its document");
    match generate(&parse(text), Some(&previous)) {
        Ok(files) => {
            for kept in first
                .iter()
                .filter(|file| file.path.starts_with("migrations/"))
            {
                assert!(files.contains(kept), "{} stays as it is", kept.path);
            }
            Ok(files)
        }
        Err(GenerateError::Refused(problems)) => Err(problems
            .iter()
            .map(|problem| problem.message.clone())
            .collect::<Vec<_>>()
            .join("\n")),
        Err(other) => panic!("{other}"),
    }
}

fn second(text: &str, allow: Allow) -> String {
    let files = change(text, allow).unwrap();
    let new = files
        .iter()
        .filter(|file| file.path.starts_with("migrations/0002_"));
    new.map(|file| format!("-- {}\n{}", file.path, file.contents))
        .collect()
}

fn refusal(from: &str, to: &str) -> String {
    assert!(SHOP.contains(from));
    change(&SHOP.replace(from, to), Allow::default()).expect_err("this needs a decision")
}

#[test]
fn no_change_no_migration_and_the_same_tree() {
    let first = generate(&parse(SHOP), None).unwrap();
    let again = change(SHOP, Allow::default()).unwrap();
    assert_eq!(digest(&first), digest(&again));
}

#[test]
fn a_label_changes_the_version_but_not_the_database() {
    let text = SHOP.replace("name: shop", "name: shop\nlabel: The shop");
    assert_eq!(second(&text, Allow::default()), "");
}

#[test]
fn an_added_field_and_model_keep_the_rows() {
    let text = SHOP.replace(
        "  - name: publishers\n",
        "      - { name: stock, type: integer, required: true, default: 0, min: 0 }\n  - name: shelves\n    fields: [{ name: code, type: text, unique: true }]\n  - name: publishers\n",
    );
    insta::assert_snapshot!(second(&text, Allow::default()));
}

#[test]
fn a_rename_is_a_rename() {
    let before = parse(SHOP);
    let (books, pages) = (&before.models[0].id, &before.models[0].fields[1].id);
    let text = SHOP
        .replace(
            "  - name: books\n",
            &format!("  - name: volumes\n    id: {books}\n"),
        )
        .replace("name: pages, ", &format!("name: page_count, id: {pages}, "))
        .replace(
            "source: books,",
            &format!("id: {}, source: volumes,", before.relationships[0].id),
        );
    insta::assert_snapshot!(second(&text, Allow::default()));
}

#[test]
fn two_fields_may_swap_their_names() {
    let before = parse(SHOP);
    let (title, format) = (
        &before.models[0].fields[0].id,
        &before.models[0].fields[2].id,
    );
    let text = SHOP
        .replace("name: title,", &format!("name: swap, id: {title},"))
        .replace("name: format,", &format!("name: title, id: {format},"))
        .replace("name: swap,", "name: format,");
    let sql = second(&text, Allow::default());
    assert!(
        sql.contains("RENAME COLUMN \"title\" TO \"_aside_0\""),
        "{sql}"
    );
    assert!(
        sql.contains("RENAME COLUMN \"_aside_1\" TO \"title\""),
        "{sql}"
    );
}

#[test]
fn wider_rules_rebuild_the_table_on_sqlite_and_alter_it_on_postgres() {
    let text = SHOP
        .replace("max: 100", "max: 200")
        .replace("[paper, cloth]", "[paper, cloth, audio]");
    insta::assert_snapshot!(second(&text, Allow::default()));
}

#[test]
fn what_would_lose_data_or_needs_a_decision_is_refused() {
    let gone = refusal("      - { name: pages, type: integer, min: 1 }\n", "");
    assert!(
        gone.contains("if it was renamed, give the new one `id: "),
        "{gone}"
    );
    assert!(
        refusal(
            "name: pages, type: integer, min: 1",
            "name: pages, type: text"
        )
        .contains("changes its type")
    );
    assert!(refusal("max: 100", "max: 50").contains("stricter"));
    assert!(refusal("[paper, cloth]", "[paper]").contains("stricter"));
    assert!(
        refusal(
            "type: integer, min: 1",
            "type: integer, min: 1, required: true"
        )
        .contains("becomes required")
    );
    assert!(
        refusal(
            "type: integer, min: 1",
            "type: integer, min: 1, unique: true"
        )
        .contains("becomes unique")
    );
    let added = refusal(
        "      - { name: pages,",
        "      - { name: isbn, type: text, required: true }\n      - { name: pages,",
    );
    assert!(added.contains("give it a default"), "{added}");
}

#[test]
fn a_drop_happens_when_it_is_allowed() {
    let text = SHOP.replace("      - { name: pages, type: integer, min: 1 }\n", "");
    let sql = second(
        &text,
        Allow {
            drop: true,
            ..Allow::default()
        },
    );
    assert!(
        sql.contains("ALTER TABLE \"books\" DROP COLUMN \"pages\""),
        "{sql}"
    );
    assert!(
        sql.contains("ALTER TABLE \"_rebuilt\" RENAME TO \"books\""),
        "{sql}"
    );
}

#[test]
fn the_files_that_depend_on_the_models() {
    let files = generate(&parse(SHOP), None).unwrap();
    let dependent = files.iter().filter(|file| {
        !file.path.starts_with("runtime/") && file.path != "Cargo.lock" && file.path != "Cargo.toml"
    });
    let text: String = dependent
        .map(|file| format!("===== {} =====\n{}\n", file.path, file.contents))
        .collect();
    insta::assert_snapshot!(text);
}
