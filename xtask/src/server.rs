//! A `lathe serve` of our own, and the examples that a newcomer finds in it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::{
    http,
    interrupt::Interrupt,
    process::{self, Background},
    project::Project,
    services::Environment,
};

/// Builds the program as the tests do: with the whole workspace in view, so that nothing is compiled a second time.
pub(crate) fn build(project: &Project, interrupt: &Interrupt) -> Result<()> {
    let mut cargo = project.cargo();
    process::run(
        interrupt,
        cargo.args(["build", "--workspace", "--bin", "lathe"]),
    )
}

pub(crate) struct Server<'a> {
    pub(crate) project: &'a Project,
    pub(crate) interrupt: &'a Interrupt,
    /// How cargo built the program: `debug` or `release`.
    pub(crate) profile: &'a str,
    pub(crate) port: u16,
    /// With this, the program sees none of the user's own settings, but these. Tests must not depend on who runs them.
    pub(crate) environment: Option<&'a Environment>,
}

impl Server<'_> {
    /// Starts the program and waits until it says that it is well. Its log goes to the file, or is shown without one.
    pub(crate) fn start(&self, data: &Path, log: Option<&PathBuf>) -> Result<Background> {
        let mut command = self.lathe();
        command
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--port", &self.port.to_string()]);
        // Some examples ask Lathe itself, which is no public address.
        if self.environment.is_some() || env::var_os("LATHE_ALLOW_ADDRESSES").is_none() {
            let own = format!("127.0.0.1:{}", self.port);
            command.env("LATHE_ALLOW_ADDRESSES", own);
        }
        let server = Background::start(
            "lathe serve",
            &mut command,
            log.map(PathBuf::as_path),
            Signal::TERM,
        )?;
        let healthy = || http::get(self.port, "/healthz").is_ok_and(|answer| answer.is_success());
        server.wait_ready(self.interrupt, Duration::from_secs(60), healthy)?;
        Ok(server)
    }

    /// Loads every example that is not there yet. Each has a folder of its own.
    pub(crate) fn seed(&self) -> Result<()> {
        let folder = self.project.root().join("examples");
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut examples: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        examples.retain(|path| path.is_dir());
        examples.sort();
        let mut command = self.lathe();
        command
            .arg("seed")
            .args(examples)
            .args(["--server", &self.address()]);
        process::run(self.interrupt, &mut command).context("the examples could not be loaded")
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn lathe(&self) -> Command {
        let mut command = Command::new(self.project.lathe(self.profile));
        command.current_dir(self.project.root());
        if let Some(environment) = self.environment {
            for (name, _) in env::vars_os() {
                let text = name.to_string_lossy();
                if text.starts_with("LATHE_") || text == "DATABASE_URL" || text == "REDIS_URL" {
                    command.env_remove(name);
                }
            }
            command.envs(environment.iter().cloned());
        }
        command
    }
}
