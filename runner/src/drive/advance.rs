//! Moves an execution on as far as memory allows: pure steps run, others are taken.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use engine::blob::{self, Blob};
use engine::catalog::Implementation;
use engine::execution::{
    Command, Completion, Decision, MAX_CALL_DEPTH, Ran, RunOptions, StepState, accept,
};
use engine::node::{ErrorValue, Failure, Outcome};
use engine::plan::StepIndex;
use engine::ports::definitions::VersionChoice;
use engine::ports::executions::{Accepted, Commit, Parent};
use engine::ports::queue::{Ticket, TicketReason};
use engine::script;
use engine::template::Scope;
use serde_json::Value;
use tokio::time::Instant;

use super::commit::commit_of;
use super::run_step::Start;
use super::settle::{check_parameters, check_size, panicked, shorten};
use super::{Drive, Interrupted, SPARE};
use crate::gate;
use crate::plans::PlanError;
use crate::scripts::{Length, aside};
use crate::vars::{self, VarsError};

/// A pass over pure steps that takes longer than this is moved out of the way of other executions.
const PATIENCE: Duration = Duration::from_millis(1);

/// The longest that one pass over pure steps takes.
const LONGEST_PASS: Duration = Duration::from_millis(500);

/// What is to be done with a ready step.
enum Prepared {
    Skip,
    Run {
        with: Value,
        cache_key: Option<Value>,
    },
    Fail(ErrorValue),
}

impl Drive {
    /// Takes ready steps until none is left, or none that may begin before a commit. True when another state was taken at
    /// last, with which there may be more to do.
    pub(super) async fn advance(&mut self) -> Result<bool, Interrupted> {
        let (mut pass, mut began) = (Instant::now(), Instant::now());
        let mut saturated = false;
        let starved = self.starved.take();
        self.crowded = None;
        while !self.shared.is_draining() && !saturated {
            // Builds without a site hide nothing else that is ready.
            let crowded = self.crowded.is_some();
            let ready = self.execution.takeable(&self.plan);
            let ready = ready.filter(|(step, _)| !(crowded && self.builds(*step)));
            let ready: Vec<_> = ready.take(64).collect();
            if ready.is_empty() {
                break;
            }
            let before = self.execution.seq;
            for (step, attempt) in ready {
                if self.execution.status.is_terminal() {
                    break;
                }
                self.begin(step, attempt, &mut saturated).await?;
                if began.elapsed() > PATIENCE {
                    tokio::task::yield_now().await;
                    began = Instant::now();
                }
            }
            // A long chain is recorded in parts, so that little of it has to run again after a crash.
            let much = self.batch.records.len() >= self.shared.options.longest_part;
            if self.execution.seq == before {
                if crowded || self.crowded.is_none() {
                    break;
                }
                continue;
            }
            if much || pass.elapsed() > LONGEST_PASS {
                if self.shared.is_draining() || !self.may_go_ahead() {
                    break;
                }
                self.commit_ahead().await?;
                // Somebody has a word for it, or its time is over.
                if self.asked || !self.mailbox.is_empty() || self.ticks_by(self.now()) {
                    break;
                }
                pass = Instant::now();
            }
        }
        let overtaken = self.catch_up().await?;
        (self.turn, self.site) = (None, None);
        match saturated {
            true => self.starved = starved.or_else(|| Some(Instant::now())),
            false => (self.spared, self.patience) = (false, SPARE),
        }
        // What else a run has to do is offered while a part of it is done here; a run that does one thing after the other
        // waits for its turn.
        let short = saturated || self.crowded.is_some();
        let more = short && !(self.running.is_empty() && self.starts.is_empty());
        let left_over = (more || self.shared.is_draining()) && self.execution.has_ready_steps();
        if left_over && !self.execution.status.is_terminal() && self.batch.changes_something() {
            let reason = TicketReason::Wake;
            self.batch.tickets.push(Ticket {
                execution: self.execution.id,
                reason,
            });
        }
        Ok(overtaken)
    }

