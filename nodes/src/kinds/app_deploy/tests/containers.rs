//! Releases in containers of a real Docker engine, and their way from a process and back.

use blueprint::ports::{Health, ReleaseStream};

use super::*;
use crate::clients::docker::SCRATCH;

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

    let (log, health) = observations::seen(&installation).await;
    assert_eq!(
        (log.release, health.health),
        (1, Health::Healthy),
        "{health:?}"
    );
    let line = &log.lines[0];
    assert!(line.line.starts_with("listening on"), "{line:?}");
    assert!(
        line.at.is_some() && line.stream == Some(ReleaseStream::Stdout),
        "{line:?}"
    );
    assert!(health.running_since.is_some(), "{health:?}");

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
