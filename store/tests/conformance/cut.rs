//! A wire that can be cut: forwards TCP to a service until told to stop, and again when mended.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Wire {
    pub(crate) port: u16,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy)]
struct State {
    whole: bool,
    /// How often it was cut, so that a cut counts however soon it is mended.
    cuts: u32,
}

impl Wire {
    pub(crate) async fn to(address: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, state) = watch::channel(State {
            whole: true,
            cuts: 0,
        });
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (address, mut state) = (address.clone(), state.clone());
                let now = *state.borrow();
                if !now.whole {
                    continue;
                }
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(address).await else {
                        return;
                    };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = state.wait_for(|state| state.cuts > now.cuts) => {}
                    }
                });
            }
        });
        Self {
            port,
            state: sender,
        }
    }

    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| {
            state.whole = false;
            state.cuts += 1;
        });
    }

    pub(crate) fn mend(&self) {
        self.state.send_modify(|state| state.whole = true);
    }
}

/// Splits `scheme://user:pass@host:port/rest` into what comes before the host, `host:port`, and the rest.
pub(crate) fn address(url: &str) -> (String, String, String) {
    let at = url
        .rfind('@')
        .map_or_else(|| url.find("://").unwrap() + 3, |at| at + 1);
    let end = url[at..].find('/').map_or(url.len(), |slash| at + slash);
    (
        url[..at].to_owned(),
        url[at..end].to_owned(),
        url[end..].to_owned(),
    )
}

/// A wire to the service at `url`, and the address by which to go through it.
pub(crate) async fn through_wire(url: &str) -> (Wire, String) {
    let (before, host, rest) = address(url);
    let wire = Wire::to(host).await;
    let url = format!("{before}127.0.0.1:{}{rest}", wire.port);
    (wire, url)
}
