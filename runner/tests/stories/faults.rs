//! A store that can be told to refuse a commit, to panic in it, to lose its answer, or to hang.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::ports::executions::{
    Commit, Committed, Due, ExecutionResult, ExecutionStore, Glimpse, KeptSignal, LetIn, Loaded,
    Meeting, Stray, WaitFilter, Waiting,
};
use engine::ports::{PortError, PortResult};
use tokio::sync::Notify;
use uuid::Uuid;

#[derive(Clone, Copy)]
pub(crate) enum Mood {
    Refuses,
    Panics,
    /// Records the commit, and says that it could not be reached.
    LosesAnswer,
    /// Never answers.
    Hangs,
}

pub(crate) struct MoodyStore {
    inner: Arc<dyn ExecutionStore>,
    /// So many commits go well before the one that meets the mood.
    mood: Mutex<Option<(usize, Mood)>>,
    commits: AtomicUsize,
    hangs: Notify,
}

impl MoodyStore {
    pub(crate) fn new(inner: Arc<dyn ExecutionStore>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            mood: Mutex::new(None),
            commits: AtomicUsize::new(0),
            hangs: Notify::new(),
        })
    }

    /// The mood of the next commit; after that one all is well again.
    pub(crate) fn next(&self, mood: Mood) {
        self.later(0, mood);
    }

    /// The mood of the commit after so many others.
    pub(crate) fn later(&self, after: usize, mood: Mood) {
        *self.mood.lock().unwrap() = Some((after, mood));
    }

    /// Resolves once a commit hangs.
    pub(crate) async fn hangs(&self) {
        self.hangs.notified().await;
    }

    /// Whether no mood is to come any more.
    pub(crate) fn is_well(&self) -> bool {
        self.mood.lock().unwrap().is_none()
    }

    /// How many commits were asked for.
    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    fn mood_now(&self) -> Option<Mood> {
        let mut mood = self.mood.lock().unwrap();
        match &mut *mood {
            Some((0, _)) => mood.take().map(|(_, mood)| mood),
            Some((after, _)) => {
                *after -= 1;
                None
            }
            None => None,
        }
    }
}

fn trouble(transient: bool) -> PortError {
    PortError {
        doing: "commit",
        transient,
        source: "out of sorts".into(),
    }
}

#[async_trait]
impl ExecutionStore for MoodyStore {
    async fn commit(&self, commit: Commit) -> PortResult<Committed> {
        self.commits.fetch_add(1, Ordering::SeqCst);
        match self.mood_now() {
            Some(Mood::Refuses) => Err(trouble(false)),
            Some(Mood::Panics) => panic!("on purpose"),
            Some(Mood::LosesAnswer) => {
                self.inner.commit(commit).await?;
                Err(trouble(true))
            }
            Some(Mood::Hangs) => {
                self.hangs.notify_one();
                std::future::pending().await
            }
            None => self.inner.commit(commit).await,
        }
    }

    async fn load(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        self.inner.load(id).await
    }

    async fn load_bare(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        self.inner.load_bare(id).await
    }

    async fn glimpse(&self, ids: &[Uuid]) -> PortResult<Vec<Glimpse>> {
        self.inner.glimpse(ids).await
    }

    async fn due(&self, limit: usize, lease: Duration) -> PortResult<Vec<Due>> {
        self.inner.due(limit, lease).await
    }

    async fn wake_all(&self) -> PortResult<u64> {
        self.inner.wake_all().await
    }

    async fn strays(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Stray>> {
        self.inner.strays(after, limit).await
    }

    async fn orphans(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Uuid>> {
        self.inner.orphans(after, limit).await
    }

    async fn let_in(&self, workflow: Uuid) -> PortResult<LetIn> {
        self.inner.let_in(workflow).await
    }

    async fn gated(&self) -> PortResult<Vec<Uuid>> {
        self.inner.gated().await
    }

    async fn release_key(&self, execution: Uuid, before: Time) -> PortResult<bool> {
        self.inner.release_key(execution, before).await
    }

    async fn prune(&self, limit: usize) -> PortResult<Vec<Uuid>> {
        self.inner.prune(limit).await
    }

    async fn waiting(&self, filter: &WaitFilter, limit: usize) -> PortResult<Vec<Waiting>> {
        self.inner.waiting(filter, limit).await
    }

    async fn keep_signal(&self, signal: KeptSignal) -> PortResult<()> {
        self.inner.keep_signal(signal).await
    }

    async fn meet(&self) -> PortResult<Vec<Meeting>> {
        self.inner.meet().await
    }

    async fn refuse_signal(&self, signal: Uuid) -> PortResult<()> {
        self.inner.refuse_signal(signal).await
    }

    async fn result(&self, id: Uuid) -> PortResult<Option<ExecutionResult>> {
        self.inner.result(id).await
    }
}
