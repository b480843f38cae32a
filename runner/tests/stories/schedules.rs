//! Schedules at work: what was missed, what overlaps, and that each moment begins one run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{Timelike, Utc};
use engine::duration::Millis;
use engine::execution::Status;
use engine::ports::bus::Notice;
use engine::ports::definitions::Definition;
use engine::ports::schedules::Schedules;
use engine::schedule::{CatchUp, Overlap, ScheduleSpec};
use serde_json::{Value, json};
use store::{ExecutionSummary, NewSchedule, Paging, ScheduleRecord, Scope, Tick, TickStatus};
use uuid::Uuid;

use crate::house::{House, succeeded};

const HOUR: Duration = Duration::from_secs(3_600);

/// Runs each hour, half an hour away from now, so that no test meets a moment by chance.
fn hourly() -> String {
    format!("{} * * * *", (Utc::now().minute() + 30) % 60)
}

fn all_within(hours: u64) -> CatchUp {
    CatchUp::All {
        within: Millis(hours * 3_600_000),
        at_most: 100,
    }
}

async fn gated(house: &House) -> Arc<Definition> {
    let nodes =
        json!([{ "id": "gate", "kind": "test.gate", "with": { "key": "${ inputs.key }" } }]);
    let more = json!({ "inputs": { "key": { "type": "string", "default": "a" } } });
    house.workflow("gated", nodes, &[], more).await
}

async fn schedule(
    house: &House,
    workflow: &Definition,
    cron: &str,
    catch_up: CatchUp,
    overlap: Overlap,
) -> Uuid {
    let new = NewSchedule {
        name: format!("s{}", Uuid::now_v7().simple()),
        workflow_id: workflow.workflow_id,
        spec: ScheduleSpec {
            cron: cron.to_owned(),
            timezone: "UTC".to_owned(),
            catch_up,
            overlap,
        },
        inputs: json!({ "key": "b" }),
        enabled: true,
    };
    let made = house.store.create_schedule(Scope::System, new, None).await;
    made.unwrap().value.id
}

/// As if nobody had been there for so long: the clock of the database is nobody's to set.
async fn away(house: &House, id: Uuid, span: Duration) {
    let path = house.folder.path().join("lathe.db");
    let micros = i64::try_from(span.as_micros()).unwrap();
    let changed = tokio::task::spawn_blocking(move || {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        let sql =
            "UPDATE schedules SET next_at = 0, decided_until = decided_until - ?1 WHERE id = ?2";
        connection.execute(sql, (micros, id)).unwrap()
    });
    assert_eq!(changed.await.unwrap(), 1);
    house.ports.bus.publish(Notice::Schedules).await;
}

async fn ticks_of(house: &House, id: Uuid) -> Vec<Tick> {
    let paging = Paging::first(1_000);
    let page = house.store.list_ticks(Scope::System, id, &paging).await;
    page.unwrap().items
}

async fn change(house: &House, id: Uuid, how: impl FnOnce(&mut NewSchedule)) {
    let record = house.store.schedule(Scope::System, id).await.unwrap();
    let record = record.unwrap();
    let mut new = NewSchedule {
        name: record.name,
        workflow_id: record.workflow_id,
        spec: record.spec,
        inputs: record.inputs,
        enabled: record.enabled,
    };
    how(&mut new);
    let changed = house
        .store
        .update_schedule(Scope::System, id, &new, None)
        .await;
    changed.unwrap();
}

