//! Paused runs that move to another version: what that would do, and that it does it.

use std::cell::Cell;
use std::sync::Arc;

use engine::execution::{
    Command, Execution, Failures, Illegal, Move, MoveClass, MoveReason, NoMove, Status, StepStatus,
    plan_move,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::blocks::block;
use crate::graphs::Run;
use crate::rerun::{all_but, earlier, first, go_on, goes_well, plan, ran};
use crate::simulation::{Fate, run_of};
use engine::plan::Plan;

const ORDERS: &str = r#"
lathe: 1
name: orders
nodes:
  - { id: list, kind: test.act, with: { items: [1, 2, 3, 4] } }
  - { id: sum, kind: test.pure, with: { of: "${ nodes.list.output.items }" } }
  - id: each
    kind: flow.for_each
    with: { items: "${ nodes.list.output.items }" }
    body:
      nodes:
        - { id: fetch, kind: test.act, with: { n: "${ item }" } }
        - { id: price, kind: test.pure, with: { n: "${ item * 2 }" } }
        - { id: step, kind: test.act, with: { n: "${ item }" } }
      edges: [fetch -> step, price -> step]
  - { id: report, kind: test.act }
edges: [list -> sum -> report, list -> each -> report]
"#;

/// A run that was paused when `each[2].step` was about to begin.
fn paused() -> Run {
    let mut run = run_of(ORDERS);
    run.drive_while(goes_well, first, |run| !next(run, "each[2].step"));
    pause(&mut run);
    run
}

fn next(run: &Run, path: &str) -> bool {
    let mut steps = run.execution.takeable(&run.plan);
    let (step, _) = steps.next().unwrap();
    &*run.execution.path(&run.plan, step) == path
}

fn pause(run: &mut Run) {
    let reason = "a new version comes".to_owned();
    run.apply(Command::Pause { reason }).unwrap();
}

fn planned(run: &Run, yaml: &str, wanted: &[&str]) -> Result<Move, NoMove> {
    let wanted: Vec<String> = wanted.iter().map(|path| (*path).to_owned()).collect();
    let (earlier, to, inputs) = (
        earlier(run, Failures::Stay),
        plan(yaml),
        Arc::new(json!({})),
    );
    plan_move(
        &run.plan,
        &run.execution,
        &earlier,
        &to,
        inputs,
        &wanted,
        run.now,
    )
}

fn told(planned: &Move) -> Vec<(&str, MoveReason)> {
    let steps = planned.steps.iter();
    steps.map(|step| (&*step.path, step.reason)).collect()
}

/// Carries the move out, and tells what ran after it.
fn moved(run: &Run, yaml: &str, planned: &Move) -> Vec<String> {
    let from: Vec<&str> = planned.from.iter().map(String::as_str).collect();
    let mut second = go_on(yaml, run, Failures::Stay, &from).unwrap();
    second.drive(goes_well, first);
    assert_eq!(second.execution.status, Status::Succeeded);
    ran(&second)
}

#[test]
fn a_change_of_what_is_still_to_come_is_safe() {
    let run = paused();
    let mended = ORDERS
        .replace(
            "{ id: report, kind: test.act }",
            "{ id: report, kind: test.act, with: { new: 1 } }",
        )
        .replace(
            "{ id: fetch, kind: test.act,",
            "{ id: fetch, kind: test.act, label: Fetch, timeout: 9s,",
        );
    let planned = planned(&run, &mended, &[]).unwrap();
    assert_eq!((planned.class, told(&planned)), (MoveClass::Safe, vec![]));
    assert_eq!(planned.from, ["each[2].step"]);
    let expected = [
        "each[2].step",
        "each[3].fetch",
        "each[3].price",
        "each[3].step",
        "each",
        "report",
    ];
    assert_eq!(moved(&run, &mended, &planned), expected);
}

#[test]
fn what_was_changed_and_does_no_harm_runs_again() {
    let run = paused();
    let mended = ORDERS.replace(
        "sum, kind: test.pure, with: {",
        "sum, kind: test.pure, with: { more: 1,",
    );
    let planned = planned(&run, &mended, &[]).unwrap();
    assert_eq!(planned.class, MoveClass::Safe);
    assert_eq!(told(&planned), [("sum", MoveReason::RunsAgain)]);
    assert_eq!(planned.from, ["each[2].step", "sum"]);
    let ran = moved(&run, &mended, &planned);
    assert!(ran.contains(&"sum".to_owned()), "{ran:?}");
    assert!(!ran.contains(&"list".to_owned()), "{ran:?}");
}

#[test]
fn an_effect_is_neither_repeated_nor_changed_unasked() {
    let run = paused();
    // `price` is harmless: it runs again in the turn that is under way, and stays as it was in those that ended.
    let mended = ORDERS.replace("item * 2", "item * 3");
    let planned_price = planned(&run, &mended, &[]).unwrap();
    assert_eq!(planned_price.class, MoveClass::Safe);
    let expected = [
        ("each[0].price", MoveReason::KeptThoughChanged),
        ("each[1].price", MoveReason::KeptThoughChanged),
        ("each[2].price", MoveReason::RunsAgain),
    ];
    assert_eq!(told(&planned_price), expected);
    let ran = moved(&run, &mended, &planned_price);
    assert!(!ran.contains(&"each[0].price".to_owned()), "{ran:?}");
    assert!(!ran.contains(&"each[2].fetch".to_owned()), "{ran:?}");
    // What follows from it there is not harmless.
    let named = planned(&run, &mended, &["each[0].price"]).unwrap();
    assert_eq!(named.class, MoveClass::NeedsDecision);
    assert!(told(&named).contains(&("each[0].step", MoveReason::RunsAgain)));

    // `list` acts: it stays as it is, unless it is named.
    let mended = ORDERS.replace("[1, 2, 3, 4]", "[1, 2, 3, 4, 5]");
    let kept = planned(&run, &mended, &[]).unwrap();
    let expected = [("list", MoveReason::KeptThoughChanged)];
    assert_eq!(
        (kept.class, told(&kept)),
        (MoveClass::NeedsDecision, expected.to_vec())
    );
    let named = planned(&run, &mended, &["list"]).unwrap();
    assert_eq!(named.class, MoveClass::NeedsDecision);
    assert!(told(&named).contains(&("list", MoveReason::RunsAgain)));
    assert!(moved(&run, &mended, &named).contains(&"each[4].step".to_owned()));
}

#[test]
fn what_the_new_version_does_not_know_is_told() {
    let run = paused();
    let mended = ORDERS
        .replace(
            "        - { id: fetch, kind: test.act, with: { n: \"${ item }\" } }\n",
            "",
        )
        .replace("fetch -> step, ", "")
        .replace("{ id: step, kind", "{ id: send, kind")
        .replace("price -> step", "price -> send");
    let planned = planned(&run, &mended, &[]).unwrap();
    assert_eq!(planned.class, MoveClass::NeedsDecision);
    let gone = |path| (path, MoveReason::Gone);
    let told = told(&planned);
    for path in ["each[0].fetch", "each[0].step", "each[2].fetch"] {
        assert!(told.contains(&gone(path)), "{path}: {told:?}");
    }
    // The turn that rested at a step that is gone begins anew; the loop and its other turns do not.
    assert_eq!(planned.from, ["each[2].price"]);
    let expected = [
        "each[2].price",
        "each[2].send",
        "each[3].price",
        "each[3].send",
        "each",
        "report",
    ];
    assert_eq!(moved(&run, &mended, &planned), expected);
}

#[test]
fn waits_begin_anew() {
    const ASK: &str = r#"
lathe: 1
name: ask
nodes:
  - { id: before, kind: test.act }
  - { id: ask, kind: flow.await, with: { signal: go, form: {} } }
  - { id: after, kind: test.act }
edges: [before -> ask -> after]
"#;
    let mut run = run_of(ASK);
    run.drive_while(goes_well, first, |run| run.execution.has_ready_steps());
    pause(&mut run);
    let planned = planned(&run, ASK, &[]).unwrap();
    assert_eq!(planned.class, MoveClass::SafeIfRerun);
    assert_eq!(told(&planned), [("ask", MoveReason::WaitsAnew)]);

    let by = Uuid::from_u128(7);
    let effects = run.apply(Command::Supersede { by }).unwrap();
    assert_eq!(effects.waits_over.len(), 1, "the old link answers nothing");
    let error = run.execution.error.as_ref().unwrap();
    assert_eq!(
        (run.execution.status, &*error.code),
        (Status::Cancelled, "moved")
    );
    assert_eq!(error.details, Some(json!({ "execution": by })));
    run.check_replay();
}

#[test]
fn only_what_rests_gives_way_and_nothing_of_it_is_undone() {
    const GUARD: &str = r#"
lathe: 1
name: guard
nodes:
  - id: charge
    kind: test.act
    undo: { nodes: [{ id: refund, kind: test.act }] }
  - { id: ship, kind: test.act }
edges: [charge -> ship]
"#;
    let by = Uuid::from_u128(7);
    let mut run = run_of(GUARD);
    run.drive_while(goes_well, first, |run| !next(run, "ship"));
    assert_eq!(
        run.apply(Command::Supersede { by }),
        Err(Illegal::NotNow(Status::Running))
    );
    let taken: Vec<_> = run.execution.takeable(&run.plan).collect();
    let (step, attempt) = taken[0];
    let runner = crate::graphs::RUNNER;
    run.apply(Command::Take {
        step,
        attempt,
        runner,
    })
    .unwrap();
    pause(&mut run);
    assert_eq!(run.apply(Command::Supersede { by }), Err(Illegal::Busy));
    assert!(matches!(
        planned(&run, GUARD, &[]),
        Err(NoMove::NotNow(Illegal::Busy))
    ));
    run.apply(Command::HandBack { step, attempt }).unwrap();
    let before: Execution = run.execution.clone();
    run.apply(Command::Supersede { by }).unwrap();
    assert_eq!(run.execution.status, Status::Cancelled);
    assert!(run.execution.ending.is_none(), "no refund");
    run.check_replay();

    // What can be undone goes along to the new run.
    run.execution = before;
    let planned = planned(&run, GUARD, &[]).unwrap();
    assert_eq!(planned.class, MoveClass::Safe);
    let mut second = go_on(GUARD, &run, Failures::Stay, &["ship"]).unwrap();
    second.drive(
        |path| match path {
            "ship" => Fate::Fails,
            _ => Fate::Gives(json!(1)),
        },
        first,
    );
    assert!(
        second
            .succeeded()
            .contains(&"charge.undo.refund".to_owned())
    );
}

#[test]
fn a_try_that_undid_itself_does_not_repeat_what_is_around_it() {
    const GUARDED: &str = r#"
lathe: 1
name: guarded
nodes:
  - id: order
    kind: flow.try
    body:
      nodes:
        - { id: reserve, kind: test.act }
        - id: express
          kind: flow.try
          on_error: continue
          body:
            nodes:
              - id: book
                kind: test.act
                undo: { nodes: [{ id: cancel, kind: test.act }] }
              - { id: confirm, kind: test.act }
            edges: [book -> confirm]
        - { id: ship, kind: test.act }
      edges: [reserve -> express -> ship]
    finally: { nodes: [{ id: tell, kind: test.act }] }
"#;
    let mut run = run_of(GUARDED);
    let fate = all_but(&["order.express.confirm"]);
    run.drive_while(fate, first, |run| !next(run, "order.ship"));
    assert!(
        run.succeeded()
            .contains(&"order.express.book.undo.cancel".to_owned())
    );
    pause(&mut run);
    let planned = planned(&run, GUARDED, &[]).unwrap();
    assert_eq!((planned.class, told(&planned)), (MoveClass::Safe, vec![]));
    let ran = moved(&run, GUARDED, &planned);
    assert_eq!(ran, ["order.ship", "order.tell", "order"]);
}

#[test]
fn a_wrong_address_is_refused() {
    let run = paused();
    assert!(matches!(
        planned(&run, ORDERS, &["each.step"]),
        Err(NoMove::NoRerun(_))
    ));
}

/// A random run, paused somewhere; `None` when it had ended by then, or something of it is being undone.
fn random(document: &Value, fates: &[u8], turns: usize, dice: Vec<usize>) -> Option<Run> {
    let mut run = run_of(&document.to_string());
    let (left, asked, mut thrown) = (Cell::new(turns), Cell::new(0_usize), dice.into_iter());
    let fate = |_: &str| {
        let fate = fates.get(asked.get()).copied().unwrap_or(7);
        asked.set(asked.get() + 1);
        match fate {
            0 => Fate::Fails,
            _ => Fate::Gives(json!(1)),
        }
    };
    let pick = |count| thrown.next().unwrap_or(0) % count;
    run.drive_while(fate, pick, |run| {
        let more = left.get() > 0 && run.execution.takeable(&run.plan).next().is_some();
        left.set(left.get().saturating_sub(1));
        more
    });
    if run.execution.status.is_terminal() || run.execution.status == Status::CleaningUp {
        return None;
    }
    pause(&mut run);
    Some(run)
}

fn in_race(plan: &Plan, path: &str) -> bool {
    path.split('.').any(|part| {
        let id = part.split('[').next().unwrap_or(part);
        let node = plan.index_of(id);
        node.is_some_and(|node| plan.nodes[node as usize].kind.kind == "flow.race")
    })
}

fn failed_in_race(run: &Run) -> bool {
    let mut records = run.records.iter();
    records.any(|record| record.status == StepStatus::Failed && in_race(&run.plan, &record.path))
}

/// The document without some of its nodes and inverses.
fn without(block: &mut Value, kept: &mut impl Iterator<Item = u8>) {
    let nodes = block["nodes"].as_array_mut().unwrap();
    let all = nodes.len();
    let mut place = 0;
    nodes.retain(|_| {
        place += 1;
        // An empty block is no block.
        place == all || !kept.next().unwrap_or(1).is_multiple_of(4)
    });
    let ids: Vec<String> = nodes.iter().map(|node| node["id"].to_string()).collect();
    for node in nodes {
        let fields = node.as_object_mut().unwrap();
        if kept.next().unwrap_or(1).is_multiple_of(4) {
            fields.remove("undo");
        }
        for field in ["body", "catch", "finally"] {
            if let Some(block) = fields.get_mut(field) {
                without(block, kept);
            }
        }
    }
    block["edges"].as_array_mut().unwrap().retain(|edge| {
        let mut ends = edge.as_str().unwrap().split(" -> ");
        ends.all(|end| ids.contains(&format!("\"{end}\"")))
    });
}

fn named(mut block: Value) -> Value {
    (block["lathe"], block["name"]) = (json!(1), json!("random"));
    block
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Wherever a run rests, moving it to the same version repeats nothing that had ended, well or badly, but for races,
    /// which begin anew; and it comes to the same end, unless something that had failed in a race goes well there now.
    #[test]
    fn moving_to_the_same_version_repeats_nothing(
        shapes in prop::collection::vec(any::<u8>(), 60),
        fates in prop::collection::vec(0_u8..8, 40),
        turns in 0_usize..60,
        dice in prop::collection::vec(any::<usize>(), 200),
    ) {
        let document = named(block(&mut shapes.into_iter(), 3, &mut 0));
        let yaml = document.to_string();
        let Some(mut run) = random(&document, &fates, turns, dice) else {
            return Ok(());
        };
        let before = run.succeeded();
        // A branch that lost its race is still being undone: that is refused.
        let planned = match planned(&run, &yaml, &[]) {
            Err(NoMove::NotNow(Illegal::Busy)) => return Ok(()),
            planned => planned.unwrap(),
        };
        for step in &planned.steps {
            prop_assert!(in_race(&run.plan, &step.path), "{step:?} {before:?} {yaml}");
        }
        let from: Vec<&str> = planned.from.iter().map(String::as_str).collect();
        let mut second = go_on(&yaml, &run, Failures::Stay, &from).unwrap();
        second.drive(goes_well, first);
        for path in ran(&second) {
            let again = before.contains(&path) && !in_race(&run.plan, &path);
            prop_assert!(!again, "{path} ran again {yaml}");
        }
        let tried_again = failed_in_race(&run);
        run.drive(goes_well, first);
        let same = second.execution.status == run.execution.status;
        prop_assert!(same || tried_again, "{yaml} {planned:?}");
    }

    /// To whatever version a run moves, it comes to an end, also when much fails there; and what runs again was told.
    #[test]
    fn what_runs_again_was_told(
        shapes in prop::collection::vec(any::<u8>(), 60),
        kept in prop::collection::vec(any::<u8>(), 60),
        fates in prop::collection::vec(0_u8..8, 40),
        turns in 0_usize..60,
        dice in prop::collection::vec(any::<usize>(), 200),
        fails in any::<u8>(),
    ) {
        let document = named(block(&mut shapes.into_iter(), 3, &mut 0));
        let Some(run) = random(&document, &fates, turns, dice) else {
            return Ok(());
        };
        let mut other = document.clone();
        without(&mut other, &mut kept.into_iter());
        let yaml = other.to_string();
        let before = run.succeeded();
        let planned = match planned(&run, &yaml, &[]) {
            Err(NoMove::NotNow(Illegal::Busy)) => return Ok(()),
            planned => planned.unwrap(),
        };
        let again = planned.steps.iter().filter(|step| step.reason == MoveReason::RunsAgain);
        let again: Vec<&str> = again.map(|step| &*step.path).collect();
        let from: Vec<&str> = planned.from.iter().map(String::as_str).collect();
        let mut second = go_on(&yaml, &run, Failures::Stay, &from).unwrap();
        let fate = |path: &str| match path.len() % 3 == usize::from(fails % 5) {
            true => Fate::Fails,
            false => Fate::Gives(json!(1)),
        };
        second.drive(fate, first);
        for path in ran(&second) {
            // What runs again may be undone again.
            let step = path.split_once(".undo.").map_or(&*path, |(step, _)| step);
            let told = again.contains(&step) || !before.contains(&path);
            prop_assert!(told, "{path} ran again {planned:?} {document} {yaml}");
        }
    }
}
