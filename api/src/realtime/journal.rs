//! Which executions of a workspace changed last, numbered, so that who lost their connection goes on where they were. Numbers are of
//! this process and of a journal's life: another one knows none of them, and tells the newest instead.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::ports::bus::{Bus, Notice, Topic};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Executions whose last change is known; each counts once, however often it changes.
const MOST: usize = 1_024;

/// How long a journal goes on without a reader, so that one whose connection broke finds it.
const KEPT: Duration = Duration::from_mins(5);

/// How often it is looked whether anybody reads, and whether a bus that went away is back.
const LOOK: Duration = Duration::from_secs(5);

/// One for each workspace that somebody watches, or watched a moment ago.
#[derive(Clone, Default)]
pub(crate) struct Journals(Arc<Mutex<HashMap<Uuid, Arc<Journal>>>>);

struct Journal {
    /// Tells it apart from all others, those of other processes too.
    name: Uuid,
    pages: Mutex<Pages>,
    /// The number of the last change.
    news: watch::Sender<u64>,
}

#[derive(Default)]
struct Pages {
    head: u64,
    /// What changed up to this number may not be known any more.
    floor: u64,
    by_number: BTreeMap<u64, Uuid>,
    by_execution: HashMap<Uuid, u64>,
}

/// Somebody who reads a journal, at their own pace.
pub(super) struct Reader {
    journal: Arc<Journal>,
    news: watch::Receiver<u64>,
    /// All up to this number has been read; without it, nothing has.
    position: Option<u64>,
}

impl Journals {
    /// When this returns, whatever changes from now on is noted.
    pub(super) async fn read(
        &self,
        bus: &Arc<dyn Bus>,
        stopping: &CancellationToken,
        workspace: Uuid,
    ) -> Reader {
        if let Some(reader) = self.reader(workspace) {
            return reader;
        }
        let news = listen(bus, workspace).await;
        let mut open = self.open();
        if let Some(journal) = open.get(&workspace) {
            return Reader::of(journal);
        }
        let journal = Arc::new(Journal {
            name: Uuid::now_v7(),
            pages: Mutex::default(),
            news: watch::Sender::new(0),
        });
        let reader = Reader::of(&journal);
        open.insert(workspace, Arc::clone(&journal));
        drop(open);
        let keeping = self.clone().keep(Arc::clone(bus), workspace, journal, news);
        let stopping = stopping.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                () = keeping => {}
            }
        });
        reader
    }

    fn reader(&self, workspace: Uuid) -> Option<Reader> {
        self.open().get(&workspace).map(Reader::of)
    }

    async fn keep(
        self,
        bus: Arc<dyn Bus>,
        workspace: Uuid,
        journal: Arc<Journal>,
        news: Option<BoxStream<'static, Notice>>,
    ) {
        let mut is_deaf = news.is_none();
        let mut news = news.unwrap_or_else(|| stream::pending().boxed());
        let mut read_at = Instant::now();
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                notice = news.next() => match notice {
                    Some(Notice::Executions { executions, .. }) => journal.note(&executions),
                    Some(_) => {}
                    None => {
                        is_deaf = true;
                        news = stream::pending().boxed();
                    }
                },
                _ = look.tick() => {
                    if journal.news.receiver_count() > 0 {
                        read_at = Instant::now();
                    } else if read_at.elapsed() >= KEPT && self.close(workspace, &journal) {
                        return;
                    }
                    if is_deaf && let Some(again) = listen(&bus, workspace).await {
                        (is_deaf, news) = (false, again);
                        // Nobody knows what changed meanwhile.
                        journal.note(&[]);
                    }
                }
            }
        }
    }

    /// Whether it is closed: not while somebody has come after all.
    fn close(&self, workspace: Uuid, journal: &Journal) -> bool {
        let mut open = self.open();
        let is_unread = journal.news.receiver_count() == 0;
        if is_unread {
            open.remove(&workspace);
        }
        is_unread
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Uuid, Arc<Journal>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn listen(bus: &Arc<dyn Bus>, workspace: Uuid) -> Option<BoxStream<'static, Notice>> {
    let news = bus.subscribe(Topic::Owner(workspace)).await;
    news.inspect_err(|error| {
        tracing::warn!(%error, "news of executions can't be heard of; they are looked for instead");
    })
    .ok()
}

