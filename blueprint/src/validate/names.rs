//! Names become tables, addresses and Rust items, so what may be a name is decided here and only here.

use super::reserved::reserved_by;
use crate::Problem;

const MAX_LABEL: usize = 200;
const MAX_DESCRIPTION: usize = 10_000;

/// Columns and query parameters that every generated model has.
const GENERATED: [&str; 9] = [
    "id",
    "created_at",
    "updated_at",
    "source_id",
    "target_id",
    "limit",
    "cursor",
    "sort",
    "q",
];

pub(super) fn check_name(path: &str, what: &str, name: &str, problems: &mut Vec<Problem>) {
    check_key(&format!("{path}/name"), what, name, problems);
}

pub(super) fn check_key(path: &str, what: &str, name: &str, problems: &mut Vec<Problem>) {
    if let Err(message) = name_fault(what, name) {
        problems.push(Problem::new(path, message));
    }
}

fn name_fault(what: &str, name: &str) -> Result<(), String> {
    let shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
    if name.is_empty() {
        return Err(format!(
            "the {what} has no name; give it one, such as `books`"
        ));
    }
    if !is_well_formed(name) {
        return Err(format!(
            "the {what} name `{shown}` cannot be used: begin with a small letter and go on with small letters, \
             digits and underscores, at most 48 in all; put the pretty name under `label`"
        ));
    }
    if name.contains("__") || name.ends_with('_') {
        return Err(format!(
            "the {what} name `{shown}` has a double or closing underscore, which filters such as \
             `price__gte` use; write single ones"
        ));
    }
    if let Some(language) = reserved_by(name) {
        return Err(format!(
            "the {what} name `{shown}` is a reserved word of {language}; choose another, such as `{name}s` or \
             `{name}_value`"
        ));
    }
    if name.starts_with("sqlite_") || name.starts_with("pg_") {
        return Err(format!(
            "the {what} name `{shown}` begins like a system table; choose another beginning"
        ));
    }
    if what != "model" && what != "application" && GENERATED.contains(&name) {
        return Err(format!(
            "every model has a `{shown}` of its own; choose another name, such as `{name}_value`"
        ));
    }
    Ok(())
}

fn is_well_formed(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 48
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Labels are free text of one line, without the signs that make text read other than it is.
pub(super) fn check_label(path: &str, label: &str, problems: &mut Vec<Problem>) {
    if label.chars().count() > MAX_LABEL {
        problems.push(Problem::new(
            path,
            format!("a label has at most {MAX_LABEL} characters; shorten it"),
        ));
    }
    if label
        .chars()
        .any(|letter| letter.is_control() || is_invisible(letter))
    {
        problems.push(Problem::new(
            path,
            "a label is one line of visible text; remove the control characters",
        ));
    }
}

pub(super) fn check_description(path: &str, text: &str, problems: &mut Vec<Problem>) {
    if text.chars().count() > MAX_DESCRIPTION {
        let message = format!("a description has at most {MAX_DESCRIPTION} characters; shorten it");
        problems.push(Problem::new(path, message));
    }
    if text.chars().any(|letter| {
        (letter.is_control() && letter != '\n' && letter != '\t') || is_invisible(letter)
    }) {
        problems.push(Problem::new(
            path,
            "a description is visible text; remove the control characters",
        ));
    }
}

/// Marks that change the direction or hide letters: what a reviewer sees would not be what is compiled.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
