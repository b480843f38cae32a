//! What died, was interrupted or was stopped half-way: by whom it is noticed, and how it is mended.

use super::*;
use crate::tests::files::MemoryFiles;

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

/// A browser that is closed must not leave an application half stopped.
#[tokio::test]
async fn it_is_stopped_to_the_end_when_nobody_waits_for_that_any_more() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    installation.deploy(with).await.unwrap();
    // Something to tidy after it was stopped.
    std::fs::create_dir(installation.home().join("data-0")).unwrap();
    let note = json!({ "release": 1, "restart": false, "original": { "folder": "data-0" } });
    installation.note("change.json", &note);
    let deployments = installation.deployments();
    let mut stopping = deployments.stop("hello");
    while installation.record()["status"] != "stopped" {
        tokio::select! {
            biased;
            stopped = &mut stopping => panic!("too late to go away: {stopped:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(stopping);
    // Whoever stops it holds its home until that is done.
    let home = crate::home::Home::of(&installation.surroundings.data(), "hello").unwrap();
    while home.try_lock().await.unwrap().is_none() {}
    assert_eq!(installation.named("change"), [""; 0]);
    assert_eq!(installation.named("data-0"), [""; 0]);
    installation.end().await;
}

/// Who looks at an application holds it for a moment.
#[tokio::test]
async fn what_somebody_looks_at_is_brought_back_all_the_same() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    installation.deploy(with).await.unwrap();
    installation.kill().await;
    let deployments = installation.deployments();
    let home = crate::home::Home::of(&installation.surroundings.data(), "hello").unwrap();
    let lock = home.try_lock().await.unwrap().unwrap();
    let (revivals, ()) = tokio::join!(deployments.revive(), async {
        crate::home::taken::by_somebody(&home).await;
        drop(lock);
    });
    assert_eq!(revivals.len(), 1, "{revivals:?}");
    assert_eq!(installation.status().await, DeploymentStatus::Running);
    installation.end().await;
}

/// Its workspace was deleted while it came up, too late for the run to be cancelled.
#[tokio::test]
async fn what_comes_up_for_a_deleted_workspace_is_taken_down_again() {
    let mut installation = Installation::new();
    installation.surroundings.context.files = Arc::new(MemoryFiles::forsaken());
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    let error = installation.deploy(with).await.unwrap_err().error;
    assert_eq!(error.code, "workspace_deleted", "{error:?}");
    assert_eq!(installation.status().await, DeploymentStatus::Stopped);
    assert_eq!(installation.processes(), BTreeSet::new());
    assert!(installation.deployments().revive().await.is_empty());
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
