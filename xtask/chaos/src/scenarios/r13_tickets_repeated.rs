//! R13: every ticket comes three times and in another order, is snatched from whoever holds it, and stands beside
//! tickets that mean nothing. Each step still has one attempt.

use std::time::Duration;

use anyhow::Result;
use redis::{
    cmd,
    streams::{StreamAutoClaimReply, StreamRangeReply},
};
use tokio::time::sleep;

use super::server_faults;
use crate::{
    dice::Dice,
    installation::{EXECUTIONS, Installation},
    ledger::Pace,
    servers::{GROUP, STREAM},
    setting::Setting,
    tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R13").await?;
    let (_members, load) = installation
        .staffed(&["one", "two", "three"], Pace::millis(1, 60))
        .await?;
    let mut dice = installation.dice.split();
    let wanting = async {
        load.want(setting.effort(EXECUTIONS, 30), 8).await;
        installation.settle().await;
    };
    let mut repeated = 0;
    let meddling = async {
        loop {
            repeated += meddle(
                &installation,
                &load.acked().into_values().collect::<Vec<_>>(),
                &mut dice,
            )
            .await?;
            sleep(Duration::from_millis(10)).await;
        }
    };
    let ended: Result<()> = tokio::select! {
        () = wanting => Ok(()),
        failed = meddling => failed,
    };
    ended?;
    tally.tried += repeated;
    tally.demand(repeated > 0, || "no ticket was repeated".to_owned());
    installation.conclude(&load, tally).await?;
    server_faults::nothing_again(&installation, tally);
    installation.remove().await
}

/// Repeats what waits and what is held, in another order; returns how many tickets it added.
async fn meddle(
    installation: &Installation<'_>,
    known: &[String],
    dice: &mut Dice,
) -> Result<usize> {
    let mut connection = installation.redis.connect().await?;
    let waiting: StreamRangeReply = cmd("XRANGE")
        .arg(STREAM)
        .arg("-")
        .arg("+")
        .arg("COUNT")
        .arg(50)
        .query_async(&mut connection)
        .await?;
    // Snatched at once, however short it was held: the same ticket is in two hands now.
    let snatched: Result<StreamAutoClaimReply, _> = cmd("XAUTOCLAIM")
        .arg(STREAM)
        .arg(GROUP)
        .arg("meddler")
        .arg(0)
        .arg("0-0")
        .query_async(&mut connection)
        .await;
    let snatched = snatched.map(|reply| reply.claimed).unwrap_or_default();
    let entries = waiting.ids.into_iter().chain(snatched);
    let mut tickets: Vec<String> = entries.filter_map(|entry| entry.get("ticket")).collect();
    // Whoever is known may be told of again, long after.
    if !known.is_empty() {
        let ticket = serde_json::json!({ "execution": known[dice.below(known.len())], "reason": { "type": "wake" } });
        tickets.push(ticket.to_string());
    }
    let mut tickets: Vec<String> = [tickets.clone(), tickets].concat();
    dice.shuffle(&mut tickets);
    tickets.push("{\"execution\": \"00000000-0000-0000-0000-000000000000\", \"reason\": {\"type\": \"wake\"}}".to_owned());
    tickets.push("nothing that anybody understands".to_owned());
    for ticket in &tickets {
        cmd("XADD")
            .arg(STREAM)
            .arg("*")
            .arg("ticket")
            .arg(ticket)
            .query_async::<String>(&mut connection)
            .await?;
    }
    Ok(tickets.len())
}
