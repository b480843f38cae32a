//! R6: Redis is killed and comes back with nothing, as after a failover that lost everything.

use anyhow::Result;

use super::{r05_redis_forgets::STALL, server_faults};
use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    setting::Setting,
    tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R6").await?;
    let (_members, load) = installation
        .staffed(&["one", "two"], Pace::millis(5, 60))
        .await?;
    let much = (setting.effort(10, 2), setting.effort(EXECUTIONS, 20));
    let faults = server_faults::in_waves(&installation, &load, much, tally, async |_| {
        installation.redis.kill().await?;
        installation.redis.revive().await
    });
    let faults = faults.await?;
    server_faults::conclude(&installation, &load, &faults, STALL, tally).await?;
    installation.remove().await
}
