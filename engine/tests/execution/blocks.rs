//! Blocks: loops, tries and races, what they give, and what ends them.

use engine::document::parse;
use engine::execution::{Command, Status, StepStatus};
use engine::plan::compile;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cleanup::undone_in_reverse_order;
use crate::graphs::{Run, catalog};
use crate::simulation::{Fate, run_of};

const GOES_WELL: fn(&str) -> Fate = |_| Fate::Gives(Value::Null);

fn first(_: usize) -> usize {
    0
}

fn output(run: &Run) -> Value {
    assert_eq!(
        run.execution.status,
        Status::Succeeded,
        "{:?}",
        run.execution.error
    );
    Value::clone(run.execution.output.as_ref().unwrap())
}

#[track_caller]
fn failed(run: &Run, code: &str) -> String {
    assert_eq!(run.execution.status, Status::Failed);
    let error = run.execution.error.clone().unwrap();
    assert_eq!(error.code, code, "{}", error.message);
    error.message
}

const LOOP: &str = r#"
lathe: 1
name: loop
nodes:
  - id: import
    kind: flow.for_each
    with: { items: [a, b, c, d], parallelism: 2, tolerate: 1 }
    body:
      nodes:
        - { id: fetch, kind: test.act, with: { got: "${ item }", at: "${ index }" } }
        - { id: store, kind: test.pure, with: { kept: "${ nodes.fetch.output.got + index }" } }
      edges: [fetch -> store]
      output: "${ nodes.store.output.kept }"
"#;

#[test]
fn a_loop_gives_its_results_in_the_order_of_the_items() {
    let mut run = run_of(LOOP);
    // The second of those that may run goes first, so that turns end out of order.
    run.drive(GOES_WELL, |count| count - 1);
    assert_eq!(output(&run), json!(["a0", "b1", "c2", "d3"]));
    assert!(run.succeeded().contains(&"import[3].store".to_owned()));
}

#[test]
fn no_more_turns_run_at_once_than_the_loop_allows() {
    let mut run = run_of(LOOP);
    let step = run.index("import");
    let ran = run.ran();
    let items = std::sync::Arc::new(vec![json!(1), json!(2), json!(3)]);
    run.apply(Command::Open {
        step,
        attempt: 1,
        opening: engine::node::Opening::ForEach {
            items,
            parallelism: 2,
            tolerated: 0,
        },
        input: None,
        ran,
    })
    .unwrap();
    let paths = |run: &Run| -> Vec<String> {
        let takeable = run.execution.takeable(&run.plan);
        takeable
            .map(|(step, _)| run.execution.path(&run.plan, step).to_string())
            .collect()
    };
    assert_eq!(paths(&run), ["import[0].fetch", "import[1].fetch"]);
    run.expect(Status::Running, &[("import", StepStatus::Running)]);
}

#[test]
fn turns_that_fail_are_tolerated_up_to_a_number() {
    let mut run = run_of(LOOP);
    let fails = |path: &str| match path {
        "import[2].fetch" => Fate::Fails,
        _ => Fate::Gives(Value::Null),
    };
    run.drive(fails, first);
    let result = output(&run);
    assert_eq!(
        (&result[1], &result[2]["error"]["code"], &result[3]),
        (&json!("b1"), &json!("boom"), &json!("d3"))
    );

    let mut run = run_of(LOOP);
    let fails = |path: &str| match path {
        "import[0].fetch" | "import[1].fetch" => Fate::Fails,
        _ => Fate::Gives(Value::Null),
    };
    run.drive(fails, first);
    let message = failed(&run, "boom");
    assert!(message.contains("2 of 4 turns failed"), "{message}");
    assert!(
        !run.succeeded()
            .iter()
            .any(|path| path.starts_with("import[3]"))
    );
}

#[test]
fn a_loop_over_nothing_gives_nothing() {
    let mut run = run_of(&LOOP.replace("[a, b, c, d]", "[]"));
    run.drive(GOES_WELL, first);
    assert_eq!(output(&run), json!([]));
}

