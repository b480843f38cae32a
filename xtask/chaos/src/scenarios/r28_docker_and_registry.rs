//! R28: the Docker engine is killed in the middle of a build, and the registry answers 500. Both are tried again; a
//! container that a dead runner left behind is removed, and a cancelled one is gone soon.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::{process::Command, time::Instant};

use crate::{
    installation::Installation,
    load::Load,
    patience,
    proxy::{Mode, Proxy},
    servers::DockerServer,
    setting::Setting,
    tally::Tally,
};

/// A cancelled container is gone so soon.
const KILLED: Duration = Duration::from_secs(10);

const RETRY: &str = "retry: { max_attempts: 20, delay: 1s, backoff: 1 }";

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let folder = setting.folder("engine")?;
    let Some(engine) = DockerServer::start(&folder).await? else {
        tally.skipped = Some("only root can run a Docker engine of its own".to_owned());
        return Ok(());
    };
    let tried = with(setting, &engine, tally).await;
    engine.stop().await?;
    tried
}

async fn with(setting: &Setting, engine: &DockerServer, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R28").await?;
    let _api = installation.api().await?;
    let host = engine.host();
    let more = ["--docker-host", &host];
    let runner = installation.runner_with("runner", &more).await?;
    for number in 0..setting.effort(5, 1) {
        engine_dies(&installation, engine, number, tally).await?;
    }
    registry_is_broken(&mut installation, tally).await?;
    let client = installation.client()?;
    let source = format!(
        "lathe: 1\nname: waits\nnodes:\n  - {{ id: w, kind: container.run, with: {{ image: \"chaos:0\", timeout: 10m }}, {RETRY} }}\n"
    );
    let workflow = client.keep(&source).await?;
    let id = client.execute(&workflow, "waits", &json!({})).await?;
    let id = id.id().context("no id")?.to_owned();
    let one = async || Ok((engine.containers().await? == 1).then_some(()));
    patience::until("the container", Duration::from_secs(30), one).await?;
    // Its runner dies; the container does not.
    runner.kill().await?;
    tally.tried += 1;
    let heir = installation.runner_with("heir", &more).await?;
    let again = async || {
        let execution = client.execution(&id).await?;
        let step = &execution["steps"][0];
        Ok((step["attempt"] == json!(2) && step["status"] == json!("running")).then_some(()))
    };
    patience::until("the second attempt", Duration::from_secs(30), again).await?;
    let reaped =
        patience::until("one container instead of two", Duration::from_secs(20), one).await;
    tally.demand(reaped.is_ok(), || {
        "the container of a dead runner was not removed".to_owned()
    });
    client
        .post(&format!("/api/executions/{id}/cancel"), &json!({}))
        .await?
        .good()?;
    let cancelled = Instant::now();
    let none = async || Ok((engine.containers().await? == 0).then_some(()));
    patience::until("the end of the container", KILLED * 2, none).await?;
    tally.recovered(cancelled.elapsed(), KILLED);
    heir.kill().await?;
    let load = Load::new(client, &workflow, "none");
    load.acknowledged("waits", &id);
    installation
        .conclude_with(&load, &["succeeded", "cancelled"], tally)
        .await?;
    installation.remove().await
}

