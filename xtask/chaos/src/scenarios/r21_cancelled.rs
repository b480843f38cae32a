//! R21: a run is cancelled at every moment of its life. It ends once, nothing of it begins after that, and a program
//! that it had started is gone soon.

use std::{path::Path, time::Duration};

use anyhow::{Result, ensure};
use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep};

use crate::{
    facts::plain,
    installation::Installation,
    ledger::Pace,
    load::Load,
    patience,
    setting::Setting,
    tally::Tally,
    workflow::{self, STEPS},
};

/// What a cancelled step had started is gone so soon.
const KILLED: Duration = Duration::from_secs(10);

/// A call that was on its way when the run ended arrives within this.
const ON_ITS_WAY: i64 = 1_000;

struct Cut {
    number: usize,
    /// After so many lines of its own in the ledger, and then so long.
    after_lines: usize,
    and_then: Duration,
}

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R21").await?;
    let (_members, load) = installation
        .staffed(&["one", "two"], Pace::millis(1, 10))
        .await?;
    let mut dice = installation.dice.split();
    let cuts: Vec<Cut> = (0..setting.effort(1_000, 30))
        .map(|number| Cut {
            number,
            after_lines: dice.below(STEPS + 1),
            and_then: dice.between(Duration::ZERO, Duration::from_millis(8)),
        })
        .collect();
    tally.tried += cuts.len();
    let mut cancelled = 0;
    let mut answers = stream::iter(&cuts)
        .map(|cut| cancel(&installation, &load, cut))
        .buffer_unordered(8);
    while let Some(answer) = answers.next().await {
        match answer? {
            200 => cancelled += 1,
            // It was over by then.
            409 => {}
            status => tally.violation(format!("a cancellation was answered {status}")),
        }
    }
    drop(answers);
    tally.note(format!(
        "{cancelled} of {} were cancelled before their end",
        cuts.len()
    ));
    program_ends(&installation, &load, tally).await?;
    installation
        .conclude_with(&load, &["succeeded", "cancelled"], tally)
        .await?;
    nothing_late(&installation, tally).await?;
    installation.remove().await
}

/// Begins a run and cancels it at its moment; gives the answer's status.
async fn cancel(installation: &Installation<'_>, load: &Load, cut: &Cut) -> Result<u16> {
    let (client, key) = (installation.client()?, format!("cut-{}", cut.number));
    let id = client.begin(load.workflow(), &key).await?;
    load.acknowledged(&key, &id);
    installation
        .ledger
        .lines_of(&id, cut.after_lines, Duration::from_secs(30))
        .await?;
    sleep(cut.and_then).await;
    client.cancel(&id).await
}

/// In the order of moments, besides the order of events: no call comes after the end but those on their way.
async fn nothing_late(installation: &Installation<'_>, tally: &mut Tally) -> Result<()> {
    let ends: Vec<(String, i64)> = sqlx::query_as(
        "SELECT id::text, (extract(epoch FROM finished_at) * 1000)::bigint FROM executions WHERE finished_at IS NOT NULL",
    )
    .fetch_all(&installation.database.pool)
    .await?;
    let lines = installation.ledger.lines();
    for (id, end) in ends {
        let id = plain(&id);
        let late = lines
            .iter()
            .filter(|line| line.execution == id && line.unix_ms.cast_signed() > end + ON_ITS_WAY)
            .count();
        tally.demand(late == 0, || {
            format!("{late} steps of {id} began after its end")
        });
    }
    Ok(())
}

/// A program that ignores the polite signal, cancelled.
async fn program_ends(
    installation: &Installation<'_>,
    load: &Load,
    tally: &mut Tally,
) -> Result<()> {
    let client = installation.client()?;
    let mark = installation.folder.join("program");
    let script = format!(
        "trap '' TERM; echo $$ > {}; while :; do sleep 1; done",
        mark.display()
    );
    let workflow = client.keep(&workflow::command("program", &script)).await?;
    let id = client.begin(&workflow, "program").await?;
    load.acknowledged("program", &id);
    let started = async || {
        let text = std::fs::read_to_string(&mark).unwrap_or_default();
        Ok(text.trim().parse::<u32>().ok())
    };
    let process = patience::until("the program", Duration::from_secs(20), started).await?;
    let status = client.cancel(&id).await?;
    ensure!(status == 200, "a cancellation was answered {status}");
    let cancelled = Instant::now();
    let gone = async || Ok((!Path::new(&format!("/proc/{process}")).exists()).then_some(()));
    patience::until("the end of the program", KILLED * 2, gone).await?;
    tally.tried += 1;
    tally.recovered(cancelled.elapsed(), KILLED);
    Ok(())
}
