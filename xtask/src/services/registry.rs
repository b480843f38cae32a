//! A private Docker registry over plain HTTP on the loopback address, where every engine accepts that.

use std::{fs, time::Duration};

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::{Environment, Ground, Service, Started, given, start_on_free_port};
use crate::{http, process, tools};

pub(super) struct Registry;

impl Service for Registry {
    fn name(&self) -> &'static str {
        "registry"
    }

    fn provided(&self) -> Option<Environment> {
        Some(vec![("TEST_REGISTRY".into(), given("TEST_REGISTRY")?)])
    }

    fn missing_packages(&self) -> Vec<&'static str> {
        if program().is_some() {
            Vec::new()
        } else {
            vec!["docker-registry"]
        }
    }

    fn start(&mut self, ground: &Ground<'_>) -> Result<Started> {
        let server = program().context("docker-registry was not found")?;
        let folder = ground.scratch.folder("registry")?;
        let configuration = folder.join("config.yml");
        let command = |port: u16| {
            let storage = format!(
                "filesystem: {{ rootdirectory: {} }}",
                folder.join("data").display()
            );
            let storage = format!("storage: {{ {storage}, delete: {{ enabled: true }} }}");
            fs::write(
                &configuration,
                format!("version: 0.1\n{storage}\nhttp: {{ addr: \"127.0.0.1:{port}\" }}\n"),
            )?;
            let mut command = process::bound_to_us(&server, None, "TERM");
            command.arg("serve").arg(&configuration);
            Ok(command)
        };
        let is_ready = |port: u16| http::get(port, "/v2/").is_ok_and(|answer| answer.is_success());
        let (program, port) = start_on_free_port(
            ground,
            "registry",
            Signal::TERM,
            Duration::from_secs(20),
            command,
            is_ready,
        )?;
        let place = format!("127.0.0.1:{port}");
        Ok(Started {
            environment: vec![("TEST_REGISTRY".into(), place.clone())],
            program: Some(program),
            place,
        })
    }
}

/// Debian calls it `docker-registry`, its makers `registry`.
fn program() -> Option<std::path::PathBuf> {
    tools::find("docker-registry").or_else(|| tools::find("registry"))
}
