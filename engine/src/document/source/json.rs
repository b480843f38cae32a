//! JSON text. YAML nearly contains JSON, but not its tabs and not its pairs of `\u` escapes; so what is JSON
//! is read as JSON: checked by `serde_json`, then walked once more for the places of its values.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::Mark;
use super::build::{Builder, empty_array, empty_object, refuse};
use crate::problem::Problem;

pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Walks a text that is known to be JSON.
pub(super) fn read(text: &str, builder: &mut Builder) -> Result<(), Problem> {
    let mut walk = Walk {
        text,
        at: 0,
        mark: Mark::default(),
    };
    while let Some(first) = walk.peek() {
        let mark = walk.mark;
        match first {
            b'{' => builder.open(empty_object(), mark)?,
            b'[' => builder.open(empty_array(), mark)?,
            b'}' | b']' => builder.close()?,
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => {}
            _ => {
                let scalar = walk.scalar();
                let value: Value = serde_json::from_str(scalar)
                    .map_err(|error| refuse(mark, format!("`{scalar}`: {error}")))?;
                match value {
                    Value::String(key) if builder.wants_key() => builder.key(key, mark)?,
                    value => builder.scalar(value, mark)?,
                }
                continue;
            }
        }
        walk.advance(1);
    }
    Ok(())
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    mark: Mark,
}

impl<'a> Walk<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the string, number or word that begins here.
    fn scalar(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let length = if rest.starts_with('"') {
            string_length(rest)
        } else {
            word_length(rest)
        };
        self.advance(length);
        &rest[..length]
    }

    fn advance(&mut self, bytes: usize) {
        for character in self.text[self.at..self.at + bytes].chars() {
            if character == '\n' {
                self.mark = Mark {
                    line: self.mark.line + 1,
                    column: 1,
                };
            } else {
                self.mark.column += 1;
            }
        }
        self.at += bytes;
    }
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn word_length(text: &str) -> usize {
    text.find([',', ':', ']', '}', ' ', '\t', '\r', '\n'])
        .unwrap_or(text.len())
        .max(1)
}
