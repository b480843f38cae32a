//! A Python that can make private environments, for tools of the tests that are written in it.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::{Environment, Ground, Service, Started, given};
use crate::{process, tools};

pub(super) struct Python;

impl Service for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn provided(&self) -> Option<Environment> {
        Some(vec![("PYTHON".into(), given("PYTHON")?)])
    }

    /// Debian's own Python comes without what makes environments.
    fn missing_packages(&self) -> Vec<&'static str> {
        if program().is_some() {
            Vec::new()
        } else {
            vec!["python3", "python3-venv"]
        }
    }

    fn start(&mut self, _ground: &Ground<'_>) -> Result<Started> {
        let place = program()
            .context("no Python that has `venv` and `ensurepip` was found")?
            .display()
            .to_string();
        Ok(Started {
            environment: vec![("PYTHON".into(), place.clone())],
            program: None,
            place,
        })
    }
}

fn program() -> Option<PathBuf> {
    let able = |python: &PathBuf| {
        let test = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
        process::capture(Command::new(python).args(["-c", test])).is_ok()
    };
    let system = PathBuf::from("/usr/bin/python3");
    tools::find("python3")
        .into_iter()
        .chain([system])
        .find(able)
}
