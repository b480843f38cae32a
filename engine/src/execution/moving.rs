//! Moving a paused run to another version of its workflow: what is taken over, what runs again, and what somebody
//! has to decide.
//!
//! The move itself is a re-run from where the run rests ([`super::rerun()`]) that supersedes it. Here that re-run is
//! tried out, and compared with what had happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::address;
use super::command::Illegal;
use super::rerun::{Earlier, EarlierStep, NoRerun, is_undo, last_id, rerun};
use super::state::{Execution, StepState};
use super::status::StepStatus;
use super::supersede;
use crate::Time;
use crate::catalog::Effect;
use crate::document::compare::{NodeChange, compare};
use crate::plan::{Part, Plan};

/// How much a move may change of what has happened already; the worse, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveClass {
    /// Nothing that had an effect outside runs again or is left behind.
    Safe,
    /// Something runs again, and twice is as good as once.
    SafeIfRerun,
    /// An effect happens twice, or stays although the new version knows nothing of it: somebody has to accept that.
    NeedsDecision,
}

/// What becomes of a step that had ended or was waiting, and does not simply stay as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveReason {
    /// It had ended, and runs again: it was changed, or something before it was, or somebody wants it.
    RunsAgain,
    /// It is taken over although it was changed: running it again would repeat its effect.
    KeptThoughChanged,
    /// The new version has no such step; what it did stays done.
    Gone,
    /// Its waiting begins anew: the whole time, or with another link to answer at.
    WaitsAnew,
    /// The execution that it called is cancelled, and called anew.
    CallsAnew,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MovedStep {
    pub path: String,
    pub reason: MoveReason,
    pub class: MoveClass,
}

impl fmt::Display for MoveReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RunsAgain => "it ended, and would run again",
            Self::KeptThoughChanged => {
                "it would be taken over although it was changed; name it in `from` to run it again"
            }
            Self::Gone => "the new version has no such step, and what it did stays done",
            Self::WaitsAnew => "its waiting would begin anew",
            Self::CallsAnew => "the execution that it called would be cancelled, and called anew",
        })
    }
}

/// What a move would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// That of the worst step.
    pub class: MoveClass,
    /// By address.
    pub steps: Vec<MovedStep>,
    /// The addresses from which the new run goes on.
    pub from: Vec<String>,
}

/// Why a run can't be moved.
#[derive(Debug, thiserror::Error)]
pub enum NoMove {
    #[error(transparent)]
    NotNow(#[from] Illegal),
    #[error(transparent)]
    NoRerun(#[from] NoRerun),
}

/// Says what moving a paused run to `to` would do. `wanted` are addresses of steps that shall run again besides.
pub fn plan_move(
    plan: &Plan,
    execution: &Execution,
    earlier: &Earlier,
    to: &Plan,
    inputs: Arc<Value>,
    wanted: &[String],
    now: Time,
) -> Result<Move, NoMove> {
    supersede::check(execution)?;
    let comparison = compare(&plan.document, &to.document);
    let changes = comparison.nodes.iter();
    let changes = changes.filter(|change| change.is_of_substance());
    let survey = Survey {
        plan,
        execution,
        earlier,
        to,
        changed: changes.map(|change| (&*change.id, change)).collect(),
    };
    let mut from: BTreeSet<String> = wanted.iter().cloned().collect();
    from.extend(survey.resting());
    from.extend(survey.mended());
    let from: Vec<String> = wanted
        .iter()
        .cloned()
        .chain(from.into_iter().filter(|path| !wanted.contains(path)))
        .collect();
    let (id, depth) = (Uuid::nil(), execution.depth);
    let options = Arc::clone(&execution.options);
    let (_, effects) = rerun(id, to, inputs, depth, options, now, earlier, &from)?;
    let kept = effects.records.iter().map(|record| &*record.path).collect();
    let mut steps = survey.ended(&kept);
    steps.extend(survey.waiting());
    steps.sort();
    Ok(Move {
        class: steps
            .iter()
            .map(|step| step.class)
            .max()
            .unwrap_or(MoveClass::Safe),
        steps,
        from,
    })
}

struct Survey<'a> {
    plan: &'a Plan,
    execution: &'a Execution,
    earlier: &'a Earlier,
    to: &'a Plan,
    /// Nodes that may give another result in the new version, by id.
    changed: BTreeMap<&'a str, &'a NodeChange>,
}

impl Survey<'_> {
    /// Where the run rests: the steps that have begun or may begin, as the new version names them.
    fn resting(&self) -> Vec<String> {
        let mut places = Vec::new();
        for (index, step) in &self.execution.steps {
            let rests = match &step.state {
                StepState::Pending => false,
                // It goes on in its blocks.
                StepState::Block(run) => run.live == 0,
                state => !state.status().is_terminal(),
            };
            if rests {
                let path = self.execution.path(self.plan, *index);
                places.extend(self.place(&path));
            }
        }
        places
    }

