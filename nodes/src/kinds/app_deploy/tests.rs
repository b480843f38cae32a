//! `app.deploy` with real processes and a real Docker engine.

use std::collections::BTreeSet;

use blueprint::ports::{DeploymentStatus, Deployments as _};
use serde_json::{Value, json};

use super::*;
use crate::clients::docker::SCRATCH;
use crate::tests::Surroundings;
use crate::tests::docker::{engine, hello};

/// Takes what was deployed away again, also when the test fails.
struct Installation {
    surroundings: Surroundings,
    docker: Arc<Docker>,
}

impl Installation {
    fn new() -> Self {
        Self {
            surroundings: Surroundings::new(),
            docker: Arc::new(Docker::new(Some("unix:///nowhere/docker.sock"))),
        }
    }

    fn with_docker() -> Self {
        Self {
            docker: engine(),
            ..Self::new()
        }
    }

    /// As another process of the installation sees them.
    fn deployments(&self) -> Deployments {
        Deployments::with(&self.surroundings.data(), self.docker.clone())
    }

    async fn deploy(&self, with: Value) -> Result<Value, Failure> {
        self.surroundings
            .run(AppDeploy::new(self.docker.clone()), with)
            .await
    }

    async fn answer(&self, output: &Value) -> Value {
        reqwest::get(output["url"].as_str().unwrap())
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    fn processes(&self) -> BTreeSet<u32> {
        let data = self.surroundings.data().canonicalize().unwrap();
        let numbers = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        numbers
            .filter(|pid: &u32| {
                std::fs::read_link(format!("/proc/{pid}/exe"))
                    .is_ok_and(|exe| exe.starts_with(&data))
            })
            .collect()
    }

    async fn end(self) {
        self.deployments().stop("hello").await.unwrap();
        assert_eq!(self.processes(), BTreeSet::new());
    }
}

#[tokio::test]
async fn a_process_takes_over_once_it_is_healthy_and_its_data_stays() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = |env: Value| json!({ "application": "hello", "binary": binary, "env": env });

    let first = installation
        .deploy(with(json!({ "GREETING": "one" })))
        .await
        .unwrap();
    assert_eq!(
        (&first["release"], &first["unchanged"], &first["previous"]),
        (&json!(1), &json!(false), &json!(null))
    );
    assert_eq!(
        installation.answer(&first).await,
        json!({ "greeting": "one", "starts": 1 })
    );

    let again = installation
        .deploy(with(json!({ "GREETING": "one" })))
        .await
        .unwrap();
    assert_eq!(
        (&again["release"], &again["unchanged"], &again["url"]),
        (&json!(1), &json!(true), &first["url"])
    );

    let second = installation
        .deploy(with(json!({ "GREETING": "two" })))
        .await
        .unwrap();
    assert_eq!(
        (&second["release"], &second["previous"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(
        installation.answer(&second).await,
        json!({ "greeting": "two", "starts": 2 })
    );
    assert_eq!(installation.processes().len(), 1, "the old release is gone");

    for broken in ["sick", "crash"] {
        let mut broken = with(json!({ "HEALTH": broken }));
        broken["health_timeout"] = json!("500ms");
        let failure = installation.deploy(broken).await.unwrap_err();
        assert_eq!(
            (failure.error.code.as_str(), failure.retryable),
            ("release_unhealthy", false)
        );
        assert_eq!(installation.answer(&second).await["greeting"], "two");
        assert_eq!(
            installation.processes().len(),
            1,
            "the failed release is gone"
        );
    }
    let releases = std::fs::read_to_string(
        installation
            .surroundings
            .data()
            .join("apps/hello/releases.jsonl"),
    )
    .unwrap();
    assert_eq!(releases.lines().count(), 2);
    installation.end().await;
}

#[tokio::test]
async fn says_why_a_release_did_not_come_up() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary, "env": { "HEALTH": "crash" } });
    let failure = installation.deploy(with).await.unwrap_err();
    assert!(
        failure.error.message.contains("it ended"),
        "{}",
        failure.error.message
    );
    assert!(
        failure.error.message.contains("this release is broken"),
        "{}",
        failure.error.message
    );
    installation.end().await;
}

#[tokio::test]
async fn a_fixed_port_is_handed_over_and_a_taken_one_refused() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = |port: u16, env: Value| json!({ "application": "hello", "binary": binary, "port": port, "env": env });
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let failure = installation
        .deploy(with(port, json!({})))
        .await
        .unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("port_taken", false)
    );
    drop(taken);

    let first = installation.deploy(with(port, json!({}))).await.unwrap();
    let second = installation
        .deploy(with(port, json!({ "GREETING": "two" })))
        .await
        .unwrap();
    assert_eq!(
        (&first["port"], &second["port"], &second["release"]),
        (&json!(port), &json!(port), &json!(2))
    );

    let failure = installation
        .deploy(with(port, json!({ "HEALTH": "crash" })))
        .await
        .unwrap_err();
    assert_eq!(failure.error.code, "release_unhealthy");
    assert_eq!(
        installation.answer(&second).await["greeting"],
        "two",
        "the old release was started again"
    );
    installation.end().await;
}

