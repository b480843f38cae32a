//! `container.run` with a real engine: what is inside, what is kept out, and that nothing stays.

use serde_json::{Value, json};

use super::*;
use crate::clients::docker::Credentials;
use crate::tests::Surroundings;
use crate::tests::docker::{engine, engine_address, registry, worker};
use crate::tests::mortal::Mortal;

/// Tests run beside each other, so each step has a key of its own, as in a real run.
fn surroundings() -> Surroundings {
    let mut surroundings = Surroundings::new();
    let context = &mut surroundings.context;
    context.idempotency_key = format!("{}:step", context.execution).into();
    surroundings
}

fn unguarded() -> Options {
    Options {
        outgoing: egress::Outgoing::unguarded(),
        ..Options::default()
    }
}

fn node() -> ContainerRun {
    ContainerRun::new(&unguarded(), engine())
}

async fn run(surroundings: &Surroundings, with: Value) -> Result<Value, Failure> {
    surroundings.run(node(), with).await
}

async fn left(surroundings: &Surroundings) -> Vec<String> {
    let label = format!("lathe.execution={}", surroundings.context.execution);
    engine().labelled(&label).await.unwrap()
}

#[tokio::test]
async fn hands_over_arguments_and_streams_both_outputs() {
    let (surroundings, image) = (surroundings(), worker().await);
    let hostile = "$(touch pwned); `id` | ' \" *";
    let output = run(
        &surroundings,
        json!({
            "image": image, "command": [format!("say={hostile}"), "env=FROM_IMAGE", "env=GIVEN", "cwd", "warn=beware", "part=end"],
            "env": { "GIVEN": "a=b c" }, "working_dir": "/kept",
        }),
    );
    let output = output.await.unwrap();
    assert_eq!(output["exit_code"], 0);
    assert_eq!(
        output["stdout"],
        format!("{hostile}\nyes\na=b c\n/kept\nend")
    );
    assert_eq!(output["stderr"], "beware\n");
    let mut lines = surroundings.lines();
    lines.sort();
    let mut expected = [hostile, "yes", "a=b c", "/kept", "beware", "end"];
    expected.sort_unstable();
    assert_eq!(lines, expected);

    let short = run(
        &surroundings,
        json!({ "image": image, "entrypoint": ["/app", "say=one"], "command": ["say=two"], "max_output": 4 }),
    );
    assert_eq!(short.await.unwrap()["stdout"], "two\n");
    assert_eq!(left(&surroundings).await, [""; 0]);
    engine().forget(&image).await;
}

/// C20: what a container may do is named field by field, and what would make it another machine's master is no field.
#[tokio::test]
async fn is_confined_unless_it_is_told_otherwise() {
    let (surroundings, image) = (surroundings(), worker().await);
    let command = [
        "interfaces",
        "status=NoNewPrivs",
        "status=CapEff",
        "status=CapBnd",
    ];
    let mut command: Vec<_> = command.map(str::to_owned).into();
    command.push("connect=192.0.2.1:80".to_owned());
    let output = run(&surroundings, json!({ "image": image, "command": command }))
        .await
        .unwrap();
    let none = "0000000000000000";
    assert_eq!(
        output["stdout"],
        format!("lo\nNoNewPrivs: 1\nCapEff: {none}\nCapBnd: {none}\nconnect: NetworkUnreachable\n")
    );

    let opened = json!({
        "image": image, "command": ["interfaces", "status=CapBnd"], "network": "bridge", "capabilities": ["CHOWN", "KILL"],
    });
    let output = run(&surroundings, opened.clone()).await.unwrap();
    assert_eq!(output["stdout"], "eth0 lo\nCapBnd: 0000000000000021\n");

    let refused = surroundings
        .run(ContainerRun::new(&Options::default(), engine()), opened)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.error.code.as_str(), refused.retryable),
        ("network_refused", false)
    );
    for (field, value) in [
        ("capabilities", json!(["SYS_ADMIN"])),
        ("capabilities", json!(["MKNOD"])),
        ("network", json!("host")),
        ("network", json!("container:other")),
        ("mounts", json!([{ "source": "/", "target": "/host" }])),
        ("workspace", json!("/etc")),
        ("privileged", json!(true)),
        ("cpus", json!(0)),
        ("memory", json!("1KiB")),
        ("env", json!({ "A=B": "c" })),
    ] {
        let mut with = json!({ "image": image });
        with[field] = value;
        let refused = run(&surroundings, with).await.unwrap_err();
        assert_eq!(refused.error.code, "invalid_parameters", "{field}");
    }
    engine().forget(&image).await;
}

