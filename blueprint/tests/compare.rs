//! What is told of a change before it is made: it has to be what the migration then does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking, and clippy only knows the tests themselves"
)]

use blueprint::{
    Action, Allow, Application, Change, Comparison, Decision, Part, Previous, Property, compare,
    generate,
};

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
  - { kind: n-n, source: books, target: publishers, name: printers, inverse: printed }
";

fn parse(text: &str) -> Application {
    Application::parse(text).unwrap_or_else(|invalid| panic!("{invalid}"))
}

fn changed(edits: &[(&str, &str)]) -> Comparison {
    let mut text = SHOP.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let (before, after) = (parse(SHOP), parse(&text));
    let compared = compare(Some(&before), &after).unwrap();
    holds(&before, &after, &compared);
    compared
}

/// Generating refuses what is said to need a decision, and nothing else.
fn holds(before: &Application, after: &Application, compared: &Comparison) {
    let needs = |decision| {
        let mut needed = compared
            .changes
            .iter()
            .filter_map(|change| change.needs.as_ref());
        needed.any(|(needed, _)| *needed == decision)
    };
    let first = generate(before, None).unwrap();
    for (drop, tighten) in [(false, false), (true, false), (false, true), (true, true)] {
        let previous = Previous::from_files(&first, Allow { drop, tighten }).unwrap();
        let generated = generate(after, previous.as_ref());
        let expected = compared.problems.is_empty()
            && (drop || !needs(Decision::Drop))
            && (tighten || !needs(Decision::Tighten));
        assert_eq!(
            generated.is_ok(),
            expected,
            "{drop} {tighten}: {compared:?}"
        );
        let Ok(files) = generated else { continue };
        let made = files.iter().find(|file| {
            file.path.starts_with("migrations/0002_") && file.path.ends_with("sqlite.sql")
        });
        let sql = compared.sql.as_ref().map(|sql| &sql.sqlite);
        assert_eq!(made.map(|file| &file.contents), sql);
    }
}

fn told(change: &Change) -> (Action, Part, &str, &str, Option<Decision>) {
    let needs = change.needs.as_ref().map(|(decision, _)| *decision);
    (
        change.action,
        change.part,
        &change.model,
        &change.name,
        needs,
    )
}

fn all(compared: &Comparison) -> Vec<(Action, Part, &str, &str, Option<Decision>)> {
    compared.changes.iter().map(told).collect()
}

#[test]
fn without_an_earlier_version_all_is_new() {
    let compared = compare(None, &parse(SHOP)).unwrap();
    assert_eq!(
        all(&compared),
        [
            (Action::Added, Part::Model, "books", "books", None),
            (Action::Added, Part::Model, "publishers", "publishers", None),
            (Action::Added, Part::Relationship, "books", "printers", None),
        ]
    );
    let fields = compared.changes[0].details[0].after.as_deref();
    assert_eq!(fields, Some("title, pages, format, publisher_id"));
    assert!(
        compared
            .sql
            .unwrap()
            .postgres
            .contains("CREATE TABLE \"books\"")
    );
}

#[test]
fn a_label_is_no_change_of_the_data() {
    let compared = changed(&[("name: shop\n", "name: shop\nlabel: The shop\n")]);
    assert_eq!((compared.changes, compared.sql), (vec![], None));
}

#[test]
fn what_takes_data_with_it_has_to_be_allowed() {
    let field = changed(&[("      - { name: pages, type: integer, min: 1 }\n", "")]);
    let removed = (Action::Removed, Part::Field, "books", "pages");
    assert_eq!(
        all(&field),
        [(
            removed.0,
            removed.1,
            removed.2,
            removed.3,
            Some(Decision::Drop)
        )]
    );
    let (_, reason) = field.changes[0].needs.as_ref().unwrap();
    assert!(reason.contains("`books.pages` is gone"), "{reason}");

    let relationships = SHOP.split_once("relationships").unwrap().1;
    let model = changed(&[
        (&format!("relationships{relationships}"), ""),
        (
            "  - name: publishers\n    fields:\n      - { name: name, type: text }\n",
            "",
        ),
    ]);
    let drop = Some(Decision::Drop);
    assert_eq!(
        all(&model),
        [
            (
                Action::Removed,
                Part::Relationship,
                "books",
                "publisher",
                drop
            ),
            (
                Action::Removed,
                Part::Relationship,
                "books",
                "printers",
                drop
            ),
            (
                Action::Removed,
                Part::Model,
                "publishers",
                "publishers",
                drop
            ),
        ]
    );
}

#[test]
fn stricter_rules_have_to_be_allowed_and_wider_ones_not() {
    let tighten = Some(Decision::Tighten);
    for (from, to, needs, property) in [
        ("max: 100", "max: 50", tighten, Property::Limits),
        ("max: 100", "max: 200", None, Property::Limits),
        (
            "type: integer, min: 1",
            "type: integer, min: 1, required: true",
            tighten,
            Property::Required,
        ),
        ("required: true, max", "max", None, Property::Required),
        (
            "max: 100",
            "max: 100, unique: true",
            tighten,
            Property::Unique,
        ),
        ("[paper, cloth]", "[paper]", tighten, Property::Limits),
        (
            "[paper, cloth]",
            "[paper, cloth, file]",
            None,
            Property::Limits,
        ),
        ("min: 1", "min: 1, default: 3", None, Property::Default),
    ] {
        let compared = changed(&[(from, to)]);
        let [change] = &*compared.changes else {
            panic!("{to}: {compared:?}")
        };
        assert_eq!(told(change).4, needs, "{to}");
        let properties: Vec<_> = change
            .details
            .iter()
            .map(|detail| detail.property)
            .collect();
        assert_eq!(properties, [property], "{to}");
    }
    let new = "      - { name: isbn, type: text, required: true }\n      - { name: pages";
    let added = changed(&[("      - { name: pages", new)]);
    assert_eq!(
        all(&added),
        [(Action::Added, Part::Field, "books", "isbn", tighten)]
    );
}

#[test]
fn what_can_not_be_carried_out_is_told_beside_the_rest() {
    let compared = changed(&[(
        "name: pages, type: integer, min: 1",
        "name: pages, type: text",
    )]);
    assert_eq!(
        all(&compared),
        [(Action::Changed, Part::Field, "books", "pages", None)]
    );
    assert!(compared.problems[0].message.contains("changes its type"));
    assert_eq!(compared.sql, None);
}

#[test]
fn a_rename_is_one_change_and_takes_nothing() {
    let before = parse(SHOP);
    let mut after = before.clone();
    "writings".clone_into(&mut after.models[0].name);
    for relationship in &mut after.relationships {
        "writings".clone_into(&mut relationship.source);
    }
    "length".clone_into(&mut after.models[0].fields[1].name);
    let compared = compare(Some(&before), &after).unwrap();
    holds(&before, &after, &compared);
    assert_eq!(
        all(&compared),
        [
            (Action::Changed, Part::Model, "writings", "writings", None),
            (Action::Changed, Part::Field, "writings", "length", None),
        ]
    );
    assert_eq!(
        compared.changes[1].details[0].before.as_deref(),
        Some("pages")
    );
}
