//! Reading Rust without a parser: what is left when comments, literals, tests and quoted code are blanked out.
//!
//! Blanking keeps every line where it was, so that findings can name it.

/// The source with the content of comments and of string and character literals replaced by spaces.
pub(super) fn without_literals(source: &str) -> String {
    let mut out = source.as_bytes().to_vec();
    let mut at = 0;
    while at < out.len() {
        let end = skip_literal(source.as_bytes(), at);
        if end > at {
            blank(&mut out, at, end);
            at = end;
        } else {
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Takes what `without_literals` gave and blanks every item under `#[cfg(test)]`.
pub(super) fn without_tests(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(") {
        let start = from + found;
        let end = matching(code.as_bytes(), start + 1);
        if code[start..end].contains("test") && !code[start..end].contains("not(test") {
            let end = item_end(code.as_bytes(), end);
            blank(&mut out, start, end);
            from = end;
        } else {
            from = end;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Takes what `without_literals` gave and blanks the code inside `quote!` and its kin: it runs in another program.
pub(super) fn without_quotes(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    for name in ["quote!", "quote_spanned!", "parse_quote!"] {
        let mut from = 0;
        while let Some(found) = code[from..].find(name) {
            let open = from + found + name.len();
            let gap = code[open..].len() - code[open..].trim_start().len();
            let end = matching(code.as_bytes(), open + gap);
            blank(&mut out, open, end);
            from = end;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether the path occurs with nothing before or after it that would make it a longer name.
pub(super) fn find_path(line: &str, path: &str) -> bool {
    let part_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    line.match_indices(path).any(|(start, _)| {
        let before = line[..start].bytes().last();
        let after = line[start + path.len()..].bytes().next();
        let ends_a_name = path.ends_with(|last: char| last.is_alphanumeric());
        let longer_before = before.is_some_and(part_of_name);
        let longer_after = ends_a_name && after.is_some_and(part_of_name);
        !longer_before && !longer_after
    })
}

/// The end of the comment or literal that starts here, or the start itself when there is none.
fn skip_literal(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let part_of_name = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    if rest.starts_with(b"//") {
        return at
            + rest
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap_or(rest.len());
    }
    if rest.starts_with(b"/*") {
        return block_comment_end(bytes, at);
    }
    if rest.starts_with(b"\"") {
        return quoted_end(bytes, at + 1, b'"');
    }
    if rest.starts_with(b"'") {
        return character_end(bytes, at);
    }
    let prefix = rest
        .iter()
        .take_while(|byte| matches!(**byte, b'r' | b'b' | b'c'))
        .count();
    let hashes = rest[prefix..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    if part_of_name || prefix == 0 || prefix > 2 || rest.get(prefix + hashes) != Some(&b'"') {
        return at;
    }
    let open = at + prefix + hashes + 1;
    if !rest[..prefix].contains(&b'r') {
        return if hashes == 0 {
            quoted_end(bytes, open, b'"')
        } else {
            at
        };
    }
    let close: Vec<u8> = std::iter::once(b'"')
        .chain(std::iter::repeat_n(b'#', hashes))
        .collect();
    bytes[open..]
        .windows(close.len())
        .position(|window| window == close)
        .map_or(bytes.len(), |found| open + found + close.len())
}

fn block_comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn quoted_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A quote mark opens a character only if another closes it; otherwise it is a lifetime.
fn character_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at + 1) {
        Some(b'\\') => quoted_end(bytes, at + 1, b'\''),
        Some(first) => {
            let width = match first {
                0x00..0x80 => 1,
                0x80..0xe0 => 2,
                0xe0..0xf0 => 3,
                _ => 4,
            };
            if bytes.get(at + 1 + width) == Some(&b'\'') {
                at + 2 + width
            } else {
                at
            }
        }
        None => at,
    }
}

/// The position after the bracket that closes the one at `open`.
fn matching(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in bytes[open.min(bytes.len())..].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return open + offset + 1;
        }
    }
    bytes.len()
}

/// The end of the item that follows an attribute: a semicolon or a block, whichever comes first outside brackets.
fn item_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'{' => return matching(bytes, at),
            b'(' | b'[' => at = matching(bytes, at),
            b';' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn blank(out: &mut [u8], start: usize, end: usize) {
    for byte in &mut out[start..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_disappear_and_lines_stay() {
        let source = "a(\"todo!\", r#\"x\"y\"#, b\"\\\"\", '\"', 'é'); // todo!\n/* one /* two */ */ b::<'a>('\\'');";
        let code = without_literals(source);
        assert!(!code.contains("todo") && !code.contains("two") && !code.contains('é'));
        assert!(code.contains("b::<'a>("), "{code}");
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn tests_disappear_with_their_attributes() {
        let code = without_tests(
            "fn a() {}\n#[cfg(test)]\n#[path = x]\nmod tests {\n fn b() { c() }\n}\nfn d() {}\n#[cfg(test)]\nuse e;\nfn f() {}",
        );
        assert!(code.contains("fn a") && code.contains("fn d") && code.contains("fn f"));
        assert!(!code.contains("fn b") && !code.contains("use e"));
    }

    #[test]
    fn quoted_code_belongs_to_another_program() {
        let code = without_quotes("let x = quote! { tokio::main(#y) }; tokio::spawn(z);");
        assert_eq!(code.matches("tokio").count(), 1);
    }

    #[test]
    fn names_are_whole_names() {
        assert!(find_path("use std::env;", "std::env"));
        assert!(!find_path("use std::environment;", "std::env"));
        assert!(!find_path("my_tokio::x", "tokio::"));
        assert!(find_path("tokio::spawn", "tokio::"));
    }
}
