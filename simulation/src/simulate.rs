//! One simulation from its seed: a world with trouble in it, then a time of rest, then the questions.

use std::sync::Arc;
use std::time::Duration;

use engine::Time;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::checks::{self, Violation};
use crate::definitions::VirtualDefinitions;
use crate::dice::Dice;
use crate::disturb;
use crate::documents::{Author, DEADLY};
use crate::nodes;
use crate::plant::Plant;
use crate::tally::Tally;
use crate::town::Town;
use crate::workload::{self, Wish};
use crate::world::{World, lock};

/// What one seed came to.
pub(crate) struct Simulated {
    pub(crate) seed: u64,
    pub(crate) hash: u64,
    pub(crate) entries: u64,
    pub(crate) tally: Tally,
    pub(crate) violations: Vec<Told>,
    pub(crate) virtual_time: Duration,
    /// The whole trace, where it was asked for.
    pub(crate) trace: Vec<String>,
}

/// A violation, with what led to it.
pub(crate) struct Told {
    pub(crate) violation: Violation,
    pub(crate) tail: Vec<String>,
    pub(crate) after: f64,
}

/// I7: whatever was accepted has this long after a lease.
const GRACE: Duration = Duration::from_secs(60);

/// No world is looked at for longer once its trouble is over.
const LONGEST: Duration = Duration::from_secs(600);

/// How much of a trace is told with a violation.
const TAIL: usize = 40;

pub(crate) fn simulate(
    seed: u64,
    plant: Option<Plant>,
    traced: bool,
) -> std::io::Result<Simulated> {
    // One thread and a clock that jumps: nothing but the seed decides what happens when.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let simulated = runtime.block_on(live(seed, plant, traced));
    Ok(simulated)
}

async fn live(seed: u64, plant: Option<Plant>, traced: bool) -> Simulated {
    let started = tokio::time::Instant::now();
    let mut dice = Dice::new(seed);
    let catalog = nodes::catalog(None);
    let (mut definitions, mut refused) = (VirtualDefinitions::default(), Vec::new());
    {
        let (count, with_death) = (dice.between(1, 4), dice.once_in(5));
        let mut author = Author::new(&mut dice);
        let mut documents: Vec<_> = (0..count).map(|_| author.workflow()).collect();
        if with_death {
            documents.push(author.deadly());
        }
        for document in documents {
            if let Err(problems) = definitions.add(document.clone(), &catalog) {
                refused.push(format!("{problems}: {document}"));
            }
        }
    }
    let world = World::new(plant, dice, definitions);
    for what in refused {
        world.violated("simulator", Uuid::nil(), what);
    }
    let town = Town::new(&world);
    go_through_trouble(&town).await;
    let violations = world.violations();
    let told = violations
        .into_iter()
        .map(|violation| tell(&world, violation));
    let violations = told.collect();
    let trace = match traced {
        true => world.trace().tail(None, usize::MAX, World::beginning()),
        false => Vec::new(),
    };
    let (hash, entries) = {
        let trace = world.trace();
        (trace.hash(), trace.count())
    };
    let tally = lock(&world.tally).clone();
    Simulated {
        seed,
        hash,
        entries,
        tally,
        violations,
        virtual_time: started.elapsed(),
        trace,
    }
}

async fn go_through_trouble(town: &Arc<Town>) {
    let world = Arc::clone(&town.world);
    let mut processes = JoinSet::new();
    let (runners, servers, trouble, wishes) = {
        let mut dice = world.dice();
        (
            dice.between(1, 4),
            dice.between(1, 2),
            dice.millis(3_000, 40_000),
            dice.between(1, 10),
        )
    };
    for _ in 0..runners {
        processes.spawn(Arc::clone(town).keep_runner());
    }
    for _ in 0..servers {
        processes.spawn(Arc::clone(town).keep_api());
    }
    processes.spawn(workload::look_after(Arc::clone(town)));
    processes.spawn(workload::send_signals(Arc::clone(town)));
    let mut people = JoinSet::new();
    let definitions: Vec<_> = world.definitions.all().cloned().collect();
    let (usual, deadly): (Vec<_>, Vec<_>) = definitions
        .into_iter()
        .partition(|definition| definition.document["label"] != DEADLY);
    let usual = (0..wishes).map(|number| (&usual, number));
    let deadly = deadly.first().map(|_| (&deadly, wishes));
    for (among, number) in usual.chain(deadly) {
        let wish = Wish::drawn(&mut world.dice(), among, number, trouble);
        if let Some(wish) = wish {
            people.spawn(wish.pursue(Arc::clone(town)));
        }
    }
    let disturbing = tokio::spawn(disturb::disturb(Arc::clone(town)));
    tokio::time::sleep(trouble).await;
    disturbing.abort();
    disturb::end(town);
    rest(&world, town, &mut people).await;
    if processes.try_join_next().is_some() {
        world.violated(
            "simulator",
            Uuid::nil(),
            "a part of the simulator ended".to_owned(),
        );
    }
}

/// Waits until everything has ended, or should have.
async fn rest(world: &World, town: &Town, people: &mut JoinSet<()>) {
    let grace = town.lease() + GRACE;
    let mut deadline = tokio::time::Instant::now() + grace;
    let latest = tokio::time::Instant::now() + LONGEST;
    let mut progress = (0, 0);
    loop {
        // Waits, steps that take their time, limits and a runner's capacity let a world that is well go on for long. So
        // time is counted from the last step that came to its end for the first time: of these there is an end, and what
        // hangs or turns in a circle adds none. That a step takes its runner with it is trouble.
        let so_far = (lock(&world.store).ends(), lock(&world.tally).killed);
        if so_far != progress {
            deadline = latest.min(tokio::time::Instant::now() + grace);
        }
        progress = so_far;
        while let Some(gone) = people.try_join_next() {
            if gone.is_err() {
                let what = "somebody in the simulation panicked".to_owned();
                world.violated("simulator", Uuid::nil(), what);
            }
        }
        let done = people.is_empty()
            && lock(&world.store)
                .rows
                .values()
                .all(|row| row.status.is_terminal());
        if done || world.has_violations() || tokio::time::Instant::now() >= deadline {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    if !world.has_violations() {
        checks::on_rest(world, grace);
    }
    let ids: Vec<Uuid> = lock(&world.store).rows.keys().copied().collect();
    for id in ids {
        checks::on_replay(world, id);
    }
}

fn tell(world: &World, violation: Violation) -> Told {
    let about = Some(violation.execution).filter(|id| !id.is_nil());
    let tail = world.trace().tail(about, TAIL, World::beginning());
    let since = |at: Time| (at - World::beginning()).num_milliseconds() as f64 / 1e3;
    Told {
        after: since(violation.at),
        violation,
        tail,
    }
}
