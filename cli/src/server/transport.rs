//! How requests reach a server: over the network, or within this process when no server has the data folder.

use anyhow::Context;
use api::{Asked, InProcess};
use futures::{StreamExt, stream};
use reqwest::{Body, Client, Method, Url};
use store::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

/// So much of a file is read at once.
const PART: usize = 64 * 1024;

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

/// A file on this machine, as a form sends it.
pub(super) struct Form<'a> {
    pub(super) name: &'a str,
    pub(super) file: tokio::fs::File,
}

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Transport {
    /// Sends a file. Over the network it is read as it is sent; within this process it goes from one memory to the same.
    pub(super) async fn send_form(
        &self,
        path: &str,
        headers: Vec<(&'static str, String)>,
        form: Form<'_>,
    ) -> anyhow::Result<Reply> {
        // Another one each time, so that no file holds it.
        let boundary = format!("lathe-{}", Uuid::now_v7().simple());
        let name = form.name.replace('"', "\\\"").replace(['\r', '\n'], " ");
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let mut file = form.file;
        match self {
            Self::Http { base, http } => {
                let url = base
                    .join(path)
                    .with_context(|| format!("make an address of {path}"))?;
                let body = stream::iter([Ok(head.into())])
                    .chain(ReaderStream::with_capacity(file, PART))
                    .chain(stream::iter([Ok(tail.into())]));
                let mut request = http.post(url).header("content-type", media_type);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let answer = request.body(Body::wrap_stream(body)).send().await?;
                Ok(Reply {
                    status: answer.status().as_u16(),
                    body: answer.bytes().await?.to_vec(),
                })
            }
            Self::Here { api, .. } => {
                let mut bytes = head.into_bytes();
                file.read_to_end(&mut bytes)
                    .await
                    .context("read the file")?;
                bytes.extend_from_slice(tail.as_bytes());
                let asked = Asked {
                    method: "POST",
                    path: &format!("/{}", path.trim_start_matches('/')),
                    headers,
                    body: Some((&*media_type, bytes)),
                };
                let answered = api.ask(asked).await?;
                Ok(Reply {
                    status: answered.status,
                    body: answered.body,
                })
            }
        }
    }

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

    /// Writes what is downloaded as it comes; a refusal is given back, and not written.
    pub(super) async fn receive(
        &self,
        path: &str,
        headers: Vec<(&'static str, String)>,
        to: &mut tokio::fs::File,
    ) -> anyhow::Result<Reply> {
        let Self::Http { base, http } = self else {
            let mut reply = self.send(Method::GET, path, headers, None).await?;
            if reply.status == 200 {
                let body = std::mem::take(&mut reply.body);
                to.write_all(&body).await.context("write the file")?;
            }
            return Ok(reply);
        };
        let url = base
            .join(path)
            .with_context(|| format!("make an address of {path}"))?;
        let mut request = http.get(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut answer = request.send().await?;
        let status = answer.status().as_u16();
        if status != 200 {
            let body = answer.bytes().await?.to_vec();
            return Ok(Reply { status, body });
        }
        while let Some(part) = answer.chunk().await? {
            to.write_all(&part).await.context("write the file")?;
        }
        let body = Vec::new();
        Ok(Reply { status, body })
    }
}
