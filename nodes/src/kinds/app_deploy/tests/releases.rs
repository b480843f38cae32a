//! What is told of releases: each as it begins, takes over, fails or ends, and the truth again after it was missed.

use std::collections::BTreeMap;
use std::sync::Mutex;

use blueprint::ports::{BoxedError, CurrentRelease, NewRelease, Standing};
use uuid::Uuid;

use super::*;

/// Releases with what was last told of them, by number where they began one after the other.
#[derive(Default)]
struct Told {
    begun: Mutex<Vec<NewRelease>>,
    stands: Mutex<BTreeMap<Uuid, String>>,
    urls: Mutex<Vec<String>>,
    /// Homes that are gone.
    lost: Mutex<Vec<Uuid>>,
    /// As long as the database is away.
    away: Mutex<bool>,
}

impl Told {
    fn words(&self) -> Vec<String> {
        let stands = self.stands.lock().unwrap();
        let begun = self.begun.lock().unwrap();
        let words = begun
            .iter()
            .map(|new| format!("{} {}", new.number, stands[&new.id]));
        words.collect()
    }

    fn is_there(&self) -> Result<(), BoxedError> {
        match *self.away.lock().unwrap() {
            true => Err("the database is away".into()),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl ReleaseJournal for Told {
    async fn begin(&self, release: &NewRelease) -> Result<(), BoxedError> {
        self.is_there()?;
        self.begun.lock().unwrap().push(release.clone());
        let mut stands = self.stands.lock().unwrap();
        stands.insert(release.id, "deploying".to_owned());
        Ok(())
    }

    async fn fail(&self, id: Uuid, error: &str) -> Result<(), BoxedError> {
        self.is_there()?;
        let mut stands = self.stands.lock().unwrap();
        stands.insert(id, format!("failed: {error}"));
        Ok(())
    }

    async fn settle(&self, home: Uuid, current: Option<&CurrentRelease>) -> Result<(), BoxedError> {
        self.is_there()?;
        let mut stands = self.stands.lock().unwrap();
        for (_, word) in stands.iter_mut() {
            match &**word {
                "live" => *word = "superseded".to_owned(),
                "deploying" => *word = "broken off".to_owned(),
                _ => {}
            }
        }
        let Some(current) = current else {
            return Ok(());
        };
        assert_eq!(home, current.release.home);
        let mut begun = self.begun.lock().unwrap();
        if begun.iter().all(|new| new.id != current.release.id) {
            begun.push(current.release.clone());
        }
        let word = match &current.standing {
            Standing::Live => "live".to_owned(),
            Standing::Stopped => "stopped".to_owned(),
            Standing::Failed(error) => format!("ended: {error}"),
        };
        stands.insert(current.release.id, word);
        self.urls.lock().unwrap().push(current.url.clone());
        Ok(())
    }

    async fn lose(&self, home: Uuid) -> Result<(), BoxedError> {
        self.is_there()?;
        self.lost.lock().unwrap().push(home);
        let mut stands = self.stands.lock().unwrap();
        let begun = self.begun.lock().unwrap();
        for release in begun.iter().filter(|release| release.home == home) {
            stands.insert(release.id, "lost".to_owned());
        }
        Ok(())
    }
}

impl Installation {
    async fn deploy_and_tell(&self, told: &Arc<Told>, with: Value) -> Result<Value, Failure> {
        let options = Options {
            releases: Some(told.clone()),
            ..Options::default()
        };
        let node = AppDeploy::new(&options, self.docker.clone());
        self.surroundings.run(node, with).await
    }

    fn telling(&self, told: &Arc<Told>) -> Deployments {
        self.deployments().with_journal(Some(told.clone()))
    }
}

#[tokio::test]
async fn what_becomes_of_each_release_is_told() {
    const VALUE: &str = "c4nary-of-an-environment";
    let installation = Installation::new();
    let told = Arc::new(Told::default());
    let binary = hello(&installation.surroundings);
    let with = |env: Value| json!({ "application": "hello", "binary": binary, "env": env, "health_timeout": "500ms" });
    let first = with(json!({ "GREETING": "one" }));
    installation
        .deploy_and_tell(&told, first.clone())
        .await
        .unwrap();
    assert_eq!(told.words(), ["1 live"]);
    installation.deploy_and_tell(&told, first).await.unwrap();
    assert_eq!(told.words(), ["1 live"], "nothing was deployed");

    let crash = with(json!({ "HEALTH": "crash", "KEY": VALUE }));
    let failure = installation.deploy_and_tell(&told, crash).await;
    failure.unwrap_err();
    let words = told.words();
    assert!(
        words[1].starts_with("2 failed: release 2 was not healthy: "),
        "{words:?}"
    );
    let longer = words
        .iter()
        .any(|word| word.contains("this release is broken") || word.contains(VALUE));
    assert!(!longer, "last words are the run's: {words:?}");
    assert_eq!(words[0], "1 live");

    let second = with(json!({ "GREETING": "two" }));
    installation.deploy_and_tell(&told, second).await.unwrap();
    let words = told.words();
    assert_eq!((&*words[0], &*words[2]), ("1 superseded", "2 live"));
    {
        let begun = told.begun.lock().unwrap();
        let record = installation.record();
        assert_eq!(begun[2].id.to_string(), record["id"].as_str().unwrap());
        assert_eq!(begun[2].owner, installation.surroundings.context.owner);
        assert_eq!(begun[2].target, "process");
        assert!(begun.windows(2).all(|pair| pair[0].home == pair[1].home));
    }

    // From another container it can't be told whether it runs.
    let record = installation.record();
    let mut elsewhere = record.clone();
    elsewhere["namespace"] = json!("pid:[1]");
    elsewhere["url"] = json!("http://127.0.0.1:1/");
    installation.note("deployment.json", &elsewhere);
    installation.telling(&told).tell_releases().await.unwrap();
    assert_eq!(told.words()[2], "2 live");
    installation.note("deployment.json", &record);

    // It ends by itself, comes back elsewhere, and is stopped.
    installation.kill().await;
    let deployments = installation.telling(&told);
    deployments.tell_releases().await.unwrap();
    assert_eq!(told.words()[2], "2 ended: it does not run any more");
    let revived = deployments.revive().await.pop().unwrap().outcome.unwrap();
    assert_eq!(told.words()[2], "2 live");
    assert_eq!(told.urls.lock().unwrap().last(), Some(&revived.url));
    deployments.stop("hello").await.unwrap();
    assert_eq!(told.words()[2], "2 stopped");
    assert!(deployments.revive().await.is_empty());
    assert_eq!(told.words()[2], "2 stopped");
    installation.end().await;
}

#[tokio::test]
async fn an_earlier_release_comes_back_as_the_next_one() {
    let installation = Installation::new();
    let told = Arc::new(Told::default());
    let first = hello(&installation.surroundings);
    let second = hello_again(&installation.surroundings, 2);
    let deploy = async |with: Value| installation.deploy_and_tell(&told, with).await;
    let one = json!({ "application": "hello", "binary": first, "env": { "GREETING": "one" } });
    deploy(one).await.unwrap();
    let two = json!({ "application": "hello", "binary": second, "env": { "GREETING": "two" } });
    deploy(two).await.unwrap();
    let back = json!({ "application": "hello", "release": 1 });
    let output = deploy(back.clone()).await.unwrap();
    assert_eq!(
        (
            &output["release"],
            &output["previous"],
            &output["unchanged"]
        ),
        (&json!(3), &json!(2), &json!(false))
    );
    assert_eq!(
        installation.answer(&output).await,
        json!({ "greeting": "one", "starts": 3 }),
        "its environment, and the data as it was"
    );
    assert_eq!(told.words(), ["1 superseded", "2 superseded", "3 live"]);
    let again = deploy(back).await.unwrap();
    assert_eq!(
        again["unchanged"], true,
        "what is live is what was asked for"
    );

    let failure = deploy(json!({ "application": "hello", "release": 9 })).await;
    let error = failure.unwrap_err().error;
    assert_eq!(error.code, "release_gone");
    assert!(error.message.contains("1, 2, 3"), "{error:?}");
    let digest = installation.record()["digest"].clone();
    let same = json!({ "application": "hello", "release": 1, "digest": digest });
    assert_eq!(deploy(same).await.unwrap()["unchanged"], true);
    let another = json!({ "application": "hello", "release": 2, "digest": digest });
    let error = deploy(another).await.unwrap_err().error;
    assert_eq!(error.code, "release_gone", "{error:?}");
    let both = json!({ "application": "hello", "release": 1, "env": { "GREETING": "no" } });
    let error = deploy(both).await.unwrap_err().error;
    assert_eq!(error.code, "invalid_parameters");
    assert_eq!(told.words().len(), 3, "neither began");
    installation.end().await;
}

#[tokio::test]
async fn what_could_not_be_told_is_told_later() {
    let installation = Installation::new();
    let told = Arc::new(Told::default());
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    // As a Lathe left it that kept no releases.
    installation.deploy(with).await.unwrap();
    let mut record = installation.record();
    record.as_object_mut().unwrap().remove("id");
    installation.note("deployment.json", &record);
    let deployments = installation.telling(&told);
    deployments.tell_releases().await.unwrap();
    deployments.tell_releases().await.unwrap();
    assert_eq!(told.words(), ["1 live"]);

    *told.away.lock().unwrap() = true;
    let with = json!({ "application": "hello", "binary": binary, "env": { "GREETING": "two" } });
    let output = installation.deploy_and_tell(&told, with).await.unwrap();
    assert_eq!(output["release"], 2, "it is live all the same");
    *told.away.lock().unwrap() = false;
    deployments.tell_releases().await.unwrap();
    assert_eq!(told.words(), ["1 superseded", "2 live"]);
    installation.end().await;
}

#[tokio::test]
async fn what_was_live_in_a_folder_that_is_gone_is_told_of_once() {
    let installation = Installation::new();
    let told = Arc::new(Told::default());
    let binary = hello(&installation.surroundings);
    let with = json!({ "application": "hello", "binary": binary });
    installation.deploy_and_tell(&told, with).await.unwrap();
    let home = told.begun.lock().unwrap()[0].home;
    let deployments = installation.telling(&told);
    deployments.tell_releases().await.unwrap();
    assert!(told.lost.lock().unwrap().is_empty());

    // Without its record nothing is live there.
    let record = installation.record();
    std::fs::remove_file(installation.home().join("deployment.json")).unwrap();
    deployments.tell_releases().await.unwrap();
    assert_eq!(
        told.words(),
        ["1 superseded"],
        "which stands for any that is not live"
    );
    installation.note("deployment.json", &record);
    deployments.tell_releases().await.unwrap();
    assert_eq!(told.words(), ["1 live"]);

    let aside = installation.surroundings.path().join("aside");
    std::fs::rename(installation.home(), &aside).unwrap();
    *told.away.lock().unwrap() = true;
    deployments.tell_releases().await.unwrap();
    *told.away.lock().unwrap() = false;
    deployments.tell_releases().await.unwrap();
    deployments.tell_releases().await.unwrap();
    assert_eq!(*told.lost.lock().unwrap(), [home]);
    assert_eq!(told.words(), ["1 lost"]);

    std::fs::rename(&aside, installation.home()).unwrap();
    deployments.tell_releases().await.unwrap();
    assert_eq!(told.words(), ["1 live"]);
    installation.end().await;
}
