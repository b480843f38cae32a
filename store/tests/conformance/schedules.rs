//! Schedules: a tick is planned, taken and started once, whoever looks, whoever dies, and whatever the clocks say.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::Time;
use engine::execution::Status;
use engine::ports::definitions::Definitions;
use engine::ports::executions::{Commit, ExecutionStore};
use engine::ports::schedules::{DueSchedule, OpenTick, Planned, Schedules, TickClaim, TickOutcome};
use engine::schedule::{CatchUp, Overlap, ScheduleSpec};
use futures::future::join_all;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection};
use serde_json::json;
use store::{
    DatabaseConfig, NewSchedule, NewWorkflow, Paging, Scope, Store, StoreError, TickStatus,
};
use uuid::Uuid;

use crate::commits::{accept, done, finish, moment};
use crate::on_every_database;
use crate::stand::{Stand, admin, sqlite_file};

on_every_database!(
    are_kept_changed_and_removed,
    go_and_come_back_with_their_workflow,
    a_deleted_workspace_begins_nothing,
    several_schedulers_start_each_tick_once,
    a_dead_scheduler_s_tick_is_taken_up_again,
    a_clock_that_jumps_plans_nothing_twice,
    ticks_have_their_turn_one_after_another,
    a_run_is_kept_while_its_tick_is_open,
    history_is_bounded_and_keeps_what_goes_on,
);

const LEASE: Duration = Duration::from_secs(30);
const NO_LEASE: Duration = Duration::ZERO;

fn spec(cron: &str) -> ScheduleSpec {
    ScheduleSpec {
        cron: cron.to_owned(),
        timezone: "Europe/Berlin".to_owned(),
        catch_up: CatchUp::Latest,
        overlap: Overlap::Queue,
    }
}

async fn workflow(store: &Store) -> Uuid {
    let name = format!("w{}", Uuid::now_v7().simple());
    let new = NewWorkflow {
        document: json!({ "lathe": 1, "name": name, "nodes": [] }),
        name,
        label: None,
        description: None,
        node_count: 0,
        layout: None,
        author: None,
    };
    let made = store.create_workflow(Scope::System, new, None).await;
    made.unwrap().value.summary.id
}

fn new(workflow_id: Uuid, name: &str) -> NewSchedule {
    NewSchedule {
        name: name.to_owned(),
        workflow_id,
        spec: spec("@yearly"),
        inputs: json!({ "a": 1 }),
        enabled: true,
    }
}

async fn schedule(store: &Store, name: &str) -> Uuid {
    let new = new(workflow(store).await, name);
    let made = store.create_schedule(Scope::System, new, None).await;
    made.unwrap().value.id
}

/// What is due of one schedule.
async fn due(store: &Store, id: Uuid) -> Option<DueSchedule> {
    let due = store.due_schedules(1_000).await.unwrap();
    due.into_iter().find(|due| due.id == id)
}

fn planned(of: DueSchedule, due: &[Time]) -> Planned {
    Planned {
        next: Some(of.now + TimeDelta::hours(1)),
        due: due.to_vec(),
        missed: 2,
        of,
    }
}

/// Plans ticks that were due some minutes ago, the oldest first.
async fn plan(store: &Store, id: Uuid, minutes: &[i64]) -> Vec<Time> {
    let of = due(store, id).await.unwrap();
    let whole = Time::from_timestamp(of.now.timestamp(), 0).unwrap();
    let ticks: Vec<Time> = minutes
        .iter()
        .map(|minutes| whole - TimeDelta::minutes(*minutes))
        .collect();
    assert!(store.plan(planned(of, &ticks)).await.unwrap());
    ticks
}

async fn take(store: &Store, lease: Duration) -> Vec<OpenTick> {
    store.take(100, lease).await.unwrap()
}

async fn ticks(store: &Store, id: Uuid) -> Vec<store::Tick> {
    let paging = Paging::first(1_000);
    let page = store.list_ticks(Scope::System, id, &paging).await;
    page.unwrap().items
}

/// Changes what only time would.
async fn alter(stand: &Stand, sql: &str) {
    match &stand.config.database {
        DatabaseConfig::Postgres { url, .. } => admin(url, sql).await,
        DatabaseConfig::Sqlite { .. } => {
            let file = sqlite_file(&stand.config).unwrap();
            let options = SqliteConnectOptions::new()
                .filename(file)
                .busy_timeout(Duration::from_secs(10));
            let mut connection = options.connect().await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .unwrap();
            connection.close().await.unwrap();
        }
    }
}

