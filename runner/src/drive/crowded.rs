//! Runs that only wait for a site keep no place among the executions: what a workspace would build later must not keep
//! others from anything. Each is woken with a site in its hands, and found in the database should that come to nothing.

use std::sync::Arc;

use engine::ports::queue::{Ticket, TicketReason};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::Drive;
use super::load::{Cause, drive_known};
use crate::launch;
use crate::shared::Shared;

impl Drive {
    /// Whether nothing else could begin here now than builds that have no site.
    pub(super) fn only_waits_for_a_site(&self) -> bool {
        self.crowded.is_some() && self.starved.is_none() && self.starts.is_empty()
    }

    /// After the mailbox was closed: sees to it that somebody comes back. Another runner may have a site at once, and is
    /// told so the first time only, or one ticket would follow the other.
    pub(super) async fn leave_for_a_site(&mut self) {
        let Some(sites) = self.crowded.take() else {
            return;
        };
        let execution = self.execution.id;
        if self.shared.is_draining() || wake_with_a_site(&self.shared, execution, sites) {
            let reason = TicketReason::Wake;
            launch::offer(&self.shared.ports, &[Ticket { execution, reason }]).await;
        }
    }
}

/// False when it waits already.
fn wake_with_a_site(shared: &Arc<Shared>, id: Uuid, sites: Arc<Semaphore>) -> bool {
    if !shared.sites.begins_to_wait(id) {
        return false;
    }
    // Whoever stops this runner waits for no site.
    let runner = Arc::downgrade(shared);
    tokio::spawn(async move {
        let site = sites.acquire_owned().await;
        let Some(shared) = runner.upgrade() else {
            return;
        };
        let room = Arc::clone(&shared.executions).acquire_owned().await;
        shared.sites.waits_no_more(id);
        if let (Ok(site), Ok(room)) = (site, room)
            && !shared.is_draining()
        {
            drive_known(&shared, id, Cause::Site { site }, room);
        }
    });
    true
}
