//! Finds secrets in what a step says, in the spellings in which programs pass texts on.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use engine::secret::SHORTEST;
use serde_json::{Map, Value};

use super::unescaped::Unescaped;

/// What stands in the place of a secret.
const INSTEAD: &str = "***";

/// A line of a longer secret that is shorter than this might be anything: `}` or a blank one.
const SHORTEST_LINE: usize = 8;

/// Parts of a spelling that depend on what stands around it are left off, and what is left must be long enough.
const SHORTEST_ENCODED: usize = 6;

/// A shorter text in other letters, small or capital, might be another one; so might one that is a word.
const SHORTEST_FOLDED: usize = 8;

/// Longer secrets, keys and the like, are looked for in fewer spellings: each takes memory and time for each of its letters.
const LONGEST_SPELT: usize = 512;

/// Longer secrets are not looked for in base64 of base64, which would be many long spellings.
const LONGEST_TWICE: usize = 64;

/// How often escapes of escapes are taken back.
const DEEPEST: usize = 2;

/// How many bytes one may become by that: each of the six of `\u002f` may be escaped so itself.
const LONGEST_ESCAPE: usize = 36;

pub(crate) struct Mask {
    secrets: AhoCorasick,
    /// What begins to be a secret ends within so many bytes.
    longest: usize,
}

