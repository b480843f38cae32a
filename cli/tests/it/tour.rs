//! The tour of the interface, run as it stands in its README.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::server::Running;
use crate::shop::example;
use crate::support::folder_with;

#[tokio::test]
async fn the_tour_is_as_it_is_told() -> Result<()> {
    let text = std::fs::read_to_string(example("tour").join("README.md"))?;
    let blocks = text.split("```sh\n").skip(1);
    let blocks: Vec<&str> = blocks
        .filter_map(|block| block.split("```").next())
        .collect();
    ensure!(blocks.len() >= 8, "{}", blocks.len());
    let script = format!("set -euo pipefail\n{}", blocks.join("\n"));

    let folder = folder_with(&[])?;
    let server = Running::serve(folder.path(), &["--registration", "open"])?;
    let address = server.address.clone().context("its address")?;
    let toured = tokio::task::spawn_blocking(move || {
        let mut bash = Command::new("bash");
        bash.args(["-c", &script]).env("LATHE", address);
        bash.output()
    });
    let toured = toured.await??;
    let said = String::from_utf8_lossy(&toured.stdout);
    let complaints = String::from_utf8_lossy(&toured.stderr);
    ensure!(toured.status.success(), "{said}\n{complaints}");
    for expected in [
        "\"is_admin\":true",
        "refused",
        "\"workflow_name\":\"ship_shelf\"",
        "kinder",
        "Hello Ada of eu",
        "Europe/Berlin",
        "\"uses\":\"ship_shelf\"",
        "\"media_type\":\"text/csv",
        "title;year",
        "old-books.csv",
        "starter",
        "\"keep_executions_days\":30",
        "socket: 101, and once more: 401",
        "workflows/greet.yaml",
        "\"kind\":\"application\"",
        "\"action\":\"restore_workflow\"",
        "logged out",
    ] {
        let whole = format!("{said}{complaints}");
        ensure!(
            whole.contains(expected),
            "{expected} is missing in\n{whole}"
        );
    }
    ensure!(!said.contains("nobody-reads-this"), "{said}");
    Ok(())
}
