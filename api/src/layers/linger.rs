//! Goes on reading what a client sends although it has been answered. A connection that is closed while something arrives is
//! reset, and the answer may be lost with it: whoever sends first and reads then would never hear why it was refused.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::state::App;

/// Of a body that nobody wants.
const MOST: usize = 32 * 1_024 * 1_024;

const LONGEST: Duration = Duration::from_secs(10);

pub(crate) async fn linger(State(app): State<App>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // Whoever waits for a word before the body does not send one that is refused.
    let waits = request.headers().contains_key(header::EXPECT);
    if peer.is_none() || waits || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (back, mut returned) = oneshot::channel();
    let request = request.map(|body| {
        Body::new(Loan {
            body: Some(body),
            back: Some(back),
        })
    });
    let response = next.run(request).await;
    // A body that somebody still reads is theirs.
    if let Ok(rest) = returned.try_recv() {
        let stopping = app.stopping.clone();
        tokio::spawn(async move {
            tokio::select! {
                // What has not come by then is not waited for.
                _ = timeout(LONGEST, drain(rest)) => {}
                () = stopping.cancelled() => {}
            }
        });
    }
    response
}

async fn drain(rest: Body) {
    let (mut rest, mut left) = (rest.into_data_stream(), MOST);
    while let Some(Ok(part)) = rest.next().await {
        match left.checked_sub(part.len()) {
            Some(less) => left = less,
            None => return,
        }
    }
}

/// A body that comes back when it is dropped before its end.
struct Loan {
    body: Option<Body>,
    back: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Loan {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let nothing = || SizeHint::with_exact(0);
        self.body.as_ref().map_or_else(nothing, Body::size_hint)
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take())
            && !body.is_end_stream()
        {
            let _ = back.send(body);
        }
    }
}
