//! `app.deploy` with real processes and a real Docker engine.

use std::collections::BTreeSet;

use blueprint::ports::{DeploymentStatus, Deployments as _};
use serde_json::{Value, json};

use super::*;
use crate::clients::docker::SCRATCH;
use crate::tests::Surroundings;
use crate::tests::docker::{engine, hello, hello_again};

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
            .run(
                AppDeploy::new(&Options::default(), self.docker.clone()),
                with,
            )
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

    fn home(&self) -> std::path::PathBuf {
        self.surroundings.data().join("apps/hello")
    }

    fn record(&self) -> Value {
        let text = std::fs::read_to_string(self.home().join("deployment.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    fn note(&self, file: &str, note: &Value) {
        std::fs::write(self.home().join(file), note.to_string()).unwrap();
    }

    /// What there is in the home, of things whose names begin like this.
    fn named(&self, start: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.home()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name.starts_with(start)).collect();
        names.sort();
        names
    }

    /// Ends what is live, as a failing machine does.
    async fn kill(&self) {
        for pid in self.processes() {
            crate::clients::process::kill(pid);
        }
        while !self.processes().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    async fn status(&self) -> DeploymentStatus {
        let deployment = self.deployments().get("hello").await.unwrap();
        deployment.unwrap().status
    }

    /// What the live release answers, wherever it listens now.
    async fn live_answer(&self) -> Value {
        self.answer(&self.record()).await
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
    installation
        .deploy(json!({ "application": "hello", "binary": binary }))
        .await
        .unwrap();
    let sick = json!({ "application": "hello", "binary": hello_again(&installation.surroundings, 2), 
        "env": { "KEEPS": "counts", "HEALTH": "sick" }, "health_timeout": "10m" });
    let (outcome, ()) = tokio::join!(installation.deploy(sick), async {
        installation.surroundings.logged("release 2 starts").await;
        installation.surroundings.cancel();
    });
    let error = outcome.unwrap_err().error;
    assert_eq!(error.code, "cancelled");
    assert!(error.message.contains("release 1, still is"), "{error:?}");
    assert_eq!(installation.processes().len(), 1);
    assert_eq!(
        installation.live_answer().await,
        json!({ "greeting": "hello", "starts": 2 })
    );
    installation.end().await;
}

#[tokio::test]
async fn a_new_program_works_on_a_copy_until_it_is_live() {
    let installation = Installation::new();
    let first = hello(&installation.surroundings);
    installation
        .deploy(json!({ "application": "hello", "binary": first }))
        .await
        .unwrap();

    // It renames what the release before reads, as a renamed field does, and only then proves to be broken.
    let second = hello_again(&installation.surroundings, 2);
    let with = |health: &str| {
        json!({ "application": "hello", "binary": second, "health_timeout": "500ms",
            "env": { "KEEPS": "counts", "HEALTH": health } })
    };
    let error = installation.deploy(with("sick")).await.unwrap_err().error;
    assert_eq!(error.code, "release_unhealthy");
    assert!(error.message.contains("release 1, still is"), "{error:?}");
    assert_eq!(
        installation.live_answer().await["starts"],
        2,
        "started again, on data that nobody else touched"
    );
    assert_eq!(installation.named("data"), ["data-1"]);

    let live = installation.deploy(with("ok")).await.unwrap();
    assert_eq!(
        installation.answer(&live).await["starts"],
        3,
        "what the release before wrote was taken along"
    );
    assert_eq!(installation.named("data"), ["data-2"]);
    assert_eq!(installation.named("change"), [""; 0]);
    assert_eq!(installation.processes().len(), 1);

    let mut elsewhere = with("ok");
    elsewhere["binary"] = hello_again(&installation.surroundings, 3).into();
    elsewhere["env"]["DATABASE_URL"] = "postgres://nowhere".into();
    installation.deploy(elsewhere).await.unwrap();
    installation
        .surroundings
        .logged("DATABASE_URL is set: that database is not copied")
        .await;
    installation.end().await;
}

#[tokio::test]
async fn a_step_that_is_dropped_still_puts_back_what_stepped_aside() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    let first = installation.deploy(with.clone()).await.unwrap();
    let mut sick = with.clone();
    sick["port"] = first["port"].clone();
    sick["health_timeout"] = "10m".into();
    sick["env"] = json!({ "HEALTH": "sick" });
    tokio::select! {
        outcome = installation.deploy(sick) => panic!("it ended: {outcome:?}"),
        () = installation.surroundings.logged("release 2 starts") => {}
    }
    // The next one waits until that is done, and finds nothing left to do.
    let again = installation.deploy(with).await.unwrap();
    assert_eq!(
        (&again["unchanged"], &again["port"]),
        (&json!(true), &first["port"])
    );
    installation.end().await;
}

#[tokio::test]
async fn a_crash_while_one_release_takes_over_is_mended_by_the_next_start_or_deployment() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    installation.deploy(with.clone()).await.unwrap();
    let crash = async || {
        installation.kill().await;
        std::fs::create_dir(installation.home().join("data-2")).unwrap();
        let note = json!({ "release": 2, "restart": true, "copy": { "folder": "data-2" },
            "original": { "folder": "data-1" } });
        installation.note("change.json", &note);
    };

    crash().await;
    let revived = installation.deployments().revive().await.pop().unwrap();
    assert_eq!(revived.outcome.unwrap().release, 1);
    assert_eq!(installation.named("data"), ["data-1"]);
    assert_eq!(installation.live_answer().await["starts"], 2);

    crash().await;
    let broken = json!({ "application": "hello", "binary": binary, "env": { "HEALTH": "crash" } });
    let error = installation.deploy(broken).await.unwrap_err().error;
    assert!(error.message.contains("release 1, still is"), "{error:?}");
    assert_eq!(installation.live_answer().await["starts"], 3);

    // One that got as far as being live needs nothing but tidying.
    installation.deploy(with).await.unwrap();
    std::fs::create_dir(installation.home().join("data-0")).unwrap();
    let note = json!({ "release": 1, "restart": true, "copy": { "folder": "data-1" },
        "original": { "folder": "data-0" } });
    installation.note("change.json", &note);
    assert!(installation.deployments().revive().await.is_empty());
    assert_eq!(installation.named("data"), ["data-1"]);
    assert_eq!(installation.named("change"), [""; 0]);

    crash().await;
    let deployments = installation.deployments();
    assert_eq!(
        deployments.stop("hello").await.unwrap().unwrap().status,
        DeploymentStatus::Stopped
    );
    assert!(deployments.revive().await.is_empty(), "it stays stopped");
    installation.end().await;
}

