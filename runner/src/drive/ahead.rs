//! A long chain of pure steps is recorded in parts, and goes on while a part is being recorded: one commit is under way
//! at most, and nothing of what was computed meanwhile leaves this task before that is durable.

use std::sync::Arc;

use engine::ports::executions::{Commit, Committed, ExecutionStore};
use tokio_util::task::AbortOnDropHandle;

use super::commit::patiently;
use super::{Batch, Drive, Interrupted};

/// A part that is being recorded.
pub(super) struct Ahead {
    pub(super) batch: Batch,
    seq: u64,
    frontier: String,
    sent: AbortOnDropHandle<Result<Committed, Interrupted>>,
}

impl Drive {
    /// Whether nothing but this chain is under way, so that it may go on before it is recorded.
    pub(super) fn may_go_ahead(&self) -> bool {
        let alone = self.starts.is_empty() && self.tasks.is_empty();
        alone && self.version > 0 && !self.cautious && !self.execution.status.is_terminal()
    }

    /// Sends what happened since the last part, once that is recorded.
    pub(super) async fn commit_ahead(&mut self) -> Result<(), Interrupted> {
        self.catch_up().await?;
        // Another state may have been taken, and may have ended with what is to be recorded now.
        if !self.may_go_ahead() || !self.batch.changes_something() {
            return Ok(());
        }
        let commit = self.next_commit(None)?;
        let store = Arc::clone(&self.shared.ports.executions);
        self.ahead = Some(Ahead {
            batch: std::mem::take(&mut self.batch),
            seq: commit.seq,
            frontier: commit.frontier.clone(),
            sent: AbortOnDropHandle::new(tokio::spawn(send(store, commit))),
        });
        Ok(())
    }

    /// Waits until the part under way is recorded. If somebody else committed first, takes their state, and what came
    /// after that part is concluded anew with it; says whether that happened.
    pub(super) async fn catch_up(&mut self) -> Result<bool, Interrupted> {
        let Some(ahead) = self.ahead.take() else {
            return Ok(false);
        };
        let Ahead {
            batch,
            seq,
            frontier,
            sent,
        } = ahead;
        let unforeseen = |_| Interrupted::Unusable("a commit failed in an unforeseen way".into());
        let version = match sent.await.map_err(unforeseen)?? {
            Committed::Done { version } => version,
            Committed::Conflict | Committed::Duplicate { .. } => {
                let loaded = self.load_again().await?;
                if !self.is_what_was_sent(&loaded, seq, &frontier) {
                    let later = std::mem::replace(&mut self.batch, batch);
                    self.batch.append(later);
                    self.reapply(loaded).await?;
                    return Ok(true);
                }
                loaded.version
            }
        };
        self.version = version;
        self.wakes_too_soon = false;
        self.acknowledge_what_was_done();
        self.tell(batch, false).await;
        Ok(false)
    }
}

async fn send(store: Arc<dyn ExecutionStore>, commit: Commit) -> Result<Committed, Interrupted> {
    patiently(commit.id, || async {
        Ok(store.commit(commit.clone()).await?)
    })
    .await
}
