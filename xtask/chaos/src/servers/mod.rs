//! Servers that may be killed: no scenario does that to one that others use.

mod docker;
mod postgres;
mod redis;

pub(crate) use self::{
    docker::DockerServer,
    postgres::PostgresServer,
    redis::{GROUP, RedisServer, STREAM},
};

use std::{
    ffi::OsStr,
    net::TcpListener,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Result, bail};
use tokio::process::Command;

/// A port for a server that dies and comes back to it. None that the kernel hands out, or somebody else would have it by
/// then, as the near end of a connection.
pub(crate) fn free_port() -> Result<u16> {
    const PORTS: std::ops::Range<u32> = 15_000..32_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let count = PORTS.end - PORTS.start;
    // Two programs of this kind begin in different places.
    let begin = std::process::id().wrapping_mul(101);
    for _ in PORTS {
        let number = begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(PORTS.start + number % count)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port on 127.0.0.1")
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
