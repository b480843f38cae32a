//! Node kinds for stories: they count, fail on purpose, wait for a word, or die.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::Time;
use engine::blob::Blob;
use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::Retry;
use engine::node::{ActiveNode, Await, Context, Failure, LogStream, Opening, Outcome, PureNode};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

/// What the nodes of a story share with it.
#[derive(Clone)]
pub(crate) struct Stage {
    /// How often each step began.
    pub(crate) begun: Arc<watch::Sender<HashMap<String, u32>>>,
    /// `test.gate` passes with a permit of this.
    pub(crate) gate: Arc<Semaphore>,
    /// The keys that steps were handed.
    pub(crate) keys: Arc<Mutex<Vec<String>>>,
    /// What `test.tells` was really given.
    pub(crate) told: Arc<Mutex<Vec<Value>>>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self {
            begun: Arc::new(watch::Sender::new(HashMap::new())),
            gate: Arc::new(Semaphore::new(0)),
            keys: Arc::default(),
            told: Arc::default(),
        }
    }

    pub(crate) fn times(&self, step: &str) -> u32 {
        self.begun.borrow().get(step).copied().unwrap_or(0)
    }

    /// Resolves once a step has begun this often.
    pub(crate) async fn began(&self, step: &str, times: u32) {
        let mut begun = self.begun.subscribe();
        let reached = begun.wait_for(|begun| begun.get(step).copied().unwrap_or(0) >= times);
        tokio::time::timeout(std::time::Duration::from_secs(30), reached)
            .await
            .expect("the step did not begin")
            .unwrap();
    }

    fn note(&self, context: &Context) {
        self.begun
            .send_modify(|begun| *begun.entry(context.step.to_string()).or_default() += 1);
        self.keys
            .lock()
            .unwrap()
            .push(context.idempotency_key.to_string());
    }

    pub(crate) fn catalog(&self) -> Catalog {
        let mut catalog = Catalog::new();
        catalog.add_pure(kind("test.pure", &[]), Give);
        catalog.add_pure(kind("script.run", &["script"]), Give);
        catalog.add_pure(kind("flow.join", &[]), Give);
        catalog.add_pure(kind("flow.wait", &[]), WaitFor);
        catalog.add_pure(kind("flow.call", &[]), Call);
        catalog.add_pure(kind("flow.for_each", &[]), ForEach);
        catalog.add_pure(kind("flow.try", &[]), Try);
        catalog.add_pure(kind("flow.await", &[]), Ask);
        catalog.add_active(kind("test.act", &[]), Act(self.clone()));
        let lively = |name| NodeKind {
            reports_progress: true,
            ..kind(name, &[])
        };
        catalog.add_active(lively("test.gate"), Gate(self.clone()));
        let builds = NodeKind {
            category: "build",
            ..lively("test.builds")
        };
        catalog.add_active(builds, Gate(self.clone()));
        catalog.add_active(lively("test.reports"), Reports(self.clone()));
        catalog.add_active(kind("test.flaky", &[]), Flaky(self.clone()));
        catalog.add_active(kind("test.large", &[]), Large(self.clone()));
        catalog.add_active(kind("test.keep", &[]), Keep(self.clone()));
        catalog.add_active(kind("test.tells", &[]), Tells(self.clone()));
        catalog.add_active(kind("test.hears", &[]), Hears(self.clone()));
        catalog.add_active(kind("test.open", &[]), Open);
        catalog.add_pure(kind("test.parse", &[]), Parse);
        catalog.add_active(kind("test.panic", &[]), Panic);
        catalog.add_pure(kind("test.pure_panic", &[]), Panic);
        catalog
    }
}

fn kind(name: &'static str, scripts: &'static [&'static str]) -> NodeKind {
    NodeKind {
        kind: name,
        version: 1,
        title: name,
        summary: "",
        description: "",
        category: "test",
        effect: Effect::Effectful,
        ports: Ports::Fixed(&["out"]),
        config_schema: json!({}),
        output_schema: json!({}),
        scripts,
        default_retry: Retry::NEVER,
        default_timeout_ms: None,
        reports_progress: true,
        takes_secrets: true,
        disabled_reason: None,
    }
}

/// Gives what it was given.
struct Give;

impl PureNode for Give {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

struct WaitFor;

impl PureNode for WaitFor {
    fn run(&self, now: Time, with: Value) -> Result<Outcome, Failure> {
        let millis = with["millis"].as_i64().unwrap_or_default();
        let until = now + chrono::TimeDelta::milliseconds(millis);
        Ok(Outcome::Wait {
            until,
            output: json!({ "waited": millis }),
        })
    }
}

struct ForEach;

impl PureNode for ForEach {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::Open(Opening::ForEach {
            items: Arc::new(with["items"].as_array().cloned().unwrap_or_default()),
            parallelism: with["parallelism"].as_u64().unwrap_or(1) as u32,
            tolerated: 0,
        }))
    }
}

struct Try;

impl PureNode for Try {
    fn run(&self, _now: Time, _with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::Open(Opening::Try))
    }
}

struct Ask;

impl PureNode for Ask {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::Await(Box::new(Await {
            signal: with["signal"].as_str().map(str::to_owned),
            ..Await::default()
        })))
    }
}

struct Call;

