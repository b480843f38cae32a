//! C30: whatever stands in a document, it is refused, or the generated code has the shape of a harmless one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, and clippy only knows the tests themselves"
)]

use std::sync::LazyLock;

use blueprint::{Application, File, generate};
use proc_macro2::{TokenStream, TokenTree};
use proptest::prelude::*;
use serde_json::json;

/// Pieces that have broken generators before.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    "\r",
    "\0",
    "*/",
    "/*",
    "//",
    "{{",
    "}}",
    "${x}",
    "#{",
    "<script>",
    "</script>",
    "--",
    ";",
    "DROP TABLE books",
    "r#\"",
    "\"#",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "é",
    "日本",
    "self",
    "crate",
    "a",
    "b",
    "_",
    " ",
    "%",
    "\\\"",
    "!",
    "]]>",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 1..6).prop_map(|pieces| pieces.concat())
}

fn document(model: &str, field: &str, label: &str, value: &str) -> serde_json::Value {
    json!({
        "name": "shop", "label": label, "description": label,
        "models": [{ "name": model, "label": label, "fields": [
            { "name": field, "label": label, "type": "text", "default": value },
            { "name": "kind_of", "type": "enum", "values": [value, "other value"], "default": value },
            { "name": "more", "type": "json", "default": { value: label } },
        ] }],
    })
}

fn files(document: serde_json::Value) -> Option<Vec<File>> {
    let application = Application::from_value(document).ok()?;
    Some(generate(&application, None).expect("what is accepted can be generated"))
}

/// The shapes of a harmless application, to which every other one is held.
static PLAIN: LazyLock<(Vec<String>, Vec<String>)> = LazyLock::new(|| {
    let files = files(document("books", "title", "Plain", "plain")).expect("a harmless document");
    (rust_shapes(&files), sql_shapes(&files))
});

/// The kinds of tokens in their order, with nothing of what they say.
fn shape(tokens: TokenStream, into: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                into.push_str(&format!("{:?}(", group.delimiter()));
                shape(group.stream(), into);
                // The printer closes a list that it breaks into lines with one more comma.
                into.truncate(into.trim_end_matches(',').len());
                into.push(')');
            }
            TokenTree::Ident(_) => into.push('i'),
            TokenTree::Punct(punct) => into.push(punct.as_char()),
            TokenTree::Literal(_) => into.push('l'),
        }
    }
}

fn rust_shapes(files: &[File]) -> Vec<String> {
    let rust = files
        .iter()
        .filter(|file| file.path.ends_with(".rs") && !file.path.starts_with("runtime/"));
    rust.map(|file| {
        let mut text = String::new();
        shape(file.contents.parse().expect("it is Rust"), &mut text);
        text
    })
    .collect()
}

/// SQL with its quoted names and texts taken out, by the rules of both databases.
fn sql_shape(sql: &str) -> String {
    let mut shape = String::new();
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        shape.push(letter);
        if letter == '\'' || letter == '"' {
            while let Some(inner) = letters.next() {
                if inner == letter && letters.peek() == Some(&letter) {
                    letters.next();
                } else if inner == letter {
                    break;
                }
            }
        }
    }
    shape
        .chars()
        .filter(|letter| !letter.is_ascii_digit())
        .collect()
}

fn sql_shapes(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.path.ends_with(".sql"))
        .map(|file| sql_shape(&file.contents))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_are_refused_or_harmless(model in hostile(), field in hostile()) {
        if let Some(files) = files(document(&model, &field, "Plain", "plain")) {
            prop_assert!(files.iter().all(|file| !file.path.contains("..") && !file.path.starts_with('/')));
            prop_assert_eq!(&rust_shapes(&files), &PLAIN.0);
            prop_assert_eq!(&sql_shapes(&files), &PLAIN.1);
        }
    }

    #[test]
    fn labels_and_values_are_refused_or_harmless(label in hostile(), value in hostile()) {
        if let Some(files) = files(document("books", "title", &label, &value)) {
            prop_assert_eq!(&rust_shapes(&files), &PLAIN.0);
            prop_assert_eq!(&sql_shapes(&files), &PLAIN.1);
            for file in files.iter().filter(|file| file.path.ends_with(".json")) {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&file.contents).is_ok());
            }
        }
    }
}
