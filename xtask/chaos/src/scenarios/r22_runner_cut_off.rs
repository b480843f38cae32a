//! R22: a runner is cut off from Postgres and not from Redis. It lets go of its steps once its lease is over, and
//! keeps no ticket from others that it could not record. Then the reverse: cut off from Redis, it goes on.

use std::time::Duration;

use anyhow::Result;
use redis::{cmd, streams::StreamPendingReply};
use tokio::time::Instant;

use crate::{
    installation::{Installation, Member},
    ledger::Pace,
    load::Load,
    patience,
    proxy::Mode,
    servers::{GROUP, STREAM},
    setting::{LEASE, Setting},
    tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R22").await?;
    let _api = installation.api().await?;
    let load = installation.load().await?;
    for number in 0..setting.effort(5, 1) {
        let lonely = installation.runner(&format!("lonely{number}")).await?;
        from_postgres(&mut installation, &load, &lonely, number, tally).await?;
        from_redis(&installation, &load, &lonely, tally).await?;
        lonely.kill().await?;
    }
    installation.conclude(&load, tally).await?;
    installation.remove().await
}

async fn from_postgres(
    installation: &mut Installation<'_>,
    load: &Load,
    lonely: &Member,
    number: usize,
    tally: &mut Tally,
) -> Result<()> {
    let (held, taken) = (
        installation.setting.effort(20, 6),
        installation.setting.effort(20, 6),
    );
    installation.ledger.rule(|call| match call.attempt {
        1 => Pace::Held,
        _ => Pace::AtOnce,
    });
    load.want(held, held).await;
    installation
        .ledger
        .in_flight(held, Duration::from_secs(20))
        .await?;
    let in_hand = installation.ledger.open_calls();
    let before = installation.ledger.broken().len();
    lonely.to_database.set(Mode::Held);
    let cut = Instant::now();
    tally.tried += 1;
    // It takes these tickets, and cannot even look what they are for.
    let begun: Vec<String> = {
        let known = load.acked();
        load.want(taken, taken).await;
        let all = load.acked();
        all.into_iter()
            .filter(|(key, _)| !known.contains_key(key))
            .map(|(_, id)| id)
            .collect()
    };
    let pending = async || {
        let mut ask = cmd("XPENDING");
        ask.arg(STREAM).arg(GROUP);
        let reply: StreamPendingReply = installation.redis.ask(&ask).await?;
        Ok((reply.count() > 0).then_some(()))
    };
    patience::until(
        "tickets in the hands of the lonely runner",
        LEASE * 4,
        pending,
    )
    .await?;
    let fenced = installation.ledger.breaks(before + held, LEASE * 5);
    match fenced.await {
        Ok(()) => tally.note(format!("let go of its steps after {:.1?}", cut.elapsed())),
        Err(error) => tally.violation(format!("it did not fence itself: {error}")),
    }
    // Only what was begun and not recorded is left to be found; nothing that it took may be acknowledged.
    let kept = pending().await?;
    tally.demand(kept.is_some(), || {
        "it acknowledged tickets that it could not record".to_owned()
    });
    installation.ledger.pace(Pace::AtOnce);
    let heir = installation.runner(&format!("heir{number}")).await?;
    let alive = Instant::now();
    for call in &in_hand {
        let line = installation.ledger.attempt_after(call, LEASE * 10).await?;
        tally.recovered(
            line.at.saturating_duration_since(alive),
            LEASE + Duration::from_secs(5),
        );
    }
    for id in &begun {
        let first = installation
            .ledger
            .first_line_of(id, Duration::from_secs(60));
        tally.recovered(
            first.await?.at.saturating_duration_since(alive),
            Duration::from_secs(35),
        );
    }
    installation.settle().await;
    heir.kill().await?;
    lonely.to_database.set(Mode::Cut);
    lonely.to_database.set(Mode::Pass);
    Ok(())
}

/// The only runner there is, without Redis: what it has goes on, and what is new is found in the database.
async fn from_redis(
    installation: &Installation<'_>,
    load: &Load,
    lonely: &Member,
    tally: &mut Tally,
) -> Result<()> {
    let runs = installation.setting.effort(20, 6);
    installation.ledger.pace(Pace::millis(20, 100));
    load.want(runs, runs).await;
    let before = installation.ledger.count();
    installation
        .ledger
        .reaches(before + runs, Duration::from_secs(60))
        .await?;
    lonely.to_redis.set(Mode::Held);
    tally.tried += 1;
    load.want(2, 2).await;
    let took = installation.settle().await;
    tally.recovered(took, Duration::from_secs(30));
    lonely.to_redis.set(Mode::Cut);
    lonely.to_redis.set(Mode::Pass);
    load.want(2, 2).await;
    installation.settle().await;
    Ok(())
}
