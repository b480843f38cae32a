//! What operates an installation from a terminal: accounts, tokens, secrets and the audit log, done and refused, on a folder that
//! no server has and on a running server.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::server::Running;
use crate::support::{Said, finish, folder_with, lathe, say};

/// Says a command, and holds what comes of it against what is expected: the code, and parts of what is said.
pub(crate) fn tell(folder: &Path, arguments: &[&str], code: i32, holds: &[&str]) -> Result<Said> {
    let said = say(folder, arguments)?;
    expect(arguments, said, code, holds)
}

fn expect(arguments: &[&str], said: Said, code: i32, holds: &[&str]) -> Result<Said> {
    ensure!(said.code == code, "{arguments:?}: {said:?}");
    let whole = format!("{}{}", said.stdout, said.stderr);
    for part in holds {
        ensure!(
            whole.contains(part),
            "{arguments:?}: {part} is missing: {said:?}"
        );
    }
    // What went wrong is no answer, and is told without the insides.
    ensure!(code == 0 || said.stdout.is_empty(), "{said:?}");
    ensure!(!whole.contains("panicked"), "{said:?}");
    Ok(said)
}

/// The same with a file as standard input.
fn hand(folder: &Path, file: &str, arguments: &[&str], code: i32, holds: &[&str]) -> Result<Said> {
    let input = File::open(folder.join(file))?;
    let said = finish(lathe(folder).stdin(input).args(arguments))?;
    expect(arguments, said, code, holds)
}

#[tokio::test]
async fn accounts_are_made_and_their_roles_changed() -> Result<()> {
    let folder = folder_with(&[
        ("password", "correct horse battery staple\n"),
        ("short", "x\n"),
    ])?;
    let folder = folder.path();
    // Nobody has the folder: the command makes the installation.
    let first = ["user", "add", "ada@example.org"];
    tell(folder, &first, 0, &["ada@example.org admin", "/reset#"])?;
    let server = Running::serve(folder, &[])?;
    tell(
        folder,
        &first,
        1,
        &["already an account named `ada@example.org`"],
    )?;
    let wrong = ["user", "add", "no-address"];
    tell(folder, &wrong, 2, &["/email: this is no e-mail address"])?;
    let second = [
        "user",
        "add",
        "bob@example.org",
        "--password-stdin",
        "--name",
        "Bob",
    ];
    hand(folder, "short", &second, 2, &["/password"])?;
    let made = hand(folder, "password", &second, 0, &["bob@example.org user"])?;
    ensure!(!made.stdout.contains("#"), "{made:?}");

    let role = |email: &str, role: &str, code: i32, holds: &[&str]| {
        tell(folder, &["user", "role", email, role], code, holds)
    };
    role("ada@example.org", "user", 1, &["the last administrator"])?;
    role(
        "nobody@example.org",
        "admin",
        1,
        &["no account", "lathe user list"],
    )?;
    role("bob@example.org", "king", 2, &["admin, user, disabled"])?;
    role("Bob@example.org", "admin", 0, &["admin"])?;
    role(
        "ada@example.org",
        "disabled",
        0,
        &["ada@example.org disabled"],
    )?;
    let listed = tell(folder, &["user", "list", "--json"], 0, &[])?;
    let listed: Value = serde_json::from_str(&listed.stdout)?;
    let of = |email: &str| {
        let mut users = listed.as_array().into_iter().flatten();
        let user = users.find(|user| user["email"] == email);
        user.with_context(|| format!("no {email} in {listed}"))
    };
    let (ada, bob) = (of("ada@example.org")?, of("bob@example.org")?);
    ensure!(
        ada["disabled"] == true && bob["is_admin"] == true && bob["name"] == "Bob",
        "{listed}"
    );

    // What was said is what holds: Bob comes in, and Ada does not, by whatever she was given.
    let reset = tell(
        folder,
        &["user", "reset", "ada@example.org"],
        0,
        &["/reset#"],
    )?;
    let link = reset.stdout.trim().split('#').nth(1).context("the link")?;
    let address = server.address.clone().context("its address")?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let staple = "another staple for the battery";
    let body = serde_json::json!({"token": link, "password": staple});
    let path = format!("{address}/api/auth/password/reset");
    http.post(path).json(&body).send().await?;
    for (email, password, status) in [
        ("bob@example.org", "correct horse battery staple", 200),
        ("ada@example.org", staple, 401),
    ] {
        let body = serde_json::json!({"email": email, "password": password});
        let login = http.post(format!("{address}/api/auth/login"));
        let reply = login.json(&body).send().await?;
        ensure!(reply.status() == status, "{email}: {reply:?}");
    }
    Ok(())
}

