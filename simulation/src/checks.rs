//! What must hold, asked of everything that happens: one function for each moment at which something can be wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use engine::Time;
use engine::execution::{
    EventKind, Execution, MAX_LOST, Status, StepStatus, frontier_marks, frontier_steps, replay,
};
use engine::plan::{Join, Plan};
use engine::ports::executions::Commit;
use serde_json::Value;
use uuid::Uuid;

use crate::store::Row;
use crate::store::commit::{begins_within, lies_within};
use crate::world::{World, lock};

pub(crate) const I1: &str = "I1 accepted means recorded";
pub(crate) const I3: &str = "I3 an outcome is recorded once";
pub(crate) const I4: &str = "I4 terminal is final";
pub(crate) const I5: &str = "I5 leases go by the store's clock";
pub(crate) const I7: &str = "I7 everything accepted ends";
pub(crate) const I8: &str = "I8 deaths are counted";
pub(crate) const ACK: &str = "acknowledged when dealt with";
pub(crate) const KEY: &str = "I3 one key for all attempts";
pub(crate) const TAKEN: &str = "taken before it begins";
pub(crate) const JOIN: &str = "recorded before what follows begins";
pub(crate) const REPLAY: &str = "events rebuild the state";

/// Something that must not be.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub(crate) invariant: &'static str,
    pub(crate) execution: Uuid,
    pub(crate) what: String,
    pub(crate) at: Time,
}

/// A commit is about to change an execution.
pub(crate) fn on_commit(world: &World, row: &Row, commit: &Commit) {
    let violated = |invariant, what| world.violated(invariant, commit.id, what);
    if row.version > 0 && row.status.is_terminal() {
        let what = format!(
            "it had ended as {}, and was changed to {}",
            row.status, commit.status
        );
        violated(I4, what);
    }
    let (mut last, mut again) = (row.seq, Vec::new());
    for event in &commit.events {
        if event.seq != last + 1 {
            let what = format!(
                "event {} follows event {last}: two writers went on from the same state",
                event.seq
            );
            violated(I3, what);
        }
        last = event.seq;
        again.extend(begins_within(&event.kind));
        if let Some(step) = begins(&event.kind)
            && let Some(end) = row.ended.get(step)
            && !again.iter().any(|within| lies_within(step, within))
        {
            let what = format!(
                "step `{step}` had ended as {}, and begins again",
                end.as_str()
            );
            violated(I3, what);
        }
    }
    if commit.seq != last {
        let what = format!(
            "it says that its last event is {}, which is {last}",
            commit.seq
        );
        violated(REPLAY, what);
    }
    is_found_again(world, row, commit);
}

fn begins(event: &EventKind) -> Option<&Arc<str>> {
    match event {
        EventKind::StepRunning { step, .. } | EventKind::StepRetrying { step, .. } => {
            Some(&step.path)
        }
        _ => None,
    }
}

/// Whatever is unfinished is looked at by somebody, though every ticket is lost and every runner dies.
fn is_found_again(world: &World, row: &Row, commit: &Commit) {
    let looked_at = commit.wake_at.is_some() || !commit.holders.is_empty();
    if looked_at || commit.status.is_terminal() || commit.status == Status::Paused {
        return;
    }
    // What waits to be let in is found by its gate.
    if frontier_marks(&commit.frontier).is_ok_and(|marks| marks.held) {
        return;
    }
    let Some(plan) = world.definitions.plan(row.accepted.workflow_id) else {
        return;
    };
    let ids: Vec<&str> = plan.nodes.iter().map(|node| &*node.id).collect();
    let steps = frontier_steps(&commit.frontier, &ids).unwrap_or_default();
    let lost = steps.iter().find(|step| {
        step.status == StepStatus::Ready || step.until.is_some() || step.child.is_some()
    });
    if let Some(step) = lost {
        let what = format!(
            "step `{}` is {} and nobody will ever look at it: the commit names no moment and no holder",
            step.path,
            step.status.as_str()
        );
        world.violated(I7, commit.id, what);
    }
}

