//! Patterns for `LIKE … ESCAPE '\'` that find a text as it is, whatever signs it holds.

/// The text itself, as a part of a pattern.
pub(crate) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// Finds the text, in small letters, anywhere.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", escaped(&text.to_lowercase()))
}
