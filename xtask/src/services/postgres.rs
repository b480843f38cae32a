//! A private PostgreSQL: its own cluster, port and password. Tests create their own databases in it.

use std::{
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::{Environment, Ground, Service, Started, given, start_on_free_port};
use crate::{files, process, tools};

pub(super) struct Postgres;

impl Service for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn provided(&self) -> Option<Environment> {
        let url = given("TEST_DATABASE_URL").or_else(|| given("DATABASE_URL"))?;
        Some(vec![("TEST_DATABASE_URL".into(), url)])
    }

    fn missing_packages(&self) -> Vec<&'static str> {
        if programs().is_some() {
            Vec::new()
        } else {
            vec!["postgresql"]
        }
    }

    fn start(&mut self, ground: &Ground<'_>) -> Result<Started> {
        let programs =
            programs().context("the programs of PostgreSQL (initdb, postgres) were not found")?;
        let folder = ground.scratch.folder("postgres")?;
        let user = server_user()?;
        let password = files::random_word()?;
        let password_file = folder.join("password");
        fs::write(&password_file, &password)?;
        if let Some(user) = &user {
            for path in [&folder, &password_file] {
                chown(path, Some(user.id), None)
                    .with_context(|| format!("cannot give {} away", path.display()))?;
            }
        }
        let user = user.as_ref().map(|user| user.name);
        let data = folder.join("data");
        process::capture(
            process::bound_to_us(&programs.join("initdb"), user, "TERM")
                .args([
                    "--username=postgres",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                ])
                .arg(format!("--pwfile={}", password_file.display()))
                .arg(format!("--pgdata={}", data.display()))
                .current_dir(&folder),
        )?;

        let command = |port: u16| {
            let mut command = process::bound_to_us(&programs.join("postgres"), user, "INT");
            command.current_dir(&folder).arg("-D").arg(&data);
            for setting in settings(port, ground.durable) {
                command.args(["-c", &setting]);
            }
            Ok(command)
        };
        let is_ready = |port: u16| {
            let port = port.to_string();
            let mut asked = Command::new(programs.join("pg_isready"));
            process::capture(asked.args(["-q", "-h", "127.0.0.1", "-p", &port])).is_ok()
        };
        // An interrupt is PostgreSQL's "fast" shutdown: it does not wait for clients to go.
        let (program, port) = start_on_free_port(
            ground,
            "postgres",
            Signal::INT,
            Duration::from_secs(60),
            command,
            is_ready,
        )?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        Ok(Started {
            environment: vec![("TEST_DATABASE_URL".into(), url)],
            program: Some(program),
            place: format!("127.0.0.1:{port}"),
        })
    }
}

fn settings(port: u16, durable: bool) -> Vec<String> {
    let mut settings = vec![
        format!("port={port}"),
        "listen_addresses=127.0.0.1".into(),
        "unix_socket_directories=".into(),
        "max_connections=300".into(),
        "shared_buffers=256MB".into(),
        "max_wal_size=2GB".into(),
    ];
    if !durable {
        settings.extend(
            ["fsync", "full_page_writes", "synchronous_commit"].map(|name| format!("{name}=off")),
        );
    }
    settings
}

/// The folder with the server's programs. Debian keeps them out of the PATH, one folder per version: the newest wins.
fn programs() -> Option<PathBuf> {
    let complete = |folder: &Path| {
        ["initdb", "postgres", "pg_isready"]
            .iter()
            .all(|program| tools::is_executable(&folder.join(program)))
    };
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    let on_path = || {
        tools::find("initdb")
            .and_then(|file| file.parent().map(Path::to_owned))
            .filter(|folder| complete(folder))
    };
    versions.pop().map(|(_, folder)| folder).or_else(on_path)
}

struct ServerUser {
    name: &'static str,
    id: u32,
}

/// PostgreSQL refuses to run as root, so root lends it the rights of somebody else.
fn server_user() -> Result<Option<ServerUser>> {
    if !tools::is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Ok(id) = process::capture(Command::new("id").args(["-u", name])) {
            return Ok(Some(ServerUser {
                name,
                id: id.trim().parse()?,
            }));
        }
    }
    anyhow::bail!(
        "PostgreSQL refuses to run as root, and this machine has neither a user `postgres` nor `nobody`"
    )
}
