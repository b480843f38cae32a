//! R14: whoever begins what schedules ask for is killed, again and again, while every second asks for something. Each
//! moment has its run, and one.

use anyhow::Result;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    installation::Installation,
    patience,
    setting::{GRACE, LEASE, Setting},
    tally::Tally,
};

const SCHEDULES: usize = 5;

const WORKFLOW: &str =
    "lathe: 1\nname: tick\nnodes: [{ id: a, kind: data.set, with: { values: { n: 1 } } }]\n";

/// Moments between the first and the last one of a schedule that nothing was planned for.
const LEFT_OUT: &str = "SELECT coalesce(sum(seconds - ticks), 0)::bigint FROM (
    SELECT extract(epoch FROM max(scheduled_for) - min(scheduled_for))::bigint + 1 AS seconds, count(*) AS ticks
    FROM schedule_ticks GROUP BY schedule_id) each";

/// Moments whose run there is not, although it is called started.
const WITHOUT_RUN: &str = "SELECT count(*) FROM schedule_ticks t
    WHERE status <> 'started' OR NOT EXISTS (SELECT 1 FROM executions e WHERE e.id = t.execution_id AND e.status = 'succeeded')";

/// Runs that no moment asked for, or that share theirs.
const TOO_MANY: &str =
    "SELECT (SELECT count(*) FROM executions WHERE triggered_by LIKE 'schedule:%')
    - (SELECT count(DISTINCT execution_id) FROM schedule_ticks)";

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R14").await?;
    let _api = installation.api().await?;
    let mut runners = Vec::new();
    for name in ["one", "two", "three"] {
        runners.push(installation.runner(name).await?);
    }
    let client = installation.client()?;
    let workflow = client.keep(WORKFLOW).await?;
    for number in 0..SCHEDULES {
        let schedule = json!({
            "name": format!("each-second-{number}"),
            "workflow_id": workflow,
            "cron": "* * * * * *",
            "timezone": "UTC",
            "overlap": "allow",
            "catch_up": { "all": { "within": "1h", "at_most": 1000 } },
        });
        client.post("/api/schedules", &schedule).await?.good()?;
    }
    let kills = setting.effort(30, 4);
    for number in 0..kills {
        let before = started(&installation).await?;
        let victim = runners.remove(installation.dice.below(runners.len()));
        victim.kill().await?;
        let killed = Instant::now();
        tally.tried += 1;
        runners.push(installation.runner(&format!("next{number}")).await?);
        // Those that are left go on; what the dead one had taken follows when its lease is over.
        let more = async || {
            let now = started(&installation).await?;
            Ok((now >= before + 2 * SCHEDULES as i64).then_some(()))
        };
        patience::until("further runs", (LEASE + GRACE) * 2, more).await?;
        tally.recovered(killed.elapsed(), LEASE + GRACE);
    }
    // Without its runs' moments nothing more is planned; what is open has its end.
    installation
        .database
        .execute("UPDATE schedules SET next_at = NULL, enabled = false, revision = revision + 1")
        .await?;
    let settled = async || {
        let open = "SELECT count(*) FROM schedule_ticks WHERE look_at IS NOT NULL";
        Ok((installation.database.number(open).await? == 0).then_some(()))
    };
    patience::until("the end of all ticks", LEASE + GRACE, settled).await?;
    installation.settle().await;

    let ticks = installation
        .database
        .number("SELECT count(*) FROM schedule_ticks")
        .await?;
    tally.acked += usize::try_from(ticks)?;
    tally.demand(ticks >= (kills * SCHEDULES) as i64, || {
        format!("there were {ticks} moments only")
    });
    for (question, what) in [
        (LEFT_OUT, "moments were left out"),
        (WITHOUT_RUN, "moments have no run that succeeded"),
    ] {
        let lost = installation.database.number(question).await?;
        tally.lost += usize::try_from(lost.abs())?;
        tally.demand(lost == 0, || format!("{lost} {what}"));
    }
    let more = installation.database.number(TOO_MANY).await?;
    tally.duplicated += usize::try_from(more.abs())?;
    tally.demand(more == 0, || format!("{more} runs are one too many"));
    drop(runners);
    installation.remove().await
}

async fn started(installation: &Installation<'_>) -> Result<i64> {
    let sql = "SELECT count(*) FROM schedule_ticks WHERE status = 'started'";
    installation.database.number(sql).await
}
