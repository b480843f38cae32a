//! Counts runs that begin and end, minute by minute and workspace by workspace, for the history that people look at. That is a
//! few numbers in memory, kept together every ten seconds: no run waits for it, and none costs a write of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DurationRound, TimeDelta};
use engine::Time;
use engine::execution::{Event, EventKind};
use engine::ports::PortResult;
use engine::ports::executions::Commit;
use engine::ports::run_history::{CountedMinute, Load, RunCounts, SeenMinute};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::collaborators::Collaborators;

/// How often what was counted is kept.
const EVERY: Duration = Duration::from_secs(10);

/// Queue and registry are not waited for longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Nothing is counted in a minute that ended this long ago: what is told late counts as of the last one that is open.
const OPEN: TimeDelta = TimeDelta::minutes(5);

/// Minutes of workspaces that are remembered until they are kept, so that memory stays bounded while the store is away.
const MOST: usize = 20_000;

/// What a process counted and did not keep yet, and the last few minutes besides.
#[derive(Clone, Default)]
pub struct Tally(Arc<Inner>);

#[derive(Default)]
struct Inner {
    book: Mutex<Book>,
    /// Under which id its numbers are kept; nobody else writes them. One keeps at a time: an older state must not be kept after a
    /// newer one.
    process: tokio::sync::Mutex<Option<Uuid>>,
}

#[derive(Default)]
struct Book {
    newest: Time,
    /// The last look at the clock says that the newest minute is yet to come: the clock ran ahead and was put back.
    is_ahead: bool,
    runs: BTreeMap<(Time, Uuid), Entry<RunCounts>>,
    loads: BTreeMap<Time, Entry<Load>>,
    /// The newest minute when it last let go of what is kept.
    forgotten_at: Time,
    /// That there is no room is said once.
    is_full_told: bool,
}

#[derive(Default)]
struct Entry<T> {
    value: T,
    /// Since this was last handed to the store, it has not changed.
    is_kept: bool,
}

/// Something that a commit says about a run, to be counted once that is recorded.
struct Mark {
    workspace: Uuid,
    at: Time,
    what: What,
}

enum What {
    Began,
    Ended { how: Ending, took: Option<Duration> },
}

#[derive(Clone, Copy)]
enum Ending {
    Succeeded,
    Failed,
    Cancelled,
    TimedOut,
}

/// What a commit is to be counted as.
#[derive(Default)]
pub(crate) struct Marks(Vec<Mark>);

impl Marks {
    /// Of a commit of a run of this workspace, and of the runs that begin with it.
    pub(crate) fn of(workspace: Uuid, commit: &Commit) -> Self {
        let mut marks = Self::default();
        marks.add(workspace, commit.started_at, &commit.events);
        marks.add_spawned(&commit.spawned);
        marks
    }

    pub(crate) fn add(&mut self, workspace: Uuid, started_at: Option<Time>, events: &[Event]) {
        for event in events {
            let how = match event.kind {
                EventKind::Queued => None,
                EventKind::Succeeded { .. } => Some(Ending::Succeeded),
                EventKind::Failed { .. } => Some(Ending::Failed),
                EventKind::Cancelled { .. } => Some(Ending::Cancelled),
                EventKind::TimedOut { .. } => Some(Ending::TimedOut),
                _ => continue,
            };
            let took = started_at.and_then(|began| (event.at - began).to_std().ok());
            self.0.push(Mark {
                workspace,
                at: event.at,
                what: how.map_or(What::Began, |how| What::Ended { how, took }),
            });
        }
    }

    pub(crate) fn add_spawned(&mut self, spawned: &[Commit]) {
        for commit in spawned {
            if let Some(accepted) = &commit.accepted {
                self.add(accepted.owner, commit.started_at, &commit.events);
            }
        }
    }
}

impl Tally {
    pub(crate) fn count(&self, marks: Marks) {
        if marks.0.is_empty() {
            return;
        }
        let mut book = self.0.book();
        for mark in marks.0 {
            book.count(mark);
        }
    }

    fn see(&self, at: Time, load: Load) {
        let mut book = self.0.book();
        book.is_ahead = book.newest - at > OPEN;
        let at = book.minute(at);
        let entry = book.loads.entry(at).or_default();
        let peak = entry.value.peak(load);
        if peak != entry.value {
            entry.value = peak;
            entry.is_kept = false;
        }
    }

    /// Keeps what was counted since it last was.
    async fn keep(&self, ports: &Collaborators) -> PortResult<()> {
        let mut process = self.0.process.lock().await;
        let id = *process.get_or_insert_with(|| ports.clock.id());
        let (counted, seen) = self.0.book().take();
        if counted.is_empty() && seen.is_empty() {
            return Ok(());
        }
        let kept = ports.history.keep(id, &counted, &seen).await;
        let mut book = self.0.book();
        if kept.is_err() {
            book.not_kept(&counted, &seen);
        } else if book.begin_anew() {
            *process = None;
        }
        book.forget();
        kept
    }
}

