//! What is kept as an application's environment goes into its releases, and nothing secret of it into what the step says.

use blueprint::ports::{EnvironmentError, EnvironmentSource, EnvironmentVariable};
use uuid::Uuid;

use super::*;

/// An environment that a test states; the secret of the variable `MISSING` is not there.
struct Kept(Vec<(&'static str, &'static str, bool)>);

#[async_trait]
impl EnvironmentSource for Kept {
    async fn environment(
        &self,
        _owner: Uuid,
        application: &str,
    ) -> Result<Vec<EnvironmentVariable>, EnvironmentError> {
        assert_eq!(application, "hello");
        let variables = self
            .0
            .iter()
            .map(|(name, value, confidential)| match *name {
                "MISSING" => Err(EnvironmentError::NoSecret {
                    variable: (*name).to_owned(),
                    secret: (*value).to_owned(),
                }),
                name => Ok(EnvironmentVariable {
                    name: name.to_owned(),
                    value: (*value).to_owned(),
                    confidential: *confidential,
                }),
            });
        variables.collect()
    }
}

impl Installation {
    async fn deploy_with(
        &self,
        kept: Vec<(&'static str, &'static str, bool)>,
        with: Value,
    ) -> Result<Value, Failure> {
        let options = Options {
            environments: Some(Arc::new(Kept(kept))),
            ..Options::default()
        };
        let node = AppDeploy::new(&options, self.docker.clone());
        self.surroundings.run(node, with).await
    }
}

#[tokio::test]
async fn a_release_is_given_what_is_kept_with_its_application() {
    let installation = Installation::new();
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    let own = json!({ "application": "hello", "binary": binary, "env": { "GREETING": "mine" } });

    let greeting = |text| vec![("GREETING", text, true)];
    let first = installation
        .deploy_with(greeting("c4nary one"), with.clone())
        .await
        .unwrap();
    assert_eq!(installation.answer(&first).await["greeting"], "c4nary one");
    let same = installation
        .deploy_with(greeting("c4nary one"), with.clone())
        .await
        .unwrap();
    assert_eq!(same["unchanged"], true);
    let second = installation
        .deploy_with(greeting("c4nary two"), with.clone())
        .await
        .unwrap();
    assert_eq!(
        (
            &second["release"],
            &installation.answer(&second).await["greeting"]
        ),
        (&json!(2), &json!("c4nary two")),
        "a changed environment is another release"
    );
    let third = installation
        .deploy_with(greeting("c4nary two"), own)
        .await
        .unwrap();
    assert_eq!(installation.answer(&third).await["greeting"], "mine");

    // The program's last words hold a secret.
    let crash = vec![("HEALTH", "crash", false), ("TOKEN", "this release", true)];
    let failure = installation
        .deploy_with(crash, with.clone())
        .await
        .unwrap_err();
    assert_eq!(failure.error.code, "release_unhealthy");
    let message = &failure.error.message;
    assert!(
        message.contains("*** is broken") && !message.contains("this release"),
        "{message}"
    );
    let missing = vec![("MISSING", "smtp.password", true)];
    let failure = installation.deploy_with(missing, with).await.unwrap_err();
    assert_eq!(failure.error.code, "secret_missing");
    assert!(
        failure.error.message.contains("`smtp.password`"),
        "{}",
        failure.error.message
    );
    for said in installation.surroundings.lines() {
        assert!(!said.contains("c4nary"), "{said}");
    }
    installation.end().await;
}

/// What a release was given once may be secret still, and need not be among the secrets of today.
#[tokio::test]
async fn last_words_of_earlier_releases_hold_nothing_of_their_environments() {
    let installation = Installation::new();
    let crash = json!({ "HEALTH": "crash", "TOKEN": "this release" });
    let check = |failure: &Failure| {
        let message = &failure.error.message;
        assert_eq!(failure.error.code, "release_unhealthy", "{message}");
        assert!(
            message.contains("*** is broken") && !message.contains("this release"),
            "{message}"
        );
    };
    let first = json!({ "application": "hello", "binary": hello(&installation.surroundings) });
    installation.deploy_with(Vec::new(), first).await.unwrap();
    let binary = hello_again(&installation.surroundings, 2);
    let second = json!({ "application": "hello", "binary": binary });
    installation.deploy_with(Vec::new(), second).await.unwrap();

    installation.note("environments/1.json", &crash);
    let back = json!({ "application": "hello", "release": 1 });
    let failure = installation.deploy_with(Vec::new(), back).await;
    check(&failure.unwrap_err());

    // What was live does not come up again either.
    installation.note("environments/2.json", &crash);
    let binary = hello_again(&installation.surroundings, 3);
    let sick = json!({ "application": "hello", "binary": binary, "env": { "HEALTH": "sick" },
        "health_timeout": "500ms" });
    let failure = installation.deploy_with(Vec::new(), sick).await;
    let failure = failure.unwrap_err();
    check(&failure);
    let message = &failure.error.message;
    assert!(message.contains("could not be started again"), "{message}");
    installation.end().await;
}
