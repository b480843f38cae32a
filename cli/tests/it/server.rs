//! A `lathe` that keeps running, and its interface as a client sees it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures::{Stream, StreamExt};
use reqwest::header::{AUTHORIZATION, HOST, HeaderValue};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::{DEADLINE, TOKEN, lathe};

/// A process that says on stdout when it is ready; killed when dropped.
pub(crate) struct Running {
    child: Child,
    /// All that it says on stdout, once it has ended.
    pub(crate) printed: Option<JoinHandle<String>>,
    /// Where it answers, if it is one that does.
    pub(crate) address: Option<String>,
}

impl Running {
    /// Starts it and waits for the greeting, which comes once everything is set up.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Result<Self> {
        Self::spawn(lathe(folder).args(arguments))
    }

    /// The same of a command that says where stderr goes, or leaves it to the test's own.
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .context("start lathe")?;
        let stdout = child.stdout.take().context("its stdout")?;
        let (sender, receiver) = mpsc::channel();
        // Whatever it says later has to be read, too, or it would wait for a reader.
        let printed = std::thread::spawn(move || {
            let mut whole = String::new();
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                whole += &line;
                whole.push('\n');
                let _ = sender.send(line);
            }
            whole
        });
        let mut running = Self {
            child,
            printed: Some(printed),
            address: None,
        };
        loop {
            let line = receiver
                .recv_timeout(DEADLINE)
                .context("lathe did not say that it is ready")?;
            if let Some(address) = line.trim().strip_prefix("address") {
                running.address = Some(address.trim().to_owned());
            }
            if line.trim().starts_with("backends") {
                break;
            }
        }
        Ok(running)
    }

    pub(crate) fn serve(folder: &Path, arguments: &[&str]) -> Result<Self> {
        Self::start(folder, &[&["serve", "--port", "0"], arguments].concat())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn api(&self) -> Result<Api> {
        let base = self.address.clone().context("this one has no address")?;
        Ok(Api {
            base,
            http: reqwest::Client::builder()
                .no_proxy()
                .default_headers([(AUTHORIZATION, shown()?)].into_iter().collect())
                .build()?,
        })
    }

    /// Ends it without a word of warning.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn terminate(mut self) -> Result<ExitStatus> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.id().to_string()])
            .status()?;
        ensure!(asked.success(), "SIGTERM could not be sent");
        let (sender, receiver) = mpsc::channel();
        let id = self.id();
        let waiter = std::thread::spawn(move || {
            let ended = self.child.wait();
            let _ = sender.send(());
            ended
        });
        receiver
            .recv_timeout(DEADLINE)
            .with_context(|| format!("process {id} did not stop when asked"))?;
        match waiter.join() {
            Ok(ended) => Ok(ended?),
            Err(_) => bail!("the waiting thread ended early"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a request of the operator holds.
fn shown() -> Result<HeaderValue> {
    Ok(HeaderValue::from_str(&format!("Bearer {TOKEN}"))?)
}

pub(crate) struct Api {
    base: String,
    http: reqwest::Client,
}

impl Api {
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        Self::read(self.http.get(format!("{}{path}", self.base)).send().await?).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        Self::read(
            self.http
                .post(format!("{}{path}", self.base))
                .json(body)
                .send()
                .await?,
        )
        .await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value> {
        let asked = self.http.put(format!("{}{path}", self.base)).json(body);
        Self::read(asked.send().await?).await
    }

    /// Removes what is there, which says nothing when it is done.
    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        let asked = self.http.delete(format!("{}{path}", self.base));
        let answer = asked.send().await?;
        let status = answer.status();
        ensure!(status == 204, "{status}: {}", answer.text().await?);
        Ok(())
    }

    /// What a page of an application or a preview shows under its own name, by way of this server.
    pub(crate) async fn live(&self, name: &str, path: &str) -> Result<Value> {
        let asked = self.http.get(format!("{}{path}", self.base));
        let host = format!("{name}.localhost");
        Self::read(asked.header(HOST, host).send().await?).await
    }

    /// Creates the workflow and begins a run of it; returns the run's id.
    pub(crate) async fn launch(&self, source: &str) -> Result<String> {
        let workflow = self
            .post("/api/workflows", &json!({ "source": source }))
            .await?;
        let id = workflow["id"].as_str().context("the workflow's id")?;
        self.execute(id, &json!({})).await
    }

    /// Begins a run of a workflow that is kept under this name; returns the run's id.
    pub(crate) async fn launch_kept(&self, name: &str, inputs: &Value) -> Result<String> {
        let kept = self.get("/api/workflows").await?;
        let mut items = kept["items"].as_array().context("items")?.iter();
        let workflow = items
            .find(|workflow| workflow["name"] == name)
            .with_context(|| format!("no workflow {name} in {kept:#}"))?;
        let id = workflow["id"].as_str().context("the workflow's id")?;
        self.execute(id, inputs).await
    }

    pub(crate) async fn execute(&self, workflow: &str, inputs: &Value) -> Result<String> {
        let execution = self
            .post(
                &format!("/api/workflows/{workflow}/execute"),
                &json!({ "inputs": inputs }),
            )
            .await?;
        Ok(execution["id"]
            .as_str()
            .context("the execution's id")?
            .to_owned())
    }

    /// The live news of a run, from its beginning.
    pub(crate) async fn news(
        &self,
        execution: &str,
    ) -> Result<impl Stream<Item = Value> + Unpin + use<>> {
        let url = format!(
            "{}/api/executions/{execution}/events?after=0&log_after=0",
            self.base
        );
        let mut request = url.replacen("http", "ws", 1).into_client_request()?;
        request.headers_mut().insert(AUTHORIZATION, shown()?);
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Box::pin(socket.filter_map(async |message| match message {
            Ok(Message::Text(text)) => serde_json::from_str(&text).ok(),
            _ => None,
        })))
    }

    /// The first news that fits.
    pub(crate) async fn until(
        &self,
        execution: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        self.until_within(DEADLINE, execution, fits).await
    }

    async fn until_within(
        &self,
        deadline: Duration,
        execution: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let mut news = self.news(execution).await?;
        let search = async {
            while let Some(item) = news.next().await {
                if fits(&item) {
                    return Ok(item);
                }
            }
            bail!("the news of {execution} ended before what was awaited")
        };
        tokio::time::timeout(deadline, search)
            .await
            .context("nothing like it came")?
    }

    /// The execution, once it has ended.
    pub(crate) async fn ended(&self, execution: &str) -> Result<Value> {
        self.ended_within(DEADLINE, execution).await
    }

    pub(crate) async fn ended_within(&self, deadline: Duration, execution: &str) -> Result<Value> {
        const ENDS: [&str; 4] = [
            "execution.succeeded",
            "execution.failed",
            "execution.cancelled",
            "execution.timed_out",
        ];
        self.until_within(deadline, execution, |item| {
            item["type"]
                .as_str()
                .is_some_and(|kind| ENDS.contains(&kind))
        })
        .await?;
        self.get(&format!("/api/executions/{execution}")).await
    }

    async fn read(answer: reqwest::Response) -> Result<Value> {
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("not JSON: {text}"))
    }
}
