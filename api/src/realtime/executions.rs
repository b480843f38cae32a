//! The topic of a workspace's executions: the newest ones, then each that begins or stands otherwise, read from the database
//! and told together. The newest are compared now and then with what was told, for what the bus lost.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use engine::ports::bus::{Notice, Topic};
use futures::StreamExt;
use store::{ExecutionFilter, ExecutionSummary, Paging, StoreResult};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::at;
use super::outbox::Outbox;
use super::topics::listen;
use crate::access::Scoped;
use crate::schemas::live::{LiveExecutions, LiveMessage};

/// What changes within this is told together.
const GATHER: Duration = Duration::from_millis(100);

/// How often the newest are compared with what was told.
const LOOK: Duration = Duration::from_secs(5);

/// The newest that are told at first, and compared.
const NEWEST: u32 = 50;

/// When more than this changes at once, the newest are told instead of each.
const MOST: usize = 100;

struct List {
    app: Scoped,
    workflow: Option<Uuid>,
    outbox: Outbox,
    /// The number of the last event of those that were told as the newest.
    told: HashMap<Uuid, u64>,
}

pub(super) async fn follow(app: Scoped, workflow: Option<Uuid>, outbox: Outbox) {
    let mut bus = listen(&app, Topic::Owner(app.workspace())).await;
    let mut list = List {
        app,
        workflow,
        outbox,
        told: HashMap::new(),
    };
    let mut look = interval_at(Instant::now() + LOOK, LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut missed = true;
    let mut changed: HashSet<Uuid> = HashSet::new();
    let mut due: Option<Instant> = Some(Instant::now());
    loop {
        tokio::select! {
            notice = bus.next() => {
                match notice {
                    Some(Notice::Executions { executions, .. }) if executions.is_empty() => missed = true,
                    Some(Notice::Executions { executions, .. }) => changed.extend(executions.iter()),
                    Some(_) => continue,
                    None => {
                        bus = futures::stream::pending().boxed();
                        continue;
                    }
                }
                if changed.len() > MOST {
                    changed.clear();
                    missed = true;
                }
                due = due.or(Some(Instant::now() + GATHER));
            }
            () = at(due) => {
                due = None;
                let told = match missed {
                    true => list.tell_newest().await,
                    false => list.tell(&changed).await,
                };
                match told {
                    Ok(()) => {
                        missed = false;
                        changed.clear();
                    }
                    Err(error) => {
                        tracing::warn!(%error, "executions can't be read now");
                        due = Some(Instant::now() + LOOK);
                    }
                }
            }
            _ = look.tick() => {
                // An error is mended by the look that follows.
                if !missed {
                    let _ = list.compare().await;
                }
            }
        }
    }
}

impl List {
    async fn newest(&self) -> StoreResult<Vec<ExecutionSummary>> {
        let filter = ExecutionFilter {
            workflow_id: self.workflow,
            ..ExecutionFilter::default()
        };
        let (scope, paging) = (self.app.scope(), Paging::first(NEWEST));
        let page = self.app.store.list_executions(scope, &filter, &paging);
        Ok(page.await?.items)
    }

    async fn tell_newest(&mut self) -> StoreResult<()> {
        let newest = self.newest().await?;
        self.told = newest.iter().map(|one| (one.id, one.seq)).collect();
        self.send(true, newest).await;
        Ok(())
    }

    async fn tell(&mut self, changed: &HashSet<Uuid>) -> StoreResult<()> {
        let ids: Vec<Uuid> = changed.iter().copied().collect();
        let store = &self.app.store;
        let read = store.executions_among(self.app.scope(), self.workflow, &ids);
        let mut read = read.await?;
        read.sort_unstable_by_key(|one| std::cmp::Reverse(one.id));
        self.told.extend(read.iter().map(|one| (one.id, one.seq)));
        if !read.is_empty() {
            self.send(false, read).await;
        }
        Ok(())
    }

    async fn compare(&mut self) -> StoreResult<()> {
        let newest = self.newest().await?;
        let before = std::mem::take(&mut self.told);
        self.told = newest.iter().map(|one| (one.id, one.seq)).collect();
        let all_new = newest.iter().all(|one| !before.contains_key(&one.id));
        if all_new && !before.is_empty() && !newest.is_empty() {
            // There may have been more between them and what was told.
            self.send(true, newest).await;
            return Ok(());
        }
        let lost = |one: &ExecutionSummary| before.get(&one.id).is_none_or(|seq| *seq < one.seq);
        let lost: Vec<_> = newest.into_iter().filter(lost).collect();
        if !lost.is_empty() {
            self.send(false, lost).await;
        }
        Ok(())
    }

    async fn send(&self, reset: bool, executions: Vec<ExecutionSummary>) {
        let message = LiveExecutions {
            topic: self.outbox.topic.clone(),
            reset,
            executions: executions.into_iter().map(Into::into).collect(),
        };
        self.outbox.send(LiveMessage::Executions(message)).await;
    }
}