#[test]
fn blocks_nest_and_see_what_is_around_them() {
    let mut run = run_of(
        r#"
lathe: 1
name: nested
nodes:
  - { id: base, kind: test.pure, with: { n: 10 } }
  - id: outer
    kind: flow.for_each
    with: { items: [1, 2] }
    body:
      nodes:
        - { id: twice, kind: test.pure, with: { n: "${ item * 2 }" } }
        - id: inner
          kind: flow.for_each
          with: { items: [100, 200] }
          body:
            nodes:
              - id: leaf
                kind: test.act
                with: { n: "${ item + nodes.twice.output.n + nodes.base.output.n + index }" }
            output: "${ nodes.leaf.output.n }"
      edges: [twice -> inner]
      output: "${ nodes.inner.output }"
edges: [base -> outer]
output: "${ nodes.outer.output }"
"#,
    );
    run.drive(GOES_WELL, first);
    assert_eq!(output(&run), json!([[112, 213], [114, 215]]));
    assert!(
        run.succeeded()
            .contains(&"outer[1].inner[0].leaf".to_owned())
    );
}

const WHILE: &str = r#"
lathe: 1
name: pages
nodes:
  - id: pages
    kind: flow.while
    with: { state: { left: 3, seen: [] }, max: 5 }
    body:
      while: "${ state.left > 0 }"
      nodes:
        - { id: page, kind: test.act, with: { left: "${ state.left - 1 }", seen: "${ state.seen + [index] }" } }
"#;

#[test]
fn a_while_carries_its_state_from_turn_to_turn() {
    let mut run = run_of(WHILE);
    run.drive(GOES_WELL, first);
    assert_eq!(output(&run), json!({ "left": 0, "seen": [0, 1, 2] }));
    assert_eq!(
        run.succeeded(),
        ["pages[0].page", "pages[1].page", "pages[2].page", "pages"]
    );
}

#[test]
fn a_while_that_never_ends_is_ended() {
    let mut run = run_of(&WHILE.replace("state.left > 0", "true"));
    run.drive(GOES_WELL, first);
    failed(&run, "loop_limit");
    assert_eq!(run.succeeded().len(), 5);
}

const TRY: &str = r#"
lathe: 1
name: order
nodes:
  - id: order
    kind: flow.try
    body:
      nodes:
        - { id: reserve, kind: test.act, with: { r: 1 } }
        - { id: charge, kind: test.act, with: { c: 2 } }
      edges: [reserve -> charge]
    catch:
      nodes:
        - { id: excuse, kind: test.act, with: { because: "${ error.code }" } }
    finally:
      nodes:
        - { id: unlock, kind: test.act }
  - { id: after, kind: test.act, with: { saw: "${ nodes.order.output }" } }
edges: [order -> after]
"#;

#[test]
fn a_try_gives_its_body_or_its_catch_and_always_runs_its_end() {
    for (broken, gives, ran) in [
        (
            "",
            json!({ "saw": { "c": 2 } }),
            vec!["order.reserve", "order.charge", "order.unlock"],
        ),
        (
            "order.charge",
            json!({ "saw": { "because": "boom" } }),
            vec!["order.reserve", "order.excuse", "order.unlock"],
        ),
        (
            "order.reserve",
            json!({ "saw": { "because": "boom" } }),
            vec!["order.excuse", "order.unlock"],
        ),
    ] {
        let mut run = run_of(TRY);
        run.drive(
            |path| {
                if path == broken {
                    Fate::Fails
                } else {
                    Fate::Gives(Value::Null)
                }
            },
            first,
        );
        assert_eq!(output(&run), gives, "{broken}");
        let mut expected: Vec<String> = ran.into_iter().map(str::to_owned).collect();
        expected.extend(["order".to_owned(), "after".to_owned()]);
        assert_eq!(run.succeeded(), expected, "{broken}");
    }
}

#[test]
fn a_try_fails_with_what_nothing_caught() {
    let without_catch = {
        let (before, rest) = TRY.split_once("    catch:").unwrap();
        let (_, after) = rest.split_once("    finally:").unwrap();
        format!("{before}    finally:{after}")
    };
    for (document, broken, words, unlocked) in [
        (
            without_catch.as_str(),
            vec!["order.charge"],
            "order.charge broke",
            true,
        ),
        (
            TRY,
            vec!["order.charge", "order.excuse"],
            "order.excuse broke",
            true,
        ),
        (TRY, vec!["order.unlock"], "order.unlock broke", false),
    ] {
        let mut run = run_of(document);
        let fate = |path: &str| match broken.contains(&path) {
            true => Fate::Fails,
            false => Fate::Gives(Value::Null),
        };
        run.drive(fate, first);
        let message = failed(&run, "boom");
        assert!(message.contains(words), "{message}");
        assert_eq!(
            run.succeeded().contains(&"order.unlock".to_owned()),
            unlocked
        );
    }
}

