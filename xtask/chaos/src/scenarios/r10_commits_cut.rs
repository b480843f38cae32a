//! R10: connections to Postgres are ended every second, and break while a commit is answered. What became of a commit
//! is looked up, never assumed.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, interval};

use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    proxy::Mode,
    setting::Setting,
    tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R10").await?;
    let (members, load) = installation
        .staffed(&["one", "two"], Pace::millis(5, 80))
        .await?;
    for member in &members {
        member.to_database.set(Mode::AnswerLost(20));
    }
    let (runs, seconds) = (setting.effort(EXECUTIONS, 30), setting.effort(30, 4));
    let wanting = load.want(runs, 8);
    let ending = async {
        let mut every = interval(Duration::from_secs(1));
        let (mut rounds, mut ended) = (0, 0);
        while rounds < seconds {
            every.tick().await;
            ended += installation.database.terminate_backends().await?;
            rounds += 1;
        }
        Ok::<_, anyhow::Error>((rounds, ended))
    };
    let ((), ended) = tokio::join!(wanting, ending);
    let (rounds, ended) = ended?;
    for member in &members {
        member.to_database.set(Mode::Pass);
    }
    let calm = Instant::now();
    let swallowed: usize = members
        .iter()
        .map(|member| member.to_database.swallowed())
        .sum();
    tally.tried += rounds + swallowed;
    tally.note(format!(
        "{ended} connections were ended, {swallowed} answers were lost"
    ));
    tally.demand(swallowed > 0, || "no answer was lost".to_owned());
    installation.settle().await;
    tally.recovered(calm.elapsed(), Duration::from_secs(62));
    installation.conclude(&load, tally).await?;
    installation.remove().await
}
