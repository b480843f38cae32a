//! Keeps sockets and timers heard while a step computes.
//!
//! Of tokio's workers one at a time waits for sockets and timers. When it wakes up for a single task it runs that, and
//! wakes nobody to wait in its place. Should the task compute for seconds, as a script may, then nobody hears
//! anything meanwhile, although other workers are idle: the heart beat stops, and others take this runner for dead.
//! A task that comes from outside wakes an idle worker, which then waits in the place of the one that computes.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};

/// The longest that sockets and timers go unheard.
const EVERY: Duration = Duration::from_millis(100);

/// Ends the thread when it is dropped.
pub(crate) struct Turning {
    _running: mpsc::Sender<()>,
}

impl Turning {
    /// Begins for the runtime that this is called in. Where that has one thread there is no other to wake.
    pub(crate) fn begin() -> std::io::Result<Option<Self>> {
        let runtime = Handle::current();
        if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
            return Ok(None);
        }
        let (running, ended) = mpsc::channel();
        std::thread::Builder::new()
            .name("keeps turning".to_owned())
            .spawn(move || {
                while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(EVERY) {
                    runtime.spawn(std::future::ready(()));
                }
            })?;
        Ok(Some(Self { _running: running }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn timers_fire_while_a_task_computes() {
        let _turning = Turning::begin().unwrap();
        let heard = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&heard);
        let computing = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let began = Instant::now();
            while !told.load(Ordering::Relaxed) && began.elapsed() < Duration::from_secs(10) {
                std::hint::spin_loop();
            }
            began.elapsed()
        });
        // Due while the other one computes, and none before.
        let beating = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            heard.store(true, Ordering::Relaxed);
        });
        beating.await.unwrap();
        assert!(computing.await.unwrap() < Duration::from_secs(5));
    }
}