/// The ticks of a schedule, oldest first, once they are as wanted.
async fn until(
    house: &House,
    id: Uuid,
    wanted: impl Fn(&ScheduleRecord, &[Tick]) -> bool,
) -> Vec<Tick> {
    let looked = async {
        loop {
            let record = house.store.schedule(Scope::System, id).await.unwrap();
            let mut ticks = ticks_of(house, id).await;
            ticks.reverse();
            if wanted(&record.unwrap(), &ticks) {
                return ticks;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), looked)
        .await
        .expect("the ticks did not come to be so")
}

fn settled(ticks: &[Tick]) -> bool {
    ticks.iter().all(|tick| tick.settled_at.is_some())
}

fn statuses(ticks: &[Tick]) -> Vec<TickStatus> {
    ticks.iter().map(|tick| tick.status).collect()
}

async fn runs_of(house: &House, schedule: Uuid) -> Vec<ExecutionSummary> {
    let list = house
        .store
        .list_executions(Scope::System, &Default::default(), &Paging::first(1_000))
        .await
        .unwrap();
    list.items
        .into_iter()
        .filter(|run| run.trigger == "schedule" && run.trigger_id == Some(schedule))
        .collect()
}

/// R15: what was missed is made up for as the policy says, and no further.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_made_up_for_as_the_policy_says() {
    let mut house = House::without_runner().await;
    house.stage.gate.add_permits(100);
    let workflow = gated(&house).await;
    let policies = [
        (CatchUp::Skip, 0, 5),
        (CatchUp::Latest, 1, 4),
        (all_within(3), 3, 2),
        (
            CatchUp::All {
                within: Millis(24 * 3_600_000),
                at_most: 2,
            },
            2,
            3,
        ),
    ];
    let mut schedules = Vec::new();
    for (policy, _, _) in policies {
        let id = schedule(&house, &workflow, &hourly(), policy, Overlap::Allow).await;
        away(&house, id, 5 * HOUR).await;
        schedules.push(id);
    }
    house.runner = Some(house.start_runner("one").await);
    for ((policy, begun, missed), id) in policies.into_iter().zip(schedules) {
        let ticks = until(&house, id, |record, ticks| {
            record.missed > 0 && settled(ticks)
        })
        .await;
        assert_eq!(
            statuses(&ticks),
            vec![TickStatus::Started; begun],
            "{policy:?}"
        );
        let record = house.store.schedule(Scope::System, id).await.unwrap();
        assert_eq!(record.unwrap().missed, missed, "{policy:?}");
        assert_eq!(runs_of(&house, id).await.len(), begun);
        for tick in &ticks {
            let execution = tick.execution_id.unwrap();
            succeeded(&house.end_of(execution).await.await);
            assert_eq!(house.record(execution).await.inputs, json!({ "key": "b" }));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_overlap_are_skipped_or_begin_side_by_side() {
    let house = House::open().await;
    let workflow = gated(&house).await;
    let skips = schedule(&house, &workflow, &hourly(), all_within(3), Overlap::Skip).await;
    away(&house, skips, 3 * HOUR).await;
    let ticks = until(&house, skips, |_, ticks| ticks.len() == 3 && settled(ticks)).await;
    assert_eq!(
        statuses(&ticks),
        [
            TickStatus::Started,
            TickStatus::Skipped,
            TickStatus::Skipped
        ]
    );
    assert_eq!(
        ticks[1].reason.as_deref(),
        Some("an earlier run goes on still")
    );
    house.stage.began("gate", 1).await;

    let allows = schedule(&house, &workflow, &hourly(), all_within(3), Overlap::Allow).await;
    away(&house, allows, 3 * HOUR).await;
    house.stage.began("gate", 4).await;
    let running = runs_of(&house, allows).await;
    assert!(running.iter().all(|run| run.status == Status::Running));
    house.stage.gate.add_permits(4);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_queue_have_their_turn_one_after_another() {
    let house = House::open().await;
    let workflow = gated(&house).await;
    let id = schedule(&house, &workflow, &hourly(), all_within(3), Overlap::Queue).await;
    away(&house, id, 3 * HOUR).await;
    for turn in 1..=3 {
        house.stage.began("gate", turn).await;
        let begun = turn as usize;
        let ticks = until(&house, id, |_, ticks| {
            ticks
                .iter()
                .filter(|tick| tick.execution_id.is_some())
                .count()
                == begun
        })
        .await;
        assert_eq!(ticks.len(), 3);
        let execution = ticks[begun - 1].execution_id.unwrap();
        let end = house.end_of(execution).await;
        assert_eq!(house.stage.times("gate"), turn);
        house.stage.gate.add_permits(1);
        succeeded(&end.await);
    }
    until(&house, id, |_, ticks| settled(ticks)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_run_takes_the_place_of_the_old_one() {
    let house = House::open().await;
    let workflow = gated(&house).await;
    let id = schedule(
        &house,
        &workflow,
        &hourly(),
        all_within(3),
        Overlap::CancelRunning,
    )
    .await;
    away(&house, id, 3 * HOUR).await;
    let ticks = until(&house, id, |_, ticks| ticks.len() == 3 && settled(ticks)).await;
    assert_eq!(
        statuses(&ticks),
        [
            TickStatus::Skipped,
            TickStatus::Skipped,
            TickStatus::Started
        ],
        "of those that are due together, the newest"
    );
    let old = ticks[2].execution_id.unwrap();
    let end = house.end_of(old).await;
    house.stage.began("gate", 1).await;
    // With other times it begins anew; an hour later it is due again.
    change(&house, id, |schedule| {
        schedule.spec.cron = format!("{} * * * *", (Utc::now().minute() + 29) % 60);
    })
    .await;
    away(&house, id, HOUR).await;
    assert_eq!(end.await.status, Status::Cancelled);
    house.stage.began("gate", 2).await;
    let ticks = until(&house, id, |_, ticks| settled(ticks)).await;
    let mut begun = ticks.iter().filter_map(|tick| tick.execution_id);
    let new = begun.find(|id| *id != old).unwrap();
    house.stage.gate.add_permits(1);
    succeeded(&house.end_of(new).await.await);
}

/// I6, R14 in short: two runners, a schedule of each second, a minute to catch up with, and time going on.
#[tokio::test(flavor = "multi_thread")]
async fn two_runners_begin_one_run_for_each_second() {
    let house = House::without_runner().await;
    house.stage.gate.add_permits(10_000);
    // The workflow takes equal inputs for one run, which is not for moments that differ.
    let nodes = json!([{ "id": "gate", "kind": "test.gate" }]);
    let more = json!({
        "settings": { "idempotency": { "key": "${ inputs.key }" } },
        "inputs": { "key": { "type": "string" } }
    });
    let workflow = house.workflow("keyed", nodes, &[], more).await;
    let id = schedule(
        &house,
        &workflow,
        "* * * * * *",
        all_within(1),
        Overlap::Allow,
    )
    .await;
    away(&house, id, Duration::from_secs(60)).await;
    let runners = [
        house.start_runner("one").await,
        house.start_runner("two").await,
    ];
    until(&house, id, |_, ticks| {
        let started = ticks
            .iter()
            .filter(|tick| tick.status == TickStatus::Started);
        started.count() >= 62
    })
    .await;
    // No further ones, so that they can be counted.
    change(&house, id, |schedule| schedule.enabled = false).await;
    let ticks = until(&house, id, |_, ticks| settled(ticks)).await;
    for pair in ticks.windows(2) {
        let gap = pair[1].scheduled_for - pair[0].scheduled_for;
        assert_eq!(gap.num_milliseconds(), 1_000, "no second is left out");
    }
    let started: Vec<Uuid> = ticks.iter().filter_map(|tick| tick.execution_id).collect();
    assert!(started.len() >= 62, "{}", started.len());
    let runs: BTreeSet<Uuid> = runs_of(&house, id).await.iter().map(|run| run.id).collect();
    assert_eq!(
        started.iter().copied().collect::<BTreeSet<_>>(),
        runs,
        "each has a run of its own, and there are no others"
    );
    assert_eq!(started.len(), runs.len());
    for runner in runners {
        runner.stop().await;
    }
}

/// I6: a scheduler died after it had decided, and before it had begun.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_scheduler_had_decided_is_begun_by_another() {
    let mut house = House::without_runner().await;
    house.stage.gate.add_permits(10);
    let workflow = gated(&house).await;
    let id = schedule(&house, &workflow, &hourly(), CatchUp::Latest, Overlap::Skip).await;
    away(&house, id, HOUR).await;
    let due = house.store.due_schedules(10).await.unwrap().remove(0);
    let spec = due.spec.schedule().unwrap();
    let moment = spec.next_after(due.decided_until).unwrap();
    let planned = engine::ports::schedules::Planned {
        due: vec![moment],
        next: spec.next_after(due.now),
        missed: 0,
        of: due,
    };
    assert!(house.store.plan(planned).await.unwrap());
    let tick = house.store.take(1, Duration::ZERO).await.unwrap().remove(0);
    let execution = Uuid::now_v7();
    assert!(house.store.decide(tick.claim, execution).await.unwrap());
    house.runner = Some(house.start_runner("heir").await);
    let ticks = until(&house, id, |_, ticks| settled(ticks)).await;
    assert_eq!(ticks[0].execution_id, Some(execution));
    succeeded(&house.end_of(execution).await.await);
    assert_eq!(runs_of(&house, id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_version_runs_and_what_it_does_not_take_is_told() {
    let mut house = House::without_runner().await;
    house.stage.gate.add_permits(10);
    let workflow = gated(&house).await;
    let takes_more = |required: bool| {
        let nodes = json!([{ "id": "act", "kind": "test.act", "with": {} }]);
        let inputs: Value = json!({ "key": { "type": "string" }, "more": { "type": "string", "required": required } });
        let document = json!({ "lathe": 1, "name": "gated", "nodes": nodes, "inputs": inputs });
        store::NewWorkflow {
            name: "gated".to_owned(),
            label: None,
            description: None,
            node_count: 1,
            document,
            layout: None,
            author: None,
        }
    };
    let publish = async |version| {
        let id = workflow.workflow_id;
        house
            .store
            .publish_workflow(Scope::System, id, version, None)
            .await
            .unwrap();
    };
    let id = workflow.workflow_id;
    house
        .store
        .update_workflow(Scope::System, id, takes_more(true), None, None)
        .await
        .unwrap();
    publish(1).await;
    let first = schedule(&house, &workflow, &hourly(), CatchUp::Latest, Overlap::Skip).await;
    away(&house, first, HOUR).await;
    let runner = house.start_runner("one").await;
    let ticks = until(&house, first, |_, ticks| ticks.len() == 1 && settled(ticks)).await;
    let run = house.record(ticks[0].execution_id.unwrap()).await;
    assert_eq!(run.summary.workflow_version, 1);
    publish(2).await;
    let second = schedule(&house, &workflow, &hourly(), CatchUp::Latest, Overlap::Skip).await;
    away(&house, second, HOUR).await;
    let ticks = until(&house, second, |_, ticks| {
        ticks.len() == 1 && settled(ticks)
    })
    .await;
    assert_eq!(
        (ticks[0].status, ticks[0].execution_id),
        (TickStatus::Failed, None)
    );
    let reason = ticks[0].reason.as_deref().unwrap();
    assert!(reason.contains("more"), "{reason}");
    house.runner = Some(runner);
}
