//! The virtual store beside a real one: the same random calls get the same answers.

#![allow(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should stop there"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::Time;
use engine::document::Strategy;
use engine::execution::{Answer, Event, EventKind, OpenWait, Status, StepRecord, StepStatus};
use engine::node::Await;
use engine::plan::{Admission, Places};
use engine::ports::executions::{
    Accepted, Commit, Committed, ExecutionStore, KeptSignal, Parent, WaitFilter,
};
use engine::ports::runners::RunnerRegistry;
use serde_json::json;
use store::{Config, Store};
use uuid::{Builder, Uuid};

use super::VirtualStore;
use crate::definitions::VirtualDefinitions;
use crate::dice::Dice;
use crate::world::World;

struct Pair {
    real: Store,
    virtual_one: VirtualStore,
    world: Arc<World>,
    dice: Dice,
    ids: Vec<Uuid>,
    waits: Vec<Uuid>,
    runners: Vec<Uuid>,
    made: u64,
}

/// Whole microseconds, some time ago.
fn moment(dice: &mut Dice) -> Time {
    let past = Utc::now() - TimeDelta::seconds(dice.between(10, 100_000).cast_signed());
    Time::from_timestamp_micros(past.timestamp_micros()).unwrap()
}

impl Pair {
    fn id(&mut self) -> Uuid {
        self.made += 1;
        let mut chance = [0; 10];
        chance[1..9].copy_from_slice(&self.made.to_be_bytes());
        Builder::from_unix_timestamp_millis(1_700_000_000_000 + self.made, &chance).into_uuid()
    }

    fn birth(&mut self, parent: Option<Uuid>) -> Commit {
        let id = self.id();
        let workflow_id = Uuid::from_u128(u128::from(self.dice.between(1, 2)));
        let strategy = [Strategy::Queue, Strategy::DropNew, Strategy::CancelOld];
        let gate = self.dice.once_in(3).then(|| Admission {
            concurrency: Some(Places {
                key: "k".to_owned(),
                limit: 1,
                strategy: *self.dice.pick(&strategy).unwrap(),
            }),
            ..Admission::default()
        });
        let key = self
            .dice
            .once_in(3)
            .then(|| format!("key-{}", self.dice.below(4)));
        let accepted = Accepted {
            id,
            workflow_id,
            workflow_name: "w".to_owned(),
            workflow_version: 1,
            inputs: json!({}),
            options: Default::default(),
            gate,
            rerun: None,
            trigger: "api".to_owned(),
            parent: parent.map(|execution| Parent {
                execution,
                step: "call".to_owned(),
            }),
            idempotency_key: key,
            created_at: moment(&mut self.dice),
        };
        self.ids.push(id);
        self.fill(id, 0, 0, Some(accepted))
    }

    fn fill(&mut self, id: Uuid, version: u64, seq: u64, accepted: Option<Accepted>) -> Commit {
        let dice = &mut self.dice;
        let status = [
            Status::Running,
            Status::Running,
            Status::Running,
            Status::Paused,
            Status::CleaningUp,
            Status::Succeeded,
        ];
        let status = *dice.pick(&status).unwrap();
        let runners: BTreeSet<Uuid> = (0..dice.below(3))
            .filter_map(|_| dice.pick(&self.runners).copied())
            .collect();
        let steps = (0..dice.below(2)).map(|_| StepRecord {
            path: format!("s{}", dice.below(3)).into(),
            attempt: dice.between(1, 3) as u32,
            node: "s".into(),
            kind: "sim.act",
            status: StepStatus::Succeeded,
            input: None,
            output: Some(Arc::new(json!({ "n": dice.below(9) }))),
            error: None,
            port: None,
            reason: None,
            runner: None,
            started_at: moment(dice),
            finished_at: moment(dice),
        });
        let steps = steps.collect();
        let wake_at = dice.once_in(2).then(|| {
            moment(dice) + TimeDelta::seconds(if dice.once_in(2) { 0 } else { 1_000_000 })
        });
        let mut waits = Vec::new();
        if self.dice.once_in(4) {
            let wait = OpenWait {
                id: self.id(),
                path: "ask".into(),
                request: Await {
                    signal: Some("go".to_owned()),
                    ..Await::default()
                },
                since: moment(&mut self.dice),
                until: None,
            };
            self.waits.push(wait.id);
            waits.push(wait);
        }
        let over = self.dice.pick(&self.waits).copied();
        let waits_over = over.filter(|_| self.dice.once_in(6)).into_iter().collect();
        Commit {
            id,
            expected_version: version,
            accepted,
            frontier: format!("{{\"v\":1,\"n\":{}}}", self.dice.below(1_000)),
            status,
            seq: seq + 1,
            wake_at,
            holders: if status.is_terminal() {
                Vec::new()
            } else {
                runners.into_iter().collect()
            },
            started_at: None,
            finished_at: status.is_terminal().then(|| moment(&mut self.dice)),
            output: status.is_terminal().then(|| json!({ "out": 1 })),
            error: None,
            expires_at: None,
            steps,
            waits,
            waits_over,
            signals_over: Vec::new(),
            events: vec![Event {
                seq: seq + 1,
                at: moment(&mut self.dice),
                kind: EventKind::Running,
            }],
            place_passes_to: None,
            spawned: Vec::new(),
        }
    }

