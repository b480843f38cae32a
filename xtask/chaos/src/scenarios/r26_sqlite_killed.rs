//! R26: everything in one process on SQLite, killed while it commits. What was acknowledged is there, the file is
//! whole, and no second process may touch it.

use std::{collections::HashSet, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result};
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    api::Api,
    check::{Expected, check},
    facts,
    ledger::{Ledger, Pace},
    load::Load,
    patience,
    process::{Process, lathe},
    servers::free_port,
    setting::Setting,
    tally::Tally,
    workflow,
};

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let (folder, mut dice) = (setting.folder("R26")?, setting.dice("R26"));
    let ledger = Ledger::open(&folder, dice.split()).await?;
    ledger.pace(Pace::millis(1, 30));
    let port = free_port()?;
    let number = port.to_string();
    let arguments = [
        "serve",
        "--port",
        &number,
        "--data",
        "data",
        "--allow-commands",
    ];
    let start = || Process::start(&setting.lathe, &folder, "serve", &arguments);
    let mut serve = start().await?;
    let api = Api::at(port)?;
    let workflow = api.keep(&workflow::diamond("diamond", &ledger.url)).await?;
    let load = Load::new(api, &workflow, "sqlite");
    second_is_refused(setting, &folder, tally).await?;
    let file = folder.join("data/lathe.db");
    let options = SqliteConnectOptions::new().filename(&file);
    for number in 0..setting.effort(500, 12) {
        let lines = ledger.count();
        let pause = dice.between(Duration::ZERO, Duration::from_millis(150));
        let killing = async {
            // Once there is something to commit, at any moment.
            ledger.reaches(lines + 3, Duration::from_secs(30)).await?;
            sleep(pause).await;
            Ok::<_, anyhow::Error>(())
        };
        tokio::select! {
            // A client gives up with the server; whether it was accepted is not known.
            () = load.want(1_000, 8) => {}
            waited = killing => waited?,
        }
        serve.kill().await?;
        let killed = Instant::now();
        tally.tried += 1;
        whole(&folder, &load, tally).await?;
        serve = start().await?;
        let before = ledger.count();
        let open = unfinished(&options).await?;
        if open > 0 {
            let went_on = ledger.reaches(before + 1, Duration::from_secs(30)).await;
            tally.demand(went_on.is_ok(), || {
                format!("{open} runs did not go on after the restart")
            });
            tally.recovered(killed.elapsed(), Duration::from_secs(15));
        }
        if number % 2 == 1 {
            // A step that met a third death would rightly be set aside.
            settle(&options).await;
        }
    }
    settle(&options).await;
    let pool = SqlitePoolOptions::new()
        .connect_with(options.clone().read_only(true))
        .await?;
    let expected = Expected {
        acked: &load.acked(),
        lines: &ledger.lines(),
        ends: &["succeeded"],
    };
    check(&facts::of_sqlite(&pool).await?, &expected, tally);
    pool.close().await;
    load.tell_strange(tally);
    serve.kill().await
}

/// As it was left, in a copy, so that the next process finds it untouched: the database's own check finds nothing, and
/// what was acknowledged is in it.
async fn whole(folder: &Path, load: &Load, tally: &mut Tally) -> Result<()> {
    let copy = tempfile::tempdir_in(folder)?;
    for name in ["lathe.db", "lathe.db-wal"] {
        let from = folder.join("data").join(name);
        if from.exists() {
            std::fs::copy(from, copy.path().join(name))?;
        }
    }
    let options = SqliteConnectOptions::new().filename(copy.path().join("lathe.db"));
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let said: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await?;
    tally.demand(said == "ok", || format!("the file is damaged: {said}"));
    let ids: HashSet<String> = sqlx::query_scalar("SELECT lower(hex(id)) FROM executions")
        .fetch_all(&mut connection)
        .await?
        .into_iter()
        .collect();
    for (key, id) in load.acked() {
        let there = ids.contains(&facts::plain(&id));
        tally.demand(there, || {
            format!("{id} ({key}) was acknowledged, and is gone after the kill")
        });
    }
    connection.close().await?;
    Ok(())
}

/// What has not ended by then, the checker finds.
async fn settle(options: &SqliteConnectOptions) {
    let ended = async || Ok((unfinished(options).await? == 0).then_some(()));
    let _ = patience::until("the end of everything", Duration::from_secs(60), ended).await;
}

async fn unfinished(options: &SqliteConnectOptions) -> Result<i64> {
    let mut connection = SqliteConnection::connect_with(&options.clone().read_only(true)).await?;
    let sql = "SELECT count(*) FROM executions WHERE status IN ('queued', 'running', 'paused', 'cleaning_up')";
    let count = sqlx::query_scalar(sql).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(count)
}

async fn second_is_refused(setting: &Setting, folder: &Path, tally: &mut Tally) -> Result<()> {
    let second = lathe(&setting.lathe, folder)
        .args(["serve", "--port", "0", "--data", "data"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?
        .wait_with_output();
    let ended = timeout(Duration::from_secs(30), second).await;
    let ended = ended.context("a second process was let in on the same file")??;
    let said = String::from_utf8_lossy(&ended.stderr);
    tally.demand(
        !ended.status.success() && said.contains("another process"),
        || {
            format!(
                "a second process ended with {} and said: {said}",
                ended.status
            )
        },
    );
    Ok(())
}