    fn builds(&self, step: StepIndex) -> bool {
        let node = self.execution.node(&self.plan, step);
        node.is_some_and(|node| node.kind.builds())
    }

    async fn begin(
        &mut self,
        step: StepIndex,
        attempt: u32,
        saturated: &mut bool,
    ) -> Result<(), Interrupted> {
        let Some(node) = self.execution.node(&self.plan, step) else {
            // Its block was closed meanwhile.
            return Ok(());
        };
        // A commit on the way may have come upon another state.
        let live = self.execution.step(step);
        if live.is_none_or(|live| live.attempt != attempt || live.state != StepState::Ready) {
            return Ok(());
        }
        if let Some(pin) = self.execution.options.pins.get(&*node.id).cloned() {
            let (output, port) = (pin.output, pin.port);
            self.command(Command::Decide {
                step,
                attempt,
                decision: Decision::Give { output, port },
                reason: "pinned: it did not run".to_owned(),
            });
            return Ok(());
        }
        let implementation = node.implementation.clone();
        let recorded_first = self.cautious || node.checkpoint;
        let builds = node.kind.builds();
        let (mut turn, mut site) = (None, None);
        if matches!(implementation, Implementation::Active(_)) {
            let free = || Arc::clone(&self.shared.steps).try_acquire_owned().ok();
            turn = self.turn.take().or_else(free);
            if turn.is_none() {
                *saturated = true;
                return Ok(());
            }
            if builds && let Some(sites) = self.shared.sites.of(self.accepted.owner) {
                let free = || Arc::clone(&sites).try_acquire_owned().ok();
                site = self.site.take().or_else(free);
                if site.is_none() {
                    // What else is ready goes on meanwhile.
                    self.crowded = Some(sites);
                    return Ok(());
                }
            }
        }
        let started_at = self.now();
        let ran = Ran {
            started_at,
            runner: self.runner,
        };
        let (with, cache_key) = match self.prepare(step).await {
            Prepared::Skip => {
                let reason = "its condition `when` is false".to_owned();
                self.command(Command::Skip {
                    step,
                    attempt,
                    reason,
                });
                return Ok(());
            }
            Prepared::Fail(error) => {
                if self.command(Command::Take {
                    step,
                    attempt,
                    runner: self.runner,
                }) {
                    let failure = Failure {
                        error,
                        retryable: false,
                        retry_after: None,
                    };
                    self.command(Command::Fail {
                        step,
                        attempt,
                        failure,
                        input: None,
                        ran,
                    });
                }
                return Ok(());
            }
            Prepared::Run { with, cache_key } => (with, cache_key),
        };
        match implementation {
            Implementation::Pure(pure) => {
                if recorded_first {
                    self.command(Command::Take {
                        step,
                        attempt,
                        runner: self.runner,
                    });
                    self.commit().await?;
                    if !self.holds(step, attempt) {
                        return Ok(());
                    }
                }
                let input = Arc::new(with.clone());
                // The node's own fault: its step fails, the run and its neighbours go on.
                let result = catch_unwind(AssertUnwindSafe(|| pure.run(started_at, with)))
                    .unwrap_or_else(|_| {
                        tracing::error!(execution.id = %self.execution.id, step, "a node panicked");
                        Err(panicked())
                    });
                self.settle_now(step, attempt, ran, input, result).await?;
            }
            Implementation::Active(active) => {
                let take = Command::Take {
                    step,
                    attempt,
                    runner: self.runner,
                };
                if let Some(permit) = turn
                    && self.command(take)
                {
                    self.starts.push(Start {
                        step,
                        attempt,
                        with: Arc::new(with),
                        cache_key,
                        node: active,
                        permit,
                        site,
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether this runner still holds this attempt of a step.
    fn holds(&self, step: StepIndex, attempt: u32) -> bool {
        self.execution
            .held()
            .any(|held| held == (step, attempt, self.runner))
    }

    /// Evaluates what the document says about a step where it stands, when that takes a moment; otherwise once more,
    /// in a turn among those that take long.
    async fn prepare(&mut self, step: StepIndex) -> Prepared {
        let place = self.execution.step(step).map_or(0, |entry| entry.node);
        let workflow = (self.accepted.workflow_id, self.accepted.workflow_version);
        let known = self.shared.plans.length(workflow, place);
        if known.is_none()
            && let Some(prepared) = script::briefly(|| self.evaluate(step))
        {
            return prepared;
        }
        let length = known.unwrap_or(Length::Long);
        let _turn = self.shared.scripts.turn(length).await;
        let timed = Instant::now();
        let prepared = aside(|| self.evaluate(step));
        let length = Length::of(timed.elapsed());
        self.shared.plans.remember(workflow, place, length);
        prepared
    }

    /// Whether a step runs, and with what.
    fn evaluate(&self, step: StepIndex) -> Prepared {
        let Some(node) = self.execution.node(&self.plan, step) else {
            return Prepared::Skip;
        };
        if let Some(reason) = &node.kind.disabled_reason {
            return Prepared::Fail(ErrorValue::new("node_disabled", reason));
        }
        let run = self.execution.run_info(&self.plan);
        let seen = self.execution.seen_from(&self.plan, step);
        let scope = Scope {
            inputs: &self.execution.inputs,
            outputs: &seen,
            run: &run,
        };
        let evaluate = || {
            match node
                .when
                .as_ref()
                .map(|when| when.resolve(&scope))
                .transpose()?
            {
                None | Some(Value::Bool(true)) => {}
                Some(Value::Bool(false)) => return Ok(Prepared::Skip),
                Some(other) => {
                    let message = format!("`when` must give true or false, not {other}");
                    return Err(ErrorValue::new("expression_error", message));
                }
            }
            let with = node.with.resolve(&scope)?;
            check_parameters(&with)?;
            let key = node.cache.as_ref().and_then(|cache| cache.key.as_ref());
            let cache_key = key.map(|key| key.resolve(&scope)).transpose()?;
            Ok(Prepared::Run { with, cache_key })
        };
        evaluate().unwrap_or_else(Prepared::Fail)
    }

    /// Turns what a node gave into a command.
    pub(super) async fn settle_now(
        &mut self,
        step: StepIndex,
        attempt: u32,
        ran: Ran,
        input: Arc<Value>,
        result: Result<Outcome, Failure>,
    ) -> Result<(), Interrupted> {
        let input = Some(input);
        let command = match result.and_then(check_size).map_err(shorten) {
            Ok(Outcome::Done { output, port }) => {
                let port = port.map(Arc::from);
                let result = Completion {
                    output: Arc::new(output),
                    port,
                    input,
                    reason: None,
                    ran,
                };
                Command::Complete {
                    step,
                    attempt,
                    result,
                }
            }
            Ok(Outcome::Wait { until, output }) => Command::Wait {
                step,
                attempt,
                until,
                output,
                input,
                ran,
            },
            Ok(Outcome::Await(request)) => Command::Await {
                step,
                attempt,
                wait: self.shared.ports.clock.id(),
                request,
                input,
                ran,
            },
            Ok(Outcome::Open(opening)) => Command::Open {
                step,
                attempt,
                opening,
                input,
                ran,
            },
            Ok(Outcome::Call {
                workflow,
                version,
                inputs,
            }) => match self.prepare_child(step, &workflow, version, inputs).await? {
                Ok(commit) => {
                    let child = commit.id;
                    let call = Command::Call {
                        step,
                        attempt,
                        child,
                        input,
                        ran,
                    };
                    self.command(call);
                    if self.execution.children().any(|(_, id)| id == child) {
                        self.spawn(commit);
                    }
                    return Ok(());
                }
                Err(failure) => Command::Fail {
                    step,
                    attempt,
                    failure,
                    input,
                    ran,
                },
            },
            Err(failure) => Command::Fail {
                step,
                attempt,
                failure,
                input,
                ran,
            },
        };
        self.command(command);
        Ok(())
    }

    /// Inserts an execution together with what led to it, and offers it after that; one that is held waits for its
    /// ticket until it is let in.
    pub(super) fn spawn(&mut self, child: Commit) {
        let held = child
            .accepted
            .as_ref()
            .is_some_and(|child| child.gate.is_some());
        if !held {
            self.batch.tickets.push(Ticket {
                execution: child.id,
                reason: TicketReason::Wake,
            });
        }
        self.batch.spawned.push(child);
    }

    /// Prepares the execution that a step calls.
    async fn prepare_child(
        &self,
        step: StepIndex,
        workflow: &str,
        version: Option<VersionChoice>,
        mut inputs: Value,
    ) -> Result<Result<Commit, Failure>, Interrupted> {
        let owner = self.accepted.owner;
        let found = match self.shared.plans.named(owner, workflow, version).await {
            Ok(found) => found,
            Err(PlanError::Port(error)) => return Err(error.into()),
            Err(PlanError::Invalid(problems)) => {
                return Ok(Err(Failure::permanent(
                    "invalid_workflow",
                    problems.to_string(),
                )));
            }
        };
        let Some((definition, plan)) = found else {
            let message = match version {
                Some(VersionChoice::Number(number)) => format!(
                    "there is no version {number} of a workflow called `{workflow}`: name another version, or mend the name"
                ),
                Some(VersionChoice::PUBLISHED) => format!(
                    "there is no published workflow called `{workflow}`: publish it, or mend the name"
                ),
                _ => {
                    format!("there is no workflow called `{workflow}`: create it, or mend the name")
                }
            };
            return Ok(Err(Failure::permanent("unknown_workflow", message)));
        };
        if self.execution.depth + 1 >= MAX_CALL_DEPTH {
            let message = format!(
                "workflows may call each other {MAX_CALL_DEPTH} deep: does this one call itself without end?"
            );
            return Ok(Err(Failure::permanent("call_too_deep", message)));
        }
        let id = self.shared.ports.clock.id();
        let blobs = &*self.shared.ports.blobs;
        crate::blobs::adopt(blobs, &mut inputs, self.execution.id, id).await?;
        let own = |blob: &Blob| blob.execution == id;
        let checked = blob::refuse(&inputs, "", &own).and_then(|()| plan.check_inputs(inputs));
        let inputs = match checked {
            Ok(inputs) => inputs,
            Err(problems) => {
                return Ok(Err(Failure::permanent(
                    "invalid_inputs",
                    problems.to_string(),
                )));
            }
        };
        let admission = match plan.admission(&inputs) {
            Ok(admission) => admission,
            Err(problems) => {
                let message = problems.to_string();
                return Ok(Err(Failure::permanent("invalid_inputs", message)));
            }
        };
        let vars = match vars::read(&self.shared.ports, &plan, definition.owner).await {
            Ok(vars) => vars,
            Err(VarsError::Port(error)) => return Err(error.into()),
            Err(VarsError::Missing(problems)) => {
                let message = problems.to_string();
                return Ok(Err(Failure::permanent("variable_missing", message)));
            }
        };
        let options = RunOptions {
            vars,
            ..RunOptions::default()
        };
        let created_at = self.now();
        let (mut execution, mut effects) = accept(
            id,
            &plan,
            Arc::new(inputs.clone()),
            self.execution.depth + 1,
            Arc::new(options.clone()),
            created_at,
        );
        gate::hold_back(&plan, &mut execution, &mut effects, created_at);
        let accepted = Accepted {
            id,
            owner: definition.owner,
            gate: execution.held.then_some(admission),
            workflow_id: definition.workflow_id,
            workflow_name: definition.name,
            workflow_version: definition.version,
            inputs,
            options,
            rerun: None,
            trigger: "call".to_owned(),
            started_by: self.accepted.started_by,
            parent: Some(Parent {
                execution: self.execution.id,
                step: self.execution.path(&self.plan, step).to_string(),
            }),
            idempotency_key: None,
            created_at,
        };
        let options = &self.shared.options;
        commit_of(&plan, &execution, accepted, effects, options, created_at).map(Ok)
    }
}