async fn are_kept_changed_and_removed(stand: Stand) {
    let store = &stand.store;
    let (scope, workflow) = (Scope::System, workflow(store).await);
    let made = store
        .create_schedule(scope, new(workflow, "nightly"), Some("key".into()))
        .await
        .unwrap();
    let again = store
        .create_schedule(scope, new(workflow, "nightly"), Some("key".into()))
        .await
        .unwrap();
    assert!(again.existing && again.value == made.value);
    let record = made.value;
    assert_eq!(
        (&record.spec, &record.inputs),
        (&spec("@yearly"), &json!({ "a": 1 }))
    );
    let taken = store
        .create_schedule(scope, new(workflow, "nightly"), None)
        .await;
    assert!(matches!(taken, Err(StoreError::NameTaken { .. })));
    let nowhere = store
        .create_schedule(scope, new(Uuid::now_v7(), "other"), None)
        .await;
    assert!(matches!(nowhere, Err(StoreError::NotFound("workflow"))));
    let strange = Scope::Workspace(Uuid::now_v7());
    let stolen = store
        .create_schedule(strange, new(workflow, "stolen"), None)
        .await;
    assert!(matches!(stolen, Err(StoreError::NotFound("workflow"))));
    assert_eq!(store.schedule(strange, record.id).await.unwrap(), None);

    // Somebody looks at it at once, to find out when it is due.
    assert_eq!(store.next().await.unwrap(), Some(Duration::ZERO));
    plan(store, record.id, &[]).await;
    let next = store.next().await.unwrap().unwrap();
    assert!(next > Duration::from_secs(3_000), "{next:?}");
    assert_eq!(due(store, record.id).await, None);

    let mut change = new(workflow, "renamed");
    let renamed = store
        .update_schedule(scope, record.id, &change, Some(record.revision))
        .await
        .unwrap();
    assert_eq!((renamed.name.as_str(), renamed.missed), ("renamed", 2));
    let late = store
        .update_schedule(scope, record.id, &change, Some(record.revision))
        .await;
    assert!(matches!(late, Err(StoreError::Outdated(_))));
    let moved = due(store, record.id).await.unwrap();
    assert_eq!(
        moved.decided_until, renamed.decided_until,
        "another name does not begin it anew"
    );
    // Disabled, it leaves out what waits; enabled again, it begins anew.
    plan(store, record.id, &[5]).await;
    change.enabled = false;
    let disabled = store
        .update_schedule(scope, record.id, &change, None)
        .await
        .unwrap();
    assert_eq!(due(store, record.id).await, None);
    let left_out = &ticks(store, record.id).await[0];
    assert_eq!(left_out.status, TickStatus::Skipped);
    change.enabled = true;
    let enabled = store
        .update_schedule(scope, record.id, &change, None)
        .await
        .unwrap();
    assert!(enabled.decided_until > disabled.decided_until);
    assert_eq!(enabled.last_tick_at, Some(left_out.scheduled_for));

    let gone = store.delete_schedule(strange, record.id, None).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    store.delete_schedule(scope, record.id, None).await.unwrap();
    assert_eq!(store.schedule(scope, record.id).await.unwrap(), None);
    assert_eq!(ticks(store, record.id).await, []);
    assert_eq!(store.next().await.unwrap(), None);
}

async fn go_and_come_back_with_their_workflow(stand: Stand) {
    let (store, scope) = (&stand.store, Scope::System);
    let workflow = workflow(store).await;
    let made = store.create_schedule(scope, new(workflow, "nightly"), None);
    let id = made.await.unwrap().value.id;
    plan(store, id, &[1]).await;
    store
        .delete_workflow(scope, workflow, None, None)
        .await
        .unwrap();
    assert_eq!(store.schedule(scope, id).await.unwrap(), None);
    let again = new(workflow, "nightly");
    let change = store.update_schedule(scope, id, &again, None).await;
    assert!(matches!(change, Err(StoreError::NotFound(_))), "{change:?}");
    let gone = store.delete_schedule(scope, id, None).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    assert_eq!(take(store, LEASE).await, []);
    assert_eq!(due(store, id).await, None);

    // Its name is free meanwhile; while another one has it, the workflow stays where it is.
    let another = self::workflow(store).await;
    let taken = store.create_schedule(scope, new(another, "nightly"), None);
    let taken = taken.await.unwrap().value.id;
    let back = store.restore_workflow(scope, workflow, None, None).await;
    let taken_name = match &back {
        Err(StoreError::NameTaken { what, name }) => (*what, &**name),
        _ => panic!("{back:?}"),
    };
    assert_eq!(taken_name, ("a schedule", "nightly"));
    assert_eq!(store.schedule(scope, id).await.unwrap(), None);
    store.delete_schedule(scope, taken, None).await.unwrap();

    let before = Utc::now() - TimeDelta::seconds(1);
    store
        .restore_workflow(scope, workflow, None, None)
        .await
        .unwrap();
    let back = store.schedule(scope, id).await.unwrap().unwrap();
    assert_eq!((&*back.name, back.enabled), ("nightly", true));
    let due = due(store, id).await.unwrap();
    assert!(
        due.decided_until >= before,
        "what was missed is not made up for"
    );
    let ticks: Vec<TickStatus> = ticks(store, id)
        .await
        .iter()
        .map(|tick| tick.status)
        .collect();
    assert_eq!(ticks, [TickStatus::Skipped]);
}

