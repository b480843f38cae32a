//! A file as a browser's form sends it: `multipart/form-data` with one part, read as it comes and never held.
//!
//! Nothing else becomes a file: a body of JSON that describes one is refused before it is looked at. What stands around
//! the bytes (boundaries, headers of parts) is bounded, since its reader holds that until it is whole.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::header;
use engine::ports::blobs::{BoxError, ByteStream};
use futures::{Stream, StreamExt, stream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use crate::error::{ApiError, ApiResult, Code};
use crate::state::App;

/// The name of the part that is the file.
const PART: &str = "file";

/// What may stand before the bytes of the file, and behind them.
const AROUND: u64 = 64 * 1024;

/// Parts of the file that wait for the store.
const WAITING: usize = 1;

/// Files that this process takes at the same time: each holds some MiB on its way.
const AT_ONCE: usize = 32;

/// Whoever sends nothing for this long is let go.
const SILENCE: Duration = Duration::from_secs(60);

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// A body that holds one file.
pub(crate) struct Upload {
    parts: Multipart,
    gauge: Gauge,
}

impl FromRequest<App> for Upload {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, app: &App) -> ApiResult<Self> {
        let headers = request.headers();
        let said = headers.get(header::CONTENT_TYPE);
        let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
        let essence = said.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("multipart/form-data") {
            let message =
                "send the file as a form does: `multipart/form-data` with one part called `file`";
            return Err(ApiError::new(Code::UnsupportedMediaType, message));
        }
        let most = app.config.file_limits.largest;
        let length = headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > most.saturating_add(2 * AROUND)) {
            return Err(too_large(most));
        }
        // What comes is counted as it comes.
        DefaultBodyLimit::disable().apply(&mut request);
        let gauge = Gauge::default();
        let measured = gauge.clone();
        let request = request.map(|body| {
            Body::from_stream(Measured {
                body: body.into_data_stream().boxed(),
                gauge: measured,
                rests: false,
            })
        });
        let parts = Multipart::from_request(request, app).await;
        let parts = parts.map_err(|_| {
            ApiError::bad_request(
                "the header `content-type` has to name the boundary between the parts of the form",
            )
        })?;
        Ok(Self { parts, gauge })
    }
}

impl Upload {
    /// Hands what is sent to whoever keeps it, with the name that it is sent with. Should anything of the body be wrong,
    /// keeping is broken off.
    pub(crate) async fn kept_by<T, K>(
        self,
        keep: impl FnOnce(String, ByteStream) -> K,
    ) -> ApiResult<T>
    where
        K: Future<Output = ApiResult<T>>,
    {
        let Ok(_place) = PLACES.try_acquire() else {
            let message = format!(
                "{AT_ONCE} files are being sent at the moment: send this one again in a while"
            );
            return Err(ApiError::unavailable(message));
        };
        let (name, named) = oneshot::channel();
        let (sender, receiver) = mpsc::channel(WAITING);
        let bytes = stream::unfold(receiver, |mut receiver| async {
            let part: Result<Bytes, BoxError> = receiver.recv().await?;
            Some((part, receiver))
        });
        let feeding = async move {
            let fed = feed(self.parts, &self.gauge, name, &sender).await;
            if fed.is_err() {
                let broken = "the body is not as it has to be".into();
                let _ = sender.send(Err(broken)).await;
            }
            fed
        };
        let keeping = async move {
            match named.await {
                Ok(name) => keep(name, bytes.boxed()).await,
                Err(_) => Err(ApiError::internal("a form without a file was not refused")),
            }
        };
        // What is wrong with the body is why it was not kept.
        match tokio::join!(feeding, keeping) {
            (Err(error), Err(_)) => Err(error),
            (_, kept) => kept,
        }
    }
}

type Parts = mpsc::Sender<Result<Bytes, BoxError>>;

