//! A run gives way to another one that goes on in its place: nothing of it is undone or cleaned up.

use uuid::Uuid;

use super::block::{Frame, ROOT};
use super::command::Illegal;
use super::end;
use super::event::EventKind;
use super::state::Execution;
use super::status::Status;
use super::transition::Transition;
use crate::node::ErrorValue;

/// The code of the error with which a run ends that another one goes on for.
const MOVED: &str = "moved";

/// The run that goes on in the place of one that ended with this error, if one does.
pub fn moved_to(error: &ErrorValue) -> Option<Uuid> {
    let details = error.details.as_ref().filter(|_| error.code == MOVED)?;
    details["execution"].as_str()?.parse().ok()
}

/// Only a run that rests gives way: nobody works on it, and nothing of it is being undone.
pub(super) fn check(execution: &Execution) -> Result<(), Illegal> {
    if execution.held {
        return Err(Illegal::Held);
    }
    if execution.status != Status::Paused {
        return Err(Illegal::NotNow(execution.status));
    }
    let unwinds = |frame: &Frame| frame.undoes.is_some() || frame.ends_as.is_some();
    let busy = execution.running > 0
        || execution.ending.is_some()
        || execution.frames.values().any(unwinds);
    match busy {
        true => Err(Illegal::Busy),
        false => Ok(()),
    }
}

pub(super) fn supersede(t: &mut Transition<'_>, by: Uuid) -> Result<(), Illegal> {
    check(t.execution)?;
    end::cancel_frame(t, ROOT);
    let mut error = ErrorValue::new(MOVED, format!("it goes on as execution {by}"));
    error.details = Some(serde_json::json!({ "execution": by }));
    t.record(EventKind::Cancelled { error });
    Ok(())
}
