//! Somebody wants a run to begin nothing new for a while, or to go on.

use super::command::Illegal;
use super::decide;
use super::event::EventKind;
use super::status::Status;
use super::transition::Transition;

pub(super) fn pause(t: &mut Transition<'_>, reason: String) -> Result<(), Illegal> {
    match t.execution.status {
        Status::Queued | Status::Running => {
            t.record(EventKind::Paused { reason });
            Ok(())
        }
        status => Err(Illegal::NotNow(status)),
    }
}

pub(super) fn resume(t: &mut Transition<'_>, reason: String) -> Result<(), Illegal> {
    match t.execution.status {
        Status::Paused => {
            t.record(EventKind::Resumed {
                reason: reason.clone(),
            });
            // Whatever stood in the way of these is mended, or the run would not be resumed.
            for step in t.execution.held_back() {
                decide::retry(t, step, reason.clone());
            }
            Ok(())
        }
        status => Err(Illegal::NotNow(status)),
    }
}