/// Nothing begins in a deleted workspace, nothing of it is heard, and what runs there still is found to be cancelled.
async fn a_deleted_workspace_begins_nothing(stand: Stand) {
    let store = &stand.store;
    let somebody = store::NewUser {
        email: "ada@example.org".to_owned(),
        name: "ada".to_owned(),
        password_hash: None,
        verified: true,
        slug: "ada".to_owned(),
    };
    let ada = store.register_user(somebody, store::Admission::Open).await;
    let team = store.create_workspace(ada.unwrap().id, "team", "Team");
    let team = team.await.unwrap().id;
    let scope = Scope::Workspace(team);
    let new_workflow = NewWorkflow {
        document: json!({ "lathe": 1, "name": "w", "nodes": [] }),
        name: "w".to_owned(),
        label: None,
        description: None,
        node_count: 0,
        layout: None,
        author: None,
    };
    let made = store.create_workflow(scope, new_workflow, None).await;
    let workflow = made.unwrap().value.summary.id;
    let made = store.create_schedule(scope, new(workflow, "nightly"), None);
    let id = made.await.unwrap().value.id;
    let hook = store::NewWebhook {
        name: "hook".to_owned(),
        workflow_id: workflow,
        token: "token".to_owned().into(),
        token_hash: "hash".to_owned(),
        settings: json!({}),
        secret: None,
        enabled: true,
    };
    store.create_webhook(scope, hook, None).await.unwrap();
    let ours = schedule(store, "ours").await;
    plan(store, id, &[1]).await;
    let run_of = async |owner: Uuid| {
        let mut commit = accept(workflow);
        if let Some(accepted) = &mut commit.accepted {
            accepted.owner = owner;
        }
        let run = commit.id;
        done(store, commit).await;
        run
    };
    let run = run_of(team).await;
    run_of(store::FIRST_WORKSPACE).await;
    assert!(store.orphans(None, 10).await.unwrap().is_empty());

    store.delete_workspace(team, None).await.unwrap();
    assert_eq!(due(store, id).await, None);
    assert!(due(store, ours).await.is_some(), "others go on");
    assert_eq!(take(store, LEASE).await, []);
    assert_eq!(store.schedule(scope, id).await.unwrap(), None);
    let found = store.webhook_at(Scope::System, "hash").await.unwrap();
    assert!(found.is_none());
    assert_eq!(store.workflow(scope, workflow).await.unwrap(), None);
    let called = Definitions::named(store, team, "w", None).await.unwrap();
    assert_eq!(called, None, "nor does another workflow call it");
    assert_eq!(store.orphans(None, 10).await.unwrap(), [run]);
    done(store, finish(run, 1, Status::Cancelled)).await;
    assert!(store.orphans(None, 10).await.unwrap().is_empty());
}

