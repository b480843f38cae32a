//! What is live of an application, and where it listens.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use blueprint::ports::{
    BoxedError, Deployment, DeploymentStatus, Deployments, Generated, HealthReport, LogAsk,
    PREVIEW, ReleaseLog, StopError, preview_of,
};
use chrono::{DateTime, Utc};
use store::ReleaseRecord;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::schemas::application::{LiveRelease, LiveStatus};

/// A page asks for many things at once; where they are is not asked each time.
const FRESH: Duration = Duration::from_secs(1);

pub(crate) struct Live {
    deployments: Arc<dyn Deployments>,
    /// Only names that were deployed get in here, so that guesses can't fill it.
    addresses: Mutex<HashMap<String, (Instant, SocketAddr)>>,
}

/// What is live could not be looked at; why is in the log.
pub(crate) struct Untold;

impl Live {
    pub(crate) fn new(deployments: Arc<dyn Deployments>) -> Self {
        Self {
            deployments,
            addresses: Mutex::default(),
        }
    }

    /// Where the application of this name listens, if it runs.
    pub(crate) async fn address(&self, name: &str) -> Result<Option<SocketAddr>, BoxedError> {
        if let Some(address) = self.known(name) {
            return Ok(Some(address));
        }
        if !is_name(name) {
            return Ok(None);
        }
        let deployment = self.deployments.get(name).await?;
        let running =
            deployment.filter(|deployment| deployment.status == DeploymentStatus::Running);
        let Some(deployment) = running else {
            self.forget(name);
            return Ok(None);
        };
        if name.ends_with(PREVIEW)
            && let Err(error) = self.deployments.note_opened(name).await
        {
            tracing::warn!(application = name, %error, "that a preview is used can't be noted: it may end");
        }
        // Whatever the record says, nothing but this machine is ever connected to.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, deployment.port));
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.insert(name.to_owned(), (Instant::now(), address));
        Ok(Some(address))
    }

    /// The application did not answer: ask again the next time.
    pub(crate) fn forget(&self, name: &str) {
        self.addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
    }

    /// What is deployed of an application. That it can't be told is no refusal: the rest of the application is worth showing.
    pub(crate) async fn release(
        &self,
        owner: Uuid,
        name: &str,
    ) -> Result<Option<LiveRelease>, Untold> {
        match self.of(owner, name).await {
            Ok(deployment) => Ok(deployment.map(LiveRelease::from)),
            Err(error) => {
                tracing::warn!(application = name, %error, "what is live of an application can't be told");
                Err(Untold)
            }
        }
    }

    /// Which models an application was generated from, if it ever was.
    pub(crate) async fn generated(&self, owner: Uuid, name: &str) -> ApiResult<Option<Generated>> {
        let generated = self.deployments.generated(owner, name).await;
        generated.map_err(ApiError::internal)
    }

    /// What is served of an application straight from its models, as far as it can be told.
    pub(crate) async fn preview(&self, owner: Uuid, name: &str) -> Option<LiveRelease> {
        let preview = self.release(owner, &preview_of(name)).await;
        preview.unwrap_or_default()
    }

    /// Part of what the live release of an application wrote; `None` when nothing was ever live of it.
    pub(crate) async fn log(
        &self,
        owner: Uuid,
        name: &str,
        ask: LogAsk,
    ) -> ApiResult<Option<ReleaseLog>> {
        if self
            .of(owner, name)
            .await
            .map_err(ApiError::internal)?
            .is_none()
        {
            return Ok(None);
        }
        let log = self.deployments.log(name, ask).await;
        log.map_err(ApiError::internal)
    }

    /// How the live release of an application is, asked now.
    pub(crate) async fn health(&self, owner: Uuid, name: &str) -> ApiResult<Option<HealthReport>> {
        if self
            .of(owner, name)
            .await
            .map_err(ApiError::internal)?
            .is_none()
        {
            return Ok(None);
        }
        let report = self.deployments.health(name).await;
        report.map_err(ApiError::internal)
    }

    /// Whether an earlier release of an application is kept to go back to, as far as this server can see. What can't be looked
    /// at is for the run to say.
    pub(crate) async fn keeps(&self, release: &ReleaseRecord) -> bool {
        let ReleaseRecord {
            workspace_id,
            application,
            home_id,
            number,
            digest,
            ..
        } = release;
        let kept = self
            .deployments
            .keeps(*workspace_id, application, *home_id, *number, digest);
        let kept = kept.await.unwrap_or_else(|error| {
            tracing::warn!(
                error,
                application,
                "what is kept of an application can't be looked at"
            );
            None
        });
        kept != Some(false)
    }

    /// Stops the preview of an application, if there is one, and throws its records away; says whether there was one.
    pub(crate) async fn remove_preview(&self, owner: Uuid, name: &str) -> ApiResult<bool> {
        // One that is just being started is not told of yet, so that nobody asks first whether there is one.
        let removed = self.deployments.remove_preview(owner, name).await;
        self.forget(&preview_of(name));
        removed.map_err(not_stopped)
    }

