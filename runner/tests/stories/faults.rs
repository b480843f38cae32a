//! A store that can be told to refuse commits, or to panic in them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use engine::ports::executions::{
    Commit, Committed, ExecutionResult, ExecutionStore, Glimpse, Loaded,
};
use engine::ports::{PortError, PortResult};
use uuid::Uuid;

#[derive(Clone, Copy)]
pub(crate) enum Mood {
    Well,
    Refuses,
    Panics,
}

pub(crate) struct MoodyStore {
    inner: Arc<dyn ExecutionStore>,
    mood: AtomicU8,
}

impl MoodyStore {
    pub(crate) fn new(inner: Arc<dyn ExecutionStore>) -> Arc<Self> {
        let mood = AtomicU8::new(Mood::Well as u8);
        Arc::new(Self { inner, mood })
    }

    /// The mood of the next commit; after that one all is well again.
    pub(crate) fn next(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
    }
}

#[async_trait]
impl ExecutionStore for MoodyStore {
    async fn commit(&self, commit: Commit) -> PortResult<Committed> {
        match self.mood.swap(Mood::Well as u8, Ordering::SeqCst) {
            mood if mood == Mood::Refuses as u8 => Err(PortError {
                doing: "commit",
                transient: false,
                source: "no".into(),
            }),
            mood if mood == Mood::Panics as u8 => panic!("on purpose"),
            _ => self.inner.commit(commit).await,
        }
    }

    async fn load(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        self.inner.load(id).await
    }

    async fn glimpse(&self, ids: &[Uuid]) -> PortResult<Vec<Glimpse>> {
        self.inner.glimpse(ids).await
    }

    async fn due(&self, limit: usize, lease: Duration) -> PortResult<Vec<Uuid>> {
        self.inner.due(limit, lease).await
    }

    async fn wake_all(&self) -> PortResult<u64> {
        self.inner.wake_all().await
    }

    async fn held_by(&self, runners: &[Uuid], limit: usize) -> PortResult<Vec<Uuid>> {
        self.inner.held_by(runners, limit).await
    }

    async fn result(&self, id: Uuid) -> PortResult<Option<ExecutionResult>> {
        self.inner.result(id).await
    }
}
