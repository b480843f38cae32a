//! Blocks under way: a frame for each turn of a loop and each part of a try, and what its node makes of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{Execution, Step, StepState, error_output};
use super::undo::Undo;
use crate::Time;
use crate::node::{ErrorValue, Opening};
use crate::plan::{BlockIndex, NodeIndex, Part, Plan, StepIndex};
use crate::template::Outputs;

pub type FrameIndex = u32;

/// The frame of the document itself.
pub(super) const ROOT: FrameIndex = 0;

/// One run of a block's nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub(super) block: BlockIndex,
    /// The step whose block this is.
    pub(super) holder: Option<StepIndex>,
    /// Which turn of a loop, from 0; parts of other blocks have the number 0.
    pub(super) turn: u32,
    /// The first of its steps; they are numbered as the nodes of its block are.
    pub(super) first: StepIndex,
    /// Steps that have not ended.
    pub(super) open: u32,
    /// What stands before the ids of its nodes in the paths of its steps.
    pub(super) prefix: Arc<str>,
    /// The step, by its address, whose doings this frame undoes.
    pub(super) undoes: Option<Arc<str>>,
    /// What it comes to once its steps have cleaned up: it is being stopped.
    pub(super) ends_as: Option<BlockResult>,
}

/// How far a step's blocks are.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockRun {
    pub(super) since: Time,
    /// When the step's time-out is over.
    pub(super) until: Option<Time>,
    /// Attempts in there are counted on from this one: those up to it are of times that the step was open before.
    pub(super) base: u32,
    /// Frames that are open now.
    pub(super) live: u32,
    pub(super) has_begun: bool,
    /// What a race came to, once somebody won.
    pub(super) winner: Option<Arc<Value>>,
    /// Set when it is being stopped.
    pub(super) ends: Option<Ends>,
    pub(super) work: Work,
}

/// What becomes of a step whose blocks are stopped before their end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Ends {
    Cancelled { error: ErrorValue },
    Failed { error: ErrorValue },
}