    /// The same once no application goes by this name any more: that can't be taken back when it fails.
    pub(crate) async fn forsake_preview(&self, owner: Uuid, name: &str) {
        if let Err(error) = self.remove_preview(owner, name).await {
            tracing::warn!(
                application = name,
                error = error.message(),
                "the preview of an application that was renamed or deleted can't be removed"
            );
        }
    }

    /// Whose previews of kept applications there are, and of which.
    pub(crate) async fn previews(&self) -> ApiResult<Vec<(Uuid, String)>> {
        let previews = self.deployments.kept_previews().await;
        previews.map_err(ApiError::internal)
    }

    /// Ends the previews that nobody has opened for this long.
    pub(crate) async fn end_idle_previews(&self, patience: Duration) -> ApiResult<()> {
        let ended = self.deployments.end_idle_previews(patience).await;
        for name in ended.map_err(ApiError::internal)? {
            self.forget(&name);
            tracing::info!(application = name, "a preview that nobody opens has ended");
        }
        Ok(())
    }

    /// Has it noted how things stand with the releases that are live here.
    pub(crate) async fn tell_releases(&self) -> ApiResult<()> {
        let told = self.deployments.tell_releases().await;
        told.map_err(ApiError::internal)
    }

    /// Whether it runs, or would be started again if it could: it goes by its name then.
    pub(crate) async fn is_live(&self, owner: Uuid, name: &str) -> ApiResult<bool> {
        let deployment = self.of(owner, name).await;
        let deployment = deployment.map_err(ApiError::internal)?;
        Ok(deployment.is_some_and(|deployment| deployment.status != DeploymentStatus::Stopped))
    }

    /// Stops what is live of an application, and says whether anything was.
    pub(crate) async fn stop(&self, owner: Uuid, name: &str) -> ApiResult<bool> {
        if !self.is_live(owner, name).await? {
            return Ok(false);
        }
        let stopped = self.deployments.stop(name).await;
        self.forget(name);
        let stopped = stopped.map_err(not_stopped)?;
        Ok(stopped.is_some())
    }

    /// An application of this owner that is live. A preview of one is nothing that anybody would miss.
    pub(crate) async fn any_of(&self, owner: Uuid) -> ApiResult<Option<String>> {
        let live = self.standing().await?.into_iter();
        let mut theirs = live.filter(|deployment| {
            deployment.owner == owner && !deployment.application.ends_with(PREVIEW)
        });
        Ok(theirs.next().map(|deployment| deployment.application))
    }

    /// Stops everything that is live of this owner, and says how many applications that were.
    pub(crate) async fn stop_all(&self, owner: Uuid) -> ApiResult<usize> {
        let mut stopped = 0;
        for deployment in self.standing().await? {
            if deployment.owner != owner {
                continue;
            }
            match deployment.application.strip_suffix(PREVIEW) {
                Some(application) => self.remove_preview(owner, application).await?,
                None => self.stop(owner, &deployment.application).await?,
            };
            stopped += 1;
        }
        Ok(stopped)
    }

    /// Whose everything is that is live.
    pub(crate) async fn owners(&self) -> ApiResult<Vec<Uuid>> {
        let live = self.standing().await?.into_iter();
        let mut owners: Vec<Uuid> = live.map(|deployment| deployment.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        Ok(owners)
    }

    /// Whatever runs, or would be started again if it could; and previews, which leave their rows and hold a name until
    /// they are removed.
    async fn standing(&self) -> ApiResult<Vec<Deployment>> {
        let mut all = self.deployments.list().await.map_err(ApiError::internal)?;
        all.retain(|deployment| {
            deployment.status != DeploymentStatus::Stopped
                || deployment.application.ends_with(PREVIEW)
        });
        Ok(all)
    }

    /// What goes by this name, if it is this owner's: another workspace may have given its application the same.
    async fn of(&self, owner: Uuid, name: &str) -> Result<Option<Deployment>, BoxedError> {
        let deployment = self.deployments.get(name).await?;
        Ok(deployment.filter(|deployment| deployment.owner == owner))
    }

    fn known(&self, name: &str) -> Option<SocketAddr> {
        let addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses
            .get(name)
            .filter(|(read_at, _)| read_at.elapsed() < FRESH)
            .map(|(_, address)| *address)
    }
}

fn not_stopped(error: StopError) -> ApiError {
    match error {
        StopError::InTheWay(message) => {
            ApiError::conflict(format!("the application was not stopped: {message}"))
        }
        StopError::Failed(error) => ApiError::internal(error),
    }
}

/// Whether an application or its preview may be called so.
fn is_name(name: &str) -> bool {
    let name = name.strip_suffix(PREVIEW).unwrap_or(name);
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.len() <= 48
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(plain)
}

impl From<Deployment> for LiveRelease {
    fn from(deployment: Deployment) -> Self {
        let since = DateTime::parse_from_rfc3339(&deployment.since).ok();
        Self {
            status: match deployment.status {
                DeploymentStatus::Running => LiveStatus::Running,
                DeploymentStatus::Stopped => LiveStatus::Stopped,
                DeploymentStatus::Failed => LiveStatus::Failed,
            },
            url: Some(deployment.url),
            target: deployment.target,
            release: Some(deployment.release.to_string()),
            digest: Some(deployment.digest),
            since: since.map(|since| since.with_timezone(&Utc).into()),
        }
    }
}
