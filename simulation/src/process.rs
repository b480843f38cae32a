//! A process of the simulated world: it can be killed and stopped for a while, and its wall clock is wrong.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use engine::Time;
use engine::ports::clock::Clock;
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::{Builder, Uuid};

use crate::world::{World, lock};

pub(crate) struct Process {
    pub(crate) world: Arc<World>,
    pub(crate) number: u32,
    /// How far its wall clock is off.
    skew: TimeDelta,
    dead: AtomicBool,
    died: Notify,
    stopped_until: Mutex<Option<Instant>>,
    last: Mutex<Option<Time>>,
    ids: AtomicU64,
}

impl Process {
    pub(crate) fn new(world: &Arc<World>, number: u32) -> Arc<Self> {
        let most = lock(&world.faults).skew;
        let skew = world.dice().below(2 * most + 1).cast_signed() - most.cast_signed();
        Arc::new(Self {
            world: Arc::clone(world),
            number,
            skew: TimeDelta::milliseconds(skew),
            dead: AtomicBool::new(false),
            died: Notify::new(),
            stopped_until: Mutex::default(),
            last: Mutex::default(),
            ids: AtomicU64::new(0),
        })
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// From now on nothing of it reaches the world.
    pub(crate) fn kill(&self) {
        if !self.dead.swap(true, Ordering::Relaxed) {
            self.world.note(self.number, "is killed", Uuid::nil(), 0);
            lock(&self.world.tally).killed += 1;
            self.died.notify_waiters();
        }
    }

    /// Resolves once it is dead.
    pub(crate) async fn death(&self) {
        loop {
            let died = self.died.notified();
            if self.is_dead() {
                return;
            }
            died.await;
        }
    }

    /// As a SIGSTOP does: for so long nothing of it reaches the world, and then it goes on as if nothing had been.
    pub(crate) fn stop_for(&self, span: Duration) {
        self.world.note(
            self.number,
            "is stopped",
            Uuid::nil(),
            span.as_millis() as u64,
        );
        let until = Instant::now() + span;
        let mut stopped = lock(&self.stopped_until);
        *stopped = (*stopped).max(Some(until));
    }

    pub(crate) fn go_on(&self) {
        *lock(&self.stopped_until) = None;
    }

    /// Resolves when this process may act: not while it is stopped, and never once it is dead.
    pub(crate) async fn acts(&self) {
        loop {
            if self.is_dead() {
                std::future::pending::<()>().await;
            }
            let until = *lock(&self.stopped_until);
            match until.filter(|until| *until > Instant::now()) {
                // Looked at again and again, since somebody may let it go on before its time.
                Some(until) => {
                    let step = Instant::now() + Duration::from_millis(500);
                    tokio::time::sleep_until(until.min(step)).await;
                }
                None => return,
            }
        }
    }
}

impl Clock for Process {
    /// Every moment is later than the one before, as it is on a real machine.
    fn now(&self) -> Time {
        let mut last = lock(&self.last);
        let wall = self.world.now() + self.skew;
        let now = last.map_or(wall, |last| wall.max(last + TimeDelta::microseconds(1)));
        *last = Some(now);
        now
    }

    fn id(&self) -> Uuid {
        let millis = self.now().timestamp_millis().cast_unsigned();
        let mut chance = [0; 10];
        let count = self.ids.fetch_add(1, Ordering::Relaxed);
        // In the order in which they were made, also within a millisecond; no two processes make the same.
        // Version and variant take the first bits of the first and the third byte.
        chance[1] = (count >> 14) as u8;
        chance[2] = ((count >> 8) & 0x3f) as u8;
        chance[3] = count as u8;
        chance[4..8].copy_from_slice(&self.number.to_be_bytes());
        Builder::from_unix_timestamp_millis(millis, &chance).into_uuid()
    }
}
