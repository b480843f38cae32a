//! How requests reach a server: over the network, or within this process when no server has the data folder.

use anyhow::Context;
use api::{Asked, InProcess};
use reqwest::{Client, Method, Url};
use store::Store;

pub(super) enum Transport {
    Http {
        base: Url,
        http: Client,
    },
    /// The store is closed in good order with this.
    Here {
        api: Box<InProcess>,
        store: Store,
    },
}

/// A body, and what it is.
pub(super) struct Sent {
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
}

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Transport {
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: Vec<(&'static str, String)>,
        body: Option<Sent>,
    ) -> anyhow::Result<Reply> {
        match self {
            Self::Http { base, http } => {
                let url = base
                    .join(path)
                    .with_context(|| format!("make an address of {path}"))?;
                let mut request = http.request(method, url);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                if let Some(Sent { media_type, bytes }) = body {
                    request = request.header("content-type", media_type).body(bytes);
                }
                let answer = request.send().await?;
                Ok(Reply {
                    status: answer.status().as_u16(),
                    body: answer.bytes().await?.to_vec(),
                })
            }
            Self::Here { api, .. } => {
                let asked = Asked {
                    method: method.as_str(),
                    path: &format!("/{}", path.trim_start_matches('/')),
                    headers,
                    body: body.map(|sent| (sent.media_type, sent.bytes)),
                };
                let answered = api.ask(asked).await?;
                Ok(Reply {
                    status: answered.status,
                    body: answered.body,
                })
            }
        }
    }
}
