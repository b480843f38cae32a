//! The processes of a world: runners and API servers are started, die, and are started again, as an orchestrator would.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::ports::launcher::Launcher;
use runner::{Collaborators, Options, RemoteLauncher, Runner, Tally};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::hand::Hand;
use crate::nodes;
use crate::process::Process;
use crate::world::{World, lock};

/// Where something can be asked of the world's processes.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) process: Arc<Process>,
    pub(crate) launcher: Arc<dyn Launcher>,
    pub(crate) hand: Hand,
    is_runner: bool,
    stop: Arc<Notify>,
}

pub(crate) struct Town {
    pub(crate) world: Arc<World>,
    doors: Mutex<Vec<Door>>,
    numbers: AtomicU32,
    options: Options,
}

impl Town {
    pub(crate) fn new(world: &Arc<World>) -> Arc<Self> {
        let mut options = Options::new("/nowhere/lathe-simulation".into());
        let mut dice = world.dice();
        options.max_steps = [2, 4, 64, 64][dice.below(4) as usize];
        options.max_executions = [4, 16, 1_024, 1_024][dice.below(4) as usize];
        options.longest_part = [1, 2, 5, 1_000][dice.below(4) as usize];
        options.drain = dice.millis(200, 5_000);
        // There are none in a world.
        options.schedules = false;
        options.history = false;
        drop(dice);
        Arc::new(Self {
            world: Arc::clone(world),
            doors: Mutex::default(),
            numbers: AtomicU32::new(1),
            options,
        })
    }

    pub(crate) fn lease(&self) -> Duration {
        self.options.lease
    }

    fn process(&self) -> Arc<Process> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        lock(&self.world.tally).processes += 1;
        self.world.note(number, "is started", Uuid::nil(), 0);
        Process::new(&self.world, number)
    }

    /// A process that is there now.
    pub(crate) fn any_door(&self, runner: bool) -> Option<Door> {
        let doors = lock(&self.doors);
        let open: Vec<&Door> = doors
            .iter()
            .filter(|door| door.is_runner == runner && !door.process.is_dead())
            .collect();
        self.world.dice().pick(&open).map(|door| Door::clone(door))
    }

    pub(crate) fn go_on(&self) {
        for door in lock(&self.doors).iter() {
            door.process.go_on();
        }
    }

    /// Keeps a runner going.
    pub(crate) async fn keep_runner(self: Arc<Self>) {
        loop {
            let process = self.process();
            let started = tokio::select! {
                biased;
                () = process.death() => None,
                started = Runner::start(collaborators(&process), self.options.clone()) => started.ok(),
            };
            if let Some(runner) = started {
                self.live(&process, runner).await;
            }
            process.kill();
            lock(&self.doors).retain(|door| !Arc::ptr_eq(&door.process, &process));
            self.rest().await;
        }
    }

    /// Until it dies, or has stopped as it was told to.
    async fn live(&self, process: &Arc<Process>, runner: Runner) {
        let door = Door {
            process: Arc::clone(process),
            launcher: runner.launcher(),
            hand: Hand::new(process),
            is_runner: true,
            stop: Arc::default(),
        };
        let stop = Arc::clone(&door.stop);
        lock(&self.doors).push(door);
        tokio::select! {
            biased;
            // With the runner its loops are dropped; what is left of it reaches nothing any more.
            () = process.death() => return,
            () = stop.notified() => {}
        }
        self.world
            .note(process.number, "is told to stop", Uuid::nil(), 0);
        lock(&self.doors).retain(|door| !Arc::ptr_eq(&door.process, process));
        tokio::select! {
            biased;
            () = process.death() => {}
            () = runner.stop() => {}
        }
    }

    /// Keeps an API server going, which only hands on.
    pub(crate) async fn keep_api(self: Arc<Self>) {
        loop {
            let process = self.process();
            let launcher = RemoteLauncher::new(collaborators(&process), self.options.clone());
            let door = Door {
                process: Arc::clone(&process),
                launcher: Arc::new(launcher),
                hand: Hand::new(&process),
                is_runner: false,
                stop: Arc::default(),
            };
            lock(&self.doors).push(door);
            process.death().await;
            lock(&self.doors).retain(|door| !Arc::ptr_eq(&door.process, &process));
            self.rest().await;
        }
    }

    /// An orchestrator needs a while to notice.
    async fn rest(&self) {
        let span = self.world.dice().millis(100, 4_000);
        tokio::time::sleep(span).await;
    }
}

impl Door {
    /// Asks a runner to stop in good order.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.notify_one();
    }
}

fn collaborators(process: &Arc<Process>) -> Collaborators {
    let hand = Arc::new(Hand::new(process));
    Collaborators {
        executions: hand.clone(),
        queue: hand.clone(),
        runners: hand.clone(),
        bus: hand.clone(),
        logs: hand.clone(),
        definitions: hand.clone(),
        schedules: hand.clone(),
        cache: hand.clone(),
        blobs: hand.clone(),
        files: hand.clone(),
        secrets: hand.clone(),
        happenings: hand.clone(),
        history: hand.clone(),
        tally: Tally::default(),
        variables: hand,
        catalog: Arc::new(nodes::catalog(Some(process))),
        clock: Arc::clone(process) as _,
    }
}