#[tokio::test]
async fn the_first_error_is_told_when_the_old_release_does_not_start_again_either() {
    let installation = Installation::new();
    let first = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": first });
    installation.deploy(with).await.unwrap();
    let second = hello_again(&installation.surroundings, 2);
    std::fs::remove_file(&first).unwrap();
    let broken = json!({ "application": "hello", "binary": second, "env": { "HEALTH": "crash" } });
    let error = installation.deploy(broken).await.unwrap_err().error;
    assert_eq!(error.code, "release_unhealthy");
    for part in [
        "this release is broken",
        "Release 1",
        "could not be started again",
    ] {
        assert!(error.message.contains(part), "{error:?}");
    }
    assert_eq!(installation.named("data"), ["data-1", "data-2"]);

    // The note stays until it can be honoured.
    hello(&installation.surroundings);
    let revived = installation.deployments().revive().await.pop().unwrap();
    assert_eq!(revived.outcome.unwrap().release, 1);
    assert_eq!(installation.named("data"), ["data-1"]);
    installation.end().await;
}

#[tokio::test]
async fn what_runs_in_another_container_is_judged_by_its_answers_and_left_alone() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = |greeting: &str| json!({ "application": "hello", "binary": binary, "env": { "GREETING": greeting } });
    installation.deploy(with("one")).await.unwrap();
    let mut record = installation.record();
    // Numbers mean something else there: here, this one is nobody's.
    record["namespace"] = "pid:[1]".into();
    record["pid"] = u32::MAX.into();
    installation.note("deployment.json", &record);

    assert_eq!(installation.status().await, DeploymentStatus::Running);
    assert!(installation.deployments().revive().await.is_empty());
    let error = installation.deploy(with("two")).await.unwrap_err().error;
    assert_eq!(error.code, "release_elsewhere");
    assert!(error.message.contains("pid: host"), "{error:?}");
    let refused = installation.deployments().stop("hello").await.unwrap_err();
    assert!(
        matches!(refused, blueprint::ports::StopError::InTheWay(_)),
        "{refused:?}"
    );
    assert_eq!(installation.live_answer().await["greeting"], "one");

    installation.kill().await;
    assert_eq!(installation.status().await, DeploymentStatus::Failed);
    assert!(installation.deployments().revive().await.is_empty());
    assert_eq!(installation.processes(), BTreeSet::new());
    let second = installation.deploy(with("two")).await.unwrap();
    assert_eq!(installation.answer(&second).await["starts"], 2);
    installation.end().await;
}

