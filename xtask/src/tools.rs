//! Finding programs on this machine, and saying how to install those that are missing.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::process;

/// The program's full path, looked for as a shell would, then where Debian hides system programs.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let hidden = ["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from);
    env::split_paths(&path)
        .chain(hidden)
        .map(|folder| folder.join(program))
        .find(|file| is_executable(file))
}

pub(crate) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Checks the tools without which nothing can be built, and names all that are missing at once.
pub(crate) fn require_build_tools(web: bool) -> Result<()> {
    let mut missing = Vec::new();
    if find("cc").is_none() {
        missing.push(
            "a C compiler: `apt-get install build-essential` (macOS: `xcode-select --install`)"
                .to_owned(),
        );
    }
    if web {
        match node_version() {
            None => missing
                .push("Node.js 20 or newer, with npm: https://nodejs.org/en/download".to_owned()),
            Some(version) if version < 20 => {
                missing.push(format!(
                    "Node.js 20 or newer (this is {version}): https://nodejs.org/en/download"
                ));
            }
            Some(_) => {}
        }
        if find("npm").is_none() {
            missing
                .push("npm, which comes with Node.js: https://nodejs.org/en/download".to_owned());
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    bail!("please install first:\n  - {}", missing.join("\n  - "))
}

fn node_version() -> Option<u32> {
    let text = process::capture(Command::new(find("node")?).arg("--version")).ok()?;
    text.trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}