/// An image out of a program that waits, and of something large, so that the build takes a while.
async fn engine_dies(
    installation: &Installation<'_>,
    engine: &DockerServer,
    number: usize,
    tally: &mut Tally,
) -> Result<()> {
    let program = waiting_program(installation).await?;
    let prepare = format!(
        "cp {program} waits; head -c 30000000 /dev/urandom > large; printf 'FROM scratch\\nCOPY large /large\\nCOPY waits /waits\\nCMD [\"/waits\"]\\n' > Dockerfile; printf %s \"$PWD\""
    );
    let source = format!(
        "lathe: 1\nname: image{number}\nnodes:
  - {{ id: prepare, kind: command.run, with: {{ argv: [sh, -c, {prepare}] }} }}
  - {{ id: build, kind: docker.build, with: {{ context: \"${{ nodes.prepare.output.stdout }}\", tag: \"chaos:{number}\" }}, {RETRY} }}
edges: [prepare -> build]\n",
        prepare = serde_json::Value::from(prepare)
    );
    let client = installation.client()?;
    let workflow = client.keep(&source).await?;
    let answer = client
        .execute(&workflow, &format!("image-{number}"), &json!({}))
        .await?;
    let id = answer.id().context("no id")?.to_owned();
    // The first line that the engine says of it.
    let building = async || {
        let logs = client
            .get(&format!("/api/executions/{id}/logs"))
            .await?
            .good()?;
        Ok(logs.to_string().contains("Step 1/").then_some(()))
    };
    patience::until("the build", Duration::from_secs(60), building).await?;
    engine.kill().await?;
    tally.tried += 1;
    engine.revive().await?;
    let back = Instant::now();
    let ended = ends(installation, &id).await?;
    tally.recovered(back.elapsed(), Duration::from_secs(60));
    let build = &ended["steps"][1];
    tally.demand(ended["status"] == json!("succeeded"), || {
        format!("the build ended with {}", build["error"])
    });
    tally.note(format!(
        "the image was built by attempt {}",
        build["attempt"]
    ));
    Ok(())
}

/// A registry that answers every request with 500 for a while, and then serves.
async fn registry_is_broken(installation: &mut Installation<'_>, tally: &mut Tally) -> Result<()> {
    let Some(registry) = &installation.setting.registry else {
        tally.note("no registry was given (TEST_REGISTRY), so none was broken");
        return Ok(());
    };
    let port = registry
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    let broken = Proxy::start(
        port.context("the registry's port")?,
        installation.dice.split(),
    )
    .await?;
    broken.set(Mode::HttpError);
    let address = format!("127.0.0.1:{}", broken.port);
    let source = format!(
        "lathe: 1\nname: pushed\nnodes:\n  - {{ id: p, kind: docker.push, with: {{ image: \"chaos:0\", registry: \"{address}\", repository: chaos }}, {RETRY} }}\n"
    );
    let client = installation.client()?;
    let workflow = client.keep(&source).await?;
    let answer = client.execute(&workflow, "pushed", &json!({})).await?;
    let id = answer.id().context("no id")?.to_owned();
    let refused = async || Ok((broken.swallowed() >= 3).then_some(()));
    patience::until("three answers of 500", Duration::from_secs(60), refused).await?;
    tally.tried += broken.swallowed();
    broken.set(Mode::Pass);
    let mended = Instant::now();
    let ended = ends(installation, &id).await?;
    tally.recovered(mended.elapsed(), Duration::from_secs(60));
    let push = &ended["steps"][0];
    tally.demand(ended["status"] == json!("succeeded"), || {
        format!("the push ended with {}", push["error"])
    });
    tally.note(format!(
        "the image was pushed by attempt {}",
        push["attempt"]
    ));
    Ok(())
}

async fn ends(installation: &Installation<'_>, id: &str) -> Result<serde_json::Value> {
    let client = installation.client()?;
    let ended = async || {
        let execution = client.execution(id).await?;
        let status = execution["status"].as_str().unwrap_or_default();
        Ok((!["queued", "running"].contains(&status)).then_some(execution))
    };
    patience::until("the end of a run", Duration::from_secs(90), ended).await
}

/// A static program that waits for ever, compiled once.
async fn waiting_program(installation: &Installation<'_>) -> Result<String> {
    let program = installation.folder.join("waits");
    let source = installation.folder.join("waits.rs");
    if !program.exists() {
        std::fs::write(&source, "fn main() { loop { std::thread::park() } }")?;
        let compiled = Command::new("rustc")
            .args([
                "-C",
                "target-feature=+crt-static",
                "-C",
                "strip=symbols",
                "-o",
            ])
            .args([&program, &source])
            .output()
            .await
            .context("rustc")?;
        let said = String::from_utf8_lossy(&compiled.stderr);
        ensure!(
            compiled.status.success(),
            "the program does not compile: {said}"
        );
    }
    Ok(program.display().to_string())
}
