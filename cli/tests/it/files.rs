//! Files from a terminal: on a folder that no server has, on a running server, and in the hands of a workflow.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::server::Running;
use crate::support::{Said, folder_with, say};

const REPORT: &str = r#"lathe: 1
name: report
nodes:
  - { id: prices, kind: file.fetch, with: { name: prices.json, as: json } }
  - { id: bytes, kind: file.fetch, with: { name: prices.json, as: blob } }
  - { id: copy, kind: file.save, with: { name: copy.json, blob: "${ nodes.bytes.output.blob }" } }
  - id: report
    kind: file.save
    with: { name: report.txt, text: "sum ${ nodes.prices.output.json.a + nodes.prices.output.json.b }, open-sesame" }
  - id: knows
    kind: http.check
    with: { url: "http://127.0.0.1:9/?${ secrets.word }", attempts: 1 }
    on_error: continue
edges: [prices -> report, bytes -> copy]
output: "${ nodes.report.output }"
"#;

#[tokio::test]
async fn files_go_in_and_out_and_through_workflows() -> Result<()> {
    let folder = folder_with(&[
        ("report.yaml", REPORT),
        ("prices.json", r#"{"a": 1, "b": 2}"#),
        ("page.html", "<script>alert(1)</script>"),
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
    // No server has the folder.
    tell(
        &["file", "upload", "prices.json"],
        0,
        &["kept `prices.json`, 16 bytes"],
    )?;
    tell(
        &["file", "upload", "prices.json"],
        1,
        &["already a file named `prices.json`"],
    )?;
    tell(&["file", "upload", "none"], 1, &["open none"])?;
    tell(
        &["file", "list"],
        0,
        &["prices.json", "application/json", "16"],
    )?;
    tell(
        &["file", "download", "prices.json", "same.json"],
        0,
        &["fetched"],
    )?;
    let same = std::fs::read_to_string(folder.path().join("same.json"))?;
    ensure!(same == r#"{"a": 1, "b": 2}"#, "{same}");

    let server = Running::serve(folder.path(), &["--max-upload", "2MiB"])?;
    let address = server.address.clone().context("address")?;
    let named = ["--name", "the \"page\".html", "--json"];
    let page = tell(
        &[&["file", "upload", "page.html"][..], &named].concat(),
        0,
        &["text/html"],
    )?;
    let page: Value = serde_json::from_str(&page.stdout)?;
    ensure!(page["name"] == "the \"page\".html", "{page}");
    let long = "x".repeat((2 << 20) + 1);
    std::fs::write(folder.path().join("long.txt"), &long)?;
    tell(
        &["file", "upload", "long.txt"],
        1,
        &["2097152 bytes", "files.max_upload"],
    )?;
    std::fs::write(folder.path().join("long.txt"), &long[1..])?;
    tell(
        &["file", "upload", "long.txt"],
        0,
        &["kept `long.txt`, 2097152 bytes"],
    )?;

    let api = server.api()?;
    api.post(
        "/api/secrets",
        &json!({"name": "word", "value": "open-sesame"}),
    )
    .await?;
    tell(
        &["workflows", "push", "report.yaml", "--server", &address],
        0,
        &[],
    )?;
    let listed = api.get("/api/workflows").await?;
    let id = listed["items"][0]["id"].as_str().context("an id")?;
    let run = api
        .post(&format!("/api/workflows/{id}/execute?wait=30s"), &json!({}))
        .await?;
    ensure!(run["status"] == "succeeded", "{run:#}");
    tell(
        &["file", "download", "report.txt"],
        0,
        &["fetched `report.txt`"],
    )?;
    let report = std::fs::read_to_string(folder.path().join("report.txt"))?;
    // What the workflow knows as a secret does not come out by a file either.
    ensure!(
        report.starts_with("sum 3, ") && !report.contains("sesame"),
        "{report}"
    );
    tell(&["file", "download", "report.txt"], 2, &["can't be made"])?;
    tell(&["file", "download", "copy.json"], 0, &[])?;
    let copy = std::fs::read_to_string(folder.path().join("copy.json"))?;
    ensure!(copy == same, "{copy}");

    tell(
        &["file", "delete", "copy.json"],
        0,
        &["deleted `copy.json`"],
    )?;
    tell(
        &["file", "download", "copy.json", "x"],
        1,
        &["no file called `copy.json`"],
    )?;
    tell(
        &["file", "restore", "copy.json"],
        0,
        &["brought back `copy.json`"],
    )?;
    tell(&["file", "delete", "copy.json", "--for-good"], 0, &[])?;
    tell(
        &["file", "restore", "copy.json"],
        1,
        &["can be brought back"],
    )?;
    Ok(())
}
