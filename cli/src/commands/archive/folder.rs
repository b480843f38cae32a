//! The texts of an archive in a folder: read and written, and nothing else there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Component, Path};

use anyhow::Context;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::covers::{self, COVERAGE};
use super::lists::{self, Listed};
use crate::console::{self, visible};
use crate::fault::Fault;

const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The documents of a folder's folders, as an archive. What else lies there stays out.
pub(super) fn pack(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    let documents = documents(folder)?;
    let mut append = |path: &str, text: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, text)
    };
    let says = folder.join(COVERAGE).is_file();
    let kinds = match says {
        true => BTreeSet::new(),
        false => kinds(folder, &documents),
    };
    let says = says.then(|| COVERAGE.to_owned());
    for path in documents.into_iter().chain(says) {
        refuse_elsewhere(folder, Path::new(&path))?;
        let at = folder.join(&path);
        let text = fs::read(&at).with_context(|| format!("read {}", at.display()))?;
        append(&path, &text)?;
    }
    // An empty folder says as much as one with documents, and of it nothing else would arrive.
    if !kinds.is_empty() {
        append(COVERAGE, &covers::of_folders(kinds)?)?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// The kinds whose folders there are. Of files it takes a list: contents alone say nothing of what they were called.
fn kinds(folder: &Path, documents: &BTreeSet<String>) -> BTreeSet<String> {
    let listed = documents.iter().any(|path| lists::is_list(path));
    let kinds = api::archive_kinds().into_iter();
    let there = kinds.filter(|kind| match *kind == lists::FOLDER {
        true => listed,
        // What a link leads to is not read.
        false => fs::symlink_metadata(folder.join(kind)).is_ok_and(|about| about.is_dir()),
    });
    there.map(str::to_owned).collect()
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

/// What an archive has brought.
pub(super) struct Unpacked {
    /// The paths of its documents.
    pub(super) documents: BTreeSet<String>,
    /// The files that it lists.
    pub(super) files: Vec<Listed>,
    /// The kinds of which it has all that there is.
    whole: BTreeSet<String>,
}

/// Writes the files of an archive. What covers less than what there is is joined to it.
pub(super) fn unpack(bytes: &[u8], folder: &Path) -> anyhow::Result<Unpacked> {
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    let mut texts = texts(bytes)?;
    let whole = texts.get(COVERAGE).map(|text| covers::whole(text));
    let whole = whole.transpose()?.unwrap_or_default();
    let files = lists::read(&texts)?;
    let before = of_files(folder)?;
    let is_whole = whole.contains(lists::FOLDER);
    if !is_whole && !files.is_empty() && !before.is_empty() {
        let before = lists::read(&before)?;
        texts.retain(|path, _| !lists::is_list(path));
        texts.extend(lists::joined(before, &files)?);
    }
    let covers = folder.join(COVERAGE);
    if let (Some(text), true) = (texts.get_mut(COVERAGE), covers.is_file()) {
        refuse_elsewhere(folder, Path::new(COVERAGE))?;
        let before = fs::read(&covers).with_context(|| format!("read {}", covers.display()))?;
        *text = covers::joined(&before, text)?;
    }
    for (path, text) in &texts {
        write(folder, path, text)?;
    }
    // A part of a list that stays from longer ones would name files that are gone, or name them twice.
    let is_listed = texts.keys().any(|path| lists::is_list(path));
    for path in before.keys().filter(|_| is_whole || is_listed) {
        if !texts.contains_key(path) {
            let at = folder.join(path);
            fs::remove_file(&at).with_context(|| format!("remove {}", at.display()))?;
        }
    }
    texts.remove(COVERAGE);
    Ok(Unpacked {
        documents: texts.into_keys().collect(),
        files,
        whole,
    })
}

/// The texts of an archive by their paths, none of which leads elsewhere.
fn texts(bytes: &[u8]) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = tar::Archive::new(GzDecoder::new(Cursor::new(bytes)));
    let mut texts = BTreeMap::new();
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
        texts.insert(path.to_string_lossy().into_owned(), text);
    }
    Ok(texts)
}

