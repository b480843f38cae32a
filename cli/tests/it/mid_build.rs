//! The example on Postgres and Redis with two runners, one of which is killed while it compiles.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::installation::Installation;
use crate::shop::{BUILD_DEADLINE, create_publisher, example, publishers, share_builds, step, url};
use crate::support::say;

#[tokio::test]
async fn a_shop_is_shipped_by_the_other_runner_when_its_own_is_killed_in_mid_build() -> Result<()> {
    let installation = Installation::create().await?;
    share_builds(&installation.data())?;
    let api = installation.api()?;
    let runners = [
        ("first", installation.runner_called("first")?),
        ("second", installation.runner_called("second")?),
    ];
    let client = api.api()?;
    let address = api.address.as_deref().context("its address")?;
    let bookshop = example("bookshop").display().to_string();
    let seeded = say(
        installation.path(),
        &["seed", &bookshop, "--server", address],
    )?;
    ensure!(seeded.code == 0, "{seeded:?}");

    let execution = client
        .launch_kept("ship_bookshop", &serde_json::json!({}))
        .await?;
    let begun = client
        .until(&execution, |news| {
            news["type"] == "step.running" && news["step"] == "build"
        })
        .await?;
    client
        .until(&execution, |news| {
            news["step"] == "build" && is_about_compiling(news)
        })
        .await?;
    let status = client.get("/api/status").await?;
    let holder = name_of(&status, &begun["runner"])?;
    let [first, second] = runners;
    let (doomed, other) = if first.0 == holder {
        (first, second)
    } else {
        (second, first)
    };
    ensure!(doomed.0 == holder, "{holder} is neither of the runners");
    doomed.1.kill()?;

    let ended = client.ended_within(BUILD_DEADLINE, &execution).await?;
    ensure!(ended["status"] == "succeeded", "{ended:#}");
    let build = step(&ended, "build")?;
    ensure!(
        build["attempt"] == 2 && name_of(&status, &build["runner"])? == other.0,
        "the lost attempt was counted, and the other runner made the next: {build:#}"
    );
    create_publisher(url(&ended)?).await?;
    let rows = publishers(url(&ended)?).await?;
    ensure!(rows["items"][0]["name"] == "Lathe Press", "{rows:#}");
    ensure!(
        other.1.terminate()?.success() && api.terminate()?.success(),
        "the others stop in good order"
    );
    installation.remove().await
}

fn is_about_compiling(news: &Value) -> bool {
    let text = news["text"].as_str().unwrap_or_default();
    text.trim_start().starts_with("Compiling ")
}

fn name_of<'a>(status: &'a Value, runner: &Value) -> Result<&'a str> {
    let mut runners = status["runners"].as_array().context("runners")?.iter();
    runners
        .find(|known| known["id"] == *runner)
        .and_then(|known| known["name"].as_str())
        .with_context(|| format!("no runner {runner} in {status:#}"))
}
