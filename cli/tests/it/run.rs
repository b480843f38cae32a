//! `lathe run` without a server.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::support::{HELLO, folder_with, say};

#[test]
fn a_workflow_runs_from_its_file() -> Result<()> {
    let folder = folder_with(&[("hello.yaml", HELLO)])?;
    let said = say(
        folder.path(),
        &[
            "run",
            "hello.yaml",
            "--input",
            "name=Ada",
            "--input",
            "times=3",
        ],
    )?;
    ensure!(said.code == 0, "{said:?}");
    let output: Value = serde_json::from_str(&said.stdout)?;
    ensure!(
        output == json!({ "text": "HELLO, ADA!", "times": 3 }),
        "{said:?}"
    );
    for part in ["greet  succeeded", "shout  succeeded", "hello succeeded"] {
        ensure!(
            said.stderr.contains(part),
            "{part} is missing: {}",
            said.stderr
        );
    }
    Ok(())
}

#[test]
fn machines_are_told_one_event_per_line() -> Result<()> {
    let folder = folder_with(&[("hello.yaml", HELLO)])?;
    let said = say(folder.path(), &["run", "hello.yaml", "--json"])?;
    let lines: Vec<Value> = said
        .stdout
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let (last, events) = lines.split_last().context("lines")?;
    ensure!(
        last["type"] == "result" && last["status"] == "succeeded",
        "{last:#}"
    );
    ensure!(last["output"]["text"] == "HELLO, WORLD!", "{last:#}");
    let seqs: Vec<u64> = events
        .iter()
        .filter_map(|event| event["seq"].as_u64())
        .collect();
    ensure!(
        seqs == (1..=seqs.len() as u64).collect::<Vec<_>>(),
        "the events come in order: {seqs:?}"
    );
    ensure!(
        events
            .last()
            .is_some_and(|event| event["type"] == "execution.succeeded"),
        "{events:?}"
    );
    Ok(())
}

#[test]
fn the_exit_code_follows_the_run() -> Result<()> {
    let failing = "lathe: 1\nname: failing\nnodes:\n  - { id: boom, kind: script.run, with: { script: \"throw 1\" } }\n";
    let folder = folder_with(&[("hello.yaml", HELLO), ("failing.yaml", failing)])?;
    let failed = say(folder.path(), &["run", "failing.yaml"])?;
    ensure!(
        failed.code == 1 && failed.stderr.contains("failing failed"),
        "{failed:?}"
    );
    let unfit = say(
        folder.path(),
        &["run", "hello.yaml", "--input", "times=many"],
    )?;
    ensure!(
        unfit.code == 2 && unfit.stderr.contains("has to be of type integer"),
        "{unfit:?}"
    );
    let unknown = say(folder.path(), &["run", "hello.yaml", "--input", "nmae=Ada"])?;
    ensure!(
        unknown.code == 2 && unknown.stderr.contains("It takes name, times"),
        "{unknown:?}"
    );
    let missing = say(folder.path(), &["run", "nowhere.yaml"])?;
    ensure!(
        missing.code == 2 && missing.stderr.contains("nowhere.yaml cannot be read"),
        "{missing:?}"
    );
    let broken = say(
        folder.path(),
        &["run", "hello.yaml", "--inputs-json", "[1]"],
    )?;
    ensure!(
        broken.code == 2 && broken.stderr.contains("has to be a JSON object"),
        "{broken:?}"
    );
    Ok(())
}

#[test]
fn ctrl_c_cancels_the_run_and_waits_for_its_end() -> Result<()> {
    let long = "lathe: 1\nname: long\nnodes:\n  - { id: hold, kind: command.run, with: { argv: [sh, -c, \"echo begun; exec sleep 60\"] } }\n";
    let folder = folder_with(&[("long.yaml", long)])?;
    let mut command = crate::support::lathe(folder.path());
    command
        .args(["run", "long.yaml", "--json", "--allow-commands"])
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().context("stdout")?;
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(stdout)).map_while(Result::ok);
    lines
        .find(|line| line.contains("\"begun\""))
        .context("the step never began")?;
    ensure!(
        std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()?
            .success()
    );
    let last: Value = serde_json::from_str(&lines.last().context("a result")?)?;
    ensure!(last["status"] == "cancelled", "{last:#}");
    ensure!(child.wait()?.code() == Some(130));
    Ok(())
}

#[test]
fn a_changed_document_becomes_a_new_version() -> Result<()> {
    let folder = folder_with(&[("hello.yaml", HELLO)])?;
    let version = || -> Result<Value> {
        let said = say(folder.path(), &["run", "hello.yaml", "--json"])?;
        let last: Value = serde_json::from_str(said.stdout.lines().last().context("a result")?)?;
        Ok(last["workflow_version"].clone())
    };
    ensure!(
        (version()?, version()?) == (json!(1), json!(1)),
        "the same document stays the same version"
    );
    std::fs::write(
        folder.path().join("hello.yaml"),
        HELLO.replace("Hello", "Good day"),
    )?;
    ensure!(version()? == json!(2));
    Ok(())
}

#[test]
fn a_broken_application_is_told_in_its_place_and_not_tried_again() -> Result<()> {
    let shop = "name: shop\nmodels:\n  - name: self\n    fields: [{ name: title, type: text }]\n  - name: books\n    \
                fields: [{ name: price, type: nonsense }]\n";
    let ship = |application: &str| {
        format!(
            "lathe: 1\nname: ship\ninputs:\n  application: {{ type: string, default: shop }}\nnodes:\n  - id: generate\n    \
             kind: code.generate\n    with: {{ application: '{application}' }}\n"
        )
    };
    let folder = folder_with(&[
        ("shop.yaml", shop),
        ("named.yaml", &ship("shop")),
        ("asked.yaml", &ship("${ inputs.application }")),
        ("made.yaml", &ship("${ \"sh\" + \"op\" }")),
    ])?;
    let faults = say(folder.path(), &["validate", "shop.yaml"])?.stderr;
    let first = faults.lines().next().context("a fault")?;
    ensure!(first.starts_with("shop.yaml:"), "{faults}");
    for flow in ["named.yaml", "asked.yaml"] {
        let said = say(folder.path(), &["run", flow])?;
        ensure!(said.code == 2 && said.stderr.contains(first), "{said:?}");
        ensure!(
            !folder.path().join(".lathe").exists(),
            "it was told before anything was touched"
        );
    }

    let said = say(folder.path(), &["run", "made.yaml", "--json"])?;
    let last: Value = serde_json::from_str(said.stdout.lines().last().context("a result")?)?;
    let step = &last["steps"][0];
    ensure!(
        step["error"]["code"] == "application_invalid" && step["attempt"] == 1,
        "{last:#}"
    );
    let message = step["error"]["message"].as_str().context("a message")?;
    ensure!(message.contains(first), "{message}");
    Ok(())
}
