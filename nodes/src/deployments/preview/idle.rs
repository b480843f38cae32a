//! Previews that nobody opens any more end. Their rows stay for whoever begins them again.

use std::fs::File;
use std::time::{Duration, SystemTime};

use blueprint::ports::DeploymentStatus;
use engine::node::Failure;

use super::record::{self, Record};
use super::{Deployments, by_itself};
use crate::deployments::place::Standing;
use crate::home::{Home, failed};

/// Its time is when a preview was last asked for something, or begun: any process of the installation sees it.
const OPENED: &str = "opened";

/// Notes that somebody uses a preview just now.
pub(in crate::deployments) fn note_opened(home: &Home) -> Result<(), Failure> {
    let path = home.path.join(OPENED);
    let note = || File::create(&path)?.set_modified(SystemTime::now());
    note().map_err(|problem| failed(&path, &problem))
}

impl Deployments {
    /// Ends a preview if nobody has opened it for this long; whether it did.
    pub(in crate::deployments) async fn end_if_idle(
        &self,
        home: &Home,
        patience: Duration,
    ) -> Result<bool, Failure> {
        if idle(home, patience)?.is_none() {
            return Ok(false);
        }
        // Whoever changes it at this moment uses it.
        let Some(lock) = home.try_lock().await? else {
            return Ok(false);
        };
        let Some(record) = idle(home, patience)? else {
            return Ok(false);
        };
        // That is for a Lathe over there to end.
        if self.places.standing(&record.place).await? == Standing::Elsewhere {
            return Ok(false);
        }
        let (this, home) = (self.clone(), home.clone());
        let stopping = async move {
            let _lock = lock;
            this.stop_held(&home, record).await
        };
        by_itself(stopping).await?;
        Ok(true)
    }
}

/// What is up in a home, if it is idle.
fn idle(home: &Home, patience: Duration) -> Result<Option<Record>, Failure> {
    let Some(record) = record::read(home)? else {
        return Ok(None);
    };
    let begun = SystemTime::from(record.since);
    let opened = std::fs::metadata(home.path.join(OPENED)).and_then(|file| file.modified());
    let used = opened.map_or(begun, |opened| opened.max(begun));
    // A clock that was set back makes it younger.
    let is_idle = SystemTime::now()
        .duration_since(used)
        .is_ok_and(|since| since >= patience);
    Ok(Some(record).filter(|record| is_idle && record.status != DeploymentStatus::Stopped))
}
