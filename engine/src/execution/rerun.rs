//! A run that goes on from a step of an earlier one: what came before that step is taken over, and all that follows
//! from it runs again.
//!
//! Everything is decided when the run is accepted: a step is taken over when it succeeded before, nothing that
//! runs again leads to it, and it is still of the same kind. Blocks on the way to the chosen step are opened
//! anew, and their other turns and steps taken over in the same manner.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::accept::blank;
use super::address::{self, Segment};
use super::advance;
use super::block::{BlockResult, FrameIndex, ROOT, Work};
use super::command::{Effects, Ran};
use super::earlier::{Earlier, EarlierStep, Failures, is_undo, last_id};
use super::event::EventKind;
use super::options::RunOptions;
use super::record::StepRecord;
use super::state::{Execution, StepState};
use super::status::StepStatus;
use super::transition::Transition;
use super::undo::{self, Undo};
use crate::Time;
use crate::catalog::Implementation;
use crate::node::{Opening, Outcome};
use crate::plan::{NodeIndex, Part, Plan, StepIndex};
use crate::problem::{Problem, Problems};
use crate::template::Scope;

/// Why a run cannot go on from there.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NoRerun(#[from] pub Problems);

/// Accepts a run that goes on from steps of an earlier one; from what failed in it, when none are named.
#[expect(
    clippy::too_many_arguments,
    reason = "the parts of a run, as `accept` takes them"
)]
pub fn rerun(
    id: Uuid,
    plan: &Plan,
    inputs: Arc<Value>,
    depth: u32,
    options: Arc<RunOptions>,
    now: Time,
    earlier: &Earlier,
    from: &[String],
) -> Result<(Execution, Effects), NoRerun> {
    let chosen = choose(plan, earlier, from)?;
    let mut execution = blank(id, plan, inputs, depth, options, now);
    let mut transition = Transition::new(&mut execution, plan, now);
    transition.record(EventKind::Queued);
    let mut again = Again {
        t: transition,
        earlier,
        reason: format!("kept from run {}", earlier.execution),
        seen: BTreeSet::new(),
        tainted: HashSet::new(),
    };
    again.frame(ROOT, &chosen);
    let effects = again.t.finish();
    Ok((execution, effects))
}

