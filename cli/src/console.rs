//! Lines for people and programs. A closed pipe on the other side is their right, not our failure.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use comfy_table::{Table, presets};
use serde::Serialize;
use serde_json::Value;

/// A line on stdout.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A line on stderr: progress, and what is no result.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// One line of JSON on stdout.
pub(crate) fn json_line(value: &impl Serialize) -> serde_json::Result<()> {
    line(serde_json::to_string(value)?);
    Ok(())
}

/// JSON on stdout, laid out for reading.
pub(crate) fn json(value: &Value) {
    line(format_args!("{value:#}"));
}

/// A text of somebody else's, as a terminal may show it: what would move the cursor, colour what follows or turn the direction of
/// the line is written out.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        let is_hidden = letter.is_control()
            || matches!(
                letter,
                '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            );
        match is_hidden {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
    }
    shown
}

/// A list for people, yet without rows: columns with nothing but space between them, so that `awk` reads it, too.
pub(crate) fn table<const N: usize>(columns: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(columns);
    table
}

/// Whether a person watches both stdout and stderr.
pub(crate) fn is_watched() -> bool {
    std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

/// A span of time as people say it: `8 ms`, `1.24 s`, `2 min 05 s`.
pub(crate) fn span(millis: i64) -> String {
    match millis {
        ..1_000 => format!("{} ms", millis.max(0)),
        1_000..60_000 => format!("{}.{:02} s", millis / 1_000, millis % 1_000 / 10),
        60_000..3_600_000 => format!("{} min {:02} s", millis / 60_000, millis % 60_000 / 1_000),
        _ => format!(
            "{} h {:02} min",
            millis / 3_600_000,
            millis % 3_600_000 / 60_000
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C12: nothing in a text steers the terminal.
    #[test]
    fn what_a_terminal_would_do_is_written_out() {
        assert_eq!(
            visible("größer\u{1b}[2J\r\n\u{9b}1m\u{202e}x"),
            "größer\\u{1b}[2J\\r\\n\\u{9b}1m\\u{202e}x"
        );
    }

    #[test]
    fn spans_read_well() {
        let spans = [0, 8, 999, 1_240, 59_999, 125_000, 7_380_000].map(span);
        assert_eq!(
            spans,
            [
                "0 ms",
                "8 ms",
                "999 ms",
                "1.24 s",
                "59.99 s",
                "2 min 05 s",
                "2 h 03 min"
            ]
        );
    }
}
