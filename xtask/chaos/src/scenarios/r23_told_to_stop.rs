//! R23: a runner under load is told to stop. It begins nothing more, ends in good order within half a minute, and
//! loses nothing; told twice, it leaves at once.

use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    setting::Setting,
    tally::Tally,
};

/// What begins so long after the signal was begun in spite of it.
const AT_ONCE: Duration = Duration::from_millis(500);

const GONE: Duration = Duration::from_secs(30);

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R23").await?;
    let api = installation.api().await?;
    let load = installation.load().await?;
    installation.ledger.pace(Pace::millis(100, 500));
    let mut stays = installation.runner("first").await?;
    let stops = setting.effort(6, 2);
    let wave = setting.effort(EXECUTIONS, 40) / stops;
    for number in 0..stops {
        let next = installation.runner(&format!("next{number}")).await?;
        load.want(wave, 16).await;
        installation
            .ledger
            .in_flight(8, Duration::from_secs(20))
            .await?;
        let mut leaver = std::mem::replace(&mut stays, next);
        let id = id_of(&installation, &leaver.name).await?;
        let told_at: String = sqlx::query_scalar("SELECT clock_timestamp()::text")
            .fetch_one(&installation.database.pool)
            .await?;
        leaver.signal(Signal::TERM)?;
        let told = Instant::now();
        tally.tried += 1;
        let twice = number % 2 == 1;
        if twice {
            tokio::time::sleep(Duration::from_millis(100)).await;
            leaver.signal(Signal::TERM)?;
        }
        let status = leaver.ended(GONE).await?;
        tally.recovered(
            told.elapsed(),
            if twice { Duration::from_secs(5) } else { GONE },
        );
        let wanted = if twice { 130 } else { 0 };
        tally.demand(status.code() == Some(wanted), || {
            format!(
                "told to stop {} it ended with {status}",
                if twice { "twice" } else { "once" }
            )
        });
        let late = format!(
            "SELECT count(*) FROM steps WHERE runner = '{id}'
             AND started_at > '{told_at}'::timestamptz + interval '{} milliseconds'",
            AT_ONCE.as_millis()
        );
        let late = installation.database.number(late).await?;
        tally.demand(late == 0, || {
            format!("{late} steps began after the runner was told to stop")
        });
        if twice {
            // What left with it ends first: a step that is lost three times in a row is rightly set aside.
            installation.settle().await;
        }
    }
    installation.settle().await;
    let mut api = api;
    api.signal(Signal::TERM)?;
    let status = api.ended(GONE).await?;
    tally.demand(status.success(), || {
        format!("the interface ended with {status}")
    });
    installation.conclude(&load, tally).await?;
    installation.remove().await
}

async fn id_of(installation: &Installation<'_>, name: &str) -> Result<String> {
    let status = installation.client()?.get("/api/status").await?.good()?;
    let mut runners = status["runners"].as_array().context("runners")?.iter();
    let runner = runners.find(|runner| runner["name"] == json!(name));
    let id = runner.and_then(|runner| runner["id"].as_str());
    Ok(id.with_context(|| format!("no runner {name}"))?.to_owned())
}
