//! By which doors requests come in: the one for everybody, with TLS or without; and others beside it.

mod acme;
mod certificate;
mod connections;
mod counted;
mod crowd;
mod redirect;
mod tls;
mod watch;

use std::io;
use std::sync::Arc;

use axum::Router;
use futures::future::{BoxFuture, FutureExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use acme::{Acme, AcmeError, AcmeSettings, AcmeState};
pub use certificate::{Certificate, CertificateError};
pub(crate) use connections::Terms;
use counted::Counted;
pub(crate) use crowd::Crowd;
use redirect::redirect;
use tls::TlsDoor;
pub(crate) use watch::watch;

/// Where a server listens.
pub struct Doors {
    /// For everybody.
    pub main: TcpListener,
    /// With this, everybody's door speaks TLS, and nothing else.
    pub tls: Option<Tls>,
    /// For commands of this machine's own user: without TLS, since its name is in nobody's certificate.
    pub own: Option<TcpListener>,
    /// Sends browsers that come without TLS to where there is some.
    pub redirect: Option<TcpListener>,
    /// For machines that watch this one: metrics and health, and no need to say who asks.
    pub watch: Option<TcpListener>,
}

/// Where the certificate of everybody's door comes from.
#[derive(Debug, Clone)]
pub enum Tls {
    Files(Arc<Certificate>),
    Acme(Arc<Acme>),
}

impl From<TcpListener> for Doors {
    fn from(main: TcpListener) -> Self {
        Self {
            main,
            tls: None,
            own: None,
            redirect: None,
            watch: None,
        }
    }
}

impl Doors {
    /// Keeps the certificate fresh until the server stops.
    pub(crate) async fn keep_certificate(tls: Tls, by_http: bool, stopping: CancellationToken) {
        match tls {
            Tls::Files(certificate) => certificate::keep_fresh(certificate, stopping).await,
            Tls::Acme(acme) => acme::keep(acme, by_http, stopping).await,
        }
    }

    /// Opens all of them. Each future ends when its door was closed and what was under way is answered.
    pub(crate) fn open(
        self,
        router: &Router,
        watched: Router,
        url: &str,
        terms: &Terms,
        stopping: &CancellationToken,
    ) -> io::Result<Vec<BoxFuture<'static, io::Result<()>>>> {
        let plain = |listener: TcpListener, router, terms: &Terms| {
            let listener = Counted::new(listener, terms.crowd.clone());
            connections::serve(listener, router, terms.clone(), stopping.clone()).boxed()
        };
        // Strangers do not take the places of who operates the machine, and of what watches it.
        let inside = Terms {
            crowd: None,
            ..terms.clone()
        };
        let acme = match &self.tls {
            Some(Tls::Acme(acme)) => Some(Arc::clone(acme)),
            _ => None,
        };
        let mut open = vec![match self.tls {
            Some(tls) => {
                let counted = Counted::new(self.main, terms.crowd.clone());
                let door = TlsDoor::new(counted, tls)?;
                let router = router.clone();
                connections::serve(door, router, terms.clone(), stopping.clone()).boxed()
            }
            None => plain(self.main, router.clone(), terms),
        }];
        open.extend(self.own.map(|own| plain(own, router.clone(), &inside)));
        open.extend(self.watch.map(|door| plain(door, watched, &inside)));
        let redirected = |door| plain(door, redirect(url, acme), terms);
        open.extend(self.redirect.map(redirected));
        Ok(open)
    }
}