#[test]
fn a_failing_body_takes_its_other_steps_with_it() {
    let mut run = run_of(
        r#"
lathe: 1
name: side_by_side
nodes:
  - id: both
    kind: flow.try
    body:
      nodes:
        - { id: slow, kind: test.act }
        - { id: broken, kind: test.act }
    catch:
      nodes: [{ id: caught, kind: test.act }]
"#,
    );
    let fate = |path: &str| match path {
        "both.slow" => Fate::Lasts,
        "both.broken" => Fate::Fails,
        _ => Fate::Gives(json!("caught")),
    };
    run.drive(fate, first);
    assert_eq!(output(&run), json!("caught"));
    let slow = run
        .records
        .iter()
        .find(|record| &*record.path == "both.slow")
        .unwrap();
    assert_eq!(slow.status, StepStatus::Cancelled);
}

const RACE: &str = r#"
lathe: 1
name: race
nodes:
  - id: fastest
    kind: flow.race
    timeout: 10s
    body:
      nodes:
        - { id: one, kind: test.act }
        - { id: two, kind: test.act }
        - { id: three, kind: test.act }
      edges: [two -> three]
"#;

#[test]
fn the_first_branch_to_come_to_its_end_wins() {
    let mut run = run_of(RACE);
    let fate = |path: &str| match path {
        "fastest.one" => Fate::Lasts,
        _ => Fate::Gives(json!(path)),
    };
    run.drive(fate, first);
    assert_eq!(output(&run), json!("fastest.three"));
    let one = run
        .records
        .iter()
        .find(|record| &*record.path == "fastest.one")
        .unwrap();
    assert_eq!(one.status, StepStatus::Cancelled);

    // A branch that fails is out, and its end is never reached.
    let mut run = run_of(RACE);
    let fate = |path: &str| match path {
        "fastest.two" => Fate::Fails,
        _ => Fate::Gives(json!(path)),
    };
    run.drive(fate, |count| count - 1);
    assert_eq!(output(&run), json!("fastest.one"));

    let mut run = run_of(RACE);
    run.drive(|_| Fate::Fails, first);
    failed(&run, "boom");
}

#[test]
fn a_block_that_takes_too_long_fails_its_step() {
    let mut run = run_of(RACE);
    run.drive(|_| Fate::Lasts, first);
    failed(&run, "timeout");
}

#[test]
fn cancelling_a_run_reaches_into_its_blocks() {
    let mut run = run_of(LOOP);
    // Two turns are under way, each with a step in the hands of a runner.
    let mut lasting = 0;
    while run.execution.takeable(&run.plan).next().is_some() {
        let (step, attempt) = run.execution.takeable(&run.plan).next().unwrap();
        if run.execution.path(&run.plan, step).starts_with("import[") {
            let runner = crate::graphs::RUNNER;
            run.apply(Command::Take {
                step,
                attempt,
                runner,
            })
            .unwrap();
            lasting += 1;
        } else {
            let opening = engine::node::Opening::ForEach {
                items: std::sync::Arc::new(vec![json!(1); 4]),
                parallelism: 2,
                tolerated: 0,
            };
            let (input, ran) = (None, run.ran());
            run.apply(Command::Open {
                step,
                attempt,
                opening,
                input,
                ran,
            })
            .unwrap();
        }
    }
    assert_eq!(lasting, 2);
    let reason = "enough".to_owned();
    let effects = run.apply(Command::Cancel { reason }).unwrap();
    assert_eq!(effects.abort.len(), 2);
    run.expect(Status::Cancelled, &[("import", StepStatus::Cancelled)]);
    assert!(run.execution.held().next().is_none());
}

#[test]
fn a_handled_failure_of_a_block_is_like_that_of_any_step() {
    let document = LOOP.replace("tolerate: 1 }", "tolerate: 0 }\n    on_error: continue");
    let mut run = run_of(&document);
    run.drive(|_| Fate::Fails, first);
    assert_eq!(output(&run)["error"]["code"], json!("boom"));
}

