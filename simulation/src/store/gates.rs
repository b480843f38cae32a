//! What holds runs back: the engine decides, as it does in the real stores; this keeps the rows.

use chrono::TimeDelta;
use engine::Time;
use engine::document::Strategy;
use engine::gate::{Held, UnderWay, decide};
use engine::node::ErrorValue;
use engine::plan::Admission;
use engine::ports::executions::{Accepted, LetIn};
use uuid::Uuid;

use super::VirtualStore;

#[derive(Debug)]
pub(super) struct Gate {
    workflow: Uuid,
    pub(super) admission: Admission,
    state: State,
    immediate: bool,
    created_at: Time,
    since: Time,
    not_before: Time,
}

#[derive(Debug, PartialEq)]
enum State {
    Held,
    Admitted(Time),
    Refused(ErrorValue),
    Ended(Option<Time>),
}

impl Gate {
    pub(super) fn of(accepted: &Accepted) -> Option<Self> {
        let admission = accepted.gate.clone()?;
        let (lull, at) = (admission.debounce.as_ref(), accepted.created_at);
        let strategy = admission.concurrency.as_ref().map(|places| places.strategy);
        let waits = strategy.is_none_or(|strategy| strategy == Strategy::Queue);
        Some(Self {
            workflow: accepted.workflow_id,
            state: State::Held,
            immediate: lull.is_some() || !waits,
            created_at: at,
            since: at,
            not_before: lull.map_or(at, |lull| at + lull.delay.to_delta()),
            admission,
        })
    }

    pub(super) fn is_admitted(&self) -> bool {
        matches!(self.state, State::Admitted(_))
    }

    fn admitted_at(&self) -> Option<Time> {
        match self.state {
            State::Admitted(at) => Some(at),
            State::Ended(at) => at,
            State::Held | State::Refused(_) => None,
        }
    }
}

impl VirtualStore {
    /// Workflows about whose held runs something may have to be decided.
    pub(crate) fn gated(&self, now: Time) -> Vec<Uuid> {
        let waiting = self.gates.values().filter(|gate| match gate.state {
            State::Refused(_) => true,
            State::Held => gate.not_before <= now,
            State::Admitted(_) | State::Ended(_) => false,
        });
        let mut workflows: Vec<Uuid> = waiting.map(|gate| gate.workflow).collect();
        workflows.sort_unstable();
        workflows.dedup();
        workflows
    }

    pub(crate) fn let_in(&mut self, workflow: Uuid, now: Time) -> LetIn {
        let ended: Vec<Uuid> = self
            .gates
            .keys()
            .copied()
            .filter(|id| !self.is_open(*id))
            .collect();
        for id in ended {
            if let Some(gate) = self
                .gates
                .get_mut(&id)
                .filter(|gate| gate.workflow == workflow)
            {
                gate.state = State::Ended(gate.admitted_at());
            }
        }
        let verdict = decide(self.held(workflow, now), self.under_way(workflow, now), now);
        for id in &verdict.admit {
            if let Some(gate) = self.gates.get_mut(id) {
                gate.state = State::Admitted(now);
            }
            if let Some(row) = self
                .rows
                .get_mut(id)
                .filter(|row| !row.status.is_terminal())
            {
                row.wake_at = Some(now);
            }
        }
        for (id, error) in &verdict.refuse {
            if let Some(gate) = self.gates.get_mut(id) {
                gate.state = State::Refused(error.clone());
            }
        }
        for (id, since, not_before) in &verdict.postpone {
            if let Some(gate) = self.gates.get_mut(id) {
                (gate.since, gate.not_before) = (*since, *not_before);
            }
        }
        let own = self
            .gates
            .iter()
            .filter(|(_, gate)| gate.workflow == workflow);
        let refused = own.filter_map(|(id, gate)| match &gate.state {
            State::Refused(error) => Some((*id, error.clone())),
            _ => None,
        });
        LetIn {
            refused: refused.collect(),
            admitted: verdict.admit,
            cancel: verdict.cancel,
            more: false,
        }
    }

    fn held(&self, workflow: Uuid, now: Time) -> Vec<Held> {
        let held = self.gates.iter().filter(|(_, gate)| {
            let looked_at = gate.immediate || gate.not_before <= now;
            gate.workflow == workflow && gate.state == State::Held && looked_at
        });
        held.map(|(id, gate)| Held {
            execution: *id,
            admission: gate.admission.clone(),
            created_at: gate.created_at,
            since: gate.since,
            not_before: gate.not_before,
        })
        .collect()
    }

    fn under_way(&self, workflow: Uuid, now: Time) -> UnderWay {
        let mut under_way = UnderWay::default();
        let mut own: Vec<_> = self
            .gates
            .iter()
            .filter(|(_, gate)| gate.workflow == workflow)
            .filter_map(|(id, gate)| Some((gate.admitted_at()?, *id, gate)))
            .collect();
        own.sort_by_key(|(at, id, _)| (*at, *id));
        for (at, id, gate) in own {
            let admission = &gate.admission;
            if let Some(pace) = &admission.rate
                && at > now - pace.per.to_delta().max(TimeDelta::zero())
            {
                *under_way.begun.entry(pace.key.clone()).or_default() += 1;
            }
            if !gate.is_admitted() {
                continue;
            }
            if let Some(places) = &admission.concurrency {
                let running = under_way.running.entry(places.key.clone()).or_default();
                running.push(id);
            }
            if let Some(key) = &admission.fair_key {
                *under_way.fair.entry(key.clone()).or_default() += 1;
            }
        }
        under_way
    }
}
