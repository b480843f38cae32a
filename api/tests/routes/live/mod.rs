//! `GET /api/live`: a client of it, and what it promises, one file for each.

mod canary;
mod execution;
mod executions;
mod opening;
mod presence;
mod revocation;
mod strangers;

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::{Method, Request};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::Lathe;
use crate::support::people::Person;

/// Longer than anything that is waited for here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client's end of the socket.
pub(crate) struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    reference: u32,
}

pub(crate) async fn ticket(lathe: &Lathe, person: &Person) -> String {
    let made = lathe
        .ask(person, Method::POST, "/api/auth/tickets", None)
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["ticket"].as_str().unwrap().to_owned()
}

/// A request for the socket as a page sends it.
pub(crate) fn asking(address: SocketAddr, ticket: &str) -> Request<()> {
    let mut request = format!("ws://{address}/api/live")
        .into_client_request()
        .unwrap();
    let protocols = format!("lathe, ticket.{ticket}").parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocols);
    request
}

/// The status with which an upgrade is refused.
pub(crate) async fn refusal(request: Request<()>) -> u16 {
    match connect_async(request).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("{other:?}"),
    }
}

impl Line {
    pub(crate) async fn open(lathe: &Lathe, address: SocketAddr, person: &Person) -> Self {
        let ticket = ticket(lathe, person).await;
        let (socket, response) = connect_async(asking(address, &ticket)).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "lathe");
        Self {
            socket,
            reference: 0,
        }
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    pub(crate) async fn try_send(&mut self, message: Message) -> Result<(), Error> {
        self.socket.send(message).await
    }

    /// Resolves once the connection is over, in whatever order.
    pub(crate) async fn gone(&mut self) {
        let over = async { while let Some(Ok(_)) = self.socket.next().await {} };
        timeout(PATIENCE, over).await.expect("it is let go in time");
    }

    /// The next message, whatever it is.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let next = timeout(PATIENCE, self.socket.next()).await;
            match next.expect("something is told in time") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    pub(crate) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next().await;
            if wanted(&message) {
                return message;
            }
        }
    }

    /// Sends a message, and gives the answer to it.
    pub(crate) async fn say(&mut self, mut message: Value) -> Value {
        self.reference += 1;
        let reference = self.reference;
        message["ref"] = json!(reference);
        self.send(Message::text(message.to_string())).await;
        self.until(|answer| answer["ref"] == reference).await
    }

    pub(crate) async fn subscribe(&mut self, topic: Value) {
        let answer = self.say(json!({"subscribe": topic})).await;
        assert_eq!(answer["ok"], true, "{topic}: {answer}");
    }

    /// The code of the refusal.
    pub(crate) async fn refused(&mut self, message: Value) -> String {
        let answer = self.say(message).await;
        assert_eq!(answer["ok"], false, "{answer}");
        assert!(answer["error"]["message"].is_string(), "{answer}");
        answer["error"]["code"].as_str().unwrap().to_owned()
    }

    /// The code with which the server closes it; what is told before is passed over.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            let next = timeout(PATIENCE, self.socket.next()).await;
            match next.expect("it is closed in time") {
                Some(Ok(Message::Close(frame))) => {
                    return frame.map(|frame| u16::from(frame.code));
                }
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Makes a workflow as somebody; gives its id.
pub(crate) async fn workflow(lathe: &Lathe, person: &Person, source: &str) -> String {
    let body = json!({"source": source});
    let made = lathe
        .ask(person, Method::POST, "/api/workflows", Some(&body))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["id"].as_str().unwrap().to_owned()
}

/// Begins it; gives the id of the execution.
pub(crate) async fn begin(lathe: &Lathe, person: &Person, workflow: &str) -> String {
    let path = format!("/api/workflows/{workflow}/execute");
    let begun = lathe
        .ask(person, Method::POST, &path, Some(&json!({})))
        .await;
    assert!(begun.status.is_success(), "{}", begun.text);
    begun.body["id"].as_str().unwrap().to_owned()
}