/// C20: of the machine's folders, that one, and no link that leads out of it.
#[tokio::test]
async fn sees_the_runs_workspace_and_no_other_folder() {
    let (surroundings, image) = (surroundings(), worker().await);
    let folder = surroundings.context.workspace.to_path_buf();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("given"), "from outside").unwrap();
    std::fs::write(surroundings.path().join("secret"), "not for workflows").unwrap();
    // A link that leads out of the workspace leads nowhere inside.
    std::os::unix::fs::symlink(surroundings.path().join("secret"), folder.join("link")).unwrap();
    let command = [
        "read=/workspace/given",
        "read=/workspace/link",
        "write=/workspace/made",
    ];
    let output = run(&surroundings, json!({ "image": image, "command": command }))
        .await
        .unwrap();
    assert_eq!(output["stdout"], "from outside\nNotFound\nwrite: ok\n");
    let made = folder.join("made");
    assert_eq!(std::fs::read_to_string(&made).unwrap(), "from inside");
    assert_eq!(
        made.metadata().unwrap().uid(),
        folder.metadata().unwrap().uid()
    );

    let read_only =
        json!({ "image": image, "command": ["write=/workspace/given"], "workspace": "read_only" });
    let output = run(&surroundings, read_only).await.unwrap();
    assert_eq!(output["stdout"], "write: ReadOnlyFilesystem\n");

    let without = json!({ "image": image, "command": ["read=/workspace/given", "status=Uid"], "workspace": "none", "user": "1234:5678" });
    let output = run(&surroundings, without).await.unwrap();
    assert_eq!(output["stdout"], "NotFound\nUid: 1234 1234 1234 1234\n");
    engine().forget(&image).await;
}

#[tokio::test]
async fn an_exit_code_fails_unless_it_is_expected() {
    let (surroundings, image) = (surroundings(), worker().await);
    let mut with = json!({ "image": image, "command": ["say=so far", "warn=why", "exit=3"] });
    let failure = run(&surroundings, with.clone()).await.unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("container_failed", false)
    );
    assert!(
        failure.error.message.ends_with("exit code 3. why"),
        "{}",
        failure.error.message
    );
    let details = failure.error.details.unwrap();
    let expected =
        json!({ "exit_code": 3, "out_of_memory": false, "stdout": "so far\n", "stderr": "why\n" });
    assert_eq!(details, expected);
    with["expect_exit"] = json!([0, 3]);
    assert_eq!(run(&surroundings, with).await.unwrap()["exit_code"], 3);

    let hungry = json!({ "image": image, "command": ["hoard"], "memory": "32MiB" });
    let failure = run(&surroundings, hungry).await.unwrap_err();
    assert!(
        failure
            .error
            .message
            .ends_with("it wanted more memory than 32MiB"),
        "{}",
        failure.error.message
    );

    let no_program = json!({ "image": image, "entrypoint": ["/nowhere"] });
    let failure = run(&surroundings, no_program).await.unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("docker_refused", false)
    );
    assert!(
        failure.error.message.contains("/nowhere"),
        "{}",
        failure.error.message
    );
    assert_eq!(left(&surroundings).await, [""; 0]);
    engine().forget(&image).await;
}