/// I6, R14: several schedulers race for the same ticks of the same schedules; each tick starts one execution.
async fn several_schedulers_start_each_tick_once(stand: Stand) {
    let store = &stand.store;
    let schedules = [schedule(store, "one").await, schedule(store, "two").await];
    let started: Arc<Mutex<BTreeMap<(Uuid, Time), u32>>> = Arc::default();
    let scheduler = async || {
        loop {
            for of in store.due_schedules(10).await.unwrap() {
                let whole = Time::from_timestamp(of.now.timestamp(), 0).unwrap();
                let ticks = [3, 2, 1].map(|minutes| whole - TimeDelta::minutes(minutes));
                store.plan(planned(of, &ticks)).await.unwrap();
            }
            // Claims lapse at once, so that everybody takes what others are at work on.
            for tick in take(store, NO_LEASE).await {
                let id = match tick.execution {
                    Some(id) => id,
                    None => {
                        let id = Uuid::now_v7();
                        if !store.decide(tick.claim, id).await.unwrap() {
                            continue;
                        }
                        id
                    }
                };
                let mut run = accept(tick.workflow);
                run.id = id;
                if let Some(accepted) = &mut run.accepted {
                    accepted.id = id;
                }
                if let engine::ports::executions::Committed::Done { .. } =
                    store.commit(run).await.unwrap()
                {
                    let key = (tick.claim.schedule, tick.claim.scheduled_for);
                    *started.lock().unwrap().entry(key).or_default() += 1;
                }
                let outcome = TickOutcome::Started { execution: id };
                store.settle(tick.claim, outcome).await.unwrap();
            }
            let mut all = Vec::new();
            for id in schedules {
                all.extend(ticks(store, id).await);
            }
            if all.len() == 6 && all.iter().all(|tick| tick.status == TickStatus::Started) {
                return;
            }
        }
    };
    let all = join_all((0..4).map(|_| scheduler()));
    tokio::time::timeout(Duration::from_secs(60), all)
        .await
        .unwrap();
    for id in schedules {
        let ticks = ticks(store, id).await;
        assert_eq!(ticks.len(), 3, "{ticks:?}");
        for tick in ticks {
            assert_eq!(tick.status, TickStatus::Started);
            let begun = started
                .lock()
                .unwrap()
                .get(&(id, tick.scheduled_for))
                .copied();
            assert_eq!(begun, Some(1), "{tick:?}");
            let execution = tick.execution_id.unwrap();
            assert!(store.load(execution).await.unwrap().is_some());
        }
    }
    assert_eq!(started.lock().unwrap().len(), 6);
}

/// I6: whoever was thought dead and comes back has an older claim, and changes nothing.
async fn a_dead_scheduler_s_tick_is_taken_up_again(stand: Stand) {
    let store = &stand.store;
    let id = schedule(store, "nightly").await;
    plan(store, id, &[1]).await;
    let [dead] = &take(store, NO_LEASE).await[..] else {
        panic!("a tick is open");
    };
    let [living] = &take(store, LEASE).await[..] else {
        panic!("its claim has lapsed");
    };
    assert_eq!((dead.claim.taken, living.claim.taken), (1, 2));
    assert_eq!(take(store, LEASE).await, [], "this claim has not");
    let (wrong, right) = (Uuid::now_v7(), Uuid::now_v7());
    assert!(!store.decide(dead.claim, wrong).await.unwrap());
    assert!(store.decide(living.claim, right).await.unwrap());
    assert!(
        !store.decide(living.claim, wrong).await.unwrap(),
        "what is decided stays"
    );
    let skipped = TickOutcome::Skipped {
        reason: "x".to_owned(),
    };
    assert!(!store.settle(dead.claim, skipped.clone()).await.unwrap());
    // It dies as well, after it has decided: the next one starts the same execution.
    store.postpone(living.claim, NO_LEASE).await.unwrap();
    let [heir] = &take(store, LEASE).await[..] else {
        panic!("it was given back");
    };
    assert_eq!(heir.execution, Some(right));
    let outcome = TickOutcome::Started { execution: right };
    assert!(store.settle(heir.claim, outcome).await.unwrap());
    assert!(!store.settle(heir.claim, skipped).await.unwrap());
    assert_eq!(ticks(store, id).await[0].execution_id, Some(right));
}

/// R15: a clock that goes back, or a schedule that is planned again for the same moments, makes no second tick.
async fn a_clock_that_jumps_plans_nothing_twice(stand: Stand) {
    let store = &stand.store;
    let id = schedule(store, "nightly").await;
    let moments = plan(store, id, &[2, 1]).await;
    let ahead = "UPDATE schedules SET next_at = decided_until";
    alter(&stand, ahead).await;
    let of = due(store, id).await.unwrap();
    let until = of.decided_until;
    // The clock of the database was set back by a day.
    let back = DueSchedule {
        now: of.now - TimeDelta::days(1),
        ..of
    };
    assert!(store.plan(planned(back.clone(), &[])).await.unwrap());
    let record = store.schedule(Scope::System, id).await.unwrap().unwrap();
    assert_eq!(record.decided_until, until);
    // Whoever thought it out before that finds it moved already, unless nothing has changed.
    alter(&stand, ahead).await;
    let of = due(store, id).await.unwrap();
    let stale = DueSchedule {
        decided_until: until - TimeDelta::seconds(1),
        ..of.clone()
    };
    assert!(!store.plan(planned(stale, &moments)).await.unwrap());
    assert!(store.plan(planned(of, &moments)).await.unwrap());
    assert_eq!(ticks(store, id).await.len(), 2);
}

