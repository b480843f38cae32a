//! The applications that are live on this machine: found, stopped, and brought back after a restart.
//!
//! All there is to know lies in files of each application's home, so that any process of the installation,
//! and the next one after a crash, sees the same.

mod change;
mod data;
mod earlier;
mod health;
mod journal;
mod log;
mod models;
mod place;
mod preview;
mod record;
mod release;
mod retention;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use blueprint::ports::{
    BoxedError, Deployment, DeploymentStatus, Generated, HealthReport, LogAsk, PREVIEW,
    ReleaseJournal, ReleaseLog, StopError,
};
use engine::node::Failure;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::clients::docker::{Docker, UNAVAILABLE};
use crate::home::{Home, HomeLock, failed};
use crate::workspace::blocking;
use egress::{Client, Guard, Outgoing};

pub(crate) use earlier::Earlier;
pub(crate) use models::note_beside;
pub(crate) use preview::{Rows, Wish};
pub(crate) use record::{Environment, Source};
pub(crate) use release::Release;

use place::{ELSEWHERE, Places, Standing};
use record::Record;

/// How long a release may take to come up again.
const REVIVAL: Duration = Duration::from_secs(30);
/// How long to wait for a deployment that is under way.
const PATIENCE: Duration = Duration::from_secs(20);
/// The code of an error that says: another run is changing this application.
const BUSY: &str = "busy";

/// The deployments of an installation.
#[derive(Clone)]
pub struct Deployments {
    data: PathBuf,
    places: Places,
    http: Arc<Client>,
    journal: Option<Arc<dyn ReleaseJournal>>,
}

/// What came of bringing an application back.
#[derive(Debug)]
pub struct Revival {
    pub application: String,
    /// The release as it runs now, or why it does not.
    pub outcome: Result<Deployment, String>,
}

impl Deployments {
    /// The deployments below a data folder; `docker_host` is as in `DOCKER_HOST`.
    pub fn new(data: &Path, docker_host: Option<&str>) -> Self {
        Self::with(data, Arc::new(Docker::new(docker_host)))
    }

    pub(crate) fn with(data: &Path, docker: Arc<Docker>) -> Self {
        let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
        // Health is asked on this machine's loopback, whatever workflows may ask.
        let http = Arc::new(Client::new(Guard::new(&Outgoing::unguarded())));
        Self {
            data,
            places: Places::new(docker),
            http,
            journal: None,
        }
    }

    /// Brings back what was running and is not, for instance after a restart of the machine.
    /// Applications that are being deployed for all that time are left alone.
    pub async fn revive(&self) -> Vec<Revival> {
        let mut revivals = Vec::new();
        for home in self.homes().await.unwrap_or_default() {
            let outcome = match self.revive_one(&home).await {
                Ok(None) => continue,
                Ok(Some(record)) => Ok(record.view(home.owner())),
                Err(failure) => Err(failure.error.message),
            };
            revivals.push(Revival {
                application: home.name,
                outcome,
            });
        }
        revivals
    }

    async fn revive_one(&self, home: &Home) -> Result<Option<Record>, Failure> {
        // Somebody who only looks holds it for a moment, and nobody else would bring this one back.
        let _lock = match self.lock(home).await {
            Err(failure) if failure.error.code == BUSY => return Ok(None),
            lock => lock?,
        };
        let revived = self.revive_held(home).await;
        self.tell_standing(home, revived.as_ref().err()).await;
        revived
    }

    async fn revive_held(&self, home: &Home) -> Result<Option<Record>, Failure> {
        let Some(found) = self.live(home).await? else {
            self.clear_up(home, None, &warn(home)).await?;
            return Ok(None);
        };
        let was_down = found.status == DeploymentStatus::Failed;
        let Some(live) = self.clear_up(home, Some(found), &warn(home)).await? else {
            return Ok(None);
        };
        if live.status != DeploymentStatus::Failed {
            return Ok(was_down.then_some(live));
        }
        // What ended in another container is for a Lathe over there to bring back: here it may only seem to have ended.
        if self.places.standing(&live.place).await? != Standing::Ended {
            return Ok(None);
        }
        self.places.remove(&live.place).await?;
        self.start_again(home, &live).await.map(Some)
    }

    async fn homes(&self) -> Result<Vec<Home>, Failure> {
        let data = self.data.clone();
        blocking(move || Home::all(&data).map_err(|problem| failed(&data, &problem))).await
    }

    /// The record of an application, with its status as of now.
    async fn live(&self, home: &Home) -> Result<Option<Record>, Failure> {
        let of = home.clone();
        let Some(mut record) = blocking(move || record::read(&of)).await? else {
            return Ok(None);
        };
        if record.status == DeploymentStatus::Running && !self.is_running(&record).await {
            record.status = DeploymentStatus::Failed;
        }
        Ok(Some(record))
    }

