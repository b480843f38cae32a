//! Where the expressions of a text begin and end.

/// A piece of a text that may hold `${ … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(String),
    Expression {
        source: &'a str,
        /// Where `source` begins in the text, in bytes.
        start: usize,
    },
}

/// An expression that is never closed; where its `${` stands, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclosed(pub(super) usize);

/// Whether a text holds anything that [`split`] would treat as other than plain text.
pub(super) fn is_plain(text: &str) -> bool {
    !text.contains("${")
}

/// Splits a text; `$${` stands for a `${` that begins no expression.
pub(super) fn split(text: &str) -> Result<Vec<Piece<'_>>, Unclosed> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("${").map(|offset| at + offset) {
        if text[at..found].ends_with('$') {
            plain.push_str(&text[at..found - 1]);
            plain.push_str("${");
            at = found + 2;
            continue;
        }
        plain.push_str(&text[at..found]);
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        let start = found + 2;
        let length = closing_brace(&text[start..]).ok_or(Unclosed(found))?;
        pieces.push(Piece::Expression {
            source: &text[start..start + length],
            start,
        });
        at = start + length + 1;
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// Where the brace that closes an expression stands: braces in it nest, and those in strings and comments
/// do not count.
fn closing_brace(source: &str) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'{' => {
                depth += 1;
                at + 1
            }
            b'}' if depth == 0 => return Some(at),
            b'}' => {
                depth -= 1;
                at + 1
            }
            b'"' | b'\'' => after_string(bytes, at)?,
            b'`' => after_interpolated(source, at)?,
            b'#' => after_raw_string(source, at)?,
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                source[at..].find('\n').map(|offset| at + offset)?
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => after_comment(source, at)?,
            _ => at + 1,
        };
    }
    None
}

fn after_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == bytes[start] => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// A string in back-ticks, which may hold expressions of its own.
fn after_interpolated(source: &str, start: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'`' if bytes.get(at + 1) == Some(&b'`') => at += 2,
            b'`' => return Some(at + 1),
            b'$' if bytes.get(at + 1) == Some(&b'{') => at += 3 + closing_brace(&source[at + 2..])?,
            _ => at += 1,
        }
    }
}

/// A raw string: `#"…"#`, with any number of hashes. A lone hash begins an object map.
fn after_raw_string(source: &str, start: usize) -> Option<usize> {
    let hashes = source[start..]
        .bytes()
        .take_while(|byte| *byte == b'#')
        .count();
    let quote = start + hashes;
    if source.as_bytes().get(quote) != Some(&b'"') {
        return Some(quote);
    }
    let end = format!("\"{}", "#".repeat(hashes));
    source[quote + 1..]
        .find(&end)
        .map(|offset| quote + 1 + offset + end.len())
}

/// A block comment; in rhai these nest.
fn after_comment(source: &str, start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        let rest = source.get(at..)?;
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += rest.chars().next()?.len_utf8();
        }
    }
}
