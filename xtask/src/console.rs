//! What the user sees: plain lines with the time since the start, which read the same in a terminal and in a log.

use std::{
    io::{self, Write},
    sync::OnceLock,
    time::Instant,
};

/// Sets the zero of the times shown.
pub(crate) fn start_clock() {
    started();
}

/// One line of progress, led by the seconds since the command began.
pub(crate) fn line(text: &str) {
    let elapsed = started().elapsed().as_secs_f64();
    plain(&format!("[{elapsed:6.1}s] {text}"));
}

/// One line as it is. A closed pipe at the other end is no reason to stop work that is under way.
pub(crate) fn plain(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// An error and everything that led to it, one cause per line.
pub(crate) fn error(error: &anyhow::Error) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "error: {error}");
    for cause in error.chain().skip(1) {
        let _ = writeln!(out, "  because: {cause}");
    }
}

fn started() -> Instant {
    static STARTED: OnceLock<Instant> = OnceLock::new();
    *STARTED.get_or_init(Instant::now)
}
