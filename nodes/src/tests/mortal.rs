//! A server that dies at a moment of the test's choice, in front of a real one.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// It dies before a certain text passes.
    Mortal,
    Dead,
    Immortal,
}

/// Passes bytes on between its clients and the real server, while it lives.
pub(crate) struct Mortal {
    pub(crate) address: SocketAddr,
    life: Arc<watch::Sender<Life>>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Mortal {
    /// Dies the moment that this text would pass, in either direction. The server is `unix://…` or `tcp://…`.
    pub(crate) async fn before(server: &str, text: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let life = Arc::new(watch::Sender::new(Life::Mortal));
        let (server, of_all) = (server.to_owned(), life.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *of_all.borrow() != Life::Dead {
                    let server = connect(&server).await;
                    tokio::spawn(pass(client, server, text, of_all.clone()));
                }
            }
        });
        Self { address, life }
    }

    pub(crate) fn revive(&self) {
        self.life.send_replace(Life::Immortal);
    }
}

async fn connect(server: &str) -> Box<dyn Stream> {
    match server.strip_prefix("unix://") {
        Some(path) => Box::new(UnixStream::connect(path).await.unwrap()),
        None => {
            let address = server.trim_start_matches("tcp://");
            Box::new(TcpStream::connect(address).await.unwrap())
        }
    }
}

async fn pass(
    client: TcpStream,
    server: Box<dyn Stream>,
    text: &'static str,
    life: Arc<watch::Sender<Life>>,
) {
    let mut watched = life.subscribe();
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let both = async {
        tokio::join!(
            pass_one_way(from_client, to_server, text, &life),
            pass_one_way(from_server, to_client, text, &life)
        );
    };
    tokio::select! {
        () = both => {}
        _ = watched.wait_for(|life| *life == Life::Dead) => {}
    }
}

async fn pass_one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    text: &str,
    life: &watch::Sender<Life>,
) {
    let mut chunk = vec![0; 64 * 1024];
    let mut seen = Vec::new();
    while let Ok(read @ 1..) = from.read(&mut chunk).await {
        // A text may be cut in two by chance, so the end of what passed before is kept.
        seen.extend_from_slice(&chunk[..read]);
        let passes = seen.windows(text.len()).any(|part| part == text.as_bytes());
        if passes && *life.borrow() == Life::Mortal {
            life.send_replace(Life::Dead);
            return std::future::pending().await;
        }
        seen.drain(..seen.len().saturating_sub(text.len() - 1));
        if to.write_all(&chunk[..read]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}
