//! R6: Redis is killed and comes back with nothing, as after a failover that lost everything.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use super::redis_faults;
use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    setting::Setting,
    tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R6").await?;
    let _api = installation.api().await?;
    let _one = installation.runner("one").await?;
    let _two = installation.runner("two").await?;
    let load = installation.load().await?;
    let (least, most) = (Duration::from_millis(5), Duration::from_millis(60));
    installation.ledger.pace(Pace::Takes(least, most));
    let kills = setting.effort(10, 2);
    let wave = setting.effort(EXECUTIONS, 20) / kills;
    let mut faults = Vec::new();
    for _ in 0..kills {
        let before = installation.ledger.count();
        let wanting = load.want(wave, 16);
        let killing = async {
            installation
                .ledger
                .reaches(before + 5, Duration::from_secs(30))
                .await?;
            installation.redis.kill().await?;
            installation.redis.revive().await?;
            faults.push(Instant::now());
            Ok::<_, anyhow::Error>(())
        };
        let ((), killed) = tokio::join!(wanting, killing);
        killed?;
        tally.tried += 1;
        installation.settle().await;
    }
    redis_faults::conclude(
        &installation,
        &load,
        &faults,
        Duration::from_secs(15),
        tally,
    )
    .await?;
    installation.remove().await
}
