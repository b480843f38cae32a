//! What a file is: found in its bytes, never in what its sender says. A text may be many things, of which its name tells
//! the one that is meant, by a list.

/// The beginning that signatures of formats lie in.
const HEAD: usize = 8 * 1024;

const TEXT: &str = "text/plain";
const HTML: &str = "text/html";
const XML: &str = "text/xml";
const UNKNOWN: &str = "application/octet-stream";

/// What texts are by the ends of their names.
const TEXTS: &[(&str, &str)] = &[
    ("txt", TEXT),
    ("log", TEXT),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/json"),
    ("jsonl", "application/x-ndjson"),
    ("ndjson", "application/x-ndjson"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("toml", "application/toml"),
    ("sql", "application/sql"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("mjs", "text/javascript"),
    ("htm", HTML),
    ("html", HTML),
    ("xhtml", "application/xhtml+xml"),
    ("xml", "application/xml"),
    ("svg", "image/svg+xml"),
];

/// What a browser may show in place, since nothing in it runs.
const SHOWN: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "application/pdf",
    TEXT,
];

/// Formats that are written in letters, and so look like a text.
const WRITTEN: &[&str] = &[
    "application/pdf",
    "application/postscript",
    "application/rtf",
    HTML,
    XML,
];

/// Looks at bytes as they go by.
#[derive(Default)]
pub(super) struct Sniffer {
    head: Vec<u8>,
    /// The beginning of a letter whose end has not come yet.
    cut: Vec<u8>,
    is_no_text: bool,
}

impl Sniffer {
    pub(super) fn see(&mut self, part: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(&part[..part.len().min(room)]);
        if !self.is_no_text {
            self.read(part);
        }
    }

    fn read(&mut self, part: &[u8]) {
        let joined;
        let bytes = match self.cut.is_empty() {
            true => part,
            false => {
                joined = [&*std::mem::take(&mut self.cut), part].concat();
                &joined
            }
        };
        let whole = match std::str::from_utf8(bytes) {
            Ok(_) => bytes,
            // The last letter may go on in the next part.
            Err(error) if error.error_len().is_none() => {
                let (whole, cut) = bytes.split_at(error.valid_up_to());
                self.cut = cut.to_vec();
                whole
            }
            Err(_) => {
                self.is_no_text = true;
                return;
            }
        };
        let odd = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
        self.is_no_text = whole.iter().any(odd);
    }

    /// What the bytes are, whatever the file is called.
    pub(super) fn found(self) -> &'static str {
        let found = infer::get(&self.head).map(|found| found.mime_type());
        // In letters, a signature of two or three bytes is a word that begins so.
        match (self.is_no_text || !self.cut.is_empty(), found) {
            (true, Some(found)) if !found.starts_with("text/") => found,
            (true, _) => UNKNOWN,
            (false, Some(found)) if WRITTEN.contains(&found) => found,
            (false, _) => TEXT,
        }
    }
}

/// The media type of a file, by what was found in it and what it is called.
pub(super) fn media_type(found: &str, name: &str) -> String {
    let listed = || {
        let end = name.rsplit_once('.')?.1.to_ascii_lowercase();
        let known = TEXTS.iter().find(|(known, _)| *known == end)?;
        Some(known.1)
    };
    let is_text = [TEXT, HTML, XML].contains(&found);
    let media_type = listed().filter(|_| is_text).unwrap_or(found);
    match media_type.starts_with("text/") {
        true => format!("{media_type}; charset=utf-8"),
        false => media_type.to_owned(),
    }
}

/// Whether a browser may show it in place: neither its bytes nor its name may say that it is a page.
pub(super) fn is_shown(found: &str, name: &str) -> bool {
    let media_type = media_type(found, name);
    let essence = media_type.split(';').next().unwrap_or_default();
    SHOWN.contains(&essence) && ![HTML, XML].contains(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        // Letters are cut wherever parts end.
        let mut sniffer = Sniffer::default();
        bytes.chunks(3).for_each(|part| sniffer.see(part));
        sniffer.found()
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";

    /// S16: what a file is does not follow from what it is called.
    #[test]
    fn bytes_say_what_a_file_is() {
        for (bytes, name, media_type, shown) in [
            (PNG, "a.png", "image/png", true),
            (PNG, "a.html", "image/png", true),
            (GIF, "a.js", "image/gif", true),
            (b"", "empty", "text/plain; charset=utf-8", true),
            (
                "Grüße".as_bytes(),
                "a.txt",
                "text/plain; charset=utf-8",
                true,
            ),
            (b"BMW, BMP", "cars", "text/plain; charset=utf-8", true),
            (b"{}", "a.json", "application/json", false),
            (b"<svg onload=alert(1)>", "a.svg", "image/svg+xml", false),
            (
                b"<svg onload=alert(1)>",
                "a.png",
                "text/plain; charset=utf-8",
                true,
            ),
            (
                b"<!DOCTYPE html><script>",
                "a.png",
                "text/html; charset=utf-8",
                false,
            ),
            (
                b"<!DOCTYPE html><script>",
                "a.txt",
                "text/plain; charset=utf-8",
                false,
            ),
            (
                b"<?xml version='1.0'?><svg>",
                "a",
                "text/xml; charset=utf-8",
                false,
            ),
            (
                b"GIF89a=1;alert(1)//",
                "a.gif",
                "text/plain; charset=utf-8",
                true,
            ),
            (b"%PDF-1.7 x", "a", "application/pdf", true),
            (b"\xff\xfe\0x", "a.txt", "application/octet-stream", false),
            (b"a\0b", "a.txt", "application/octet-stream", false),
            (b"cut \xc3", "a.txt", "application/octet-stream", false),
        ] {
            let found = found(bytes);
            let told = (super::media_type(found, name), is_shown(found, name));
            assert_eq!(told, (media_type.to_owned(), shown), "{name} {bytes:?}");
        }
    }
}
