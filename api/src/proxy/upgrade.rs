//! WebSockets of live applications: once both sides have left HTTP behind, their bytes are carried both ways.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_util::sync::CancellationToken;

use super::headers::connection_options;

/// The client's side, until its connection has changed.
pub(super) struct Wanted(OnUpgrade);

/// Whether the client asks to change to a WebSocket. Other protocols are not carried: the request goes on without it.
pub(super) fn wanted(request: &mut Request) -> Option<Wanted> {
    let headers = request.headers();
    let asks = request.method() == Method::GET
        && connection_options(headers).any(|option| option.eq_ignore_ascii_case("upgrade"))
        && headers
            .get(header::UPGRADE)
            .is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let client = asks.then(|| request.extensions_mut().remove::<OnUpgrade>());
    client.flatten().map(Wanted)
}

/// Says again, on the next connection, what was said on this one.
pub(super) fn state(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

impl Wanted {
    /// Carries what either side sends until one of them ends, or this server does.
    pub(super) fn carry(self, response: &mut Response, stopping: CancellationToken) {
        state(response.headers_mut());
        let application = hyper::upgrade::on(response);
        tokio::spawn(async move {
            let both = async {
                let (client, application) = tokio::try_join!(self.0, application)?;
                let (mut client, mut application) =
                    (TokioIo::new(client), TokioIo::new(application));
                tokio::io::copy_bidirectional(&mut client, &mut application).await?;
                Ok::<_, axum::BoxError>(())
            };
            let carried = stopping.run_until_cancelled(both).await;
            if let Some(Err(error)) = carried {
                tracing::debug!(%error, "a carried connection broke off");
            }
        });
    }
}
