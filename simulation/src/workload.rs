//! What people want of the world: they launch, cancel, pause, resume and answer, and try again when nobody answers them.

use std::sync::Arc;
use std::time::Duration;

use engine::execution::{Answer, Status};
use engine::ports::clock::Clock;
use engine::ports::definitions::Definition;
use engine::ports::executions::{ExecutionStore, KeptSignal};
use engine::ports::launcher::{Change, Launch, LaunchError};
use serde_json::json;
use uuid::Uuid;

use crate::checks;
use crate::dice::Dice;
use crate::documents::DEADLY;
use crate::town::Town;
use crate::world::lock;

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// One wish, and what its author does afterwards.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    definition: Arc<Definition>,
    at: Duration,
    key: Option<String>,
    wait: bool,
    at_runner: bool,
    meddles: Option<(Duration, Meddling)>,
}

#[derive(Debug, Clone, Copy)]
enum Meddling {
    Cancel,
    Pause,
    /// The same launch again, with the same key.
    Again,
}

impl Wish {
    pub(crate) fn drawn(
        dice: &mut Dice,
        definitions: &[Arc<Definition>],
        number: u64,
        within: Duration,
    ) -> Option<Self> {
        let definition = Arc::clone(dice.pick(definitions)?);
        // Launched anew because nobody answered, a workflow that kills would do so twice.
        let once = definition.document["label"] == DEADLY;
        let key = (dice.once_in(2) || once).then(|| format!("key-{number}"));
        let meddling = match dice.below(10) {
            0 | 1 => Some(Meddling::Cancel),
            2 | 3 => Some(Meddling::Pause),
            4 if key.is_some() => Some(Meddling::Again),
            _ => None,
        };
        Some(Self {
            definition,
            at: dice.millis(0, within.as_millis() as u64),
            key,
            wait: dice.once_in(2),
            at_runner: dice.once_in(2),
            meddles: meddling.map(|what| (dice.millis(0, 8_000), what)),
        })
    }

    /// Has it fulfilled, however long that takes.
    pub(crate) async fn pursue(self, town: Arc<Town>) {
        tokio::time::sleep(self.at).await;
        let id = self.launch(&town).await;
        let Some((after, what)) = self.meddles else {
            return;
        };
        tokio::time::sleep(after).await;
        match what {
            Meddling::Cancel => cancel(&town, id).await,
            Meddling::Pause => change(&town, id, pause()).await,
            Meddling::Again => {
                self.launch(&town).await;
            }
        }
    }

    /// Launches until somebody answers.
    async fn launch(&self, town: &Arc<Town>) -> Uuid {
        loop {
            let Some(door) = town.any_door(self.at_runner) else {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            };
            let launch = Launch {
                id: door.process.id(),
                definition: Arc::clone(&self.definition),
                inputs: json!({}),
                trigger: "api".to_owned(),
                started_by: None,
                idempotency_key: self.key.clone(),
                options: Default::default(),
                again: None,
                wait: self.wait,
            };
            let answer = async {
                let answer = door.launcher.launch(launch).await;
                door.process.acts().await;
                answer
            };
            match tokio::time::timeout(PATIENCE, answer).await {
                Ok(Ok(launched)) => {
                    town.world
                        .note(door.process.number, "answers a launch", launched.id, 0);
                    checks::on_answer(&town.world, launched.id, self.key.as_deref());
                    return launched.id;
                }
                Ok(Err(LaunchError::Invalid(problems))) => {
                    let what = format!("a launch was refused: {problems}");
                    town.world.violated("simulator", Uuid::nil(), what);
                    return Uuid::nil();
                }
                Ok(Err(_)) | Err(_) => tokio::time::sleep(Duration::from_millis(300)).await,
            }
        }
    }
}

fn pause() -> Change {
    let reason = "somebody wants to look".to_owned();
    Change::Pause { reason }
}

async fn cancel(town: &Town, id: Uuid) {
    let Some(door) = town.any_door(false) else {
        return;
    };
    let cancelled = door.launcher.cancel(id, "no longer wanted");
    let _ = tokio::time::timeout(PATIENCE, cancelled).await;
}

async fn change(town: &Town, id: Uuid, change: Change) {
    let Some(door) = town.any_door(false) else {
        return;
    };
    let _ = tokio::time::timeout(PATIENCE, door.launcher.change(id, change)).await;
}

/// Keeps signals for whoever comes to wait for them.
pub(crate) async fn send_signals(town: Arc<Town>) {
    loop {
        let span = town.world.dice().millis(500, 8_000);
        tokio::time::sleep(span).await;
        let Some(door) = town.any_door(false) else {
            continue;
        };
        let now = door.process.now();
        let signal = KeptSignal {
            id: door.process.id(),
            owner: Uuid::nil(),
            name: "go".to_owned(),
            key: None,
            answer: answer("signal"),
            sent_at: now,
            until: now + chrono::TimeDelta::seconds(30),
        };
        let _ = tokio::time::timeout(PATIENCE, door.hand.keep_signal(signal)).await;
    }
}

fn answer(via: &str) -> Answer {
    Answer {
        payload: json!({ "go": true }),
        approved: None,
        by: None,
        via: via.to_owned(),
    }
}

/// Somebody who looks after what waits for people: resumes what is paused, and answers what is asked.
pub(crate) async fn look_after(town: Arc<Town>) {
    let mut resumed = std::collections::BTreeMap::<Uuid, u32>::new();
    loop {
        let span = town.world.dice().millis(1_000, 5_000);
        tokio::time::sleep(span).await;
        let (paused, waits) = {
            let store = lock(&town.world.store);
            let paused = store
                .rows
                .iter()
                .filter(|(_, row)| row.status == Status::Paused);
            let paused: Vec<Uuid> = paused.map(|(id, _)| *id).collect();
            (paused, store.open_waits())
        };
        for id in paused {
            let times = resumed.entry(id).or_default();
            *times += 1;
            let reason = "go on".to_owned();
            match *times {
                1..=2 => change(&town, id, Change::Resume { reason }).await,
                _ => cancel(&town, id).await,
            }
        }
        for wait in waits {
            let (id, answer) = (wait.id, answer("api"));
            change(&town, wait.execution, Change::Answer { wait: id, answer }).await;
        }
    }
}