impl Inner {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// The minute in which something counts that happened at a moment.
    fn minute(&mut self, at: Time) -> Time {
        let minute = at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at);
        self.newest = self.newest.max(minute);
        minute.max(self.newest - OPEN)
    }

    fn count(&mut self, mark: Mark) {
        let at = self.minute(mark.at);
        let key = (at, mark.workspace);
        if !self.runs.contains_key(&key) && !self.has_room() {
            return;
        }
        let entry = self.runs.entry(key).or_default();
        entry.is_kept = false;
        let counts = &mut entry.value;
        let Mark { what, .. } = mark;
        let What::Ended { how, took } = what else {
            counts.begun += 1;
            return;
        };
        match how {
            Ending::Succeeded => counts.succeeded += 1,
            Ending::Failed => counts.failed += 1,
            Ending::Cancelled => counts.cancelled += 1,
            Ending::TimedOut => counts.timed_out += 1,
        }
        if let Some(took) = took {
            counts.durations.add(took);
        }
    }

    /// Whether one more can be remembered. Only what is kept and can't change any more makes room: after an open minute was let
    /// go of, its next run would be counted as its first, and kept in place of all those before.
    fn has_room(&mut self) -> bool {
        if self.runs.len() >= MOST && self.forgotten_at < self.newest {
            self.forget();
        }
        let has_room = self.runs.len() < MOST;
        if !has_room && !self.is_full_told {
            self.is_full_told = true;
            tracing::warn!(
                "the history of runs takes no more workspaces and minutes until some of {MOST} are kept and over: their runs are not counted"
            );
        }
        has_room
    }

    /// What changed since it was last taken.
    fn take(&mut self) -> (Vec<CountedMinute>, Vec<SeenMinute>) {
        let runs = self.runs.iter_mut().filter(|(_, entry)| !entry.is_kept);
        let counted = runs.map(|((at, workspace), entry)| {
            entry.is_kept = true;
            CountedMinute {
                workspace: *workspace,
                at: *at,
                counts: entry.value.clone(),
            }
        });
        let counted = counted.collect();
        let loads = self.loads.iter_mut().filter(|(_, entry)| !entry.is_kept);
        let seen = loads.map(|(at, entry)| {
            entry.is_kept = true;
            SeenMinute {
                at: *at,
                load: entry.value,
            }
        });
        (counted, seen.collect())
    }

    fn not_kept(&mut self, counted: &[CountedMinute], seen: &[SeenMinute]) {
        for minute in counted {
            if let Some(entry) = self.runs.get_mut(&(minute.at, minute.workspace)) {
                entry.is_kept = false;
            }
        }
        for minute in seen {
            if let Some(entry) = self.loads.get_mut(&minute.at) {
                entry.is_kept = false;
            }
        }
    }

    /// Where the clock was put back, lets go of everything once it is kept: else all would count in a minute that is yet to come
    /// until that has come. What follows needs another id, for there may be numbers for its minutes already.
    fn begin_anew(&mut self) -> bool {
        let is_ahead = self.is_ahead;
        if is_ahead {
            *self = Self::default();
        }
        is_ahead
    }

    /// Lets go of what is kept and can't change any more.
    fn forget(&mut self) {
        self.forgotten_at = self.newest;
        let open = self.newest - OPEN;
        self.runs
            .retain(|(at, _), entry| !entry.is_kept || *at >= open);
        self.loads.retain(|at, entry| !entry.is_kept || *at >= open);
        while self.loads.len() > MOST {
            self.loads.pop_first();
        }
    }
}

/// Keeps what this process counts until the end, and then what is left of it. `running` says how many runs it has in hand.
pub async fn keep_history(
    ports: Collaborators,
    running: impl Fn() -> usize + Send + Sync + 'static,
    end: CancellationToken,
) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let ended = tokio::select! {
            biased;
            () = end.cancelled() => true,
            _ = every.tick() => false,
        };
        if !ended {
            look(&ports, running()).await;
        }
        if let Err(error) = ports.tally.keep(&ports).await {
            match ended {
                true => tracing::warn!(%error, "the last seconds of the history of runs are lost"),
                false => tracing::debug!(%error, "the history of runs is kept later"),
            }
        }
        if ended {
            return;
        }
    }
}

