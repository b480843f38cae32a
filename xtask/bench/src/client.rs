//! One kept-alive HTTP connection to a server on this machine.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// What the operator shows to the servers that are measured; others do not mind.
pub(crate) const TOKEN: &str = "machine_token_of_the_measurements";

pub(crate) struct Client {
    port: u16,
    token: String,
    sender: SendRequest<Full<Bytes>>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) async fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            port,
            token: TOKEN.to_owned(),
            sender,
        })
    }

    /// Asks in the name of whoever has this token.
    pub(crate) fn showing(self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self
        }
    }

    pub(crate) async fn send(&mut self, method: Method, path: &str, body: Bytes) -> Result<Answer> {
        self.sender.ready().await?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", format!("127.0.0.1:{}", self.port))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::new(body))?;
        let response = self.sender.send_request(request).await?;
        let status = response.status().as_u16();
        Ok(Answer {
            status,
            body: response.into_body().collect().await?.to_bytes(),
        })
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, Bytes::new()).await?.json(path)
    }

    pub(crate) async fn text(&mut self, path: &str) -> Result<String> {
        let answer = self.send(Method::GET, path, Bytes::new()).await?;
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        self.send(Method::POST, path, Bytes::from(body.to_string()))
            .await?
            .json(path)
    }
}

impl Answer {
    fn json(&self, path: &str) -> Result<Value> {
        let text = String::from_utf8_lossy(&self.body);
        ensure!(
            (200..300).contains(&self.status),
            "{path} answered {}: {text}",
            self.status
        );
        serde_json::from_slice(&self.body)
            .with_context(|| format!("{path} answered no JSON: {text}"))
    }
}
