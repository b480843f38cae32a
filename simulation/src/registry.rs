//! Who runs steps, and who of them is dead: by the store's clock, whatever the runners' own clocks say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use engine::Time;
use engine::ports::clock::Clock;
use engine::ports::runners::{RunnerInfo, RunnerRegistry};
use engine::ports::{PortError, PortResult};
use uuid::Uuid;

use crate::checks;
use crate::hand::Hand;
use crate::plant::Plant;
use crate::world::{World, lock};

#[derive(Debug, Default)]
pub(crate) struct VirtualRegistry {
    runners: BTreeMap<Uuid, Known>,
}

#[derive(Debug)]
struct Known {
    name: String,
    started_at: Time,
    last_seen: Time,
    /// The same by the true time, or long ago if its beats are said to have been lost.
    truly_seen: Time,
    dead: bool,
}

impl VirtualRegistry {
    pub(crate) fn living(&self) -> BTreeSet<Uuid> {
        let living = self.runners.iter().filter(|(_, known)| !known.dead);
        living.map(|(id, _)| *id).collect()
    }

    /// As if the last beats of a runner had been lost: the next one who looks calls it dead.
    pub(crate) fn lose_beats(&mut self, id: Uuid) {
        if let Some(known) = self.runners.get_mut(&id) {
            known.last_seen -= TimeDelta::minutes(10);
            known.truly_seen -= TimeDelta::minutes(10);
        }
    }

    fn register(&mut self, id: Uuid, name: &str, now: Time, truly: Time) -> bool {
        let known = self.runners.entry(id).or_insert_with(|| Known {
            name: name.to_owned(),
            started_at: now,
            last_seen: now,
            truly_seen: truly,
            dead: false,
        });
        (known.last_seen, known.truly_seen) = (now, truly);
        !known.dead
    }

    fn beat(&mut self, id: Uuid, now: Time, truly: Time) -> bool {
        let Some(known) = self.runners.get_mut(&id).filter(|known| !known.dead) else {
            return false;
        };
        (known.last_seen, known.truly_seen) = (now, truly);
        true
    }

    /// Declares dead whoever was not seen for a lease; each with how long it truly was not seen.
    fn bury(
        &mut self,
        lease: Duration,
        undertaker: Uuid,
        now: Time,
        truly: Time,
    ) -> Vec<(Uuid, TimeDelta)> {
        let lease = TimeDelta::from_std(lease).unwrap_or_default();
        let overdue = self.runners.iter_mut().filter(|(id, known)| {
            **id != undertaker && !known.dead && known.last_seen < now - lease
        });
        overdue
            .map(|(id, known)| {
                known.dead = true;
                (*id, truly - known.truly_seen)
            })
            .collect()
    }
}

/// The time that leases go by; a planted bug has the caller's own instead.
fn lease_clock(hand: &Hand, world: &World) -> Time {
    match world.plant {
        Some(Plant::WallClockLease) => hand.process.now(),
        _ => world.store_now(),
    }
}

#[async_trait]
impl RunnerRegistry for Hand {
    async fn register(&self, id: Uuid, name: &str) -> PortResult<()> {
        let registered = self
            .ask_anxiously("register", id, |world| {
                let (now, truly) = (lease_clock(self, world), world.now());
                lock(&world.registry).register(id, name, now, truly)
            })
            .await?;
        match registered {
            true => Ok(()),
            false => Err(PortError {
                doing: "register a runner",
                transient: false,
                source: "a runner with this id was declared dead".into(),
            }),
        }
    }

    async fn beat(&self, id: Uuid) -> PortResult<bool> {
        self.ask("beat", id, |world| {
            let (now, truly) = (lease_clock(self, world), world.now());
            lock(&world.registry).beat(id, now, truly)
        })
        .await
    }

    async fn bury(&self, lease: Duration, undertaker: Uuid) -> PortResult<Vec<Uuid>> {
        self.ask("bury", Uuid::nil(), |world| {
            if world.plant == Some(Plant::Undying) {
                return Vec::new();
            }
            let (now, truly) = (lease_clock(self, world), world.now());
            let buried = lock(&world.registry).bury(lease, undertaker, now, truly);
            for (id, silent) in &buried {
                world.note(self.process.number, "declares dead", *id, 0);
                checks::on_burial(world, *id, *silent, lease);
            }
            buried.into_iter().map(|(id, _)| id).collect()
        })
        .await
    }

    async fn forget(&self, id: Uuid) -> PortResult<()> {
        self.ask("forget", id, |world| {
            lock(&world.registry).runners.remove(&id);
        })
        .await
    }

    async fn alive(&self) -> PortResult<Vec<RunnerInfo>> {
        self.ask("alive", Uuid::nil(), |world| {
            let registry = lock(&world.registry);
            let living = registry.runners.iter().filter(|(_, known)| !known.dead);
            living
                .map(|(id, known)| RunnerInfo {
                    id: *id,
                    name: known.name.clone(),
                    started_at: known.started_at,
                    last_seen: known.last_seen,
                })
                .collect()
        })
        .await
    }
}