/// An attempt of a step that acts begins.
pub(crate) fn on_begin(
    world: &World,
    execution: Uuid,
    step: &Arc<str>,
    attempt: u32,
    key: &Arc<str>,
    sees: &Value,
) {
    let violated = |invariant, what| world.violated(invariant, execution, what);
    {
        let mut ledger = lock(&world.ledger);
        let times = ledger
            .begun
            .entry((execution, Arc::clone(step), attempt))
            .or_default();
        *times += 1;
        if *times > 1 {
            violated(
                I3,
                format!("attempt {attempt} of `{step}` began {times} times"),
            );
        }
        let known = ledger
            .keys
            .entry((execution, Arc::clone(step)))
            .or_insert_with(|| Arc::clone(key));
        if known != key {
            violated(
                KEY,
                format!(
                    "attempt {attempt} of `{step}` was handed `{key}`, an earlier one `{known}`"
                ),
            );
        }
    }
    let store = lock(&world.store);
    let Some(row) = store.rows.get(&execution) else {
        violated(
            I1,
            format!("`{step}` begins, and its execution is recorded nowhere"),
        );
        return;
    };
    if !row.taken.contains(&(Arc::clone(step), attempt)) {
        violated(
            TAKEN,
            format!("attempt {attempt} of `{step}` begins, and no commit has taken it"),
        );
    }
    let own = row.before.get(step).map_or(0, |before| before + 1);
    let earlier = row
        .steps
        .range((Arc::clone(step), own.min(attempt))..(Arc::clone(step), attempt));
    if earlier
        .into_iter()
        .any(|(_, record)| record.status == StepStatus::Succeeded)
    {
        violated(
            I3,
            format!("attempt {attempt} of `{step}` begins after an earlier one had succeeded"),
        );
    }
    let deaths = row.deaths.get(step).copied().unwrap_or_default();
    if deaths >= MAX_LOST {
        violated(
            I8,
            format!("`{step}` begins again after {deaths} runners died of it"),
        );
    }
    if let Some(plan) = world.definitions.plan(row.accepted.workflow_id) {
        joins_on_what_is_recorded(world, row, plan, step);
        sees_what_is_recorded(world, row, step, sees);
    }
}

/// Everything that leads to a step has ended, says the store, before the step begins.
fn joins_on_what_is_recorded(world: &World, row: &Row, plan: &Plan, step: &Arc<str>) {
    let id = step.rsplit('.').next().unwrap_or_default();
    let prefix = &step[..step.len() - id.len()];
    let Some(place) = plan.index_of(id) else {
        return;
    };
    if plan.nodes[place as usize].join != Join::AllLive {
        return;
    }
    for before in &plan.nodes {
        if before.outgoing.iter().any(|edge| edge.to == place) {
            let path = format!("{prefix}{}", before.id);
            if !row.ended.contains_key(&*path) {
                let what = format!("`{step}` begins, and the end of `{path}` is not recorded");
                world.violated(JOIN, row.accepted.id, what);
            }
        }
    }
}

/// What a step was given of those before it is what the store keeps of them.
fn sees_what_is_recorded(world: &World, row: &Row, step: &Arc<str>, sees: &Value) {
    for (path, seen) in sees.as_object().into_iter().flatten() {
        let id = step.rsplit('.').next().unwrap_or_default();
        let path: Arc<str> = format!("{}{path}", &step[..step.len() - id.len()]).into();
        let own = row.before.get(&path).map_or(0, |before| before + 1);
        let attempts = row
            .steps
            .range((Arc::clone(&path), own)..=(Arc::clone(&path), u32::MAX));
        let recorded = attempts
            .rev()
            .find_map(|(_, record)| record.output.as_deref());
        let recorded = recorded.unwrap_or(&Value::Null);
        if recorded != seen {
            let what = format!(
                "`{step}` was given {seen} as the output of `{path}`, of which {recorded} is recorded"
            );
            world.violated(JOIN, row.accepted.id, what);
        }
    }
}

