//! Helpers: plans from a line of text, and a run that is commanded by node names.

use std::sync::Arc;

use async_trait::async_trait;
use engine::Time;
use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::{Document, Retry, parse};
use engine::execution::{
    Command, Completion, Effects, Event, Execution, Illegal, Ran, RunOptions, Status, StepRecord,
    StepStatus, accept, apply, replay,
};
use engine::node::{ActiveNode, Await, Context, ErrorValue, Failure, Opening, Outcome, PureNode};
use engine::plan::{Plan, StepIndex, compile};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const RUNNER: Uuid = Uuid::from_u128(7);

struct Nothing;

impl PureNode for Nothing {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

#[async_trait]
impl ActiveNode for Nothing {
    async fn run(&self, _context: Context, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

type Open = fn(&Value) -> Opening;

/// Nodes that hold blocks, with as little around them as there can be.
const BLOCKS: [(&str, Open); 4] = [
    ("flow.for_each", |with| Opening::ForEach {
        items: Arc::new(with["items"].as_array().cloned().unwrap_or_default()),
        parallelism: with["parallelism"].as_u64().unwrap_or(1) as u32,
        tolerated: with["tolerate"].as_u64().unwrap_or(0) as u32,
    }),
    ("flow.while", |with| Opening::While {
        state: Arc::new(with["state"].clone()),
        most: with["max"].as_u64().unwrap_or(10) as u32,
    }),
    ("flow.try", |_| Opening::Try),
    ("flow.race", |_| Opening::Race),
];

struct Opens(Open);

impl PureNode for Opens {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::Open(self.0(&with)))
    }
}

/// Waits for an answer, as its parameters say.
struct Asks(bool);

impl PureNode for Asks {
    fn run(&self, now: Time, with: Value) -> Result<Outcome, Failure> {
        let text = |name: &str| with[name].as_str().map(str::to_owned);
        let form = serde_json::from_value(with["form"].clone()).unwrap();
        let after = with["after"].as_i64();
        Ok(Outcome::Await(Box::new(Await {
            signal: text("signal"),
            key: text("key"),
            message: None,
            form,
            approval: self.0,
            deadline: after.map(|millis| now + chrono::TimeDelta::milliseconds(millis)),
        })))
    }
}

fn kind(name: &'static str, ports: &'static [&'static str]) -> NodeKind {
    NodeKind {
        kind: name,
        version: 1,
        title: name,
        summary: "",
        description: "",
        category: "test",
        effect: Effect::Effectful,
        ports: Ports::Fixed(ports),
        config_schema: json!({}),
        output_schema: json!({}),
        scripts: &[],
        default_retry: Retry::NEVER,
        default_timeout_ms: None,
        reports_progress: true,
        takes_secrets: true,
        disabled_reason: None,
    }
}

fn pure(name: &'static str, ports: &'static [&'static str]) -> NodeKind {
    NodeKind {
        effect: Effect::Pure,
        ..kind(name, ports)
    }
}

pub(crate) fn catalog() -> Catalog {
    let mut catalog = Catalog::new();
    catalog.add_active(kind("test.act", &["out"]), Nothing);
    catalog.add_active(kind("flow.branch", &["true", "false"]), Nothing);
    catalog.add_pure(pure("flow.join", &["out"]), Nothing);
    catalog.add_pure(pure("test.pure", &["out"]), Nothing);
    catalog.add_pure(pure("flow.await", &["out"]), Asks(false));
    catalog.add_pure(pure("flow.approve", &["approved", "rejected"]), Asks(true));
    for (name, open) in BLOCKS {
        catalog.add_pure(pure(name, &["out"]), Opens(open));
    }
    catalog
}

/// A plan from `nodes` as JSON and edges as text.
pub(crate) fn plan(nodes: Value, edges: &[&str]) -> Plan {
    plan_with(nodes, edges, json!({}))
}

pub(crate) fn plan_with(nodes: Value, edges: &[&str], settings: Value) -> Plan {
    let document =
        json!({ "lathe": 1, "name": "test", "nodes": nodes, "edges": edges, "settings": settings });
    let document: Document = parse::from_value(document).unwrap();
    compile(document, &catalog()).unwrap()
}

/// A run of a plan, at a time of its own.
pub(crate) struct Run {
    pub(crate) plan: Plan,
    pub(crate) execution: Execution,
    pub(crate) events: Vec<Event>,
    pub(crate) records: Vec<StepRecord>,
    pub(crate) now: Time,
    begun: Time,
}

impl Run {
    pub(crate) fn new(plan: Plan) -> Self {
        let now = Time::from_timestamp_millis(1_700_000_000_000).unwrap();
        Self::with_options(plan, RunOptions::default(), now)
    }

    pub(crate) fn with_options(plan: Plan, options: RunOptions, now: Time) -> Self {
        let (id, options) = (Uuid::from_u128(1), Arc::new(options));
        let (execution, effects) = accept(id, &plan, Arc::new(json!({})), 0, options, now);
        Self::begun(plan, execution, effects, now)
    }

    pub(crate) fn begun(plan: Plan, execution: Execution, effects: Effects, now: Time) -> Self {
        Self {
            plan,
            execution,
            events: effects.events,
            records: effects.records,
            now,
            begun: now,
        }
    }

    pub(crate) fn index(&self, node: &str) -> StepIndex {
        self.plan
            .nodes
            .iter()
            .position(|known| &*known.id == node)
            .unwrap() as StepIndex
    }

    pub(crate) fn attempt(&self, node: &str) -> u32 {
        self.execution.step(self.index(node)).unwrap().attempt
    }

    pub(crate) fn status(&self, node: &str) -> StepStatus {
        self.execution
            .step(self.index(node))
            .unwrap()
            .state
            .status()
    }

    pub(crate) fn apply(&mut self, command: Command) -> Result<Effects, Illegal> {
        let before = self.execution.clone();
        match apply(&mut self.execution, &self.plan, self.now, command) {
            Ok(effects) => {
                self.events.extend(effects.events.iter().cloned());
                self.records.extend(effects.records.iter().cloned());
                Ok(effects)
            }
            Err(illegal) => {
                assert_eq!(
                    self.execution, before,
                    "an illegal command changed the state"
                );
                Err(illegal)
            }
        }
    }

    pub(crate) fn take(&mut self, node: &str) -> Result<Effects, Illegal> {
        let (step, attempt) = (self.index(node), self.attempt(node));
        self.apply(Command::Take {
            step,
            attempt,
            runner: RUNNER,
        })
    }

    pub(crate) fn done(&mut self, node: &str, port: &str) -> Result<Effects, Illegal> {
        let (step, attempt) = (self.index(node), self.attempt(node));
        self.apply(Command::Complete {
            step,
            attempt,
            result: self.completion(node, port),
        })
    }

    pub(crate) fn completion(&self, node: &str, port: &str) -> Completion {
        let output = Arc::new(json!({ "by": node }));
        Completion {
            output,
            port: Some(port.into()),
            input: None,
            reason: None,
            ran: self.ran(),
        }
    }

    pub(crate) fn fail(&mut self, node: &str, retryable: bool) -> Result<Effects, Illegal> {
        let (step, attempt) = (self.index(node), self.attempt(node));
        let failure = Failure {
            error: ErrorValue::new("boom", "it broke"),
            retryable,
            retry_after: None,
        };
        self.apply(Command::Fail {
            step,
            attempt,
            failure,
            input: None,
            ran: self.ran(),
        })
    }

    /// Takes and completes a node.
    pub(crate) fn run(&mut self, node: &str) {
        self.run_to(node, "out");
    }

    pub(crate) fn run_to(&mut self, node: &str, port: &str) {
        self.take(node).unwrap();
        self.done(node, port).unwrap();
    }

    pub(crate) fn ran(&self) -> Ran {
        Ran {
            started_at: self.now,
            runner: RUNNER,
        }
    }

    pub(crate) fn sleep(&mut self, millis: i64) {
        self.now += chrono::TimeDelta::milliseconds(millis);
        self.apply(Command::Tick).unwrap();
    }

    #[track_caller]
    pub(crate) fn expect(&self, status: Status, steps: &[(&str, StepStatus)]) {
        assert_eq!(self.execution.status, status);
        for (node, expected) in steps {
            assert_eq!(self.status(node), *expected, "{node}");
        }
        self.check_replay();
    }

    /// The events alone lead to the same state.
    #[track_caller]
    pub(crate) fn check_replay(&self) {
        let inputs = Arc::clone(&self.execution.inputs);
        let mut replayed = replay(
            self.execution.id,
            &self.plan,
            inputs,
            0,
            Arc::clone(&self.execution.options),
            self.begun,
            &self.events,
        );
        replayed.links = self.execution.links.clone();
        assert_eq!(replayed, self.execution);
        let numbers: Vec<u64> = self.events.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=self.events.len() as u64).collect::<Vec<_>>());
    }
}
