//! `GET /api/executions/{id}/events`

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::http::Request;
use engine::ports::PortResult;
use engine::ports::bus::{Bus, Notice, Topic};
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::{Value, json};
use store::bus::MemoryBus;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::support::documents::{GATED, GREET};
use crate::support::{Lathe, MACHINE, serve};

/// A request for a socket, with what the operator of the machine shows.
fn asking(url: &str) -> Request<()> {
    let mut request = url.into_client_request().unwrap();
    let shown = format!("Bearer {MACHINE}").parse().unwrap();
    request.headers_mut().insert("authorization", shown);
    request
}

/// Everything that is told until the socket closes, and the code that it closes with.
async fn listen(address: SocketAddr, path: &str) -> (Vec<Value>, Option<u16>) {
    let (mut socket, _) = connect_async(asking(&format!("ws://{address}{path}")))
        .await
        .unwrap();
    let mut told = Vec::new();
    while let Some(message) = socket.next().await {
        match message.unwrap() {
            Message::Text(text) => told.push(serde_json::from_str(&text).unwrap()),
            Message::Close(frame) => return (told, frame.map(|frame| u16::from(frame.code))),
            _ => {}
        }
    }
    (told, None)
}

fn seqs(told: &[Value]) -> Vec<u64> {
    told.iter()
        .filter_map(|message| message["seq"].as_u64())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_the_past_then_the_present_to_the_end() {
    let lathe = Lathe::start().await;
    let (address, stop, served) = serve(&lathe).await;
    let id = lathe.workflow(GATED).await;
    let execution = lathe.begin(&id).await;
    let path = format!("/api/executions/{execution}/events");
    let (mut early, _) = connect_async(asking(&format!("ws://{address}{path}")))
        .await
        .unwrap();
    let mut told: Vec<Value> = Vec::new();
    while !told.iter().any(|message| message["type"] == "log") {
        if let Message::Text(text) = early.next().await.unwrap().unwrap() {
            told.push(serde_json::from_str(&text).unwrap());
        }
    }
    lathe.gates.open("a");
    let mut code = None;
    while let Some(Ok(message)) = early.next().await {
        match message {
            Message::Text(text) => told.push(serde_json::from_str(&text).unwrap()),
            Message::Close(frame) => code = frame.map(|frame| u16::from(frame.code)),
            _ => {}
        }
    }
    assert_eq!(code, Some(1000));
    let last = told.last().unwrap();
    assert_eq!(last["type"], "execution.succeeded");
    let all = seqs(&told);
    assert_eq!(
        all,
        (1..=all.len() as u64).collect::<Vec<_>>(),
        "no gap, none twice"
    );
    let lines: Vec<&Value> = told
        .iter()
        .filter(|message| message["type"] == "log")
        .map(|line| &line["text"])
        .collect();
    assert_eq!(lines, [&json!("before the gate"), &json!("after the gate")]);
    assert!(
        told.iter()
            .any(|message| message["type"] == "step.running" && message["step"] == "gate"),
        "{told:?}"
    );

    // Whoever comes late is told the same; whoever knows a part, the rest; whoever knows all, nothing.
    let (late, code) = listen(address, &path).await;
    assert_eq!((seqs(&late), code), (all.clone(), Some(1000)));
    let (rest, _) = listen(
        address,
        &format!("{path}?after=3&log_after=9223372036854775807"),
    )
    .await;
    assert_eq!(seqs(&rest), all[3..]);
    assert!(rest.iter().all(|message| message["type"] != "log"));
    for known in [all.len() as u64, 1_000_000] {
        let (nothing, code) = listen(
            address,
            &format!("{path}?after={known}&log_after=9223372036854775807"),
        )
        .await;
        assert_eq!((nothing, code), (vec![], Some(1000)));
    }
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// Loses every other notice.
struct LossyBus {
    inner: MemoryBus,
    published: AtomicUsize,
}

#[async_trait]
impl Bus for LossyBus {
    async fn publish(&self, notice: Notice) {
        if self
            .published
            .fetch_add(1, Ordering::SeqCst)
            .is_multiple_of(2)
        {
            self.inner.publish(notice).await;
        }
    }

    async fn subscribe(&self, topic: Topic) -> PortResult<BoxStream<'static, Notice>> {
        self.inner.subscribe(topic).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bus_loses_the_database_tells() {
    let lossy = Arc::new(LossyBus {
        inner: MemoryBus::new(),
        published: AtomicUsize::new(0),
    });
    let deaf = Arc::new(MemoryBus::new());
    let spoken: [Arc<dyn Bus>; 2] = [Arc::clone(&lossy) as _, Arc::new(MemoryBus::new())];
    let heard: [Arc<dyn Bus>; 2] = [lossy, deaf];
    for (spoken, heard) in spoken.into_iter().zip(heard) {
        let lathe = Lathe::start_on(api::Config::default(), spoken, heard).await;
        let (address, stop, served) = serve(&lathe).await;
        let source = "
lathe: 1
name: three_gates
nodes:
  - { id: a, kind: test.gate, with: { gate: a } }
  - { id: b, kind: test.gate, with: { gate: b } }
  - { id: c, kind: test.gate, with: { gate: c } }
edges: [a -> b, b -> c]
";
        let id = lathe.workflow(source).await;
        let execution = lathe.begin(&id).await;
        let path = format!("/api/executions/{execution}/events");
        let listening = tokio::spawn(async move { listen(address, &path).await });
        for gate in ["a", "b", "c"] {
            lathe.gates.open(gate);
        }
        // A waiting caller finds the end by the database too.
        for gate in ["a", "b", "c"] {
            lathe.gates.open(gate);
        }
        let (told, code) = listening.await.unwrap();
        let all = seqs(&told);
        assert_eq!(
            (all.clone(), code),
            ((1..=all.len() as u64).collect(), Some(1000))
        );
        assert_eq!(told.last().unwrap()["type"], "execution.succeeded");
        let mut lines: Vec<i64> = told
            .iter()
            .filter_map(|message| message["id"].as_i64())
            .collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 6, "every line, none twice: {told:?}");
        assert_eq!(
            told.iter()
                .filter(|message| message["type"] == "log")
                .count(),
            6
        );
        assert_eq!(lathe.run(&id, json!({})).await["status"], "succeeded");
        stop.send(()).unwrap();
        served.await.unwrap();
        lathe.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_says_so_and_ends_waits() {
    let lathe = Lathe::start().await;
    let (address, stop, served) = serve(&lathe).await;
    let id = lathe.workflow(GATED).await;
    let execution = lathe.begin(&id).await;
    let path = format!("/api/executions/{execution}/events?after=0");
    let (mut socket, _) = connect_async(asking(&format!("ws://{address}{path}")))
        .await
        .unwrap();
    socket.next().await.unwrap().unwrap();
    stop.send(()).unwrap();
    let code = loop {
        if let Some(Ok(Message::Close(frame))) = socket.next().await {
            break frame.map(|frame| u16::from(frame.code));
        }
    };
    assert_eq!(code, Some(1001));
    drop(socket);
    served.await.unwrap();
    lathe.gates.open("a");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_before_the_upgrade() {
    let lathe = Lathe::start().await;
    let (address, stop, served) = serve(&lathe).await;
    let id = lathe.workflow(GREET).await;
    let execution = lathe.run(&id, json!({})).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let known = format!("/api/executions/{execution}/events");
    let unknown = "/api/executions/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/events";
    let cases = [
        (unknown, None, 404),
        (&*known, Some("http://evil.example"), 403),
        (&known, Some("null"), 403),
    ];
    for (path, origin, expected) in cases {
        let mut request = asking(&format!("ws://{address}{path}"));
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", origin.parse().unwrap());
        }
        match connect_async(request).await {
            Err(Error::Http(response)) => {
                assert_eq!(response.status(), expected, "{path} {origin:?}");
            }
            other => panic!("{path} {origin:?}: {other:?}"),
        }
    }
    lathe.get(&known).await.refused(400, "bad_request");
    let mut own = asking(&format!("ws://{address}{known}"));
    own.headers_mut()
        .insert("origin", format!("http://{address}").parse().unwrap());
    connect_async(own).await.unwrap();
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
