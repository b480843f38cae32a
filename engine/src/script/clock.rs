//! How scripts come to know the time that they take: the engine has no clock, so its host lends it one.

use std::sync::OnceLock;
use std::time::Duration;

/// Two watches, each counting from any moment it likes.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Time that passes whatever this thread does. It is read often, so it has to be cheap.
    pub passed: fn() -> Duration,
    /// Time that this thread worked: a script must not fail because its machine is busy with others.
    pub worked: fn() -> Duration,
}

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// Lends scripts a clock, once for the process. Without one, only their operations and their memory end them.
pub fn set_clock(clock: Clock) {
    // Another part of the process was faster; one clock is as good as another.
    let _ = CLOCK.set(clock);
}

pub(super) fn clock() -> Option<&'static Clock> {
    CLOCK.get()
}
