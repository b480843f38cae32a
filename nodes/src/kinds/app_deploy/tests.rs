//! `app.deploy` with real processes and a real Docker engine.

mod containers;
mod environments;
mod interruptions;
mod observations;
mod releases;

use std::collections::BTreeSet;

use blueprint::ports::{DeploymentStatus, Deployments as _};
use serde_json::{Value, json};

use super::*;
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

/// S20: what an environment holds is in one file for Lathe's user only, and in nothing that is told.
#[tokio::test]
async fn values_of_an_environment_are_kept_apart() {
    const VALUE: &str = "c4nary-of-an-environment";
    let mode = |path: &Path| {
        let metadata = std::fs::metadata(path).unwrap();
        std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777
    };
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    // As an older version left it.
    let home = installation.home();
    let environments = home.join("environments");
    std::fs::create_dir_all(&environments).unwrap();
    std::fs::set_permissions(
        &environments,
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let with = json!({ "application": "hello", "binary": binary, "env": { "GREETING": VALUE } });
    let told = installation.deploy(with).await.unwrap();
    assert_eq!(installation.answer(&told).await["greeting"], VALUE);
    assert!(!told.to_string().contains(VALUE), "{told}");
    let shown = installation.deployments().get("hello").await.unwrap();
    assert!(!format!("{shown:?}").contains(VALUE));
    for log in installation.surroundings.lines() {
        assert!(!log.contains(VALUE), "{log}");
    }
    assert_eq!(mode(&environments), 0o700);
    assert_eq!(mode(&environments.join("1.json")), 0o600);
    assert_eq!(mode(&home.join("deployment.json")), 0o600);
    for entry in std::fs::read_dir(&home).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            assert!(!text.contains(VALUE), "{}", path.display());
        }
    }
    installation.end().await;
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
    let (owner, deployments) = (
        installation.surroundings.context.owner,
        installation.deployments(),
    );
    let digest = installation.record()["digest"].as_str().unwrap().to_owned();
    let id = uuid::Uuid::from_u128(7);
    installation.note("home-id", &json!(id));
    for (release, kept) in [(7, true), (6, false), (2, false)] {
        let told = deployments
            .keeps(owner, "hello", id, release, &digest)
            .await
            .unwrap();
        assert_eq!(told, Some(kept), "{release} with the digest of 7");
    }
    for (owner, id, whose) in [
        (uuid::Uuid::from_u128(9), id, "somebody else's"),
        (owner, uuid::Uuid::from_u128(9), "another machine's"),
    ] {
        let told = deployments.keeps(owner, "hello", id, 7, &digest).await;
        assert_eq!(told.unwrap(), None, "{whose}");
    }
    installation
        .surroundings
        .logged("release 2 was removed")
        .await;
    assert_eq!(installation.live_answer().await["starts"], 7);
    installation.end().await;
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

    // Nor does it come back without it, when it is no longer given.
    let binary_of_next = hello_again(&installation.surroundings, 2);
    let next = json!({ "application": "hello", "binary": binary_of_next });
    installation.deploy(next).await.unwrap();
    let back = json!({ "application": "hello", "release": 1 });
    let refused = installation.deploy(back.clone()).await.unwrap_err();
    assert_eq!(refused.error.code, "path_refused");
    installation.note("environments/2.json", &json!({ "LD_PRELOAD": binary }));
    let loading = json!({ "application": "hello", "release": 2 });
    let refused = installation.deploy(loading).await.unwrap_err();
    assert_eq!(refused.error.code, "invalid_parameters");
    let node = AppDeploy::new(&allowed, installation.docker.clone());
    let output = installation.surroundings.run(node, back).await.unwrap();
    assert_eq!(output["unchanged"], false);
    installation.end().await;
}
