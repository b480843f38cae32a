//! R28: the Docker engine is killed in the middle of a build, and the registry answers 500. Both are tried again; a
//! container that a dead runner left behind is removed, and a cancelled one is gone soon.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use axum::{Router, extract::State, http::StatusCode};
use serde_json::json;
use tokio::{net::TcpListener, process::Command, time::Instant};

use crate::{
    installation::Installation, load::Load, patience, servers::DockerServer, setting::Setting,
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
    registry_is_broken(&installation, tally).await?;
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
        "cp {program} waits; head -c 60000000 /dev/urandom > large; printf 'FROM scratch\\nCOPY large /large\\nCOPY waits /waits\\nCMD [\"/waits\"]\\n' > Dockerfile; printf %s \"$PWD\""
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
    let building = async || {
        let execution = client.execution(&id).await?;
        Ok((execution["steps"][1]["status"] == json!("running")).then_some(()))
    };
    patience::until("the build", Duration::from_secs(30), building).await?;
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

/// A registry that answers 500 a few times, and then that it has no use for the image: the fault has passed by then.
async fn registry_is_broken(installation: &Installation<'_>, tally: &mut Tally) -> Result<()> {
    let broken = Arc::new(Broken::default());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .fallback(refuse)
        .with_state(Arc::clone(&broken));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let source = format!(
        "lathe: 1\nname: pushed\nnodes:\n  - {{ id: p, kind: docker.push, with: {{ image: \"chaos:0\", registry: \"{address}\", repository: chaos }}, {RETRY}, on_error: continue }}\n"
    );
    let client = installation.client()?;
    let workflow = client.keep(&source).await?;
    let answer = client.execute(&workflow, "pushed", &json!({})).await?;
    let id = answer.id().context("no id")?.to_owned();
    let tried_again = async || {
        let execution = client.execution(&id).await?;
        let attempt = execution["steps"][0]["attempt"]
            .as_u64()
            .unwrap_or_default();
        Ok((attempt >= 3).then_some(()))
    };
    let again = patience::until(
        "a third attempt to push",
        Duration::from_secs(60),
        tried_again,
    )
    .await;
    tally.tried += broken.asked.load(Ordering::Relaxed);
    tally.demand(again.is_ok(), || {
        "a registry that answers 500 is not asked again".to_owned()
    });
    broken.mended.store(true, Ordering::Relaxed);
    ends(installation, &id).await?;
    serving.abort();
    Ok(())
}

#[derive(Default)]
struct Broken {
    asked: AtomicUsize,
    mended: AtomicBool,
}

async fn refuse(State(broken): State<Arc<Broken>>) -> (StatusCode, String) {
    broken.asked.fetch_add(1, Ordering::Relaxed);
    let denied = json!({ "errors": [{ "code": "DENIED", "message": "no room for this image" }] });
    match broken.mended.load(Ordering::Relaxed) {
        true => (StatusCode::FORBIDDEN, denied.to_string()),
        false => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
    }
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
