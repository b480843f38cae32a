//! R2: a runner dies between what a step did and the record of it. It is done again, under the same key, and recorded
//! once.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    installation::Installation, ledger::Pace, proxy::Mode, setting::LEASE, setting::Setting,
    tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R2").await?;
    let _api = installation.api().await?;
    let load = installation.load().await?;
    let (tries, runs) = (setting.effort(20, 2), setting.effort(10, 4));
    for number in 0..tries {
        // The only runner, so that all that is held is in its hands.
        installation.ledger.pace(Pace::Held);
        let doomed = installation.runner(&format!("doomed{number}")).await?;
        load.want(runs, runs).await;
        installation
            .ledger
            .in_flight(runs, Duration::from_secs(20))
            .await?;
        let acted = installation.ledger.open_calls();
        // From here on it learns what came of its steps, and can tell nobody.
        doomed.to_database.set(Mode::Held);
        installation.ledger.release();
        installation
            .ledger
            .all_answered(Duration::from_secs(10))
            .await?;
        doomed.kill().await?;
        tally.tried += 1;
        installation.ledger.pace(Pace::AtOnce);
        let heir = installation.runner(&format!("heir{number}")).await?;
        // Before that, nobody was there to do it again.
        let alive = Instant::now();
        for call in acted {
            let again = installation.ledger.attempt_after(&call, LEASE * 10).await?;
            let after = again.at.saturating_duration_since(alive);
            tally.recovered(after, LEASE + Duration::from_secs(5));
            tally.demand(again.key == call.idempotency_key, || {
                format!("the repetition of {call:?} has the key {}", again.key)
            });
        }
        installation.settle().await;
        heir.kill().await?;
    }
    ensure!(
        load.count() == tries * runs,
        "{} runs were accepted",
        load.count()
    );
    installation.conclude(&load, tally).await?;
    let repeated = tally.repeated;
    let wanted = tally.tried * runs;
    tally.demand(repeated >= wanted, || {
        format!("only {repeated} effects happened again: the fault was not hit")
    });
    // A client that asks for an end is told the one that was recorded.
    for id in load.acked().values().take(3) {
        let told = installation.client()?.execution(id).await?;
        tally.demand(told["status"] == json!("succeeded"), || {
            format!("{id} shows {}", told["status"])
        });
    }
    installation.remove().await
}