    async fn commit(&mut self) {
        let known = self
            .dice
            .pick(&self.ids)
            .copied()
            .filter(|_| !self.dice.once_in(3));
        let row = known.and_then(|id| Some((id, self.virtual_one.rows.get(&id)?)));
        let mut commit = match row.map(|(id, row)| (id, row.version, row.seq)) {
            Some((id, version, seq)) => {
                let stale = self.dice.once_in(4);
                self.fill(id, version - u64::from(stale && version > 1), seq, None)
            }
            None => self.birth(None),
        };
        if self.dice.once_in(5) {
            let child = self.birth(Some(commit.id));
            commit.spawned.push(Commit {
                accepted: child.accepted.map(|accepted| Accepted {
                    idempotency_key: None,
                    ..accepted
                }),
                waits: Vec::new(),
                ..child
            });
        }
        let real = self.real.commit(commit.clone()).await;
        let ours = self.virtual_one.commit(&self.world, 0, commit);
        let plain =
            |answer: engine::ports::PortResult<Committed>| answer.map_err(|error| error.transient);
        assert_eq!(plain(ours), plain(real));
    }

    async fn ask(&mut self) {
        let now = Utc::now();
        match self.dice.below(10) {
            0 => {
                let hour = Duration::from_secs(3_600);
                let limit = self.dice.between(1, 5) as usize;
                assert_eq!(
                    self.virtual_one.due(now, limit, hour),
                    self.real.due(limit, hour).await.unwrap()
                );
            }
            1 => assert_eq!(
                self.virtual_one.wake_all(now),
                self.real.wake_all().await.unwrap()
            ),
            2 => {
                let living = self.runners[..2].iter().copied().collect();
                let after = self
                    .dice
                    .pick(&self.ids)
                    .copied()
                    .filter(|_| self.dice.once_in(2));
                let ours = self.virtual_one.strays(&living, after, 4);
                assert_eq!(ours, self.real.strays(after, 4).await.unwrap());
            }
            3 => assert_eq!(
                self.virtual_one.orphans(4),
                self.real.orphans(4).await.unwrap()
            ),
            5 => {
                let signal = KeptSignal {
                    id: self.id(),
                    name: "go".to_owned(),
                    key: None,
                    answer: Answer {
                        payload: json!(1),
                        approved: None,
                        by: None,
                        via: "signal".to_owned(),
                    },
                    sent_at: moment(&mut self.dice),
                    until: now + TimeDelta::hours(1),
                };
                self.real.keep_signal(signal.clone()).await.unwrap();
                self.virtual_one.keep_signal(signal);
            }
            6 => {
                let filter = WaitFilter::Signal {
                    name: "go".to_owned(),
                    key: None,
                };
                assert_eq!(
                    self.virtual_one.waiting(&filter, 3),
                    self.real.waiting(&filter, 3).await.unwrap()
                );
            }
            7 => {
                let workflow = Uuid::from_u128(u128::from(self.dice.between(1, 2)));
                let ours = self.virtual_one.let_in(workflow, now);
                assert_eq!(ours, self.real.let_in(workflow).await.unwrap());
            }
            _ => {
                let Some(id) = self.dice.pick(&self.ids).copied() else {
                    return;
                };
                assert_eq!(self.virtual_one.load(id), self.real.load(id).await.unwrap());
                assert_eq!(
                    self.virtual_one.result(id),
                    self.real.result(id).await.unwrap()
                );
                assert_eq!(
                    self.virtual_one.glimpse(&[id]),
                    self.real.glimpse(&[id]).await.unwrap()
                );
            }
        }
    }
}

#[tokio::test]
async fn the_same_calls_get_the_same_answers() {
    for seed in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let real = Store::open(&Config::sqlite(folder.path().join("lathe.db")))
            .await
            .unwrap();
        real.migrate().await.unwrap();
        let mut pair = Pair {
            real,
            virtual_one: VirtualStore::default(),
            world: World::new(None, Dice::new(seed), VirtualDefinitions::default()),
            dice: Dice::new(seed),
            ids: Vec::new(),
            waits: Vec::new(),
            runners: Vec::new(),
            made: 0,
        };
        pair.runners = (0..3).map(|_| pair.id()).collect();
        for runner in &pair.runners[..2] {
            pair.real.register(*runner, "living").await.unwrap();
        }
        for _ in 0..250 {
            if pair.dice.once_in(2) {
                pair.commit().await;
            } else {
                pair.ask().await;
            }
        }
    }
}
