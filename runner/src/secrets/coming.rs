//! Bytes that are still coming, cleared as they come: wherever they are cut, as if they were whole.

use std::sync::Arc;

use super::mask::{INSTEAD, LONGEST_ESCAPE, Mask};

pub(super) struct Coming {
    mask: Arc<Mask>,
    bytes: Vec<u8>,
    /// So many of them are told on already, and are kept since what follows may go on with a word, or with an escape.
    told: usize,
}

impl Coming {
    pub(super) fn new(mask: Arc<Mask>) -> Self {
        let bytes = Vec::new();
        Self {
            mask,
            bytes,
            told: 0,
        }
    }

    /// Gives what is sure by now; what may be the beginning of a secret is left for later.
    pub(super) fn add(&mut self, part: &[u8]) -> Vec<u8> {
        self.bytes.extend_from_slice(part);
        let (longest, length) = (self.mask.longest(), self.bytes.len());
        // What is held back is looked at twice, and not with each piece that comes.
        match length - self.told < 2 * longest {
            true => Vec::new(),
            // Whatever begins before this place ends before the end.
            false => self.clear_until(length + 1 - longest),
        }
    }

    /// Nothing comes any more.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        self.clear_until(self.bytes.len())
    }

    fn clear_until(&mut self, sure: usize) -> Vec<u8> {
        let mut cleared = Vec::with_capacity(sure.saturating_sub(self.told));
        let mut done = self.told;
        let found = self.mask.found(&self.bytes, self.told);
        for hidden in found.all {
            if hidden.start >= sure {
                break;
            }
            cleared.extend_from_slice(&self.bytes[done..hidden.start]);
            cleared.extend_from_slice(INSTEAD.as_bytes());
            done = hidden.end;
        }
        if done < sure {
            cleared.extend_from_slice(&self.bytes[done..sure]);
            done = sure;
        }
        let forgotten = match found.ends.contains(&done) {
            true => done,
            false => done.saturating_sub(LONGEST_ESCAPE),
        };
        self.bytes.drain(..forgotten);
        self.told = done - forgotten;
        cleared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "Kx7-pass9";
    const PIN: &str = "4711";

    fn mask_of(texts: &[&str]) -> Arc<Mask> {
        Arc::new(Mask::of(texts.iter().copied()).unwrap().unwrap())
    }

    /// What is told of a text that comes in parts.
    fn told(mask: &Arc<Mask>, text: &str, sizes: &[usize]) -> String {
        let (mut coming, mut cleared) = (Coming::new(Arc::clone(mask)), Vec::new());
        let (mut rest, mut sizes) = (text.as_bytes(), sizes.iter().cycle());
        while let Some(size) = sizes.next().filter(|_| !rest.is_empty()) {
            let (part, after) = rest.split_at(rest.len().min(*size));
            cleared.extend(coming.add(part));
            let held = coming.bytes.len() - coming.told;
            assert!(held < 2 * mask.longest(), "no more is held back");
            assert!(coming.told <= LONGEST_ESCAPE, "no more is kept");
            rest = after;
        }
        cleared.extend(coming.finish());
        String::from_utf8(cleared).unwrap()
    }

    /// S20: wherever a stream is cut, and whatever it is cut into.
    #[test]
    fn a_secret_is_found_across_the_parts_of_a_stream() {
        let secret = "c4n/ry \"so~secret\"-1";
        let mask = mask_of(&[secret, PIN]);
        let escaped =
            |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02x}")).collect() };
        for (hidden, shown) in [
            (secret, "x4711"),
            (&*escaped(secret), &*escaped("x4711")),
            (PIN, "47110"),
            (&*escaped(PIN), &*escaped("47110")),
        ] {
            let rest = ".".repeat(3 * mask.longest());
            // What is sure ends here for the first time.
            let cut = mask.longest() + 1;
            for before in cut - hidden.len().max(shown.len()) - 1..=cut + 1 {
                let before = "-".repeat(before);
                let text = format!("{before}{hidden}{rest}{hidden}");
                let expected = format!("{before}***{rest}***");
                let other = format!("{before}{shown}{rest}");
                for size in [1, 7, mask.longest(), text.len()] {
                    assert_eq!(told(&mask, &text, &[size]), expected, "{size}");
                    assert_eq!(told(&mask, &other, &[size]), other, "{size}");
                }
            }
        }
    }

    fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
        let piece = prop::sample::select(vec![
            SECRET,
            "Kx7-",
            "pass9",
            PIN,
            "47",
            "11",
            "0",
            "x",
            "-",
            " ",
            "é",
            "%",
            "%20",
            "%41",
            "\\",
            "\\n",
            "\\u0041",
            // The secret and the PIN in escapes, in hexadecimal and in base64.
            "%4Bx7%2Dpass9",
            "\\u004bx7-pass9",
            "%254Bx7-pass9",
            "%34711",
            "\\u0034711",
            "4b78372d7061737339",
            "34373131",
            "S3g3LXBhc3M5",
            "NDcxMQ==",
        ]);
        prop::collection::vec(piece, 0..900)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// S20: nothing depends on where a stream is cut, and no secret is left in it.
        #[test]
        fn a_stream_is_cleared_as_its_whole_text(
            pieces in pieces(),
            sizes in prop::collection::vec(1_usize..700, 1..20),
        ) {
            let mask = mask_of(&[SECRET, PIN]);
            let text = pieces.concat();
            let whole = mask.cleared(&text);
            prop_assert_eq!(&told(&mask, &text, &sizes), &whole);
            prop_assert!(!whole.contains(SECRET));
            let mut words = whole.split(|letter: char| !letter.is_ascii_alphanumeric());
            prop_assert!(words.all(|word| word != PIN));
        }

        #[test]
        fn a_long_secret_is_hidden_in_any_text(
            secret in "[a-zA-Z0-9/+%_ -]{8,40}",
            before in "\\PC{0,20}",
            after in "\\PC{0,20}",
        ) {
            // A text like any other, whose lines are its own.
            prop_assume!(secret.trim() == secret);
            let mask = mask_of(&[&secret]);
            let cleared = mask.cleared(&format!("{before}{secret}{after}"));
            prop_assert!(!cleared.contains(&secret), "{cleared}");
            let mut value = serde_json::json!({ &before: [&secret, { &secret: 1 }] });
            mask.clear(&mut value);
            prop_assert!(!value.to_string().contains(&secret));
        }

        #[test]
        fn a_short_secret_changes_nothing_that_holds_it(
            pin in "[0-9]{4,7}",
            number in 0_u32..10_000_000,
            around in "[0-2]{1,3}",
        ) {
            let mask = mask_of(&[&pin]);
            let held = format!("{around}{pin}{around}");
            prop_assert_eq!(&mask.cleared(&held), &held);
            let mut value = serde_json::Value::from(number);
            mask.clear(&mut value);
            let expected = match number.to_string() == pin {
                true => serde_json::Value::from(INSTEAD),
                false => serde_json::Value::from(number),
            };
            prop_assert_eq!(value, expected);
        }
    }
}
