//! Limits hold within one process and, by way of Redis, for several together.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use store::limits::{Limiter, MemoryLimiter, Quota, RedisLimiter};

use crate::stand::{redis_prefix, redis_url};

const QUOTA: Quota = Quota {
    burst: 3,
    every: Duration::from_secs(3_600),
};

#[tokio::test]
async fn memory_counts_and_takes_back() {
    counts_and_takes_back(&MemoryLimiter::default()).await;
}

#[tokio::test]
async fn redis_counts_and_takes_back() {
    let limiter = RedisLimiter::new(&redis_url(), &redis_prefix()).unwrap();
    counts_and_takes_back(&limiter).await;
}

async fn counts_and_takes_back(limiter: &dyn Limiter) {
    for _ in 0..3 {
        limiter.take("a", QUOTA).await.unwrap();
    }
    assert!(limiter.take("a", QUOTA).await.unwrap_err() > Duration::ZERO);
    limiter.take("b", QUOTA).await.unwrap();
    limiter.give_back("a", QUOTA).await;
    limiter.take("a", QUOTA).await.unwrap();
    assert!(limiter.take("a", QUOTA).await.is_err());
}

/// A Redis that hangs: connections open, and nothing is ever answered. It costs one short wait, and not one for each question.
#[tokio::test]
async fn a_redis_that_hangs_holds_nobody_up_and_limits_still_hold() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let limiter = RedisLimiter::new(&url, "hangs").unwrap();
    let began = Instant::now();
    counts_and_takes_back(&limiter).await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
}

/// Two API processes, whose gates have one room together.
#[tokio::test]
async fn processes_share_what_passes_their_gates() {
    let prefix = redis_prefix();
    let process = || RedisLimiter::new(&redis_url(), &prefix).unwrap();
    let (one, other) = (process(), process());
    let quota = Quota { burst: 10, ..QUOTA };
    let gates = [one.gate("account", quota), other.gate("account", quota)];
    for _ in 0..6 {
        gates[0].pass(1).unwrap();
    }
    one.settle().await.unwrap();
    // It has heard of nothing yet; with this one it asks.
    gates[1].pass(1).unwrap();
    other.settle().await.unwrap();
    let left: Vec<u32> = (0..3).map(|_| gates[1].pass(1).unwrap().left).collect();
    assert_eq!(left, [2, 1, 0]);
    assert!(gates[1].pass(1).is_err());
    assert!(gates[1].pass(2).is_ok(), "another account has its own room");
    other.settle().await.unwrap();
    gates[0].pass(1).unwrap();
    one.settle().await.unwrap();
    assert!(
        gates[0].pass(1).is_err(),
        "all of it is used up in the other process, too"
    );
    other.settle().await.unwrap();
    assert!(
        gates[1].pass(2).is_ok(),
        "what is told again and again is heard once"
    );
}
