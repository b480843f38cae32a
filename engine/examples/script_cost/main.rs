//! What containing scripts costs: the same script in a bare rhai and in the engine, side by side; and what the other
//! way would cost, a process for scripts.
//!
//! `cargo run --release -p engine --example script_cost`

#![allow(clippy::print_stdout, reason = "the figures are for whoever runs it")]

mod process;

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::{Retry, parse};
use engine::node::{Failure, Outcome, PureNode};
use engine::plan::Plan;
use engine::script::{Clock, set_clock};
use engine::template::{RunInfo, Scope};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: allocation::Counting<mimalloc::MiMalloc> =
    allocation::Counting::over(mimalloc::MiMalloc);

const SCRIPTS: [(&str, &str); 9] = [
    ("an expression", "(7 + 35) * 2"),
    (
        "fib(10)",
        "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } } fib(10)",
    ),
    (
        "loop of 1,000",
        "let sum = 0; for i in 0..1000 { sum += i * 2; } sum",
    ),
    (
        "1,000 reads of a map",
        "let m = #{ a: 1, b: 2 }; let sum = 0; for i in 0..1000 { sum += m.a + m.b; } sum",
    ),
    (
        "1,000 pushes",
        "let a = []; for i in 0..1000 { a.push(i); } a.len()",
    ),
    (
        "10,000 pushes",
        "let a = []; for i in 0..10000 { a.push(i); } a.len()",
    ),
    (
        "50,000 pushes",
        "let a = []; for i in 0..50000 { a.push(i); } a.len()",
    ),
    (
        "10,000 rows",
        "let rows = []; for i in 0..10000 { rows.push(#{ id: i, n: i % 7 }); }
         rows.filter(|row| row.n > 3).map(|row| row.id).len()",
    ),
    (
        "10,000 appends to text",
        "let s = \"\"; for i in 0..10000 { s += \"abc\"; } s.len()",
    ),
];

struct Give;

impl PureNode for Give {
    fn run(&self, _now: engine::Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    set_clock(Clock {
        passed: since_start,
        worked: since_start,
    });
    if std::env::args().nth(1).as_deref() == Some(process::CHILD) {
        return process::answer();
    }
    for (name, script) in SCRIPTS {
        let mut bare = rhai::Engine::new();
        bare.set_max_call_levels(64);
        let ast = bare.compile(script)?;
        let plan = plan_of(script)?;
        // By turns, so that what slows the machine down slows both.
        let (bare, ours) = both(
            || bare.eval_ast::<i64>(&ast).is_ok(),
            || resolve(&plan, &json!({})).is_ok(),
        );
        println!(
            "{name:<24} bare {bare:>9.1} us   engine {ours:>9.1} us   {:.2} x",
            ours / bare
        );
    }
    process::measure()
}

fn since_start() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn plan_of(script: &str) -> Result<Plan, Box<dyn std::error::Error>> {
    let mut catalog = Catalog::new();
    catalog.add_pure(kind(), Give);
    let document = json!({
        "lathe": 1, "name": "cost", "inputs": { "row": {} },
        "nodes": [{ "id": "a", "kind": "script.run", "with": { "script": script } }]
    });
    Ok(engine::plan::compile(
        parse::from_value(document)?,
        &catalog,
    )?)
}

fn resolve(plan: &Plan, inputs: &Value) -> Result<Value, engine::node::ErrorValue> {
    let run = RunInfo {
        vars: Default::default(),
        id: uuid::Uuid::nil(),
        workflow: String::new(),
        started_at: engine::Time::default(),
    };
    let scope = Scope {
        inputs,
        outputs: &vec![None],
        run: &run,
    };
    plan.nodes[0].with.resolve(&scope)
}

/// The medians of many turns, in microseconds.
fn both(mut first: impl FnMut() -> bool, mut second: impl FnMut() -> bool) -> (f64, f64) {
    let mut times = (Vec::new(), Vec::new());
    let begun = Instant::now();
    while times.0.len() < 20_000 && (begun.elapsed() < Duration::from_secs(2) || times.0.len() < 20)
    {
        times.0.push(microseconds(&mut first));
        times.1.push(microseconds(&mut second));
    }
    (median(times.0), median(times.1))
}

fn microseconds(turn: &mut impl FnMut() -> bool) -> f64 {
    let start = Instant::now();
    assert!(black_box(turn()));
    start.elapsed().as_secs_f64() * 1e6
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn kind() -> NodeKind {
    NodeKind {
        kind: "script.run",
        version: 1,
        title: "Script",
        summary: "",
        description: "",
        category: "test",
        effect: Effect::Pure,
        ports: Ports::Fixed(&["out"]),
        config_schema: json!({}),
        output_schema: json!({}),
        scripts: &["script"],
        default_retry: Retry::NEVER,
        default_timeout_ms: None,
        reports_progress: true,
        takes_secrets: true,
        disabled_reason: None,
    }
}
