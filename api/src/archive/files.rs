//! The archive itself: YAML files in a compressed tar. What comes from outside is bounded before it is believed.

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::covers::COVERAGE;
use crate::error::{ApiError, ApiResult, ErrorDetail};

/// Documents by their path in the archive, in order.
pub(crate) type Files = BTreeMap<String, Value>;

const MOST_FILES: usize = 10_000;
const LONGEST_FILE: u64 = 4 * 1024 * 1024;
/// All files together, unpacked.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Headers and padding of so many files.
const OVERHEAD: u64 = MOST_FILES as u64 * 2 * 1024;

/// How a gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What was left out of documents, by their path.
pub(crate) type LeftOut = BTreeMap<String, Vec<String>>;

/// Writes an archive, and at the head of each file what was left out of it. The same files always give the same bytes.
pub(crate) fn pack(files: &Files, left_out: &LeftOut) -> ApiResult<Vec<u8>> {
    let failed = |error: io::Error| ApiError::internal(error);
    let compressor = GzEncoder::new(Vec::new(), Compression::default());
    let mut archive = tar::Builder::new(compressor);
    for (path, document) in files {
        let comments = left_out.get(path).into_iter().flatten();
        let mut text: String = comments
            .map(|what| format!("# left out: {}\n", what.escape_debug()))
            .collect();
        text += &serde_saphyr::to_string(document).map_err(ApiError::internal)?;
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        let appended = archive.append_data(&mut header, path, text.as_bytes());
        appended.map_err(failed)?;
    }
    let compressor = archive.into_inner().map_err(failed)?;
    compressor.finish().map_err(failed)
}

/// Reads an archive; all its faults are told together. Links, devices and paths that lead elsewhere are refused.
pub(crate) fn unpack(bytes: &[u8]) -> ApiResult<Files> {
    let whole: Box<dyn Read + '_> = match bytes.starts_with(&GZIP) {
        true => Box::new(GzDecoder::new(bytes)),
        false => Box::new(bytes),
    };
    // With room for what the format itself needs.
    let mut archive = tar::Archive::new(whole.take(LONGEST + OVERHEAD));
    let broken = |error: io::Error| {
        ApiError::bad_request(format!(
            "the body is no archive: send a tar, compressed with gzip or not ({error})"
        ))
    };
    let (mut files, mut faults, mut total) = (Files::new(), Vec::new(), 0);
    let entries = archive.entries().map_err(broken)?;
    for (at, entry) in entries.enumerate() {
        if at == MOST_FILES {
            let message = format!("an archive has {MOST_FILES} files at most");
            return Err(ApiError::invalid("", message));
        }
        let mut entry = entry.map_err(broken)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        total += entry.size();
        if total > LONGEST {
            let message = format!("the files of an archive have {LONGEST} bytes at most");
            return Err(ApiError::invalid("", message));
        }
        let path = path.trim_start_matches("./").to_owned();
        let fault = match read(&mut entry, &path, kind) {
            Ok(document) => {
                files.insert(path, document);
                None
            }
            Err(message) => Some(message),
        };
        faults.extend(fault.map(|message| ErrorDetail {
            path: Some(path_of(&entry)),
            message,
            ..ErrorDetail::default()
        }));
    }
    match faults.is_empty() {
        // With `prune` it would mean that all there is has to go, and most likely it is a mistake.
        true if files.keys().all(|path| path == COVERAGE) => Err(ApiError::bad_request(
            "the body is no archive, or one without files",
        )),
        true => Ok(files),
        false => Err(ApiError::listed("the archive is not valid", faults)),
    }
}

fn path_of(entry: &tar::Entry<'_, impl Read>) -> String {
    String::from_utf8_lossy(&entry.path_bytes()).into_owned()
}

fn read(
    entry: &mut tar::Entry<'_, impl Read>,
    path: &str,
    kind: tar::EntryType,
) -> Result<Value, String> {
    if !kind.is_file() {
        return Err("only plain files are taken, no links and nothing else".to_owned());
    }
    if !is_plain(path) {
        return Err("the path of a file is a folder and a name, and leads nowhere else".to_owned());
    }
    if entry.size() > LONGEST_FILE {
        return Err(format!("a file has {LONGEST_FILE} bytes at most"));
    }
    let mut text = String::new();
    let read = entry.read_to_string(&mut text);
    read.map_err(|_| "this is no text in UTF-8".to_owned())?;
    serde_saphyr::from_str(&text).map_err(|error| format!("this is no YAML: {error}"))
}

