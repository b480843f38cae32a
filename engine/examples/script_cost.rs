//! What the budget of scripts costs: the same script in a bare rhai and in the engine, side by side.
//!
//! `cargo run --release -p engine --example script_cost`

#![allow(clippy::print_stdout, reason = "the figures are for whoever runs it")]

use std::time::Instant;

use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::{Retry, parse};
use engine::node::{Failure, Outcome, PureNode};
use engine::template::{RunInfo, Scope};
use serde_json::{Value, json};

const SCRIPTS: [(&str, &str); 3] = [
    (
        "fib(10)",
        "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } } fib(10)",
    ),
    (
        "loop of 1,000",
        "let sum = 0; for i in 0..1000 { sum += i * 2; } sum",
    ),
    (
        "1,000 pushes",
        "let a = []; for i in 0..1000 { a.push(i); } a.len()",
    ),
];

struct Give;

impl PureNode for Give {
    fn run(&self, _now: engine::Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (name, script) in SCRIPTS {
        let mut bare = rhai::Engine::new();
        bare.set_max_call_levels(64);
        let ast = bare.compile(script)?;
        let bare = microseconds(|| bare.eval_ast::<i64>(&ast).is_ok());

        let mut catalog = Catalog::new();
        catalog.add_pure(kind(), Give);
        let document = json!({
            "lathe": 1, "name": "cost",
            "nodes": [{ "id": "a", "kind": "script.run", "with": { "script": script } }]
        });
        let plan = engine::plan::compile(parse::from_value(document)?, &catalog)?;
        let run = RunInfo {
            id: uuid::Uuid::nil(),
            workflow: String::new(),
            started_at: engine::Time::default(),
        };
        let inputs = json!({});
        let scope = Scope {
            inputs: &inputs,
            outputs: &vec![None],
            run: &run,
        };
        let ours = microseconds(|| plan.nodes[0].with.resolve(&scope).is_ok());
        println!(
            "{name:<16} bare {bare:>9.1} us   engine {ours:>9.1} us   {:.2} x",
            ours / bare
        );
    }
    Ok(())
}

/// The median of many turns.
fn microseconds(mut turn: impl FnMut() -> bool) -> f64 {
    let mut times: Vec<f64> = (0..1_000)
        .map(|_| {
            let start = Instant::now();
            assert!(turn());
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
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
        disabled_reason: None,
    }
}