    /// An address as it is in the new version: the beginning of its turn or block, where there is no such step.
    fn place(&self, path: &str) -> Vec<String> {
        if address::check(self.to, path).is_ok() {
            return vec![path.to_owned()];
        }
        let Some((around, _)) = path.rsplit_once('.') else {
            return Vec::new();
        };
        // `import[3]` lies in `import`.
        let holder = around.rsplit_once('[').filter(|_| around.ends_with(']'));
        let holder = holder.map_or(around, |(holder, _)| holder);
        let body = self
            .to
            .index_of(last_id(holder))
            .and_then(|node| self.to.nodes[node as usize].part(Part::Body));
        let Some(body) = body else {
            return self.place(holder);
        };
        let roots = self.to.blocks[body as usize].roots.iter();
        let roots = roots.map(|root| format!("{around}.{}", self.to.nodes[*root as usize].id));
        let known: Vec<String> = roots
            .filter(|path| address::check(self.to, path).is_ok())
            .collect();
        match known.is_empty() {
            true => self.place(holder),
            false => known,
        }
    }

    /// Steps that ended, were changed, and can run again without harm.
    fn mended(&self) -> Vec<String> {
        let ended = self.earlier.steps.iter().filter(|(path, step)| {
            is_step(path)
                && counts(step)
                && self.changed.contains_key(last_id(path))
                && self.effect(path) != Effect::Effectful
                && address::check(self.to, path).is_ok()
        });
        ended.map(|(path, _)| path.clone()).collect()
    }

    /// What becomes of steps that had ended. `kept` are the addresses that the new run takes over.
    fn ended(&self, kept: &BTreeSet<&str>) -> Vec<MovedStep> {
        let mut steps = Vec::new();
        for (path, step) in &self.earlier.steps {
            if !is_step(path) || !counts(step) {
                continue;
            }
            let effect = self.effect(path);
            let (reason, class) = match kept.contains(&**path) {
                true if self.changed.contains_key(last_id(path)) => {
                    (MoveReason::KeptThoughChanged, MoveClass::NeedsDecision)
                }
                true => continue,
                false if address::check(self.to, path).is_ok() => {
                    let class = match effect {
                        Effect::Pure => MoveClass::Safe,
                        Effect::Idempotent => MoveClass::SafeIfRerun,
                        Effect::Effectful => MoveClass::NeedsDecision,
                    };
                    (MoveReason::RunsAgain, class)
                }
                false => {
                    let class = match effect {
                        Effect::Effectful => MoveClass::NeedsDecision,
                        _ => MoveClass::Safe,
                    };
                    (MoveReason::Gone, class)
                }
            };
            let path = path.clone();
            steps.push(MovedStep {
                path,
                reason,
                class,
            });
        }
        steps
    }

    /// What becomes of steps that wait.
    fn waiting(&self) -> Vec<MovedStep> {
        let mut steps = Vec::new();
        for (index, step) in &self.execution.steps {
            let (reason, class) = match &step.state {
                StepState::Timer { .. } | StepState::Signal { .. } => {
                    (MoveReason::WaitsAnew, MoveClass::SafeIfRerun)
                }
                StepState::Child { .. } => (MoveReason::CallsAnew, MoveClass::NeedsDecision),
                _ => continue,
            };
            let path = self.execution.path(self.plan, *index).to_string();
            let reason = match address::check(self.to, &path) {
                Ok(()) => reason,
                Err(_) => MoveReason::Gone,
            };
            steps.push(MovedStep {
                path,
                reason,
                class,
            });
        }
        steps
    }

    /// The worst that a step does to the world, in either version.
    fn effect(&self, path: &str) -> Effect {
        let effect = |plan: &Plan| {
            let node = plan.index_of(last_id(path))?;
            Some(plan.nodes[node as usize].kind.effect)
        };
        let effects = [effect(self.plan), effect(self.to)];
        let weight = |effect: &Effect| match effect {
            Effect::Pure => 0,
            Effect::Idempotent => 1,
            Effect::Effectful => 2,
        };
        let worst = effects.into_iter().flatten().max_by_key(weight);
        worst.unwrap_or(Effect::Effectful)
    }
}

/// Whether an address is that of a step, and not of a record that a block keeps, or of an undo.
fn is_step(path: &str) -> bool {
    !path.ends_with(']') && !is_undo(path)
}

/// Whether a run that goes on from there would use what the step gave.
fn counts(step: &EarlierStep) -> bool {
    step.status == StepStatus::Succeeded
        || (step.status == StepStatus::Failed && step.output.is_some())
}
