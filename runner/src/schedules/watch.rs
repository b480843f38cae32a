//! Hears of the end of runs that the next one of their schedule waits for.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::ports::bus::{Notice, Topic};
use futures::StreamExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::shared::Shared;

/// A run that takes longer is watched anew when its schedule is looked at again.
const PATIENCE: Duration = Duration::from_secs(600);

/// Runs watched at the same time; the ends of others are found by looking.
const MOST: usize = 1_000;

pub(super) struct Watch {
    shared: Arc<Shared>,
    stop: CancellationToken,
    watched: Arc<Mutex<HashSet<Uuid>>>,
    word: Arc<Notify>,
}

impl Watch {
    pub(super) fn new(shared: &Arc<Shared>, stop: &CancellationToken) -> Self {
        Self {
            shared: Arc::clone(shared),
            stop: stop.clone(),
            watched: Arc::default(),
            word: Arc::default(),
        }
    }

    /// Resolves when a run has ended that was watched.
    pub(super) async fn told(&self) {
        self.word.notified().await;
    }

    /// From when this returns, the end of the run makes the waiting tick of the schedule due.
    pub(super) async fn for_end_of(&self, execution: Uuid, schedule: Uuid) {
        {
            let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
            if watched.len() >= MOST || !watched.insert(execution) {
                return;
            }
        }
        let heard = self.shared.ports.bus.subscribe(Topic::Execution(execution));
        let Ok(mut news) = heard.await else {
            forget(&self.watched, execution);
            return;
        };
        let (shared, stop) = (Arc::clone(&self.shared), self.stop.clone());
        let (watched, word) = (Arc::clone(&self.watched), Arc::clone(&self.word));
        tokio::spawn(async move {
            let ended = async {
                while let Some(notice) = news.next().await {
                    if let Notice::Events { events, .. } = notice
                        && events.iter().any(|event| event.kind.is_terminal())
                    {
                        return true;
                    }
                }
                false
            };
            let ended = tokio::select! {
                ended = tokio::time::timeout(PATIENCE, ended) => ended.unwrap_or(false),
                () = stop.cancelled() => false,
            };
            forget(&watched, execution);
            // An error is mended by the look that follows anyway.
            if ended && shared.ports.schedules.hasten(schedule).await.is_ok() {
                word.notify_one();
            }
        });
    }
}

fn forget(watched: &Mutex<HashSet<Uuid>>, execution: Uuid) {
    watched
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&execution);
}
