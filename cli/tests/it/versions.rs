//! A team that changes a workflow while it runs: drafts, publishing, and a run that moves to the mended version.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::server::Running;
use crate::support::{Said, folder_with, say};

const ORDER: &str = "
lathe: 1
name: order
nodes:
  - { id: price, kind: data.set, with: { values: { sum: 10 } } }
  - { id: note, kind: file.write, with: { path: note.txt, text: 'for you' } }
  - { id: sign, kind: flow.approve, with: { message: Buy? } }
  - { id: read, kind: file.read, with: { path: note.txt } }
  - { id: told, kind: data.set, with: { values: { text: '${ `bought for ${nodes.price.output.sum}, ${nodes.read.output.text}` }' } } }
edges: [note -> price -> sign, sign.approved -> read -> told]
";

#[tokio::test]
async fn a_run_moves_to_the_version_that_mends_it() -> Result<()> {
    let folder = folder_with(&[("order.yaml", ORDER)])?;
    let server = Running::serve(folder.path(), &[])?;
    let address = server.address.clone().context("address")?;
    let tell = |arguments: &[&str], holds: &[&str]| -> Result<Said> {
        let said = say(
            folder.path(),
            &[arguments, &["--server", &address]].concat(),
        )?;
        ensure!(said.code == 0, "{arguments:?}: {said:?}");
        for part in holds {
            ensure!(said.stdout.contains(part), "{part} is missing: {said:?}");
        }
        Ok(said)
    };
    tell(
        &["workflows", "push", "order.yaml", "--publish"],
        &["v1 is the newest, v1 is published"],
    )?;
    let api = server.api()?;
    let execution = api.launch_kept("order", &json!({})).await?;
    let waits = |news: &serde_json::Value| news.to_string().contains("step.waiting");
    api.until(&execution, waits).await?;

    let mended = ORDER.replace("sum: 10", "sum: 12");
    std::fs::write(folder.path().join("order.yaml"), mended)?;
    tell(
        &["workflows", "push", "order.yaml"],
        &["v2 is the newest, v1 is published"],
    )?;
    tell(
        &["workflows", "diff", "order"],
        &["order v1 → v2", "~ node price  with"],
    )?;
    let versions = tell(&["workflows", "versions", "order"], &["(runs)"])?;
    ensure!(versions.stdout.lines().count() == 3, "{versions:?}");

    // Nothing moves by itself, and nothing that runs.
    let said = say(
        folder.path(),
        &["executions", "move", &execution, "--server", &address],
    )?;
    ensure!(
        said.code == 1 && said.stderr.contains("pause it first"),
        "{said:?}"
    );
    tell(&["executions", "pause", &execution], &["paused"])?;
    let version = ["--workflow-version", "newest"];
    let preview = [
        &["executions", "move", &execution, "--preview"][..],
        &version,
    ]
    .concat();
    tell(
        &preview,
        &[
            "v1 → v2: safe_if_rerun",
            "price",
            "runs_again",
            "sign",
            "waits_anew",
        ],
    )?;
    let moved = tell(
        &[&["executions", "move", &execution][..], &version].concat(),
        &[],
    )?;
    let by = moved.stdout.split(' ').next().context("the new id")?;
    ensure!(by != execution, "{moved:?}");
    let again = tell(
        &[&["executions", "move", &execution][..], &version].concat(),
        &[],
    )?;
    ensure!(again.stdout.starts_with(by), "moved once: {again:?}");

    api.until(by, waits).await?;
    let list = api.get("/api/waits").await?;
    let wait = &list["items"][0];
    ensure!(
        list["items"]
            .as_array()
            .is_some_and(|items| items.len() == 1),
        "{list:#}"
    );
    let id = wait["id"].as_str().context("the wait")?;
    api.post(
        &format!("/api/waits/{id}/answer"),
        &json!({ "approved": true }),
    )
    .await?;
    let ended = api.ended(by).await?;
    ensure!(
        ended["output"]["text"] == "bought for 12, for you",
        "{ended:#}"
    );
    tell(
        &["workflows", "restore", "order", "--workflow-version", "1"],
        &["v3 is the newest, v1 is published"],
    )?;
    Ok(())
}

/// What a server is asked for can be asked of the folder itself, where no server has it.
#[test]
fn versions_are_looked_after_without_a_server() -> Result<()> {
    let folder = folder_with(&[("order.yaml", ORDER)])?;
    let tell = |arguments: &[&str], holds: &str| -> Result<()> {
        let said = say(folder.path(), &[arguments, &["--data", ".lathe"]].concat())?;
        ensure!(said.code == 0, "{arguments:?}: {said:?}");
        ensure!(said.stdout.contains(holds), "{holds} is missing: {said:?}");
        Ok(())
    };
    tell(&["seed", "."], "order")?;
    std::fs::write(
        folder.path().join("order.yaml"),
        ORDER.replace("sum: 10", "sum: 12"),
    )?;
    tell(
        &["workflows", "push", "order.yaml", "--publish"],
        "v2 is the newest, v2 is published",
    )?;
    tell(&["workflows", "diff", "order"], "order v1 → v2")?;
    tell(&["workflows", "list"], "order")
}
