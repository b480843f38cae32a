//! R3: the interface dies after it recorded an execution and before it told any runner. The execution begins all the
//! same, and whoever asks again is given the same one.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::{installation::Installation, patience, proxy::Mode, setting::Setting, tally::Tally};

/// The longest until it begins.
const BEGINS: Duration = Duration::from_secs(10);

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R3").await?;
    let mut api = installation.api().await?;
    let _runner = installation.runner("runner").await?;
    let load = installation.load().await?;
    let (tries, runs) = (setting.effort(10, 1), 5);
    for number in 0..tries {
        // No ticket leaves the interface, and so neither does an answer.
        api.to_redis.set(Mode::Held);
        let keys: Vec<String> = (0..runs)
            .map(|run| format!("unanswered-{number}-{run}"))
            .collect();
        let client = installation.client()?;
        let asked: Vec<_> = keys
            .iter()
            .map(|key| {
                let (client, workflow, key) =
                    (client.clone(), load.workflow().to_owned(), key.clone());
                tokio::spawn(async move { client.execute(&workflow, &key).await })
            })
            .collect();
        let recorded = format!(
            "SELECT count(*) FROM executions WHERE idempotency_key LIKE 'unanswered-{number}-%'"
        );
        let there = async || {
            Ok((installation.database.number(&recorded).await? == runs as i64).then_some(()))
        };
        patience::until("the record", Duration::from_secs(20), there).await?;
        api.kill().await?;
        let killed = Instant::now();
        tally.tried += 1;
        for asked in asked {
            if asked.await?.is_ok() {
                tally.note("one was answered before the interface died: too slow to hit the gap");
            }
        }
        api = installation.api().await?;
        for key in keys {
            let id = client.begin(load.workflow(), &key).await?;
            load.acknowledged(&key, &id);
            let first = installation.ledger.first_line_of(&id, BEGINS * 2).await?;
            tally.recovered(first.at - killed, BEGINS);
        }
    }
    installation.conclude(&load, tally).await?;
    let count = installation
        .database
        .number("SELECT count(*) FROM executions")
        .await?;
    tally.demand(count == load.count() as i64, || {
        format!("{} keys led to {count} executions", load.count())
    });
    installation.remove().await
}
