//! The build context: a tar of what the Dockerfile may copy, the same bytes for the same content.
//!
//! Times, owners and modes of the disk are left out, so that the builder's cache sees only content.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use engine::node::Failure;
use tar::{Builder, EntryType, Header};
use tokio_util::io::ReaderStream;

use crate::home::failed;

/// An image that holds one static binary, `/app`, and a folder `/data` that belongs to it.
pub(crate) const SCRATCH: &str = "FROM scratch\nCOPY app /app\nCOPY --chown=65532:65532 data /data\n\
    ENV BIND=0.0.0.0 PORT=8080 DATA_DIR=/data\nEXPOSE 8080\nVOLUME [\"/data\"]\nUSER 65532:65532\n\
    STOPSIGNAL SIGTERM\nENTRYPOINT [\"/app\"]\n";

/// A context on disk, which vanishes when it was sent.
pub(crate) struct BuildContext(File);

impl BuildContext {
    /// Packs a folder with a Dockerfile, minus what its `.dockerignore` names, and a binary as `app`.
    /// Without a folder, the Dockerfile is [`SCRATCH`]. Blocks.
    pub(crate) fn pack(folder: Option<&Path>, binary: Option<&Path>) -> Result<Self, Failure> {
        let file =
            tempfile::tempfile().map_err(|problem| failed(&std::env::temp_dir(), &problem))?;
        let mut tar = Builder::new(file);
        let at = folder.or(binary).unwrap_or(Path::new("."));
        let mut pack = || -> std::io::Result<()> {
            match folder {
                Some(folder) => pack_folder(&mut tar, folder, binary.is_some())?,
                None => {
                    append(
                        &mut tar,
                        "Dockerfile",
                        SCRATCH.as_bytes(),
                        SCRATCH.len() as u64,
                        0o644,
                    )?;
                    append(&mut tar, "data/.keep", &[][..], 0, 0o644)?;
                }
            }
            if let Some(binary) = binary {
                let file = File::open(binary)?;
                let size = file.metadata()?.len();
                append(&mut tar, "app", file, size, 0o755)?;
            }
            Ok(())
        };
        pack().map_err(|problem| failed(at, &problem))?;
        let rewind = |mut file: File| file.seek(SeekFrom::Start(0)).map(|_| file);
        tar.into_inner()
            .and_then(rewind)
            .map(Self)
            .map_err(|problem| failed(at, &problem))
    }

    pub(super) fn into_stream(self) -> ReaderStream<tokio::fs::File> {
        ReaderStream::new(tokio::fs::File::from_std(self.0))
    }
}

fn pack_folder(tar: &mut Builder<File>, folder: &Path, has_app: bool) -> std::io::Result<()> {
    let ignored = match std::fs::read_to_string(folder.join(".dockerignore")) {
        Ok(text) => Ignored::read(&text),
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ignored::default(),
        Err(problem) => return Err(problem),
    };
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            let Some(name) = path
                .strip_prefix(folder)
                .ok()
                .and_then(Path::to_str)
                .map(str::to_owned)
            else {
                continue;
            };
            // Links could lead out of the folder, so they stay here.
            if kind.is_dir() && !ignored.whole(&name) {
                folders.push(path);
            } else if kind.is_file()
                && !(has_app && name == "app")
                && (name == "Dockerfile" || !ignored.is(&name))
            {
                paths.push((name, path));
            }
        }
    }
    paths.sort();
    for (name, path) in paths {
        let file = File::open(&path)?;
        let metadata = file.metadata()?;
        let executable =
            std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0;
        append(
            tar,
            &name,
            file,
            metadata.len(),
            if executable { 0o755 } else { 0o644 },
        )?;
    }
    Ok(())
}

fn append(
    tar: &mut Builder<File>,
    name: &str,
    content: impl std::io::Read,
    size: u64,
    mode: u32,
) -> std::io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_mode(mode);
    header.set_mtime(0);
    tar.append_data(&mut header, name, content)
}

/// The patterns of a `.dockerignore`: the last that fits decides, and `!` lets in again.
#[derive(Default)]
struct Ignored(Vec<(bool, Vec<String>)>);

impl Ignored {
    fn read(text: &str) -> Self {
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(
            lines
                .map(|line| {
                    let (lets_in, pattern) = line
                        .strip_prefix('!')
                        .map_or((false, line), |pattern| (true, pattern));
                    let parts = pattern
                        .split('/')
                        .filter(|part| !part.is_empty() && *part != ".");
                    (lets_in, parts.map(str::to_owned).collect())
                })
                .collect(),
        )
    }

    /// Whether a file stays out: a pattern fits it or a folder around it.
    fn is(&self, name: &str) -> bool {
        let parts: Vec<&str> = name.split('/').collect();
        let fits = |pattern: &[String]| {
            (1..=parts.len()).any(|length| path_fits(pattern, &parts[..length]))
        };
        self.0
            .iter()
            .rev()
            .find(|(_, pattern)| fits(pattern))
            .is_some_and(|(lets_in, _)| !lets_in)
    }

    /// Whether a folder can be passed over, since nothing in it is let in again.
    fn whole(&self, name: &str) -> bool {
        self.is(name) && !self.0.iter().any(|(lets_in, _)| *lets_in)
    }
}

fn path_fits(pattern: &[String], parts: &[&str]) -> bool {
    match (pattern.split_first(), parts.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            path_fits(rest, parts)
                || parts
                    .split_first()
                    .is_some_and(|(_, others)| path_fits(pattern, others))
        }
        (Some((first, rest)), Some((part, others))) => {
            part_fits(first.as_bytes(), part.as_bytes()) && path_fits(rest, others)
        }
        _ => false,
    }
}

fn part_fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            part_fits(rest, text)
                || text
                    .split_first()
                    .is_some_and(|(_, others)| part_fits(pattern, others))
        }
        (Some((b'?', rest)), Some((_, others))) => part_fits(rest, others),
        (Some((first, rest)), Some((byte, others))) => first == byte && part_fits(rest, others),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_dockerignore_names() {
        let ignored = Ignored::read("# a comment\n*\n!app\n!data/.keep\n");
        assert!(ignored.is("src/main.rs") && ignored.is("data/app.db"));
        assert!(!ignored.is("app") && !ignored.is("data/.keep"));
        let ignored = Ignored::read("target\n**/*.log\n!keep.log");
        assert!(ignored.is("target/release/x") && ignored.is("a/b/c.log"));
        assert!(!ignored.is("keep.log") && !ignored.is("src/target.rs"));
    }

    #[test]
    fn the_same_content_is_the_same_context() {
        let pack = || {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(
                folder.path().join("Dockerfile"),
                "FROM scratch\nCOPY app /app\n",
            )
            .unwrap();
            std::fs::write(folder.path().join("app"), "an old one").unwrap();
            std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
            let binary = folder.path().join("binary");
            std::fs::write(&binary, "new").unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(
                &mut BuildContext::pack(Some(folder.path()), Some(&binary))
                    .unwrap()
                    .0,
                &mut bytes,
            )
            .unwrap();
            bytes
        };
        let (one, other) = (pack(), pack());
        assert_eq!(one, other);
        let mut archive = tar::Archive::new(one.as_slice());
        let names: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["Dockerfile", "binary", "app"]);
    }
}
