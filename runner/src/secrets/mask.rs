//! Finds secrets in what a step says, in the spellings in which programs pass texts on.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Input, MatchKind};
use engine::secret::{SHORTEST_ANYWHERE, Spelling, Spellings, as_code};
use serde_json::{Map, Value};

use super::unescaped::Unescaped;

/// What stands in the place of a secret.
pub(super) const INSTEAD: &str = "***";

/// How many bytes of secrets one workflow may name: each takes hundreds in a mask, and a thousand while that is made.
const MOST: usize = 1024 * 1024;

/// How often escapes of escapes are taken back.
const DEEPEST: usize = 2;

/// How many bytes one may become by that: each of the six of `\u002f` may be escaped so itself.
pub(super) const LONGEST_ESCAPE: usize = 36;

/// Why secrets could not be hidden, without a word of them. Nobody is to go on then as if there was nothing to hide.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unmaskable {
    #[error("they are {0} bytes together, and {most} are the most", most = MOST)]
    TooLong(usize),
    #[error("what looks for them could not be made: {0}")]
    Build(#[from] BuildError),
    #[error("making what looks for them broke off")]
    BrokeOff,
}

pub(crate) struct Mask {
    anywhere: AhoCorasick,
    /// Short secrets, which count where they are a word or a number of their own.
    words: AhoCorasick,
    /// What begins to be a secret ends within so many bytes; where it is a short one, so does what stands right after it.
    longest: usize,
    /// Secrets as the code of a failure would have them.
    codes: Vec<Spelling>,
}

/// Where secrets are in a text.
pub(super) struct Found {
    /// One after the other.
    pub(super) all: Vec<Range<usize>>,
    /// Where those end that are found in the middle of words, too: what follows is no part of a word with them.
    pub(super) ends: Vec<usize>,
}

