//! S4, C11: what one process takes away is gone in another one within five seconds, sockets included, with Redis and without it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures::StreamExt;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::installation::Installation;
use crate::server::Running;
use crate::support::TOKEN;

const SOON: Duration = Duration::from_secs(5);
const PASSWORD: &str = "correct horse battery staple";

/// A process of the interface, asked by anybody.
struct Door {
    http: Client,
    base: String,
}

impl Door {
    fn of(api: &Running) -> Result<Self> {
        let base = api.address.clone().context("its address")?;
        let http = Client::builder().no_proxy().build()?;
        Ok(Self { http, base })
    }

    async fn ask(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<(u16, Value)> {
        let asked = self.http.request(method, format!("{}{path}", self.base));
        let asked = asked.bearer_auth(who);
        let asked = if body.is_null() {
            asked
        } else {
            asked.json(&body)
        };
        let reply = asked.send().await?;
        let (status, text) = (reply.status().as_u16(), reply.text().await?);
        Ok((
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        ))
    }

    /// What comes of it, which has to be well.
    async fn done(&self, who: &str, method: Method, path: &str, body: Value) -> Result<Value> {
        let (status, reply) = self.ask(who, method, path, body).await?;
        ensure!((200..300).contains(&status), "{path}: {status} {reply}");
        Ok(reply)
    }

    async fn status(&self, who: &str, path: &str) -> Result<u16> {
        Ok(self.ask(who, Method::GET, path, Value::Null).await?.0)
    }

    /// Asks until the answer is this one, which has to be soon.
    async fn turns(&self, since: Instant, who: &str, path: &str, wanted: u16) -> Result<()> {
        loop {
            let status = self.status(who, path).await?;
            let took = since.elapsed();
            ensure!(took < SOON, "{path} answers {status} after {took:?}");
            if status == wanted {
                return Ok(());
            }
            ensure!(status == 200, "{path} answers {status}");
            tokio::task::yield_now().await;
        }
    }

    async fn log_in(&self, email: &str) -> Result<String> {
        let body = json!({"email": email, "password": PASSWORD});
        let begun = self.done("", Method::POST, "/api/auth/login", body).await?;
        text(&begun, "access_token")
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    let found = value[name].as_str();
    Ok(found
        .with_context(|| format!("no {name} in {value}"))?
        .to_owned())
}

/// Somebody is known at both doors; rights end at the one, and the other one is watched.
async fn takes_away(here: &Door, there: &Door, email: &str) -> Result<()> {
    let body = json!({"email": email, "password": PASSWORD});
    let made = here.done(TOKEN, Method::POST, "/api/users", body).await?;
    let user = format!("/api/users/{}", text(&made, "id")?);
    let (first, second) = (there.log_in(email).await?, here.log_in(email).await?);
    let body = json!({"is_admin": true});
    here.done(TOKEN, Method::PUT, &user, body).await?;
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let token = here
        .done(&second, Method::POST, "/api/tokens", body)
        .await?;
    let (id, token) = (text(&token, "id")?, text(&token, "token")?);
    // A ticket of one door opens a socket at the other.
    let ticket = here
        .done(&first, Method::POST, "/api/auth/tickets", Value::Null)
        .await?;
    let mut request =
        format!("{}/api/live", there.base.replacen("http", "ws", 1)).into_client_request()?;
    let protocols = format!("lathe, ticket.{}", text(&ticket, "ticket")?);
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocols.parse()?);
    let (mut socket, _) = connect_async(request).await?;
    let closed = async {
        while let Some(message) = socket.next().await {
            if let Message::Close(frame) = message? {
                return Ok(frame.map(|frame| u16::from(frame.code)));
            }
        }
        bail!("the socket ended without a word")
    };

    let ends = [
        (&first, "/api/auth/profile", 401),
        (&token, "/api/workflows", 401),
        (&second, "/api/users", 403),
    ];
    for (who, path, _) in ends {
        there.turns(Instant::now(), who, path, 200).await?;
    }
    let since = Instant::now();
    let body = json!({"is_admin": false});
    here.done(TOKEN, Method::PUT, &user, body).await?;
    let path = format!("/api/tokens/{id}");
    here.done(&second, Method::DELETE, &path, Value::Null)
        .await?;
    here.done(&first, Method::POST, "/api/auth/logout", Value::Null)
        .await?;
    for (who, path, status) in ends {
        let at_once = here.status(who, path).await?;
        ensure!(
            at_once == status,
            "{path} answers {at_once} where it was taken away"
        );
        there.turns(since, who, path, status).await?;
    }
    let code = tokio::time::timeout(SOON.saturating_sub(since.elapsed()), closed).await;
    let code = code.context("the socket is still open")??;
    ensure!(code == Some(1008), "{code:?}");

    ensure!(there.status(&second, "/api/auth/profile").await? == 200);
    let since = Instant::now();
    let body = json!({"disabled": true});
    here.done(TOKEN, Method::PUT, &user, body).await?;
    there.turns(since, &second, "/api/auth/profile", 401).await
}

#[tokio::test]
async fn s4_what_one_process_takes_away_is_gone_in_the_other() -> Result<()> {
    let mut installation = Installation::create().await?;
    let (one, other) = (installation.api()?, installation.api()?);
    let (here, there) = (Door::of(&one)?, Door::of(&other)?);
    // Somebody else operates it, so that rights can be taken from those that follow.
    let body = json!({"email": "root@example.org", "password": PASSWORD});
    here.done(TOKEN, Method::POST, "/api/users", body).await?;
    takes_away(&here, &there, "ada@example.org").await?;
    installation.redis.stop()?;
    takes_away(&there, &here, "eve@example.org").await?;
    drop((one, other));
    installation.remove().await
}