#[tokio::test]
async fn is_killed_and_removed_at_the_timeout_when_cancelled_and_when_dropped() {
    let image = worker().await;
    for (timeout, cancel) in [("2s", false), ("10m", true)] {
        let surroundings = surroundings();
        let with = json!({ "image": image, "command": ["say=up", "wait"], "timeout": timeout });
        let (outcome, ()) = tokio::join!(run(&surroundings, with), async {
            if cancel {
                surroundings.logged("up").await;
                assert_eq!(left(&surroundings).await.len(), 1);
                surroundings.cancel();
            }
        });
        let failure = outcome.unwrap_err();
        let expected = if cancel {
            ("cancelled", false)
        } else {
            ("timeout", true)
        };
        assert_eq!((failure.error.code.as_str(), failure.retryable), expected);
        assert_eq!(left(&surroundings).await, [""; 0]);
    }

    let surroundings = surroundings();
    let with = json!({ "image": image, "command": ["say=up", "wait"] });
    tokio::select! {
        outcome = run(&surroundings, with) => panic!("it ended: {outcome:?}"),
        () = surroundings.logged("up") => {}
    }
    for id in left(&surroundings).await {
        engine().removed(&id).await;
    }
    assert_eq!(left(&surroundings).await, [""; 0]);
    engine().forget(&image).await;
}

#[tokio::test]
async fn what_a_lathe_that_died_left_behind_goes_at_the_next_attempt() {
    let (surroundings, image) = (surroundings(), worker().await);
    let with = json!({ "image": image, "command": ["say=up", "wait"] });
    let mut first = Box::pin(run(&surroundings, with));
    tokio::select! {
        outcome = &mut first => panic!("it ended: {outcome:?}"),
        () = surroundings.logged("up") => {}
    }
    // A process that is killed drops nothing.
    std::mem::forget(first);
    let orphans = left(&surroundings).await;
    assert_eq!(orphans.len(), 1);

    let again = run(
        &surroundings,
        json!({ "image": image, "command": ["say=again"] }),
    )
    .await
    .unwrap();
    assert_eq!(again["stdout"], "again\n");
    assert!(
        surroundings
            .lines()
            .iter()
            .any(|line| line.contains("left behind"))
    );
    assert_eq!(left(&surroundings).await, [""; 0]);
    engine().forget(&image).await;
}

#[tokio::test]
async fn fetches_an_image_when_the_policy_says_so() {
    let (surroundings, image) = (surroundings(), worker().await);
    let docker = engine();
    let repository = format!("{}/{image}", registry());
    docker
        .push(
            &image,
            &repository,
            "latest",
            Credentials::default(),
            |_| {},
            |_| {},
        )
        .await
        .unwrap();
    docker.forget(&image).await;
    docker.forget(&repository).await;
    let attempt = |pull: &str| {
        let with = json!({ "image": repository, "command": ["say=here"], "pull": pull });
        run(&surroundings, with)
    };
    let failure = attempt("never").await.unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("image_not_found", false)
    );
    for pull in ["missing", "never", "always"] {
        assert_eq!(attempt(pull).await.unwrap()["stdout"], "here\n", "{pull}");
    }
    docker.forget(&repository).await;
}

#[tokio::test]
async fn an_engine_that_is_lost_may_be_back() {
    let (surroundings, image) = (surroundings(), worker().await);
    let mortal = Mortal::before(&engine_address(), "last words").await;
    let docker = Arc::new(Docker::new(Some(&format!("tcp://{}", mortal.address))));
    let with = json!({ "image": image, "command": ["say=first", "say=last words", "wait"], "timeout": "1m" });
    let lost = surroundings.run(ContainerRun::new(&Options::default(), docker), with);
    let failure = lost.await.unwrap_err();
    assert_eq!(
        (failure.error.code.as_str(), failure.retryable),
        ("docker_interrupted", true)
    );

    // It could not be removed then; the next attempt sees to that.
    let again = json!({ "image": image, "command": ["say=again"] });
    assert_eq!(
        run(&surroundings, again).await.unwrap()["stdout"],
        "again\n"
    );
    assert_eq!(left(&surroundings).await, [""; 0]);
    engine().forget(&image).await;
}

#[test]
fn a_reference_without_a_tag_means_the_latest() {
    for (given, wanted) in [
        ("alpine", "alpine:latest"),
        ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
        ("localhost:5000/a/b:2", "localhost:5000/a/b:2"),
        ("a/b@sha256:00", "a/b@sha256:00"),
    ] {
        assert_eq!(with_tag(given), wanted);
    }
}