impl Ends {
    pub fn error(&self) -> &ErrorValue {
        match self {
            Self::Cancelled { error } | Self::Failed { error } => error,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Work {
    ForEach {
        items: Arc<Vec<Value>>,
        /// By item; none for turns that have not ended.
        results: Vec<Option<Arc<Value>>>,
        loop_state: ForEach,
    },
    While {
        state: Arc<Value>,
        /// The turn to come.
        turn: u32,
        most: u32,
        error: Option<ErrorValue>,
    },
    Try {
        stage: Part,
        /// What body and catch came to so far.
        outcome: Result<Arc<Value>, ErrorValue>,
        /// What was done in there and can be undone.
        undo: Vec<Undo>,
        /// The first undo that failed: nothing catches that.
        undo_failed: Option<ErrorValue>,
    },
    Race {
        error: Option<ErrorValue>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ForEach {
    pub(super) parallelism: u32,
    pub(super) tolerated: u32,
    /// The turn to come.
    pub(super) next: u32,
    pub(super) failed: u32,
    /// Turns that began before their time, because a step of theirs runs again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) ahead: BTreeSet<u32>,
    /// Of the first turn that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<ErrorValue>,
}

/// What stands before the ids of the nodes that undo a step.
pub(super) fn undo_prefix(path: &str) -> Arc<str> {
    format!("{path}.undo.").into()
}

/// What a turn or part came to.
pub type BlockResult = Result<Arc<Value>, ErrorValue>;

impl BlockRun {
    pub(super) fn new(opening: &Opening, since: Time, until: Option<Time>, base: u32) -> Self {
        let work = match opening {
            Opening::ForEach {
                items,
                parallelism,
                tolerated,
            } => Work::ForEach {
                items: Arc::clone(items),
                results: vec![None; items.len()],
                loop_state: ForEach {
                    parallelism: *parallelism,
                    tolerated: *tolerated,
                    next: 0,
                    failed: 0,
                    ahead: BTreeSet::new(),
                    error: None,
                },
            },
            Opening::While { state, most } => Work::While {
                state: Arc::clone(state),
                turn: 0,
                most: *most,
                error: None,
            },
            Opening::Try => Work::Try {
                stage: Part::Body,
                outcome: Ok(Arc::default()),
                undo: Vec::new(),
                undo_failed: None,
            },
            Opening::Race => Work::Race { error: None },
        };
        Self {
            since,
            until,
            base,
            live: 0,
            has_begun: false,
            winner: None,
            ends: None,
            work,
        }
    }

    pub(super) fn started(&mut self, turn: u32, part: Part) {
        self.live += 1;
        self.has_begun = true;
        match &mut self.work {
            Work::ForEach { loop_state, .. } if turn == loop_state.next => {
                loop_state.next = turn + 1;
            }
            Work::ForEach { loop_state, .. } => {
                loop_state.ahead.insert(turn);
            }
            Work::Try { stage, .. } => *stage = part,
            Work::While { .. } | Work::Race { .. } => {}
        }
    }

    /// A turn that is under way has no result, whatever an earlier record says.
    pub(super) fn forget(&mut self, turn: u32) {
        if let Work::ForEach { results, .. } = &mut self.work
            && let Some(result) = results.get_mut(turn as usize)
        {
            *result = None;
        }
    }

    pub(super) fn ended(&mut self, turn: u32, part: Part, result: &BlockResult) {
        self.live = self.live.saturating_sub(1);
        // What a step that is stopped would have given, nobody asks any more.
        if self.ends.is_none() || matches!(self.work, Work::Try { .. }) {
            self.took(turn, part, result);
        }
    }

    /// An earlier run's result is taken over.
    pub(super) fn kept(&mut self, turn: u32, part: Part, result: &BlockResult) {
        self.has_begun = true;
        self.took(turn, part, result);
        match &mut self.work {
            Work::Try { stage, .. } => *stage = part,
            Work::ForEach { .. } | Work::While { .. } | Work::Race { .. } => {}
        }
    }

    fn took(&mut self, turn: u32, part: Part, result: &BlockResult) {
        match &mut self.work {
            Work::ForEach {
                results,
                loop_state,
                ..
            } => {
                let given = match result {
                    Ok(output) => Arc::clone(output),
                    Err(error) => {
                        loop_state.failed += 1;
                        loop_state.error.get_or_insert_with(|| error.clone());
                        Arc::new(error_output(error))
                    }
                };
                if let Some(slot) = results.get_mut(turn as usize) {
                    *slot = Some(given);
                }
            }
            Work::While {
                state,
                turn: next,
                error,
                ..
            } => {
                *next = turn + 1;
                match result {
                    Ok(output) => *state = Arc::clone(output),
                    Err(failure) => *error = Some(failure.clone()),
                }
            }
            Work::Try { outcome, .. } => match (part, result) {
                (Part::Finally, Ok(_)) => {}
                (_, result) => *outcome = result.clone(),
            },
            Work::Race { error } => match result {
                Ok(output) => (self.winner, *error) = (Some(Arc::clone(output)), None),
                Err(failure) => *error = Some(failure.clone()),
            },
        }
    }
}

impl Execution {
    /// Begins a block: its steps are there, and its roots are ready.
    pub(super) fn enter(
        &mut self,
        plan: &Plan,
        block: BlockIndex,
        holder: Option<StepIndex>,
        turn: u32,
    ) {
        let prefix = match holder {
            None => Arc::from(""),
            Some(holder) => {
                let path = self.path(plan, holder);
                let loops = self.block_run(holder).is_some_and(|run| {
                    matches!(run.work, Work::ForEach { .. } | Work::While { .. })
                });
                match loops {
                    true => format!("{path}[{turn}].").into(),
                    false => format!("{path}.").into(),
                }
            }
        };
        self.add_frame(plan, block, holder, turn, prefix, None);
    }

    /// Begins what undoes the last step that is not undone yet.
    pub(super) fn enter_undo(&mut self, plan: &Plan, holder: Option<StepIndex>) {
        let Some(undo) = self.undos(holder).and_then(|undos| undos.last()) else {
            return;
        };
        let (node, path) = (undo.node as usize, Arc::clone(&undo.path));
        let Some(block) = plan.nodes[node].part(Part::Undo) else {
            return;
        };
        let prefix = undo_prefix(&path);
        self.add_frame(plan, block, holder, 0, prefix, Some(path));
        if let Some(run) = holder.and_then(|holder| self.block_run(holder)) {
            run.live += 1;
        }
    }

    pub(super) fn leave_undo(&mut self, holder: Option<StepIndex>, error: Option<&ErrorValue>) {
        let frames = self.frames.iter();
        let found = frames
            .filter(|(_, frame)| frame.holder == holder && frame.undoes.is_some())
            .map(|(index, _)| *index)
            .next();
        let most = found.map_or(0, |frame| self.leave(frame));
        if let Some(undo) = self.undos_mut(holder).and_then(Vec::pop) {
            self.count_undos_on(&undo, most);
        }
        let Some(step) = holder else {
            if let Some(ending) = &mut self.ending
                && ending.undo_failed.is_none()
            {
                ending.undo_failed = error.cloned();
            }
            return;
        };
        if let Some(run) = self.block_run(step) {
            run.live = run.live.saturating_sub(1);
            if let Work::Try { undo_failed, .. } = &mut run.work
                && undo_failed.is_none()
            {
                *undo_failed = error.cloned();
            }
        }
    }

    pub(super) fn add_frame(
        &mut self,
        plan: &Plan,
        block: BlockIndex,
        holder: Option<StepIndex>,
        turn: u32,
        prefix: Arc<str>,
        undoes: Option<Arc<str>>,
    ) {
        let planned = &plan.blocks[block as usize];
        let base = match undoes {
            Some(_) => self
                .undos(holder)
                .and_then(|undos| undos.last())
                .map_or(0, |undo| undo.base),
            None => holder.map_or(0, |holder| self.base_of(holder)),
        };
        let (index, first) = (self.next_frame, self.next_step);
        self.next_frame += 1;
        self.next_step += planned.count;
        self.frames.insert(
            index,
            Frame {
                block,
                holder,
                turn,
                first,
                open: planned.count,
                prefix,
                undoes,
                ends_as: None,
            },
        );
        for (step, node) in (first..).zip(planned.first..planned.first + planned.count) {
            self.steps.insert(step, Step::pending(node, index, base));
        }
        for root in &planned.roots {
            self.set(first + root - planned.first, StepState::Ready);
        }
    }

    /// Forgets a frame and its steps, and what these hold in turn. Gives the highest attempt in there, which the step
    /// that holds the frame remembers: should its blocks begin again, theirs go on from there.
    pub(super) fn leave(&mut self, index: FrameIndex) -> u32 {
        let Some(frame) = self.frames.get(&index) else {
            return 0;
        };
        let (first, holder) = (frame.first, frame.holder);
        let steps: Vec<StepIndex> = self
            .steps
            .range(first..)
            .take_while(|(_, step)| step.frame == index)
            .map(|(step, _)| *step)
            .collect();
        let mut most = 0;
        for step in steps {
            self.leave_blocks_of(step);
            self.set(step, StepState::Cancelled);
            if let Some(gone) = self.steps.remove(&step) {
                most = most.max(gone.attempt).max(gone.inside);
            }
        }
        self.frames.remove(&index);
        // That there was a first attempt goes without saying.
        if let Some(holder) = holder.and_then(|holder| self.steps.get_mut(&holder))
            && most > 1
        {
            holder.inside = holder.inside.max(most);
        }
        most
    }

    pub(super) fn leave_blocks_of(&mut self, step: StepIndex) {
        if !matches!(
            self.steps.get(&step),
            Some(Step {
                state: StepState::Block(_),
                ..
            })
        ) {
            return;
        }
        for frame in self.frames_of(step) {
            self.leave(frame);
        }
    }

    /// The open frames of a step's blocks.
    pub(super) fn frames_of(&self, step: StepIndex) -> Vec<FrameIndex> {
        self.frames
            .iter()
            .filter(|(_, frame)| frame.holder == Some(step))
            .map(|(index, _)| *index)
            .collect()
    }

    pub(super) fn frame_of(&self, step: StepIndex, turn: u32) -> FrameIndex {
        let fits =
            |(_, frame): &(&FrameIndex, &Frame)| frame.holder == Some(step) && frame.turn == turn;
        // Asked for right after it began, it is the youngest; when it ends, often the oldest.
        let youngest = self.frames.iter().next_back().filter(fits);
        let found = youngest.or_else(|| self.frames.iter().find(fits));
        found.map_or(ROOT, |(index, _)| *index)
    }

    pub(super) fn block_run(&mut self, step: StepIndex) -> Option<&mut BlockRun> {
        match &mut self.steps.get_mut(&step)?.state {
            StepState::Block(run) => Some(run),
            _ => None,
        }
    }

    /// The work of the step that holds a frame.
    pub(super) fn work_of(&self, frame: FrameIndex) -> Option<(StepIndex, &Work)> {
        let holder = self.frames.get(&frame)?.holder?;
        match &self.steps.get(&holder)?.state {
            StepState::Block(run) => Some((holder, &run.work)),
            _ => None,
        }
    }

    /// In a race a failure is remembered: it counts when nobody wins.
    pub(super) fn note_failure(&mut self, step: StepIndex, error: &ErrorValue) {
        let frame = self.steps.get(&step).map_or(ROOT, |step| step.frame);
        if let Some((holder, Work::Race { .. })) = self.work_of(frame)
            && let Some(run) = self.block_run(holder)
        {
            run.work = Work::Race {
                error: Some(error.clone()),
            };
        }
    }

    /// What can be seen from a step: the outputs of the nodes around it, and what blocks around it give.
    pub fn seen_from<'a>(&'a self, plan: &'a Plan, step: StepIndex) -> View<'a> {
        let frame = self.steps.get(&step).map_or(ROOT, |step| step.frame);
        self.seen_in(plan, frame)
    }

    pub(super) fn seen_in<'a>(&'a self, plan: &'a Plan, frame: FrameIndex) -> View<'a> {
        View {
            execution: self,
            plan,
            frame,
            state: None,
        }
    }
}

impl Step {
    /// Attempts up to `base` were those of another step with this address, and count for nothing here.
    fn pending(node: NodeIndex, frame: FrameIndex, base: u32) -> Self {
        Self {
            node,
            frame,
            state: StepState::Pending,
            attempt: base + 1,
            unfinished: base,
            inside: base,
            deaths: 0,
            failures: Vec::new(),
            first_began_at: None,
            expires_at: None,
            resolved: 0,
            live: 0,
            output: None,
        }
    }
}

/// A run as its expressions see it from inside a frame.
pub struct View<'a> {
    execution: &'a Execution,
    plan: &'a Plan,
    frame: FrameIndex,
    /// For the condition of a loop, which is asked while no turn is open.
    state: Option<(Arc<Value>, u32)>,
}

impl View<'_> {
    pub(super) fn with_state(self, state: Arc<Value>, turn: u32) -> Self {
        Self {
            state: Some((state, turn)),
            ..self
        }
    }
}

impl Outputs for View<'_> {
    fn output(&self, node: NodeIndex) -> Option<&Value> {
        let block = self.plan.nodes.get(node as usize)?.block;
        let mut at = Some(self.frame);
        while let Some(index) = at {
            let frame = self.execution.frames.get(&index)?;
            if frame.block == block {
                let step = frame.first + node - self.plan.blocks[block as usize].first;
                return self.execution.steps.get(&step)?.output.as_deref();
            }
            at = self.around(frame);
        }
        None
    }

    fn local(&self, name: &str) -> Option<Arc<Value>> {
        if let Some((state, turn)) = &self.state {
            match name {
                "state" => return Some(Arc::clone(state)),
                "index" => return Some(Arc::new(Value::from(*turn))),
                _ => {}
            }
        }
        let mut at = Some(self.frame);
        while let Some(index) = at {
            let frame = self.execution.frames.get(&index)?;
            if frame.undoes.is_some() {
                let undos = self.execution.undos(frame.holder)?;
                let given = undos.last()?.given.get(name)?.clone();
                return Some(Arc::new(given));
            }
            if name == "resume" {
                let links = self.execution.links.as_deref();
                let links = links.map(|links| links.seen_in(self.execution, self.plan, index));
                return Some(Arc::new(
                    links.unwrap_or_else(|| Value::Object(Default::default())),
                ));
            }
            let given = self
                .execution
                .work_of(index)
                .and_then(|(_, work)| match (work, name) {
                    (Work::ForEach { items, .. }, "item") => {
                        items.get(frame.turn as usize).cloned().map(Arc::new)
                    }
                    (Work::ForEach { .. } | Work::While { .. }, "index") => {
                        Some(Arc::new(Value::from(frame.turn)))
                    }
                    (Work::While { state, .. }, "state") => Some(Arc::clone(state)),
                    (
                        Work::Try {
                            stage: Part::Catch,
                            outcome: Err(error),
                            ..
                        },
                        "error",
                    ) => serde_json::to_value(error).ok().map(Arc::new),
                    _ => None,
                });
            if given.is_some() {
                return given;
            }
            at = self.around(frame);
        }
        None
    }
}

impl View<'_> {
    /// The frame around another one; what undoes a step sees nothing around it.
    fn around(&self, frame: &Frame) -> Option<FrameIndex> {
        let holder = frame.holder.filter(|_| frame.undoes.is_none())?;
        self.execution.steps.get(&holder).map(|step| step.frame)
    }
}
