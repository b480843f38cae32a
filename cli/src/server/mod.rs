//! A running Lathe server, as a client sees it.

mod address;
mod events;

use anyhow::Context;
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use address::recorded_at;
pub(crate) use address::{forget, record, recorded};

use crate::fault::Fault;

/// Where a server is looked for when nobody says otherwise.
pub(crate) const DEFAULT_ADDRESS: &str = "http://127.0.0.1:4000";

pub(crate) struct Server {
    base: Url,
    http: Client,
    token: Option<String>,
    /// It is of this machine, whose operator needs no token of a program.
    is_here: bool,
    /// The id or slug of the workspace that is meant, where it is not the token's own.
    workspace: Option<String>,
}

impl Server {
    pub(crate) fn at(address: &str) -> anyhow::Result<Self> {
        let base = Url::parse(address).map_err(|error| {
            let sentence = format!("`{address}` is not the address of a server: {error}");
            Fault::unusable(sentence).mend(format!("Write it like {DEFAULT_ADDRESS}."))
        })?;
        let mut http = Client::builder()
            .user_agent(concat!("lathe/", env!("CARGO_PKG_VERSION")))
            // A token must not be carried on to where an answer points.
            .redirect(reqwest::redirect::Policy::none());
        let is_here = base
            .host_str()
            .is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
        // A proxy of the company's network does not know this machine's loopback.
        if is_here {
            http = http.no_proxy();
        }
        let given = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        Ok(Self {
            base,
            token: given("LATHE_TOKEN"),
            is_here,
            workspace: given("LATHE_WORKSPACE"),
            http: http.build().context("prepare the client")?,
        })
    }

    pub(crate) fn address(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Whether it is there and well.
    pub(crate) async fn answers(&self) -> bool {
        let Ok(url) = self.base.join("healthz") else {
            return false;
        };
        let asked = self
            .http
            .get(url)
            .timeout(std::time::Duration::from_secs(2))
            .send()
            .await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<T> {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<T> {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// All items of a list, page after page.
    pub(crate) async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let mut page: Value = self.get(&format!("{path}{joint}limit=200{cursor}")).await?;
            if let Value::Array(found) = page["items"].take() {
                items.extend(found);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(items),
            }
        }
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<T> {
        let url = self
            .base
            .join(path)
            .with_context(|| format!("make an address of {path}"))?;
        let mut request = self.http.request(method, url);
        for (name, value) in self.credentials() {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .map_err(|error| self.unreachable(error))?;
        if !answer.status().is_success() {
            return Err(self.refusal(answer).await.into());
        }
        answer
            .json()
            .await
            .with_context(|| format!("read the answer of {}", self.address()))
    }

    /// What a request shows of whose it is.
    fn credentials(&self) -> impl Iterator<Item = (&'static str, String)> {
        // Looked for each time: a server that was started anew has another one.
        let machine = || recorded_at(self.address()).filter(|_| self.is_here);
        let token = self.token.clone();
        let token = token.or_else(|| machine().map(|recorded| recorded.token));
        let token = token.map(|token| ("authorization", format!("Bearer {token}")));
        let workspace = self.workspace.as_ref();
        let workspace = workspace.map(|workspace| ("lathe-workspace", workspace.clone()));
        token.into_iter().chain(workspace)
    }

    fn unreachable(&self, error: impl Into<anyhow::Error>) -> Fault {
        Fault::new(format!("no Lathe server answers at {}", self.address()))
            .mend("Start one with `lathe serve`, or say where it is with --server URL or LATHE_SERVER.")
            .because(error)
    }

    /// What the server said was wrong.
    async fn refusal(&self, answer: Response) -> Fault {
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        let error = &body["error"];
        if status == StatusCode::UNAUTHORIZED {
            let sentence = format!("{} does not know who asks", self.address());
            return Fault::new(sentence).mend(
                "Make a token in its settings and put it into LATHE_TOKEN. On the server's own machine, its own user \
                 needs none.",
            );
        }
        let message = error["message"].as_str().map_or_else(
            || {
                format!(
                    "{} answered {status}, which is no answer of Lathe's",
                    self.address()
                )
            },
            str::to_owned,
        );
        let details: Vec<String> = error["details"]
            .as_array()
            .into_iter()
            .flatten()
            .map(detail)
            .collect();
        let unusable =
            [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::BAD_REQUEST].contains(&status);
        let fault = if unusable {
            Fault::unusable(message)
        } else {
            Fault::new(message)
        };
        if details.is_empty() {
            fault
        } else {
            fault.mend(details.join("\n"))
        }
    }
}

fn detail(detail: &Value) -> String {
    let message = detail["message"].as_str().unwrap_or_default();
    match (
        detail["line"].as_u64(),
        detail["column"].as_u64(),
        detail["path"].as_str(),
    ) {
        (Some(line), Some(column), _) => format!("{line}:{column}: {message}"),
        (_, _, Some(path)) if !path.is_empty() => format!("{path}: {message}"),
        _ => message.to_owned(),
    }
}

/// An execution's id, as a user may write it.
pub(crate) fn parse_id(text: &str) -> Result<uuid::Uuid, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is no id; ids look like 01938f3e-7c1a-7b3e-9a57-0c5f1f6f0a11")
    })
}
