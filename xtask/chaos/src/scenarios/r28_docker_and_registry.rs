//! R28: the Docker engine is killed in the middle of a build, and the registry answers 500. Both are tried again; a
//! container that a dead runner left behind is removed, and a cancelled one is gone soon.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::{process::Command, time::Instant};

use crate::{
    api::Api,
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

/// The longest that anything here may take.
const ENDS: Duration = Duration::from_secs(120);

/// An engine needs up to half a minute to come back.
const RETRY: &str = "retry: { max_attempts: 60, delay: 1s, backoff: 1 }";

const WAITS: &str = "fn main() {
    let file = std::env::args().nth(1);
    while file.as_ref().is_none_or(|file| std::path::Path::new(file).exists()) {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}";

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
    let client = installation.client()?;
    let program = waiting_program(&installation.folder).await?;
    for number in 0..setting.effort(5, 1) {
        engine_dies(&client, engine, &program, number, tally).await?;
    }
    registry_is_broken(&mut installation, tally).await?;
    let source = format!(
        "lathe: 1\nname: waits\nnodes:\n  - {{ id: w, kind: container.run, with: {{ image: \"chaos:0\", timeout: 10m }}, {RETRY} }}\n"
    );
    let workflow = client.keep(&source).await?;
    let id = client.begin(&workflow, "waits").await?;
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
    let status = client.cancel(&id).await?;
    ensure!(status == 200, "a cancellation was answered {status}");
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

/// The engine dies while it runs an instruction of a build, which would wait for ever for a file to go away.
async fn engine_dies(
    client: &Api,
    engine: &DockerServer,
    program: &Path,
    number: usize,
    tally: &mut Tally,
) -> Result<()> {
    let prepare = format!(
        "cp {} waits; touch hold; printf 'FROM scratch\\nCOPY . /\\nRUN [\"/waits\", \"/hold\"]\\nCMD [\"/waits\"]\\n' > Dockerfile; printf %s \"$PWD\"",
        program.display()
    );
    let source = format!(
        "lathe: 1\nname: image{number}\nnodes:
  - {{ id: prepare, kind: command.run, with: {{ argv: [sh, -c, {prepare}] }} }}
  - {{ id: build, kind: docker.build, with: {{ context: \"${{ nodes.prepare.output.stdout }}\", tag: \"chaos:{number}\" }}, {RETRY} }}
edges: [prepare -> build]\n",
        prepare = serde_json::Value::from(prepare)
    );
    let workflow = client.keep(&source).await?;
    let id = client.begin(&workflow, &format!("image-{number}")).await?;
    let building = async || Ok((engine.running().await? == 1).then_some(()));
    patience::until("the build", Duration::from_secs(60), building).await?;
    let context = client.execution(&id).await?["steps"][0]["output"]["stdout"].clone();
    let context = Path::new(context.as_str().context("where the build's context is")?);
    std::fs::remove_file(context.join("hold")).context("what the build waits for")?;
    engine.kill().await?;
    tally.tried += 1;
    engine.revive().await?;
    let back = Instant::now();
    let ended = client.end_of(&id, ENDS).await?;
    tally.recovered(back.elapsed(), Duration::from_secs(60));
    let build = &ended["steps"][1];
    tally.demand(ended["status"] == json!("succeeded"), || {
        format!("the build ended with {}", build["error"])
    });
    let attempt = build["attempt"].as_u64().unwrap_or_default();
    tally.demand(attempt > 1, || {
        format!("the build was not broken off: attempt {attempt} did it")
    });
    tally.note(format!("the image was built by attempt {attempt}"));
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
    let id = client.begin(&workflow, "pushed").await?;
    // The engine asks seven times within 50 s before it gives up; the eighth is the step's own second attempt.
    let many = installation.setting.effort(8, 3);
    let refused = async || Ok((broken.swallowed() >= many).then_some(()));
    patience::until("answers of 500", ENDS, refused).await?;
    tally.tried += broken.swallowed();
    broken.set(Mode::Pass);
    let mended = Instant::now();
    let ended = client.end_of(&id, ENDS).await?;
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

/// A static program that waits while the file that it is told of exists, or for ever.
async fn waiting_program(folder: &Path) -> Result<PathBuf> {
    let (program, source) = (folder.join("waits"), folder.join("waits.rs"));
    std::fs::write(&source, WAITS)?;
    let compiled = Command::new("rustc")
        .args(["-C", "target-feature=+crt-static", "-C", "strip=symbols"])
        .arg("-o")
        .args([&program, &source])
        .output()
        .await
        .context("rustc")?;
    let said = String::from_utf8_lossy(&compiled.stderr);
    ensure!(
        compiled.status.success(),
        "the program does not compile: {said}"
    );
    Ok(program)
}
