//! The node kinds of the simulated world: some act, fail, hang, panic or take their runner with them; the others hold
//! blocks, wait and call, as those of the real catalogue do.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use engine::Time;
use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::Retry;
use engine::node::{ActiveNode, Await, Context, Failure, LogStream, Opening, Outcome, PureNode};
use serde_json::{Value, json};

use crate::checks;
use crate::plant::Plant;
use crate::process::Process;
use crate::world::lock;

/// The kinds as one process has them. The world itself compiles plans too, and runs none of them.
pub(crate) fn catalog(process: Option<&Arc<Process>>) -> Catalog {
    let mut catalog = Catalog::new();
    for (name, effect) in [
        ("sim.act", Effect::Effectful),
        ("sim.touch", Effect::Idempotent),
    ] {
        catalog.add_active(kind(name, effect, &["out"]), Act(process.cloned()));
    }
    let pure: [(&'static str, &'static [&'static str], Pure); 11] = [
        ("sim.pure", &["out"], |_, with| Ok(Outcome::done(with))),
        ("sim.refuse", &["out"], |_, _| {
            Err(Failure::permanent("refused", "it always fails"))
        }),
        ("flow.join", &["out"], |_, _| Ok(Outcome::done(json!({})))),
        ("flow.branch", &["true", "false"], branch),
        ("flow.wait", &["out"], wait),
        ("flow.await", &["out"], ask),
        ("flow.call", &["out"], call),
        ("flow.for_each", &["out"], for_each),
        ("flow.while", &["out"], repeat),
        ("flow.try", &["out"], |_, _| Ok(Outcome::Open(Opening::Try))),
        ("flow.race", &["out"], |_, _| {
            Ok(Outcome::Open(Opening::Race))
        }),
    ];
    for (name, ports, run) in pure {
        catalog.add_pure(kind(name, Effect::Pure, ports), Runs(run));
    }
    let death = Death(process.cloned());
    catalog.add_pure(kind("sim.pure_death", Effect::Pure, &["out"]), death);
    catalog
}

fn kind(name: &'static str, effect: Effect, ports: &'static [&'static str]) -> NodeKind {
    NodeKind {
        kind: name,
        version: 1,
        title: name,
        summary: "",
        description: "",
        category: "simulation",
        effect,
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

type Pure = fn(Time, Value) -> Result<Outcome, Failure>;

struct Runs(Pure);

impl PureNode for Runs {
    fn run(&self, now: Time, with: Value) -> Result<Outcome, Failure> {
        self.0(now, with)
    }
}

fn branch(_: Time, with: Value) -> Result<Outcome, Failure> {
    let to = with["to"].as_bool().unwrap_or_default();
    let port = Some(to.to_string());
    Ok(Outcome::Done {
        output: json!({ "to": to }),
        port,
    })
}

fn wait(now: Time, with: Value) -> Result<Outcome, Failure> {
    let millis = with["millis"].as_i64().unwrap_or_default();
    Ok(Outcome::Wait {
        until: now + TimeDelta::milliseconds(millis),
        output: json!({ "waited": millis }),
    })
}

fn ask(now: Time, with: Value) -> Result<Outcome, Failure> {
    let deadline = with["patience"].as_i64();
    Ok(Outcome::Await(Box::new(Await {
        signal: with["signal"].as_str().map(str::to_owned),
        deadline: deadline.map(|millis| now + TimeDelta::milliseconds(millis)),
        ..Await::default()
    })))
}

fn call(_: Time, with: Value) -> Result<Outcome, Failure> {
    Ok(Outcome::Call {
        workflow: with["workflow"].as_str().unwrap_or_default().to_owned(),
        version: None,
        inputs: json!({}),
    })
}

fn for_each(_: Time, with: Value) -> Result<Outcome, Failure> {
    let number = |name: &str| with[name].as_u64().unwrap_or_default() as u32;
    Ok(Outcome::Open(Opening::ForEach {
        items: Arc::new(with["items"].as_array().cloned().unwrap_or_default()),
        parallelism: number("parallelism").max(1),
        tolerated: number("tolerate"),
    }))
}

fn repeat(_: Time, with: Value) -> Result<Outcome, Failure> {
    Ok(Outcome::Open(Opening::While {
        state: Arc::new(with["state"].clone()),
        most: 10,
    }))
}

/// What a node panics with when it is to, so that nobody takes it for a failure of the simulator.
pub(crate) struct OnPurpose;

/// A pure node that its runner does not survive.
struct Death(Option<Arc<Process>>);

impl PureNode for Death {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        if let Some(process) = &self.0 {
            process.kill();
        }
        Ok(Outcome::done(with))
    }
}

/// Acts on the world: it is seen to begin, takes its time, and ends as its document says.
struct Act(Option<Arc<Process>>);

#[async_trait]
impl ActiveNode for Act {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure> {
        let Some(process) = &self.0 else {
            return Err(Failure::permanent("nowhere", "it belongs to no process"));
        };
        process.acts().await;
        begin(process, &context, &with["sees"]);
        let does = &with["does"];
        let span = Duration::from_millis(does["ms"].as_u64().unwrap_or_default());
        tokio::select! {
            biased;
            () = tokio::time::sleep(span) => {}
            () = context.cancellation.cancelled() => {
                return Err(Failure::permanent("cancelled", "told to stop"));
            }
        }
        process.acts().await;
        let attempt = context.attempt;
        match does["fate"].as_str().unwrap_or_default() {
            "fails" => return Err(Failure::permanent("broken", "it always fails")),
            "flaky" if u64::from(attempt) <= does["times"].as_u64().unwrap_or_default() => {
                return Err(Failure::transient("flaky", "not yet"));
            }
            "hangs" => context.cancellation.cancelled().await,
            "deaf" => std::future::pending().await,
            // Without a hook's report: it is meant.
            "panics" => std::panic::resume_unwind(Box::new(OnPurpose)),
            "kills" => {
                process.kill();
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        context.log.line(LogStream::Stdout, "done");
        Ok(Outcome::done(
            json!({ "by": &*context.step, "attempt": attempt }),
        ))
    }
}

fn begin(process: &Arc<Process>, context: &Context, sees: &Value) {
    let world = &process.world;
    let (execution, attempt) = (context.execution, context.attempt);
    world.note(
        process.number,
        "a step begins",
        execution,
        u64::from(attempt),
    );
    lock(&world.tally).steps_begun += 1;
    let mut key = Arc::clone(&context.idempotency_key);
    if world.plant == Some(Plant::FreshKeys) {
        key = format!("{key}#{attempt}").into();
    }
    checks::on_begin(world, execution, &context.step, attempt, &key, sees);
}
