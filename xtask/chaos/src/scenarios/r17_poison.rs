//! R17: steps that kill their runner, or try to. One that does is set aside after the third death and costs others
//! little; one that only tries fails alone.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};
use tokio::time::{Instant, sleep};

use crate::{
    api::Api,
    installation::{EXECUTIONS, Installation, Member},
    ledger::Pace,
    load::Load,
    patience,
    setting::Setting,
    tally::Tally,
    workflow,
};

/// Scripts without end in depth or size.
const GREEDY: [&str; 4] = [
    "fn deep(n) { deep(n + 1) } deep(0)",
    "let text = \"x\"; loop { text += text; }",
    "let all = []; loop { all.push(all.len()); }",
    "let map = #{}; let n = 0; loop { map[\"k\" + n] = \"x\"; n += 1; }",
];

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R17").await?;
    let (mut members, load) = installation
        .staffed(&["one", "two"], Pace::millis(2, 10))
        .await?;
    let mut runners = members.split_off(1);
    greedy_scripts(&installation, &mut runners, tally).await?;

    let count = setting.effort(EXECUTIONS, 6);
    one_by_one(&installation.database.pool, &load, count).await?;
    let calm = latencies(&installation, &load, load.count()).await?;
    let client = installation.client()?;
    let poison = client
        .keep(&workflow::command("poison", "kill -9 $PPID; sleep 60"))
        .await?;
    let (key, began, before) = (
        format!("poison-{}", setting.number()),
        Instant::now(),
        load.count(),
    );
    let id = client.begin(&poison, &key).await?;
    let pool = installation.database.pool.clone();
    let (deaths, others) = tokio::join!(
        supervise(&mut installation, &client, &id, &mut runners),
        one_by_one(&pool, &load, count)
    );
    let deaths = deaths?;
    others?;
    tally.tried += deaths;
    tally.recoveries.push(began.elapsed());
    tally.demand(deaths == 3, || format!("{deaths} runners died of it"));
    let ended = client.execution(&id).await?;
    let code = ended["steps"][0]["error"]["code"].clone();
    tally.demand(
        ended["status"] == json!("failed") && code == json!("set_aside"),
        || format!("the poison ended {} with {code}", ended["status"]),
    );
    installation.settle().await;
    let poisoned = latencies(&installation, &load, load.count() - before).await?;
    load.acknowledged(&key, &id);
    let (count, calm, poisoned) = (
        poisoned.len(),
        percentile(calm, 95),
        percentile(poisoned, 95),
    );
    tally.note(format!(
        "the others' p95: {calm:.0?} before, {poisoned:.0?} of {count} runs meanwhile"
    ));
    // In the short form, three deaths among few runs are more than one in twenty.
    let bearable = setting.short || poisoned < calm * 2;
    tally.demand(bearable, || {
        "the poison made others twice as slow".to_owned()
    });
    installation
        .conclude_with(&load, &["succeeded", "failed"], tally)
        .await?;
    installation.remove().await
}

/// Replaces runners that die, as a supervisor would, until the poison has ended; returns how many died.
async fn supervise(
    installation: &mut Installation<'_>,
    client: &Api,
    poison: &str,
    runners: &mut [Member],
) -> Result<usize> {
    let (deadline, mut deaths) = (Instant::now() + Duration::from_secs(60), 0);
    loop {
        for runner in &mut *runners {
            if !runner.runs() {
                deaths += 1;
                *runner = installation.runner(&format!("heir{deaths}")).await?;
            }
        }
        let status = client.execution(poison).await?["status"].clone();
        if ![json!("running"), json!("queued")].contains(&status) || Instant::now() > deadline {
            return Ok(deaths);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Begins each run when the one before has ended.
async fn one_by_one(pool: &PgPool, load: &Load, count: usize) -> Result<()> {
    let open = format!(
        "SELECT count(*) FROM executions WHERE workflow_id = '{}' AND status NOT IN ('succeeded', 'failed')",
        load.workflow()
    );
    for _ in 0..count {
        load.want(1, 1).await;
        let ended = async || {
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(open.clone()))
                .fetch_one(pool)
                .await?;
            Ok((count == 0).then_some(()))
        };
        patience::until("the end of a run", Duration::from_secs(60), ended).await?;
    }
    Ok(())
}

/// How long the last so many runs took, from their acceptance to their end.
async fn latencies(
    installation: &Installation<'_>,
    load: &Load,
    count: usize,
) -> Result<Vec<Duration>> {
    let sql = format!(
        "SELECT (extract(epoch FROM finished_at - created_at) * 1000)::bigint FROM executions
         WHERE workflow_id = '{}' AND status = 'succeeded' ORDER BY created_at DESC LIMIT {count}",
        load.workflow()
    );
    let rows: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(&installation.database.pool)
        .await?;
    Ok(rows
        .into_iter()
        .map(|ms| Duration::from_millis(ms.unsigned_abs()))
        .collect())
}

fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    let at = times.len() * percent / 100;
    times
        .get(at.min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// Each fails its own run, and no runner notices.
async fn greedy_scripts(
    installation: &Installation<'_>,
    runners: &mut [Member],
    tally: &mut Tally,
) -> Result<()> {
    let client = installation.client()?;
    // The last one uses its whole budget, which takes a program without optimisations half a minute.
    let scripts = &GREEDY[..installation.setting.effort(4, 3)];
    for (number, script) in scripts.iter().enumerate() {
        let began = Instant::now();
        let script = serde_json::Value::from(*script);
        let source = format!(
            "lathe: 1\nname: greedy{number}\nnodes:\n  - {{ id: s, kind: script.run, with: {{ script: {script} }} }}\n"
        );
        let workflow = client.keep(&source).await?;
        let key = format!("greedy-{number}");
        let id = client.begin(&workflow, &key).await?;
        let status = client.end_of(&id, Duration::from_secs(60)).await?["status"].clone();
        tally.tried += 1;
        tally.note(format!(
            "{script} was stopped after {:.1?}",
            began.elapsed()
        ));
        tally.demand(status == json!("failed"), || {
            format!("the script {script} ended {status}")
        });
    }
    let dead = installation
        .database
        .number("SELECT count(*) FROM runners WHERE dead")
        .await?;
    tally.demand(dead == 0, || {
        format!("scripts made {dead} runners miss their lease")
    });
    for runner in runners {
        let runs = runner.runs();
        tally.demand(runs, || format!("a script took {} down", runner.name));
        let peak = runner.peak_memory()?;
        tally.demand(peak < 512, || {
            format!("a script made {} grow to {peak} MiB", runner.name)
        });
    }
    Ok(())
}
