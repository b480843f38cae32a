//! Where the checkout and its build folder are.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

pub(crate) struct Project {
    root: PathBuf,
    target: PathBuf,
    metadata: Value,
}

impl Project {
    /// Asks cargo, because only cargo knows every way in which the build folder can be moved.
    pub(crate) fn locate() -> Result<Self> {
        let here = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--no-deps", "--format-version=1"])
            .current_dir(&here)
            .output()
            .context("cargo could not be started")?;
        ensure!(
            output.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        let metadata: Value =
            serde_json::from_slice(&output.stdout).context("cargo metadata gave no JSON")?;
        let path = |key: &str| -> Result<PathBuf> {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata has no {key}"))
        };
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            metadata,
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The cargo that runs us, in the checkout.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        command
    }

    pub(crate) fn webapp(&self) -> PathBuf {
        self.root.join("webapp")
    }

    /// The answer of `cargo metadata --no-deps`.
    pub(crate) fn metadata(&self) -> &Value {
        &self.metadata
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A folder for what this tool keeps between two runs: stamps, reports, the address file of running services.
    pub(crate) fn state(&self) -> Result<PathBuf> {
        let folder = self.target.join("xtask");
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(folder)
    }

    /// The `lathe` program as cargo builds it in the given profile (`debug` or `release`).
    pub(crate) fn lathe(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join("lathe")
    }
}
