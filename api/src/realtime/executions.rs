//! The topic of a workspace's executions: the newest ones, then each that begins or stands otherwise, read from the database
//! and told together. The newest are compared now and then with what was told, for what the bus lost. Who comes back goes on
//! where they were, while the journal of this process knows what changed since.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use store::{ExecutionFilter, ExecutionSummary, Paging, StoreResult};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::at;
use super::journal::Reader;
use super::outbox::Outbox;
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
    journal: Reader,
    /// Nothing has been told yet of what came after the client's cursor.
    resumes: bool,
    /// The number of the last event of those that were told as the newest.
    told: HashMap<Uuid, u64>,
}

pub(super) async fn follow(
    app: Scoped,
    workflow: Option<Uuid>,
    since: Option<String>,
    outbox: Outbox,
) {
    let journals = app.journals.clone();
    let mut journal = journals
        .read(&app.bus, &app.stopping, app.workspace())
        .await;
    let resumes = since.is_some_and(|cursor| journal.resume(&cursor));
    let mut list = List {
        app,
        workflow,
        outbox,
        journal,
        resumes,
        told: HashMap::new(),
    };
    let mut look = interval_at(Instant::now() + LOOK, LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut due: Option<Instant> = Some(Instant::now());
    loop {
        tokio::select! {
            () = list.journal.changed() => due = due.or(Some(Instant::now() + GATHER)),
            () = at(due) => {
                due = None;
                if let Err(error) = list.catch_up().await {
                    tracing::warn!(%error, "executions can't be read now");
                    due = Some(Instant::now() + LOOK);
                }
            }
            _ = look.tick() => {
                // An error is mended by the look that follows.
                if list.journal.has_begun() && !list.resumes {
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

    async fn among(&self, changed: &HashSet<Uuid>) -> StoreResult<Vec<ExecutionSummary>> {
        let ids: Vec<Uuid> = changed.iter().copied().collect();
        let store = &self.app.store;
        let read = store.executions_among(self.app.scope(), self.workflow, &ids);
        read.await
    }

    /// Tells what the journal holds and was not told. Its number is taken before the database is read: what changes between the
    /// two is told again.
    async fn catch_up(&mut self) -> StoreResult<()> {
        let (changed, head) = self.journal.unread();
        match changed.filter(|changed| changed.len() <= MOST) {
            Some(changed) => self.tell(&changed, head).await,
            None => self.tell_newest(head).await,
        }
    }

    async fn tell_newest(&mut self, head: u64) -> StoreResult<()> {
        let newest = self.newest().await?;
        self.told = newest.iter().map(|one| (one.id, one.seq)).collect();
        self.journal.advance(head);
        self.resumes = false;
        self.send(true, newest).await;
        Ok(())
    }

    async fn tell(&mut self, changed: &HashSet<Uuid>, head: u64) -> StoreResult<()> {
        let mut read = match changed.is_empty() {
            true => Vec::new(),
            false => self.among(changed).await?,
        };
        if self.resumes {
            // Whatever the bus lost while nobody compared.
            let newest = self.newest().await?;
            self.told = newest.iter().map(|one| (one.id, one.seq)).collect();
            read.extend(newest.into_iter().filter(|one| !changed.contains(&one.id)));
        }
        read.sort_unstable_by_key(|one| std::cmp::Reverse(one.id));
        self.told.extend(read.iter().map(|one| (one.id, one.seq)));
        self.journal.advance(head);
        // Whoever goes on is told so, also when there is nothing new.
        let is_first = std::mem::take(&mut self.resumes);
        if !read.is_empty() || is_first {
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
            cursor: self.journal.cursor(),
            executions: executions.into_iter().map(Into::into).collect(),
        };
        self.outbox.send(LiveMessage::Executions(message)).await;
    }
}
