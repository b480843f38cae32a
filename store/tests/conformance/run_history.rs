//! The history of runs in numbers: what processes counted adds up, keeping again changes nothing, minutes become hours and lose
//! nothing by it, and a workspace sees its own.

use std::time::Duration;

use chrono::TimeDelta;
use engine::Time;
use engine::ports::run_history::{CountedMinute, Load, RunCounts, RunHistory, SeenMinute};
use futures::future::join_all;
use store::{HistoryPoint, Scope, Store};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    what_processes_counted_adds_up,
    keeping_again_changes_nothing,
    many_workspaces_are_kept_at_once,
    minutes_become_hours_and_old_hours_go,
    a_minute_that_can_not_be_read_holds_up_no_other,
);

const OURS: Uuid = Uuid::from_u128(1);
const THEIRS: Uuid = Uuid::from_u128(2);
const ONE: Uuid = Uuid::from_u128(11);
const OTHER: Uuid = Uuid::from_u128(12);

/// Noon.
fn noon() -> Time {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn minute(workspace: Uuid, at: Time, begun: u64, ms: &[u64]) -> CountedMinute {
    let mut counts = RunCounts {
        begun,
        succeeded: ms.len() as u64,
        ..RunCounts::default()
    };
    for ms in ms {
        counts.durations.add(Duration::from_millis(*ms));
    }
    CountedMinute {
        workspace,
        at,
        counts,
    }
}

fn seen(at: Time, queued: Option<u64>, running: u64, runners: u64) -> SeenMinute {
    let load = Load {
        queued,
        running: Some(running),
        runners: Some(runners),
    };
    SeenMinute { at, load }
}

async fn points(store: &Store, scope: Scope, step: TimeDelta) -> Vec<HistoryPoint> {
    let stretch = (noon() - TimeDelta::days(100), noon() + TimeDelta::days(1));
    store.run_history(scope, stretch, step, true).await.unwrap()
}

async fn what_processes_counted_adds_up(stand: Stand) {
    let store = &stand.store;
    let later = noon() + TimeDelta::minutes(1);
    let one = [
        minute(OURS, noon(), 3, &[10, 20]),
        minute(OURS, later, 1, &[]),
        minute(THEIRS, noon(), 100, &[7_000]),
    ];
    let busy = [seen(noon(), Some(5), 2, 2), seen(later, None, 1, 2)];
    store.keep(ONE, &one, &busy).await.unwrap();
    let other = [minute(OURS, noon(), 4, &[4_000])];
    store
        .keep(OTHER, &other, &[seen(noon(), Some(4), 3, 1)])
        .await
        .unwrap();
    let ours = points(store, Scope::Workspace(OURS), TimeDelta::minutes(1)).await;
    let [first, second] = &ours[..] else {
        panic!("{ours:?}");
    };
    assert_eq!((first.at, second.at), (noon(), later));
    assert_eq!((first.counts.begun, first.counts.succeeded), (7, 3));
    assert_eq!(first.counts.durations.count(), 3);
    assert!(first.counts.durations.percentile(1.0).unwrap() > 3_500.0);
    let load = |queued, running, runners| Load {
        queued,
        running: Some(running),
        runners: Some(runners),
    };
    assert_eq!(first.load, load(Some(5), 5, 2), "each has runs of its own");
    assert_eq!(second.load, load(None, 1, 2));
    // In larger steps: counts add up, and of what was seen it is the most.
    let hours = points(store, Scope::Workspace(OURS), TimeDelta::hours(1)).await;
    assert_eq!(hours.len(), 1);
    let hour = &hours[0];
    assert_eq!((hour.counts.begun, hour.load), (8, load(Some(5), 5, 2)));
    // S1: what others did is not there, and how busy the installation is only for who may know.
    let nobodys = Scope::Workspace(Uuid::from_u128(3));
    let stretch = (noon(), later);
    let step = TimeDelta::minutes(1);
    let hidden = store.run_history(nobodys, stretch, step, false).await;
    assert!(hidden.unwrap().is_empty());
    let of_all = points(store, Scope::System, TimeDelta::days(1)).await;
    assert_eq!(of_all[0].counts.begun, 108);
}

async fn keeping_again_changes_nothing(stand: Stand) {
    let store = &stand.store;
    let mine = [minute(OURS, noon(), 1, &[10])];
    let busy = [seen(noon(), Some(1), 1, 1)];
    store.keep(ONE, &mine, &busy).await.unwrap();
    store.keep(ONE, &mine, &busy).await.unwrap();
    let kept = points(store, Scope::Workspace(OURS), TimeDelta::minutes(1)).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].counts, mine[0].counts);
    assert_eq!(kept[0].load, busy[0].load);
    // It went on since: what it gives then is the whole.
    let more = [minute(OURS, noon(), 5, &[10, 10])];
    store.keep(ONE, &more, &[]).await.unwrap();
    let kept = points(store, Scope::Workspace(OURS), TimeDelta::minutes(1)).await;
    assert_eq!(kept[0].counts, more[0].counts);
}

