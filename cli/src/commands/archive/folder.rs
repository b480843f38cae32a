//! The texts of an archive in a folder: read and written, and nothing else there.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Component, Path};

use anyhow::Context;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::covers::{self, COVERAGE};
use crate::console::{self, visible};
use crate::fault::Fault;

const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The documents of a folder's folders, as an archive. What else lies there stays out.
pub(super) fn pack(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    let covers = folder.join(COVERAGE).is_file();
    let covers = covers.then(|| COVERAGE.to_owned());
    for path in documents(folder)?.into_iter().chain(covers) {
        refuse_elsewhere(folder, Path::new(&path))?;
        let at = folder.join(&path);
        let text = fs::read(&at).with_context(|| format!("read {}", at.display()))?;
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, &*text)?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// `folder/name.yaml` and the like, in order.
fn documents(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    let reading = || format!("read the folder {}", folder.display());
    for inner in fs::read_dir(folder).with_context(reading)? {
        let inner = inner.with_context(reading)?;
        let name = inner.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !inner.file_type().with_context(reading)?.is_dir() {
            continue;
        }
        for file in fs::read_dir(inner.path()).with_context(reading)? {
            let file = file
                .with_context(reading)?
                .file_name()
                .to_string_lossy()
                .into_owned();
            let ending = file.rsplit_once('.').map(|(_, ending)| ending);
            if ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
                paths.insert(format!("{name}/{file}"));
            }
        }
    }
    Ok(paths)
}

/// Writes the files of an archive, and says which documents there are among them.
pub(super) fn unpack(bytes: &[u8], folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut archive = tar::Archive::new(GzDecoder::new(Cursor::new(bytes)));
    let mut written = BTreeSet::new();
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    for entry in archive.entries().context("read the archive")? {
        let mut entry = entry.context("read the archive")?;
        let path = entry.path().context("read the archive")?.into_owned();
        let plain = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        anyhow::ensure!(
            plain && !path.to_string_lossy().contains(char::is_control),
            "the server named a file outside of the folder: {path:?}"
        );
        let mut text = Vec::new();
        entry.read_to_end(&mut text).context("read the archive")?;
        refuse_elsewhere(folder, &path)?;
        let at = folder.join(&path);
        if let Some(parent) = at.parent() {
            fs::create_dir_all(parent).with_context(|| format!("make {}", parent.display()))?;
        }
        let covers = path == Path::new(COVERAGE);
        if covers && at.is_file() {
            let before = fs::read(&at).with_context(|| format!("read {}", at.display()))?;
            text = covers::joined(&before, &text)?;
        }
        let shown = visible(&path.to_string_lossy());
        for what in comments(&text) {
            console::note(format_args!("{shown}: {}", visible(what)));
        }
        fs::write(&at, text).with_context(|| format!("write {}", at.display()))?;
        if !covers {
            written.insert(path.to_string_lossy().into_owned());
        }
    }
    Ok(written)
}

/// A link must lead nowhere out of the folder, at no part of a path in it: what lies elsewhere is not sent to the server, nor
/// written over.
pub(super) fn refuse_elsewhere(folder: &Path, inner: &Path) -> anyhow::Result<()> {
    let reading = |path: &Path| format!("find out where {} leads", path.display());
    let real = |path: &Path| fs::canonicalize(path).with_context(|| reading(path));
    let within = real(folder)?;
    let mut at = folder.to_owned();
    for part in inner {
        at.push(part);
        match fs::symlink_metadata(&at) {
            // It comes to lie in what was looked at before it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            looked => looked.with_context(|| reading(&at))?,
        };
        if !real(&at)?.starts_with(&within) {
            let sentence = format!("{} is a link that leads out of the folder", at.display());
            return Err(Fault::unusable(sentence)
                .mend("Put the file itself there: what lies elsewhere is neither read nor written.")
                .into());
        }
    }
    Ok(())
}

/// What the server says of a file at its head.
fn comments(text: &[u8]) -> impl Iterator<Item = &str> {
    let head = text
        .split(|byte| *byte == b'\n')
        .map_while(|line| line.strip_prefix(b"# "));
    head.filter_map(|comment| str::from_utf8(comment).ok())
}

/// Removes documents that were not written just now, in folders of which any was.
pub(super) fn remove_others(folder: &Path, written: &BTreeSet<String>) -> anyhow::Result<()> {
    let folders: BTreeSet<&str> = written
        .iter()
        .filter_map(|path| path.split('/').next())
        .collect();
    for path in documents(folder)? {
        let ours = path
            .split('/')
            .next()
            .is_some_and(|folder| folders.contains(folder));
        if ours && !written.contains(&path) {
            let at = folder.join(&path);
            fs::remove_file(&at).with_context(|| format!("remove {}", at.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S16: a document that is a link to something private.
    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_out_of_the_folder() {
        let outside = tempfile::tempdir().unwrap();
        let inside = tempfile::tempdir().unwrap();
        let folder = inside.path().join("variables");
        fs::create_dir(&folder).unwrap();
        let private = outside.path().join("private.yaml");
        fs::write(&private, "name: a\nvalue: private\n").unwrap();
        fs::write(folder.join("b.yaml"), "name: b\nvalue: 1\n").unwrap();
        std::os::unix::fs::symlink("b.yaml", folder.join("c.yaml")).unwrap();
        let packed = pack(inside.path()).unwrap();

        let link = folder.join("a.yaml");
        std::os::unix::fs::symlink(&private, &link).unwrap();
        let refused = pack(inside.path()).unwrap_err().to_string();
        assert!(refused.contains("a.yaml is a link"), "{refused}");
        fs::remove_file(&link).unwrap();
        // Nor is anything written through one, were there something at its end or not.
        let link = folder.join("b.yaml");
        fs::remove_file(&link).unwrap();
        for end in [private.clone(), outside.path().join("new.yaml")] {
            std::os::unix::fs::symlink(&end, &link).unwrap();
            assert!(unpack(&packed, inside.path()).is_err());
            fs::remove_file(&link).unwrap();
        }
        assert!(!outside.path().join("new.yaml").exists());
        // A folder that is a link is looked at before anything is made in it.
        fs::remove_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink(outside.path(), &folder).unwrap();
        let deep = Path::new("variables/made/a.yaml");
        assert!(refuse_elsewhere(inside.path(), deep).is_err());
        assert!(unpack(&packed, inside.path()).is_err());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
        assert_eq!(fs::read(&private).unwrap(), b"name: a\nvalue: private\n");
    }
}
