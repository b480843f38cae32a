//! The checker: what was promised to clients, what the ledger saw, and what the database says have to fit together.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::{
    facts::{Attempt, Execution, Facts, plain},
    ledger::Line,
    tally::Tally,
};

/// What a scenario expects besides what always holds.
pub(crate) struct Expected<'a> {
    /// Executions that were acknowledged, by key.
    pub(crate) acked: &'a HashMap<String, String>,
    pub(crate) lines: &'a [Line],
    /// How executions may end.
    pub(crate) ends: &'a [&'a str],
}

const ENDS: [&str; 4] = [
    "execution.succeeded",
    "execution.failed",
    "execution.cancelled",
    "execution.timed_out",
];

pub(crate) fn check(facts: &Facts, expected: &Expected<'_>, tally: &mut Tally) {
    tally.acked += expected.acked.len();
    for (key, id) in expected.acked {
        if !facts.contains_key(&plain(id)) {
            tally.lost += 1;
            tally.violation(format!("{id} ({key}) was acknowledged and is gone"));
        }
    }
    keys_are_unique(facts, tally);
    let mut effects: HashMap<String, Vec<&Line>> = HashMap::new();
    for line in expected.lines {
        effects
            .entry(plain(&line.execution))
            .or_default()
            .push(line);
    }
    for (id, execution) in facts {
        let effects = effects.remove(id).unwrap_or_default();
        if !execution.is_terminal() {
            tally.stuck += 1;
            tally.violation(format!("{id} is {} still", execution.status));
        } else if !expected.ends.contains(&&*execution.status) {
            tally.violation(format!("{id} ended {}", execution.status));
        }
        events_have_no_gaps(id, execution, tally);
        nothing_follows_the_end(id, execution, tally);
        steps_are_done_once(id, execution, tally);
        attempts_are_counted(id, execution, tally);
        effects_fit(id, execution, &effects, tally);
    }
    for id in effects.keys() {
        tally.violation(format!("steps of {id} acted, which no database knows"));
    }
}

/// One execution per key, however often a client had to ask.
fn keys_are_unique(facts: &Facts, tally: &mut Tally) {
    let mut seen = HashSet::new();
    for key in facts
        .values()
        .filter_map(|execution| execution.key.as_ref())
    {
        if !seen.insert(key) {
            tally.duplicated += 1;
            tally.violation(format!("two executions have the key {key}"));
        }
    }
}

fn events_have_no_gaps(id: &str, execution: &Execution, tally: &mut Tally) {
    let mut next = 1;
    for (first, last, events) in &execution.events {
        tally.demand(*first == next, || {
            format!("{id}: events {first}… follow {}", next - 1)
        });
        for event in events {
            tally.demand(event["seq"].as_i64() == Some(next), || {
                format!("{id}: event {} stands in the place of {next}", event["seq"])
            });
            next += 1;
        }
        tally.demand(*last == next - 1, || {
            format!("{id}: a commit ends with {last}, not {}", next - 1)
        });
    }
    tally.demand(execution.seq == next - 1, || {
        format!("{id} has {} events and says {}", next - 1, execution.seq)
    });
}

fn all(execution: &Execution) -> impl Iterator<Item = &Value> {
    execution.events.iter().flat_map(|(_, _, events)| events)
}

/// Exactly one end, and nothing begins or ends after it.
fn nothing_follows_the_end(id: &str, execution: &Execution, tally: &mut Tally) {
    let kind = |event: &Value| event["type"].as_str().unwrap_or_default().to_owned();
    let mut ended = 0;
    for event in all(execution) {
        let kind = kind(event);
        if ended > 0 {
            tally.violation(format!("{id}: {kind} after the end"));
        }
        if ENDS.contains(&&*kind) {
            ended += 1;
            tally.demand(kind == format!("execution.{}", execution.status), || {
                format!("{id}: {kind}, and its state is {}", execution.status)
            });
        }
    }
    let due = usize::from(execution.is_terminal());
    tally.demand(ended == due, || {
        format!("{id} is {} and ended {ended} times", execution.status)
    });
    if ended > 1 {
        tally.duplicated += 1;
    }
}

