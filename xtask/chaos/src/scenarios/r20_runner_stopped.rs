//! R20: a runner is stopped for longer than its lease while a step of its is under way. Another one does the step;
//! when the first comes back, its result is refused.

use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    installation::Installation, ledger::Pace, patience, setting::LEASE, setting::Setting,
    tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R20").await?;
    let _api = installation.api().await?;
    let load = installation.load().await?;
    let (tries, runs) = (setting.effort(10, 1), setting.effort(20, 8));
    for number in 0..tries {
        installation.ledger.rule(|call| match call.attempt {
            1 => Pace::Held,
            _ => Pace::AtOnce,
        });
        let sleeper = installation.runner(&format!("sleeper{number}")).await?;
        load.want(runs, runs).await;
        installation
            .ledger
            .in_flight(runs, Duration::from_secs(20))
            .await?;
        let held = installation.ledger.open_calls();
        sleeper.signal(Signal::STOP)?;
        tally.tried += 1;
        let heir = installation.runner(&format!("heir{number}")).await?;
        // Before that, nobody was there to take over.
        let alive = Instant::now();
        for call in &held {
            let next = installation.ledger.attempt_after(call, LEASE * 10);
            let after = next.await?.at.saturating_duration_since(alive);
            tally.recovered(after, LEASE + Duration::from_secs(5));
        }
        // The other attempts are recorded; now the answers of the first ones arrive, and their runner wakes up.
        let done = "SELECT count(*) FROM steps WHERE path = 's0' AND status = 'succeeded'";
        let wanted = (number + 1) as i64 * runs as i64;
        let recorded =
            async || Ok((installation.database.number(done).await? == wanted).then_some(()));
        patience::until("the record of the second attempts", LEASE * 10, recorded).await?;
        installation.ledger.pace(Pace::AtOnce);
        installation.ledger.release();
        sleeper.signal(Signal::CONT)?;
        installation.settle().await;
        comes_back(&installation, &format!("sleeper{number}"), tally).await?;
        heir.kill().await?;
        sleeper.kill().await?;
    }
    installation.conclude(&load, tally).await?;
    installation.remove().await
}

/// The one that slept is among the living again, and works under another id.
async fn comes_back(installation: &Installation<'_>, name: &str, tally: &mut Tally) -> Result<()> {
    let client = installation.client()?;
    let listed = async || {
        let status = client.get("/api/status").await?.good()?;
        let runners = status["runners"].as_array().context("runners")?;
        Ok(runners
            .iter()
            .any(|runner| runner["name"] == json!(name))
            .then_some(()))
    };
    let back = patience::until("the runner that slept", Duration::from_secs(10), listed).await;
    tally.demand(back.is_ok(), || {
        format!("{name} did not register again after it slept")
    });
    Ok(())
}
