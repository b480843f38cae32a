//! R7: Redis is down for a minute. Executions are accepted meanwhile, the server says that it is degraded, nobody
//! gives up, and what gathered is done soon after.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::server_faults;
use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    patience,
    setting::Setting,
    tally::Tally,
};

/// What gathered is done so soon after.
const DRAINED: Duration = Duration::from_secs(60);

/// The longest that a client may wait to be accepted.
const ACCEPTED: Duration = Duration::from_secs(10);

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R7").await?;
    let (mut members, load) = installation
        .staffed(&["one", "two"], Pace::millis(5, 40))
        .await?;
    let client = installation.client()?;
    let runs = setting.effort(EXECUTIONS, 20);
    load.want(runs / 2, 8).await;
    installation.redis.kill().await?;
    let down = Instant::now();
    tally.tried += 1;
    let ready = client.get("/readyz").await?;
    tally.demand(
        ready.status == 200 && ready.body["status"] == json!("degraded"),
        || format!("without Redis it says {} {}", ready.status, ready.body),
    );
    for number in 0..runs / 2 {
        let (key, asked) = (format!("meanwhile-{number}"), Instant::now());
        let answer = client.execute(load.workflow(), &key).await?;
        tally.demand(answer.status == 202, || {
            format!(
                "without Redis an execution is answered {}: {}",
                answer.status, answer.body
            )
        });
        tally.demand(asked.elapsed() < ACCEPTED, || {
            format!(
                "without Redis an execution is accepted after {:.1?}",
                asked.elapsed()
            )
        });
        if let Some(id) = answer.id() {
            load.acknowledged(&key, id);
        }
        if down.elapsed() > setting.effort(Duration::from_secs(55), Duration::from_secs(4)) {
            break;
        }
    }
    sleep_until(down + setting.effort(Duration::from_secs(60), Duration::from_secs(5))).await;
    for member in &mut members {
        let runs = member.runs();
        tally.demand(runs, || format!("{} did not outlive Redis", member.name));
    }
    installation.redis.revive().await?;
    let back = Instant::now();
    installation.settle().await;
    tally.recovered(back.elapsed(), DRAINED);
    // The first question after the outage is the one that finds the connection broken.
    let well = async || {
        let ready = client.get("/readyz").await?;
        Ok((ready.body["status"] == json!("ok")).then_some(()))
    };
    let well = patience::until("readiness", Duration::from_secs(10), well).await;
    tally.demand(well.is_ok(), || {
        "with Redis again it says that it is degraded".to_owned()
    });
    installation.conclude(&load, tally).await?;
    server_faults::nothing_again(&installation, tally);
    installation.remove().await
}