/// The parts of the list of files that lie in a folder.
fn of_files(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut texts = BTreeMap::new();
    for path in documents(folder)?
        .into_iter()
        .filter(|path| lists::is_list(path))
    {
        refuse_elsewhere(folder, Path::new(&path))?;
        let at = folder.join(&path);
        let text = fs::read(&at).with_context(|| format!("read {}", at.display()))?;
        texts.insert(path, text);
    }
    Ok(texts)
}

fn write(folder: &Path, path: &str, text: &[u8]) -> anyhow::Result<()> {
    refuse_elsewhere(folder, Path::new(path))?;
    let at = folder.join(path);
    if let Some(parent) = at.parent() {
        fs::create_dir_all(parent).with_context(|| format!("make {}", parent.display()))?;
    }
    let shown = visible(path);
    for what in comments(text) {
        console::note(format_args!("{shown}: {}", visible(what)));
    }
    fs::write(&at, text).with_context(|| format!("write {}", at.display()))
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

/// Removes documents that were not written just now, in folders of which any was, or of which there is nothing any more.
pub(super) fn remove_others(folder: &Path, unpacked: &Unpacked) -> anyhow::Result<()> {
    let written = &unpacked.documents;
    let folders: BTreeSet<&str> = written
        .iter()
        .filter_map(|path| path.split('/').next())
        .chain(unpacked.whole.iter().map(String::as_str))
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

    /// An archive of these documents.
    fn archive(texts: &[(&str, &str)]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in texts {
            write(folder.path(), path, text.as_bytes()).unwrap();
        }
        pack(folder.path()).unwrap()
    }

    fn list(names: &[&str]) -> String {
        let hash = "a".repeat(64);
        let file = |name: &&str| format!("- name: {name}\n  size: 1\n  sha256: {hash}\n");
        let files: String = names.iter().map(file).collect();
        format!("files:\n{files}")
    }

    /// What the folder would tell a server.
    fn listed(folder: &Path) -> Vec<String> {
        let files = lists::read(&of_files(folder).unwrap()).unwrap();
        files.into_iter().map(|file| file.name).collect()
    }

    /// A list is one document of many files, and to speak of one of them is not to say that the others are gone.
    #[test]
    fn an_export_of_one_file_keeps_the_others_listed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let all = "covers:\n- kind: files\n";
        let one = "covers:\n- kind: files\n  names: [b]\n";
        let (first, second) = (list(&["a", "b"]), list(&["c"]));
        let two = [
            (COVERAGE, all),
            ("files/index.yaml", &*first),
            ("files/index-2.yaml", &*second),
        ];
        unpack(&archive(&two), folder).unwrap();
        let changed = list(&["b"]).replace("size: 1", "size: 2");
        let narrow = archive(&[(COVERAGE, one), ("files/index.yaml", &*changed)]);
        let unpacked = unpack(&narrow, folder).unwrap();
        let brought: Vec<&str> = unpacked.files.iter().map(|file| &*file.name).collect();
        assert_eq!(brought, ["b"]);
        assert_eq!(listed(folder), ["a", "b", "c"]);
        let text = fs::read_to_string(folder.join("files/index.yaml")).unwrap();
        assert_eq!(text.matches("size: 2").count(), 1, "{text}");
        let covers = fs::read(folder.join(COVERAGE)).unwrap();
        assert!(covers::whole(&covers).unwrap().contains("files"));
        // Who exports all of them has them all: what is gone is listed nowhere, in no part of a list that was longer.
        unpack(&archive(&two), folder).unwrap();
        let whole = archive(&[(COVERAGE, all), ("files/index.yaml", &*second)]);
        unpack(&whole, folder).unwrap();
        assert_eq!(listed(folder), ["c"]);
        assert!(!folder.join("files/index-2.yaml").exists());
    }

    #[test]
    fn a_folder_covers_the_kinds_whose_folders_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for inner in ["workflows", "notes", "files"] {
            fs::create_dir(folder.join(inner)).unwrap();
        }
        write(folder, "variables/a.yaml", b"name: a\nvalue: 1\n").unwrap();
        let texts = texts(&pack(folder).unwrap()).unwrap();
        let covers = covers::whole(&texts[COVERAGE]).unwrap();
        assert_eq!(
            covers.into_iter().collect::<Vec<_>>(),
            ["variables", "workflows"]
        );
    }

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
