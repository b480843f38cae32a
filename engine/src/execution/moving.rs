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
use super::block::Frame;
use super::command::Illegal;
use super::earlier::{Earlier, EarlierStep, is_undo, last_id};
use super::rerun::{NoRerun, rerun};
use super::state::{Execution, StepState};
use super::status::StepStatus;
use super::supersede;
use crate::Time;
use crate::catalog::Effect;
use crate::document::compare::{ChangeKind, NodeChange, compare};
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
    /// The new version has no such step at this address; what it did stays done.
    Gone,
    /// It is taken over, and can't be undone any more: the new version has no `undo` for it.
    NotUndone,
    /// The new version has more steps in there, and what of it has ended is not done again for them.
    EndedBeforeAdded,
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
            Self::NotUndone => "it would be taken over, and the new version can't undo it",
            Self::EndedBeforeAdded => {
                "it has ended, or turns of it have, without what the new version adds there"
            }
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
    let survey = Survey {
        plan,
        execution,
        earlier,
        to,
        changes: comparison
            .nodes
            .iter()
            .map(|change| (&*change.id, change))
            .collect(),
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
    steps.extend(survey.too_late(&kept));
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
    /// What changed in the workflow, by node.
    changes: BTreeMap<&'a str, &'a NodeChange>,
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
        let block = self.part(path).and_then(|part| {
            let node = self.to.index_of(last_id(holder))?;
            self.to.nodes[node as usize].part(part)
        });
        let Some(block) = block else {
            return self.place(holder);
        };
        let roots = self.to.blocks[block as usize].roots.iter();
        let roots = roots.map(|root| format!("{around}.{}", self.to.nodes[*root as usize].id));
        let known: Vec<String> = roots
            .filter(|path| address::check(self.to, path).is_ok())
            .collect();
        match known.is_empty() {
            true => self.place(holder),
            false => known,
        }
    }

    /// The part of its block's holder in which a step lies now.
    fn part(&self, path: &str) -> Option<Part> {
        let node = self.plan.index_of(last_id(path))?;
        let block = self.plan.nodes[node as usize].block;
        let (_, part) = self.plan.blocks[block as usize].holder?;
        Some(part)
    }

    /// Steps that ended, were changed, and can run again without harm; those that were skipped, if somebody changed
    /// when they are. What lies in a turn or block that has ended stays, since other things came of it.
    fn mended(&self) -> Vec<String> {
        let ended = self.earlier.steps.iter().filter(|(path, step)| {
            let again = match step.status {
                StepStatus::Skipped => self.is_changed(path, |change| {
                    change.fields.iter().any(|field| field == "when")
                }),
                _ => {
                    counts(step)
                        && self.is_changed(path, NodeChange::is_of_substance)
                        && self.effect(path) != Effect::Effectful
                }
            };
            again && is_step(path) && self.is_open(path) && address::check(self.to, path).is_ok()
        });
        ended.map(|(path, _)| path.clone()).collect()
    }

    fn is_changed(&self, path: &str, how: impl Fn(&NodeChange) -> bool) -> bool {
        let change = self.changes.get(last_id(path));
        change.is_some_and(|change| how(change))
    }

    /// Whether the turn or block in which a step lies is still under way.
    fn is_open(&self, path: &str) -> bool {
        let frames = self.execution.frames.values();
        let around = path.rsplit_once('.').map_or("", |(around, _)| around);
        frames.filter(|frame| frame.undoes.is_none()).any(|frame| {
            let prefix = frame.prefix.strip_suffix('.').unwrap_or(&frame.prefix);
            prefix == around && self.part(path) == self.part_of(frame)
        })
    }

    fn part_of(&self, frame: &Frame) -> Option<Part> {
        let (_, part) = self.plan.blocks[frame.block as usize].holder?;
        Some(part)
    }

    /// Where something is still under way.
    fn is_live(&self, path: &str) -> bool {
        let step = self.execution.step_at(self.plan, path);
        let entry = step.and_then(|step| self.execution.step(step));
        entry.is_some_and(|entry| !entry.state.status().is_terminal())
    }

    /// Loops and blocks of which something has ended without the steps that the new version adds there.
    fn too_late(&self, kept: &BTreeSet<&str>) -> Vec<MovedStep> {
        let added = self.changes.values();
        let added = added.filter(|change| change.change == ChangeKind::Added);
        let holders: BTreeSet<&str> = added
            .filter_map(|change| {
                let node = self.to.index_of(&change.id)?;
                let block = self.to.nodes[node as usize].block;
                let (holder, part) = self.to.blocks[block as usize].holder?;
                (part != Part::Undo).then(|| &*self.to.nodes[holder as usize].id)
            })
            .collect();
        let ended = kept.iter().filter_map(|path| {
            // `import` itself, or a turn of it: `import[3]`.
            let turn = path
                .strip_suffix(']')
                .and_then(|path| path.rsplit_once('['));
            let turn = turn.filter(|(_, turn)| turn.parse::<u32>().is_ok());
            let holder = turn.map_or(*path, |(holder, _)| holder);
            (is_step(holder) && holders.contains(last_id(holder))).then_some(holder)
        });
        let ended: BTreeSet<&str> = ended.collect();
        let ended = ended.into_iter().map(|path| MovedStep {
            path: path.to_owned(),
            reason: MoveReason::EndedBeforeAdded,
            class: MoveClass::NeedsDecision,
        });
        ended.collect()
    }

    /// What becomes of steps that had ended. `kept` are the addresses that the new run takes over.
    fn ended(&self, kept: &BTreeSet<&str>) -> Vec<MovedStep> {
        let mut steps = Vec::new();
        for (path, step) in &self.earlier.steps {
            if !is_step(path) || step.status == StepStatus::Skipped || self.is_live(path) {
                continue;
            }
            let effect = self.effect(path);
            // Left behind or out of date, harmless only where nothing was done.
            let left = match effect {
                Effect::Pure => MoveClass::Safe,
                _ => MoveClass::NeedsDecision,
            };
            let changed = self.is_changed(path, NodeChange::is_of_substance);
            let (reason, class) = if address::check(self.to, path).is_err() {
                (MoveReason::Gone, left)
            } else if !kept.contains(&**path) {
                let class = match effect {
                    Effect::Pure => MoveClass::Safe,
                    Effect::Idempotent => MoveClass::SafeIfRerun,
                    Effect::Effectful => MoveClass::NeedsDecision,
                };
                (MoveReason::RunsAgain, class)
            } else if changed && counts(step) {
                (MoveReason::KeptThoughChanged, left)
            } else if counts(step) && self.loses_undo(path) {
                (MoveReason::NotUndone, MoveClass::NeedsDecision)
            } else {
                continue;
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

    fn loses_undo(&self, path: &str) -> bool {
        let undone = |plan: &Plan| {
            let node = plan.index_of(last_id(path));
            node.is_some_and(|node| plan.nodes[node as usize].part(Part::Undo).is_some())
        };
        undone(self.plan) && !undone(self.to)
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
            Some(plan.nodes[node as usize].kind.effect_of_repeating())
        };
        let worst = effect(self.plan).max(effect(self.to));
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