impl Mask {
    /// `None` when there is nothing to be hidden.
    pub(crate) fn of<'s>(texts: impl Iterator<Item = &'s str>) -> Result<Option<Self>, Unmaskable> {
        let texts: Vec<&str> = texts.collect();
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        if bytes > MOST {
            return Err(Unmaskable::TooLong(bytes));
        }
        let mut spellings = Spellings::default();
        for text in &texts {
            spellings.add(text);
        }
        spellings.sort();
        let all = spellings.anywhere.iter().chain(&spellings.words);
        let Some(longest) = all.map(|spelling| spelling.len()).max() else {
            return Ok(None);
        };
        let longest_text = texts.iter().map(|text| text.len()).max();
        let longest = longest.max(longest_text.unwrap_or_default() * LONGEST_ESCAPE);
        let before = match spellings.words.is_empty() {
            true => 0,
            false => SHORTEST_ANYWHERE * LONGEST_ESCAPE,
        };
        Ok(Some(Self {
            anywhere: automaton(&spellings.anywhere, MatchKind::LeftmostLongest)?,
            // One that stands by itself may begin where a longer one begins that does not.
            words: automaton(&spellings.words, MatchKind::Standard)?,
            longest: before + longest,
            codes: texts.iter().filter_map(|text| as_code(text)).collect(),
        }))
    }

    /// How many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        self.anywhere.memory_usage() + self.words.memory_usage()
    }

    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    pub(crate) fn cleared(&self, text: &str) -> String {
        let found = self.found(text.as_bytes(), 0).all;
        match found.is_empty() {
            true => text.to_owned(),
            false => without(text, &found),
        }
    }

    /// Clears the code of a failure, whose letters may have been made small and whose hyphens underscores.
    pub(crate) fn cleared_code(&self, code: &str) -> String {
        let cleared = self.cleared(code);
        let is_in = |secret: &Spelling| cleared.contains(secret.as_str());
        match self.codes.iter().any(is_in) {
            true => INSTEAD.to_owned(),
            false => cleared,
        }
    }

    /// Clears a value: texts, names of fields, and numbers that are a secret.
    pub(crate) fn clear(&self, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                if self.hides_number(&number.to_string()) {
                    *value = Value::from(INSTEAD);
                }
            }
            Value::String(text) => {
                let found = self.found(text.as_bytes(), 0).all;
                if !found.is_empty() {
                    *text = without(text, &found);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.clear(item)),
            Value::Object(fields) => {
                fields.values_mut().for_each(|field| self.clear(field));
                let hides = |name: &String| !self.found(name.as_bytes(), 0).all.is_empty();
                if fields.keys().any(hides) {
                    let cleared = std::mem::take(fields).into_iter();
                    let cleared = cleared.map(|(name, field)| (self.cleared(&name), field));
                    *fields = cleared.collect::<Map<_, _>>();
                }
            }
        }
    }

    /// A short secret is a whole number or none: that a total or a time holds its digits says nothing.
    fn hides_number(&self, number: &str) -> bool {
        let whole = 0..number.len();
        let mut words = self.words.find_overlapping_iter(number);
        self.anywhere.is_match(number) || words.any(|found| found.range() == whole)
    }

    /// Secrets that begin at `from` or after it: as they stand there, and as they read once escapes are taken back.
    pub(super) fn found(&self, text: &[u8], from: usize) -> Found {
        let readings = readings(text);
        let as_it_stands = Input::new(text).range(from..);
        let found = self.anywhere.find_iter(as_it_stands);
        let mut found: Vec<Range<usize>> = found.map(|found| found.range()).collect();
        for read in &readings {
            let unescaped = Input::new(&read.bytes).range(read.begin_of(from)..);
            let within = self.anywhere.find_iter(unescaped);
            found.extend(within.map(|within| read.in_text(&within.range())));
        }
        let mut all = apart(found);
        let ends = all.iter().map(|hidden| hidden.end).collect();
        if self.words.patterns_len() > 0 {
            let mut words = self.words_in(text, from, &all, Range::clone);
            for read in &readings {
                let (bytes, first) = (&read.bytes, read.begin_of(from));
                words.extend(self.words_in(bytes, first, &all, |range| read.in_text(range)));
            }
            all.extend(words);
            all = apart(all);
        }
        Found { all, ends }
    }

    /// Where short secrets are a word of their own in a reading of a text. What is hidden anyhow is no part of a word.
    fn words_in(
        &self,
        read: &[u8],
        first: usize,
        hidden: &[Range<usize>],
        in_text: impl Fn(&Range<usize>) -> Range<usize>,
    ) -> Vec<Range<usize>> {
        let ends = |at: &usize| hidden.binary_search_by_key(at, |hidden| hidden.end).is_ok();
        let begins = |at: &usize| {
            hidden
                .binary_search_by_key(at, |hidden| hidden.start)
                .is_ok()
        };
        let found = self
            .words
            .find_overlapping_iter(Input::new(read).range(first..));
        let words = found.filter_map(|found| {
            let there = in_text(&found.range());
            let begun = !goes_on(read, found.start()) || ends(&there.start);
            let ended = !goes_on(read, found.end()) || begins(&there.end);
            (begun && ended).then_some(there)
        });
        words.collect()
    }
}

fn automaton(spellings: &[Spelling], kind: MatchKind) -> Result<AhoCorasick, BuildError> {
    AhoCorasick::builder()
        .match_kind(kind)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(spellings.iter().map(|spelling| spelling.as_bytes()))
}

/// A text once its escapes are taken back, and once more.
fn readings(text: &[u8]) -> Vec<Unescaped> {
    let mut readings: Vec<Unescaped> = Unescaped::of(text).into_iter().collect();
    while readings.len() < DEEPEST {
        let Some(again) = readings.last().and_then(Unescaped::again) else {
            break;
        };
        readings.push(again);
    }
    readings
}

/// Whether a word or a number has letters on both sides of a place. Letters of other scripts are none here: it is better to
/// hide a secret among them than to show it among their quotation marks.
fn goes_on(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    [before, text.get(at)]
        .into_iter()
        .all(|byte| byte.is_some_and(u8::is_ascii_alphanumeric))
}

