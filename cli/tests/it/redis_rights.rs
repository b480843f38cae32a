//! C29: what Lathe needs of Redis is little, and known: a user with these rights is enough, and one with less is refused at the
//! start. Nothing that was accepted depends on it.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::installation::Installation;
use crate::server::Running;
use crate::support::{HELLO, say};

/// The command with which the operator makes the user, as the settings' own documentation has it.
fn documented() -> Result<&'static str> {
    let settings = include_str!("../../config.default.toml");
    let mut lines = settings.lines();
    let line = lines.find_map(|line| line.strip_prefix("#   ACL SETUSER lathe "));
    line.context("cli/config.default.toml says which rights are needed")
}

async fn user_with(installation: &Installation, rights: &str) -> Result<()> {
    let made = format!("ACL SETUSER lathe reset {rights}");
    installation.redis.tell(&made).await.map(drop)
}

/// C29: by this user runs are delivered and watched, and no script is run, nothing set up, and no key of others seen.
#[tokio::test]
async fn c29_the_documented_rights_are_enough_and_not_much() -> Result<()> {
    let installation = Installation::create().await?;
    user_with(&installation, documented()?).await?;
    let redis = installation.redis.url_of("lathe", "password");
    let backends = installation.backends(&redis);
    let start = |role: &[&str]| Running::start(installation.path(), &[role, &backends].concat());
    let (api, runner) = (start(&["api", "--port", "0"])?, start(&["runner"])?);
    let client = api.api()?;
    let execution = client.launch(HELLO).await?;
    let ended = client.ended(&execution).await?;
    ensure!(ended["status"] == "succeeded", "{ended:#}");
    let told = installation.redis.tell("ACL LOG").await?;
    let refused = matches!(&told, redis::Value::Array(refusals) if !refusals.is_empty());
    ensure!(!refused, "something was tried that is not needed: {told:?}");

    for beyond in [
        "EVAL script 0",
        "EVALSHA 0 0",
        "FUNCTION LIST",
        "SCRIPT FLUSH",
        "CONFIG GET dir",
        "MODULE LIST",
        "FLUSHALL",
        "KEYS *",
        "ACL LIST",
        "CLIENT LIST",
        "SET other 1",
        "PUBLISH other 1",
    ] {
        let dry = format!("ACL DRYRUN lathe {beyond}");
        let may = installation.redis.tell(&dry).await?;
        ensure!(
            may != redis::Value::SimpleString("OK".to_owned()) && may != redis::Value::Okay,
            "{beyond}"
        );
    }
    ensure!(runner.terminate()?.success() && api.terminate()?.success());
    installation.remove().await
}

/// C29: what would come to nothing later is told at once, in words, and nothing is lost by it.
#[tokio::test]
async fn c29_without_rights_nothing_starts_and_nothing_is_lost() -> Result<()> {
    let installation = Installation::create().await?;
    let rights = documented()?;
    user_with(&installation, rights).await?;
    let redis = installation.redis.url_of("lathe", "password");
    let backends = installation.backends(&redis);
    let start = |role: &[&str]| Running::start(installation.path(), &[role, &backends].concat());
    let api = start(&["api", "--port", "0"])?;
    let client = api.api()?;
    let before = client.launch(HELLO).await?;

    // Taken away while it runs: Redis is as good as gone, and work is accepted all the same.
    user_with(&installation, &format!("{rights} -xadd -publish")).await?;
    let meanwhile = client.launch_kept("hello", &json!({})).await?;
    let (wrong, stranger) = (
        installation.redis.url_of("lathe", "another"),
        installation.redis.url.clone(),
    );
    let refused = |redis: &str, told: &str| -> Result<()> {
        for role in [
            &["api", "--port", "0"][..],
            &["runner"],
            &["serve", "--port", "0"],
        ] {
            let said = say(
                installation.path(),
                &[role, &installation.backends(redis)].concat(),
            )?;
            let whole = format!("{}{}", said.stdout, said.stderr);
            ensure!(said.code == 1, "{role:?}: {said:?}");
            for part in [
                "Redis at redis://127.0.0.1:",
                "cannot be used: ",
                told,
                "redis.url",
            ] {
                ensure!(
                    said.stderr.contains(part),
                    "{role:?}: {part} is missing: {said:?}"
                );
            }
            ensure!(
                !whole.contains("password@") && !whole.contains("another"),
                "{said:?}"
            );
        }
        Ok(())
    };
    refused(&redis, "Lathe may not XADD")?;
    refused(&wrong, "it does not let Lathe in")?;
    user_with(&installation, &format!("{rights} resetchannels &other:*")).await?;
    refused(&redis, "Lathe may not PUBLISH")?;
    user_with(&installation, &format!("{rights} -subscribe")).await?;
    refused(&redis, "Lathe may not SUBSCRIBE")?;
    user_with(&installation, rights).await?;
    installation.redis.tell("ACL SETUSER default off").await?;
    refused(&stranger, "it does not let Lathe in")?;

    let runner = start(&["runner"])?;
    for execution in [before, meanwhile] {
        let ended: Value = client.ended(&execution).await?;
        ensure!(ended["status"] == "succeeded", "{ended:#}");
    }
    ensure!(runner.terminate()?.success() && api.terminate()?.success());
    installation.remove().await
}