impl Mask {
    /// `None` when there is nothing to be hidden.
    pub(crate) fn of<'s>(texts: impl Iterator<Item = &'s str>) -> Option<Self> {
        let (mut spellings, mut longest_text) = (BTreeSet::new(), 0);
        for text in texts {
            longest_text = longest_text.max(text.len());
            spellings.extend(spellings_of_secret(text));
        }
        let longest = spellings.iter().map(String::len).max()?;
        let secrets = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(spellings)
            .ok()?;
        let longest = longest.max(longest_text * LONGEST_ESCAPE);
        Some(Self { secrets, longest })
    }

    pub(crate) fn cleared(&self, text: &str) -> String {
        let found = self.found(text.as_bytes());
        match found.is_empty() {
            true => text.to_owned(),
            false => without(text, &found),
        }
    }

    /// Clears a value: texts, names of fields, and numbers that are a secret.
    pub(crate) fn clear(&self, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                if self.secrets.is_match(&number.to_string()) {
                    *value = Value::from(INSTEAD);
                }
            }
            Value::String(text) => {
                let found = self.found(text.as_bytes());
                if !found.is_empty() {
                    *text = without(text, &found);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.clear(item)),
            Value::Object(fields) => {
                fields.values_mut().for_each(|field| self.clear(field));
                let hides = |name: &String| !self.found(name.as_bytes()).is_empty();
                if fields.keys().any(hides) {
                    let cleared = std::mem::take(fields).into_iter();
                    let cleared = cleared.map(|(name, field)| (self.cleared(&name), field));
                    *fields = cleared.collect::<Map<_, _>>();
                }
            }
        }
    }

    /// Clears the beginning of bytes that are still coming: what may be the beginning of a secret is left for later. Gives
    /// what is cleared, and leaves the rest.
    pub(super) fn clear_beginning(&self, bytes: &mut Vec<u8>, whole: bool) -> Vec<u8> {
        let sure = match whole {
            true => bytes.len(),
            // What is held back is looked at twice, and not with each piece that comes.
            false if bytes.len() < 2 * self.longest => 0,
            // Whatever begins before this place ends before the end.
            false => bytes.len() + 1 - self.longest,
        };
        let (mut cleared, mut done) = (Vec::with_capacity(sure), 0);
        if sure == 0 {
            return cleared;
        }
        for found in self.found(bytes) {
            if found.start >= sure {
                break;
            }
            cleared.extend_from_slice(&bytes[done..found.start]);
            cleared.extend_from_slice(INSTEAD.as_bytes());
            done = found.end;
        }
        if done < sure {
            cleared.extend_from_slice(&bytes[done..sure]);
            done = sure;
        }
        bytes.drain(..done);
        cleared
    }

    /// Where secrets are, one after the other: as they stand there, and as they read once escapes are taken back.
    fn found(&self, text: &[u8]) -> Vec<Range<usize>> {
        let found = self.secrets.find_iter(text);
        let mut found: Vec<Range<usize>> = found.map(|found| found.range()).collect();
        let mut unescaped = Unescaped::of(text);
        for _ in 0..DEEPEST {
            let Some(read) = unescaped else { break };
            let within = self.secrets.find_iter(&read.bytes);
            found.extend(within.map(|within| read.in_text(&within.range())));
            unescaped = read.again();
        }
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match apart.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

/// A text with something else in these places.
fn without(text: &str, found: &[Range<usize>]) -> String {
    let bytes = text.as_bytes();
    let (mut cleared, mut done) = (Vec::with_capacity(text.len()), 0);
    for range in found {
        cleared.extend_from_slice(&bytes[done..range.start]);
        cleared.extend_from_slice(INSTEAD.as_bytes());
        done = range.end;
    }
    cleared.extend_from_slice(&bytes[done..]);
    // What is found is whole letters.
    String::from_utf8(cleared)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The ways in which a secret may be written, beside escapes.
fn spellings_of_secret(secret: &str) -> Vec<String> {
    let lines = secret.lines().map(str::trim);
    let lines = lines.filter(|line| line.len() >= SHORTEST_LINE);
    // What comes line by line is heard line by line.
    let texts: BTreeSet<&str> = [secret, secret.trim()].into_iter().chain(lines).collect();
    let texts = texts.into_iter().filter(|text| text.len() >= SHORTEST);
    let mut spellings: Vec<String> = texts.flat_map(spellings_of).collect();
    if (SHORTEST..=LONGEST_TWICE).contains(&secret.len()) {
        let once = (0..3).flat_map(|offset| in_base64(secret.as_bytes(), offset));
        for once in once.collect::<BTreeSet<_>>() {
            spellings.extend((0..3).flat_map(|offset| in_base64(once.as_bytes(), offset)));
        }
    }
    spellings
}

fn spellings_of(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut spellings = vec![
        text.to_owned(),
        // In what a form sends.
        text.replace(' ', "+"),
        hex.to_ascii_uppercase(),
        hex,
    ];
    let is_word = text.chars().all(char::is_alphabetic);
    if text.len() >= SHORTEST_FOLDED && !is_word {
        // Names of hosts, for one, become small letters.
        spellings.extend([text.to_lowercase(), text.to_uppercase()]);
    }
    for offset in 0..3 {
        spellings.extend(in_base64(bytes, offset));
    }
    let offsets = if text.len() <= LONGEST_SPELT { 5 } else { 0 };
    for offset in 0..offsets {
        spellings.extend(in_base32(bytes, offset));
    }
    spellings
}

/// What a secret looks like within the base64 of a longer text: what depends on its neighbours is left off at both ends. And
/// what it looks like at the end of one, where nothing comes after it.
fn in_base64(secret: &[u8], offset: usize) -> Vec<String> {
    let padded = [&[0; 2][..offset], secret].concat();
    // Letters of six bits each; the first ones hold bits of what stands before, the last one of what comes after.
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    let mut spellings = Vec::new();
    for alphabet in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
        let whole = alphabet.encode(&padded);
        if last >= first + SHORTEST_ENCODED {
            spellings.push(whole[first..last].to_owned());
        }
        if whole.len() > last && whole.len() >= first + SHORTEST_ENCODED {
            let padding = "=".repeat(whole.len().next_multiple_of(4) - whole.len());
            spellings.push(whole[first..].to_owned());
            spellings.push(format!("{}{padding}", &whole[first..]));
        }
    }
    spellings
}

/// The same in base32, letters of five bits, in both of its cases.
fn in_base32(secret: &[u8], offset: usize) -> Vec<String> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let padded = [&[0; 4][..offset], secret].concat();
    let first = (offset * 8).div_ceil(5);
    let (mut whole, mut bits, mut held) = (String::new(), 0_u32, 0);
    for byte in padded {
        bits = ((bits << 8) | u32::from(byte)) & 0xfff;
        held += 8;
        while held >= 5 {
            held -= 5;
            whole.push(char::from(ALPHABET[((bits >> held) & 31) as usize]));
        }
    }
    let last = whole.len();
    if last < first + SHORTEST_FOLDED {
        return Vec::new();
    }
    let within = whole[first..].to_owned();
    let mut spellings = vec![within.to_ascii_lowercase(), within];
    if held > 0 {
        // At the end of a text, where nothing comes after it.
        whole.push(char::from(ALPHABET[((bits << (5 - held)) & 31) as usize]));
        let padding = "=".repeat(whole.len().next_multiple_of(8) - whole.len());
        spellings.push(format!("{}{padding}", &whole[first..]));
        spellings.push(whole[first..].to_owned());
        spellings.push(whole[first..].to_ascii_lowercase());
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_STANDARD;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use serde_json::json;

    const CANARY: &str = "c4n/ry \"so~secret\"-1";

    fn mask() -> Mask {
        Mask::of([CANARY].into_iter()).unwrap()
    }

    /// S20: raw, base64 at each place of a longer text, URL, JSON, hex.
    #[test]
    fn a_secret_is_found_however_it_is_spelt() {
        let mask = mask();
        let quoted = Value::from(CANARY).to_string();
        let mut spelt = vec![CANARY.to_owned(), quoted];
        for before in ["", "u", "us", "user:"] {
            for after in ["", "x", "xy"] {
                let text = format!("{before}{CANARY}{after}");
                spelt.push(BASE64_STANDARD_NO_PAD.encode(&text));
                spelt.push(BASE64_URL_SAFE_NO_PAD.encode(&text));
            }
        }
        spelt.push(utf8_percent_encode(CANARY, NON_ALPHANUMERIC).to_string());
        spelt.push("c4n%2Fry+%22so~secret%22-1".to_owned());
        spelt.push("c4n%2fry%20%22so%7esecret%22%2d1".to_owned());
        spelt.push(CANARY.bytes().map(|byte| format!("{byte:02x}")).collect());
        for text in spelt {
            let cleared = mask.cleared(&format!("<{text}>"));
            assert!(cleared.contains("***"), "{text}");
            assert!(cleared.len() < 18, "{text} -> {cleared}");
        }
        assert_eq!(mask.cleared("nothing of it"), "nothing of it");
    }

    /// S20: as ordinary programs write it, whole and without a rest that tells its last letter.
    #[test]
    fn ordinary_encodings_are_found_whole() {
        let secret = "Passw0rd-Lemur/7+é";
        let mask = Mask::of([secret].into_iter()).unwrap();
        let bytes = secret.as_bytes();
        let each = |before: &str, digits: fn(&u8) -> String| -> String {
            bytes
                .iter()
                .map(|byte| format!("{before}{}", digits(byte)))
                .collect()
        };
        let units = secret.encode_utf16();
        let spelt = [
            // Python's `quote`, which leaves the slash, and one that escapes all.
            "Passw0rd-Lemur/7%2B%C3%A9".to_owned(),
            each("%", |byte| format!("{byte:02x}")),
            each("%", |byte| format!("{byte:02X}")),
            each("\\x", |byte| format!("{byte:02x}")),
            each("%25", |byte| format!("{byte:02X}")),
            units.map(|unit| format!("\\u{unit:04x}")).collect(),
            "Passw0rd-Lemur\\/7+\\u00e9".to_owned(),
            "passw0rd-lemur/7+é".to_owned(),
            "PASSW0RD-LEMUR/7+É".to_owned(),
            BASE64_STANDARD.encode(secret),
            BASE64_STANDARD.encode(BASE64_STANDARD.encode(secret)),
            "KBQXG43XGBZGILKMMVWXK4RPG4V4HKI=".to_owned(),
            "kbqxg43xgbzgilkmmvwxk4rpg4v4hki".to_owned(),
        ];
        for text in spelt {
            let cleared = mask.cleared(&format!("<{text}>"));
            let rest = cleared.replace("***", "");
            assert!(rest.len() < 6, "{text} -> {cleared}");
        }
        let ends_in_base64 = BASE64_STANDARD.encode("user:Passw0rd-Lemur/7+é");
        assert!(mask.cleared(&ends_in_base64).ends_with("***"));
        // Others are left alone.
        for text in ["100%", "%41%zz", "C:\\new\\table", "passw0rd", "a\\u00e9b"] {
            assert_eq!(mask.cleared(text), text);
        }
        let short = Mask::of(["Test"].into_iter()).unwrap();
        assert_eq!(short.cleared("a test of TEST"), "a test of TEST");
        assert_eq!(short.cleared("%54est \\u0054est"), "*** ***");
    }

    /// S20: wherever a stream is cut, and whatever it is cut into.
    #[test]
    fn a_secret_is_found_across_the_parts_of_a_stream() {
        let mask = mask();
        let escaped: String = CANARY.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for secret in [CANARY, &escaped] {
            let rest = ".".repeat(3 * mask.longest);
            // What is sure ends here for the first time.
            let cut = mask.longest + 1;
            for before in cut - secret.len() - 1..=cut + 1 {
                let before = "-".repeat(before);
                let text = format!("{before}{secret}{rest}{secret}");
                for size in [1, 7, mask.longest, text.len()] {
                    let (mut kept, mut cleared) = (Vec::new(), Vec::new());
                    for part in text.as_bytes().chunks(size) {
                        kept.extend_from_slice(part);
                        cleared.extend(mask.clear_beginning(&mut kept, false));
                        assert!(kept.len() < 2 * mask.longest, "no more is held back");
                    }
                    cleared.extend(mask.clear_beginning(&mut kept, true));
                    let expected = format!("{before}***{rest}***");
                    assert_eq!(String::from_utf8(cleared).unwrap(), expected, "{size}");
                }
            }
        }
    }

    #[test]
    fn values_are_cleared_in_all_places() {
        let mask = Mask::of(["12345678", "-----BEGIN-----\nabcdefghij\n}\n"].into_iter()).unwrap();
        let mut value = json!({ "a": ["x12345678y", 12345678, 5], "12345678": { "line": "abcdefghij" }, "}": "}" });
        mask.clear(&mut value);
        let expected = json!({ "a": ["x***y", "***", 5], "***": { "line": "***" }, "}": "}" });
        assert_eq!(value, expected);
    }

    #[test]
    fn without_anything_confidential_there_is_no_mask() {
        assert!(Mask::of(["", "abc"].into_iter()).is_none());
    }
}
