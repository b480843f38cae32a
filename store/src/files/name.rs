//! What files may be called. A name is data: it is shown, searched and sent in headers, and never becomes a path.

use unicode_normalization::UnicodeNormalization;

/// The longest name, in bytes.
const LONGEST: usize = 255;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileNameError {
    #[error("a file needs a name: letters, not only dots or what can't be seen")]
    Empty,
    #[error("the name has {0} bytes, and may have {LONGEST}: give a shorter one")]
    TooLong(usize),
    /// Where a name is given on purpose, nothing of it is dropped.
    #[error(
        "a name holds no `/` or `\\`, nothing that can't be seen, and no blanks around it: `{0}` would do"
    )]
    Unfit(String),
}

/// The name of what somebody uploads: the last part of a path, without what can't be seen.
pub fn file_name(sent: &str) -> Result<String, FileNameError> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.nfc().filter(|letter| !is_hidden(*letter)).collect();
    let name = seen.trim();
    if name.trim_matches(['.', ' ']).is_empty() {
        return Err(FileNameError::Empty);
    }
    match name.len() {
        ..=LONGEST => Ok(name.to_owned()),
        length => Err(FileNameError::TooLong(length)),
    }
}

/// The name that somebody gives on purpose: it is taken as it is, or not at all.
pub fn given_file_name(sent: &str) -> Result<String, FileNameError> {
    let name = file_name(sent)?;
    match sent.nfc().eq(name.chars()) {
        true => Ok(name),
        false => Err(FileNameError::Unfit(name)),
    }
}

/// Control characters, breaks of lines, and what turns the direction of a text round so that `exe.txt` is read where
/// `txt.exe` stands.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{10ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S16, C12: names of the usual corpus.
    #[test]
    fn a_name_is_what_is_left_of_a_path() {
        for (sent, name) in [
            ("../../etc/passwd", "passwd"),
            ("/etc/shadow", "shadow"),
            (r"C:\Windows\win.ini", "win.ini"),
            (r"..\..\x.txt", "x.txt"),
            ("a\0b.txt", "ab.txt"),
            ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
            ("\u{202e}gnp.exe", "gnp.exe"),
            ("  r\u{200b}e\u{feff}port .pdf ", "report .pdf"),
            ("u\u{308}ber.txt", "über.txt"),
            (".htaccess", ".htaccess"),
            ("\"quoted\".txt", "\"quoted\".txt"),
        ] {
            assert_eq!(file_name(sent).as_deref(), Ok(name), "{sent:?}");
        }
        for sent in ["", "/", "..", ".", "a/..", "\u{202e}", " . ", "x/"] {
            assert_eq!(file_name(sent), Err(FileNameError::Empty), "{sent:?}");
        }
        let long = "x".repeat(10_000);
        assert_eq!(file_name(&long), Err(FileNameError::TooLong(10_000)));
        assert!(file_name(&"ä".repeat(127)).is_ok());
        assert!(file_name(&"ä".repeat(128)).is_err());
    }

    #[test]
    fn a_name_that_is_given_is_not_bent() {
        for good in ["a.txt", "über.txt", "u\u{308}ber.txt", "a b"] {
            assert!(given_file_name(good).is_ok(), "{good:?}");
        }
        for bad in ["a/b", "../a", " a", "a\u{202e}b", "a\nb"] {
            let refused = given_file_name(bad);
            assert!(matches!(refused, Err(FileNameError::Unfit(_))), "{bad:?}");
        }
    }
}
