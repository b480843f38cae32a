//! What becomes of the programs that steps started when Lathe goes without a word: they go, too, and what was
//! deployed stays.

use std::io::{BufRead, BufReader, Lines, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::support::{DEADLINE, folder_with, lathe};

/// A pipe with a name: whoever reads it is told when the last process that holds it open is gone.
struct Held {
    path: PathBuf,
}

impl Held {
    fn in_folder(folder: &Path) -> Result<Self> {
        let path = folder.join("held");
        let made = Command::new("mkfifo").arg(&path).status()?;
        ensure!(made.success());
        Ok(Self { path })
    }

    /// A shell script that holds it open with two processes, neither of which heeds a polite signal; one says so.
    fn script(&self) -> String {
        let path = self.path.display();
        format!(
            "exec 3>{path}; (trap '' TERM; exec sleep 1000) & trap 'echo asked >&3' TERM; echo held; \
             while true; do sleep 1000; done"
        )
    }

    /// Begins to read.
    fn watch(&self) -> Watch {
        let (sender, receiver) = mpsc::channel();
        let path = self.path.clone();
        std::thread::spawn(move || {
            if let Ok(file) = std::fs::File::open(path) {
                let lines = BufReader::new(file).lines().map_while(Result::ok);
                lines.for_each(|line| drop(sender.send(line)));
            }
        });
        Watch(receiver)
    }
}

/// What is said through the pipe.
struct Watch(mpsc::Receiver<String>);

impl Watch {
    fn says(&self, text: &str) -> Result<()> {
        let line = self.0.recv_timeout(DEADLINE).context("it says nothing")?;
        ensure!(line == text, "{line}");
        Ok(())
    }

    /// Waits until nobody holds the pipe any more.
    fn is_let_go(&self) -> Result<()> {
        loop {
            match self.0.recv_timeout(DEADLINE) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => bail!("somebody still runs"),
            }
        }
    }
}

struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(folder: &Path, workflow: &Value) -> Result<Self> {
        std::fs::write(folder.join("flow.json"), workflow.to_string())?;
        let mut child = lathe(folder)
            .args(["run", "flow.json", "--json", "--allow-commands"])
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = BufReader::new(child.stdout.take().context("stdout")?).lines();
        Ok(Self { child, lines })
    }

    /// Reads on to the first event that holds a text.
    fn until(&mut self, text: &str) -> Result<Value> {
        for line in &mut self.lines {
            let line = line?;
            if line.contains(text) {
                return Ok(serde_json::from_str(&line)?);
            }
        }
        bail!("there was no {text}")
    }

    fn signal(&self, name: &str) -> Result<()> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status()?;
        ensure!(sent.success());
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn workflow(nodes: &Value) -> Value {
    json!({ "lathe": 1, "name": "flow", "nodes": nodes })
}

fn command(script: &str) -> Value {
    json!([{ "id": "hold", "kind": "command.run", "with": { "argv": ["sh", "-c", script] } }])
}

#[test]
fn a_killed_lathe_takes_the_programs_of_its_steps_along() -> Result<()> {
    let folder = folder_with(&[])?;
    let held = Held::in_folder(folder.path())?;
    let watch = held.watch();
    let mut running = Running::start(folder.path(), &workflow(&command(&held.script())))?;
    running.until("\"held\"")?;
    running.signal("KILL")?;
    watch.is_let_go()
}

#[test]
fn a_second_ctrl_c_ends_programs_that_do_not_heed_the_first() -> Result<()> {
    let folder = folder_with(&[])?;
    let held = Held::in_folder(folder.path())?;
    let watch = held.watch();
    let mut running = Running::start(folder.path(), &workflow(&command(&held.script())))?;
    running.until("\"held\"")?;
    running.signal("INT")?;
    watch.says("asked")?;
    running.signal("INT")?;
    ensure!(running.child.wait()?.code() == Some(130));
    watch.is_let_go()
}

/// A web server without dependencies.
const SERVER: &str = r#"use std::io::{Read, Write};
fn main() {
    let port = std::env::var("PORT").unwrap();
    for client in std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap().incoming() {
        let mut client = client.unwrap();
        let _ = client.read(&mut [0; 4096]);
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    }
}
"#;

#[tokio::test]
async fn a_lathe_killed_while_it_compiles_takes_cargo_along_and_leaves_what_is_deployed()
-> Result<()> {
    let folder = folder_with(&[])?;
    let held = Held::in_folder(folder.path())?;
    let projects = folder.path().join("projects");
    let hold = format!(
        "fn main() {{ let _held = std::fs::File::create({:?}); loop {{ std::thread::park() }} }}",
        held.path
    );
    for (name, build) in [("server", "fn main() {}"), ("stuck", hold.as_str())] {
        let project = projects.join(name);
        std::fs::create_dir_all(project.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n"
        );
        std::fs::write(project.join("Cargo.toml"), manifest)?;
        std::fs::write(project.join("src/main.rs"), SERVER)?;
        std::fs::write(project.join("build.rs"), build)?;
    }
    let compile = |id: &str, project: &str| {
        let source = format!("${{ nodes.fetch.output.stdout }}/{project}");
        let with = json!({ "source": source, "profile": "dev" });
        json!({ "id": id, "kind": "cargo.build", "with": with })
    };
    let fetch = format!(
        "cp -r {} . && printf %s \"$PWD\"",
        projects.join(".").display()
    );
    let mut document = workflow(&json!([
        { "id": "fetch", "kind": "command.run", "with": { "argv": ["sh", "-c", fetch] } },
        compile("build", "server"),
        { "id": "deploy", "kind": "app.deploy", "with": { "application": "kept", "binary": "${ nodes.build.output.binary }" } },
        { "id": "tell", "kind": "command.run", "with": { "argv": ["echo", "url", "${ nodes.deploy.output.url }"] } },
        compile("stuck", "stuck"),
    ]));
    document["edges"] = json!(["fetch -> build -> deploy -> tell -> stuck"]);

    let mut running = Running::start(folder.path(), &document)?;
    let told = running.until("\"url http")?;
    let url = told["text"]
        .as_str()
        .context("a line")?
        .trim_start_matches("url ")
        .to_owned();
    // Opening the pipe waits for the build script to hold it.
    let path = held.path.clone();
    let opened = tokio::task::spawn_blocking(move || std::fs::File::open(path));
    let mut opened = tokio::time::timeout(DEADLINE, opened).await???;
    running.signal("KILL")?;
    let gone = tokio::task::spawn_blocking(move || opened.read(&mut [0]));
    ensure!(
        tokio::time::timeout(DEADLINE, gone)
            .await
            .context("cargo still runs")???
            == 0
    );

    let answer = reqwest::get(&url).await?.text().await?;
    let record = std::fs::read(folder.path().join(".lathe/apps/kept/deployment.json"))?;
    let record: Value = serde_json::from_slice(&record)?;
    let pid = record["pid"].to_string();
    ensure!(
        Command::new("kill")
            .args(["-s", "KILL", &pid])
            .status()?
            .success()
    );
    ensure!(answer == "ok");
    Ok(())
}