#[test]
fn what_lies_in_a_block_is_seen_in_there_only() {
    for (find, put, words) in [
        (
            "output: \"${ nodes.store.output.kept }\"\n",
            "output: \"${ nodes.store.output.kept }\"\noutput: \"${ nodes.fetch.output }\"\n",
            "lies in a block of `import`",
        ),
        (
            "${ item }",
            "${ nodes.fetch.output }",
            "cannot read its own output",
        ),
        (
            "[fetch -> store]",
            "[fetch -> import]",
            "lies in another block",
        ),
        ("id: store", "id: fetch", "there already is a node `fetch`"),
        ("${ index }", "${ state }", "there is no variable `state`"),
        ("kind: flow.for_each", "kind: test.act", "has no `body`"),
        ("kind: flow.for_each", "kind: flow.while", "needs `while`"),
        ("body:", "catch:", "needs a `body`"),
    ] {
        let text = LOOP.replacen(find, put, 1);
        let parsed = parse::parse(&text).unwrap();
        let problems = compile(parsed.document, &catalog())
            .map(drop)
            .expect_err(put);
        assert!(problems.to_string().contains(words), "{put}: {problems}");
    }
}

/// A block of random nodes: `shape` says what each is, and the next shapes what is in it.
pub(crate) fn block(shapes: &mut impl Iterator<Item = u8>, depth: u32, ids: &mut u32) -> Value {
    block_that(shapes, depth, ids, true)
}

/// What undoes a step, and `finally`, is not undone itself.
fn block_that(
    shapes: &mut impl Iterator<Item = u8>,
    depth: u32,
    ids: &mut u32,
    undone: bool,
) -> Value {
    let count = 1 + shapes.next().unwrap_or(0) % 3;
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    for place in 0..count {
        *ids += 1;
        let id = format!("n{ids}");
        let shape = shapes.next().unwrap_or(0);
        if place > 0 && !shape.is_multiple_of(3) {
            let before: &Value = nodes.last().unwrap();
            let before: &Value = &before["id"];
            edges.push(json!(format!("{} -> {id}", before.as_str().unwrap())));
        }
        let on_error = ["fail", "continue"][usize::from(shape.is_multiple_of(5))];
        let mut node = json!({ "id": id, "kind": "test.act", "on_error": on_error });
        if depth > 0 {
            let (kind, with) = match shape % 7 {
                0 => (
                    "flow.for_each",
                    json!({ "items": [1, 2, 3], "parallelism": 1 + shape % 3, "tolerate": shape % 2 }),
                ),
                1 => ("flow.while", json!({ "state": 0, "max": 4 })),
                2 => ("flow.try", json!({})),
                3 => ("flow.race", json!({})),
                _ => ("test.act", json!({})),
            };
            (node["kind"], node["with"]) = (json!(kind), with);
            if kind != "test.act" {
                node["body"] = block_that(shapes, depth - 1, ids, undone);
            } else if undone && shape.is_multiple_of(4) {
                node["undo"] = block_that(shapes, 0, ids, false);
            }
            match kind {
                "flow.while" => {
                    node["body"]["while"] = json!("${ index < 2 }");
                    node["body"]["output"] = json!("${ index }");
                }
                "flow.try" if shape.is_multiple_of(2) => {
                    node["catch"] = block_that(shapes, depth - 1, ids, undone);
                }
                "flow.try" => node["finally"] = block_that(shapes, depth - 1, ids, false),
                _ => {}
            }
        }
        nodes.push(node);
    }
    json!({ "nodes": nodes, "edges": edges })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Blocks in blocks, four deep: every run ends, its events rebuild it, and its stored state carries it.
    #[test]
    fn nested_blocks_always_come_to_their_end(
        shapes in prop::collection::vec(any::<u8>(), 60),
        fates in prop::collection::vec(0_u8..8, 40),
        dice in prop::collection::vec(any::<usize>(), 200),
        cancelled in prop::option::of(0_usize..30),
    ) {
        let mut document = block(&mut shapes.into_iter(), 4, &mut 0);
        (document["lathe"], document["name"]) = (json!(1), json!("random"));
        let plan = compile(parse::from_value(document).unwrap(), &catalog()).unwrap();
        let mut run = Run::new(plan);
        let (asked, mut thrown) = (std::cell::Cell::new(0_usize), dice.into_iter());
        let fate = |_: &str| {
            let fate = fates.get(asked.get()).copied().unwrap_or(7);
            asked.set(asked.get() + 1);
            match fate {
                0 => Fate::Fails,
                1 => Fate::Lasts,
                _ => Fate::Gives(json!(1)),
            }
        };
        run.drive_until(fate, |count| thrown.next().unwrap_or(0) % count, |_, turns| {
            match cancelled {
                Some(at) if turns == at => Some(Command::Cancel { reason: "enough".to_owned() }),
                Some(at) if turns + 2 == at => Some(Command::Pause { reason: "rest".to_owned() }),
                _ => None,
            }
        });
        prop_assert!(run.execution.held().next().is_none());
        undone_in_reverse_order(&run);
    }
}

