//! A private Redis that keeps nothing on disk: its own port and password.

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    time::Duration,
};

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::{Environment, Ground, Service, Started, given, start_on_free_port};
use crate::{files, ports, process, tools};

pub(super) struct Redis;

impl Service for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn provided(&self) -> Option<Environment> {
        let url = given("TEST_REDIS_URL").or_else(|| given("REDIS_URL"))?;
        Some(vec![("TEST_REDIS_URL".into(), url)])
    }

    fn missing_packages(&self) -> Vec<&'static str> {
        if tools::find("redis-server").is_some() {
            Vec::new()
        } else {
            vec!["redis-server"]
        }
    }

    fn start(&mut self, ground: &Ground<'_>) -> Result<Started> {
        let server = tools::find("redis-server").context("redis-server was not found")?;
        let folder = ground.scratch.folder("redis")?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let password = files::random_word()?;
        let configuration = folder.join("redis.conf");
        // The password goes through a file that only we can read, since everybody can read the arguments of a process.
        let command = |port: u16| {
            let mut file = fs::File::options()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&configuration)?;
            writeln!(file, "bind 127.0.0.1\nport {port}\nrequirepass {password}")?;
            writeln!(
                file,
                "daemonize no\nsave \"\"\nappendonly no\ndir {}",
                folder.display()
            )?;
            let mut command = process::bound_to_us(&server, None, "TERM");
            command.arg(&configuration);
            Ok(command)
        };
        let is_ready = |port: u16| answers(port, &password);
        let (program, port) = start_on_free_port(
            ground,
            "redis",
            Signal::TERM,
            Duration::from_secs(20),
            command,
            is_ready,
        )?;
        Ok(Started {
            environment: vec![(
                "TEST_REDIS_URL".into(),
                format!("redis://default:{password}@127.0.0.1:{port}"),
            )],
            program: Some(program),
            place: format!("127.0.0.1:{port}"),
        })
    }
}

fn answers(port: u16, password: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = ports::connect(port)?;
        stream.write_all(format!("AUTH {password}\r\nPING\r\n").as_bytes())?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"+OK\r\n+PONG\r\n")
    };
    ask().unwrap_or(false)
}
