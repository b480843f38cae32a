//! `http://<application>.localhost`: what goes to a live application, and what comes back.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use blueprint::ports::DeploymentStatus;
use futures::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Lathe, serve};

/// An application that tells what it was asked, echoes on WebSockets, and ends when told to.
struct Application {
    port: u16,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Application {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel::<()>();
        let router = Router::new().route("/echo", get(echo)).fallback(tell);
        let served = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async { drop(stopped.await) })
                .await
                .unwrap();
        });
        Self { port, stop, served }
    }

    async fn end(self) {
        drop(self.stop);
        self.served.await.unwrap();
    }
}

async fn tell(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let heard: Vec<String> = parts
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let text = format!(
        "{} {}\n{}\n{} bytes",
        parts.method,
        parts.uri,
        heard.join("\n"),
        body.len()
    );
    (
        StatusCode::IM_A_TEAPOT,
        [
            ("x-own", "yes"),
            ("connection", "close, x-secret"),
            ("x-secret", "1"),
        ],
        text,
    )
        .into_response()
}

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket| {
        while let Some(Ok(message)) = socket.recv().await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    })
}

fn ask(host: &str, path: &str) -> axum::http::request::Builder {
    Request::post(path).header("host", host)
}

#[tokio::test(flavor = "multi_thread")]
async fn passes_on_requests_and_nothing_that_belongs_to_the_connection() {
    let lathe = Lathe::start().await;
    let application = Application::start().await;
    let port = application.port;
    lathe
        .deployments
        .put("library", port, DeploymentStatus::Running);
    let request = ask("library.localhost:4000", "/books?limit=1")
        .header("origin", "http://library.localhost:4000")
        .header("connection", "keep-alive, x-hop")
        .header("x-hop", "1")
        .header("x-forwarded-for", "6.6.6.6")
        .header("upgrade", "websocket");
    let reply = lathe.send(request.body(Body::from("hello")).unwrap()).await;
    assert_eq!(
        (reply.status, reply.header("x-own")),
        (StatusCode::IM_A_TEAPOT, "yes"),
        "{}",
        reply.text
    );
    assert!(
        reply.text.starts_with("POST /books?limit=1\n"),
        "{}",
        reply.text
    );
    assert!(
        reply
            .text
            .contains("x-forwarded-host: library.localhost:4000"),
        "{}",
        reply.text
    );
    assert!(
        reply.text.contains(&format!("host: 127.0.0.1:{port}")),
        "{}",
        reply.text
    );
    for gone in ["x-hop", "6.6.6.6", "upgrade"] {
        assert!(!reply.text.contains(gone), "{gone}: {}", reply.text);
    }
    assert_eq!(
        (
            reply.header("x-secret"),
            reply.header("content-security-policy")
        ),
        ("", "")
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connects_to_nothing_but_what_was_deployed() {
    let lathe = Lathe::start().await;
    let stopped = Application::start().await;
    lathe
        .deployments
        .put("stopped", stopped.port, DeploymentStatus::Stopped);
    for host in [
        "nobody.localhost",
        "stopped.localhost:4000",
        "a.b.localhost",
        "..localhost",
        "127.0.0.1.localhost",
    ] {
        let reply = lathe
            .send(ask(host, "/").body(Body::empty()).unwrap())
            .await;
        assert_eq!(reply.refused(503, "unavailable").header("retry-after"), "1");
    }
    // Nobody listens there any more.
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    lathe
        .deployments
        .put("gone", port, DeploymentStatus::Running);
    lathe
        .send(ask("gone.localhost", "/").body(Body::empty()).unwrap())
        .await
        .refused(502, "bad_gateway");
    let page = ask("gone.localhost", "/")
        .header("accept", "text/html,*/*")
        .body(Body::empty())
        .unwrap();
    let page = lathe.send(page).await;
    assert_eq!(page.status, 502);
    assert!(
        page.text.starts_with("<!doctype html>") && page.text.contains("`gone`"),
        "{}",
        page.text
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_answers_for_its_own_health() {
    let lathe = Lathe::start().await;
    let application = Application::start().await;
    lathe
        .deployments
        .put("library", application.port, DeploymentStatus::Running);
    for path in ["/healthz", "/readyz"] {
        let ask_for = async |host| {
            let request = ask(host, path).body(Body::empty()).unwrap();
            lathe.send(request).await
        };
        let own = ask_for("Library.localhost:4000").await;
        assert_eq!(own.status, StatusCode::IM_A_TEAPOT, "{path}: {}", own.text);
        ask_for("nobody.localhost")
            .await
            .refused(503, "unavailable");
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_of_release_loses_no_request() {
    let lathe = Lathe::start().await;
    let old = Application::start().await;
    lathe
        .deployments
        .put("library", old.port, DeploymentStatus::Running);
    let send = async || {
        let request = ask("library.localhost", "/books");
        lathe
            .send(request.body(Body::from(vec![b'x'; 300_000])).unwrap())
            .await
    };
    assert_eq!(send().await.status, StatusCode::IM_A_TEAPOT);

    let new = Application::start().await;
    lathe
        .deployments
        .put("library", new.port, DeploymentStatus::Running);
    old.end().await;
    let reply = send().await;
    assert_eq!(reply.status, StatusCode::IM_A_TEAPOT, "{}", reply.text);
    assert!(
        reply
            .text
            .contains(&format!("host: 127.0.0.1:{}", new.port))
            && reply.text.ends_with("\n300000 bytes"),
        "the new release gets the whole request: {}",
        reply.text
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn carries_a_websocket_until_the_server_stops() {
    let lathe = Lathe::start().await;
    let application = Application::start().await;
    lathe
        .deployments
        .put("library", application.port, DeploymentStatus::Running);
    let (address, stop, served) = serve(&lathe).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let url = format!("ws://library.localhost:{}/echo", address.port());
    let (mut socket, answer) = client_async(url, stream).await.unwrap();
    assert!(answer.headers().contains_key("x-request-id"));
    for text in ["hello", "again"] {
        socket.send(Message::text(text)).await.unwrap();
        let heard = socket.next().await.unwrap().unwrap();
        assert_eq!(heard, Message::text(text));
    }
    drop(stop);
    served.await.unwrap();
    let end = socket.next().await;
    assert!(!matches!(end, Some(Ok(_))), "{end:?}");
    lathe.stop().await;
}
