//! A text as it reads once its escapes are taken back: `%2F` of addresses, `\u002f` and `\"` of JSON, `\x2f` of Python. There
//! are too many ways of writing a text with some of its letters escaped to list them.

use std::ops::Range;

pub(super) struct Unescaped {
    pub(super) bytes: Vec<u8>,
    /// Where each of them began in the text, and then where the text ended.
    places: Vec<usize>,
}

enum Meant {
    Byte(u8),
    Letter(char),
}

impl Unescaped {
    /// `None` when there is nothing to take back.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        Self::read(text, |at| at)
    }

    /// The same of what was escaped twice.
    pub(super) fn again(&self) -> Option<Self> {
        Self::read(&self.bytes, |at| self.places[at])
    }

    /// Where this stood in the text.
    pub(super) fn in_text(&self, range: &Range<usize>) -> Range<usize> {
        self.places[range.start]..self.places[range.end]
    }

    /// The first of these bytes that stands at this place of the text, or after it.
    pub(super) fn begin_of(&self, at: usize) -> usize {
        self.places.partition_point(|place| *place < at)
    }

    fn read(text: &[u8], place: impl Fn(usize) -> usize) -> Option<Self> {
        let begins = |byte: &u8| matches!(byte, b'%' | b'\\');
        if !text.iter().any(begins) {
            return None;
        }
        let mut bytes = Vec::with_capacity(text.len());
        let mut places = Vec::with_capacity(text.len() + 1);
        let mut at = 0;
        while let Some(first) = text.get(at) {
            let (meant, length) = escape(&text[at..]).unwrap_or((Meant::Byte(*first), 1));
            match meant {
                Meant::Byte(byte) => bytes.push(byte),
                Meant::Letter(letter) => {
                    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            places.resize(bytes.len(), place(at));
            at += length;
        }
        let escaped = bytes.len() < text.len();
        places.push(place(text.len()));
        escaped.then_some(Self { bytes, places })
    }
}

/// What a text begins with, when that is an escape, and how long it is.
fn escape(text: &[u8]) -> Option<(Meant, usize)> {
    match text {
        [b'%', ..] => Some((Meant::Byte(byte(text.get(1..3)?)?), 3)),
        [b'\\', b'x', ..] => Some((Meant::Byte(byte(text.get(2..4)?)?), 4)),
        [b'\\', b'u', ..] => unicode(text),
        [b'\\', letter, ..] => {
            let meant = match letter {
                b'"' | b'\'' | b'\\' | b'/' => *letter,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 8,
                b'f' => 12,
                _ => return None,
            };
            Some((Meant::Byte(meant), 2))
        }
        _ => None,
    }
}

/// `\u00e9`, or two of them for what has no place in sixteen bits.
fn unicode(text: &[u8]) -> Option<(Meant, usize)> {
    let unit = |at: usize| {
        let digits = number(text.get(at..at + 4)?)?;
        u16::try_from(digits).ok()
    };
    let first = unit(2)?;
    if let Some(letter) = char::from_u32(first.into()) {
        return Some((Meant::Letter(letter), 6));
    }
    let second = match text.get(6..8)? {
        b"\\u" => unit(8)?,
        _ => return None,
    };
    let letter = char::decode_utf16([first, second]).next()?.ok()?;
    Some((Meant::Letter(letter), 12))
}

fn byte(digits: &[u8]) -> Option<u8> {
    u8::try_from(number(digits)?).ok()
}

fn number(digits: &[u8]) -> Option<u32> {
    let sound = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| sound)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_back_and_the_rest_is_left() {
        for (text, meant) in [
            (r"a%2Fb%2fc", "a/b/c"),
            (r"\u00e9\uD83D\uDE00\/\x2f\n", "é😀//\n"),
            (r"100% of %zz \q \u12 %4", r"100% of %zz \q \u12 %4"),
            (r"%+1%41", "%+1A"),
        ] {
            let read = Unescaped::of(text.as_bytes());
            let bytes = read.map_or(text.as_bytes().to_vec(), |read| read.bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), meant);
        }
        assert!(Unescaped::of(b"nothing").is_none());
    }

    #[test]
    fn what_was_escaped_twice_is_found_where_it_stood() {
        let text = b"<%252F>";
        let once = Unescaped::of(text).unwrap();
        let twice = once.again().unwrap();
        assert_eq!(twice.bytes, b"</>");
        assert_eq!(twice.in_text(&(1..2)), 1..6);
        assert!(twice.again().is_none());
    }
}
