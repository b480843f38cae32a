//! A value that is too large for the database outlives the processes that gave it, on both backends.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::installation::Installation;
use crate::server::{Api, Running};
use crate::support::{HELLO, finish, folder_with, lathe};

/// Gives a large value, waits for a file, and then reads the value.
fn workflow(go: &std::path::Path) -> Result<String> {
    let script = format!("until [ -e {} ]; do sleep 0.05; done", go.display());
    let script = serde_json::to_string(&script)?;
    Ok(format!(
        r#"lathe: 1
name: large
inputs:
  text: {{ type: string }}
nodes:
  - {{ id: gives, kind: data.set, with: {{ values: {{ text: "${{ inputs.text }}" }} }} }}
  - id: hold
    kind: command.run
    with: {{ argv: [sh, -c, {script}] }}
  - {{ id: reads, kind: data.set, with: {{ values: {{ length: "${{ nodes.gives.output.text.len() }}" }} }} }}
edges: [gives -> hold, hold -> reads]
output: {{ length: "${{ nodes.reads.output.length }}", text: "${{ nodes.gives.output.text }}" }}
"#
    ))
}

fn text() -> String {
    (0..131_072).map(|line| format!("{line:07}\n")).collect()
}

/// Begins the run, and waits until it holds.
async fn begin(api: &Api, source: &str) -> Result<String> {
    let workflow = api
        .post("/api/workflows", &json!({ "source": source }))
        .await?;
    let id = workflow["id"].as_str().context("the workflow's id")?;
    let execution = api.execute(id, &json!({ "text": text() })).await?;
    let holds = |item: &Value| item["type"] == "step.running" && item["step"] == "hold";
    api.until(&execution, holds).await?;
    Ok(execution)
}

async fn is_whole(api: &Api, execution: &str) -> Result<()> {
    let ended = api.ended(execution).await?;
    ensure!(ended["status"] == "succeeded", "{ended:#}");
    ensure!(ended.to_string().len() < 20_000, "references are shown");
    let reference = &ended["output"]["$blob"];
    let sha256 = reference["sha256"].as_str().context("a reference")?;
    let path = format!("/api/executions/{execution}/blobs/{sha256}");
    let output = api.get(&path).await?;
    ensure!(output == json!({ "length": 1_048_576, "text": text() }));
    let hash: String = Sha256::digest(output.to_string())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    ensure!(hash == sha256, "{hash} is not {sha256}");
    Ok(())
}

#[tokio::test]
async fn a_large_value_outlives_a_server_that_was_killed() -> Result<()> {
    let folder = folder_with(&[])?;
    let go = folder.path().join("go");
    let server = Running::serve(folder.path(), &["--allow-commands"])?;
    let execution = begin(&server.api()?, &workflow(&go)?).await?;
    server.kill()?;
    std::fs::write(&go, "")?;
    let server = Running::serve(folder.path(), &["--allow-commands"])?;
    is_whole(&server.api()?, &execution).await
}

#[tokio::test]
async fn a_large_value_goes_from_one_runner_to_another() -> Result<()> {
    let installation = Installation::create().await?;
    let go = installation.path().join("go");
    let api = installation.api()?;
    let first = installation.runner()?;
    let client = api.api()?;
    let execution = begin(&client, &workflow(&go)?).await?;
    let second = installation.runner()?;
    first.kill()?;
    std::fs::write(&go, "")?;
    is_whole(&client, &execution).await?;
    ensure!(second.terminate()?.success(), "it stops in good order");
    drop(api);
    installation.remove().await
}

#[test]
fn the_blobs_of_another_database_are_let_alone() -> Result<()> {
    let folder = folder_with(&[("hello.yaml", HELLO)])?;
    let blobs = format!("file://{}", folder.path().join("shared").display());
    let run = |data: &str| {
        let mut command = lathe(folder.path());
        command
            .args(["run", "hello.yaml", "--data", data])
            .env("LATHE_BLOBS", &blobs);
        finish(&mut command)
    };
    let first = run("one")?;
    ensure!(first.code == 0, "{first:?}");
    let other = run("other")?;
    ensure!(
        other.code == 1 && other.stderr.contains("belongs to another database"),
        "{other:?}"
    );
    ensure!(
        other.stderr.contains("--blobs"),
        "it says how to mend that: {other:?}"
    );
    let again = run("one")?;
    ensure!(again.code == 0, "{again:?}");
    Ok(())
}
