//! R5: Redis forgets everything, or its stream or group is deleted, while work goes on.

use std::time::Duration;

use anyhow::Result;
use redis::{Value, cmd};

use super::server_faults;
use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    servers::{GROUP, STREAM},
    setting::Setting,
    tally::Tally,
};

/// The longest time without a step after a loss; R6 too.
pub(super) const STALL: Duration = Duration::from_secs(15);

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R5").await?;
    let (_members, load) = installation
        .staffed(&["one", "two"], Pace::millis(5, 60))
        .await?;
    let forget = |number: usize| {
        let mut wipe = cmd(["FLUSHALL", "DEL", "XGROUP"][number % 3]);
        match number % 3 {
            1 => wipe.arg(STREAM),
            2 => wipe.arg("DESTROY").arg(STREAM).arg(GROUP),
            _ => &mut wipe,
        };
        wipe
    };
    let much = (setting.effort(12, 3), setting.effort(EXECUTIONS, 30));
    let faults =
        server_faults::in_waves(&installation, &load, much, tally, async |number: usize| {
            installation.redis.ask::<Value>(&forget(number)).await?;
            Ok(())
        });
    let faults = faults.await?;
    server_faults::conclude(&installation, &load, &faults, STALL, tally).await?;
    installation.remove().await
}
