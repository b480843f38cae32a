//! The queue of the simulated world, after the one in Redis: delivered tickets are pending until they are acknowledged,
//! and everything may be forgotten at any moment.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::queue::{Delivery, Queue, Ticket};
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use crate::checks;
use crate::faults::{Fault, Service};
use crate::hand::{Call, Hand, away, pass};
use crate::plant::Plant;
use crate::world::{World, lock};

/// How long a ticket may be in a runner's hands before another one takes it over.
const LEASE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(crate) struct VirtualQueue {
    held: Mutex<Held>,
    offered: Notify,
}

#[derive(Debug, Default)]
struct Held {
    waiting: VecDeque<Ticket>,
    pending: BTreeMap<u64, Pending>,
    receipts: u64,
    /// Which memory this is; none right after it was wiped.
    generation: Option<u64>,
    generations: u64,
    /// By process: the memory that it knows, and whether it found it to be another one.
    known: BTreeMap<u32, (u64, bool)>,
}

#[derive(Debug)]
struct Pending {
    ticket: Ticket,
    since: Instant,
}

impl VirtualQueue {
    pub(crate) fn wipe(&self) {
        let mut held = lock(&self.held);
        held.waiting.clear();
        held.pending.clear();
        held.generation = None;
    }

    fn put(&self, tickets: impl IntoIterator<Item = Ticket>) {
        lock(&self.held).waiting.extend(tickets);
        self.offered.notify_waiters();
    }

    /// Overdue tickets of others first, then those that wait.
    fn grab(&self, by: u32, max: usize) -> Vec<Delivery> {
        let mut held = lock(&self.held);
        held.meet(by);
        let now = Instant::now();
        let mut taken = Vec::new();
        for (receipt, pending) in &mut held.pending {
            if taken.len() < max && now - pending.since >= LEASE {
                pending.since = now;
                taken.push(delivery(*receipt, &pending.ticket));
            }
        }
        while taken.len() < max
            && let Some(ticket) = held.waiting.pop_front()
        {
            held.receipts += 1;
            let receipt = held.receipts;
            taken.push(delivery(receipt, &ticket));
            held.pending.insert(receipt, Pending { ticket, since: now });
        }
        taken
    }

    fn execution_of(&self, receipt: &str) -> Option<Uuid> {
        let held = lock(&self.held);
        let pending = held.pending.get(&receipt.parse().ok()?)?;
        Some(pending.ticket.execution)
    }
}

impl Held {
    /// A process finds a memory that it does not know.
    fn meet(&mut self, by: u32) {
        let fresh = self.generation.is_none();
        if fresh {
            self.generations += 1;
            self.generation = Some(self.generations);
        }
        let current = self.generations;
        let (known, wiped) = self.known.entry(by).or_insert((current, fresh));
        *wiped |= fresh || *known != current;
        *known = current;
    }
}

fn delivery(receipt: u64, ticket: &Ticket) -> Delivery {
    Delivery {
        ticket: ticket.clone(),
        receipt: receipt.to_string(),
    }
}

fn call(what: &'static str, about: Uuid, matters: bool) -> Call {
    let service = Service::Queue;
    Call {
        service,
        what,
        about,
        matters,
    }
}

#[async_trait]
impl Queue for Hand {
    async fn offer(&self, tickets: &[Ticket]) -> PortResult<()> {
        let about = tickets
            .first()
            .map(|ticket| ticket.execution)
            .unwrap_or_default();
        let world = Arc::clone(self.world());
        self.call(call("offer", about, true), |_| post(&world, tickets))
            .await
    }

    async fn take(&self, max: usize, wait: Duration) -> PortResult<Vec<Delivery>> {
        let call = call("take", Uuid::nil(), false);
        let course = self.depart(call).await?;
        let (world, by) = (self.world(), self.process.number);
        let deadline = Instant::now() + wait;
        let taken = loop {
            if course.fails || lock(&world.faults).is_away(Service::Queue) {
                return Err(self.fail(call, course).await);
            }
            let offered = world.queue.offered.notified();
            let taken = world.queue.grab(by, max);
            if !taken.is_empty() || Instant::now() >= deadline {
                break taken;
            }
            // Whether it may be taken, or is overdue, it is looked at again in the end.
            let _ = tokio::time::timeout_at(deadline, offered).await;
            self.process.acts().await;
        };
        for delivery in &taken {
            let execution = delivery.ticket.execution;
            world.note(by, "takes a ticket", execution, 0);
            lock(&world.ledger).delivered(by, &delivery.receipt);
        }
        self.arrive(call, course).await?;
        if world.plant == Some(Plant::EarlyAck) {
            for delivery in &taken {
                acknowledged(world, by, &delivery.receipt);
            }
        }
        Ok(taken)
    }

    async fn acknowledge(&self, receipts: &[String]) -> PortResult<()> {
        let by = self.process.number;
        self.call(call("acknowledge", Uuid::nil(), true), |world| {
            for receipt in receipts {
                acknowledged(world, by, receipt);
            }
        })
        .await
    }

    async fn depth(&self) -> PortResult<u64> {
        self.call(call("depth", Uuid::nil(), false), |world| {
            lock(&world.queue.held).waiting.len() as u64
        })
        .await
    }

    async fn was_wiped(&self) -> PortResult<bool> {
        if lock(&self.world().faults).is_away(Service::Queue) {
            return Err(away("was_wiped"));
        }
        let mut held = lock(&self.world().queue.held);
        let known = held.known.get_mut(&self.process.number);
        Ok(known.is_some_and(|(_, wiped)| std::mem::take(wiped)))
    }
}

/// A ticket is dealt with, says its runner: then it has at least looked at what the database says.
fn acknowledged(world: &World, by: u32, receipt: &str) {
    // Of what has ended, nothing more can be asked.
    let is_open = |execution: &Uuid| {
        let store = lock(&world.store);
        store
            .rows
            .get(execution)
            .is_some_and(|row| !row.status.is_terminal())
    };
    if let Some(execution) = world.queue.execution_of(receipt).filter(is_open)
        && !lock(&world.ledger).has_looked_since(by, receipt, execution)
    {
        let what = "a ticket was acknowledged before its runner had looked at the execution, let alone committed".to_owned();
        world.violated(checks::ACK, execution, what);
    }
    if let Ok(receipt) = receipt.parse::<u64>() {
        lock(&world.queue.held).pending.remove(&receipt);
    }
}

/// Tickets on their way into the queue, as the dice will have it.
fn post(world: &Arc<World>, tickets: &[Ticket]) {
    let faults = lock(&world.faults).clone();
    let mut dice = world.dice();
    let mut tally = lock(&world.tally);
    let mut arriving = Vec::new();
    for ticket in tickets {
        if dice.chance(faults.ticket_lost) {
            tally.fault(Fault::TicketLost);
            continue;
        }
        if dice.chance(faults.ticket_twice) {
            tally.fault(Fault::TicketTwice);
            arriving.push(ticket.clone());
        }
        if dice.chance(faults.ticket_late) {
            tally.fault(Fault::TicketLate);
            let (world, ticket) = (Arc::clone(world), ticket.clone());
            let span = dice.millis(20, 5_000);
            tokio::spawn(async move {
                pass(span).await;
                world.queue.put([ticket]);
            });
            continue;
        }
        arriving.push(ticket.clone());
    }
    if dice.chance(faults.shuffled) {
        tally.fault(Fault::TicketsShuffled);
        arriving.reverse();
        // What waits already is overtaken.
        let mut held = lock(&world.queue.held);
        arriving.extend(held.waiting.drain(..));
    }
    world.queue.put(arriving);
}