#[tokio::test]
async fn what_died_is_noticed_and_brought_back_and_what_was_stopped_is_not() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary, "env": { "GREETING": "back" } });
    installation.deploy(with).await.unwrap();
    let deployments = installation.deployments();
    assert_eq!(
        deployments.get("hello").await.unwrap().unwrap().status,
        DeploymentStatus::Running
    );
    assert!(deployments.revive().await.is_empty());

    for pid in installation.processes() {
        crate::clients::process::kill(pid);
    }
    while deployments.get("hello").await.unwrap().unwrap().status == DeploymentStatus::Running {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        deployments.list().await.unwrap()[0].status,
        DeploymentStatus::Failed
    );
    let revived = deployments.revive().await.pop().unwrap().outcome.unwrap();
    assert_eq!(
        (revived.release, revived.status),
        (1, DeploymentStatus::Running)
    );
    assert_eq!(
        installation.answer(&json!({ "url": revived.url })).await["greeting"],
        "back"
    );

    assert_eq!(
        deployments.stop("hello").await.unwrap().unwrap().status,
        DeploymentStatus::Stopped
    );
    assert!(deployments.revive().await.is_empty());
    assert_eq!(deployments.get("nothing").await.unwrap(), None);
    assert_eq!(deployments.get("../x").await.unwrap(), None);
    installation.end().await;
}

#[tokio::test]
async fn what_an_interrupted_deployment_left_is_swept_up() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let first = json!({ "application": "hello", "binary": binary });
    installation.deploy(first.clone()).await.unwrap();
    let live = installation.processes();

    // Killed while it waits for health, a runner leaves the process it started and the note of it.
    let folder = installation.surroundings.path().join("stray");
    let mut command = tokio::process::Command::new(&binary);
    let stray = command
        .env("PORT", "0")
        .env("DATA_DIR", folder)
        .process_group(0)
        .spawn()
        .unwrap();
    let pid = stray.id().unwrap();
    let started = crate::clients::process::started_at(pid).unwrap();
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let note = json!([{ "pid": pid, "started": started, "boot": boot.trim() }]);
    std::fs::write(
        installation
            .surroundings
            .data()
            .join("apps/hello/pending.json"),
        note.to_string(),
    )
    .unwrap();

    assert_eq!(installation.deploy(first).await.unwrap()["unchanged"], true);
    assert_eq!(installation.processes(), live);
    installation.end().await;
}

#[tokio::test]
async fn cancelling_leaves_the_old_release() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let first = installation
        .deploy(json!({ "application": "hello", "binary": binary }))
        .await
        .unwrap();
    let sick = json!({ "application": "hello", "binary": binary, "env": { "HEALTH": "sick" }, "health_timeout": "10m" });
    let (outcome, ()) = tokio::join!(installation.deploy(sick), async {
        installation.surroundings.logged("release 2 starts").await;
        installation.surroundings.cancel();
    });
    assert_eq!(outcome.unwrap_err().error.code, "cancelled");
    assert_eq!(installation.processes().len(), 1);
    assert_eq!(installation.answer(&first).await["greeting"], "hello");
    installation.end().await;
}

#[tokio::test]
async fn a_container_takes_over_and_keeps_its_volume() {
    let installation = Installation::with_docker();
    // The program is no match for SIGTERM as the first process of a container, and the test does not wait for it.
    let folder = installation.surroundings.data().join("context");
    std::fs::create_dir_all(folder.join("data")).unwrap();
    std::fs::write(folder.join("data/.keep"), "").unwrap();
    std::fs::write(
        folder.join("Dockerfile"),
        SCRATCH.replace("SIGTERM", "SIGKILL"),
    )
    .unwrap();
    let tag = format!("lathe-test-{}", uuid::Uuid::now_v7());
    let build =
        json!({ "context": folder, "binary": hello(&installation.surroundings), "tag": tag });
    let node = crate::kinds::docker_build::DockerBuild::new(installation.docker.clone());
    let image = installation.surroundings.run(node, build).await.unwrap()["image"].clone();
    let with = |env: Value| json!({ "application": "hello", "target": "docker", "image": image, "env": env });

    let first = installation
        .deploy(with(json!({ "GREETING": "one" })))
        .await
        .unwrap();
    assert_eq!(
        installation.answer(&first).await,
        json!({ "greeting": "one", "starts": 1 })
    );
    assert_eq!(
        installation
            .deploy(with(json!({ "GREETING": "one" })))
            .await
            .unwrap()["unchanged"],
        true
    );

    let failure = installation
        .deploy(with(json!({ "HEALTH": "crash" })))
        .await
        .unwrap_err();
    assert_eq!(failure.error.code, "release_unhealthy");
    assert!(
        failure.error.message.contains("this release is broken"),
        "{}",
        failure.error.message
    );
    assert_eq!(installation.answer(&first).await["greeting"], "one");

    let second = installation
        .deploy(with(json!({ "GREETING": "two" })))
        .await
        .unwrap();
    assert_eq!(
        installation.answer(&second).await,
        json!({ "greeting": "two", "starts": 2 })
    );

    let record = || {
        std::fs::read_to_string(
            installation
                .surroundings
                .data()
                .join("apps/hello/deployment.json"),
        )
        .unwrap()
    };
    let container = || {
        serde_json::from_str::<Value>(&record()).unwrap()["container"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    installation.docker.remove(&container()).await.unwrap();
    let revived = installation
        .deployments()
        .revive()
        .await
        .pop()
        .unwrap()
        .outcome
        .unwrap();
    assert_eq!(
        installation.answer(&json!({ "url": revived.url })).await,
        json!({ "greeting": "two", "starts": 3 })
    );

    let container = container();
    installation.docker.forget_container(&container).await;
    installation.docker.forget(image.as_str().unwrap()).await;
}
