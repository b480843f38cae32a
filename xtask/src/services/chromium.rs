//! The browser for the end-to-end tests. It is only found or installed here; each test starts its own.

use anyhow::{Context, Result};

use super::{Environment, Ground, Service, Started, given};
use crate::tools;

pub(super) struct Chromium;

impl Service for Chromium {
    fn name(&self) -> &'static str {
        "chromium"
    }

    fn provided(&self) -> Option<Environment> {
        Some(vec![("CHROMIUM".into(), given("CHROMIUM")?)])
    }

    fn missing_packages(&self) -> Vec<&'static str> {
        if program().is_some() {
            Vec::new()
        } else {
            vec!["chromium"]
        }
    }

    fn start(&mut self, _ground: &Ground<'_>) -> Result<Started> {
        let place = program()
            .context("no Chromium was found")?
            .display()
            .to_string();
        Ok(Started {
            environment: vec![("CHROMIUM".into(), place.clone())],
            program: None,
            place,
        })
    }
}

fn program() -> Option<std::path::PathBuf> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    names.into_iter().find_map(tools::find)
}
