//! What becomes of bodies that come slowly, or although nobody wants them.

use std::time::Duration;

use api::{Config, ConnectionLimits};
use blueprint::ports::DeploymentStatus;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Lathe, MACHINE, serve, serve_with};

/// Longer than anything that is waited for here takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn head(method: &str, path: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {MACHINE}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// The next answer of a connection: its status and its text.
async fn answer(connection: &mut BufReader<TcpStream>) -> (u16, String) {
    let read = async {
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            connection.read_line(&mut line).await.unwrap();
            assert!(!line.is_empty(), "the connection was closed");
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(said) = line.strip_prefix("content-length: ") {
                length = said.parse().unwrap();
            } else if line.is_empty() {
                break;
            }
        }
        let mut text = vec![0; length];
        connection.read_exact(&mut text).await.unwrap();
        (status, String::from_utf8(text).unwrap())
    };
    timeout(PATIENCE, read).await.expect("it is answered")
}

/// Whoever sends all of a body before they read hears why it was refused, over a connection that goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_arrives_though_its_body_is_not_read() {
    let lathe = Lathe::start().await;
    let (address, stop, served) = serve(&lathe).await;
    let body = vec![b' '; 12 << 20];
    let connection = TcpStream::connect(address).await.unwrap();
    let mut connection = BufReader::new(connection);
    for (path, expected) in [("/api/workflows", 413), ("/api/nothing", 404)] {
        let head = head("POST", path, body.len());
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(&body).await.unwrap();
        let (status, text) = answer(&mut connection).await;
        assert_eq!(status, expected, "{path}: {text}");
        let told: Value = serde_json::from_str(&text).unwrap();
        assert!(told["error"]["code"].is_string(), "{told}");
    }
    let next = head("GET", "/healthz", 0);
    connection.write_all(next.as_bytes()).await.unwrap();
    assert_eq!(answer(&mut connection).await.0, 200);
    drop(connection);
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// S22: a body that does not come to its end holds nothing for long.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_in_the_middle_is_given_up() {
    let lathe = Lathe::start().await;
    let config = Config {
        body_patience: Duration::from_millis(100),
        ..Config::default()
    };
    let (address, stop, served) = serve_with(&lathe, config).await;
    let connection = TcpStream::connect(address).await.unwrap();
    let mut connection = BufReader::new(connection);
    let head = head("POST", "/api/workflows", 1_000);
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(b"{\"source\": \"").await.unwrap();
    let (status, text) = answer(&mut connection).await;
    assert_eq!(status, 408, "{text}");
    assert!(text.contains("\"request_timeout\""), "{text}");
    drop(connection);
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// S22: a connection by which nothing comes is closed, or half of a head, or no further one.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_end() {
    let lathe = Lathe::start().await;
    let config = Config {
        head_patience: Duration::from_millis(100),
        ..Config::default()
    };
    let (address, stop, served) = serve_with(&lathe, config).await;
    let connect = async || TcpStream::connect(address).await.unwrap();
    let (mut silent, mut half) = (connect().await, connect().await);
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: local")
        .await
        .unwrap();
    let mut used = connect().await;
    used.write_all(head("GET", "/healthz", 0).as_bytes())
        .await
        .unwrap();
    let mut used = BufReader::new(used);
    assert_eq!(answer(&mut used).await.0, 200);
    ended(&mut silent).await;
    ended(&mut half).await;
    ended(&mut used).await;
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// S22: one address leaves places to others.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_so_many_connections_open() {
    let lathe = Lathe::start().await;
    let config = Config {
        connections: ConnectionLimits {
            per_address: 2,
            in_all: 0,
        },
        ..Config::default()
    };
    let (address, stop, served) = serve_with(&lathe, config).await;
    let connect = async || TcpStream::connect(address).await.unwrap();
    let (silent, mut used) = (connect().await, BufReader::new(connect().await));
    ended(&mut connect().await).await;
    let ask = head("GET", "/healthz", 0);
    used.write_all(ask.as_bytes()).await.unwrap();
    assert_eq!(answer(&mut used).await.0, 200);
    drop((silent, used));
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// Waits until the other side has closed it; whether with a word or without is all the same.
async fn ended(connection: &mut (impl AsyncRead + Unpin)) {
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, connection.read_to_end(&mut rest)).await;
    read.expect("it is closed").unwrap_or_default();
}

/// What has begun is done and recorded, whether or not its sender waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_undoes_nothing_and_hides_nothing() {
    let lathe = Lathe::start().await;
    let (address, stop, served) = serve(&lathe).await;
    let made = lathe
        .post("/api/applications", json!({"name": "slow", "models": []}))
        .await;
    let path = format!(
        "/api/applications/{}/stop",
        made.body["id"].as_str().unwrap()
    );
    let running = DeploymentStatus::Running;
    lathe.deployments.put("slow", 40_123, running);
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = head("POST", &path, 0);
    connection.write_all(request.as_bytes()).await.unwrap();
    let hung_up = async {
        lathe.deployments.stops.notified().await;
        connection.shutdown().await.unwrap();
        // The server has heard it, and is done with the connection.
        connection.read_to_end(&mut Vec::new()).await.unwrap();
    };
    let hung_up = timeout(PATIENCE, hung_up).await;
    hung_up.expect("it is being stopped, and the connection ends");
    lathe.deployments.may_stop.notify_one();

    let recorded = async {
        loop {
            let entries = lathe.get("/api/audit").await.body;
            let items = entries["items"].as_array().unwrap();
            if items
                .iter()
                .any(|entry| entry["action"] == "stop_application")
            {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let recorded = timeout(PATIENCE, recorded).await;
    recorded.expect("it is done and recorded");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
