//! Lathe's interface as a client sees it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::patience;
use crate::process::TOKEN;

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) base: String,
    http: Client,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) fn at(port: u16) -> Result<Self> {
        let shown = HeaderValue::from_str(&format!("Bearer {TOKEN}"))?;
        let http = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, shown)]))
            .build()?;
        Ok(Self {
            base: format!("http://127.0.0.1:{port}"),
            http,
        })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        Self::send(self.http.get(format!("{}{path}", self.base))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        Self::send(self.http.post(format!("{}{path}", self.base)).json(body)).await
    }

    /// Posts bytes as if they were JSON.
    pub(crate) async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Result<Answer> {
        let request = self.http.post(format!("{}{path}", self.base));
        Self::send(
            request
                .header("content-type", "application/json")
                .body(body),
        )
        .await
    }

    /// Begins a run once per key, however often it is asked.
    pub(crate) async fn execute(&self, workflow: &str, key: &str) -> Result<Answer> {
        let url = format!("{}/api/workflows/{workflow}/execute", self.base);
        let request = self.http.post(url).header("idempotency-key", key);
        Self::send(request.json(&json!({ "inputs": {} }))).await
    }

    /// Begins a run that has to be accepted, and gives its id.
    pub(crate) async fn begin(&self, workflow: &str, key: &str) -> Result<String> {
        let accepted = self.execute(workflow, key).await?.good()?;
        Ok(accepted["id"].as_str().context("the run's id")?.to_owned())
    }

    /// Cancels a run, and gives the answer's status.
    pub(crate) async fn cancel(&self, id: &str) -> Result<u16> {
        let path = format!("/api/executions/{id}/cancel");
        Ok(self.post(&path, &json!({})).await?.status)
    }

    /// Waits until a run has ended, and gives what is shown of it then.
    pub(crate) async fn end_of(&self, id: &str, within: Duration) -> Result<Value> {
        let ended = async || {
            let execution = self.execution(id).await?;
            let status = execution["status"].as_str().unwrap_or_default();
            Ok((!["queued", "running"].contains(&status)).then_some(execution))
        };
        patience::until("the end of a run", within, ended).await
    }

    /// Keeps a workflow, and gives its id.
    pub(crate) async fn keep(&self, source: &str) -> Result<String> {
        let kept = self
            .post("/api/workflows", &json!({ "source": source }))
            .await?;
        Ok(kept.good()?["id"]
            .as_str()
            .context("the workflow's id")?
            .to_owned())
    }

    pub(crate) async fn execution(&self, id: &str) -> Result<Value> {
        self.get(&format!("/api/executions/{id}")).await?.good()
    }

    async fn send(request: RequestBuilder) -> Result<Answer> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, body })
    }
}

impl Answer {
    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn good(self) -> Result<Value> {
        ensure!(self.is_good(), "answered {}: {}", self.status, self.body);
        Ok(self.body)
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.body["id"].as_str()
    }
}