/// In their order, those that overlap as one.
fn apart(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use serde_json::json;

    const CANARY: &str = "c4n/ry \"so~secret\"-1";

    fn mask_of(texts: &[&str]) -> Mask {
        Mask::of(texts.iter().copied()).unwrap().unwrap()
    }

    /// S20: letters of a code that were made alike hide no secret.
    #[test]
    fn a_secret_is_found_in_a_code() {
        let mask = mask_of(&["Correct-HORSE-battery"]);
        assert_eq!(mask.cleared_code("bad_key.correct_horse_battery"), INSTEAD);
        assert_eq!(mask.cleared_code("sold_out"), "sold_out");
    }

    /// S20: raw, base64 at each place of a longer text, URL, JSON, hex.
    #[test]
    fn a_secret_is_found_however_it_is_spelt() {
        let mask = mask_of(&[CANARY]);
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
        let mask = mask_of(&[secret]);
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
        let short = mask_of(&["Test"]);
        assert_eq!(short.cleared("a test of TEST"), "a test of TEST");
        assert_eq!(short.cleared("%54est \\u0054est"), "*** ***");
    }

    #[test]
    fn values_are_cleared_in_all_places() {
        let mask = mask_of(&["12345678", "-----BEGIN-----\nabcdefghij\n}\n"]);
        let mut value = json!({ "a": ["x12345678y", 12345678, 5], "12345678": { "line": "abcdefghij" }, "}": "}" });
        mask.clear(&mut value);
        let expected = json!({ "a": ["x***y", "***", 5], "***": { "line": "***" }, "}": "}" });
        assert_eq!(value, expected);
    }

    #[test]
    fn without_anything_confidential_there_is_no_mask() {
        assert!(Mask::of(["", "abc"].into_iter()).unwrap().is_none());
    }

    /// A PIN is no part of a total, an id or a time.
    #[test]
    fn a_short_secret_is_a_word_or_a_number_of_its_own() {
        let mask = mask_of(&["4711", "ab-!"]);
        for (text, expected) in [
            ("4711", "***"),
            ("pin=4711, 4711.", "pin=***, ***."),
            ("pin_4711", "pin_***"),
            ("\u{201c}4711\u{201d}", "\u{201c}***\u{201d}"),
            ("14711 47110 x4711 4711x", "14711 47110 x4711 4711x"),
            // Where the escape ends, a word begins.
            (r"pin:\n4711", r"pin:\n***"),
            ("pin%204711%20", "pin%20***%20"),
            ("%34%37%31%31", "***"),
            ("%34%37%31%31%30", "%34%37%31%31%30"),
            // Its last letter is no letter of a word.
            ("ab-!x xab-!", "***x xab-!"),
            ("NDcxMQ== 34373131", "*** ***"),
        ] {
            assert_eq!(mask.cleared(text), expected);
        }
        let mut value = json!({
            "pin": 4711, "text": "4711", "total": 14711, "part": 4711.5, "minus": -4711, "at": "2026-11-30T04:47:11Z"
        });
        mask.clear(&mut value);
        let expected = json!({
            "pin": "***", "text": "***", "total": 14711, "part": 4711.5, "minus": -4711, "at": "2026-11-30T04:47:11Z"
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn what_stands_beside_a_hidden_secret_is_a_word_of_its_own() {
        let mask = mask_of(&["4711", "Kx7-pass9"]);
        assert_eq!(mask.cleared("4711Kx7-pass94711"), "*********");
        assert_eq!(mask.cleared("4711Kx7-pass"), "4711Kx7-pass");
    }

    #[test]
    fn secrets_that_are_too_long_together_are_not_left_unhidden() {
        let long = "x".repeat(MOST);
        let error = Mask::of([long.as_str(), "y"].into_iter()).err().unwrap();
        let expected = "they are 1048577 bytes together, and 1048576 are the most";
        assert_eq!(error.to_string(), expected);
    }
}
