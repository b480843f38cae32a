//! Random graphs under random schedules: every run ends, no step begins too early, the events rebuild
//! the state, the frontier carries it, and what is illegal changes nothing.

use engine::execution::{Command, Status, StepStatus};
use engine::node::{ErrorValue, Failure};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::graphs::{RUNNER, Run, plan_with};

#[derive(Debug, Clone)]
struct Graph {
    nodes: Vec<Value>,
    edges: Vec<String>,
    parallelism: u32,
}

fn graphs() -> impl Strategy<Value = Graph> {
    (2_usize..12).prop_flat_map(|count| {
        let shapes = prop::collection::vec((0_u8..6, 0_u8..3, 1_u32..4), count);
        let links = prop::collection::vec((any::<bool>(), any::<bool>()), count * (count - 1) / 2);
        (shapes, links, 1_u32..5)
            .prop_map(|(shapes, links, parallelism)| graph(&shapes, &links, parallelism))
    })
}

fn graph(shapes: &[(u8, u8, u32)], links: &[(bool, bool)], parallelism: u32) -> Graph {
    let mut edges = Vec::new();
    let mut incoming = vec![0_u64; shapes.len()];
    let mut has_error_edge = vec![false; shapes.len()];
    let mut link = links.iter();
    for from in 0..shapes.len() {
        for (to, arrivals) in incoming.iter_mut().enumerate().skip(from + 1) {
            let Some(&(present, second_port)) = link.next() else {
                continue;
            };
            // Sparse enough for graphs with several roots and long chains.
            if !present || (to - from > 3 && second_port) {
                continue;
            }
            let port = match (shapes[from].0, shapes[from].1) {
                (0, _) => {
                    if second_port {
                        ".false"
                    } else {
                        ".true"
                    }
                }
                (1, 2) if second_port => {
                    has_error_edge[from] = true;
                    ".error"
                }
                _ => "",
            };
            edges.push(format!("n{from}{port} -> n{to}"));
            *arrivals += 1;
        }
    }
    let nodes = shapes
        .iter()
        .enumerate()
        .map(|(index, &(shape, on_error, count))| {
            let id = format!("n{index}");
            match shape {
                0 => json!({"id": id, "kind": "flow.branch"}),
                1 => {
                    let on_error = match on_error {
                        2 if has_error_edge[index] => "edge",
                        1 => "continue",
                        _ => "fail",
                    };
                    let retry = json!({"max_attempts": count, "delay": "10ms"});
                    json!({"id": id, "kind": "test.act", "on_error": on_error, "retry": retry})
                }
                2 if incoming[index] > 0 => {
                    json!({"id": id, "kind": "flow.join", "with": {"mode": "any"}})
                }
                3 if incoming[index] > 0 => {
                    let needed = u64::from(count).min(incoming[index]);
                    json!({"id": id, "kind": "flow.join", "with": {"mode": needed}})
                }
                4 => json!({"id": id, "kind": "test.pure"}),
                _ => json!({"id": id, "kind": "test.act"}),
            }
        });
    Graph {
        nodes: nodes.collect(),
        edges,
        parallelism,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_run_ends_and_its_events_rebuild_it(
        graph in graphs(),
        dice in prop::collection::vec(any::<u32>(), 400),
    ) {
        let edges: Vec<&str> = graph.edges.iter().map(String::as_str).collect();
        let plan = plan_with(Value::Array(graph.nodes.clone()), &edges, json!({"parallelism": graph.parallelism}));
        let mut run = Run::new(plan);
        let mut dice = dice.into_iter();
        let mut rounds = 0;
        while !run.execution.status.is_terminal() {
            rounds += 1;
            prop_assert!(rounds < 1_000, "the run hangs: {:?}", run.execution);
            // When the dice run out everything succeeds, so that only a hang can go on for ever.
            let throw = dice.next().unwrap_or(3);
            step_forward(&mut run, throw);
            run.check_replay();
            run.check_stored();
        }
        prop_assert!(run.execution.held().next().is_none());
        if run.execution.status == Status::Succeeded {
            for index in 0..run.plan.nodes.len() {
                prop_assert!(run.execution.step(index as u32).unwrap().state.status().is_terminal());
            }
        }
    }
}

/// Does one thing that a runner, a clock or a fault might do.
fn step_forward(run: &mut Run, throw: u32) {
    let held: Vec<_> = run.execution.held().collect();
    let takeable: Vec<_> = run.execution.takeable(&run.plan).collect();
    let may_take = !takeable.is_empty() && (held.is_empty() || throw.is_multiple_of(2));
    if may_take {
        let (step, attempt) = takeable[throw as usize / 2 % takeable.len()];
        check_join(run, step);
        run.apply(Command::Take {
            step,
            attempt,
            runner: RUNNER,
        })
        .unwrap();
    } else if let Some(&(step, attempt, _)) = held.get(throw as usize / 16 % held.len().max(1)) {
        let node = run.plan.nodes[step as usize].id.to_string();
        let branch = run.plan.nodes[step as usize].kind.kind == "flow.branch";
        match throw % 16 {
            5 => {
                let failure = Failure {
                    error: ErrorValue::new("boom", "it broke"),
                    retryable: throw % 32 > 15,
                    retry_after: None,
                };
                let ran = run.ran();
                run.apply(Command::Fail {
                    step,
                    attempt,
                    failure,
                    input: None,
                    ran,
                })
                .unwrap();
            }
            7 => drop(run.apply(Command::Lost { step, attempt }).unwrap()),
            9 => {
                let result = run.completion(&node, "out");
                let refused = run.apply(Command::Complete {
                    step,
                    attempt: attempt + 1,
                    result,
                });
                assert!(refused.is_err());
            }
            _ => {
                let port = if !branch {
                    "out"
                } else if throw.is_multiple_of(3) {
                    "true"
                } else {
                    "false"
                };
                run.done(&node, port).unwrap();
                assert!(run.execution.status.is_terminal() || run.done(&node, port).is_err());
            }
        }
    } else {
        run.sleep(120_000);
    }
}

/// A step may begin only when its join allows it, judged from the steps before it and not from counters.
fn check_join(run: &Run, step: u32) {
    let incoming: Vec<_> = run
        .plan
        .nodes
        .iter()
        .zip(0_u32..)
        .flat_map(|(node, from)| {
            node.outgoing
                .iter()
                .filter(move |edge| edge.to == step)
                .map(move |_| from)
        })
        .collect();
    let ended = |from: &u32| {
        run.execution
            .step(*from)
            .unwrap()
            .state
            .status()
            .is_terminal()
    };
    let node = &run.plan.nodes[step as usize];
    match node.join {
        engine::plan::Join::AllLive => {
            assert!(incoming.iter().all(ended), "{} began too early", node.id);
        }
        engine::plan::Join::Any => {
            assert!(incoming.iter().any(ended), "{} began too early", node.id);
        }
        engine::plan::Join::Count(count) => {
            assert!(
                incoming.iter().filter(|from| ended(from)).count() >= count as usize,
                "{} began too early",
                node.id
            );
        }
    }
    let reached = incoming.is_empty()
        || incoming
            .iter()
            .any(|from| run.execution.step(*from).unwrap().state.status() != StepStatus::Skipped);
    assert!(reached, "{} began though nothing leads to it", node.id);
}