/// Notes how busy the installation is. What does not answer is left out.
async fn look(ports: &Collaborators, running: usize) {
    let queued = tokio::time::timeout(PATIENCE, ports.queue.depth());
    let runners = tokio::time::timeout(PATIENCE, ports.runners.alive());
    let (queued, runners) = tokio::join!(queued, runners);
    let load = Load {
        queued: queued.ok().and_then(Result::ok),
        running: u64::try_from(running).ok(),
        runners: runners
            .ok()
            .and_then(Result::ok)
            .and_then(|alive| u64::try_from(alive.len()).ok()),
    };
    ports.tally.see(ports.clock.now(), load);
}

#[cfg(test)]
mod tests {
    use engine::node::ErrorValue;

    use super::*;

    fn at(second: i64) -> Time {
        Time::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn event(second: i64, kind: EventKind) -> Event {
        Event {
            seq: 1,
            at: at(second),
            kind,
        }
    }

    fn failed() -> EventKind {
        EventKind::Failed {
            error: ErrorValue::new("failed", "m"),
        }
    }

    fn counted(book: &mut Book) -> Vec<(i64, u64, u64)> {
        let (counted, _) = book.take();
        let tell = |minute: CountedMinute| {
            let second = (minute.at - at(0)).num_seconds();
            (second, minute.counts.begun, minute.counts.failed)
        };
        counted.into_iter().map(tell).collect()
    }

    #[test]
    fn a_minute_is_told_as_a_whole_whenever_it_changed() {
        let tally = Tally::default();
        let count = |second, kind| {
            let mut marks = Marks::default();
            marks.add(Uuid::nil(), Some(at(0)), &[event(second, kind)]);
            tally.count(marks);
        };
        count(0, EventKind::Queued);
        count(3, failed());
        count(60, EventKind::Queued);
        let mut book = tally.0.book();
        assert_eq!(counted(&mut book), [(0, 1, 1), (60, 1, 0)]);
        assert!(counted(&mut book).is_empty());
        drop(book);
        count(59, failed());
        let mut book = tally.0.book();
        assert_eq!(counted(&mut book), [(0, 1, 2)]);
        let durations = &book.runs[&(at(0), Uuid::nil())].value.durations;
        assert_eq!(durations.count(), 2);
        drop(book);
        // A minute that is closed does not change any more: late news counts where there is still room.
        count(1_200, EventKind::Queued);
        let mut book = tally.0.book();
        counted(&mut book);
        book.forget();
        drop(book);
        count(30, failed());
        assert_eq!(counted(&mut tally.0.book()), [(900, 0, 1)]);
    }

    #[test]
    fn a_clock_that_is_put_back_counts_in_its_own_minutes_again() {
        let tally = Tally::default();
        let count = |second| {
            let mut marks = Marks::default();
            marks.add(Uuid::nil(), None, &[event(second, EventKind::Queued)]);
            tally.count(marks);
        };
        let tomorrow = 24 * 3_600;
        tally.see(at(0), Load::default());
        count(tomorrow);
        tally.see(at(tomorrow), Load::default());
        assert!(!tally.0.book().begin_anew());
        tally.see(at(60), Load::default());
        count(60);
        let mut book = tally.0.book();
        assert_eq!(
            counted(&mut book),
            [(tomorrow - 300, 1, 0), (tomorrow, 1, 0)]
        );
        assert!(book.begin_anew());
        drop(book);
        count(60);
        assert_eq!(counted(&mut tally.0.book()), [(60, 1, 0)]);
    }

    #[test]
    fn what_could_not_be_kept_is_told_again_and_memory_is_bounded() {
        let mut book = Book::default();
        let begin = |book: &mut Book, workspace: u128, second: i64| {
            book.count(Mark {
                workspace: Uuid::from_u128(workspace),
                at: at(second),
                what: What::Began,
            });
        };
        let most = MOST as u128;
        for workspace in 0..most {
            begin(&mut book, workspace, 0);
        }
        assert_eq!(book.take().0.len(), MOST);
        // All is kept and open: a newcomer takes nobody's place, or this would be kept as the first run of the minute.
        begin(&mut book, most, 0);
        assert_eq!(book.runs.len(), MOST);
        begin(&mut book, 0, 1);
        assert_eq!(counted(&mut book), [(0, 2, 0)]);
        // What is kept and over makes room.
        begin(&mut book, 0, 600);
        assert_eq!(book.runs.len(), 1);
        // What is over and not kept does not, and is told again.
        for workspace in 1..most {
            begin(&mut book, workspace, 600);
        }
        begin(&mut book, 0, 1_200);
        let (counted, seen) = book.take();
        assert_eq!(counted.len(), MOST);
        assert!(counted.iter().all(|minute| minute.at == at(600)));
        book.not_kept(&counted, &seen);
        assert_eq!(book.take().0, counted);
    }
}
