//! Applications that are served straight from their models: by the command alone, and by a server as models change.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::server::{Api, Running};
use crate::shop::{LiveApplications, example, step};
use crate::support::{DEADLINE, folder_with, lathe, say};

const NOTES: &str = "name: notes
models:
  - name: notes
    fields:
      - { name: title, type: text, required: true, max: 20 }
";

/// A child that is not left running by a test that fails.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn send(url: &str, body: &Value) -> Result<(u16, Value)> {
    let answer = reqwest::Client::new().post(url).json(body).send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

async fn read(url: &str) -> Result<Value> {
    Ok(reqwest::get(url).await?.error_for_status()?.json().await?)
}

#[tokio::test]
async fn the_command_serves_a_document_until_it_is_told_to_stop() -> Result<()> {
    let folder = folder_with(&[("broken.yaml", "name: x\nmodels: 3\n")])?;
    let said = say(folder.path(), &["preview-application", "broken.yaml"])?;
    ensure!(
        said.code == 2 && said.stderr.contains("broken.yaml"),
        "{said:?}"
    );

    let document = example("bookshop").join("bookshop.yaml");
    let mut command = lathe(folder.path());
    command
        .args(["preview-application", "-"])
        .stdin(std::fs::File::open(document)?)
        .env("PORT", "0")
        .env("DATA_DIR", folder.path().join("data"))
        .stdout(Stdio::piped());
    let mut served = Served(command.spawn()?);
    let mut line = String::new();
    BufReader::new(served.0.stdout.as_mut().context("its stdout")?).read_line(&mut line)?;
    let started: Value = serde_json::from_str(&line)?;
    let base = started["address"].as_str().with_context(|| line.clone())?;
    ensure!(started["event"] == "listening", "{line}");

    ensure!(read(&format!("{base}/healthz")).await?["name"] == "bookshop");
    let publishers = format!("{base}/api/publishers");
    let (status, made) = send(
        &publishers,
        &json!({ "name": "Lathe Press", "founded": 1999 }),
    )
    .await?;
    ensure!(status == 201, "{made:#}");
    let (status, refused) =
        send(&publishers, &json!({ "name": "Lathe Press", "founded": 3 })).await?;
    ensure!(
        status == 422 && refused["error"]["details"][0]["path"] == "/founded",
        "{refused:#}"
    );
    let manifest = read(&format!("{base}/manifest.json")).await?;
    ensure!(
        names(&manifest["models"])?.contains(&"order_lines"),
        "{manifest:#}"
    );

    let asked = std::process::Command::new("kill")
        .arg(served.0.id().to_string())
        .status()?;
    ensure!(
        asked.success() && served.0.wait()?.success(),
        "it ends in good order"
    );
    Ok(())
}

/// Asks for a preview, and gives what its run says.
async fn preview(api: &Api, application: &str) -> Result<Value> {
    let asked = api
        .post(
            &format!("/api/applications/{application}/preview"),
            &json!({}),
        )
        .await?;
    let id = asked["id"].as_str().context("the run")?;
    let ended = api.ended(id).await?;
    ensure!(ended["status"] == "succeeded", "{ended:#}");
    step(&ended, "preview")?;
    Ok(ended["output"].clone())
}

/// The same models with these fields of a note.
async fn change(api: &Api, application: &str, fields: &str) -> Result<()> {
    let source = format!("name: notes\nmodels:\n  - name: notes\n    fields:\n{fields}");
    let path = format!("/api/applications/{application}");
    api.put(&path, &json!({ "source": source })).await.map(drop)
}

fn names(list: &Value) -> Result<Vec<&str>> {
    let items = list.as_array().context("a list")?.iter();
    Ok(items.filter_map(|item| item["name"].as_str()).collect())
}