impl Journal {
    /// These changed; when none are named, nobody knows which.
    fn note(&self, executions: &[Uuid]) {
        let mut pages = self.pages();
        if executions.is_empty() {
            pages.forget();
        }
        for execution in executions {
            pages.note(*execution);
        }
        let head = pages.head;
        drop(pages);
        self.news.send_replace(head);
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    fn note(&mut self, execution: Uuid) {
        self.head += 1;
        if let Some(before) = self.by_execution.insert(execution, self.head) {
            self.by_number.remove(&before);
        }
        self.by_number.insert(self.head, execution);
        if self.by_number.len() > MOST
            && let Some((number, oldest)) = self.by_number.pop_first()
        {
            self.by_execution.remove(&oldest);
            self.floor = number;
        }
    }

    fn forget(&mut self) {
        self.head += 1;
        self.floor = self.head;
        self.by_number.clear();
        self.by_execution.clear();
    }

    /// What changed after this number, if that is known.
    fn since(&self, number: u64) -> Option<HashSet<Uuid>> {
        if number < self.floor || number > self.head {
            return None;
        }
        let later = self.by_number.range(number + 1..);
        Some(later.map(|(_, execution)| *execution).collect())
    }
}

impl Reader {
    fn of(journal: &Arc<Journal>) -> Self {
        Self {
            news: journal.news.subscribe(),
            journal: Arc::clone(journal),
            position: None,
        }
    }

    /// Goes on after what a cursor stands for, if it is of this journal and what changed since is known.
    pub(super) fn resume(&mut self, cursor: &str) -> bool {
        let number = cursor.split_once('-').and_then(|(name, number)| {
            let is_of_this = name == self.journal.name.simple().to_string();
            number.parse::<u64>().ok().filter(|_| is_of_this)
        });
        let known = |number: &u64| self.journal.pages().since(*number).is_some();
        self.position = number.filter(known);
        self.position.is_some()
    }

    /// Resolves when something changed after it did the last time.
    pub(super) async fn changed(&mut self) {
        if self.news.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// What changed and has not been read, if that is known, and the number of the last change of all.
    pub(super) fn unread(&self) -> (Option<HashSet<Uuid>>, u64) {
        let pages = self.journal.pages();
        let changed = self.position.and_then(|position| pages.since(position));
        (changed, pages.head)
    }

    /// All up to this number has been read.
    pub(super) fn advance(&mut self, number: u64) {
        self.position = Some(number);
    }

    pub(super) fn has_begun(&self) -> bool {
        self.position.is_some()
    }

    /// What to go on after, later and over another connection.
    pub(super) fn cursor(&self) -> Option<String> {
        let name = self.journal.name.simple();
        self.position.map(|position| format!("{name}-{position}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> Reader {
        Reader::of(&Arc::new(Journal {
            name: Uuid::now_v7(),
            pages: Mutex::default(),
            news: watch::Sender::new(0),
        }))
    }

    fn execution(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    #[test]
    fn what_is_not_known_any_more_is_not_passed_over() {
        let mut first = reader();
        assert_eq!(first.unread(), (None, 0), "nothing has been read");
        first.advance(0);
        let cursor = first.cursor().unwrap();
        first.journal.note(&[execution(1), execution(2)]);
        first.journal.note(&[execution(1)]);
        let expected = HashSet::from([execution(1), execution(2)]);
        assert_eq!(first.unread(), (Some(expected.clone()), 3));
        let mut later = Reader::of(&first.journal);
        assert!(later.resume(&cursor));
        assert_eq!(later.unread(), (Some(expected), 3));

        // One that changes again and again drives out no other.
        for _ in 0..2 * MOST {
            first.journal.note(&[execution(3)]);
        }
        assert_eq!(first.unread().0.map(|changed| changed.len()), Some(3));
        for number in 0..=MOST {
            first.journal.note(&[execution(10 + number)]);
        }
        assert_eq!(first.unread().0, None);
        assert!(!later.resume(&cursor));

        let (_, head) = first.unread();
        first.advance(head);
        let cursor = first.cursor().unwrap();
        assert!(later.resume(&cursor));
        first.journal.note(&[]);
        assert!(!later.resume(&cursor), "something may have been missed");
        let of_another = format!("{}-0", Uuid::nil().simple());
        for strange in ["", "-1", "x-1", of_another.as_str()] {
            assert!(!later.resume(strange), "{strange}");
        }
    }
}
