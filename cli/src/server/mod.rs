//! A running Lathe server, as a client sees it.

mod address;
mod events;
mod transport;

use std::net::IpAddr;

use anyhow::Context;
use api::InProcess;
use reqwest::{Client, Method, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use address::{forget, record, recorded};
use address::{other_door, recorded_at};
use store::Store;
use transport::{Form, Reply, Sent, Transport};

use crate::fault::Fault;

/// Where a server is looked for when nobody says otherwise.
pub(crate) const DEFAULT_ADDRESS: &str = "http://127.0.0.1:4000";

pub(crate) struct Server {
    transport: Transport,
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
        let is_here = base.host_str().is_some_and(|host| {
            let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        });
        let base = match other_door(address) {
            Some(door) if is_here => door,
            _ => base,
        };
        // A proxy of the company's network does not know this machine's loopback.
        if is_here {
            http = http.no_proxy();
        }
        let given = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let http = http.build().context("prepare the client")?;
        Ok(Self {
            transport: Transport::Http { base, http },
            token: given("LATHE_TOKEN")
                .or_else(|| given("LATHE_MACHINE_TOKEN").filter(|_| is_here)),
            is_here,
            workspace: given("LATHE_WORKSPACE"),
        })
    }

    /// The interface over a data folder that no server has, for whoever may read the folder.
    pub(crate) fn in_process(api: InProcess, store: Store, token: String) -> Self {
        Self {
            transport: Transport::Here {
                api: Box::new(api),
                store,
            },
            token: Some(token),
            is_here: false,
            workspace: std::env::var("LATHE_WORKSPACE")
                .ok()
                .filter(|text| !text.is_empty()),
        }
    }

    /// Lets go of the data folder, if this has it.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        match self.transport {
            Transport::Here { api, store } => {
                drop(api);
                store.close().await.context("close the database")
            }
            Transport::Http { .. } => Ok(()),
        }
    }

    pub(crate) fn address(&self) -> &str {
        match &self.transport {
            Transport::Http { base, .. } => base.as_str().trim_end_matches('/'),
            Transport::Here { .. } => "this data folder",
        }
    }

    /// Whether it is there and well.
    pub(crate) async fn answers(&self) -> bool {
        let asked = self
            .transport
            .send(Method::GET, "healthz", Vec::new(), None);
        let asked = tokio::time::timeout(std::time::Duration::from_secs(2), asked).await;
        asked.is_ok_and(|answer| answer.is_ok_and(|answer| answer.status == 200))
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

    pub(crate) async fn delete(&self, path: &str) -> anyhow::Result<()> {
        let _: Value = self.send(Method::DELETE, path, None).await?;
        Ok(())
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

    /// Bytes that are no JSON.
    pub(crate) async fn download(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        Ok(self.exchange(Method::GET, path, None).await?.body)
    }

    /// Sends bytes that are no JSON.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        media_type: &'static str,
        bytes: Vec<u8>,
    ) -> anyhow::Result<T> {
        let sent = Sent { media_type, bytes };
        let answer = self.exchange(Method::POST, path, Some(sent)).await?;
        serde_json::from_slice(&answer.body)
            .with_context(|| format!("read the answer of {}", self.address()))
    }

    /// Sends a file as a form does.
    pub(crate) async fn send_file<T: DeserializeOwned>(
        &self,
        path: &str,
        name: &str,
        file: tokio::fs::File,
    ) -> anyhow::Result<T> {
        let headers = self.credentials().collect();
        let form = Form { name, file };
        let answer = self.transport.send_form(path, headers, form).await;
        let answer = self.accepted(answer)?;
        serde_json::from_slice(&answer.body)
            .with_context(|| format!("read the answer of {}", self.address()))
    }

    /// Downloads bytes into a file.
    pub(crate) async fn receive(&self, path: &str, to: &mut tokio::fs::File) -> anyhow::Result<()> {
        let headers = self.credentials().collect();
        let answer = self.transport.receive(path, headers, to).await;
        self.accepted(answer).map(drop)
    }

    fn accepted(&self, answer: anyhow::Result<Reply>) -> anyhow::Result<Reply> {
        let answer = match answer {
            Ok(answer) => answer,
            // A file of this machine, and no server.
            Err(error) if error.is::<std::io::Error>() => return Err(error),
            Err(error) => return Err(self.unreachable(error).into()),
        };
        match (200..300).contains(&answer.status) {
            true => Ok(answer),
            false => Err(self.refusal(&answer).into()),
        }
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<Sent>,
    ) -> anyhow::Result<Reply> {
        let answer = self
            .transport
            .send(method, path, self.credentials().collect(), body)
            .await;
        self.accepted(answer)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<T> {
        let body = body.map(serde_json::to_vec).transpose()?;
        let sent = body.map(|bytes| Sent {
            media_type: "application/json",
            bytes,
        });
        let answer = self.exchange(method, path, sent).await?;
        // Some have nothing to say.
        let text = if answer.body.is_empty() {
            b"null"
        } else {
            &*answer.body
        };
        serde_json::from_slice(text)
            .with_context(|| format!("read the answer of {}", self.address()))
    }

    /// What a request shows of whose it is.
    fn credentials(&self) -> impl Iterator<Item = (&'static str, String)> {
        // Looked for each time: a server that was started anew has another one.
        let machine = || recorded_at(self.address()).filter(|_| self.is_here);
        let token = self.token.clone();
        let token = token.or_else(|| machine().map(|recorded| recorded.token));
        let token = token.filter(|token| !token.is_empty());
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
    fn refusal(&self, answer: &Reply) -> Fault {
        let status = answer.status;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let error = &body["error"];
        if status == StatusCode::UNAUTHORIZED.as_u16() {
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
        let unusable = status == 422 || status == 400;
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

/// A body without what was not given: a field is left out rather than null.
pub(crate) fn given(mut body: Value) -> Value {
    if let Value::Object(fields) = &mut body {
        fields.retain(|_, value| !value.is_null());
    }
    body
}

/// An execution's id, as a user may write it.
pub(crate) fn parse_id(text: &str) -> Result<uuid::Uuid, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is no id; ids look like 01938f3e-7c1a-7b3e-9a57-0c5f1f6f0a11")
    })
}
