//! Disturbances that come by themselves, between the calls: somebody is killed, stopped, forgotten or out of reach.

use std::sync::Arc;

use tokio::time::Instant;
use uuid::Uuid;

use crate::faults::Fault;
use crate::town::Town;
use crate::world::{World, lock};

/// Goes on until it is dropped.
pub(crate) async fn disturb(town: Arc<Town>) {
    let world = Arc::clone(&town.world);
    loop {
        let (mean, among) = {
            let faults = lock(&world.faults);
            (faults.disturbance, faults.disturbs.clone())
        };
        let span = world.dice().millis(10, 2 * mean);
        tokio::time::sleep(span).await;
        let fault = world.dice().pick(&among).copied();
        if let Some(fault) = fault {
            happen(&world, &town, fault);
        }
    }
}

fn happen(world: &World, town: &Town, fault: Fault) {
    // Runners have more to lose than the servers that only hand on.
    let runner = !world.dice().once_in(4);
    let door = town.any_door(runner);
    lock(&world.tally).fault(fault);
    world.note(0, "disturbance", Uuid::nil(), fault as u64 + 1);
    match (fault, door) {
        (Fault::Crash, Some(door)) => door.process.kill(),
        (Fault::Stop, Some(door)) => {
            let span = world.dice().millis(200, 25_000);
            door.process.stop_for(span);
        }
        (Fault::Restart, Some(door)) => door.ask_to_stop(),
        (Fault::CalledDead, _) => call_dead(world),
        (Fault::QueueWiped, _) => world.queue.wipe(),
        (Fault::StoreOutage, _) => {
            let until = Instant::now() + world.dice().millis(100, 12_000);
            lock(&world.faults).store_away_until = Some(until);
        }
        (Fault::QueueOutage, _) => {
            let until = Instant::now() + world.dice().millis(100, 15_000);
            lock(&world.faults).queue_away_until = Some(until);
        }
        _ => {}
    }
}

/// A living runner whose beats were lost.
fn call_dead(world: &World) {
    let mut registry = lock(&world.registry);
    let living: Vec<Uuid> = registry.living().into_iter().collect();
    let chosen = world.dice().pick(&living).copied();
    if let Some(chosen) = chosen {
        registry.lose_beats(chosen);
    }
}

/// The end of all trouble: whoever is stopped goes on, and everything is in reach.
pub(crate) fn end(town: &Town) {
    lock(&town.world.faults).end();
    town.go_on();
    town.world.note(0, "trouble is over", Uuid::nil(), 0);
}
