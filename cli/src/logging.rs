//! Log lines on stderr: readable sentences with dotted fields, or JSON.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Starts logging for the whole process. `RUST_LOG`, where it is set, has the last word on the level.
pub(crate) fn start(log: &Log) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(&log.directives));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Logging was started before in this process only if a test did it.
    let _ = if log.json {
        lines.json().flatten_event(true).try_init()
    } else {
        lines
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .try_init()
    };
}
