//! Waits for the end of an execution: by the bus, which is fast and may lose news, and by the database, which does not.

use std::time::Duration;

use engine::execution::moved_to;
use engine::ports::bus::{Notice, Topic};
use engine::ports::executions::ExecutionResult;
use engine::ports::launcher::{End, Recorded};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use store::ExecutionRecord;
use tokio::time::Instant;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::schemas::execution::Execution;

/// How often the database is asked although no news came.
const LOOK: Duration = Duration::from_secs(1);

/// The execution at its end, or as it stands when the time is up.
pub(crate) async fn for_end(app: &Scoped, id: Uuid, deadline: Instant) -> ApiResult<Execution> {
    // Whatever happens after this is either in the stream or in what is read next.
    let mut news = news_of(app, id).await;
    loop {
        let record = read(app, id).await?;
        if record.summary.status.is_terminal()
            || app.stopping.is_cancelled()
            || Instant::now() >= deadline
        {
            return Ok(record.into());
        }
        let next_look = deadline.min(Instant::now() + LOOK);
        tokio::select! {
            () = ended(&mut news) => {}
            () = tokio::time::sleep_until(next_look) => {}
            () = app.stopping.cancelled() => {}
        }
    }
}

/// What is told of the end by whoever drives the execution in this process; `None` when the time is up, or when it is
/// not known: the database is to be asked then.
pub(crate) async fn told(
    app: &Scoped,
    end: End,
    deadline: Instant,
) -> Option<(Recorded, ExecutionResult)> {
    tokio::select! {
        ended = end => ended.ok(),
        () = tokio::time::sleep_until(deadline) => None,
        () = app.stopping.cancelled() => None,
    }
}

/// The news of an execution; none when the bus can't be reached, since the database has them too.
pub(crate) async fn news_of(app: &Scoped, id: Uuid) -> BoxStream<'static, Notice> {
    match app.bus.subscribe(Topic::Execution(id)).await {
        Ok(news) => news,
        Err(error) => {
            tracing::warn!(execution.id = %id, %error, "no live news; the database is asked instead");
            stream::pending().boxed()
        }
    }
}

pub(crate) async fn read(app: &Scoped, id: Uuid) -> ApiResult<ExecutionRecord> {
    app.store
        .execution(app.scope(), id)
        .await?
        .ok_or_else(|| ApiError::not_found("execution"))
}

/// The execution that goes on in the place of this one, if it moved; or in the place of that one.
pub(crate) async fn follow(
    app: &Scoped,
    mut record: ExecutionRecord,
) -> ApiResult<ExecutionRecord> {
    while let Some(by) = record.summary.error.as_ref().and_then(moved_to) {
        record = read(app, by).await?;
    }
    Ok(record)
}

async fn ended(news: &mut BoxStream<'static, Notice>) {
    while let Some(notice) = news.next().await {
        if let Notice::Events { events, .. } = notice
            && events.iter().any(|event| event.kind.is_terminal())
        {
            return;
        }
    }
    // The stream has ended, and will say nothing any more.
    std::future::pending::<()>().await;
}
