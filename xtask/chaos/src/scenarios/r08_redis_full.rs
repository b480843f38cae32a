//! R8: Redis is full. One that throws keys away is refused at the start; one that does not is as good as none until
//! there is room again.

use std::{process::Stdio, time::Duration};

use anyhow::{Context, Result};
use redis::{Value, cmd};
use tokio::time::{Instant, timeout};

use super::server_faults;
use crate::{
    installation::Installation, ledger::Pace, process::lathe, setting::Setting, tally::Tally,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R8").await?;
    for (role, more) in [
        ("api", &["--port", "0"][..]),
        ("runner", &[]),
        ("serve", &["--port", "0"]),
    ] {
        refuses_to_start(&installation, role, more, tally).await?;
    }
    configure(&installation, "maxmemory-policy", "noeviction").await?;
    configure(&installation, "maxmemory", "0").await?;

    let (mut members, load) = installation
        .staffed(&["one", "two"], Pace::millis(5, 40))
        .await?;
    let runs = setting.effort(100, 10);
    load.want(runs / 2, 8).await;
    // Less than it holds already: whatever would need more is refused.
    configure(&installation, "maxmemory", "1").await?;
    tally.tried += 1;
    let client = installation.client()?;
    for number in 0..runs / 2 {
        let key = format!("meanwhile-{number}");
        let answer = client.execute(load.workflow(), &key).await?;
        tally.demand(answer.status == 202, || {
            format!(
                "with a full Redis an execution is answered {}: {}",
                answer.status, answer.body
            )
        });
        if let Some(id) = answer.id() {
            load.acknowledged(&key, id);
        }
    }
    for member in &mut members {
        let runs = member.runs();
        tally.demand(runs, || {
            format!("{} did not outlive a full Redis", member.name)
        });
    }
    configure(&installation, "maxmemory", "0").await?;
    let room = Instant::now();
    installation.settle().await;
    tally.recovered(room.elapsed(), Duration::from_secs(60));
    installation.conclude(&load, tally).await?;
    server_faults::nothing_again(&installation, tally);
    installation.remove().await
}

async fn configure(installation: &Installation<'_>, name: &str, value: &str) -> Result<()> {
    let mut set = cmd("CONFIG");
    set.arg("SET").arg(name).arg(value);
    installation.redis.ask::<Value>(&set).await?;
    Ok(())
}

/// With a Redis that throws keys away, a process says so and ends.
async fn refuses_to_start(
    installation: &Installation<'_>,
    role: &str,
    more: &[&str],
    tally: &mut Tally,
) -> Result<()> {
    configure(installation, "maxmemory", "100mb").await?;
    configure(installation, "maxmemory-policy", "allkeys-lru").await?;
    let database = installation
        .database
        .url_through(installation.database.port)?;
    let redis = format!("redis://127.0.0.1:{}", installation.redis.port);
    let started = lathe(&installation.setting.lathe, &installation.folder)
        .arg(role)
        .args(more)
        .args(["--database-url", &database, "--redis-url", &redis])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?
        .wait_with_output();
    let ended = timeout(Duration::from_secs(30), started).await;
    let ended =
        ended.with_context(|| format!("`lathe {role}` did not refuse a Redis that evicts"))??;
    let said = String::from_utf8_lossy(&ended.stderr);
    tally.tried += 1;
    tally.demand(
        !ended.status.success() && said.contains("noeviction"),
        || {
            format!(
                "`lathe {role}` ended with {} and said: {said}",
                ended.status
            )
        },
    );
    Ok(())
}
