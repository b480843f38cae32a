//! What can be seen of a release: what it wrote, how it is, and why it ended.

use blueprint::ports::{Health, HealthReport, LogAsk, ReleaseLog};

use super::*;

/// The newest lines, and how it is now.
pub(super) async fn seen(installation: &Installation) -> (ReleaseLog, HealthReport) {
    let deployments = installation.deployments();
    let ask = LogAsk {
        lines: 5,
        before: None,
    };
    let log = deployments.log("hello", ask).await.unwrap().unwrap();
    (log, deployments.health("hello").await.unwrap().unwrap())
}

#[tokio::test]
async fn a_release_can_be_watched_until_it_ends() {
    let installation = Installation::new();
    let deployments = installation.deployments();
    let ask = LogAsk {
        lines: 5,
        before: None,
    };
    for name in ["hello", "../hello", "hello-preview"] {
        assert_eq!(deployments.log(name, ask).await.unwrap(), None, "{name}");
        assert_eq!(deployments.health(name).await.unwrap(), None, "{name}");
    }
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    let begun = chrono::Utc::now() - chrono::TimeDelta::seconds(2);
    installation.deploy(with).await.unwrap();
    let (log, health) = seen(&installation).await;
    assert_eq!((log.release, &log.missing, log.before), (1, &None, None));
    assert!(log.lines[0].line.starts_with("listening on"), "{log:?}");
    assert_eq!(
        (health.health, &health.reason, health.last_lines.len()),
        (Health::Healthy, &None, 0)
    );
    let since = health.running_since.unwrap();
    let since = chrono::DateTime::parse_from_rfc3339(&since).unwrap();
    assert!(
        begun <= since && since <= chrono::Utc::now() + chrono::TimeDelta::seconds(2),
        "{since} is not just now"
    );

    // It runs, and does not answer where it is asked.
    let well = installation.record();
    let mut sick = well.clone();
    sick["url"] = json!("http://127.0.0.1:1/");
    installation.note("deployment.json", &sick);
    let (_, health) = seen(&installation).await;
    assert_eq!(health.health, Health::Unhealthy);
    let reason = health.reason.unwrap();
    assert!(
        reason.starts_with("/healthz could not be asked"),
        "{reason}"
    );
    installation.note("deployment.json", &well);

    installation.kill().await;
    let (log, health) = seen(&installation).await;
    assert_eq!(
        (
            health.health,
            health.running_since,
            health.reason.as_deref()
        ),
        (Health::Failed, None, Some("the process ended by itself"))
    );
    assert_eq!(health.last_lines, log.lines, "they may say why");

    installation.deployments().stop("hello").await.unwrap();
    let (log, health) = seen(&installation).await;
    assert_eq!((health.health, health.reason), (Health::Stopped, None));
    assert!(!log.lines.is_empty(), "what it wrote stays");
    std::fs::remove_file(installation.home().join("logs/1.log")).unwrap();
    let (log, _) = seen(&installation).await;
    let missing = log.missing.unwrap();
    assert!(missing.contains("not on this machine"), "{missing}");
    installation.end().await;
}
