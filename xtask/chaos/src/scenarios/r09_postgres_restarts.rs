//! R9: Postgres crashes and comes back, again and again, while work goes on.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    setting::Setting,
    tally::Tally,
};

/// Work goes on so soon after Postgres answers again.
const RECONNECTED: Duration = Duration::from_secs(10);

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let postgres = setting.mortal_database_server().await?;
    let mut installation = Installation::create_on(setting, "R9", &postgres.url()).await?;
    let _api = installation.api().await?;
    let _one = installation.runner("one").await?;
    let _two = installation.runner("two").await?;
    let load = installation.load().await?;
    installation.ledger.pace(Pace::Takes(
        Duration::from_millis(5),
        Duration::from_millis(80),
    ));
    let crashes = setting.effort(10, 2);
    let wave = setting.effort(EXECUTIONS, 40) / crashes;
    for _ in 0..crashes {
        let before = installation.ledger.count();
        let wanting = load.want(wave, 16);
        let crashing = async {
            installation
                .ledger
                .reaches(before + wave, Duration::from_secs(60))
                .await?;
            postgres.crash().await?;
            postgres.revive().await?;
            let (back, before) = (Instant::now(), installation.ledger.count());
            installation
                .ledger
                .reaches(before + 1, RECONNECTED * 3)
                .await?;
            Ok::<_, anyhow::Error>(back.elapsed())
        };
        let ((), went_on) = tokio::join!(wanting, crashing);
        tally.tried += 1;
        tally.recovered(went_on?, RECONNECTED);
    }
    installation.conclude(&load, tally).await?;
    installation.remove().await
}