/// `folder/name.yaml`, in letters that no system takes for anything else; besides, what says which things are covered.
fn is_plain(path: &str) -> bool {
    let sound = |part: &str| {
        let letters = part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        letters && !part.starts_with('.') && part.len() <= 150
    };
    match path.split('/').collect::<Vec<_>>()[..] {
        [folder, file] => sound(folder) && sound(file),
        [file] => file == COVERAGE,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(path: &str, kind: tar::EntryType, text: &[u8]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_entry_type(kind);
        // As a hostile writer would: the library itself refuses such paths.
        let name = &mut header.as_old_mut().name;
        name[..path.len()].copy_from_slice(path.as_bytes());
        if kind == tar::EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        archive.append(&header, text).unwrap();
        archive.into_inner().unwrap()
    }

    fn told(bytes: &[u8]) -> String {
        format!("{:?}", unpack(bytes).unwrap_err())
    }

    #[test]
    fn what_is_packed_is_unpacked_and_always_the_same() {
        let script = "let a = 1;\n  a + 1\n";
        let files = Files::from([
            (
                "workflows/a.yaml".to_owned(),
                json!({"name": "a", "nodes": [{"with": {"script": script}}]}),
            ),
            (
                "variables/b.yaml".to_owned(),
                json!({"name": "b", "value": ["yes", "1", 1, 1.5, null, "", " x", {}]}),
            ),
        ]);
        let left_out = LeftOut::from([(
            "workflows/a.yaml".to_owned(),
            vec!["what\nis: gone".to_owned()],
        )]);
        let packed = pack(&files, &left_out).unwrap();
        assert_eq!(unpack(&packed).unwrap(), files);
        assert_eq!(pack(&files, &left_out).unwrap(), packed);
    }

    /// S16, C7: paths that lead elsewhere, links, devices.
    #[test]
    fn what_would_lead_elsewhere_is_refused() {
        let file = tar::EntryType::Regular;
        for path in [
            "../a.yaml",
            "/etc/a.yaml",
            "a/../b.yaml",
            "a/b/c.yaml",
            "a.yaml",
            "workflows/..",
            "workflows/.a",
            "a\\b/c",
        ] {
            assert!(
                told(&one(path, file, b"a: 1")).contains("leads nowhere else"),
                "{path}"
            );
        }
        for kind in [
            tar::EntryType::Symlink,
            tar::EntryType::Link,
            tar::EntryType::Fifo,
            tar::EntryType::Char,
        ] {
            assert!(
                told(&one("workflows/a.yaml", kind, b"")).contains("no links"),
                "{kind:?}"
            );
        }
        assert!(told(&one("workflows/a.yaml", file, b"a: [")).contains("no YAML"));
        assert!(told(&one("workflows/a.yaml", file, &[0xff])).contains("UTF-8"));
    }

    /// S16: more than is good for anybody, in few bytes.
    #[test]
    fn a_bomb_does_not_go_off() {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
        for number in 0..17 {
            let mut header = tar::Header::new_ustar();
            header.set_size(LONGEST_FILE);
            let spaces = io::repeat(b' ').take(LONGEST_FILE);
            let path = format!("workflows/a{number}.yaml");
            archive.append_data(&mut header, path, spaces).unwrap();
        }
        let bytes = archive.into_inner().unwrap().finish().unwrap();
        assert!(bytes.len() < 1024 * 1024);
        assert!(told(&bytes).contains("bytes at most"));
        // References to references, in YAML.
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            text += &format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", "));
        }
        assert!(
            told(&one(
                "workflows/a.yaml",
                tar::EntryType::Regular,
                text.as_bytes()
            ))
            .contains("no YAML")
        );
        assert!(told(b"nothing of the kind").contains("no archive"));
        assert!(told(b"").contains("without files"));
        assert!(told(&pack(&Files::new(), &LeftOut::new()).unwrap()).contains("without files"));
    }

    /// S16: a million entries in a few megabytes. Reading ends where there are too many, long before the archive does.
    #[test]
    fn a_million_entries_are_too_many() {
        use flate2::{Compress, FlushCompress, Status};
        const TOGETHER: usize = 1_000;
        let mut headers = Vec::new();
        for number in 0..TOGETHER {
            let mut header = tar::Header::new_ustar();
            header
                .set_path(format!("variables/a{number}.yaml"))
                .unwrap();
            header.set_size(0);
            header.set_cksum();
            headers.extend_from_slice(header.as_bytes());
        }
        // What a full flush ends stands by itself, so that the same compressed part can follow again and again.
        let mut compressor = Compress::new(Compression::fast(), false);
        let mut part = Vec::with_capacity(headers.len());
        let done = compressor.compress_vec(&headers, &mut part, FlushCompress::Full);
        assert_eq!(done.unwrap(), Status::Ok);
        assert_eq!(compressor.total_in(), headers.len() as u64);
        let mut bytes = GZIP.to_vec();
        bytes.extend([8, 0, 0, 0, 0, 0, 0, 255]);
        bytes.extend(part.repeat(1_000));
        assert!(bytes.len() < 32 << 20, "{}", bytes.len());
        let began = std::time::Instant::now();
        assert!(told(&bytes).contains("10000 files at most"));
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
        // It is one, all the way: as many are there as were put in.
        let mut many = tar::Archive::new(GzDecoder::new(&bytes[..]));
        let found = many.entries().unwrap().take(2 * TOGETHER);
        assert_eq!(found.filter(Result::is_ok).count(), 2 * TOGETHER);
    }
}