/// A block that is held and begun again has steps at the same addresses: their attempts are counted on, and what they
/// gave the first time is not taken for what they give now.
#[test]
fn a_block_that_begins_again_counts_its_attempts_on() {
    for pick in [0, 1, 7] {
        let failures = std::cell::RefCell::new(std::collections::BTreeMap::<String, u32>::new());
        let mut run = run_of(
            r#"
lathe: 1
name: again
settings: { parallelism: 3 }
nodes:
  - id: outer
    kind: flow.for_each
    on_error: pause
    with: { items: [ 1, 2, 3, 4 ], parallelism: 2 }
    body:
      nodes:
        - id: guard
          kind: flow.try
          on_error: pause
          body:
            nodes:
              - { id: charge, kind: test.act, retry: { max_attempts: 2, delay: 1s }, undo: { nodes: [ { id: refund, kind: test.act } ] } }
              - { id: seen, kind: test.pure, with: { by: "${ nodes.charge.output }" } }
              - { id: ship, kind: test.act }
            edges: [ charge -> seen, seen -> ship ]
          finally: { nodes: [ { id: tidy, kind: test.act } ] }
        - { id: after, kind: test.act }
      edges: [ guard -> after ]
  - { id: last, kind: test.act }
edges: [ outer -> last ]
"#,
        );
        let mut turn = pick;
        // Each of them fails for the first few times.
        let fate = |path: &str| {
            let mut failures = failures.borrow_mut();
            let before = failures.entry(path.to_owned()).or_default();
            *before += 1;
            let most = match path.rsplit('.').next() {
                Some("charge") => 3,
                Some("ship") => 2,
                Some("after") => 1,
                Some("refund") if path.contains("[2]") => 1,
                _ => 0,
            };
            match *before <= most {
                true => Fate::Fails,
                false => Fate::Gives(json!({ "path": path, "time": *before })),
            }
        };
        run.drive(fate, |count| {
            turn = (turn * 31 + 7) % 1_009;
            turn % count
        });
        assert_eq!(run.execution.status, Status::Succeeded);
        run.check_stored();
        let attempts = |path: &str| {
            let records = run.records.iter();
            let of = records.filter(|record| &*record.path == path);
            of.map(|record| record.attempt).collect::<Vec<_>>()
        };
        let charged = attempts("outer[0].guard.charge");
        assert!(charged.len() > 3, "{charged:?}");
        assert!(
            charged.windows(2).all(|pair| pair[0] < pair[1]),
            "{charged:?}"
        );
        assert!(attempts("outer[]").len() > 1);
    }
}

/// What earlier openings of a block did is undone too, each with attempts of its own.
#[test]
fn what_is_done_again_is_undone_twice() {
    let times = std::cell::Cell::new(0);
    let mut run = run_of(
        r#"
lathe: 1
name: twice
nodes:
  - id: loop
    kind: flow.for_each
    on_error: pause
    with: { items: [ 1 ] }
    body:
      nodes:
        - { id: charge, kind: test.act, undo: { nodes: [ { id: refund, kind: test.act, retry: { max_attempts: 3, delay: 1s } } ] } }
        - { id: ship, kind: test.act }
      edges: [ charge -> ship ]
  - { id: last, kind: test.act }
edges: [ loop -> last ]
"#,
    );
    let refunds = std::cell::Cell::new(0_u32);
    run.drive(
        |path| match path.rsplit('.').next() {
            Some("ship") if times.replace(times.get() + 1) == 0 => Fate::Fails,
            Some("refund") if refunds.replace(refunds.get() + 1).is_multiple_of(2) => Fate::Fails,
            Some("last") => Fate::Fails,
            _ => Fate::Gives(json!({ "charge": times.get() })),
        },
        |_| 0,
    );
    assert_eq!(run.execution.status, Status::Failed);
    run.check_stored();
    let refunds = run
        .records
        .iter()
        .filter(|record| &*record.node == "refund");
    let refunds: Vec<_> = refunds
        .map(|record| (record.attempt, record.status))
        .collect();
    let (failed, done) = (StepStatus::Failed, StepStatus::Succeeded);
    assert_eq!(refunds, [(2, failed), (3, done), (4, failed), (5, done)]);
}
