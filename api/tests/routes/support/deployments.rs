//! Deployments that a test states.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use blueprint::ports::{
    BoxedError, Deployment, DeploymentStatus, Deployments, Generated, Health, HealthReport, LogAsk,
    LogPlace, PREVIEW, ReleaseLine, ReleaseLog, StopError, preview_of,
};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

#[derive(Default)]
pub(crate) struct FakeDeployments {
    known: Mutex<HashMap<String, Deployment>>,
    /// What every release has written.
    pub(crate) written: Mutex<Vec<String>>,
    /// The previews that were asked for something.
    pub(crate) opened: Mutex<Vec<String>>,
    /// For how long nobody may have opened a preview, once it was looked for such.
    pub(crate) looked: watch::Sender<Option<Duration>>,
    /// What comes up just after somebody has looked what there is.
    late: Mutex<Option<Deployment>>,
    /// Told when the application `slow` is being stopped, and what it waits for then.
    pub(crate) stops: Notify,
    pub(crate) may_stop: Notify,
    /// What applications were generated from.
    pub(crate) generated: Mutex<HashMap<(Uuid, String), Generated>>,
    /// Releases that somebody has taken away by hand.
    pub(crate) gone: Mutex<HashSet<(Uuid, String, u64)>>,
}

impl FakeDeployments {
    pub(crate) fn put(&self, application: &str, port: u16, status: DeploymentStatus) {
        let deployment = deployment(store::FIRST_WORKSPACE, application, port, status);
        self.known
            .lock()
            .unwrap()
            .insert(application.to_owned(), deployment);
    }

    /// One of this owner that has been ended.
    pub(crate) fn put_ended(&self, owner: Uuid, application: &str) {
        let ended = deployment(owner, application, 40_123, DeploymentStatus::Stopped);
        let mut known = self.known.lock().unwrap();
        known.insert(application.to_owned(), ended);
    }

    /// A deployment of this owner that comes up once it was looked whether there is any.
    pub(crate) fn put_late(&self, owner: Uuid, application: &str) {
        let late = deployment(owner, application, 40_123, DeploymentStatus::Running);
        *self.late.lock().unwrap() = Some(late);
    }
}

fn deployment(owner: Uuid, application: &str, port: u16, status: DeploymentStatus) -> Deployment {
    Deployment {
        application: application.to_owned(),
        owner,
        status,
        url: format!("http://127.0.0.1:{port}/"),
        port,
        target: "process".to_owned(),
        release: 3,
        digest: "abc".to_owned(),
        since: "2026-11-23T18:00:00Z".to_owned(),
    }
}

#[async_trait]
impl Deployments for FakeDeployments {
    async fn list(&self) -> Result<Vec<Deployment>, BoxedError> {
        let mut known = self.known.lock().unwrap();
        let now = known.values().cloned().collect();
        let late = self.late.lock().unwrap().take();
        known.extend(late.map(|late| (late.application.clone(), late)));
        Ok(now)
    }

    async fn get(&self, application: &str) -> Result<Option<Deployment>, BoxedError> {
        assert_ne!(application, "fatal", "this name makes the server panic");
        if application == "untold" {
            return Err("the record of what is live can't be read".into());
        }
        Ok(self.known.lock().unwrap().get(application).cloned())
    }

    async fn generated(
        &self,
        owner: Uuid,
        application: &str,
    ) -> Result<Option<Generated>, BoxedError> {
        let known = self.generated.lock().unwrap();
        Ok(known.get(&(owner, application.to_owned())).cloned())
    }

    async fn log(&self, application: &str, ask: LogAsk) -> Result<Option<ReleaseLog>, BoxedError> {
        let Some(deployment) = self.get(application).await? else {
            return Ok(None);
        };
        let release = ask.before.map_or(deployment.release, |place| place.release);
        let written = self.written.lock().unwrap();
        let end = ask.before.map_or(written.len(), |place| {
            usize::try_from(place.position).unwrap().min(written.len())
        });
        let begin = end.saturating_sub(ask.lines);
        let lines = written[begin..end].iter().map(|text| ReleaseLine {
            at: Some("2026-11-23T18:00:00+00:00".to_owned()),
            stream: None,
            line: text.clone(),
        });
        Ok(Some(ReleaseLog {
            release,
            lines: lines.collect(),
            before: (begin > 0).then_some(LogPlace {
                release,
                position: begin as u64,
            }),
            missing: None,
        }))
    }

    async fn health(&self, application: &str) -> Result<Option<HealthReport>, BoxedError> {
        if application == "hanging" {
            std::future::pending::<()>().await;
        }
        let ask = LogAsk {
            lines: 20,
            before: None,
        };
        let (deployment, log) = (
            self.get(application).await?,
            self.log(application, ask).await?,
        );
        Ok(deployment.zip(log).map(|(deployment, log)| {
            let health = match deployment.status {
                DeploymentStatus::Running => Health::Healthy,
                DeploymentStatus::Stopped => Health::Stopped,
                DeploymentStatus::Failed => Health::Failed,
            };
            let failed = health == Health::Failed;
            HealthReport {
                release: deployment.release,
                health,
                checked_at: "2026-11-23T18:00:05Z".to_owned(),
                running_since: (health == Health::Healthy).then_some(deployment.since),
                reason: failed.then(|| "it ended by itself".to_owned()),
                last_lines: if failed { log.lines } else { Vec::new() },
            }
        }))
    }

    async fn keeps(
        &self,
        owner: Uuid,
        application: &str,
        _home: Uuid,
        number: u64,
        _digest: &str,
    ) -> Result<Option<bool>, BoxedError> {
        let gone = self.gone.lock().unwrap();
        let is_gone = gone.contains(&(owner, application.to_owned(), number));
        Ok(is_gone.then_some(false))
    }

    async fn stop(&self, application: &str) -> Result<Option<Deployment>, StopError> {
        if application == "busy" {
            return Err(StopError::InTheWay("busy is being deployed".to_owned()));
        }
        if application == "slow" {
            self.stops.notify_one();
            self.may_stop.notified().await;
        }
        let mut deployments = self.known.lock().unwrap();
        Ok(deployments.get_mut(application).map(|deployment| {
            // The one is deployed again at once.
            if application != "restless" {
                deployment.status = DeploymentStatus::Stopped;
            }
            deployment.clone()
        }))
    }

    async fn remove_preview(&self, owner: Uuid, application: &str) -> Result<bool, StopError> {
        if application == "starting" {
            return Err(StopError::InTheWay("it is being deployed".to_owned()));
        }
        let mut deployments = self.known.lock().unwrap();
        let name = preview_of(application);
        let is_theirs = deployments
            .get(&name)
            .is_some_and(|deployment| deployment.owner == owner);
        Ok(is_theirs && deployments.remove(&name).is_some())
    }

    async fn kept_previews(&self) -> Result<Vec<(Uuid, String)>, BoxedError> {
        let known = self.known.lock().unwrap();
        let previews = known.values().filter_map(|deployment| {
            let application = deployment.application.strip_suffix(PREVIEW)?;
            Some((deployment.owner, application.to_owned()))
        });
        Ok(previews.collect())
    }

    async fn note_opened(&self, preview: &str) -> Result<(), BoxedError> {
        self.opened.lock().unwrap().push(preview.to_owned());
        Ok(())
    }

    async fn end_idle_previews(&self, patience: Duration) -> Result<Vec<String>, BoxedError> {
        self.looked.send_replace(Some(patience));
        Ok(Vec::new())
    }

    async fn tell_releases(&self) -> Result<(), BoxedError> {
        Ok(())
    }
}