async fn ticks_have_their_turn_one_after_another(stand: Stand) {
    let store = &stand.store;
    let id = schedule(store, "nightly").await;
    let moments = plan(store, id, &[2, 1]).await;
    let first = take(store, LEASE).await;
    assert_eq!(first.len(), 1);
    let first = &first[0];
    assert_eq!(
        (first.claim.scheduled_for, first.has_later, first.version),
        (moments[0], true, Some(1))
    );
    assert_eq!(
        (first.overlap, &first.inputs),
        (Overlap::Queue, &json!({ "a": 1 }))
    );
    // It waits; nobody is kept busy meanwhile, and word of an end lets it be looked at again.
    store.postpone(first.claim, LEASE).await.unwrap();
    assert!(store.next().await.unwrap().unwrap() > Duration::from_secs(20));
    store.hasten(id).await.unwrap();
    // Whoever puts it off now has not heard the word.
    store.postpone(first.claim, LEASE).await.unwrap();
    let first = take(store, LEASE).await.remove(0);
    let run = accept(first.workflow);
    let execution = run.id;
    done(store, run).await;
    assert!(store.decide(first.claim, execution).await.unwrap());
    let outcome = TickOutcome::Started { execution };
    assert!(store.settle(first.claim, outcome).await.unwrap());

    let second = take(store, LEASE).await.remove(0);
    assert_eq!(second.claim.scheduled_for, moments[1]);
    assert_eq!(store.running(second.claim).await.unwrap(), [execution]);
    assert_eq!(
        store.running(first.claim).await.unwrap(),
        Vec::<Uuid>::new()
    );
    done(store, finish(execution, 1, Status::Succeeded)).await;
    assert_eq!(
        store.running(second.claim).await.unwrap(),
        Vec::<Uuid>::new()
    );
}

/// I6: "it does not exist" must not come to mean "it is gone already".
async fn a_run_is_kept_while_its_tick_is_open(stand: Stand) {
    let store = &stand.store;
    let id = schedule(store, "nightly").await;
    plan(store, id, &[1]).await;
    let tick = take(store, LEASE).await.remove(0);
    let run = accept(tick.workflow);
    let execution = run.id;
    assert!(store.decide(tick.claim, execution).await.unwrap());
    done(store, run).await;
    let end = Commit {
        expires_at: Some(moment(0)),
        ..finish(execution, 1, Status::Succeeded)
    };
    done(store, end).await;
    assert_eq!(store.prune(100).await.unwrap(), Vec::<Uuid>::new());
    let outcome = TickOutcome::Started { execution };
    assert!(store.settle(tick.claim, outcome).await.unwrap());
    assert_eq!(store.prune(100).await.unwrap(), [execution]);
}

async fn history_is_bounded_and_keeps_what_goes_on(stand: Stand) {
    let store = &stand.store;
    let id = schedule(store, "each-minute").await;
    let first = plan(store, id, &[5_000]).await[0];
    let tick = take(store, LEASE).await.remove(0);
    let run = accept(tick.workflow);
    let execution = run.id;
    done(store, run).await;
    let outcome = TickOutcome::Started { execution };
    assert!(store.settle(tick.claim, outcome).await.unwrap());
    let again = "UPDATE schedules SET next_at = decided_until";
    alter(&stand, again).await;
    let minutes: Vec<i64> = (1..=1_005).rev().collect();
    plan(store, id, &minutes).await;
    alter(
        &stand,
        "UPDATE schedule_ticks SET look_at = NULL WHERE status = 'due'; UPDATE schedules SET next_at = decided_until",
    )
    .await;
    let count = async || {
        let first = Paging::first(1_000);
        let page = store.list_ticks(Scope::System, id, &first).await.unwrap();
        let rest = Paging {
            limit: 1_000,
            cursor: page.next_cursor,
        };
        let rest = store.list_ticks(Scope::System, id, &rest).await.unwrap();
        (page.items.len(), rest.items)
    };
    let (newest, rest) = count().await;
    assert_eq!(
        (newest, rest.len()),
        (1_000, 6),
        "nothing waits for ever, and nothing is gone yet"
    );
    plan(store, id, &[0]).await;
    let (_, rest) = count().await;
    let kept = rest.iter().map(|tick| tick.scheduled_for);
    assert!(kept.clone().any(|at| at == first), "its run goes on");
    assert!(rest.len() <= 3, "{rest:?}");
    let claim = TickClaim {
        schedule: id,
        scheduled_for: Utc::now(),
        taken: 0,
    };
    assert_eq!(store.running(claim).await.unwrap(), [execution]);
}
