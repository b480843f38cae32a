//! Tickets reach one runner each, and again when that runner lets its lease pass.

use std::time::Duration;

use engine::ports::queue::{Delivery, Queue, Ticket, TicketReason};
use futures::future::join_all;
use store::queue::{MemoryQueue, RedisQueue, RedisQueueOptions};
use uuid::Uuid;

use crate::cut::through_wire;
use crate::stand::{redis_prefix, redis_url};

const LONG: Duration = Duration::from_secs(30);
const NOT_AT_ALL: Duration = Duration::ZERO;

fn ticket() -> Ticket {
    Ticket {
        execution: Uuid::now_v7(),
        reason: TicketReason::Step {
            step: "import[3].fetch".into(),
            attempt: 2,
        },
    }
}

fn queue(url: &str, prefix: &str, lease: Duration) -> RedisQueue {
    RedisQueue::new(RedisQueueOptions {
        url: url.into(),
        prefix: prefix.into(),
        tag: "default".into(),
        consumer: Uuid::now_v7().to_string(),
        lease,
    })
    .unwrap()
}

fn tickets(deliveries: &[Delivery]) -> Vec<Ticket> {
    deliveries
        .iter()
        .map(|delivery| delivery.ticket.clone())
        .collect()
}

async fn acknowledge(queue: &impl Queue, deliveries: &[Delivery]) {
    let receipts: Vec<String> = deliveries
        .iter()
        .map(|delivery| delivery.receipt.clone())
        .collect();
    queue.acknowledge(&receipts).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_delivers() {
    let queue = MemoryQueue::new();
    delivers(&queue, &queue.clone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_delivers() {
    let prefix = redis_prefix();
    delivers(
        &queue(&redis_url(), &prefix, LONG),
        &queue(&redis_url(), &prefix, LONG),
    )
    .await;
}

async fn delivers(one: &(impl Queue + Clone + 'static), two: &impl Queue) {
    // Called first, so that a new queue in Redis has told that it is new.
    assert!(one.take(10, NOT_AT_ALL).await.unwrap().is_empty());
    one.was_wiped().await.unwrap();
    assert!(!one.was_wiped().await.unwrap(), "told once");

    let all: Vec<Ticket> = (0..1_200)
        .map(|_| ticket())
        .chain([Ticket {
            execution: Uuid::now_v7(),
            reason: TicketReason::ChildFinished {
                step: "call".into(),
                child: Uuid::now_v7(),
            },
        }])
        .collect();
    two.offer(&all).await.unwrap();
    assert_eq!(one.depth().await.unwrap(), 1_201);
    let first = one.take(1, LONG).await.unwrap();
    assert_eq!(
        tickets(&first),
        all[..1],
        "in the order in which they were offered"
    );
    assert_eq!(two.depth().await.unwrap(), 1_200);

    let mut taken = first;
    while taken.len() < all.len() {
        let (a, b) = tokio::join!(one.take(100, NOT_AT_ALL), two.take(100, NOT_AT_ALL));
        taken.extend(a.unwrap());
        taken.extend(b.unwrap());
    }
    acknowledge(two, &taken).await;
    let key = |ticket: &Ticket| ticket.execution;
    let (mut got, mut given) = (tickets(&taken), all);
    got.sort_by_key(key);
    given.sort_by_key(key);
    assert_eq!(got, given, "each once");
    assert_eq!(one.depth().await.unwrap(), 0);

    // Who waits is woken.
    let waiter = one.clone();
    let waiting = tokio::spawn(async move { waiter.take(5, LONG).await });
    let last = ticket();
    two.offer(std::slice::from_ref(&last)).await.unwrap();
    let woken = waiting.await.unwrap().unwrap();
    assert_eq!(tickets(&woken), [last]);
    acknowledge(one, &woken).await;
    two.offer(&[]).await.unwrap();
    two.acknowledge(&[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_wakes_everyone_who_has_something_to_do() {
    let queue = MemoryQueue::new();
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move { queue.take(1, LONG).await.unwrap().len() })
        })
        .collect();
    queue
        .offer(&[ticket(), ticket(), ticket(), ticket()])
        .await
        .unwrap();
    assert_eq!(
        join_all(waiting)
            .await
            .into_iter()
            .map(Result::unwrap)
            .sum::<usize>(),
        4
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unacknowledged_ticket_is_taken_over() {
    let prefix = redis_prefix();
    let lease = Duration::from_millis(200);
    let (dying, heir) = (
        queue(&redis_url(), &prefix, lease),
        queue(&redis_url(), &prefix, lease),
    );
    dying.offer(&[ticket(), ticket(), ticket()]).await.unwrap();
    let mut held = Vec::new();
    while held.len() < 3 {
        held.extend(dying.take(10, LONG).await.unwrap());
    }
    // One of the three is dealt with in time.
    acknowledge(&dying, &held[..1]).await;
    let mut inherited = Vec::new();
    while inherited.len() < 2 {
        inherited.extend(heir.take(10, Duration::from_millis(50)).await.unwrap());
    }
    inherited.sort_by_key(|delivery| delivery.ticket.execution);
    assert_eq!(
        inherited,
        held[1..],
        "the same tickets, under the same receipts"
    );
    acknowledge(&heir, &inherited).await;
    assert_eq!(heir.depth().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_take_loses_nothing() {
    let prefix = redis_prefix();
    let queue = queue(&redis_url(), &prefix, LONG);
    // Given up at once, with a read under way.
    assert!(
        tokio::time::timeout(Duration::from_millis(1), queue.take(10, LONG))
            .await
            .is_err()
    );
    let offered = ticket();
    queue.offer(std::slice::from_ref(&offered)).await.unwrap();
    assert_eq!(tickets(&queue.take(10, LONG).await.unwrap()), [offered]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wiped_redis_is_noticed() {
    let prefix = redis_prefix();
    let (one, two) = (
        queue(&redis_url(), &prefix, LONG),
        queue(&redis_url(), &prefix, LONG),
    );
    assert!(one.take(1, NOT_AT_ALL).await.unwrap().is_empty());
    assert!(
        one.was_wiped().await.unwrap(),
        "a Redis that never knew us has lost everything too"
    );
    assert!(two.take(1, NOT_AT_ALL).await.unwrap().is_empty());
    assert!(
        !two.was_wiped().await.unwrap(),
        "who comes later finds it in order"
    );

    one.offer(&[ticket(), ticket()]).await.unwrap();
    let keys = [
        format!("{prefix}:queue:{{default}}"),
        format!("{prefix}:queue:{{default}}:generation"),
    ];
    // The stream alone is deleted (DEL), then everything is (FLUSHALL): both must be told.
    for lost in [&keys[..1], &keys[..]] {
        let mut redis = redis::Client::open(redis_url())
            .unwrap()
            .get_multiplexed_async_connection()
            .await
            .unwrap();
        redis::cmd("DEL")
            .arg(lost)
            .query_async::<()>(&mut redis)
            .await
            .unwrap();
        while !one.was_wiped().await.unwrap() {
            assert!(one.take(5, NOT_AT_ALL).await.unwrap().is_empty());
        }
        let again = ticket();
        two.offer(std::slice::from_ref(&again)).await.unwrap();
        assert_eq!(tickets(&one.take(5, LONG).await.unwrap()), [again]);
    }
    while !two.was_wiped().await.unwrap() {
        two.take(5, NOT_AT_ALL).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_redis_is_told_and_ends_by_itself() {
    let (wire, url) = through_wire(&redis_url()).await;
    let prefix = redis_prefix();
    let queue = queue(&url, &prefix, LONG);
    queue.offer(&[ticket()]).await.unwrap();
    wire.cut();
    assert!(queue.offer(&[ticket()]).await.unwrap_err().transient);
    assert!(queue.take(1, LONG).await.unwrap_err().transient);
    assert!(queue.depth().await.unwrap_err().transient);
    wire.mend();
    while queue.offer(&[ticket()]).await.is_err() {}
    let mut taken = 0;
    while taken < 2 {
        taken += queue
            .take(5, NOT_AT_ALL)
            .await
            .map_or(0, |taken| taken.len());
    }
}
