//! Reads a kind's manual entry out of the `//!` lines that open its file, when Lathe is compiled.
//!
//! So the manual is written once, at the place where whoever changes the kind will see it, and the binary
//! carries the text and not the source around it.

/// A manual entry: a heading, a first paragraph of one sentence, and the rest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manual {
    /// The heading, a few words.
    pub(crate) title: &'static str,
    /// The first paragraph, one sentence on one line.
    pub(crate) summary: &'static str,
    /// Everything after the heading, in Markdown.
    pub(crate) text: &'static str,
}

impl Manual {
    /// Splits an entry. Fails the compilation when it does not open with `# Title`, a blank line and a summary.
    #[expect(clippy::panic, reason = "it runs in the compiler only")]
    pub(crate) const fn new(entry: &'static [u8]) -> Self {
        let Ok(entry) = std::str::from_utf8(entry) else {
            panic!("a manual entry is UTF-8")
        };
        let (heading, rest) = split_line(entry);
        let (mark, title) = heading.split_at(2);
        if mark.as_bytes()[0] != b'#' || mark.as_bytes()[1] != b' ' {
            panic!("a manual entry opens with `//! # Title`");
        }
        let (blank, text) = split_line(rest);
        let (summary, _) = split_line(text);
        if !blank.is_empty() || summary.is_empty() {
            panic!("a manual entry's second paragraph is its summary, on one line");
        }
        Self {
            title,
            summary,
            text,
        }
    }
}

/// The manual entry of the file that calls it, which has to be named, since macros cannot know it.
macro_rules! manual {
    ($file:literal) => {{
        const SOURCE: &[u8] = include_str!($file).as_bytes();
        const LENGTH: usize = $crate::manual::entry_length(SOURCE);
        const ENTRY: [u8; LENGTH] = $crate::manual::entry(SOURCE);
        $crate::manual::Manual::new(&ENTRY)
    }};
}
pub(crate) use manual;

/// How many bytes [`entry`] gives.
pub(crate) const fn entry_length(source: &[u8]) -> usize {
    let mut length = 0;
    let mut at = 0;
    while let Some((start, end)) = entry_line(source, at) {
        length += end - start + 1;
        at = end + 1;
    }
    length
}

/// The text behind the `//!` marks with which a file opens.
pub(crate) const fn entry<const LENGTH: usize>(source: &[u8]) -> [u8; LENGTH] {
    let mut entry = [b'\n'; LENGTH];
    let mut written = 0;
    let mut at = 0;
    while let Some((start, end)) = entry_line(source, at) {
        let mut from = start;
        while from < end {
            entry[written] = source[from];
            written += 1;
            from += 1;
        }
        written += 1;
        at = end + 1;
    }
    entry
}

/// Where the text of the `//!` line that begins at `at` starts and ends.
const fn entry_line(source: &[u8], at: usize) -> Option<(usize, usize)> {
    if at + 3 > source.len()
        || source[at] != b'/'
        || source[at + 1] != b'/'
        || source[at + 2] != b'!'
    {
        return None;
    }
    let mut end = at;
    while end < source.len() && source[end] != b'\n' {
        end += 1;
    }
    let start = if at + 3 < end && source[at + 3] == b' ' {
        at + 4
    } else {
        at + 3
    };
    Some((start, end))
}

const fn split_line(text: &'static str) -> (&'static str, &'static str) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() && bytes[end] != b'\n' {
        end += 1;
    }
    let (line, rest) = text.split_at(end);
    if rest.is_empty() {
        (line, rest)
    } else {
        (line, rest.split_at(1).1)
    }
}
