//! R4: the interface dies before it recorded an execution. Nothing of it is there, and asking again works.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, timeout};

use crate::{installation::Installation, proxy::Mode, setting::Setting, tally::Tally};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R4").await?;
    let mut api = installation.api().await?;
    let _runner = installation.runner("runner").await?;
    let load = installation.load().await?;
    for number in 0..setting.effort(20, 2) {
        // The statement that would record it, which carries its key, does not reach the database.
        api.to_database.set(Mode::HeldFrom("unrecorded-"));
        let (client, workflow) = (installation.client()?, load.workflow().to_owned());
        let key = format!("unrecorded-{number}");
        let asking = {
            let (client, workflow, key) = (client.clone(), workflow.clone(), key.clone());
            tokio::spawn(async move { client.execute(&workflow, &key).await })
        };
        let held = timeout(Duration::from_secs(20), api.to_database.held()).await;
        held.context("the statement did not come")??;
        api.kill().await?;
        let killed = Instant::now();
        tally.tried += 1;
        let answered = asking.await?.is_ok_and(|answer| answer.is_good());
        tally.demand(!answered, || {
            "it was answered before it was recorded".to_owned()
        });
        let rows = format!("SELECT count(*) FROM executions WHERE idempotency_key = '{key}'");
        let rows = installation.database.number(rows).await?;
        tally.demand(rows == 0, || {
            format!("{rows} rows are there although nothing was committed")
        });
        api = installation.api().await?;
        let id = client.begin(&workflow, &key).await?;
        load.acknowledged(&key, &id);
        let first = installation
            .ledger
            .first_line_of(&id, Duration::from_secs(20));
        tally.recovered(first.await?.at - killed, Duration::from_secs(10));
    }
    installation.conclude(&load, tally).await?;
    installation.remove().await
}
