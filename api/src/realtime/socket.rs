//! The connection of one socket: takes messages, hands out what its topics tell, looks again and again whether its owner may
//! hear it still, and closes in good order.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::outbox::{Outgoing, QUEUE};
use super::places::Place;
use super::talk::{Standing, Talk};
use crate::access::{Caller, Lapsed, Lease, standing};
use crate::state::App;

/// How often it is looked whether the owner may hear this still.
const LOOK: Duration = Duration::from_secs(2);

/// How often a silent client is asked whether it is there.
const PING: Duration = Duration::from_secs(20);

/// A client that takes nothing for this long is let go; it may come back with the last numbers it saw.
const SLOWEST: Duration = Duration::from_secs(30);

/// Why a socket is closed.
pub(super) enum Ending {
    Stopping,
    /// Its owner is not let in any more.
    Expelled,
    /// It can't be asked whether they are.
    Blind,
    /// The client sends what no client of good will sends.
    Abused(&'static str),
    TooLarge,
    /// The client is gone, or takes nothing.
    Gone,
}

struct Line {
    sender: SplitSink<WebSocket, Message>,
    receiver: SplitStream<WebSocket>,
}

/// Speaks with a client until either goes. `_place` is free again then.
pub(crate) async fn attend(
    app: App,
    caller: Arc<Caller>,
    socket: WebSocket,
    _place: Option<Place>,
) {
    let (sender, receiver) = socket.split();
    let mut line = Line { sender, receiver };
    let ending = converse(&app, caller, &mut line).await;
    let (code, reason) = match ending {
        Ending::Stopping => (close_code::AWAY, "the server is stopping; connect again"),
        Ending::Expelled => (
            close_code::POLICY,
            "you are not let in any more: log in again",
        ),
        Ending::Blind => (
            close_code::AGAIN,
            "the database can't be asked whether you may hear this still; connect again, with the last numbers that you saw",
        ),
        Ending::Abused(reason) => (close_code::POLICY, reason),
        Ending::TooLarge => (close_code::SIZE, "a message has at most 16 KiB"),
        Ending::Gone => return,
    };
    let close = Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }));
    if timeout(SLOWEST, line.sender.send(close)).await.is_ok() {
        // The client's own close ends the connection in good order.
        let _ = timeout(Duration::from_secs(2), async {
            while let Some(Ok(_)) = line.receiver.next().await {}
        })
        .await;
    }
}

async fn converse(app: &App, caller: Arc<Caller>, line: &mut Line) -> Ending {
    let (queue, mut outgoing) = mpsc::channel::<Outgoing>(QUEUE);
    let mut talk = Talk::new(app.clone(), Arc::clone(&caller), queue);
    let mut look = interval_at(Instant::now() + LOOK, LOOK);
    let mut ping = interval_at(Instant::now() + PING, PING);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut looked_at = Instant::now();
    let mut lease = Lease::default();
    loop {
        let mut due = false;
        let answers = tokio::select! {
            () = app.stopping.cancelled() => return Ending::Stopping,
            message = line.receiver.next() => match message {
                Some(Ok(Message::Text(text))) => match talk.hear(&text).await {
                    Ok(answer) => vec![answer],
                    Err(ending) => return ending,
                },
                Some(Ok(Message::Binary(_))) => return Ending::Abused("messages are JSON texts"),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Vec::new(),
                Some(Err(_)) => return Ending::TooLarge,
                Some(Ok(Message::Close(_))) | None => return Ending::Gone,
            },
            Some(message) = outgoing.recv() => {
                // There may be much to tell, and a client that takes it slowly: it must not outlast its right to hear it.
                if looked_at.elapsed() >= LOOK {
                    look.reset_immediately();
                    match reconsider(app, &caller, &mut talk, &mut lease).await {
                        Ok(ends) => {
                            looked_at = Instant::now();
                            if !send_all(line, ends).await {
                                return Ending::Gone;
                            }
                        }
                        Err(ending) => return ending,
                    }
                }
                talk.pass(message).into_iter().collect()
            }
            _ = look.tick() => {
                due = true;
                Vec::new()
            }
            _ = ping.tick() => {
                if !pass(line, Message::Ping(Bytes::new())).await {
                    return Ending::Gone;
                }
                Vec::new()
            }
        };
        let answers = match due {
            false => answers,
            true => match reconsider(app, &caller, &mut talk, &mut lease).await {
                Ok(ends) => {
                    looked_at = Instant::now();
                    ends
                }
                Err(ending) => return ending,
            },
        };
        if !send_all(line, answers).await {
            return Ending::Gone;
        }
    }
}

/// Ends what may not be heard any more; gives the messages that say so.
async fn reconsider(
    app: &App,
    caller: &Caller,
    talk: &mut Talk,
    lease: &mut Lease,
) -> Result<Vec<String>, Ending> {
    match lease.renew(standing(app, caller)).await {
        Ok(Some(Some(permissions))) => Ok(talk.keep_within(Standing(permissions))),
        Ok(Some(None)) => Err(Ending::Expelled),
        // Nothing can be read now, by anybody; what the bus tells is told for a short time only.
        Ok(None) => Ok(Vec::new()),
        Err(Lapsed) => Err(Ending::Blind),
    }
}

async fn send_all(line: &mut Line, texts: Vec<String>) -> bool {
    for text in texts {
        if !pass(line, Message::Text(text.into())).await {
            return false;
        }
    }
    true
}

async fn pass(line: &mut Line, message: Message) -> bool {
    matches!(
        timeout(SLOWEST, line.sender.send(message)).await,
        Ok(Ok(()))
    )
}
