//! Random workflows: graphs of steps that act, wait, call each other and hold blocks.

use serde_json::{Value, json};

use crate::dice::Dice;

/// How deep blocks lie in each other at most.
const DEEPEST: u32 = 2;

/// The label of workflows that kill their runners.
pub(crate) const DEADLY: &str = "deadly";

/// Draws workflows; each may call those that were drawn before it.
pub(crate) struct Author<'d> {
    dice: &'d mut Dice,
    ids: u32,
    callable: Vec<String>,
    /// Waits, calls and hanging steps that are left, for the same reason.
    slow: u32,
}

/// Nodes and edges of a graph.
#[derive(Default)]
struct Graph {
    nodes: Vec<Value>,
    edges: Vec<String>,
}

impl<'d> Author<'d> {
    pub(crate) fn new(dice: &'d mut Dice) -> Self {
        Self {
            dice,
            ids: 0,
            callable: Vec::new(),
            slow: 0,
        }
    }

    pub(crate) fn workflow(&mut self) -> Value {
        let name = format!("w{}", self.callable.len());
        self.slow = 3;
        let size = self.dice.between(1, 6);
        let graph = self.graph(size, 0);
        let mut settings = json!({ "parallelism": self.dice.between(1, 6) });
        if self.dice.once_in(12) {
            settings["timeout"] = json!("20s");
        }
        if self.dice.once_in(6) {
            settings["concurrency"] =
                json!({ "limit": self.dice.between(1, 2), "strategy": self.strategy() });
        }
        if self.dice.once_in(8) && !self.callable.is_empty() {
            settings["on_failure"] = json!({ "workflow": self.callable[0] });
        }
        let document = json!({
            "lathe": 1,
            "name": name,
            "label": "usual",
            "inputs": { "run": { "required": false } },
            "nodes": graph.nodes,
            "edges": graph.edges,
            "settings": settings,
        });
        self.callable.push(name);
        document
    }

    /// A workflow with a step that takes its runner with it; to be run once, since each of its three deaths takes a lease.
    pub(crate) fn deadly(&mut self) -> Value {
        self.slow = 0;
        let graph = self.graph(2, DEEPEST);
        let mut nodes = graph.nodes;
        nodes.push(match self.dice.once_in(2) {
            true => json!({ "id": "death", "kind": "sim.pure_death" }),
            false => json!({ "id": "death", "kind": "sim.act", "with": { "does": { "ms": 5, "fate": "kills" } } }),
        });
        json!({ "lathe": 1, "name": "deadly", "label": DEADLY, "nodes": nodes, "edges": graph.edges })
    }

