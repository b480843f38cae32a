//! Where the servers of this machine listen, and what proves to them that somebody is this machine's operator: written
//! down by them, for their own user only.

use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) address: String,
    pub(crate) process: u32,
    /// Good for as long as this server runs.
    #[serde(default)]
    pub(crate) token: String,
}

/// Written when the server is about to answer: into its data folder, and where this user's commands look for it by its
/// address. Where everybody is spoken to over TLS, `main` is where that is, and commands go to another one.
pub(crate) fn record(data: &Path, address: &str, main: &str, token: &str) -> anyhow::Result<()> {
    let text = serde_json::to_string(&Recorded {
        address: address.to_owned(),
        process: std::process::id(),
        token: token.to_owned(),
    })?;
    write(&beside(data), &text)?;
    for path in [address, main].into_iter().filter_map(of_address) {
        write(&path, &text)?;
    }
    Ok(())
}

/// What the last server of this folder wrote; it may be gone since.
pub(crate) fn recorded(data: &Path) -> Option<Recorded> {
    read(&beside(data))
}

/// What the last server of this user at an address wrote.
pub(super) fn recorded_at(address: &str) -> Option<Recorded> {
    read(&of_address(address)?)
}

/// Removed when the server stops in good order.
pub(crate) fn forget(data: &Path, address: &str, main: &str) {
    let _ = std::fs::remove_file(beside(data));
    for path in [address, main].into_iter().filter_map(of_address) {
        let _ = std::fs::remove_file(path);
    }
}

/// Where a server of this machine is spoken to, if that is not where everybody speaks to it.
pub(super) fn other_door(address: &str) -> Option<reqwest::Url> {
    let asked = reqwest::Url::parse(address).ok()?;
    let recorded = reqwest::Url::parse(&recorded_at(address)?.address).ok()?;
    (recorded.port_or_known_default() != asked.port_or_known_default()).then_some(recorded)
}

fn read(path: &Path) -> Option<Recorded> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("make the folder {}", folder.display()))?;
    }
    let write = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(path)?;
        // It may have been there before, with other rights.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(Permissions::from_mode(0o600))?;
        }
        file.write_all(text.as_bytes())
    };
    write().with_context(|| format!("write {}", path.display()))
}

fn beside(data: &Path) -> PathBuf {
    data.join("server.json")
}

/// By the port alone: that of loopback has many names. Only a server of this very user can have written there.
fn of_address(address: &str) -> Option<PathBuf> {
    let url = reqwest::Url::parse(address).ok()?;
    let port = url.port_or_known_default()?;
    let given = |name: &str| std::env::var_os(name).filter(|text| !text.is_empty());
    let state = match given("XDG_STATE_HOME") {
        Some(state) => PathBuf::from(state),
        None => PathBuf::from(given("HOME")?).join(".local/state"),
    };
    Some(state.join(format!("lathe/servers/{port}.json")))
}