/// In the order of events: a step that was recorded done neither begins again nor ends again.
fn steps_are_done_once(id: &str, execution: &Execution, tally: &mut Tally) {
    let mut done = HashSet::new();
    for event in all(execution) {
        let step = event["step"].as_str().unwrap_or_default();
        match event["type"].as_str().unwrap_or_default() {
            "step.running" | "step.retrying" | "step.failed" if done.contains(step) => {
                tally.duplicated += 1;
                tally.violation(format!("{id}: {step} goes on after it was done: {event}"));
            }
            "step.succeeded" if !done.insert(step) => {
                tally.duplicated += 1;
                tally.violation(format!("{id}: {step} was recorded done twice"));
            }
            _ => {}
        }
    }
    let recorded: HashSet<&str> = execution
        .attempts
        .iter()
        .filter(|attempt| attempt.status == "succeeded")
        .map(|attempt| &*attempt.step)
        .collect();
    tally.demand(recorded == done, || {
        format!("{id}: replaying its events gives other steps done than its records")
    });
}

/// Attempts are numbered without gaps, and none follows the one that succeeded.
fn attempts_are_counted(id: &str, execution: &Execution, tally: &mut Tally) {
    let mut steps: BTreeMap<&str, Vec<&Attempt>> = BTreeMap::new();
    for attempt in &execution.attempts {
        steps.entry(&attempt.step).or_default().push(attempt);
    }
    for (step, attempts) in steps {
        for (number, attempt) in (1..).zip(&attempts) {
            tally.demand(attempt.attempt == number, || {
                format!(
                    "{id}: attempt {} of {step} stands in the place of {number}",
                    attempt.attempt
                )
            });
        }
        let succeeded = attempts
            .iter()
            .filter(|attempt| attempt.status == "succeeded")
            .count();
        let last = attempts
            .last()
            .is_some_and(|attempt| attempt.status == "succeeded");
        if succeeded > 1 || (succeeded == 1 && !last) {
            tally.duplicated += 1;
            tally.violation(format!(
                "{id}: {step} has attempts after the one that succeeded"
            ));
        }
    }
}

/// One effect per attempt, one key per step, an effect behind every step that is done, and none after.
fn effects_fit(id: &str, execution: &Execution, effects: &[&Line], tally: &mut Tally) {
    let done: HashMap<&str, &Attempt> = execution
        .attempts
        .iter()
        .filter(|attempt| attempt.status == "succeeded" && attempt.kind == "remote.call")
        .map(|attempt| (&*attempt.step, attempt))
        .collect();
    let mut attempts = HashSet::new();
    let mut keys: HashMap<&str, &str> = HashMap::new();
    for line in effects {
        let step = &*line.step;
        if !attempts.insert((step, line.attempt)) {
            tally.duplicated += 1;
            tally.violation(format!(
                "{id}: attempt {} of {step} acted twice",
                line.attempt
            ));
        }
        if *keys.entry(step).or_insert(&line.key) != line.key {
            tally.violation(format!("{id}: {step} has two keys"));
        }
        if let Some(recorded) = done.get(step)
            && line.attempt > recorded.attempt
        {
            tally.duplicated += 1;
            tally.violation(format!(
                "{id}: {step} began again after it was recorded done"
            ));
        }
    }
    tally.repeated += attempts.len() - keys.len();
    let keys_of_steps: HashSet<&&str> = keys.values().collect();
    tally.demand(keys_of_steps.len() == keys.len(), || {
        format!("{id}: two steps share a key")
    });
    for (step, attempt) in done {
        let own = effects
            .iter()
            .find(|line| line.step == step && line.attempt == attempt.attempt);
        let Some(own) = own else {
            tally.lost += 1;
            tally.violation(format!("{id}: {step} is called done, and nobody did it"));
            continue;
        };
        let told = attempt
            .output
            .as_ref()
            .and_then(|output| output["nonce"].as_u64());
        tally.demand(told == Some(own.nonce), || {
            format!("{id}: {step} records the outcome of another attempt than its own")
        });
    }
}

#[cfg(test)]
mod tests;
