//! Waiting for the world outside, which tells nobody when it has changed: asked again and again, up to a deadline.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

const PAUSE: Duration = Duration::from_millis(20);

/// Asks until there is an answer. What is asked may fail meanwhile; its last failure is told with the deadline.
pub(crate) async fn until<T>(
    what: &str,
    deadline: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let began = Instant::now();
    loop {
        let answer = ask().await;
        if let Ok(Some(found)) = answer {
            return Ok(found);
        }
        if began.elapsed() >= deadline {
            let why = answer.err().map(|error| format!(": {error:#}"));
            bail!(
                "{what} did not come within {deadline:?}{}",
                why.unwrap_or_default()
            );
        }
        tokio::time::sleep(PAUSE).await;
    }
}