    fn strategy(&mut self) -> &'static str {
        ["queue", "queue", "drop_new", "cancel_old"][self.dice.below(4) as usize]
    }

    /// Each node follows none, one or two of those before it.
    fn graph(&mut self, size: u64, depth: u32) -> Graph {
        let mut graph = Graph::default();
        let mut ids: Vec<(String, bool)> = Vec::new();
        for _ in 0..size {
            self.ids += 1;
            let id = format!("n{}", self.ids);
            let mut before: Vec<String> = Vec::new();
            for _ in 0..self.dice.below(3) {
                let Some((from, branches)) = self.dice.pick(&ids).cloned() else {
                    continue;
                };
                if before.contains(&from) {
                    continue;
                }
                let port = match branches {
                    true if self.dice.once_in(2) => ".true",
                    true => ".false",
                    false => "",
                };
                graph.edges.push(format!("{from}{port} -> {id}"));
                before.push(from);
            }
            let node = self.node(&id, &before, depth);
            ids.push((id, node["kind"] == "flow.branch"));
            graph.nodes.push(node);
        }
        graph
    }

    fn node(&mut self, id: &str, before: &[String], depth: u32) -> Value {
        let roll = self.dice.below(100);
        let blocks = depth < DEEPEST;
        match roll {
            0..=7 => json!({ "id": id, "kind": "sim.pure", "with": { "sees": sees(before) } }),
            8..=9 => json!({ "id": id, "kind": "sim.refuse", "on_error": "continue" }),
            10..=14 => {
                json!({ "id": id, "kind": "flow.branch", "with": { "to": self.dice.once_in(2) } })
            }
            15..=22 if self.take_time() => {
                let millis = self.dice.between(1, 7_000);
                json!({ "id": id, "kind": "flow.wait", "with": { "millis": millis } })
            }
            23..=28 if self.take_time() => self.await_node(id),
            29..=34 if !self.callable.is_empty() && self.take_time() => {
                let workflow = self.dice.pick(&self.callable).cloned();
                let on_error = self.on_error();
                json!({ "id": id, "kind": "flow.call", "with": { "workflow": workflow }, "on_error": on_error })
            }
            35..=41 if blocks => self.for_each(id, depth),
            42..=45 if blocks => self.repeat(id, depth),
            46..=53 if blocks => self.attempt(id, depth),
            54..=57 if blocks => self.race(id, depth),
            _ => self.act(id, before),
        }
    }

    fn take_time(&mut self) -> bool {
        let left = self.slow > 0;
        self.slow = self.slow.saturating_sub(1);
        left
    }

    fn on_error(&mut self) -> &'static str {
        ["fail", "continue", "continue", "pause"][self.dice.below(4) as usize]
    }

    fn act(&mut self, id: &str, before: &[String]) -> Value {
        let kind = if self.dice.once_in(4) {
            "sim.touch"
        } else {
            "sim.act"
        };
        let ms = match self.dice.below(12) {
            0 | 1 => 0,
            2 => self.dice.between(500, 4_000),
            _ => self.dice.between(1, 300),
        };
        let fate = match self.dice.below(40) {
            0..=1 => "fails",
            2..=5 => "flaky",
            6 if self.take_time() => "hangs",
            7 if self.take_time() => "deaf",
            8 => "panics",
            _ => "gives",
        };
        let times = self.dice.between(1, 2);
        let mut node = json!({
            "id": id, "kind": kind,
            "with": { "does": { "ms": ms, "fate": fate, "times": times }, "sees": sees(before) },
            "retry": { "max_attempts": 3, "delay": "200ms" },
            "on_error": self.on_error(),
        });
        if matches!(fate, "hangs" | "deaf") {
            node["timeout"] = json!("1s");
            node["retry"] = json!({ "max_attempts": 1 });
        }
        node
    }

    fn await_node(&mut self, id: &str) -> Value {
        let mut with = json!({ "signal": "go" });
        if self.dice.once_in(3) {
            with["patience"] = json!(self.dice.between(100, 6_000));
        }
        json!({ "id": id, "kind": "flow.await", "with": with, "on_error": "continue" })
    }

    fn for_each(&mut self, id: &str, depth: u32) -> Value {
        let size = self.dice.between(1, 2);
        let body = self.graph(size, depth + 1);
        let items: Vec<u64> = (0..self.dice.below(5)).collect();
        json!({
            "id": id, "kind": "flow.for_each",
            "with": { "items": items, "parallelism": self.dice.between(1, 3), "tolerate": self.dice.below(3) },
            "body": block(body), "on_error": self.on_error(),
        })
    }

    fn repeat(&mut self, id: &str, depth: u32) -> Value {
        let mut body = self.graph(1, depth + 1);
        self.ids += 1;
        let last = format!("n{}", self.ids);
        body.nodes.push(
            json!({ "id": last, "kind": "sim.pure", "with": { "left": "${ state.left - 1 }" } }),
        );
        let mut body = block(body);
        body["while"] = json!("${ state.left > 0 }");
        body["output"] = json!(format!("${{ nodes.{last}.output }}"));
        json!({
            "id": id, "kind": "flow.while", "with": { "state": { "left": self.dice.below(4) } },
            "body": body, "on_error": self.on_error(),
        })
    }

    fn attempt(&mut self, id: &str, depth: u32) -> Value {
        let size = self.dice.between(1, 3);
        let mut body = self.graph(size, depth + 1);
        for node in &mut body.nodes {
            if node["kind"] == "sim.act" && self.dice.once_in(2) {
                let undo = self.graph(1, DEEPEST);
                node["undo"] = block(undo);
            }
        }
        let mut node = json!({ "id": id, "kind": "flow.try", "body": block(body), "on_error": self.on_error() });
        for part in ["catch", "finally"] {
            if self.dice.once_in(2) {
                node[part] = block(self.graph(1, DEEPEST));
            }
        }
        node
    }

    fn race(&mut self, id: &str, depth: u32) -> Value {
        let mut body = Graph::default();
        for _ in 0..self.dice.between(1, 3) {
            self.ids += 1;
            let branch = format!("n{}", self.ids);
            body.nodes.push(self.node(&branch, &[], depth + 1));
        }
        json!({ "id": id, "kind": "flow.race", "body": block(body), "on_error": self.on_error() })
    }
}

fn block(graph: Graph) -> Value {
    json!({ "nodes": graph.nodes, "edges": graph.edges })
}

/// What a step is given of those before it, to be compared with what is recorded of them.
fn sees(before: &[String]) -> Value {
    let seen = before
        .iter()
        .map(|id| (id.clone(), json!(format!("${{ nodes.{id}.output }}"))));
    Value::Object(seen.collect())
}