/// A launch was answered.
pub(crate) fn on_answer(world: &World, id: Uuid, key: Option<&str>) {
    let mut ledger = lock(&world.ledger);
    ledger.answered.push((id, key.map(str::to_owned)));
    if let Some(key) = key {
        let first = *ledger.by_key.entry(key.to_owned()).or_insert(id);
        if first != id {
            let what =
                format!("the key `{key}` was answered with {first} before, and now with this one");
            world.violated(I1, id, what);
        }
    }
    drop(ledger);
    let store = lock(&world.store);
    match store.rows.get(&id) {
        None => world.violated(
            I1,
            id,
            "it was answered, and is recorded nowhere".to_owned(),
        ),
        Some(row) if row.events.is_empty() => {
            let what = "it was answered, and its first steps are not recorded".to_owned();
            world.violated(I1, id, what);
        }
        Some(_) => {}
    }
}

/// A runner was declared dead that had truly been silent for so long.
pub(crate) fn on_burial(world: &World, runner: Uuid, silent: TimeDelta, lease: Duration) {
    let lease = TimeDelta::from_std(lease).unwrap_or_default();
    if silent < lease {
        let what = format!(
            "a runner was declared dead {} ms after it was seen; the lease is {} ms",
            silent.num_milliseconds(),
            lease.num_milliseconds()
        );
        world.violated(I5, runner, what);
    }
}

/// The events of an execution lead to the state that is stored.
pub(crate) fn on_replay(world: &World, id: Uuid) {
    let store = lock(&world.store);
    let (Some(row), Some(loaded)) = (store.rows.get(&id), store.load(id)) else {
        return;
    };
    let Some(plan) = world.definitions.plan(row.accepted.workflow_id) else {
        return;
    };
    let restored = match Execution::from_loaded(plan, loaded) {
        Ok(restored) => restored,
        Err(error) => {
            world.violated(
                REPLAY,
                id,
                format!("the stored state can't be read: {error}"),
            );
            return;
        }
    };
    let accepted = &row.accepted;
    // Events of two histories make no sense together, and the engine may stumble over them.
    let replayed = catch_unwind(AssertUnwindSafe(|| {
        replay(
            id,
            plan,
            Arc::new(accepted.inputs.clone()),
            restored.depth,
            Arc::new(accepted.options.clone()),
            accepted.created_at,
            &row.events,
        )
    }));
    let Ok(replayed) = replayed else {
        world.violated(REPLAY, id, "its events can't be replayed".to_owned());
        return;
    };
    if row.status.is_terminal() {
        let stored = (row.status, row.seq, row.output.as_ref(), row.error.as_ref());
        let output = replayed.output.as_deref();
        if stored
            != (
                replayed.status,
                replayed.seq,
                output,
                replayed.error.as_ref(),
            )
        {
            let what = format!(
                "its events end in {} with event {}; stored is {} with {}",
                replayed.status, replayed.seq, row.status, row.seq
            );
            world.violated(REPLAY, id, what);
        }
    } else if restored != replayed {
        world.violated(
            REPLAY,
            id,
            "its events lead to another state than the one that is stored".to_owned(),
        );
    }
}

/// All trouble is over, and so is the time that an execution has to come to its end.
pub(crate) fn on_rest(world: &World, grace: Duration) {
    let store = lock(&world.store);
    let ledger = lock(&world.ledger);
    for (id, _) in &ledger.answered {
        if !store.rows.contains_key(id) {
            world.violated(
                I1,
                *id,
                "it was answered, and is recorded nowhere".to_owned(),
            );
        }
    }
    for (id, row) in &store.rows {
        if !row.status.is_terminal() {
            let what = format!(
                "it is {} {} s after the last trouble; version {}, wake_at {:?}, holders {:?}, open: {}",
                row.status,
                grace.as_secs(),
                row.version,
                row.wake_at,
                row.holders,
                open_steps(world, row)
            );
            world.violated(I7, *id, what);
        }
    }
}

fn open_steps(world: &World, row: &Row) -> String {
    let Some(plan) = world.definitions.plan(row.accepted.workflow_id) else {
        return String::new();
    };
    let ids: Vec<&str> = plan.nodes.iter().map(|node| &*node.id).collect();
    let steps = frontier_steps(&row.frontier, &ids).unwrap_or_default();
    let open = steps
        .iter()
        .filter(|step| !step.status.is_terminal() && step.status != StepStatus::Pending);
    let open: Vec<String> = open
        .map(|step| {
            format!(
                "`{}` {} (attempt {})",
                step.path,
                step.status.as_str(),
                step.attempt
            )
        })
        .collect();
    open.join(", ")
}
