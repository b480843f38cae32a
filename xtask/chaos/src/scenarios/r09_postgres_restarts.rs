//! R9: Postgres crashes and comes back, again and again, while work goes on.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use super::server_faults;
use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    servers::PostgresServer,
    setting::Setting,
    tally::Tally,
};

/// Work goes on so soon after Postgres answers again.
const RECONNECTED: Duration = Duration::from_secs(10);

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let postgres = PostgresServer::start().await?;
    let mut installation = Installation::create_on(setting, "R9", &postgres.url()).await?;
    let (_members, load) = installation
        .staffed(&["one", "two"], Pace::millis(5, 80))
        .await?;
    let much = (setting.effort(10, 2), setting.effort(EXECUTIONS, 40));
    let mut recoveries = Vec::new();
    let crashes = server_faults::in_waves(&installation, &load, much, tally, async |_| {
        postgres.crash().await?;
        postgres.revive().await?;
        let (back, before) = (Instant::now(), installation.ledger.count());
        let next = installation.ledger.reaches(before + 1, RECONNECTED * 3);
        next.await?;
        recoveries.push(back.elapsed());
        Ok(())
    });
    crashes.await?;
    for recovery in recoveries {
        tally.recovered(recovery, RECONNECTED);
    }
    installation.conclude(&load, tally).await?;
    installation.remove().await
}
