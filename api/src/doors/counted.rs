//! Connections, counted from the moment that they are accepted: a handshake of TLS takes a place like what follows it, or
//! strangers who never finish theirs would take them all.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
use tls_listener::AsyncAccept;
use tls_listener::rustls::server::TlsStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::crowd::{Crowd, Place};

/// Closes at once what there is no place for.
pub(super) struct Counted {
    listener: TcpListener,
    /// Nobody is counted without it.
    crowd: Option<Crowd>,
}

/// A stream of bytes, and its place among the others for as long as nobody takes that over.
pub(super) struct Connection {
    stream: TcpStream,
    place: Option<Place>,
}

/// Hands over the place that a connection came in by: what it becomes later may be counted otherwise.
pub(super) trait Placed {
    fn take_place(&mut self) -> Option<Place>;
}

impl Placed for Connection {
    fn take_place(&mut self) -> Option<Place> {
        self.place.take()
    }
}

impl Placed for TlsStream<Connection> {
    fn take_place(&mut self) -> Option<Place> {
        self.get_mut().0.take_place()
    }
}

impl Counted {
    pub(super) fn new(listener: TcpListener, crowd: Option<Crowd>) -> Self {
        Self { listener, crowd }
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr) -> Option<Connection> {
        let place = match &self.crowd {
            Some(crowd) => Some(crowd.enter(peer.ip())?),
            None => None,
        };
        hurry(&stream);
        Some(Connection { stream, place })
    }
}

impl Listener for Counted {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, peer) = Listener::accept(&mut self.listener).await;
            if let Some(connection) = self.admit(stream, peer) {
                return (connection, peer);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.address()
    }
}

impl AsyncAccept for Counted {
    type Connection = Connection;
    type Address = SocketAddr;
    type Error = io::Error;

    fn poll_accept(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(Self::Connection, Self::Address), Self::Error>> {
        loop {
            let (stream, peer) = ready!(self.listener.poll_accept(context))?;
            if let Some(connection) = self.admit(stream, peer) {
                return Poll::Ready(Ok((connection, peer)));
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// Small answers must not wait for more to come.
fn hurry(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its default delay");
    }
}
