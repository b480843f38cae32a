//! How many previews of a workspace are up at the same time on this machine.

use std::sync::Arc;

use blueprint::ports::{DeploymentStatus, PREVIEW};
use engine::node::{Context, Failure};

use super::Deployments;
use super::record;
use crate::home::{self, Home, HomeLock};

impl Deployments {
    /// Lets a preview begin whose home is held, if its workspace has room for one more. One that is up already is in nobody's way.
    pub(super) async fn find_room(
        &self,
        home: &Home,
        lock: Arc<HomeLock>,
        limit: usize,
        context: &Context,
    ) -> Result<Arc<HomeLock>, Failure> {
        if limit == 0 || is_up(home)? {
            return Ok(lock);
        }
        // One after the other: who is begun at the same time counts, and all who are refused would count each other.
        let turns = home.path.with_file_name("previews.lock");
        let _turn = home::lock(&turns, "waiting: another preview begins", context).await?;
        let mut others = 0;
        for other in self.homes().await? {
            let is_theirs = other.name.ends_with(PREVIEW) && other.owner() == Some(context.owner);
            if is_theirs && other.name != home.name && is_up_or_begins(&other).await? {
                others += 1;
            }
        }
        if others < limit {
            return Ok(lock);
        }
        // Before the next one counts.
        drop(lock);
        let message = format!(
            "{others} previews of this workspace are up on this machine, and it may have {limit}: stop one of them, or wait \
             until one has ended because nobody opens it. Who operates the server sets how many there may be \
             (`previews_per_workspace` in [limits])"
        );
        Err(Failure::permanent("too_many_previews", message))
    }
}

fn is_up(home: &Home) -> Result<bool, Failure> {
    let record = record::read(home)?;
    Ok(record.is_some_and(|record| record.status != DeploymentStatus::Stopped))
}

/// Whoever begins one holds its home.
async fn is_up_or_begins(home: &Home) -> Result<bool, Failure> {
    Ok(is_up(home)? || home.try_lock().await?.is_none())
}
