//! An interface and two runners as separate processes on Postgres and Redis, and what they survive.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::installation::Installation;
use crate::server::Api;
use crate::support::HELLO;

/// One step runs a shell script, then two go on side by side and meet.
fn workflow(script: &str) -> Result<String> {
    let script = serde_json::to_string(script)?;
    Ok(format!(
        r#"lathe: 1
name: guarded
nodes:
  - id: hold
    kind: command.run
    with: {{ argv: [sh, -c, {script}] }}
  - {{ id: left, kind: command.run, with: {{ argv: [echo, left] }} }}
  - {{ id: right, kind: command.run, with: {{ argv: [echo, right] }} }}
  - {{ id: meet, kind: data.set, with: {{ values: {{ all: met }} }} }}
edges: [hold -> left, hold -> right, left -> meet, right -> meet]
output: "${{ nodes.meet.output.all }}"
"#
    ))
}

async fn succeeds(api: &Api, execution: &str) -> Result<Value> {
    let ended = api.ended(execution).await?;
    ensure!(
        ended["status"] == "succeeded",
        "it ended otherwise: {ended:#}"
    );
    Ok(ended)
}

#[tokio::test]
async fn a_run_goes_on_at_the_other_runner_when_its_own_is_killed() -> Result<()> {
    let installation = Installation::create().await?;
    let api = installation.api()?;
    let runners = [installation.runner()?, installation.runner()?];
    let mark = installation.path().join("mark");
    // The first attempt tells who runs it and goes on as long as that process lives; the second is quick.
    let script = format!(
        "[ -e {mark} ] && exit 0; touch {mark}; echo parent=$PPID; while kill -0 $PPID 2>/dev/null; do sleep 0.1; done",
        mark = mark.display()
    );
    let client = api.api()?;
    let execution = client.launch(&workflow(&script)?).await?;
    let told = client
        .until(&execution, |item| text_of(item).starts_with("parent="))
        .await?;
    let holder: u32 = text_of(&told)
        .trim_start_matches("parent=")
        .trim()
        .parse()?;
    let [first, second] = runners;
    let (doomed, other) = if first.id() == holder {
        (first, second)
    } else {
        (second, first)
    };
    ensure!(
        doomed.id() == holder,
        "the step was run by {holder}, which is neither of the runners"
    );
    doomed.kill()?;
    let ended = succeeds(&client, &execution).await?;
    ensure!(ended["output"] == "met", "{ended:#}");
    let steps = ended["steps"].as_array().context("steps")?;
    let hold = steps
        .iter()
        .find(|step| step["path"] == "hold")
        .context("the step")?;
    ensure!(
        hold["attempt"] == 2,
        "the lost attempt was counted: {hold:#}"
    );
    ensure!(
        other.terminate()?.success() && api.terminate()?.success(),
        "the others stop in good order"
    );
    installation.remove().await
}

#[tokio::test]
async fn a_run_survives_that_redis_forgets_everything() -> Result<()> {
    let installation = Installation::create().await?;
    let api = installation.api()?;
    let client = api.api()?;
    let go = installation.path().join("go");
    let source = workflow(&format!(
        "until [ -e {} ]; do sleep 0.05; done",
        go.display()
    ))?;
    // The ticket of this one is lost before any runner is there to take it.
    let early = client.launch(HELLO).await?;
    installation.redis.flush_all().await?;
    let runners = [installation.runner()?, installation.runner()?];
    let execution = client.launch(&source).await?;
    client
        .until(&execution, |item| {
            item["type"] == "step.running" && item["step"] == "hold"
        })
        .await?;
    installation.redis.flush_all().await?;
    std::fs::write(&go, "")?;
    succeeds(&client, &execution).await?;
    succeeds(&client, &early).await?;
    for runner in runners {
        ensure!(
            runner.terminate()?.success(),
            "a runner stops in good order"
        );
    }
    drop(api);
    installation.remove().await
}

#[tokio::test]
async fn what_was_accepted_runs_although_the_interface_dies() -> Result<()> {
    let installation = Installation::create().await?;
    let api = installation.api()?;
    let execution = api.api()?.launch(&workflow("true")?).await?;
    api.kill()?;
    let runner = installation.runner()?;
    let api = installation.api()?;
    succeeds(&api.api()?, &execution).await?;
    ensure!(
        runner.terminate()?.success(),
        "the runner stops in good order"
    );
    drop(api);
    installation.remove().await
}

fn text_of(item: &Value) -> &str {
    item["text"].as_str().unwrap_or_default()
}
