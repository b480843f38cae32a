//! Closed-loop load: each connection sends its next request when the last one is answered.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures::future::try_join_all;
use hyper::Method;

use crate::client::{Answer, Client};

/// The request that every connection repeats, and what a good answer looks like.
#[derive(Clone)]
pub(crate) struct Shot {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Bytes,
    pub(crate) status: u16,
    pub(crate) contains: &'static str,
    /// Who asks; whoever operates the server, when nobody is named.
    pub(crate) token: Option<String>,
}

impl Shot {
    pub(crate) fn post(path: String, body: Bytes, status: u16, contains: &'static str) -> Self {
        Self {
            method: Method::POST,
            path,
            body,
            status,
            contains,
            token: None,
        }
    }

    pub(crate) fn get(path: String, token: Option<String>) -> Self {
        Self {
            method: Method::GET,
            path,
            body: Bytes::new(),
            status: 200,
            contains: "",
            token,
        }
    }

    fn check(&self, answer: &Answer) -> Result<()> {
        let text = std::str::from_utf8(&answer.body)?;
        let good = answer.status == self.status && text.contains(self.contains);
        ensure!(good, "{} answered {}: {text}", self.path, answer.status);
        Ok(())
    }
}

pub(crate) struct Load {
    /// Sorted.
    latencies: Vec<Duration>,
    elapsed: Duration,
    /// Requests of the warm-up.
    before: usize,
}

impl Load {
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Requests that were answered, those of the warm-up among them.
    pub(crate) fn count(&self) -> usize {
        self.latencies.len() + self.before
    }

    /// In milliseconds; `share` is 0.5 for the median.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let at =
            ((self.latencies.len() as f64 * share).ceil() as usize).clamp(1, self.latencies.len());
        self.latencies[at - 1].as_secs_f64() * 1000.0
    }
}

/// Repeats the request on so many connections for a time, after a warm-up of a quarter of it.
pub(crate) async fn for_time(
    port: u16,
    connections: usize,
    window: Duration,
    shot: &Shot,
) -> Result<Load> {
    let warm_up = run(port, connections, shot, |start| {
        start.elapsed() < window / 4
    })
    .await?;
    let load = run(port, connections, shot, |start| start.elapsed() < window).await?;
    Ok(Load {
        before: warm_up.count(),
        ..load
    })
}

/// Repeats the request one after the other on one connection.
pub(crate) async fn in_sequence(port: u16, runs: usize, shot: &Shot) -> Result<Load> {
    let warm_up = run_counted(port, 3, shot).await?;
    let load = run_counted(port, runs, shot).await?;
    Ok(Load {
        before: warm_up.count(),
        ..load
    })
}

/// Sends so many requests in all, spread over the connections.
pub(crate) async fn in_total(
    port: u16,
    connections: usize,
    total: usize,
    shot: &Shot,
) -> Result<Load> {
    let left = std::cell::Cell::new(total);
    run(port, connections, shot, |_| {
        let more = left.get() > 0;
        left.set(left.get().saturating_sub(1));
        more
    })
    .await
}

async fn run_counted(port: u16, runs: usize, shot: &Shot) -> Result<Load> {
    in_total(port, 1, runs, shot).await
}

async fn run(
    port: u16,
    connections: usize,
    shot: &Shot,
    go_on: impl Fn(Instant) -> bool,
) -> Result<Load> {
    let connect = async || {
        let client = Client::connect(port).await?;
        anyhow::Ok(match &shot.token {
            Some(token) => client.showing(token),
            None => client,
        })
    };
    let clients = try_join_all((0..connections).map(|_| connect())).await?;
    let start = Instant::now();
    let go_on = &go_on;
    let each = clients.into_iter().map(|mut client| async move {
        let mut latencies = Vec::new();
        while go_on(start) {
            let sent = Instant::now();
            let answer = client
                .send(shot.method.clone(), &shot.path, shot.body.clone())
                .await?;
            latencies.push(sent.elapsed());
            shot.check(&answer)?;
        }
        anyhow::Ok(latencies)
    });
    let mut latencies = try_join_all(each).await?.concat();
    let elapsed = start.elapsed();
    ensure!(!latencies.is_empty(), "{} was never answered", shot.path);
    latencies.sort();
    Ok(Load {
        latencies,
        elapsed,
        before: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_the_nearest_rank() {
        let load = Load {
            latencies: (1..=100).map(Duration::from_millis).collect(),
            elapsed: Duration::from_secs(2),
            before: 0,
        };
        assert_eq!(
            [
                load.percentile(0.5),
                load.percentile(0.95),
                load.percentile(0.99)
            ],
            [50.0, 95.0, 99.0]
        );
        assert_eq!(load.per_second(), 50.0);
    }
}
