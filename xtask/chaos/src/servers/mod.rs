//! Servers that may be killed: no scenario does that to one that others use.

mod docker;
mod postgres;
mod redis;

pub(crate) use self::{docker::DockerServer, postgres::PostgresServer, redis::RedisServer};

use std::{ffi::OsStr, net::TcpListener, path::PathBuf};

use anyhow::{Context, Result};
use tokio::process::Command;

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// A command that is killed when this program ends in whatever way, and runs as another user when one is given.
/// Without `setpriv` (outside Linux) it is as it was.
pub(crate) fn bound_to_us(program: impl AsRef<OsStr>, user: Option<&str>, death: &str) -> Command {
    let Some(setpriv) = find("setpriv") else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    if let Some(user) = user {
        command.args(["--reuid", user, "--regid", user, "--clear-groups"]);
    }
    command.args(["--pdeathsig", death, "--"]).arg(program);
    command
}

pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    first_of(std::env::split_paths(&path), program)
}

/// Also where Debian hides system programs.
pub(crate) fn find_system(program: &str) -> Option<PathBuf> {
    let hidden = ["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from);
    find(program).or_else(|| first_of(hidden.into_iter(), program))
}

fn first_of(mut folders: impl Iterator<Item = PathBuf>, program: &str) -> Option<PathBuf> {
    folders.find_map(|folder| Some(folder.join(program)).filter(|file| file.is_file()))
}
