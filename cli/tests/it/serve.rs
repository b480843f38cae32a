//! `lathe serve` on the embedded default: it starts, runs, stops, and starts again with what it had.

use std::net::TcpListener;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::server::Running;
use crate::support::{HELLO, folder_with, say};

#[tokio::test]
async fn a_run_is_still_there_after_a_restart() -> Result<()> {
    let folder = folder_with(&[])?;
    let server = Running::serve(folder.path(), &[])?;
    let api = server.api()?;
    let execution = api.launch(HELLO).await?;
    let ended = api.ended(&execution).await?;
    ensure!(
        ended["status"] == "succeeded" && ended["output"]["text"] == "HELLO, WORLD!",
        "{ended:#}"
    );
    ensure!(
        server.terminate()?.success(),
        "SIGTERM ends it with exit code 0"
    );
    let server = Running::serve(folder.path(), &[])?;
    let again = server
        .api()?
        .get(&format!("/api/executions/{execution}"))
        .await?;
    ensure!(
        again["status"] == "succeeded" && again["output"] == ended["output"],
        "{again:#}"
    );
    Ok(())
}

#[tokio::test]
async fn what_was_accepted_runs_after_the_server_was_killed() -> Result<()> {
    let folder = folder_with(&[])?;
    let go = folder.path().join("go");
    let script = serde_json::to_string(&format!("[ -e {} ] || exec sleep 20", go.display()))?;
    let source = format!(
        "lathe: 1\nname: held\nnodes:\n  - id: hold\n    kind: command.run\n    with: {{ argv: [sh, -c, {script}] }}\n"
    );
    let server = Running::serve(folder.path(), &["--allow-commands"])?;
    let execution = server.api()?.launch(&source).await?;
    server.kill()?;
    std::fs::write(&go, "")?;
    let server = Running::serve(folder.path(), &["--allow-commands"])?;
    let ended = server.api()?.ended(&execution).await?;
    ensure!(ended["status"] == "succeeded", "{ended:#}");
    Ok(())
}

#[tokio::test]
async fn executions_can_be_listed_shown_and_read() -> Result<()> {
    let folder = folder_with(&[("hello.yaml", HELLO)])?;
    let server = Running::serve(folder.path(), &[])?;
    let address = server.address.clone().context("address")?;
    // The data folder is in use, so the run takes place on the server that wrote its address there.
    let run = say(folder.path(), &["run", "hello.yaml", "--json"])?;
    ensure!(run.code == 0, "{run:?}");
    ensure!(run.stderr.contains("running on its server"), "{run:?}");
    let last: Value = serde_json::from_str(run.stdout.lines().last().context("a last line")?)?;
    let id = last["id"].as_str().context("the id")?;
    let list = say(folder.path(), &["executions", "list", "--server", &address])?;
    ensure!(
        list.stdout.contains(id) && list.stdout.contains("succeeded"),
        "{list:?}"
    );
    let shown = say(
        folder.path(),
        &["executions", "show", id, "--server", &address],
    )?;
    ensure!(
        shown.stdout.contains("HELLO, WORLD!") && shown.stdout.contains("shout"),
        "{shown:?}"
    );
    let cancel = say(
        folder.path(),
        &["executions", "cancel", id, "--server", &address],
    )?;
    ensure!(
        cancel.code == 1 && cancel.stderr.contains("already"),
        "{cancel:?}"
    );
    let logs = say(
        folder.path(),
        &["executions", "logs", id, "--follow", "--server", &address],
    )?;
    ensure!(logs.code == 0, "{logs:?}");
    Ok(())
}

#[test]
fn a_taken_port_is_told_before_anything_is_touched() -> Result<()> {
    let folder = folder_with(&[])?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port().to_string();
    let said = say(folder.path(), &["serve", "--port", &port])?;
    ensure!(said.code == 1, "{said:?}");
    for part in [
        &format!("port {port}"),
        "taken by another program",
        "--port",
    ] {
        ensure!(said.stderr.contains(part), "{part} is missing: {said:?}");
    }
    ensure!(
        !folder.path().join(".lathe").exists(),
        "nothing was touched"
    );
    Ok(())
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() -> Result<()> {
    let folder = folder_with(&[])?;
    let server = Running::serve(folder.path(), &[])?;
    let said = say(folder.path(), &["serve", "--port", "0"])?;
    ensure!(
        said.code == 1
            && said
                .stderr
                .contains("another process uses this data folder"),
        "{said:?}"
    );
    drop(server);
    Ok(())
}

#[tokio::test]
async fn documents_are_seeded_once() -> Result<()> {
    let shop = "name: shop\nmodels:\n  - name: books\n    fields:\n      - { name: title, type: text, required: true }\n";
    let folder = folder_with(&[("hello.yaml", HELLO), ("shop.yaml", shop)])?;
    let first = say(folder.path(), &["seed", ".", "--data", ".lathe"])?;
    ensure!(
        first.stdout == "application shop: created\nworkflow hello: created\n",
        "{first:?}"
    );
    let server = Running::serve(folder.path(), &[])?;
    let address = server.address.clone().context("address")?;
    let second = say(folder.path(), &["seed", ".", "--server", &address])?;
    ensure!(
        second.stdout == "application shop: already there\nworkflow hello: already there\n",
        "{second:?}"
    );
    let applications = server.api()?.get("/api/applications").await?;
    ensure!(
        applications["items"]
            .as_array()
            .is_some_and(|items| items.len() == 1),
        "{applications:#}"
    );
    Ok(())
}
