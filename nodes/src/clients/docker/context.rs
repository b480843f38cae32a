//! The build context: a tar of what the Dockerfile may copy, the same bytes for the same content.
//!
//! Times, owners and modes of the disk are left out, so that the builder's cache sees only content.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
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
    /// Without a folder, the Dockerfile is [`SCRATCH`]. What lies in the workspace is opened beneath it, since
    /// another step may put a link in its place meanwhile. All are real paths. Blocks.
    pub(crate) fn pack(
        workspace: &Path,
        folder: Option<&Path>,
        binary: Option<&Path>,
    ) -> Result<Self, Failure> {
        let file =
            tempfile::tempfile().map_err(|problem| failed(&std::env::temp_dir(), &problem))?;
        let mut tar = Builder::new(file);
        let at = folder.or(binary).unwrap_or(Path::new("."));
        let mut pack = || -> std::io::Result<()> {
            match folder {
                Some(folder) => {
                    let (root, name) = beneath(workspace, folder)?;
                    pack_folder(&mut tar, &root.open_dir(name)?, binary.is_some())?;
                }
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
                let (root, name) = beneath(workspace, binary)?;
                let file = root.open(name)?;
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

/// An open folder that nothing leads out of, and the name of something in it.
fn beneath<'a>(workspace: &Path, real: &'a Path) -> std::io::Result<(Dir, &'a Path)> {
    let (root, name) = match (
        real.strip_prefix(workspace),
        real.parent(),
        real.file_name(),
    ) {
        (Ok(name), ..) if name.as_os_str().is_empty() => (workspace, Path::new(".")),
        (Ok(name), ..) => (workspace, name),
        (Err(_), Some(parent), Some(name)) => (parent, Path::new(name)),
        _ => return Err(std::io::ErrorKind::InvalidInput.into()),
    };
    Ok((Dir::open_ambient_dir(root, ambient_authority())?, name))
}

fn pack_folder(tar: &mut Builder<File>, folder: &Dir, has_app: bool) -> std::io::Result<()> {
    let ignored = match folder.read_to_string(".dockerignore") {
        Ok(text) => Ignored::read(&text),
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ignored::default(),
        Err(problem) => return Err(problem),
    };
    let mut names = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(next) = folders.pop() {
        let at = if next.is_empty() { "." } else { &next };
        for entry in folder.read_dir(at)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let Ok(own) = entry.file_name().into_string() else {
                continue;
            };
            let name = if next.is_empty() {
                own
            } else {
                format!("{next}/{own}")
            };
            // Links could lead out of the folder, so they stay here.
            if kind.is_dir() && !ignored.whole(&name) {
                folders.push(name);
            } else if kind.is_file()
                && !(has_app && name == "app")
                && (name == "Dockerfile" || !ignored.is(&name))
            {
                names.push(name);
            }
        }
    }
    names.sort();
    for name in names {
        let file = folder.open(&name)?;
        let metadata = file.metadata()?;
        let mode = cap_std::fs::PermissionsExt::mode(&metadata.permissions());
        let mode = if mode & 0o100 != 0 { 0o755 } else { 0o644 };
        append(tar, &name, file, metadata.len(), mode)?;
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
                &mut BuildContext::pack(folder.path(), Some(folder.path()), Some(&binary))
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

    #[test]
    fn a_link_that_was_put_in_the_place_of_a_folder_leads_nowhere() {
        let room = tempfile::tempdir().unwrap();
        let workspace = room.path().canonicalize().unwrap().join("workspace");
        let secrets = workspace.with_file_name("secrets");
        for folder in [&workspace, &secrets] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join("Dockerfile"), "FROM scratch\n").unwrap();
        }
        // The paths were checked before, when they were what they say.
        std::os::unix::fs::symlink(&secrets, workspace.join("folder")).unwrap();
        std::os::unix::fs::symlink(secrets.join("Dockerfile"), workspace.join("binary")).unwrap();
        let (folder, binary) = (workspace.join("folder"), workspace.join("binary"));
        assert!(BuildContext::pack(&workspace, Some(&folder), None).is_err());
        assert!(BuildContext::pack(&workspace, None, Some(&binary)).is_err());
        assert!(BuildContext::pack(&workspace, Some(&workspace), None).is_ok());
    }
}