/// Reads the addresses that a run shall go on from.
fn choose(plan: &Plan, earlier: &Earlier, from: &[String]) -> Result<Vec<Vec<Segment>>, NoRerun> {
    let mut problems = Vec::new();
    let mut chosen = Vec::new();
    for (place, address) in from.iter().enumerate() {
        match address::read(plan, address) {
            Ok(segments) => chosen.push(segments),
            Err(message) => problems.push(Problem::at(format!("/from/{place}"), message)),
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    if from.is_empty() && earlier.failures == Failures::RunAgain {
        // What the new version of the workflow does not know any more needs no second try.
        let failed = earlier.unfinished();
        chosen.extend(
            failed
                .iter()
                .filter_map(|path| address::read(plan, path).ok()),
        );
    }
    for segments in &mut chosen {
        // A race has no middle to go on from, and what was undone has none either.
        let mut path = String::new();
        for at in 0..segments.len() {
            let node = &plan.nodes[segments[at].node as usize];
            path.push_str(&node.id);
            // Where it stays, the clean-up after it can go on.
            let cleans_up = earlier.failures == Failures::Stay
                && segments[at].part.is_some_and(|part| part != Part::Body);
            let undone = node.parts.len() > 1 && !cleans_up && earlier.undid(plan, &path);
            if plan.is_race(segments[at].node) || undone {
                segments.truncate(at + 1);
                (segments[at].turn, segments[at].part) = (None, None);
                break;
            }
            if let Some(turn) = segments[at].turn {
                path.push_str(&format!("[{turn}]"));
            }
            path.push('.');
        }
    }
    Ok(chosen)
}

struct Again<'a> {
    t: Transition<'a>,
    earlier: &'a Earlier,
    reason: String,
    /// Steps that were looked at.
    seen: BTreeSet<StepIndex>,
    /// Steps to which something leads that runs again.
    tainted: HashSet<StepIndex>,
}

impl Again<'_> {
    /// Takes over what can be in a frame that has just begun. `chosen` are the addresses below it.
    fn frame(&mut self, frame: FrameIndex, chosen: &[Vec<Segment>]) {
        let Some(known) = self.t.execution.frames.get(&frame) else {
            return;
        };
        let first = known.first;
        let block = &self.t.plan.blocks[known.block as usize];
        let range = first..first + block.count;
        let step_of = |node: NodeIndex| first + node - block.first;
        for segments in chosen {
            if let Some(segment) = segments.first() {
                self.taint_after(step_of(segment.node));
            }
        }
        loop {
            let mut ready = self.t.execution.ready.range(range.clone());
            let Some(step) = ready.find(|step| !self.seen.contains(*step)).copied() else {
                return;
            };
            self.seen.insert(step);
            let node = self.t.execution.steps[&step].node;
            let below: Vec<Vec<Segment>> = chosen
                .iter()
                .filter(|segments| segments[0].node == node)
                .cloned()
                .collect();
            if below.is_empty() {
                if self.tainted.contains(&step) || !self.keep(step) {
                    self.taint_after(step);
                }
            } else if below.iter().all(|segments| segments.len() > 1) {
                self.open(step, &below);
            }
        }
    }

    /// All steps after one run again, as it does.
    fn taint_after(&mut self, step: StepIndex) {
        let mut waiting = vec![step];
        while let Some(step) = waiting.pop() {
            let Some(entry) = self.t.execution.step(step) else {
                continue;
            };
            let node = entry.node;
            for edge in &self.t.plan.nodes[node as usize].outgoing {
                let to = step + edge.to - node;
                if self.tainted.insert(to) {
                    waiting.push(to);
                }
            }
        }
    }

    /// Takes over a step and what lies in its blocks; false when it has to run.
    fn keep(&mut self, step: StepIndex) -> bool {
        let path = self.t.execution.path(self.t.plan, step);
        let Some(earlier) = self.earlier.steps.get(&*path) else {
            return false;
        };
        let same_kind = earlier.kind == self.t.plan_node(step).kind.kind;
        if !same_kind || self.earlier.was_undone(&path) {
            return false;
        }
        let port: Arc<str> = earlier.port.as_deref().unwrap_or("out").into();
        let output = Arc::new(earlier.output.clone().unwrap_or_default());
        let kind = match (earlier.status, &earlier.error) {
            (StepStatus::Succeeded, _) => {
                let given = self.given(&path, step, earlier);
                EventKind::StepSucceeded {
                    step: self.t.reference(step),
                    port,
                    output,
                    reason: Some(self.reason.clone()),
                    given,
                }
            }
            (StepStatus::Skipped, _) => EventKind::StepSkipped {
                step: self.t.reference(step),
                reason: Some(self.reason.clone()),
            },
            // The run went on from its failure.
            (StepStatus::Failed, Some(error)) if earlier.output.is_some() => {
                EventKind::StepFailed {
                    step: self.t.reference(step),
                    error: error.clone(),
                    port: Some(port),
                }
            }
            _ => return false,
        };
        self.copy_below(&path, step);
        self.t.record(kind);
        self.settle();
        true
    }

    /// Lets dead paths die, so that what they lead to is not waited for.
    fn settle(&mut self) {
        self.t.give_up_unreachable();
    }

    /// What undoes a step that is taken over; the version that runs now says whether and how.
    fn given(&self, path: &str, step: StepIndex, earlier: &EarlierStep) -> Option<Arc<Value>> {
        self.t.plan_node(step).part(Part::Undo)?;
        let record = format!("{path}{}", undo::RECORD);
        let kept = self.earlier.steps.get(&record);
        Some(Arc::new(match kept.and_then(|kept| kept.output.clone()) {
            Some(kept) => kept,
            None => undo::seen(earlier.input.as_ref(), earlier.output.as_ref()),
        }))
    }

    /// Copies the records of a step, and those of all that ran in its blocks; what can be undone there still can be.
    fn copy_below(&mut self, path: &str, step: StepIndex) {
        self.copy_those(path, step, |rest| {
            rest.is_empty() || rest.starts_with(['.', '['])
        });
    }

    /// The same for one part of a step that has several.
    fn copy_part(&mut self, path: &str, step: StepIndex, part: Part) {
        let (plan, block) = (self.t.plan, self.t.plan_node(step).part(part));
        let lies_in = |rest: &str| {
            let id = rest.split(['.', '[']).next().unwrap_or(rest);
            let node = plan.index_of(id).map(|node| &plan.nodes[node as usize]);
            node.is_some_and(|node| Some(node.block) == block)
        };
        let record = format!("[{}]", part.as_str());
        self.copy_those(path, step, |rest| {
            rest == record || rest.strip_prefix('.').is_some_and(lies_in)
        });
    }

    fn copy_those(&mut self, path: &str, step: StepIndex, belongs: impl Fn(&str) -> bool) {
        let mut undos = Vec::new();
        let earlier = self.earlier;
        for (below, record) in earlier.steps.range(path.to_owned()..) {
            let Some(rest) = below.strip_prefix(path) else {
                break;
            };
            if !belongs(rest) || (is_undo(below) && earlier.failures == Failures::RunAgain) {
                continue;
            }
            let own = rest.is_empty() || rest == undo::RECORD;
            if let (Some(done), false) = (below.strip_suffix(undo::RECORD), own)
                && !earlier.was_undone(done)
            {
                undos.extend(self.undo_of(done, record));
            }
            self.copy(below, record);
        }
        undos.sort_by_key(|(at, _)| *at);
        let undos = undos.into_iter().map(|(_, undo)| undo);
        let undos: Vec<Undo> = undos.collect();
        for undo in undos {
            let (node, path, given) = (undo.node, undo.path, undo.given);
            self.t.record(EventKind::UndoKept {
                by: step,
                node,
                of: path,
                given,
            });
        }
    }

    fn undo_of(&self, path: &str, record: &EarlierStep) -> Option<(Time, Undo)> {
        let node = self.t.plan.index_of(last_id(path))?;
        self.t.plan.nodes[node as usize].part(Part::Undo)?;
        let undo = Undo {
            node,
            path: path.into(),
            given: Arc::new(record.output.clone()?),
            life: 0,
            base: 0,
        };
        Some((record.finished_at, undo))
    }

    fn copy(&mut self, path: &str, record: &EarlierStep) {
        // A node that the new version does not have any more is not there to be shown.
        let Some(node) = self.t.plan.index_of(last_id(path)) else {
            return;
        };
        let node = &self.t.plan.nodes[node as usize];
        self.t.effects.records.push(StepRecord {
            path: path.into(),
            attempt: 1,
            node: Arc::clone(&node.id),
            kind: node.kind.kind,
            status: record.status,
            input: record.input.clone().map(Arc::new),
            output: record.output.clone().map(Arc::new),
            error: record.error.clone(),
            port: record.port.as_deref().map(Arc::from),
            reason: Some(self.reason.clone()),
            runner: None,
            started_at: record.started_at,
            finished_at: record.finished_at,
        });
    }

    /// Opens the blocks of a step in which chosen steps lie.
    fn open(&mut self, step: StepIndex, chosen: &[Vec<Segment>]) {
        let path = self.t.execution.path(self.t.plan, step);
        let Some((input, opening)) = self.opening(step) else {
            // It fails, or is skipped, as it would in any run.
            return;
        };
        let ran = Ran {
            started_at: self.t.now,
            runner: Uuid::nil(),
        };
        if advance::begin_blocks(&mut self.t, step, opening, input, ran).is_err() {
            return;
        }
        for (turn, part, result) in self.kept_parts(step, &path, chosen) {
            match self.loops(step) {
                true => self.copy_below(&format!("{path}[{turn}]"), step),
                false => self.copy_part(&path, step, part),
            }
            let step = self.t.reference(step);
            self.t.record(EventKind::BlockKept {
                step,
                turn,
                part,
                result,
            });
        }
        let turns: BTreeSet<(u32, Part)> = chosen
            .iter()
            .filter_map(|segments| {
                let segment = segments.first()?;
                Some((segment.turn.unwrap_or(0), segment.part?))
            })
            .collect();
        let last = self.last_part(step);
        for (turn, part) in turns {
            if last.is_some_and(|last| part != last) || !self.has_turn(step, turn) {
                continue;
            }
            let reference = self.t.reference(step);
            self.t.record(EventKind::BlockStarted {
                step: reference,
                turn,
                part,
            });
            let frame = self.t.execution.frame_of(step, turn);
            let below: Vec<Vec<Segment>> = chosen
                .iter()
                .filter(|segments| {
                    segments[0].turn.unwrap_or(0) == turn && segments[0].part == Some(part)
                })
                .map(|segments| segments[1..].to_vec())
                .collect();
            self.frame(frame, &below);
        }
        advance::advance(&mut self.t, step);
    }

    /// What a loop goes over is asked anew: the workflow may have been mended, or its inputs.
    fn opening(&self, step: StepIndex) -> Option<(Option<Arc<Value>>, Opening)> {
        let node = self.t.plan_node(step);
        let Implementation::Pure(pure) = &node.implementation else {
            return None;
        };
        let run = self.t.execution.run_info(self.t.plan);
        let seen = self.t.execution.seen_from(self.t.plan, step);
        let scope = Scope {
            inputs: &self.t.execution.inputs,
            outputs: &seen,
            run: &run,
        };
        if !node.should_run(&scope).ok()? {
            return None;
        }
        let with = node.with.resolve(&scope).ok()?;
        match pure.run(self.t.now, with.clone()).ok()? {
            Outcome::Open(opening) => Some((Some(Arc::new(with)), opening)),
            _ => None,
        }
    }

    /// Turns and parts of a step's blocks that need not run again.
    fn kept_parts(
        &self,
        step: StepIndex,
        path: &str,
        chosen: &[Vec<Segment>],
    ) -> Vec<(u32, Part, BlockResult)> {
        let Some(StepState::Block(run)) = self.t.execution.step(step).map(|entry| &entry.state)
        else {
            return Vec::new();
        };
        let record = |name: &str| self.earlier.steps.get(&format!("{path}[{name}]"));
        let turns: BTreeSet<u32> = chosen
            .iter()
            .filter_map(|segments| segments[0].turn)
            .collect();
        match &run.work {
            Work::ForEach { items, .. } => {
                let before = record("").and_then(|record| record.output.clone());
                let before: Option<Opening> =
                    before.and_then(|opening| serde_json::from_value(opening).ok());
                let Some(Opening::ForEach { items: before, .. }) = before else {
                    return Vec::new();
                };
                let kept = (0..items.len() as u32).filter(|turn| !turns.contains(turn));
                kept.filter(|turn| before.get(*turn as usize) == items.get(*turn as usize))
                    .filter_map(|turn| {
                        let result = self.result_of_turn(record(&turn.to_string())?)?;
                        Some((turn, Part::Body, result))
                    })
                    .collect()
            }
            Work::While { .. } => {
                // Each turn goes on from what the one before gave; the first that is missing runs.
                let wanted = turns.first().copied().unwrap_or(0);
                (0..wanted)
                    .map_while(|turn| {
                        let record = record(&turn.to_string())?;
                        let done = record.status == StepStatus::Succeeded;
                        let output = record.output.clone().filter(|_| done)?;
                        Some((turn, Part::Body, Ok(Arc::new(output))))
                    })
                    .collect()
            }
            Work::Try { .. } => {
                let first = chosen.iter().filter_map(|segments| segments[0].part).min();
                let parts = [Part::Body, Part::Catch].into_iter();
                parts
                    .filter(|part| first.is_some_and(|first| *part < first))
                    .filter_map(|part| {
                        let record = record(part.as_str())?;
                        let result = match (&record.error, &record.output) {
                            (Some(error), _) => Err(error.clone()),
                            (None, output) => Ok(Arc::new(output.clone().unwrap_or_default())),
                        };
                        Some((0, part, result))
                    })
                    .collect()
            }
            Work::Race { .. } => Vec::new(),
        }
    }

    /// What a turn came to, if that stays.
    fn result_of_turn(&self, record: &EarlierStep) -> Option<BlockResult> {
        match record.status {
            StepStatus::Succeeded => Some(Ok(Arc::new(record.output.clone()?))),
            StepStatus::Failed if self.earlier.failures == Failures::Stay => {
                Some(Err(record.error.clone()?))
            }
            _ => None,
        }
    }

    /// Of a try, only the first part with a chosen step is begun; the rest follows by itself.
    fn last_part(&self, step: StepIndex) -> Option<Part> {
        let Some(StepState::Block(run)) = self.t.execution.step(step).map(|entry| &entry.state)
        else {
            return None;
        };
        let Work::Try { stage, outcome, .. } = &run.work else {
            return None;
        };
        let node = self.t.plan_node(step);
        Some(match (run.has_begun, stage, outcome) {
            (false, ..) => Part::Body,
            (true, Part::Body, Err(_)) if node.part(Part::Catch).is_some() => Part::Catch,
            _ => Part::Finally,
        })
    }

    fn loops(&self, step: StepIndex) -> bool {
        let entry = self.t.execution.step(step);
        entry.is_some_and(|entry| self.t.plan.loops(entry.node))
    }

    fn has_turn(&self, step: StepIndex, turn: u32) -> bool {
        match self.t.execution.step(step).map(|entry| &entry.state) {
            Some(StepState::Block(run)) => match &run.work {
                Work::ForEach { items, .. } => (turn as usize) < items.len(),
                Work::While {
                    turn: next, most, ..
                } => turn == *next && turn < *most,
                _ => true,
            },
            _ => false,
        }
    }
}