#[tokio::test]
async fn a_preview_follows_the_models_and_keeps_the_rows_that_have_a_place_in_them() -> Result<()> {
    let folder = folder_with(&[])?;
    let data = folder.path().join(".lathe");
    let _live = LiveApplications::below(&data);
    let server = Running::serve(folder.path(), &[])?;
    let api = server.api()?;
    let made = api
        .post("/api/applications", &json!({ "source": NOTES }))
        .await?;
    let id = made["id"].as_str().context("the application")?;

    let first = preview(&api, id).await?;
    ensure!(
        first["rows"] == "new" && first["name"] == "notes-preview",
        "{first:#}"
    );
    let base = first["url"].as_str().context("its url")?;
    let (status, note) = send(&format!("{base}api/notes"), &json!({ "title": "Buy milk" })).await?;
    ensure!(status == 201, "{note:#}");
    let (status, refused) = send(
        &format!("{base}api/notes"),
        &json!({ "title": "x".repeat(21) }),
    )
    .await?;
    ensure!(status == 422, "{refused:#}");
    let again = preview(&api, id).await?;
    ensure!(
        again["unchanged"] == true && again["url"] == first["url"],
        "{again:#}"
    );

    change(
        &api,
        id,
        "      - { name: title, type: text, required: true, max: 20 }\n      - { name: done, type: boolean, required: true, default: false }\n",
    )
    .await?;
    let second = preview(&api, id).await?;
    ensure!(
        second["rows"] == "kept" && second["release"] == 2,
        "{second:#}"
    );
    let rows = api.live("notes-preview", "/api/notes").await?;
    ensure!(
        rows["items"][0]["id"] == note["id"] && rows["items"][0]["done"] == false,
        "{rows:#}"
    );
    let manifest = api.live("notes-preview", "/manifest.json").await?;
    ensure!(
        names(&manifest["models"][0]["fields"])? == ["title", "done"],
        "{manifest:#}"
    );

    // The row that there is has a longer title than the models allow by now: it ends while it migrates.
    change(
        &api,
        id,
        "      - { name: title, type: text, required: true, max: 3 }\n",
    )
    .await?;
    let third = preview(&api, id).await?;
    ensure!(third["rows"] == "dropped", "{third:#}");
    let rows = api.live("notes-preview", "/api/notes").await?;
    ensure!(rows["items"] == json!([]), "{rows:#}");

    // It comes back when the server and what it had put live were down.
    let shown = api.get(&format!("/api/applications/{id}")).await?;
    ensure!(
        shown["live"].is_null() && shown["preview"]["status"] == "running",
        "{shown:#}"
    );
    server.terminate()?;
    let home = data.join("apps/notes-preview");
    let record: Value = serde_json::from_slice(&std::fs::read(home.join("deployment.json"))?)?;
    end(record["pid"].as_u64().context("its process")?)?;
    let server = Running::serve(folder.path(), &[])?;
    let api = server.api()?;
    let fourth = preview(&api, id).await?;
    ensure!(fourth["release"] == third["release"], "{fourth:#}");
    ensure!(api.live("notes-preview", "/healthz").await?["name"] == "notes");

    api.delete(&format!("/api/applications/{id}/preview"))
        .await?;
    let shown = api.get(&format!("/api/applications/{id}")).await?;
    ensure!(shown["preview"].is_null(), "{shown:#}");
    let mut left: Vec<_> = std::fs::read_dir(&home)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    left.sort();
    ensure!(left == ["lock", "owner"], "{left:?}");
    ensure!(
        reqwest::get(base).await.is_err(),
        "nothing listens any more"
    );
    Ok(())
}

/// A server whose previews end after a second, and the news that one has.
fn impatient(folder: &Path) -> Result<(Running, oneshot::Receiver<()>)> {
    let (log, stderr) = std::io::pipe()?;
    let mut command = lathe(folder);
    command
        .args(["serve", "--port", "0", "--previews-end-after", "1s"])
        .stderr(stderr);
    let server = Running::spawn(&mut command)?;
    let (tell, ended) = oneshot::channel();
    let mut tell = Some(tell);
    // Read to its end, since the server would wait for a reader.
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            let is_told = line.contains("a preview that nobody opens has ended");
            if let Some(tell) = tell.take_if(|_| is_told) {
                let _ = tell.send(());
            }
        }
    });
    Ok((server, ended))
}

#[tokio::test]
async fn a_preview_that_nobody_opens_ends_and_comes_back_with_its_rows() -> Result<()> {
    let folder = folder_with(&[])?;
    let _live = LiveApplications::below(&folder.path().join(".lathe"));
    let server = Running::serve(folder.path(), &[])?;
    let api = server.api()?;
    let made = api
        .post("/api/applications", &json!({ "source": NOTES }))
        .await?;
    let id = made["id"].as_str().context("the application")?;
    let first = preview(&api, id).await?;
    let base = first["url"].as_str().context("its url")?;
    let (status, note) = send(&format!("{base}api/notes"), &json!({ "title": "Buy milk" })).await?;
    ensure!(status == 201, "{note:#}");
    server.terminate()?;

    let (server, ended) = impatient(folder.path())?;
    let news = tokio::time::timeout(DEADLINE, ended).await;
    news.context("it goes on although nobody opens it")??;
    let api = server.api()?;
    let shown = api.get(&format!("/api/applications/{id}")).await?;
    ensure!(shown["preview"]["status"] == "stopped", "{shown:#}");
    ensure!(
        reqwest::get(base).await.is_err(),
        "nothing listens any more"
    );
    server.terminate()?;

    let server = Running::serve(folder.path(), &["--limit-previews", "1"])?;
    let api = server.api()?;
    let again = preview(&api, id).await?;
    ensure!(
        again["rows"] == "kept" && again["unchanged"] == false,
        "{again:#}"
    );
    let rows = api.live("notes-preview", "/api/notes").await?;
    ensure!(rows["items"][0]["id"] == note["id"], "{rows:#}");

    let second = json!({ "source": NOTES.replacen("notes", "second", 1) });
    let second = api.post("/api/applications", &second).await?;
    let second = second["id"].as_str().context("the application")?;
    let path = format!("/api/applications/{second}/preview");
    let asked = api.post(&path, &json!({})).await?;
    let ended = api.ended(asked["id"].as_str().context("the run")?).await?;
    ensure!(
        ended["status"] == "failed" && ended.to_string().contains("too_many_previews"),
        "{ended:#}"
    );
    api.delete(&format!("/api/applications/{id}/preview")).await
}

fn end(process: u64) -> Result<()> {
    let killed = std::process::Command::new("kill")
        .args(["-KILL", &process.to_string()])
        .status()?;
    ensure!(killed.success(), "process {process} was not running");
    Ok(())
}
