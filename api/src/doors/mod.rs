//! By which doors requests come in: the one for everybody, with TLS or without; and others beside it.

mod certificate;
mod redirect;
mod tls;
mod watch;

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::serve::{Listener, ListenerExt};
use futures::future::{BoxFuture, FutureExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

pub(crate) use certificate::keep_fresh;
pub use certificate::{Certificate, CertificateError};
use redirect::redirect;
use tls::TlsDoor;
pub(crate) use watch::watch;

/// Where a server listens.
pub struct Doors {
    /// For everybody.
    pub main: TcpListener,
    /// With this, everybody's door speaks TLS, and nothing else.
    pub certificate: Option<Arc<Certificate>>,
    /// For commands of this machine's own user: without TLS, since its name is in nobody's certificate.
    pub own: Option<TcpListener>,
    /// Sends browsers that come without TLS to where there is some.
    pub redirect: Option<TcpListener>,
    /// For machines that watch this one: metrics and health, and no need to say who asks.
    pub watch: Option<TcpListener>,
}

impl From<TcpListener> for Doors {
    fn from(main: TcpListener) -> Self {
        Self {
            main,
            certificate: None,
            own: None,
            redirect: None,
            watch: None,
        }
    }
}

impl Doors {
    /// Opens all of them. Each future ends when its door was closed and what was under way is answered.
    pub(crate) fn open(
        self,
        router: &Router,
        watched: Router,
        url: &str,
        stopping: &CancellationToken,
    ) -> io::Result<Vec<BoxFuture<'static, io::Result<()>>>> {
        let plain = |listener: TcpListener, router| {
            serve_at(listener.tap_io(hurry), router, stopping.clone())
        };
        let mut open = vec![match self.certificate {
            Some(certificate) => {
                let door = TlsDoor::new(self.main, certificate)?;
                let door = door.tap_io(|stream| hurry(stream.get_mut().0));
                serve_at(door, router.clone(), stopping.clone())
            }
            None => plain(self.main, router.clone()),
        }];
        open.extend(self.own.map(|own| plain(own, router.clone())));
        open.extend(self.watch.map(|door| plain(door, watched)));
        open.extend(self.redirect.map(|door| plain(door, redirect(url))));
        Ok(open)
    }
}

/// Small answers must not wait for more to come.
fn hurry(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its default delay");
    }
}

fn serve_at<L, F>(
    listener: axum::serve::TapIo<L, F>,
    router: Router,
    stopping: CancellationToken,
) -> BoxFuture<'static, io::Result<()>>
where
    L: Listener<Addr = SocketAddr>,
    F: FnMut(&mut L::Io) + Send + 'static,
{
    let served = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    );
    let stopped = async move { stopping.cancelled().await };
    let served = served.with_graceful_shutdown(stopped);
    served.into_future().boxed()
}
