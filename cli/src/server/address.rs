//! Where the server of a data folder listens, written down by it for others on this machine.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) address: String,
    pub(crate) process: u32,
}

/// Written when the server is about to answer.
pub(crate) fn record(data: &Path, address: &str) -> anyhow::Result<()> {
    let text = serde_json::to_string(&Recorded {
        address: address.to_owned(),
        process: std::process::id(),
    })?;
    let path = place(data);
    std::fs::create_dir_all(data).with_context(|| format!("make the folder {}", data.display()))?;
    std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))
}

/// What the last server of this folder wrote; it may be gone since.
pub(crate) fn recorded(data: &Path) -> Option<Recorded> {
    serde_json::from_str(&std::fs::read_to_string(place(data)).ok()?).ok()
}

/// Removed when the server stops in good order.
pub(crate) fn forget(data: &Path) {
    let _ = std::fs::remove_file(place(data));
}

fn place(data: &Path) -> PathBuf {
    data.join("server.json")
}
