//! Begins what schedules ask for. Every runner does, and the store sees to it that a tick starts one execution: see
//! [`engine::ports::schedules`].
//!
//! The loop sleeps until the next moment that the store knows of, and is woken when a schedule is changed, or when a run
//! ends that another one waits for. Now and then it looks all the same, for what the bus did not tell.

mod begin;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use engine::duration::Millis;
use engine::ports::PortResult;
use engine::ports::bus::{Notice, Topic};
use engine::ports::schedules::{DueSchedule, Planned};
use engine::schedule::ticks;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;
use watch::Watch;

/// Schedules and ticks looked at together, and ticks begun at the same time.
const BATCH: usize = 100;
const AT_ONCE: usize = 16;

/// How long a tick is in the hands of one runner before another one may take it.
const LEASE: Duration = Duration::from_secs(30);

/// The longest sleep: what the bus did not tell, and what a clock that was set hides, is found after this.
const LOOK: Duration = Duration::from_secs(30);

/// A tick that is not older than this is on time under every policy; longer than the longest sleep.
const GRACE: Millis = Millis(60_000);

/// The pause after the store failed.
const RECOVER: Duration = Duration::from_secs(1);

/// A schedule that can't be evaluated here is looked at again after this.
const LATER: TimeDelta = TimeDelta::hours(1);

pub(crate) async fn begin_runs(shared: Arc<Shared>, stop: CancellationToken) {
    let watch = Watch::new(&shared, &stop);
    let mut news = stream::pending().boxed();
    let mut hears = false;
    loop {
        if !hears {
            (news, hears) = listen(&shared).await;
        }
        let pause = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            looked = look(&shared, &watch) => looked,
        };
        let pause = match pause {
            Ok(next) => next.unwrap_or(LOOK).min(LOOK),
            Err(error) => {
                tracing::warn!(%error, "schedules could not be looked at; the next look follows");
                RECOVER
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            heard = news.next() => hears = heard.is_some(),
            () = watch.told() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Word of changed schedules; without the bus there is none, until it is there again.
async fn listen(shared: &Shared) -> (BoxStream<'static, Notice>, bool) {
    match shared.ports.bus.subscribe(Topic::Schedules).await {
        Ok(news) => (news, true),
        Err(error) => {
            tracing::warn!(%error, "changes of schedules can't be heard of; they are looked for instead");
            (stream::pending().boxed(), false)
        }
    }
}

/// Plans and begins until nothing is left to do, and says how long nothing will be.
async fn look(shared: &Arc<Shared>, watch: &Watch) -> PortResult<Option<Duration>> {
    let schedules = &shared.ports.schedules;
    while !shared.is_draining() {
        let mut moved = false;
        for schedule in schedules.due_schedules(BATCH).await? {
            // Another runner may have been quicker.
            moved |= schedules.plan(plan(schedule)).await?;
        }
        let taken = schedules.take(BATCH, LEASE).await?;
        if !moved && taken.is_empty() {
            break;
        }
        // Each is of another schedule.
        stream::iter(taken)
            .for_each_concurrent(AT_ONCE, |tick| begin::begin(shared, watch, tick))
            .await;
    }
    schedules.next().await
}

fn plan(of: DueSchedule) -> Planned {
    let schedule = match of.spec.schedule() {
        Ok(schedule) => schedule,
        Err(error) => {
            tracing::warn!(schedule.id = %of.id, %error, "a schedule can't be evaluated here");
            let next = Some(of.now + LATER);
            return Planned {
                due: Vec::new(),
                next,
                missed: 0,
                of,
            };
        }
    };
    let found = ticks(&schedule, of.decided_until, of.now, of.spec.catch_up, GRACE);
    if found.skipped > 0 {
        tracing::info!(schedule.id = %of.id, missed = found.skipped, "runs that were due while nobody could begin them are left out");
    }
    Planned {
        due: found.due,
        next: found.next,
        missed: found.skipped,
        of,
    }
}
