//! The store as a process reaches it: over a network on which calls fail, get lost and arrive late.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::ports::PortResult;
use engine::ports::executions::{
    Commit, Committed, Due, ExecutionResult, ExecutionStore, Glimpse, KeptSignal, LetIn, Loaded,
    Meeting, Stray, WaitFilter, Waiting,
};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::faults::{Fault, Service};
use crate::hand::{Call, Hand, away, pass};
use crate::plant::Plant;
use crate::world::lock;

#[async_trait]
impl ExecutionStore for Hand {
    /// A commit is on its way by itself: it arrives though its writer died, and perhaps long after.
    async fn commit(&self, commit: Commit) -> PortResult<Committed> {
        let call = Call {
            service: Service::Store,
            what: "commit",
            about: commit.id,
            matters: true,
        };
        let course = self.depart(call).await?;
        let world = Arc::clone(self.world());
        let is_away = lock(&world.faults).is_away(Service::Store);
        if course.fails || is_away {
            if course.fails {
                self.count(Fault::CallFailed, call);
            }
            return Err(self.fail(call, course).await);
        }
        let (id, by) = (commit.id, self.process.number);
        if world.plant == Some(Plant::EarlyAnswer) {
            return Ok(self.answer_early(commit).await);
        }
        let late = course.arrives_after;
        let (sender, receiver) = oneshot::channel();
        let arriving = Arc::clone(&world);
        tokio::spawn(async move {
            pass(late.unwrap_or_default()).await;
            let answer = lock(&arriving.store).commit(&arriving, by, commit);
            // Whoever asked may be dead, or believe that it failed.
            let _ = sender.send(answer);
        });
        if late.is_some() {
            self.count(Fault::LateArrival, call);
            return Err(self.fail(call, course).await);
        }
        let answer = receiver.await.unwrap_or_else(|_| Err(away(call.what)))?;
        self.arrive(call, course).await?;
        if matches!(answer, Committed::Done { .. }) {
            lock(&world.ledger).looked(by, id);
        }
        Ok(answer)
    }

    async fn load(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        let by = self.process.number;
        self.ask_anxiously("load", id, |world| {
            lock(&world.ledger).looked(by, id);
            lock(&world.store).load(id)
        })
        .await
    }

    async fn load_bare(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        self.ask("load_bare", id, |world| lock(&world.store).load_bare(id))
            .await
    }

    async fn glimpse(&self, ids: &[Uuid]) -> PortResult<Vec<Glimpse>> {
        let by = self.process.number;
        self.ask("glimpse", Uuid::nil(), |world| {
            for id in ids {
                lock(&world.ledger).looked(by, *id);
            }
            lock(&world.store).glimpse(ids)
        })
        .await
    }

    async fn due(&self, limit: usize, lease: Duration) -> PortResult<Vec<Due>> {
        self.ask("due", Uuid::nil(), |world| {
            lock(&world.store).due(world.store_now(), limit, lease)
        })
        .await
    }

    async fn wake_all(&self) -> PortResult<u64> {
        self.ask_anxiously("wake_all", Uuid::nil(), |world| {
            lock(&world.store).wake_all(world.store_now())
        })
        .await
    }

    async fn strays(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Stray>> {
        self.ask("strays", Uuid::nil(), |world| {
            let living = lock(&world.registry).living();
            lock(&world.store).strays(&living, after, limit)
        })
        .await
    }

    async fn orphans(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Uuid>> {
        self.ask("orphans", Uuid::nil(), |world| {
            lock(&world.store).orphans(after, limit)
        })
        .await
    }

    async fn let_in(&self, workflow: Uuid) -> PortResult<LetIn> {
        self.ask_anxiously("let_in", workflow, |world| {
            lock(&world.store).let_in(workflow, world.store_now())
        })
        .await
    }

    async fn gated(&self) -> PortResult<Vec<Uuid>> {
        self.ask("gated", Uuid::nil(), |world| {
            lock(&world.store).gated(world.store_now())
        })
        .await
    }

    async fn release_key(&self, execution: Uuid, before: Time) -> PortResult<bool> {
        self.ask("release_key", execution, |world| {
            lock(&world.store).release_key(execution, before)
        })
        .await
    }

    /// Nothing in the simulated workflows expires.
    async fn prune(&self, _limit: usize) -> PortResult<Vec<Uuid>> {
        Ok(Vec::new())
    }

    async fn waiting(&self, filter: &WaitFilter, limit: usize) -> PortResult<Vec<Waiting>> {
        self.ask("waiting", Uuid::nil(), |world| {
            lock(&world.store).waiting(filter, limit)
        })
        .await
    }

    async fn keep_signal(&self, signal: KeptSignal) -> PortResult<()> {
        self.ask_anxiously("keep_signal", signal.id, |world| {
            lock(&world.store).keep_signal(signal);
        })
        .await
    }

    async fn meet(&self) -> PortResult<Vec<Meeting>> {
        self.ask("meet", Uuid::nil(), |world| {
            lock(&world.store).meet(world.store_now())
        })
        .await
    }

    async fn refuse_signal(&self, signal: Uuid) -> PortResult<()> {
        self.ask_anxiously("refuse_signal", signal, |world| {
            lock(&world.store).refuse_signal(signal);
        })
        .await
    }

    async fn result(&self, id: Uuid) -> PortResult<Option<ExecutionResult>> {
        self.ask("result", id, |world| lock(&world.store).result(id))
            .await
    }
}

impl Hand {
    /// For a planted bug: the answer comes before anything is durable, and what its writer's death interrupts is gone.
    async fn answer_early(&self, commit: Commit) -> Committed {
        let (world, process) = (Arc::clone(self.world()), Arc::clone(&self.process));
        let version = commit.expected_version + 1;
        let delay = world.dice().millis(1, 40);
        tokio::spawn(async move {
            pass(delay).await;
            if !process.is_dead() {
                // The answer was given; this one is for nobody.
                let _ = lock(&world.store).commit(&world, process.number, commit);
            }
        });
        Committed::Done { version }
    }
}
