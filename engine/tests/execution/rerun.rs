//! Runs that go on from a step of an earlier one: what had succeeded does not run again.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::document::parse;
use engine::execution::{
    Earlier, EarlierStep, Failures, NoRerun, RunOptions, Status, StepStatus, rerun,
};
use engine::plan::{Plan, compile};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::graphs::{Run, catalog};
use crate::simulation::{Fate, run_of};

pub(crate) fn goes_well(_: &str) -> Fate {
    Fate::Gives(Value::Null)
}

pub(crate) fn first(_: usize) -> usize {
    0
}

pub(crate) fn all_but<'a>(broken: &'a [&'a str]) -> impl Fn(&str) -> Fate + 'a {
    |path| match broken.contains(&path) {
        true => Fate::Fails,
        false => Fate::Gives(Value::Null),
    }
}

pub(crate) fn earlier(run: &Run, failures: Failures) -> Earlier {
    let mut steps = BTreeMap::new();
    for record in &run.records {
        let step = EarlierStep {
            attempt: record.attempt,
            kind: record.kind.to_owned(),
            status: record.status,
            input: record.input.as_deref().cloned(),
            output: record.output.as_deref().cloned(),
            error: record.error.clone(),
            port: record.port.as_deref().map(str::to_owned),
            started_at: record.started_at,
            finished_at: record.finished_at,
        };
        steps.insert(record.path.to_string(), step);
    }
    Earlier {
        execution: run.execution.id,
        failures,
        steps,
    }
}

pub(crate) fn plan(yaml: &str) -> Plan {
    compile(parse::parse(yaml).unwrap().document, &catalog()).unwrap()
}

fn again(yaml: &str, before: &Run, from: &[&str]) -> Result<Run, NoRerun> {
    go_on(yaml, before, Failures::RunAgain, from)
}

pub(crate) fn go_on(
    yaml: &str,
    before: &Run,
    failures: Failures,
    from: &[&str],
) -> Result<Run, NoRerun> {
    let (plan, earlier) = (plan(yaml), earlier(before, failures));
    let from: Vec<String> = from.iter().map(|path| (*path).to_owned()).collect();
    let (id, inputs) = (Uuid::from_u128(1), Arc::new(json!({})));
    let options = Arc::new(RunOptions::default());
    let now = before.now;
    let (execution, effects) = rerun(id, &plan, inputs, 0, options, now, &earlier, &from)?;
    let run = Run::begun(plan, execution, effects, now);
    run.check_replay();
    run.check_stored();
    Ok(run)
}

/// The steps that ran in this run, and were not taken over.
pub(crate) fn ran(run: &Run) -> Vec<String> {
    let ended = run.records.iter().filter(|record| {
        record.status == StepStatus::Succeeded
            && !record.path.ends_with(']')
            && record
                .reason
                .as_deref()
                .is_none_or(|reason| !reason.starts_with("kept from run"))
    });
    ended.map(|record| record.path.to_string()).collect()
}

const IMPORT: &str = r#"
lathe: 1
name: import
nodes:
  - { id: list, kind: test.act, with: { items: [1, 2, 3, 4, 5] } }
  - { id: aside, kind: test.act }
  - id: import
    kind: flow.for_each
    with: { items: "${ nodes.list.output.items }" }
    body:
      nodes:
        - { id: fetch, kind: test.act, with: { n: "${ item }" } }
        - { id: step, kind: test.act, with: { n: "${ nodes.fetch.output.n + 1 }" } }
      edges: [fetch -> step]
      output: "${ nodes.step.output.n }"
  - { id: report, kind: test.act, with: { sum: '${ nodes["import"].output }' } }
edges: [list -> import -> report, aside -> report]
"#;

#[test]
fn a_run_goes_on_from_a_step_inside_a_loop() {
    let mut run = run_of(IMPORT);
    run.drive(all_but(&["import[3].step"]), first);
    assert_eq!(run.execution.status, Status::Failed);

    for from in [&["import[3].step"][..], &[]] {
        let mut second = again(IMPORT, &run, from).unwrap();
        second.drive(goes_well, first);
        assert_eq!(
            second.execution.status,
            Status::Succeeded,
            "{:?}",
            second.execution.error
        );
        let expected = [
            "import[3].step",
            "import[4].fetch",
            "import[4].step",
            "import",
            "report",
        ];
        assert_eq!(ran(&second), expected);
        let output = second.execution.output.as_deref().unwrap();
        assert_eq!(output["sum"], json!([2, 3, 4, 5, 6]));
        // Everything that was taken over can be seen in the new run too.
        assert!(second.succeeded().contains(&"import[1].fetch".to_owned()));
        assert!(second.succeeded().contains(&"import[3].fetch".to_owned()));
    }
}

#[test]
fn a_finished_run_goes_on_from_any_of_its_steps() {
    let mut run = run_of(IMPORT);
    run.drive(goes_well, first);
    for (from, expected) in [
        ("report", &["report"][..]),
        ("import[0].step", &["import[0].step", "import", "report"]),
        ("aside", &["aside", "report"]),
    ] {
        let mut second = again(IMPORT, &run, &[from]).unwrap();
        second.drive(goes_well, first);
        assert_eq!(ran(&second), expected, "{from}");
        assert_eq!(second.execution.output, run.execution.output, "{from}");
    }
    // And a run that went on goes on itself.
    let second = {
        let mut second = again(IMPORT, &run, &["report"]).unwrap();
        second.drive(goes_well, first);
        second
    };
    let mut third = again(IMPORT, &second, &["import[2].step"]).unwrap();
    third.drive(goes_well, first);
    assert_eq!(ran(&third), ["import[2].step", "import", "report"]);
}

#[test]
fn a_newer_version_keeps_what_is_still_the_same() {
    let mut run = run_of(IMPORT);
    run.drive(all_but(&["import[3].step"]), first);
    // The mended version goes over other items: only turns of the same item are kept.
    let mended = IMPORT
        .replace("\"${ nodes.list.output.items }\"", "[9, 2, 3, 4, 5]")
        .replace(
            "{ id: aside, kind: test.act }",
            "{ id: aside, kind: test.pure }",
        );
    let mut second = again(&mended, &run, &["import[3].step"]).unwrap();
    second.drive(goes_well, first);
    assert_eq!(second.execution.status, Status::Succeeded);
    let ran = ran(&second);
    for path in [
        "import[0].fetch",
        "import[3].step",
        "import[4].fetch",
        "aside",
        "report",
    ] {
        assert!(ran.contains(&path.to_owned()), "{path}: {ran:?}");
    }
    for path in [
        "import[1].fetch",
        "import[2].step",
        "import[3].fetch",
        "list",
    ] {
        assert!(!ran.contains(&path.to_owned()), "{path}: {ran:?}");
    }
}

#[test]
fn branches_that_were_taken_are_taken_again() {
    let text = r#"
lathe: 1
name: branch
nodes:
  - { id: ask, kind: flow.branch }
  - { id: yes, kind: test.act }
  - { id: no, kind: test.act }
  - { id: join, kind: flow.join }
  - { id: end, kind: test.act }
edges: [ask.true -> yes -> join, ask.false -> no -> join, join -> end]
"#;
    let mut run = run_of(text);
    run.take("ask").unwrap();
    run.done("ask", "false").unwrap();
    run.drive(goes_well, first);
    let mut second = again(text, &run, &["end"]).unwrap();
    second.drive(goes_well, first);
    assert_eq!(ran(&second), ["end"]);
    second.expect(
        Status::Succeeded,
        &[("yes", StepStatus::Skipped), ("no", StepStatus::Succeeded)],
    );
}

const PARTS: &str = r#"
lathe: 1
name: parts
nodes:
  - id: guard
    kind: flow.try
    body: { nodes: [ { id: a, kind: test.act }, { id: b, kind: test.act } ], edges: [a -> b] }
    catch: { nodes: [ { id: c, kind: test.act, with: { why: "${ error.code }" } } ] }
    finally: { nodes: [ { id: d, kind: test.act } ] }
  - id: count
    kind: flow.while
    with: { state: 0 }
    body:
      while: "${ state < 3 }"
      nodes: [ { id: add, kind: test.act, with: { n: "${ state + 1 }" } } ]
      output: "${ nodes.add.output.n }"
edges: [guard -> count]
"#;

#[test]
fn a_run_goes_on_within_tries_and_whiles() {
    let mut run = run_of(PARTS);
    run.drive(all_but(&["guard.b"]), first);
    assert_eq!(run.execution.status, Status::Succeeded);
    for (from, expected) in [
        ("guard.d", &["guard.d", "guard"][..]),
        ("guard.c", &["guard.c", "guard.d", "guard"]),
        ("guard.b", &["guard.b", "guard.d", "guard"]),
        ("count[1].add", &["count[1].add", "count[2].add", "count"]),
    ] {
        let mut second = again(PARTS, &run, &[from]).unwrap();
        second.drive(goes_well, first);
        assert_eq!(second.execution.status, Status::Succeeded, "{from}");
        let ran = ran(&second);
        assert_eq!(ran[..expected.len()], *expected, "{from}: {ran:?}");
        assert_eq!(second.execution.output.as_deref(), Some(&json!(3)));
    }
}

#[test]
fn what_was_undone_runs_again() {
    let text = r#"
lathe: 1
name: undone
nodes:
  - { id: look, kind: test.act }
  - id: book
    kind: test.act
    undo: { nodes: [ { id: unbook, kind: test.act } ] }
  - { id: pay, kind: test.act }
edges: [look -> book -> pay]
"#;
    let mut run = run_of(text);
    run.drive(all_but(&["pay"]), first);
    assert!(run.succeeded().contains(&"book.undo.unbook".to_owned()));
    let mut second = again(text, &run, &[]).unwrap();
    second.drive(goes_well, first);
    assert_eq!(ran(&second), ["book", "pay"]);

    // What was taken over can still be undone.
    let mut run = run_of(text);
    run.drive(goes_well, first);
    let mut second = again(text, &run, &["pay"]).unwrap();
    second.drive(all_but(&["pay"]), first);
    assert_eq!(ran(&second), ["book.undo.unbook"]);
}

#[test]
fn an_address_that_leads_nowhere_is_refused() {
    let mut run = run_of(IMPORT);
    run.drive(goes_well, first);
    for (from, words) in [
        ("nobody", "`nobody` is not a node"),
        ("import.fetch", "say which turn"),
        ("import[x].fetch", "no part of an address"),
        ("list[0]", "only loops have turns"),
        ("fetch", "`fetch` is not a node there"),
    ] {
        let refused = again(IMPORT, &run, &[from]).map(drop).unwrap_err();
        assert!(refused.to_string().contains(words), "{from}: {refused}");
    }
}
