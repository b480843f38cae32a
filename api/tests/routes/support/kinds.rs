//! A small catalogue: a pure node, one that waits until the test lets it go, and one that fails at first.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use engine::Time;
use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::Retry;
use engine::node::{ActiveNode, Await, Context, Failure, LogStream, Opening, Outcome, PureNode};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// Opens the gates that nodes wait at, by name.
#[derive(Clone, Default)]
pub(crate) struct Gates(Arc<Mutex<HashMap<String, Arc<Semaphore>>>>);

impl Gates {
    pub(crate) fn open(&self, name: &str) {
        self.gate(name).add_permits(1);
    }

    fn gate(&self, name: &str) -> Arc<Semaphore> {
        Arc::clone(
            self.0
                .lock()
                .unwrap()
                .entry(name.to_owned())
                .or_insert_with(|| Arc::new(Semaphore::new(0))),
        )
    }
}

/// Gives back its parameters.
struct Echo;

impl PureNode for Echo {
    fn run(&self, _: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

/// Writes a line and what it is to say, waits at a gate, writes another.
struct Gate(Gates);

#[async_trait]
impl ActiveNode for Gate {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        context.log.line(LogStream::Stdout, "before the gate");
        if let Some(said) = with["say"].as_str() {
            context.log.line(LogStream::Stdout, said);
        }
        let gate = self.0.gate(with["gate"].as_str().unwrap_or_default());
        tokio::select! {
            permit = gate.acquire() => permit.unwrap().forget(),
            () = context.cancellation.cancelled() => return Err(Failure::permanent("cancelled", "let go")),
        }
        context.log.line(LogStream::Stderr, "after the gate");
        Ok(Outcome::done(json!({"passed": true})))
    }
}

/// Fails until it was tried `times` times.
#[derive(Default)]
struct Flaky(AtomicU32);

#[async_trait]
impl ActiveNode for Flaky {
    async fn run(&self, _: Context, with: Value) -> Result<Outcome, Failure> {
        let tried = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        if u64::from(tried) < with["times"].as_u64().unwrap_or(u64::MAX) {
            return Err(Failure::transient(
                "flaky",
                format!("attempt {tried} failed"),
            ));
        }
        Ok(Outcome::done(json!({"tried": tried})))
    }
}

/// Asks somebody; `true` for yes or no.
struct Ask(bool);

impl PureNode for Ask {
    fn run(&self, _: Time, with: Value) -> Result<Outcome, Failure> {
        let text = |name: &str| with[name].as_str().map(str::to_owned);
        Ok(Outcome::Await(Box::new(Await {
            signal: text("signal"),
            key: text("key"),
            message: text("message"),
            form: serde_json::from_value(with["form"].clone()).unwrap(),
            approval: self.0,
            deadline: None,
        })))
    }
}

/// Calls another workflow by its name.
struct Call;

impl PureNode for Call {
    fn run(&self, _: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::Call {
            workflow: with["workflow"].as_str().unwrap_or_default().to_owned(),
            version: None,
            inputs: json!({}),
        })
    }
}

/// Goes over `items`.
struct Each;

impl PureNode for Each {
    fn run(&self, _: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::Open(Opening::ForEach {
            items: Arc::new(with["items"].as_array().cloned().unwrap_or_default()),
            parallelism: 1,
            tolerated: 0,
        }))
    }
}

/// Fails where `broken` is true, for the reason that it is given.
struct Check;

impl PureNode for Check {
    fn run(&self, _: Time, with: Value) -> Result<Outcome, Failure> {
        match with["broken"].as_bool() {
            Some(true) => {
                let why = with["why"].as_str().unwrap_or("it is broken");
                Err(Failure::permanent("broken", why))
            }
            _ => Ok(Outcome::done(with)),
        }
    }
}

pub(crate) fn catalog(gates: &Gates) -> Catalog {
    let mut catalog = Catalog::new();
    catalog.add_pure(kind("test.echo", Effect::Pure), Echo);
    // What previews and releases are run by, which here say only what they were asked.
    catalog.add_pure(kind("app.preview", Effect::Pure), Echo);
    catalog.add_pure(kind("script.run", Effect::Pure), Echo);
    for shipping in [
        "code.generate",
        "cargo.build",
        "docker.build",
        "docker.push",
        "app.deploy",
        "http.check",
    ] {
        // As the real ones, or `cache` would have no effect on them and be refused.
        catalog.add_pure(kind(shipping, Effect::Idempotent), Echo);
    }
    catalog.add_pure(kind("test.check", Effect::Pure), Check);
    catalog.add_pure(kind("flow.for_each", Effect::Pure), Each);
    catalog.add_pure(kind("flow.await", Effect::Pure), Ask(false));
    catalog.add_pure(kind("flow.call", Effect::Pure), Call);
    let approve = NodeKind {
        ports: Ports::Fixed(&["approved", "rejected"]),
        ..kind("flow.approve", Effect::Pure)
    };
    catalog.add_pure(approve, Ask(true));
    catalog.add_active(kind("test.gate", Effect::Effectful), Gate(gates.clone()));
    catalog.add_active(kind("test.flaky", Effect::Effectful), Flaky::default());
    catalog
}

fn kind(name: &'static str, effect: Effect) -> NodeKind {
    NodeKind {
        kind: name,
        version: 1,
        title: "A test",
        summary: "Serves tests.",
        description: "Serves tests.",
        category: "test",
        effect,
        ports: Ports::Fixed(&["out"]),
        config_schema: json!({"type": "object"}),
        output_schema: json!({}),
        scripts: &[],
        default_retry: Retry::NEVER,
        default_timeout_ms: Some(60_000),
        reports_progress: true,
        takes_secrets: true,
        disabled_reason: None,
    }
}
