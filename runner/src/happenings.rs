//! Notes what people are to be told of: runs that failed, and steps that wait for somebody. What happens again before it is
//! kept counts up instead, so that a storm of failures is a few rows, and no run waits for any of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::Time;
use engine::execution::{Event, EventKind, Waiting};
use engine::ports::bus::{Bus, Notice};
use engine::ports::executions::Accepted;
use engine::ports::happenings::{Happening, HappeningKind, Happenings};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What gathers for this long is kept together.
const GATHER: Duration = Duration::from_millis(250);

/// What happens again is kept no sooner than this after what was kept before: a workflow that fails without end must not
/// take the store's writer from the others.
const AGAIN: Duration = Duration::from_secs(2);

/// The pause after the store failed.
const RECOVER: Duration = Duration::from_secs(1);

/// Workflows and schedules that can gather; of others nothing is told, so that memory stays bounded while the store is away.
const MOST: usize = 1_000;

/// A longer message is cut, in bytes.
const LONGEST: usize = 500;

/// What counts as the same: of a thing, what different people and triggers began is for different people to know.
type Key = (HappeningKind, Uuid, Option<Uuid>, String);

type Gathered = BTreeMap<Key, Happening>;

#[derive(Default)]
struct Shared {
    gathered: Mutex<Gathered>,
    word: Notify,
}

#[derive(Clone)]
pub(crate) struct Teller(Arc<Shared>);

impl Teller {
    /// With the loop that keeps what was told; at the end, what is left is kept first.
    pub(crate) fn new(
        store: Arc<dyn Happenings>,
        bus: Arc<dyn Bus>,
        end: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let shared = Arc::<Shared>::default();
        (Self(Arc::clone(&shared)), keep(shared, store, bus, end))
    }

    /// Notes what there is to be told among committed events of a run.
    pub(crate) fn tell(&self, run: &Accepted, events: &[Event]) {
        for event in events {
            let (kind, message) = match &event.kind {
                // Who called it is told of its own failure.
                EventKind::Failed { error } | EventKind::TimedOut { error }
                    if run.parent.is_none() =>
                {
                    (HappeningKind::RunFailed, error.message.as_str())
                }
                EventKind::StepHeld { error, .. } => {
                    (HappeningKind::Decision, error.message.as_str())
                }
                EventKind::StepWaiting {
                    waiting: Waiting::Signal { request, .. },
                    ..
                } if request.approval || request.form.is_some() => {
                    let asked = request.message.as_deref();
                    (HappeningKind::Decision, asked.unwrap_or_default())
                }
                _ => continue,
            };
            self.note(Happening {
                kind,
                owner: run.owner,
                subject: run.workflow_id,
                name: run.workflow_name.clone(),
                execution: Some(run.id),
                trigger: run.trigger.clone(),
                started_by: run.started_by,
                message: message.to_owned(),
                count: 1,
                at: event.at,
            });
        }
    }

    /// A schedule could not begin its run. Whose it is, and what it is called, its own record says.
    pub(crate) fn schedule_failed(&self, schedule: Uuid, reason: String, at: Time) {
        self.note(Happening {
            kind: HappeningKind::ScheduleFailed,
            owner: Uuid::nil(),
            subject: schedule,
            name: String::new(),
            execution: None,
            trigger: String::new(),
            started_by: None,
            message: reason,
            count: 1,
            at,
        });
    }

    fn note(&self, mut happening: Happening) {
        let cut = happening.message.floor_char_boundary(LONGEST);
        happening.message.truncate(cut);
        let mut gathered = self.0.gathered();
        add(&mut gathered, happening);
        drop(gathered);
        self.0.word.notify_one();
    }
}

impl Shared {
    fn gathered(&self) -> std::sync::MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(gathered: &mut Gathered, happening: Happening) {
    let key = (
        happening.kind,
        happening.subject,
        happening.started_by,
        happening.trigger.clone(),
    );
    if let Some(earlier) = gathered.get_mut(&key) {
        let count = earlier.count.saturating_add(happening.count);
        *earlier = Happening { count, ..happening };
    } else if gathered.len() < MOST {
        gathered.insert(key, happening);
    }
}

async fn keep(
    shared: Arc<Shared>,
    store: Arc<dyn Happenings>,
    bus: Arc<dyn Bus>,
    end: CancellationToken,
) {
    let mut pause = GATHER;
    let mut kept: Option<Instant> = None;
    loop {
        tokio::select! {
            () = shared.word.notified() => {
                let rest = kept.map(|at| AGAIN.saturating_sub(at.elapsed()));
                let pause = pause.max(rest.unwrap_or_default());
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = end.cancelled() => {}
                }
            }
            () = end.cancelled() => {}
        }
        let gathered = std::mem::take(&mut *shared.gathered());
        if !gathered.is_empty() {
            let happenings: Vec<Happening> = gathered.into_values().collect();
            match store.happened(happenings.clone()).await {
                Ok(()) => {
                    bus.publish(Notice::Happenings).await;
                    pause = GATHER;
                    kept = Some(Instant::now());
                }
                Err(error) if error.transient && !end.is_cancelled() => {
                    tracing::debug!(%error, "what people are to be told of is kept later");
                    let mut gathered = shared.gathered();
                    let later = std::mem::take(&mut *gathered);
                    for happening in happenings.into_iter().chain(later.into_values()) {
                        add(&mut gathered, happening);
                    }
                    shared.word.notify_one();
                    pause = RECOVER;
                }
                Err(error) => {
                    tracing::warn!(%error, "some failures are not told to anybody");
                }
            }
        }
        if end.is_cancelled() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(subject: u128, execution: u128) -> Happening {
        Happening {
            kind: HappeningKind::RunFailed,
            owner: Uuid::nil(),
            subject: Uuid::from_u128(subject),
            name: "w".to_owned(),
            execution: Some(Uuid::from_u128(execution)),
            trigger: "api".to_owned(),
            started_by: None,
            message: "m".to_owned(),
            count: 1,
            at: Time::default(),
        }
    }

    #[test]
    fn a_storm_is_one_and_memory_is_bounded() {
        let mut gathered = Gathered::new();
        for execution in 1..=10_000 {
            add(&mut gathered, failed(7, execution));
        }
        let only = gathered.first_entry().unwrap();
        assert_eq!(only.get().count, 10_000);
        assert_eq!(only.get().execution, Some(Uuid::from_u128(10_000)));
        for subject in 0..10_000 {
            add(&mut gathered, failed(subject, 1));
        }
        assert_eq!(gathered.len(), MOST);
    }
}