    async fn lock(&self, home: &Home) -> Result<HomeLock, Failure> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(lock) = home.try_lock().await? {
                return Ok(lock);
            }
            if tokio::time::Instant::now() >= deadline {
                let message = format!(
                    "{} is being deployed; try again when that has ended",
                    home.name
                );
                return Err(Failure::transient(BUSY, message));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn stop_one(&self, application: &str) -> Result<Option<Record>, Failure> {
        let home = Home::of_live(&self.data, application)?;
        if record::read(&home)?.is_none() {
            return Ok(None);
        }
        let lock = self.lock(&home).await?;
        let this = self.clone();
        let stopping = async move {
            let _lock = lock;
            let Some(record) = record::read(&home)? else {
                return Ok(None);
            };
            let stopped = this.stop_held(&home, record).await;
            this.tell_standing(&home, None).await;
            stopped
        };
        by_itself(stopping).await
    }

    /// Stops what is live in a home that is held, and leaves its data there.
    async fn stop_held(&self, home: &Home, mut record: Record) -> Result<Option<Record>, Failure> {
        // Written first: should this be broken off, nobody brings back what was to be stopped.
        let before = std::mem::replace(&mut record.status, DeploymentStatus::Stopped);
        record::write(home, &record)?;
        if let Err(failure) = self.places.stop(&record.place).await {
            record.status = before;
            record::write(home, &record)?;
            return Err(failure);
        }
        self.clear_up(home, Some(record), &warn(home)).await
    }

    async fn all_previews(&self) -> Result<Vec<Home>, Failure> {
        let mut homes = self.homes().await?;
        homes.retain(|home| home.name.ends_with(PREVIEW));
        Ok(homes)
    }
}

#[async_trait]
impl blueprint::ports::Deployments for Deployments {
    async fn list(&self) -> Result<Vec<Deployment>, BoxedError> {
        let mut deployments = Vec::new();
        for home in self.homes().await.map_err(boxed)? {
            deployments.extend(
                self.live(&home)
                    .await
                    .map_err(boxed)?
                    .map(|record| record.view(home.owner())),
            );
        }
        Ok(deployments)
    }

    async fn get(&self, application: &str) -> Result<Option<Deployment>, BoxedError> {
        // What cannot be an application's name is no application.
        let Ok(home) = Home::of_live(&self.data, application) else {
            return Ok(None);
        };
        Ok(self
            .live(&home)
            .await
            .map_err(boxed)?
            .map(|record| record.view(home.owner())))
    }

    async fn generated(
        &self,
        owner: Uuid,
        application: &str,
    ) -> Result<Option<Generated>, BoxedError> {
        self.models_of(owner, application).await.map_err(boxed)
    }

    async fn log(&self, application: &str, ask: LogAsk) -> Result<Option<ReleaseLog>, BoxedError> {
        let Ok(home) = Home::of_live(&self.data, application) else {
            return Ok(None);
        };
        let of = home.clone();
        let record = blocking(move || record::read(&of)).await.map_err(boxed)?;
        let Some(record) = record else {
            return Ok(None);
        };
        let log = self.log_of(&home, &record, ask).await;
        log.map(Some).map_err(boxed)
    }

    async fn health(&self, application: &str) -> Result<Option<HealthReport>, BoxedError> {
        let Ok(home) = Home::of_live(&self.data, application) else {
            return Ok(None);
        };
        self.report(&home).await.map_err(boxed)
    }

    async fn keeps(
        &self,
        owner: Uuid,
        application: &str,
        id: Uuid,
        number: u64,
        digest: &str,
    ) -> Result<Option<bool>, BoxedError> {
        let Ok(home) = Home::of(&self.data, application) else {
            return Ok(None);
        };
        let kept = earlier::is_kept_of(owner, home, id, number, digest.to_owned());
        kept.await.map_err(boxed)
    }

    async fn stop(&self, application: &str) -> Result<Option<Deployment>, StopError> {
        match self.stop_one(application).await {
            Ok(record) => Ok(record.map(|record| {
                let home = Home::of_live(&self.data, application).ok();
                record.view(home.and_then(|home| home.owner()))
            })),
            Err(failure) => Err(not_stopped(failure)),
        }
    }

    async fn remove_preview(&self, owner: Uuid, application: &str) -> Result<bool, StopError> {
        self.remove(owner, application).await.map_err(not_stopped)
    }

    async fn kept_previews(&self) -> Result<Vec<(Uuid, String)>, BoxedError> {
        let homes = self.all_previews().await.map_err(boxed)?;
        let kept = homes.into_iter().filter_map(|home| {
            let application = preview::is_kept(&home).then(|| home.name.strip_suffix(PREVIEW))?;
            Some((home.owner()?, application?.to_owned()))
        });
        Ok(kept.collect())
    }

    async fn note_opened(&self, preview: &str) -> Result<(), BoxedError> {
        let home = Home::of_live(&self.data, preview).map_err(boxed)?;
        // One that was removed meanwhile leaves nothing.
        if record::read(&home).map_err(boxed)?.is_some() {
            preview::note_opened(&home).map_err(boxed)?;
        }
        Ok(())
    }

    async fn end_idle_previews(&self, patience: Duration) -> Result<Vec<String>, BoxedError> {
        let mut ended = Vec::new();
        for home in self.all_previews().await.map_err(boxed)? {
            match self.end_if_idle(&home, patience).await {
                Ok(true) => ended.push(home.name),
                Ok(false) => {}
                Err(failure) => warn(&home)(&format!(
                    "a preview that nobody opens any more can't be ended yet: {}",
                    failure.error.message
                )),
            }
        }
        Ok(ended)
    }

    async fn tell_releases(&self) -> Result<(), BoxedError> {
        self.tell_all().await.map_err(boxed)
    }
}

/// Work that goes on by itself and is only told: whoever asked for it may go away, or be dropped, and what it has begun must
/// not be left half done.
async fn by_itself<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    let work = tokio::spawn(work.in_current_span()).await;
    work.unwrap_or_else(|problem| {
        let message = format!("changing what is live was broken off: {problem}");
        Err(Failure::transient("internal", message))
    })
}

fn not_stopped(failure: Failure) -> StopError {
    match failure.error.code.as_str() {
        BUSY | ELSEWHERE | UNAVAILABLE => StopError::InTheWay(failure.error.message),
        _ => StopError::Failed(boxed(failure)),
    }
}

/// Lathe's own log, for what is done outside of any run.
fn warn(home: &Home) -> impl Fn(&str) + Send + Sync {
    let application = home.name.clone();
    move |text| tracing::warn!(application, "{text}")
}

fn boxed(failure: Failure) -> BoxedError {
    failure.error.message.into()
}
