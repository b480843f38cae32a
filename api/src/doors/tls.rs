//! A door that speaks TLS. Its handshakes go on beside each other, so that a slow one keeps nobody waiting.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use tls_listener::rustls::{TlsAcceptor, server::TlsStream};
use tls_listener::{Error, SpawningHandshakes, TlsListener};

use super::Tls;
use super::acme;
use super::counted::{Connection, Counted};

/// What a door that can't accept waits before it tries again: the machine is out of something, files mostly.
const BREATH: Duration = Duration::from_secs(1);

pub(super) struct TlsDoor(TlsListener<Counted, SpawningHandshakes<TlsAcceptor>>);

impl TlsDoor {
    pub(super) fn new(listener: Counted, tls: Tls) -> io::Result<Self> {
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions();
        let config = config.map_err(io::Error::other)?;
        let config = config.with_no_client_auth();
        let mut protocols = vec![b"http/1.1".to_vec()];
        let mut config = match tls {
            Tls::Files(certificate) => config.with_cert_resolver(certificate),
            Tls::Acme(acme) => {
                protocols.push(acme::CHALLENGE.to_vec());
                config.with_cert_resolver(acme)
            }
        };
        config.alpn_protocols = protocols;
        let acceptor = SpawningHandshakes(TlsAcceptor::from(Arc::new(config)));
        Ok(Self(TlsListener::new(acceptor, listener)))
    }
}

impl Listener for TlsDoor {
    type Io = TlsStream<Connection>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                // With the handshake an authority has seen what it wanted to.
                Ok((stream, _)) if stream.get_ref().1.alpn_protocol() == Some(acme::CHALLENGE) => {}
                Ok(accepted) => return accepted,
                Err(Error::ListenerError(error)) => {
                    tracing::error!(%error, "no connection can be accepted; it is tried again in a second");
                    tokio::time::sleep(BREATH).await;
                }
                // Strangers knock with all kinds of things; nothing is wrong here.
                Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.listener().address()
    }
}
