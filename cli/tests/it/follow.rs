//! `lathe run --server` watches a run to its end, even when the server restarts in between.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::server::Running;
use crate::support::{folder_with, lathe};

#[test]
fn a_watched_run_outlives_a_restart_of_its_server() -> Result<()> {
    let folder = folder_with(&[])?;
    let go = folder.path().join("go");
    let script = serde_json::to_string(&format!("[ -e {} ] || exec sleep 20", go.display()))?;
    std::fs::write(
        folder.path().join("held.yaml"),
        format!(
            "lathe: 1\nname: held\nnodes:\n  - id: hold\n    kind: command.run\n    with: {{ argv: [sh, -c, {script}] }}\n"
        ),
    )?;
    let server = Running::serve(folder.path(), &["--allow-commands"])?;
    let address = server.address.clone().context("address")?;
    let port = address.rsplit_once(':').context("the port")?.1.to_owned();
    let mut run = lathe(folder.path())
        .args(["run", "held.yaml", "--json", "--server", &address])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(run.stdout.take().context("its stdout")?).lines();
    for line in lines.by_ref() {
        if line?.contains("step.running") {
            break;
        }
    }
    server.kill()?;
    std::fs::write(&go, "")?;
    let arguments = ["serve", "--port", &port, "--allow-commands"];
    let _server = Running::start(folder.path(), &arguments)?;

    let told: Vec<Value> = lines
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<_>>()?;
    ensure!(run.wait()?.success(), "{told:#?}");
    let seqs: Vec<u64> = told
        .iter()
        .filter_map(|news| news["seq"].as_u64())
        .collect();
    ensure!(
        seqs.is_sorted_by(|one, next| one < next),
        "nothing is told twice: {seqs:?}"
    );
    let last = told.last().context("a last line")?;
    ensure!(last["status"] == "succeeded", "{last:#}");
    Ok(())
}
