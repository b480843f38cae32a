//! R1: a runner is killed in the middle of steps. What was done stays done; what it held goes to another one soon.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::{Call, Pace},
    setting::{LEASE, Setting},
    tally::Tally,
};

/// The lost attempt is followed by another within the lease and this.
const TAKEN_OVER: Duration = Duration::from_secs(5);

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R1").await?;
    // Slow enough that every runner holds some steps at every moment.
    let pace = Pace::millis(50, setting.effort(600, 250));
    let (mut members, load) = installation.staffed(&["one", "two"], pace).await?;
    let mut runners = members.split_off(1);
    let (executions, kills) = (setting.effort(EXECUTIONS, 30), setting.effort(20, 2));
    let wave = executions / kills;
    for number in 0..kills {
        load.want(wave, 16).await;
        installation
            .ledger
            .in_flight(8, Duration::from_secs(20))
            .await?;
        let before = installation.ledger.broken().len();
        let held = installation.ledger.open_calls();
        let call = &held[installation.dice.below(held.len())];
        let name = installation.holder_of(call).await?;
        let victim = runners.iter().position(|runner| runner.name == name);
        let victim = runners.remove(victim.unwrap_or_default());
        victim.kill().await?;
        let killed = Instant::now();
        tally.tried += 1;
        runners.push(installation.runner(&format!("next{number}")).await?);
        // The kernel closes the connections of the dead: these were in its hands.
        let lost = installation.ledger.broken().split_off(before);
        tally.demand(!lost.is_empty(), || {
            "nothing was in the hands of the runner".to_owned()
        });
        for call in lost {
            taken_over(&installation, &call, killed, tally).await?;
        }
        if number % 2 == 1 {
            // A step that met a third death would rightly be set aside.
            installation.settle().await;
        }
    }
    installation.conclude(&load, tally).await?;
    installation.remove().await
}

/// Waits for the next attempt at a step that died with its runner.
async fn taken_over(
    installation: &Installation<'_>,
    lost: &Call,
    killed: Instant,
    tally: &mut Tally,
) -> Result<()> {
    let patience = (LEASE + TAKEN_OVER) * 2;
    match installation.ledger.attempt_after(lost, patience).await {
        Ok(line) => tally.recovered(line.at - killed, LEASE + TAKEN_OVER),
        // Its answer had been recorded just before the death, or the checker says more.
        Err(_) => tally.note(format!("no attempt followed {lost:?}")),
    }
    Ok(())
}