impl PureNode for Call {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        let workflow = with["workflow"].as_str().unwrap_or_default().to_owned();
        Ok(Outcome::Call {
            workflow,
            version: serde_json::from_value(with["version"].clone()).unwrap_or_default(),
            inputs: with["inputs"].clone(),
        })
    }
}

/// Counts itself and gives what it was given.
struct Act(Stage);

#[async_trait]
impl ActiveNode for Act {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        self.0.note(&context);
        context.log.line(LogStream::Stdout, "acting");
        Ok(Outcome::done(with))
    }
}

/// Waits for a permit, or for its cancellation.
struct Gate(Stage);

#[async_trait]
impl ActiveNode for Gate {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        self.0.note(&context);
        tokio::select! {
            permit = self.0.gate.acquire() => permit.unwrap().forget(),
            () = context.cancellation.cancelled() => {
                self.0.begun.send_modify(|begun| *begun.entry("cancelled".to_owned()).or_default() += 1);
                return Err(Failure::permanent("cancelled", "told to stop"));
            }
        }
        Ok(Outcome::done(with))
    }
}

/// Says how far it is, and waits for a permit.
struct Reports(Stage);

#[async_trait]
impl ActiveNode for Reports {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        context.progress.report(Some(0.5), "half");
        self.0.gate.acquire().await.unwrap().forget();
        Ok(Outcome::done(with))
    }
}

/// Fails as often as it is told to.
struct Flaky(Stage);

#[async_trait]
impl ActiveNode for Flaky {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        self.0.note(&context);
        let failures = with["failures"].as_u64().unwrap_or_default();
        if u64::from(context.attempt) <= failures {
            return Err(Failure::transient("flaky", "not yet"));
        }
        Ok(Outcome::done(json!({ "attempt": context.attempt })))
    }
}

/// Gives a text of so many KiB.
struct Large(Stage);

#[async_trait]
impl ActiveNode for Large {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        self.0.note(&context);
        let length = with["kib"].as_u64().unwrap_or_default() as usize * 1_024;
        Ok(Outcome::done(json!({ "text": "x".repeat(length) })))
    }
}

/// Keeps a text as a blob.
struct Keep(Stage);

#[async_trait]
impl ActiveNode for Keep {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        self.0.note(&context);
        let text = with["text"].as_str().unwrap_or_default().to_owned();
        let media_type = format!("text/plain; of={text}");
        let bytes = stream::iter([Ok(text.into())]).boxed();
        let kept = context.keep(&media_type, bytes, 1_000).await.unwrap();
        Ok(Outcome::done(json!({ "kept": kept.to_value() })))
    }
}

/// Says what it was told, in all ways that there are.
struct Tells(Stage);

#[async_trait]
impl ActiveNode for Tells {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        self.0.note(&context);
        self.0.told.lock().unwrap().push(with.clone());
        if let Some(text) = with["fail"].as_str() {
            let details = json!({ "what": [text] });
            let failure = Failure::permanent(format!("told_{text}"), format!("no: {text}"));
            return Err(failure.with_details(details));
        }
        let text = with["by"][0].as_str().unwrap_or_default().to_owned();
        context.log.line(LogStream::Stdout, &text);
        context
            .log
            .line(LogStream::Stderr, &BASE64_STANDARD.encode(&text));
        context.progress(Some(0.5), &text);
        let (head, tail) = text.split_at(text.len() / 2);
        let parts = [head.to_owned(), tail.to_owned()];
        let bytes = stream::iter(parts.map(|part| Ok(part.into()))).boxed();
        let media_type = format!("text/plain; of={text}");
        let kept = context.keep(&media_type, bytes, 1_000).await.unwrap();
        Ok(Outcome::done(json!({
            "with": with, "kept": kept.to_value(), "coded": BASE64_STANDARD.encode(&text), text: 1
        })))
    }
}

/// Says what another step was told.
struct Hears(Stage);

#[async_trait]
impl ActiveNode for Hears {
    async fn run(&self, context: Context, _with: Value) -> Result<Outcome, Failure> {
        self.0.note(&context);
        let heard = self.0.told.lock().unwrap()[0]["by"][0].clone();
        Ok(Outcome::done(json!({ "heard": heard })))
    }
}

/// Reads the text of a blob.
struct Open;

#[async_trait]
impl ActiveNode for Open {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        let blob = Blob::from_value(&with["from"]).unwrap();
        let parts = context.open(&blob).await?.bytes;
        let parts: Vec<bytes::Bytes> = parts.try_collect().await.unwrap();
        let text = String::from_utf8(parts.concat()).unwrap();
        Ok(Outcome::done(json!({ "text": text })))
    }
}

/// Reads a text as JSON, as an answer of the world would be.
struct Parse;

impl PureNode for Parse {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        let text = with["text"].as_str().unwrap_or_default();
        Ok(Outcome::done(serde_json::from_str(text).unwrap()))
    }
}

struct Panic;

#[async_trait]
impl ActiveNode for Panic {
    async fn run(&self, _context: Context, _with: Value) -> Result<Outcome, Failure> {
        panic!("on purpose");
    }
}

impl PureNode for Panic {
    fn run(&self, _now: Time, _with: Value) -> Result<Outcome, Failure> {
        panic!("on purpose");
    }
}
