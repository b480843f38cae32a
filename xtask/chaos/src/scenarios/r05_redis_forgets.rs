//! R5: Redis forgets everything, or its stream or group is deleted, while work goes on.

use std::time::Duration;

use anyhow::Result;
use redis::cmd;
use tokio::time::Instant;

use super::redis_faults;
use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    setting::Setting,
    tally::Tally,
};

const STREAM: &str = "lathe:queue:{default}";

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R5").await?;
    let _api = installation.api().await?;
    let _one = installation.runner("one").await?;
    let _two = installation.runner("two").await?;
    let load = installation.load().await?;
    let (least, most) = (Duration::from_millis(5), Duration::from_millis(60));
    installation.ledger.pace(Pace::Takes(least, most));
    let mut wipe_all = cmd("FLUSHALL");
    let mut stream = cmd("DEL");
    stream.arg(STREAM);
    let mut group = cmd("XGROUP");
    group.arg("DESTROY").arg(STREAM).arg("runners");
    let wipes = [&mut wipe_all, &mut stream, &mut group];
    let rounds = setting.effort(4, 1);
    let wave = setting.effort(EXECUTIONS, 30) / (3 * rounds);
    let mut faults = Vec::new();
    for round in 0..3 * rounds {
        let before = installation.ledger.count();
        let wanting = load.want(wave, 16);
        let wiping = async {
            installation
                .ledger
                .reaches(before + 5, Duration::from_secs(30))
                .await?;
            installation
                .redis
                .ask::<redis::Value>(wipes[round % 3])
                .await?;
            faults.push(Instant::now());
            Ok::<_, anyhow::Error>(())
        };
        let ((), wiped) = tokio::join!(wanting, wiping);
        wiped?;
        tally.tried += 1;
        // The next wipe meets runs of its own.
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
