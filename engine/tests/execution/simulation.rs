//! A runner without a world: it takes whatever may be taken, and steps give what the test says.

use std::sync::Arc;

use engine::catalog::Implementation;
use engine::document::parse;
use engine::execution::{Command, Completion, Execution, Status};
use engine::node::{ErrorValue, Failure, Outcome};
use engine::plan::{StepIndex, compile};
use engine::ports::executions::{Accepted, Loaded, StoredOutput};
use engine::template::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::graphs::{RUNNER, Run, catalog};

/// What becomes of a step that acts.
pub(crate) enum Fate {
    Gives(Value),
    Fails,
    /// It goes on for as long as anything else can happen.
    Lasts,
}

pub(crate) fn run_of(yaml: &str) -> Run {
    let document = parse::parse(yaml).unwrap().document;
    Run::new(compile(document, &catalog()).unwrap_or_else(|problems| panic!("{problems}")))
}

impl Run {
    /// Runs to the end; `fate` is asked for each step that acts, by its path, and `pick` chooses among steps.
    pub(crate) fn drive(&mut self, fate: impl Fn(&str) -> Fate, pick: impl FnMut(usize) -> usize) {
        self.drive_until(fate, pick, |_, _| None);
    }

    /// The same, with somebody who meddles: asked before each turn, by its number.
    pub(crate) fn drive_until(
        &mut self,
        fate: impl Fn(&str) -> Fate,
        mut pick: impl FnMut(usize) -> usize,
        mut meddle: impl FnMut(&Self, usize) -> Option<Command>,
    ) {
        let mut lasting = Vec::new();
        for turn in 0..100_000 {
            if self.execution.status.is_terminal() {
                self.check_replay();
                return;
            }
            if let Some(command) = meddle(self, turn) {
                // Not everything is allowed at every time.
                let _ = self.apply(command);
                self.check_stored();
                continue;
            }
            if self.execution.status == Status::Paused {
                let reason = "go on".to_owned();
                self.apply(Command::Resume { reason }).unwrap();
            }
            let takeable: Vec<_> = self.execution.takeable(&self.plan).collect();
            if let Some(&(step, attempt)) =
                takeable.get(pick(takeable.len().max(1)) % takeable.len().max(1))
            {
                self.turn(step, attempt, &fate, &mut lasting);
            } else if let Some(at) = self.execution.next_tick() {
                self.now = self.now.max(at);
                self.apply(Command::Tick).unwrap();
            } else if let Some((step, attempt)) = lasting.pop() {
                // Nothing else can happen: what lasts comes to its end.
                let result = self.gives(json!("late"));
                let _ = self.apply(Command::Complete {
                    step,
                    attempt,
                    result,
                });
            } else {
                panic!("the run hangs: {:?}", self.execution);
            }
        }
        panic!("the run does not end");
    }

    /// Goes on as long as something holds.
    pub(crate) fn drive_while(
        &mut self,
        fate: impl Fn(&str) -> Fate,
        mut pick: impl FnMut(usize) -> usize,
        holds: impl Fn(&Self) -> bool,
    ) {
        let mut lasting = Vec::new();
        while holds(self) {
            let takeable: Vec<_> = self.execution.takeable(&self.plan).collect();
            let (step, attempt) = takeable[pick(takeable.len())];
            self.turn(step, attempt, &fate, &mut lasting);
        }
    }

