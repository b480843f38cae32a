//! What cargo built: found in its messages, and kept under the digest of its content.

use std::path::{Path, PathBuf};

use engine::node::Failure;
use serde::Deserialize;

use crate::digest;
use crate::home::failed;

pub(super) struct Kept {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) digest: String,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// The executable among cargo's messages.
pub(super) fn find(messages: &str, bin: Option<&str>) -> Result<PathBuf, Failure> {
    let mut found: Vec<(String, PathBuf)> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter_map(|message| Some((message.target?.name, message.executable?)))
        .filter(|(name, _)| bin.is_none_or(|bin| bin == name))
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some((_, path)), true) => Ok(path),
        (None, _) => Err(Failure::permanent(
            "no_binary",
            "the project has no binary to build",
        )),
        (Some((last, _)), false) => {
            let names: Vec<_> = found
                .iter()
                .map(|(name, _)| name.as_str())
                .chain([last.as_str()])
                .collect();
            let message = format!(
                "the project has several binaries ({}): choose one with `bin`",
                names.join(", ")
            );
            Err(Failure::permanent("several_binaries", message))
        }
    }
}

/// Builds of an application's source belong to its home; others are kept together.
pub(super) fn home(data: &Path, source: &Path) -> PathBuf {
    let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let name = source
        .strip_prefix(data.join("apps"))
        .ok()
        .and_then(|inside| inside.components().next());
    match name {
        Some(name) => data.join("apps").join(name).join("builds"),
        None => data.join("builds"),
    }
}

/// Copies a binary to the place that its content gives it.
pub(super) fn keep(binary: &Path, home: &Path) -> Result<Kept, Failure> {
    let digest = digest::digest(binary).map_err(|problem| failed(binary, &problem))?;
    let folder = home.join(&digest[..12]);
    let path = folder.join("app");
    let copy = || -> std::io::Result<u64> {
        if digest::digest(&path).ok().as_ref() == Some(&digest) {
            return Ok(std::fs::metadata(&path)?.len());
        }
        std::fs::create_dir_all(&folder)?;
        let part = tempfile::Builder::new()
            .prefix(".part-")
            .tempfile_in(&folder)?
            .into_temp_path();
        let size = std::fs::copy(binary, &part)?;
        part.persist(&path)?;
        Ok(size)
    };
    let size = copy().map_err(|problem| failed(&path, &problem))?;
    Ok(Kept { path, size, digest })
}
