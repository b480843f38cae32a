//! Installing Debian packages without starting the servers that come with them.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::{console, interrupt::Interrupt, process, tools};

/// Installs the packages, or says which to install when that is not ours to do.
pub(crate) fn install(interrupt: &Interrupt, packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let Some(apt) = tools::find("apt-get").filter(|_| tools::is_root()) else {
        bail!(
            "the tests need programs that are not installed here. On Debian or Ubuntu:\n    \
             sudo apt-get install --no-install-recommends {list}\n\
             Elsewhere install their counterparts, or point DATABASE_URL, REDIS_URL, DOCKER_HOST, TEST_REGISTRY (host:port) \
             and CHROMIUM (a path) to what you have"
        );
    };
    console::line(&format!("installing Debian packages: {list}"));
    let _quiet = ServersStayOff::ask()?;
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(&apt);
        command
            .args(["-q", "-o", "DPkg::Lock::Timeout=300"])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        process::run(interrupt, &mut command)
    };
    apt(&["update"])?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

/// While it lives, a freshly installed server is not started: ours are private, and nobody asked for one on the machine.
struct ServersStayOff {
    ours: bool,
}

const POLICY: &str = "/usr/sbin/policy-rc.d";

impl ServersStayOff {
    fn ask() -> Result<Self> {
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false });
        }
        fs::write(POLICY, "#!/bin/sh\nexit 101\n")?;
        fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755))?;
        Ok(Self { ours: true })
    }
}

impl Drop for ServersStayOff {
    fn drop(&mut self) {
        if self.ours {
            let _ = fs::remove_file(POLICY);
        }
    }
}