/// Reads the form to its end, which is also behind its only part.
async fn feed(
    mut parts: Multipart,
    gauge: &Gauge,
    name: oneshot::Sender<String>,
    to: &Parts,
) -> ApiResult<()> {
    gauge.allow(AROUND);
    let first = heard(parts.next_field()).await?.map_err(unread)?;
    let mut field = first.ok_or_else(|| unfit("the form has no part"))?;
    if field.name() != Some(PART) {
        return Err(unfit("the first part of the form is called otherwise"));
    }
    let Some(sent) = field.file_name() else {
        return Err(unfit("the part does not say what the file is called"));
    };
    let _ = name.send(unescaped(sent));
    gauge.allow(u64::MAX);
    while let Some(part) = heard(field.chunk()).await?.map_err(unread)? {
        // Whoever keeps it has refused it already, and says why.
        if to.send(Ok(part)).await.is_err() {
            return Ok(());
        }
    }
    drop(field);
    gauge.allow(AROUND);
    match heard(parts.next_field()).await?.map_err(unread)? {
        None => Ok(()),
        Some(_) => Err(unfit("the form has more than one part")),
    }
}

/// By the HTML standard, forms write these three letters of a name so, and no other ones. Breaks of lines are dropped with
/// whatever else can't be seen.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n")
}

/// What comes next of the body, if it comes.
async fn heard<T>(next: impl Future<Output = T>) -> ApiResult<T> {
    let come = timeout(SILENCE, next).await;
    come.map_err(|_| ApiError::bad_request("nothing more of the file was sent for a minute"))
}

pub(crate) fn too_large(most: u64) -> ApiError {
    let message = format!(
        "the file is larger than the {most} bytes that this server takes; its operator sets `files.max_upload`"
    );
    ApiError::new(Code::PayloadTooLarge, message)
}

fn unfit(what: &str) -> ApiError {
    let message =
        format!("{what}: send one part called `file`, with a file name, and nothing else");
    ApiError::invalid("/file", message)
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is handed over by `map_err`"
)]
fn unread(error: MultipartError) -> ApiError {
    tracing::debug!(%error, "a form could not be read");
    ApiError::bad_request(
        "the form could not be read to its end: it broke off, or what stands around the file is not as it has to be",
    )
}

/// How many bytes may come until something else is said.
#[derive(Clone, Default)]
struct Gauge(Arc<AtomicU64>);

impl Gauge {
    fn allow(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// False when the bytes before these were too many already: what was asked for may come with what follows it.
    fn take(&self, bytes: usize) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.allow(left.saturating_sub(bytes as u64));
        left > 0
    }
}

/// A body that is read part by part: the reader of forms takes all that is ready, and holds it.
struct Measured {
    body: Pin<Box<dyn Stream<Item = Result<Bytes, axum::Error>> + Send>>,
    gauge: Gauge,
    /// Whether the reader is to look at what it has first.
    rests: bool,
}

impl Stream for Measured {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let part = std::task::ready!(self.body.as_mut().poll_next(context));
        Poll::Ready(part.map(|part| {
            let part = part?;
            self.rests = true;
            match self.gauge.take(part.len()) {
                true => Ok(part),
                false => Err("too much stands around the file".into()),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S22: the reader never has more than a part at once, and nothing without end before it finds what it looks for.
    #[tokio::test]
    async fn what_is_read_ahead_is_bounded() {
        let gauge = Gauge::default();
        let parts = stream::repeat_with(|| Ok(Bytes::from(vec![b'x'; 1_024])));
        let mut measured = Measured {
            body: parts.boxed(),
            gauge: gauge.clone(),
            rests: false,
        };
        gauge.allow(2_000);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut poll = || Pin::new(&mut measured).poll_next(&mut context);
        for _ in 0..2 {
            assert!(matches!(poll(), Poll::Ready(Some(Ok(_)))));
            assert!(poll().is_pending());
        }
        assert!(matches!(poll(), Poll::Ready(Some(Err(_)))));
        assert!(poll().is_pending());
        gauge.allow(u64::MAX);
        assert!(matches!(poll(), Poll::Ready(Some(Ok(_)))));
    }
}
