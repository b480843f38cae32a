//! Settings that cannot be used are refused together, in words.

use anyhow::{Result, ensure};

use crate::support::{folder_with, say};

#[test]
fn all_problems_of_the_configuration_come_at_once() -> Result<()> {
    let folder = folder_with(&[(
        "lathe.toml",
        "[server]\nprot = 1\n[runner]\nmax_steps = 0\n",
    )])?;
    let arguments = [
        "serve",
        "--config",
        "lathe.toml",
        "--port",
        "many",
        "--redis-url",
        "redis://:hunter2@nowhere",
    ];
    let said = say(folder.path(), &arguments)?;
    ensure!(said.code == 2, "{said:?}");
    for part in [
        "server.prot",
        "runner.max_steps",
        "`many`",
        "Postgres and Redis go together",
    ] {
        ensure!(
            said.stderr.contains(part),
            "{part} is missing: {}",
            said.stderr
        );
    }
    ensure!(
        !said.stderr.contains("hunter2"),
        "a password was printed: {}",
        said.stderr
    );
    Ok(())
}

#[test]
fn processes_apart_need_postgres_and_redis() -> Result<()> {
    let folder = folder_with(&[])?;
    for command in ["api", "runner"] {
        let said = say(folder.path(), &[command])?;
        ensure!(
            said.code == 2 && said.stderr.contains("needs Postgres and Redis"),
            "{said:?}"
        );
    }
    Ok(())
}

#[test]
fn a_database_that_does_not_answer_is_told_without_its_password() -> Result<()> {
    let folder = folder_with(&[])?;
    // Nothing listens on port 1.
    let addresses = [
        "--database-url",
        "postgres://me:hunter2@127.0.0.1:1/x",
        "--redis-url",
        "redis://127.0.0.1:1",
    ];
    let said = say(
        folder.path(),
        &[&["serve", "--port", "0"][..], &addresses].concat(),
    )?;
    ensure!(
        said.code == 1
            && said
                .stderr
                .contains("Postgres at postgres://127.0.0.1:1/x cannot be used"),
        "{said:?}"
    );
    ensure!(
        !said.stderr.contains("hunter2"),
        "a password was printed: {}",
        said.stderr
    );
    Ok(())
}

#[test]
fn plain_http_is_not_served_to_the_network() -> Result<()> {
    let folder = folder_with(&[])?;
    let said = say(
        folder.path(),
        &["serve", "--bind", "0.0.0.0", "--port", "0"],
    )?;
    ensure!(
        said.code == 2 && said.stderr.contains("passwords could be read on the way"),
        "{said:?}"
    );
    Ok(())
}

#[test]
fn the_schema_goes_forward_and_back() -> Result<()> {
    let folder = folder_with(&[])?;
    let up = say(folder.path(), &["migrate"])?;
    ensure!(
        up.code == 0 && up.stdout.contains("applied") && !up.stdout.contains("pending"),
        "{up:?}"
    );
    let down = say(folder.path(), &["migrate", "--down", "1"])?;
    ensure!(
        down.code == 0
            && down
                .stdout
                .lines()
                .last()
                .is_some_and(|line| line.starts_with("pending")),
        "{down:?}"
    );
    let status = say(folder.path(), &["migrate", "status"])?;
    ensure!(status.stdout == down.stdout, "{status:?}");
    let up = say(folder.path(), &["migrate"])?;
    ensure!(up.code == 0 && !up.stdout.contains("pending"), "{up:?}");
    Ok(())
}
