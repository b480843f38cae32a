//! News reach whoever watches, and nobody is held up by who does not.

use std::sync::Arc;

use engine::execution::EventKind;
use engine::node::LogStream;
use engine::ports::bus::{Bus, Doing, Notice, Presence, Progress, Topic};
use engine::ports::logs::LogLine;
use futures::{FutureExt, StreamExt};
use store::bus::{MemoryBus, RedisBus};
use uuid::Uuid;

use crate::commits::{event, moment};
use crate::cut::through_wire;
use crate::stand::{redis_prefix, redis_url};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_tells() {
    let bus = MemoryBus::new();
    tells(&bus, &bus.clone()).await;
    tells_owners_and_people(&bus, &bus.clone()).await;
    who_falls_behind_goes_on(&bus).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_tells() {
    let prefix = redis_prefix();
    let bus = || RedisBus::new(&redis_url(), &prefix).unwrap();
    tells(&bus(), &bus()).await;
    tells_owners_and_people(&bus(), &bus()).await;
    who_falls_behind_goes_on(&bus()).await;
}

/// Whose the executions here are.
const OWNER: Uuid = Uuid::from_u128(7);

fn queued(execution: Uuid, seq: u64) -> Notice {
    Notice::Events {
        execution,
        owner: OWNER,
        events: Arc::new([event(seq, EventKind::Queued)]),
    }
}

fn seq_of(notice: &Notice) -> u64 {
    match notice {
        Notice::Events { events, .. } => events[0].seq,
        other => panic!("not events: {other:?}"),
    }
}

async fn tells(publisher: &impl Bus, watcher: &impl Bus) {
    let (ours, theirs) = (Uuid::now_v7(), Uuid::now_v7());
    publisher.publish(queued(ours, 1)).await;
    let mut first = watcher.subscribe(Topic::Execution(ours)).await.unwrap();
    let mut second = watcher.subscribe(Topic::Execution(ours)).await.unwrap();
    let mut control = watcher.subscribe(Topic::Control).await.unwrap();

    let line = LogLine {
        id: 7,
        step: "build".into(),
        attempt: 1,
        at: moment(1),
        stream: LogStream::Stdout,
        text: "Compiling \u{2603}".into(),
    };
    publisher.publish(queued(theirs, 1)).await;
    publisher.publish(queued(ours, 2)).await;
    publisher
        .publish(Notice::Logs {
            execution: ours,
            lines: Arc::new([line.clone()]),
        })
        .await;
    let progress = Progress {
        step: "build".into(),
        attempt: 1,
        fraction: Some(0.25),
        message: "layer 2 of 8".into(),
        at: moment(2),
    };
    publisher
        .publish(Notice::Progress {
            execution: ours,
            progress: progress.clone(),
        })
        .await;
    publisher
        .publish(Notice::Changed { execution: theirs })
        .await;

    for watching in [&mut first, &mut second] {
        let mut notice = watching.next().await.unwrap();
        // What was published a moment before may still be on its way; readers go by `seq`.
        if seq_of(&notice) == 1 {
            notice = watching.next().await.unwrap();
        }
        assert_eq!(
            seq_of(&notice),
            2,
            "everything of ours from now on, and nothing of theirs"
        );
        match watching.next().await.unwrap() {
            Notice::Logs { execution, lines } => {
                assert_eq!((execution, &*lines), (ours, &[line.clone()][..]));
            }
            other => panic!("not lines: {other:?}"),
        }
        match watching.next().await.unwrap() {
            Notice::Progress {
                execution,
                progress: told,
            } => assert_eq!((execution, told), (ours, progress.clone())),
            other => panic!("no progress: {other:?}"),
        }
    }
    let changed = control.next().await.unwrap();
    assert!(matches!(changed, Notice::Changed { execution } if execution == theirs));

    // One watcher leaving takes nothing from the other; coming back works.
    drop(first);
    publisher.publish(queued(ours, 3)).await;
    assert_eq!(seq_of(&second.next().await.unwrap()), 3);
    drop(second);
    let mut again = watcher.subscribe(Topic::Execution(ours)).await.unwrap();
    publisher.publish(queued(ours, 4)).await;
    assert_eq!(seq_of(&again.next().await.unwrap()), 4);
}

async fn tells_owners_and_people(publisher: &impl Bus, watcher: &impl Bus) {
    let (execution, user, thing) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut owner = watcher.subscribe(Topic::Owner(OWNER)).await.unwrap();
    let mut person = watcher.subscribe(Topic::Person(user)).await.unwrap();
    let mut room = watcher.subscribe(Topic::Presence(thing)).await.unwrap();
    let mut happened = watcher.subscribe(Topic::Happenings).await.unwrap();
    let presence = Presence {
        socket: Uuid::now_v7(),
        user,
        name: "Ada \u{2603}".to_owned(),
        doing: Doing::Editing,
        asks: true,
    };
    let of_a_step = Notice::Events {
        execution: Uuid::now_v7(),
        owner: OWNER,
        events: Arc::new([]),
    };
    let others = Notice::Events {
        execution: Uuid::now_v7(),
        owner: Uuid::now_v7(),
        events: Arc::new([event(1, EventKind::Queued)]),
    };
    for notice in [
        of_a_step,
        others,
        queued(execution, 1),
        Notice::Notifications { user },
        Notice::Presence {
            thing,
            presence: presence.clone(),
        },
        Notice::Happenings,
    ] {
        publisher.publish(notice).await;
    }
    match owner.next().await.unwrap() {
        Notice::Executions { owner, executions } => {
            assert_eq!((owner, &*executions), (OWNER, &[execution][..]));
        }
        other => panic!("no executions: {other:?}"),
    }
    let word = person.next().await.unwrap();
    assert!(matches!(word, Notice::Notifications { user: told } if told == user));
    match room.next().await.unwrap() {
        Notice::Presence { presence: told, .. } => assert_eq!(told, presence),
        other => panic!("nobody: {other:?}"),
    }
    assert!(matches!(happened.next().await, Some(Notice::Happenings)));
}

/// S22: what waits for a slow listener is bounded, and it is told that it has missed something.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_misses_changes_of_an_owner_is_told_to_look() {
    let bus = MemoryBus::new();
    let mut slow = bus.subscribe(Topic::Owner(OWNER)).await.unwrap();
    for _ in 0..3_000 {
        bus.publish(queued(Uuid::now_v7(), 1)).await;
    }
    let first = slow.next().await.unwrap();
    assert!(
        matches!(&first, Notice::Executions { executions, .. } if executions.is_empty()),
        "{first:?}"
    );
    let mut waiting = 0;
    while let Some(Some(_)) = slow.next().now_or_never() {
        waiting += 1;
    }
    assert!((1..=1_024).contains(&waiting), "{waiting}");
}