    fn turn(
        &mut self,
        step: StepIndex,
        attempt: u32,
        fate: &impl Fn(&str) -> Fate,
        lasting: &mut Vec<(StepIndex, u32)>,
    ) {
        let node = self.execution.node(&self.plan, step).unwrap();
        let implementation = node.implementation.clone();
        let run = self.execution.run_info(&self.plan);
        let seen = self.execution.seen_from(&self.plan, step);
        let scope = Scope {
            inputs: &self.execution.inputs,
            outputs: &seen,
            run: &run,
        };
        let goes = node.should_run(&scope).unwrap();
        let with = node.with.resolve(&scope).unwrap();
        let path = self.execution.path(&self.plan, step);
        if !goes {
            let reason = "no".to_owned();
            self.apply(Command::Skip {
                step,
                attempt,
                reason,
            })
            .unwrap();
            return;
        }
        let (ran, input) = (self.ran(), None);
        let command = match implementation {
            Implementation::Pure(pure) => match pure.run(self.now, with).unwrap() {
                Outcome::Open(opening) => Command::Open {
                    step,
                    attempt,
                    opening,
                    input,
                    ran,
                },
                Outcome::Done { output, .. } => {
                    let result = self.gives(output);
                    Command::Complete {
                        step,
                        attempt,
                        result,
                    }
                }
                Outcome::Await(request) => Command::Await {
                    step,
                    attempt,
                    wait: Uuid::from_u128(1_000 + u128::from(self.execution.seq)),
                    request,
                    input,
                    ran,
                },
                other => panic!("{other:?}"),
            },
            Implementation::Active(_) => {
                let runner = RUNNER;
                self.apply(Command::Take {
                    step,
                    attempt,
                    runner,
                })
                .unwrap();
                let with_before = with.clone();
                match fate(&path) {
                    Fate::Gives(value) => {
                        let output = if value.is_null() { with } else { value };
                        let mut result = self.gives(output);
                        result.input = Some(Arc::new(with_before));
                        Command::Complete {
                            step,
                            attempt,
                            result,
                        }
                    }
                    Fate::Fails => Command::Fail {
                        step,
                        attempt,
                        failure: Failure {
                            error: ErrorValue::new("boom", format!("{path} broke")),
                            retryable: true,
                            retry_after: None,
                        },
                        input,
                        ran,
                    },
                    Fate::Lasts => {
                        lasting.push((step, attempt));
                        return;
                    }
                }
            }
        };
        self.apply(command).unwrap();
        self.check_stored();
    }

    fn gives(&self, output: Value) -> Completion {
        Completion {
            output: Arc::new(output),
            port: None,
            input: None,
            reason: None,
            ran: self.ran(),
        }
    }

    /// What is stored leads to the same state, and no attempt is recorded twice.
    pub(crate) fn check_stored(&self) {
        let mut attempts = std::collections::HashSet::new();
        for record in &self.records {
            let attempt = (&record.path, record.attempt);
            assert!(attempts.insert(attempt), "{attempt:?} is recorded twice");
        }
        if self.execution.status.is_terminal() {
            return;
        }
        let stored = stored(&self.execution, self);
        let mut restored = Execution::from_loaded(&self.plan, stored).unwrap();
        restored.links = self.execution.links.clone();
        assert_eq!(restored, self.execution);
    }

    /// The paths of all attempts that ended in success.
    pub(crate) fn succeeded(&self) -> Vec<String> {
        let ended = self.records.iter().filter(|record| {
            record.status == engine::execution::StepStatus::Succeeded && !record.path.ends_with(']')
        });
        ended.map(|record| record.path.to_string()).collect()
    }
}

fn stored(execution: &Execution, run: &Run) -> Loaded {
    let outputs = run.records.iter().filter_map(|record| {
        Some(StoredOutput {
            path: record.path.to_string(),
            attempt: record.attempt,
            value: Value::clone(record.output.as_ref()?),
        })
    });
    Loaded {
        accepted: Accepted {
            owner: Uuid::nil(),
            id: execution.id,
            workflow_id: Uuid::nil(),
            workflow_name: "test".to_owned(),
            workflow_version: 1,
            inputs: Value::clone(&execution.inputs),
            options: engine::execution::RunOptions::clone(&execution.options),
            gate: None,
            rerun: None,
            trigger: "test".to_owned(),
            started_by: None,
            parent: None,
            idempotency_key: None,
            created_at: execution.created_at,
        },
        version: 1,
        admitted: false,
        seq: execution.seq,
        frontier: execution.to_frontier().unwrap(),
        status: execution.status,
        outputs: outputs.collect(),
    }
}
