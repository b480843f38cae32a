//! Somebody wants the run to end.

use super::end;
use super::transition::Transition;

pub(super) fn cancel(t: &mut Transition<'_>, reason: &str) {
    end::cancel(t, reason);
}
