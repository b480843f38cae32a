//! The ways in which a secret may be written, beside escapes: programs pass texts on in many.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::SHORTEST;

/// A shorter text is a part of many words and numbers, and is a secret only where it stands by itself.
pub const SHORTEST_ANYWHERE: usize = 8;

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

/// A secret in one of its spellings is as secret as it is.
pub type Spelling = Zeroizing<String>;

#[derive(Default)]
pub struct Spellings {
    /// Those that are looked for in the middle of words, too.
    pub anywhere: Vec<Spelling>,
    /// Short secrets as they are: a word or a number of its own.
    pub words: Vec<Spelling>,
}

impl Spellings {
    pub fn add(&mut self, secret: &str) {
        let lines = secret.lines().map(str::trim);
        let lines = lines.filter(|line| line.len() >= SHORTEST_LINE);
        // What comes line by line is heard line by line.
        let texts: BTreeSet<&str> = [secret, secret.trim()].into_iter().chain(lines).collect();
        for text in texts.into_iter().filter(|text| text.len() >= SHORTEST) {
            let as_it_is = match text.len() < SHORTEST_ANYWHERE {
                true => &mut self.words,
                false => &mut self.anywhere,
            };
            as_it_is.extend(written(text));
            self.anywhere.extend(encoded(text));
        }
        if (SHORTEST..=LONGEST_TWICE).contains(&secret.len()) {
            let mut once = Vec::new();
            once.extend((0..3).flat_map(|offset| in_base64(secret.as_bytes(), offset)));
            sort(&mut once);
            for once in &once {
                let twice = (0..3).flat_map(|offset| in_base64(once.as_bytes(), offset));
                self.anywhere.extend(twice);
            }
        }
    }

    /// Each of them once.
    pub fn sort(&mut self) {
        sort(&mut self.anywhere);
        sort(&mut self.words);
    }
}

/// As the code of a failure would have it, where that might show it: in small letters, and with underscores for hyphens.
pub fn as_code(secret: &str) -> Option<Spelling> {
    let code = secret.trim().to_ascii_lowercase().replace('-', "_");
    let may_be_one = (SHORTEST_FOLDED..=LONGEST_TWICE).contains(&code.len());
    let code = Zeroizing::new(code);
    may_be_one.then_some(code)
}

fn sort(spellings: &mut Vec<Spelling>) {
    spellings.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    spellings.dedup();
}

/// The text in letters that people read.
fn written(text: &str) -> Vec<Spelling> {
    // The second is how a form sends it.
    let mut spellings = vec![text.to_owned(), text.replace(' ', "+")];
    let is_word = text.chars().all(char::is_alphabetic);
    if text.len() >= SHORTEST_FOLDED && !is_word {
        // Names of hosts, for one, become small letters.
        spellings.extend([text.to_lowercase(), text.to_uppercase()]);
    }
    spellings.into_iter().map(Zeroizing::new).collect()
}

fn encoded(text: &str) -> Vec<Spelling> {
    let bytes = text.as_bytes();
    let mut spellings = vec![
        in_hex(bytes, b"0123456789abcdef"),
        in_hex(bytes, b"0123456789ABCDEF"),
    ];
    for offset in 0..3 {
        spellings.extend(in_base64(bytes, offset));
    }
    let offsets = if text.len() <= LONGEST_SPELT { 5 } else { 0 };
    for offset in 0..offsets {
        spellings.extend(in_base32(bytes, offset));
    }
    spellings
}

fn in_hex(bytes: &[u8], digits: &[u8; 16]) -> Spelling {
    let mut hex = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        hex.push(char::from(digits[usize::from(byte >> 4)]));
        hex.push(char::from(digits[usize::from(byte & 15)]));
    }
    hex
}

/// What a secret looks like within the base64 of a longer text: what depends on its neighbours is left off at both ends. And
/// what it looks like at the end of one, where nothing comes after it.
fn in_base64(secret: &[u8], offset: usize) -> Vec<Spelling> {
    let padded = Zeroizing::new([&[0; 2][..offset], secret].concat());
    // Letters of six bits each; the first ones hold bits of what stands before, the last one of what comes after.
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    let mut spellings = Vec::new();
    for alphabet in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
        let whole = Zeroizing::new(alphabet.encode(padded.as_slice()));
        if last >= first + SHORTEST_ENCODED {
            spellings.push(Zeroizing::new(whole[first..last].to_owned()));
        }
        if whole.len() > last && whole.len() >= first + SHORTEST_ENCODED {
            let padding = "=".repeat(whole.len().next_multiple_of(4) - whole.len());
            spellings.push(Zeroizing::new(whole[first..].to_owned()));
            spellings.push(Zeroizing::new(format!("{}{padding}", &whole[first..])));
        }
    }
    spellings
}

/// The same in base32, letters of five bits, in both of its cases.
fn in_base32(secret: &[u8], offset: usize) -> Vec<Spelling> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let padded = Zeroizing::new([&[0; 4][..offset], secret].concat());
    let first = (offset * 8).div_ceil(5);
    let mut whole = Zeroizing::new(String::with_capacity(padded.len() * 8 / 5 + 1));
    let (mut bits, mut held) = (0_u32, 0);
    for byte in padded.iter() {
        bits = ((bits << 8) | u32::from(*byte)) & 0xfff;
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
    let mut spellings = vec![
        whole[first..].to_ascii_lowercase(),
        whole[first..].to_owned(),
    ];
    if held > 0 {
        // At the end of a text, where nothing comes after it.
        whole.push(char::from(ALPHABET[((bits << (5 - held)) & 31) as usize]));
        let padding = "=".repeat(whole.len().next_multiple_of(8) - whole.len());
        spellings.push(format!("{}{padding}", &whole[first..]));
        spellings.push(whole[first..].to_owned());
        spellings.push(whole[first..].to_ascii_lowercase());
    }
    spellings.into_iter().map(Zeroizing::new).collect()
}
