//! What files of a workspace hold, beside the texts of its archive: fetched and sent by the routes of files, as streams.
//!
//! Each lies in the folder under its hash. So equal contents are one, no name that somebody gave becomes a path, and what lies
//! there can be held against what it is called.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::folder::refuse_elsewhere;
use super::lists::{FOLDER, Listed};
use crate::commands::by_name::FILE;
use crate::commands::executions::word;
use crate::fault::Fault;
use crate::server::Server;

/// So much of a content is looked at together.
const PART: usize = 64 * 1024;

/// Where a content lies, as seen from the folder.
pub(super) fn place(hash: &str) -> String {
    format!("{FOLDER}/{hash}")
}

/// Fetches what these files hold, where it is not there yet. Gives the hashes of all of them.
pub(super) async fn fetch(
    server: &Server,
    folder: &Path,
    listed: &[Listed],
) -> anyhow::Result<BTreeSet<String>> {
    let mut hashes = BTreeSet::new();
    if listed.is_empty() {
        return Ok(hashes);
    }
    let there = server.all("api/files").await?;
    let there: BTreeMap<&str, &Value> = there
        .iter()
        .map(|file| (word(&file["name"]), file))
        .collect();
    for Listed { name, sha256, .. } in listed {
        anyhow::ensure!(
            is_hash(sha256),
            "the server gave a file a hash that is none: {sha256:?}"
        );
        let at = within(folder, sha256)?;
        if hash_of(&at).await?.as_ref() != Some(sha256) {
            let file = there.get(name.as_str()).copied();
            let file = file.filter(|file| file["sha256"] == *sha256);
            let file = file.ok_or_else(|| changed(name))?;
            receive(server, file, sha256, &at).await?;
        }
        hashes.insert(sha256.clone());
    }
    Ok(hashes)
}

/// Removes contents that no file holds any more.
pub(super) fn remove_others(folder: &Path, hashes: &BTreeSet<String>) -> anyhow::Result<()> {
    let inner = folder.join(FOLDER);
    if hashes.is_empty() || !inner.is_dir() {
        return Ok(());
    }
    let reading = || format!("read the folder {}", inner.display());
    for entry in fs::read_dir(&inner).with_context(reading)? {
        let name = entry.with_context(reading)?.file_name();
        let name = name.to_string_lossy();
        if is_hash(&name) && !hashes.contains(&*name) {
            let at = inner.join(&*name);
            fs::remove_file(&at).with_context(|| format!("remove {}", at.display()))?;
        }
    }
    Ok(())
}

/// The contents that a plan asks for.
pub(super) struct Contents<'p> {
    /// Names and hashes of the files whose content is in the folder, and where that is.
    found: Vec<(&'p str, &'p str, PathBuf)>,
    missing: usize,
}

impl<'p> Contents<'p> {
    /// Looks for them in the folder; an archive in a file has none.
    pub(super) fn of(folder: &Path, plan: &'p Value) -> anyhow::Result<Self> {
        let mut contents = Self {
            found: Vec::new(),
            missing: 0,
        };
        let items = plan["items"].as_array().into_iter().flatten();
        for item in items.filter(|item| item["action"] == "needs_content") {
            let (name, hash) = (word(&item["name"]), word(&item["sha256"]));
            anyhow::ensure!(
                is_hash(hash),
                "the server asks for a hash that is none: {hash:?}"
            );
            let at = match folder.is_dir() {
                true => Some(within(folder, hash)?),
                false => None,
            };
            match at.filter(|at| at.is_file()) {
                Some(at) => contents.found.push((name, hash, at)),
                None => contents.missing += 1,
            }
        }
        Ok(contents)
    }

    pub(super) fn at_hand(&self) -> usize {
        self.found.len()
    }

    pub(super) fn missing(&self) -> usize {
        self.missing
    }

    pub(super) fn has(&self, item: &Value) -> bool {
        let mut found = self.found.iter();
        found.any(|(name, ..)| item["name"] == **name)
    }

    /// Sends all that are here. What is called by a hash that it does not have takes no file's place.
    pub(super) async fn send(&self, server: &Server) -> anyhow::Result<()> {
        for (name, hash, at) in &self.found {
            if hash_of(at).await?.as_deref() != Some(*hash) {
                let sentence = format!("{} is not what it is called after", at.display());
                return Err(Fault::unusable(sentence)
                    .mend("It was changed: export it again, or send the file by `lathe file upload` and export after that.")
                    .into());
            }
            let file = tokio::fs::File::open(at).await;
            let file = file.with_context(|| format!("open {}", at.display()))?;
            let _: Value = server
                .send_file("api/files?replace=true", name, file)
                .await?;
        }
        Ok(())
    }
}

/// Where a content lies, unless that is behind a link that leads elsewhere.
fn within(folder: &Path, hash: &str) -> anyhow::Result<PathBuf> {
    let place = place(hash);
    refuse_elsewhere(folder, Path::new(&place))?;
    Ok(folder.join(place))
}

/// Writes beside the place first: what broke off, or became something else meanwhile, is not taken for it.
async fn receive(server: &Server, file: &Value, hash: &str, at: &Path) -> anyhow::Result<()> {
    let beside = at.with_file_name(format!(".{hash}.part"));
    // One that an earlier export left is not gone on with.
    let _ = fs::remove_file(&beside);
    let received = async {
        let made = tokio::fs::File::create_new(&beside).await;
        let mut to = made.with_context(|| format!("make {}", beside.display()))?;
        let content = format!("{}/content", FILE.path(file));
        server.receive(&content, &mut to).await?;
        to.flush().await.context("write the file")?;
        drop(to);
        if hash_of(&beside).await?.as_deref() != Some(hash) {
            return Err(changed(word(&file["name"])).into());
        }
        fs::rename(&beside, at).with_context(|| format!("write {}", at.display()))
    };
    let received: anyhow::Result<()> = received.await;
    if received.is_err() {
        let _ = fs::remove_file(&beside);
    }
    received
}

fn changed(name: &str) -> Fault {
    Fault::new(format!("the file {name:?} was changed meanwhile")).mend("Export once more.")
}

/// The hash of a file; none where there is no such.
async fn hash_of(path: &Path) -> anyhow::Result<Option<String>> {
    let reading = || format!("read {}", path.display());
    match tokio::fs::metadata(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // Of a pipe nothing might come, ever.
        Ok(about) if !about.is_file() => {
            return Err(Fault::unusable(format!("{} is no file", path.display())).into());
        }
        Err(error) => return Err(error).with_context(reading),
        Ok(_) => {}
    }
    let mut file = tokio::fs::File::open(path).await.with_context(reading)?;
    let (mut hash, mut part) = (Sha256::new(), vec![0_u8; PART]);
    loop {
        match file.read(&mut part).await.with_context(reading)? {
            0 => break,
            length => hash.update(&part[..length]),
        }
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Some(digits))
}

/// 64 digits, and so a name of a file that leads nowhere.
fn is_hash(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 64 && text.bytes().all(is_digit)
}