async fn many_workspaces_are_kept_at_once(stand: Stand) {
    let store = &stand.store;
    // More than a transaction takes, and no round number of what a statement does.
    let many: Vec<CountedMinute> = (1..=463_u128)
        .map(|number| minute(Uuid::from_u128(number), noon(), number as u64, &[10]))
        .collect();
    let busy = [seen(noon(), Some(1), 1, 1)];
    store.keep(ONE, &many, &busy).await.unwrap();
    store.keep(ONE, &many, &busy).await.unwrap();
    for number in [1_u128, 50, 200, 201, 450, 460, 463] {
        let scope = Scope::Workspace(Uuid::from_u128(number));
        let kept = points(store, scope, TimeDelta::minutes(1)).await;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].counts.begun, number as u64);
        assert_eq!(kept[0].load, busy[0].load);
    }
    // So it is when they become hours.
    store.fold(noon() + TimeDelta::days(3)).await.unwrap();
    let all = points(store, Scope::System, TimeDelta::hours(1)).await;
    assert_eq!(all.len(), 1);
    assert_eq!(
        (all[0].counts.begun, all[0].load),
        (463 * 464 / 2, busy[0].load)
    );
}

async fn minutes_become_hours_and_old_hours_go(stand: Stand) {
    let store = &stand.store;
    let minutes: Vec<CountedMinute> = (0..180)
        .flat_map(|passed| {
            let at = noon() + TimeDelta::minutes(passed);
            [minute(OURS, at, 1, &[10]), minute(THEIRS, at, 2, &[])]
        })
        .collect();
    let busy: Vec<SeenMinute> = (0..180)
        .map(|passed| {
            let running = u64::try_from(passed % 60).unwrap();
            seen(noon() + TimeDelta::minutes(passed), Some(1), running, 1)
        })
        .collect();
    store.keep(ONE, &minutes, &busy).await.unwrap();
    store.keep(OTHER, &minutes, &[]).await.unwrap();
    let before = points(store, Scope::Workspace(OURS), TimeDelta::hours(1)).await;
    assert_eq!((before.len(), before[0].counts.begun), (3, 120));
    // Two of the three hours lie two days back by then; several processes fold at once.
    let now = noon() + TimeDelta::days(2) + TimeDelta::minutes(125);
    let folded = join_all((0..4).map(|_| store.fold(now))).await;
    for folded in folded {
        folded.unwrap();
    }
    assert_eq!(store.fold(now).await.unwrap(), 0, "nothing is left to fold");
    let after = points(store, Scope::Workspace(OURS), TimeDelta::hours(1)).await;
    assert_eq!(after, before);
    let minutely = points(store, Scope::Workspace(OURS), TimeDelta::minutes(1)).await;
    assert_eq!(
        minutely.len(),
        2 + 60,
        "two hours, and the minutes of the third"
    );
    // What comes late for an hour that is folded is not lost.
    let late = [minute(OURS, noon() + TimeDelta::minutes(3), 5, &[])];
    store.keep(ONE, &late, &[]).await.unwrap();
    assert_eq!(store.fold(now).await.unwrap(), 1);
    let after = points(store, Scope::Workspace(OURS), TimeDelta::hours(1)).await;
    assert_eq!(after[0].counts.begun, 125);
    let later = noon() + TimeDelta::days(90) + TimeDelta::minutes(61);
    store.fold(later).await.unwrap();
    let left = points(store, Scope::Workspace(OURS), TimeDelta::hours(1)).await;
    assert_eq!(left.len(), 1, "the last hour of the three: {left:?}");
}

async fn a_minute_that_can_not_be_read_holds_up_no_other(stand: Stand) {
    let store = &stand.store;
    let next = noon() + TimeDelta::hours(1);
    let broken = [minute(THEIRS, noon(), 1, &[10])];
    store.keep(ONE, &broken, &[]).await.unwrap();
    stand
        .meddle("UPDATE run_history SET durations = 'broken'")
        .await;
    let sound = [minute(OURS, noon(), 2, &[10]), minute(OURS, next, 3, &[10])];
    store.keep(ONE, &sound, &[]).await.unwrap();
    let now = noon() + TimeDelta::days(3);
    assert_eq!(store.fold(now).await.unwrap(), 2);
    assert_eq!(store.fold(now).await.unwrap(), 0, "nothing is left to fold");
    let hours = points(store, Scope::System, TimeDelta::hours(1)).await;
    let begun: Vec<u64> = hours.iter().map(|hour| hour.counts.begun).collect();
    assert_eq!(begun, [2, 3]);
}