async fn who_falls_behind_goes_on(bus: &impl Bus) {
    let execution = Uuid::now_v7();
    let mut slow = bus.subscribe(Topic::Execution(execution)).await.unwrap();
    let mut quick = bus.subscribe(Topic::Execution(execution)).await.unwrap();
    for seq in 1..=3_000 {
        bus.publish(queued(execution, seq)).await;
        assert_eq!(seq_of(&quick.next().await.unwrap()), seq);
    }
    let first = seq_of(&slow.next().await.unwrap());
    assert!(first > 1, "the oldest are gone");
    for seq in first + 1..=3_000 {
        assert_eq!(seq_of(&slow.next().await.unwrap()), seq, "and no other");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watcher_outlives_an_outage_of_redis() {
    let (wire, url) = through_wire(&redis_url()).await;
    let prefix = redis_prefix();
    let (watcher, publisher) = (
        RedisBus::new(&url, &prefix).unwrap(),
        RedisBus::new(&redis_url(), &prefix).unwrap(),
    );
    let execution = Uuid::now_v7();
    let mut watching = watcher
        .subscribe(Topic::Execution(execution))
        .await
        .unwrap();
    wire.cut();
    // Whether the cut was noticed yet or not, who comes meanwhile is not refused.
    let late = Uuid::now_v7();
    let mut coming = watcher.subscribe(Topic::Execution(late)).await.unwrap();
    wire.mend();
    // Both are told to look again, since they may have missed something.
    for news in [&mut watching, &mut coming] {
        while !matches!(news.next().await.unwrap(), Notice::Changed { .. }) {}
    }
    for (news, execution) in [(&mut watching, execution), (&mut coming, late)] {
        publisher.publish(queued(execution, 1)).await;
        assert_eq!(seq_of(&news.next().await.unwrap()), 1);
    }
}
