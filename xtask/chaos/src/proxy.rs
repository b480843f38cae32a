//! A wire between one process and one server, which can be held, cut, or made to swallow answers.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

use crate::dice::Dice;

/// What becomes of what passes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Mode {
    Pass,
    /// Nothing passes, and nobody is told: as when packets are dropped on the way.
    Held,
    /// Connections break, and new ones are refused.
    Cut,
    /// From the first request that contains this on, as `Held`.
    HeldFrom(&'static str),
    /// One request in so many is carried out, and its answer never arrives: the connection breaks instead.
    AnswerLost(u32),
    /// Every request is answered so in place of the server, which speaks HTTP.
    HttpError,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    wire: Arc<Wire>,
    accepting: JoinHandle<()>,
}

struct Wire {
    mode: watch::Sender<Mode>,
    dice: Mutex<Dice>,
    swallowed: AtomicUsize,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Request,
    Answer,
}

impl Proxy {
    pub(crate) async fn start(server: u16, dice: Dice) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("no port for a proxy")?;
        let port = listener.local_addr()?.port();
        let wire = Arc::new(Wire {
            mode: watch::Sender::new(Mode::Pass),
            dice: Mutex::new(dice),
            swallowed: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&wire);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let wire = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _ = carry(client, server, &wire).await;
                });
            }
        });
        Ok(Self {
            port,
            wire,
            accepting,
        })
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.wire.mode.send_replace(mode);
    }

    /// How many answers it has lost.
    pub(crate) fn swallowed(&self) -> usize {
        self.wire.swallowed.load(Ordering::Relaxed)
    }

    /// Returns once the request that was waited for is held.
    pub(crate) async fn held(&self) -> Result<()> {
        let mut mode = self.wire.mode.subscribe();
        mode.wait_for(|mode| *mode == Mode::Held).await?;
        Ok(())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.wire.mode.send_replace(Mode::Cut);
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, server: u16, wire: &Wire) -> io::Result<()> {
    let mut mode = wire.mode.subscribe();
    open(&mut mode).await?;
    if *mode.borrow() == Mode::HttpError {
        return answer_for(client, wire).await;
    }
    let server = TcpStream::connect(("127.0.0.1", server)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    // True once an answer is to be lost.
    let doomed = Mutex::new(false);
    tokio::select! {
        ended = pump(from_client, to_server, Direction::Request, wire, &doomed) => ended,
        ended = pump(from_server, to_client, Direction::Answer, wire, &doomed) => ended,
    }
}

/// Reads one request, and answers that the server is broken.
async fn answer_for(mut client: TcpStream, wire: &Wire) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    let _ = client.read(&mut buffer).await?;
    wire.swallowed.fetch_add(1, Ordering::Relaxed);
    client
        .write_all(
            b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        )
        .await?;
    client.shutdown().await
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    direction: Direction,
    wire: &Wire,
    doomed: &Mutex<bool>,
) -> io::Result<()> {
    let mut mode = wire.mode.subscribe();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read?,
            _ = mode.wait_for(|mode| *mode == Mode::Cut) => return Ok(()),
        };
        if read == 0 {
            return Ok(());
        }
        let part = &buffer[..read];
        let now = *mode.borrow();
        match (now, direction) {
            (Mode::HeldFrom(text), Direction::Request) if contains(part, text) => {
                wire.mode.send_replace(Mode::Held);
            }
            (Mode::AnswerLost(one_in), Direction::Request) => {
                let mut dice = wire.dice.lock().unwrap_or_else(PoisonError::into_inner);
                if dice.one_in(one_in) {
                    *doomed.lock().unwrap_or_else(PoisonError::into_inner) = true;
                }
            }
            _ => {}
        }
        if direction == Direction::Answer && *doomed.lock().unwrap_or_else(PoisonError::into_inner)
        {
            // It was carried out: the server has answered.
            wire.swallowed.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        open(&mut mode).await?;
        to.write_all(part).await?;
    }
}

/// Waits until something may pass.
async fn open(mode: &mut watch::Receiver<Mode>) -> io::Result<()> {
    match mode.wait_for(|mode| *mode != Mode::Held).await {
        Ok(mode) if *mode != Mode::Cut => Ok(()),
        _ => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

fn contains(part: &[u8], text: &str) -> bool {
    part.windows(text.len())
        .any(|window| window == text.as_bytes())
}
