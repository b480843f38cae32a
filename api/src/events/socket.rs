//! One WebSocket: sends what the feed tells, keeps the connection alive, and closes it in good order.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use store::StoreError;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use uuid::Uuid;

use super::feed::{Feed, Since};
use crate::access::{Lapsed, Lease, Scoped, is_still_allowed};
use crate::schemas::event::ExecutionNews;
use crate::wait;

/// How often the database is asked although no news came.
const LOOK: Duration = Duration::from_secs(2);

/// How often a silent client is asked whether it is there.
const PING: Duration = Duration::from_secs(20);

/// A client that takes nothing for this long is let go; it may come back with the last numbers it saw.
const SLOWEST: Duration = Duration::from_secs(30);

type Sender = SplitSink<WebSocket, Message>;

/// Why a socket is closed.
enum Ending {
    Finished,
    Stopping,
    Trouble,
    /// Who watches may not do so any more.
    Expelled,
    /// The client is gone, or takes nothing.
    Gone,
}

pub(crate) async fn tell(app: Scoped, execution: Uuid, since: Since, socket: WebSocket) {
    let (mut sender, mut receiver) = socket.split();
    let ending = {
        let talk = talk(&app, execution, since, &mut sender);
        let silence = async {
            // What a client says is not heeded, but reading is what answers its pings and sees it go.
            while let Some(Ok(message)) = receiver.next().await {
                if matches!(message, Message::Close(_)) {
                    break;
                }
            }
        };
        tokio::select! {
            ending = talk => ending,
            () = silence => Ending::Gone,
        }
    };
    let (code, reason) = match ending {
        Ending::Finished => (close_code::NORMAL, "the execution has ended"),
        Ending::Stopping => (close_code::AWAY, "the server is stopping; connect again"),
        Ending::Trouble => (
            close_code::ERROR,
            "the database can't be read; connect again",
        ),
        Ending::Expelled => (
            close_code::POLICY,
            "you may not watch this any more: log in again",
        ),
        Ending::Gone => return,
    };
    let close = Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }));
    if timeout(SLOWEST, sender.send(close)).await.is_ok() {
        // The client's own close ends the connection in good order.
        let _ = timeout(Duration::from_secs(2), async {
            while let Some(Ok(_)) = receiver.next().await {}
        })
        .await;
    }
}

async fn talk(app: &Scoped, execution: Uuid, since: Since, sender: &mut Sender) -> Ending {
    // First listen, then read: whatever happens from now on is in one of the two.
    let mut bus = wait::news_of(app, execution).await;
    let mut feed = Feed::new(app.clone(), execution, since);
    let mut look = interval_at(Instant::now() + LOOK, LOOK);
    let mut ping = interval_at(Instant::now() + PING, PING);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut allowed_at = Instant::now();
    let mut lease = Lease::default();
    loop {
        loop {
            // There may be much to tell, and a client that takes it slowly.
            if allowed_at.elapsed() >= LOOK {
                match lease.renew(is_allowed(app)).await {
                    Ok(Some(false)) => return Ending::Expelled,
                    Ok(_) => {}
                    Err(Lapsed) => return Ending::Trouble,
                }
                allowed_at = Instant::now();
            }
            match feed.next().await {
                Ok(Some(news)) => {
                    if !send(sender, &news).await {
                        return Ending::Gone;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(execution.id = %execution, %error, "the news of an execution can't be read");
                    return Ending::Trouble;
                }
            }
        }
        if feed.has_ended() {
            return match feed.last() {
                Some(end) if !send(sender, &end).await => Ending::Gone,
                _ => Ending::Finished,
            };
        }
        tokio::select! {
            notice = bus.next() => match notice {
                Some(notice) => feed.hear(&notice),
                // The bus has gone; the database goes on telling.
                None => bus = futures::stream::pending().boxed(),
            },
            _ = look.tick() => {
                match lease.renew(is_allowed(app)).await {
                    Ok(Some(true)) => feed.look(),
                    Ok(Some(false)) => return Ending::Expelled,
                    // Nothing can be read now, by anybody.
                    Ok(None) => {}
                    Err(Lapsed) => return Ending::Trouble,
                }
            }
            _ = ping.tick() => {
                if !pass(sender, Message::Ping(axum::body::Bytes::new())).await {
                    return Ending::Gone;
                }
            }
            () = app.stopping.cancelled() => return Ending::Stopping,
        }
    }
}

async fn is_allowed(app: &Scoped) -> Result<bool, StoreError> {
    is_still_allowed(app, &app.caller, "executions:read").await
}

async fn send(sender: &mut Sender, news: &ExecutionNews) -> bool {
    match serde_json::to_string(news) {
        Ok(text) => pass(sender, Message::Text(text.into())).await,
        Err(_) => false,
    }
}

async fn pass(sender: &mut Sender, message: Message) -> bool {
    matches!(timeout(SLOWEST, sender.send(message)).await, Ok(Ok(())))
}
