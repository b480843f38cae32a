//! Finds secrets in what a step says, in the spellings in which programs pass texts on.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use engine::secret::SHORTEST;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// What stands in the place of a secret.
const INSTEAD: &str = "***";

/// A line of a longer secret that is shorter than this might be anything: `}` or a blank one.
const SHORTEST_LINE: usize = 8;

/// Parts of a spelling that depend on what stands around it are left off, and what is left must be long enough.
const SHORTEST_ENCODED: usize = 6;

pub(crate) struct Mask {
    secrets: AhoCorasick,
    longest: usize,
}

impl Mask {
    /// `None` when there is nothing to be hidden.
    pub(crate) fn of<'s>(texts: impl Iterator<Item = &'s str>) -> Option<Self> {
        let spellings: BTreeSet<String> = texts.flat_map(spellings).collect();
        let longest = spellings.iter().map(String::len).max()?;
        let secrets = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(spellings)
            .ok()?;
        Some(Self { secrets, longest })
    }

    pub(crate) fn cleared(&self, text: &str) -> String {
        let mut cleared = String::with_capacity(text.len());
        self.secrets
            .replace_all_with(text, &mut cleared, |_, _, cleared| {
                cleared.push_str(INSTEAD);
                true
            });
        cleared
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
                if self.secrets.is_match(&*text) {
                    *text = self.cleared(text);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.clear(item)),
            Value::Object(fields) => {
                fields.values_mut().for_each(|field| self.clear(field));
                if fields.keys().any(|name| self.secrets.is_match(name)) {
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
            // Whatever begins before this place ends before the end.
            false => (bytes.len() + 1).saturating_sub(self.longest),
        };
        let (mut cleared, mut done) = (Vec::with_capacity(sure), 0);
        for found in self.secrets.find_iter(&*bytes) {
            if found.start() >= sure {
                break;
            }
            cleared.extend_from_slice(&bytes[done..found.start()]);
            cleared.extend_from_slice(INSTEAD.as_bytes());
            done = found.end();
        }
        if done < sure {
            cleared.extend_from_slice(&bytes[done..sure]);
            done = sure;
        }
        bytes.drain(..done);
        cleared
    }
}

/// The ways in which a secret may be written.
fn spellings(secret: &str) -> Vec<String> {
    let lines = secret.lines().map(str::trim);
    let lines = lines.filter(|line| line.len() >= SHORTEST_LINE);
    // What comes line by line is heard line by line.
    let texts: BTreeSet<&str> = [secret, secret.trim()].into_iter().chain(lines).collect();
    texts
        .into_iter()
        .filter(|text| text.len() >= SHORTEST)
        .flat_map(spellings_of)
        .collect()
}

fn spellings_of(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let quoted = Value::from(text).to_string();
    let percent = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    // As browsers and most libraries write it, which leave these four alone.
    let gently: String = percent
        .replace("%2D", "-")
        .replace("%5F", "_")
        .replace("%2E", ".")
        .replace("%7E", "~");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut spellings = vec![
        text.to_owned(),
        quoted[1..quoted.len() - 1].to_owned(),
        quoted[1..quoted.len() - 1].replace('/', "\\/"),
        percent.to_ascii_lowercase(),
        gently.replace("%20", "+"),
        hex.to_ascii_uppercase(),
        hex,
        percent,
        gently,
    ];
    for offset in 0..3 {
        spellings.extend(in_base64(bytes, offset));
    }
    spellings
}

/// What a secret looks like within the base64 of a longer text: what depends on its neighbours is left off at both ends.
fn in_base64(secret: &[u8], offset: usize) -> Vec<String> {
    let padded = [&[0; 2][..offset], secret].concat();
    // Letters of six bits each; the first ones hold bits of what stands before, the last one of what comes after.
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD]
        .iter()
        .map(|alphabet| alphabet.encode(&padded)[first..last].to_owned())
        .filter(|spelling| spelling.len() >= SHORTEST_ENCODED)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
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

    #[test]
    fn values_are_cleared_in_all_places() {
        let mask = Mask::of(["12345678", "-----BEGIN-----\nabcdefghij\n}\n"].into_iter()).unwrap();
        let mut value = json!({ "a": ["x12345678y", 12345678, 5], "12345678": { "line": "abcdefghij" }, "}": "}" });
        mask.clear(&mut value);
        let expected = json!({ "a": ["x***y", "***", 5], "***": { "line": "***" }, "}": "}" });
        assert_eq!(value, expected);
    }

    /// S20: split over parts of a stream, wherever the cut is.
    #[test]
    fn a_secret_is_found_across_the_parts_of_a_stream() {
        let mask = mask();
        let text = format!("before {CANARY} after {CANARY}");
        for size in 1..text.len() {
            let (mut kept, mut cleared) = (Vec::new(), Vec::new());
            for part in text.as_bytes().chunks(size) {
                kept.extend_from_slice(part);
                cleared.extend(mask.clear_beginning(&mut kept, false));
            }
            cleared.extend(mask.clear_beginning(&mut kept, true));
            assert_eq!(cleared, b"before *** after ***", "{size}");
        }
    }

    #[test]
    fn without_anything_confidential_there_is_no_mask() {
        assert!(Mask::of(["", "abc"].into_iter()).is_none());
    }
}
