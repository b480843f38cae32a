//! Schedules and webhooks from a terminal: on a folder that no server has, and on a running server.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::server::Running;
use crate::support::{HELLO, Said, folder_with, say};

#[tokio::test]
async fn what_begins_by_itself_is_set_up_from_a_terminal() -> Result<()> {
    let folder = folder_with(&[
        ("hello.yaml", HELLO),
        ("secret.txt", "a-secret-of-the-sender\n"),
    ])?;
    let tell = |arguments: &[&str], code: i32, holds: &[&str]| -> Result<Said> {
        let said = say(folder.path(), arguments)?;
        ensure!(said.code == code, "{arguments:?}: {said:?}");
        let whole = format!("{}{}", said.stdout, said.stderr);
        for part in holds {
            ensure!(whole.contains(part), "{part} is missing: {said:?}");
        }
        Ok(said)
    };
    // No server has the folder; expressions can be tried all the same.
    tell(
        &["schedules", "preview", "30 4 29 2 *", "--count", "1"],
        0,
        &["-02-29T04:30:00.000Z"],
    )?;
    tell(
        &["schedules", "preview", "0 0 30 2 *"],
        2,
        &["would never run"],
    )?;

    let server = Running::serve(folder.path(), &[])?;
    let address = server.address.clone().context("address")?;
    tell(
        &["workflows", "push", "hello.yaml", "--server", &address],
        0,
        &[],
    )?;
    let add = [
        "schedules",
        "add",
        "often",
        "--workflow",
        "hello",
        "--cron",
        "* * * * * *",
    ];
    tell(
        &[&add[..], &["--inputs", r#"{"name": "Ada"}"#]].concat(),
        0,
        &["often runs next at "],
    )?;
    let api = server.api()?;
    let execution = loop {
        let list = api.get("/api/executions").await?;
        if let Some(id) = list["items"][0]["id"].as_str() {
            break id.to_owned();
        }
        tokio::task::yield_now().await;
    };
    let ended = api.ended(&execution).await?;
    ensure!(
        ended["trigger"] == "schedule" && ended["inputs"]["name"] == "Ada",
        "{ended:#}"
    );
    tell(
        &["schedules", "disable", "often"],
        0,
        &["often is disabled"],
    )?;
    tell(&["schedules", "list"], 0, &["often", "hello", "disabled"])?;
    tell(
        &["schedules", "enable", "often"],
        0,
        &["often runs next at "],
    )?;
    tell(&["schedules", "remove", "often"], 0, &["often is gone"])?;
    tell(
        &["schedules", "remove", "often"],
        1,
        &["no schedule called `often`", "lathe schedules list"],
    )?;

    let add = [
        "webhooks",
        "add",
        "orders",
        "--workflow",
        "hello",
        "--verify",
        "bearer",
        "--secret-file",
        "secret.txt",
        "--body-is-inputs",
        "--reply-with-output",
        "--json",
    ];
    let made = tell(&add, 0, &["a-secret-of-the-sender"])?;
    let made: Value = serde_json::from_str(&made.stdout)?;
    let listed = tell(
        &["webhooks", "list"],
        0,
        &["orders", "hello", "bearer", "enabled"],
    )?;
    let url = made["url"].as_str().context("an address")?;
    ensure!(
        listed.stdout.contains(url) && url.contains("/api/hooks/"),
        "{listed:?}"
    );
    ensure!(
        !listed.stdout.contains("a-secret-of-the-sender"),
        "{listed:?}"
    );
    let rotated = tell(
        &["webhooks", "rotate", "orders", "--overlap", "0s"],
        0,
        &["secret   "],
    )?;
    let fresh = rotated
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("secret   "));
    let fresh = fresh.context("the new secret")?;
    let client = reqwest::Client::new();
    for (secret, status) in [("a-secret-of-the-sender", 401), (fresh, 200)] {
        let sent = client
            .post(url)
            .bearer_auth(secret)
            .json(&json!({ "name": "Bob" }))
            .send()
            .await?;
        ensure!(sent.status() == status, "{secret}: {}", sent.status());
        if status == 200 {
            let text = sent.text().await?;
            ensure!(text.contains("HELLO, BOB!"), "{text}");
        }
    }
    tell(&["webhooks", "remove", "orders"], 0, &["orders is gone"])?;
    ensure!(client.post(url).send().await?.status() == 404);
    Ok(())
}
