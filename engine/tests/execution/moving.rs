//! Paused runs that move to another version: what that would do, and that it does it.

use std::cell::Cell;
use std::sync::Arc;

use engine::execution::{
    Command, Execution, Illegal, Move, MoveClass, MoveReason, NoMove, Status, plan_move,
};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::blocks::block;
use crate::graphs::Run;
use crate::rerun::{again, earlier, first, goes_well, plan, ran};
use crate::simulation::{Fate, run_of};

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
    let (earlier, to, inputs) = (earlier(run), plan(yaml), Arc::new(json!({})));
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
    let mut second = again(yaml, run, &from).unwrap();
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
    // `price` is harmless, but what follows from it in the turns before is not.
    let mended = ORDERS.replace("item * 2", "item * 3");
    let planned_price = planned(&run, &mended, &[]).unwrap();
    assert_eq!(planned_price.class, MoveClass::NeedsDecision);
    let again = MoveReason::RunsAgain;
    let expected = [
        ("each[0].price", again),
        ("each[0].step", again),
        ("each[1].price", again),
        ("each[1].step", again),
        ("each[2].price", again),
    ];
    assert_eq!(told(&planned_price), expected);
    let ran = moved(&run, &mended, &planned_price);
    assert!(ran.contains(&"each[0].step".to_owned()), "{ran:?}");
    assert!(!ran.contains(&"each[0].fetch".to_owned()), "{ran:?}");

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
    let mut second = again(GUARD, &run, &["ship"]).unwrap();
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
fn a_wrong_address_is_refused() {
    let run = paused();
    assert!(matches!(
        planned(&run, ORDERS, &["each.step"]),
        Err(NoMove::NoRerun(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Wherever a run rests, moving it to the same version repeats nothing that had ended, but for races, which begin
    /// anew; and it comes to the same end.
    #[test]
    fn moving_to_the_same_version_repeats_nothing(
        shapes in prop::collection::vec(any::<u8>(), 60),
        turns in 0_usize..60,
        dice in prop::collection::vec(any::<usize>(), 200),
    ) {
        let mut document = block(&mut shapes.into_iter(), 3, &mut 0);
        (document["lathe"], document["name"]) = (json!(1), json!("random"));
        let yaml = document.to_string();
        let mut run = run_of(&yaml);
        let (left, mut thrown) = (Cell::new(turns), dice.into_iter());
        let pick = |count| thrown.next().unwrap_or(0) % count;
        run.drive_while(goes_well, pick, |run| {
            let more = left.get() > 0 && run.execution.takeable(&run.plan).next().is_some();
            left.set(left.get().saturating_sub(1));
            more
        });
        if run.execution.status.is_terminal() {
            return Ok(());
        }
        pause(&mut run);
        let before = run.succeeded();
        // A branch that lost its race is still being undone: that is refused.
        let planned = match planned(&run, &yaml, &[]) {
            Err(NoMove::NotNow(Illegal::Busy)) => return Ok(()),
            planned => planned.unwrap(),
        };
        let in_race = |path: &str| {
            path.split('.').any(|part| {
                let id = part.split('[').next().unwrap_or(part);
                let node = run.plan.index_of(id).unwrap();
                run.plan.nodes[node as usize].kind.kind == "flow.race"
            })
        };
        for step in &planned.steps {
            prop_assert!(in_race(&step.path), "{step:?} {planned:?} {before:?} {yaml}");
        }
        let from: Vec<&str> = planned.from.iter().map(String::as_str).collect();
        let mut second = again(&yaml, &run, &from).unwrap();
        second.drive(goes_well, first);
        for path in ran(&second) {
            prop_assert!(!before.contains(&path) || in_race(&path), "{path} ran again");
        }
        run.drive(goes_well, first);
        prop_assert_eq!(second.execution.status, run.execution.status);
    }
}