#[tokio::test]
async fn tokens_are_made_used_and_ended() -> Result<()> {
    let folder = folder_with(&[])?;
    let folder = folder.path();
    let create = |user: &str, scopes: &str, code: i32, holds: &[&str]| {
        let what = [
            "token", "create", "--user", user, "--name", "ci", "--scopes", scopes,
        ];
        tell(folder, &what, code, holds)
    };
    let none = ["no account with the address", "lathe user list"];
    create("ada@example.org", "workflows:read", 1, &none)?;
    tell(folder, &["user", "add", "ada@example.org"], 0, &[])?;
    let server = Running::serve(folder, &[])?;
    create(
        "ada@example.org",
        "workflows:fly",
        2,
        &["/scopes/0: there is no such permission"],
    )?;
    let made = create("ada@example.org", "workflows:read,tokens:write", 0, &[])?;
    let token = made.stdout.trim();
    ensure!(
        token.starts_with("lathe_") && made.stdout.lines().count() == 1,
        "{made:?}"
    );

    let address = server.address.clone().context("its address")?;
    let with_it = |arguments: &[&str]| {
        let mut command = lathe(folder);
        command.env_remove("LATHE_MACHINE_TOKEN");
        command
            .env("LATHE_TOKEN", token)
            .env("LATHE_SERVER", &address);
        finish(command.args(arguments))
    };
    let listed = with_it(&["token", "list", "--json"])?;
    let listed: Value =
        serde_json::from_str(&listed.stdout).with_context(|| format!("{listed:?}"))?;
    ensure!(
        listed[0]["name"] == "ci" && !listed.to_string().contains(token),
        "{listed}"
    );
    let beyond = with_it(&["user", "list"])?;
    ensure!(beyond.code == 1 && beyond.stdout.is_empty(), "{beyond:?}");

    let id = listed[0]["id"].as_str().context("its id")?;
    let nobodys = "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11";
    tell(folder, &["token", "revoke", "x"], 2, &["x"])?;
    tell(
        folder,
        &["token", "revoke", nobodys],
        1,
        &["there is no such token"],
    )?;
    tell(
        folder,
        &["token", "revoke", id],
        0,
        &["worth nothing any more"],
    )?;
    tell(
        folder,
        &["token", "revoke", id],
        1,
        &["there is no such token"],
    )?;
    let over = with_it(&["token", "list"])?;
    ensure!(over.code == 1 && over.stdout.is_empty(), "{over:?}");
    Ok(())
}

#[tokio::test]
async fn secrets_are_kept_replaced_removed_and_never_told() -> Result<()> {
    let folder = folder_with(&[
        ("first", "hidden-from-all\n"),
        (
            "fields",
            r#"{"username": "ada", "password": "hidden-as-well"}"#,
        ),
        ("empty", ""),
    ])?;
    let folder = folder.path();
    let server = Running::serve(folder, &[])?;
    let github = ["secret", "set", "github", "--description", "For releases"];
    let mut whole = String::new();
    let mut note = |said: Said| whole += &format!("{}{}", said.stdout, said.stderr);
    note(hand(
        folder,
        "first",
        &github,
        0,
        &["kept `github`", "${ secrets.github }"],
    )?);
    let shop = ["secret", "set", "shop", "--kind", "basic"];
    note(hand(
        folder,
        "first",
        &shop,
        2,
        &["does not hold the fields", "{\"username\""],
    )?);
    note(hand(
        folder,
        "fields",
        &shop,
        0,
        &["${ secrets.shop.password }"],
    )?);
    note(hand(
        folder,
        "empty",
        &["secret", "set", "none"],
        2,
        &["/value: a text of less than 4 bytes"],
    )?);
    note(hand(
        folder,
        "first",
        &["secret", "set", "bad name"],
        2,
        &["/name"],
    )?);
    note(hand(
        folder,
        "fields",
        &["secret", "set", "github"],
        0,
        &["kept `github`"],
    )?);
    note(tell(
        folder,
        &["secret", "list", "--json"],
        0,
        &["For releases", "basic"],
    )?);
    note(tell(
        folder,
        &["secret", "remove", "github"],
        0,
        &["`github` is gone"],
    )?);
    note(tell(
        folder,
        &["secret", "remove", "github"],
        1,
        &["no secret called `github`", "lathe secret list"],
    )?);
    note(tell(folder, &["audit", "export"], 0, &["delete_secret"])?);
    ensure!(!whole.contains("hidden"), "{whole}");
    ensure!(server.terminate()?.success());
    let left = tell(folder, &["secret", "list"], 0, &["shop"])?;
    ensure!(!left.stdout.contains("github"), "{left:?}");
    Ok(())
}

/// S21: what was done is there, whole, from the head that was noted on.
#[tokio::test]
async fn the_audit_log_is_listed_exported_and_proved() -> Result<()> {
    let folder = folder_with(&[])?;
    let folder = folder.path();
    tell(folder, &["variable", "set", "region", "eu"], 0, &[])?;
    let server = Running::serve(folder, &[])?;
    let sound = tell(
        folder,
        &["audit", "verify"],
        0,
        &["1 entries", "Keep this head elsewhere"],
    )?;
    let head = sound
        .stdout
        .lines()
        .next()
        .and_then(|line| line.split("head ").nth(1));
    let head = head.context("the head")?.to_owned();
    tell(folder, &["variable", "set", "region", "us"], 0, &[])?;
    tell(
        folder,
        &["audit", "list", "--limit", "1"],
        0,
        &["update_variable", "machine"],
    )?;
    tell(folder, &["audit", "list", "--limit", "0"], 2, &["--limit"])?;
    let exported = tell(folder, &["audit", "export"], 0, &[])?;
    let entries = exported.stdout.lines().map(serde_json::from_str);
    let entries: Vec<Value> = entries.collect::<Result<_, _>>()?;
    let told: Vec<(Option<u64>, Option<&str>)> = entries
        .iter()
        .map(|entry| (entry["seq"].as_u64(), entry["action"].as_str()))
        .collect();
    let expected = [
        (Some(2), Some("update_variable")),
        (Some(1), Some("create_variable")),
    ];
    ensure!(told == expected, "{told:?}");
    let verify = |head: &str, code: i32, holds: &[&str]| {
        tell(folder, &["audit", "verify", "--head", head], code, holds)
    };
    verify(&head, 0, &["2 entries"])?;
    let other = format!("1:{}", "ab".repeat(32));
    verify(
        &other,
        1,
        &[
            "the audit log is not whole: entry 1",
            "Compare it with a copy",
        ],
    )?;
    let longer = head.replacen("1:", "3:", 1);
    verify(&longer, 1, &["the audit log is not whole"])?;
    drop(server);
    Ok(())
}