#[tokio::test]
async fn the_last_five_releases_are_kept() {
    let installation = Installation::new();
    let builds = installation.home().join("builds");
    for release in 1..=7_u8 {
        let folder = builds.join(release.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        let binary = folder.join("app");
        std::fs::rename(hello_again(&installation.surroundings, release), &binary).unwrap();
        installation
            .deploy(json!({ "application": "hello", "binary": binary }))
            .await
            .unwrap();
    }
    let names = |folder: &str| {
        let entries = std::fs::read_dir(installation.home().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect::<BTreeSet<_>>()
    };
    let last = |end: &str| (3..=7).map(|release| format!("{release}{end}")).collect();
    assert_eq!(names("builds"), last(""));
    assert_eq!(names("logs"), last(".log"));
    assert_eq!(names("environments"), last(".json"));
    installation
        .surroundings
        .logged("release 2 was removed")
        .await;
    assert_eq!(installation.live_answer().await["starts"], 7);
    installation.end().await;
}

#[tokio::test]
async fn a_container_takes_over_and_keeps_its_volume() {
    let installation = Installation::with_docker();
    // The program is no match for SIGTERM as the first process of a container, and the test does not wait for it.
    let folder = installation.surroundings.context.workspace.join("context");
    std::fs::create_dir_all(folder.join("data")).unwrap();
    std::fs::write(folder.join("data/.keep"), "").unwrap();
    std::fs::write(
        folder.join("Dockerfile"),
        SCRATCH.replace("SIGTERM", "SIGKILL"),
    )
    .unwrap();
    let image = async |binary: String| {
        let tag = format!("lathe-test-{}", uuid::Uuid::now_v7());
        let build =
            json!({ "context": folder, "binary": binary, "tag": tag, "application": "hello" });
        let node = crate::kinds::docker_build::DockerBuild::new(installation.docker.clone());
        installation.surroundings.run(node, build).await.unwrap()["image"].clone()
    };
    let binary = hello(&installation.surroundings);
    let first_image = image(binary.clone()).await;
    let with = |env: Value| json!({ "application": "hello", "target": "docker", "image": first_image, "env": env });

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

    let container = || {
        installation.record()["container"]
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

    // A new image that spoils what it keeps, and is broken: it spoiled a copy.
    let second_image = image(hello_again(&installation.surroundings, 2)).await;
    let spoiling = |health: &str| {
        json!({ "application": "hello", "target": "docker", "image": second_image, "health_timeout": "500ms",
            "env": { "KEEPS": "counts", "HEALTH": health } })
    };
    let volume = || {
        installation.record()["data"]["volume"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let before = volume();
    let error = installation
        .deploy(spoiling("sick"))
        .await
        .unwrap_err()
        .error;
    assert!(error.message.contains("release 2, still is"), "{error:?}");
    assert_eq!(installation.live_answer().await["starts"], 4);
    installation.deploy(spoiling("ok")).await.unwrap();
    assert_eq!(installation.live_answer().await["starts"], 5);
    assert!(!installation.docker.has_volume(&before).await.unwrap());

    // The data goes along to the other target, and back.
    let env = json!({ "KEEPS": "counts" });
    let process = json!({ "application": "hello", "binary": binary, "env": env });
    installation.deploy(process).await.unwrap();
    assert_eq!(installation.live_answer().await["starts"], 6);
    installation.deploy(with(env)).await.unwrap();
    assert_eq!(installation.live_answer().await["starts"], 7);
    assert_eq!(installation.named("data"), [""; 0]);

    assert!(
        !installation
            .docker
            .remove_image(first_image.as_str().unwrap(), "another")
            .await
            .unwrap(),
        "it is in use"
    );
    installation.docker.forget_container(&container()).await;
    for image in [first_image, second_image] {
        let gone = installation
            .docker
            .remove_image(image.as_str().unwrap(), "hello")
            .await;
        assert!(gone.unwrap());
    }
}

#[tokio::test]
async fn a_program_of_the_workspace_needs_the_operators_leave() {
    let installation = Installation::new();
    let workspace = &installation.surroundings.context.workspace;
    std::fs::create_dir_all(workspace).unwrap();
    let binary = workspace.join("hello");
    std::fs::copy(hello(&installation.surroundings), &binary).unwrap();
    let with = json!({ "application": "hello", "binary": binary });
    let refused = installation.deploy(with.clone()).await.unwrap_err();
    assert_eq!(refused.error.code, "path_refused");
    assert!(
        refused.error.message.contains("LATHE_ALLOW_COMMANDS"),
        "{}",
        refused.error.message
    );

    let built = hello(&installation.surroundings);
    let preloading =
        json!({ "application": "hello", "binary": built, "env": { "LD_PRELOAD": binary } });
    let refused = installation.deploy(preloading).await.unwrap_err();
    assert_eq!(refused.error.code, "invalid_parameters");

    let allowed = Options {
        allow_commands: true,
        ..Options::default()
    };
    let node = AppDeploy::new(&allowed, installation.docker.clone());
    let output = installation.surroundings.run(node, with).await.unwrap();
    assert_eq!(output["release"], 1);
}
