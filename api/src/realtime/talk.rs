//! What a client says, and what is done about it: topics begin and end, and every refusal is a message.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::outbox::{Outbox, Outgoing, text};
use super::socket::Ending;
use super::topics::{self, Opened};
use crate::access::{Caller, Permissions, refused, standing};
use crate::error::{ApiError, ApiResult, Code};
use crate::schemas::live::{
    Doing, LiveAnswer, LiveDoing, LiveEnd, LiveMessage, LiveRequest, LiveSubscription, LiveTopic,
};
use crate::state::App;

/// Topics of one socket.
const TOPICS: usize = 64;

/// Topics that may hold what they have read, while the client takes nothing.
const READERS: usize = 4;

/// Messages that are carried out in a second; further ones are refused, and far more of them end the socket.
const PACE: u32 = 100;
const FLOOD: u32 = 500;

/// What somebody may do by now.
#[derive(Clone, Copy)]
pub(super) struct Standing(pub(super) Permissions);

struct Subscription {
    number: u64,
    doing: Option<watch::Sender<Doing>>,
    /// Ends the work of the topic.
    _end: DropGuard,
}

pub(super) struct Talk {
    app: App,
    caller: Arc<Caller>,
    /// Tells the pages of one person apart.
    socket: Uuid,
    queue: mpsc::Sender<Outgoing>,
    topics: HashMap<LiveTopic, Subscription>,
    next_number: u64,
    readers: Arc<Semaphore>,
    /// When the second began in which so many messages came.
    since: Instant,
    messages: u32,
}

impl Talk {
    pub(super) fn new(app: App, caller: Arc<Caller>, queue: mpsc::Sender<Outgoing>) -> Self {
        Self {
            app,
            caller,
            socket: Uuid::now_v7(),
            queue,
            topics: HashMap::new(),
            next_number: 0,
            readers: Arc::new(Semaphore::new(READERS)),
            since: Instant::now(),
            messages: 0,
        }
    }

    /// Carries out a message, and gives the answer to it.
    pub(super) async fn hear(&mut self, said: &str) -> Result<String, Ending> {
        if self.since.elapsed() >= Duration::from_secs(1) {
            (self.since, self.messages) = (Instant::now(), 0);
        }
        self.messages += 1;
        if self.messages > FLOOD {
            return Err(Ending::Abused("far too many messages"));
        }
        let (reference, done) = match read(said) {
            Ok(request) if self.messages > PACE => {
                let message =
                    format!("a socket takes {PACE} messages in a second: send this again later");
                let refused = ApiError::new(Code::RateLimited, message);
                (request.reference, Err(refused))
            }
            Ok(request) => (request.reference, self.carry_out(request).await?),
            Err(error) => (reference(said), Err(error)),
        };
        let answer = LiveAnswer {
            reference,
            ok: done.is_ok(),
            error: done.err().map(ApiError::told),
        };
        text(&LiveMessage::Answer(answer)).ok_or(Ending::Gone)
    }

    async fn carry_out(&mut self, request: LiveRequest) -> Result<ApiResult<()>, Ending> {
        let LiveRequest {
            subscribe,
            unsubscribe,
            presence,
            ..
        } = request;
        Ok(match (subscribe, unsubscribe, presence) {
            (Some(wanted), None, None) => {
                // Each is let in by what holds now, and not by what held when the socket was opened.
                match standing(&self.app, &self.caller).await {
                    Ok(Some(permissions)) => self.subscribe(wanted, permissions).await,
                    Ok(None) => return Err(Ending::Expelled),
                    Err(error) => Err(error.into()),
                }
            }
            (None, Some(topic), None) => match self.topics.remove(&topic) {
                Some(_) => Ok(()),
                None => Err(not_subscribed()),
            },
            (None, None, Some(LiveDoing { kind, id, doing })) => {
                let topic = self.topics.get(&LiveTopic::Presence { kind, id });
                match topic.and_then(|topic| topic.doing.as_ref()) {
                    Some(sender) => {
                        sender.send_replace(doing);
                        Ok(())
                    }
                    None => Err(not_subscribed()),
                }
            }
            _ => Err(not_understood()),
        })
    }

    async fn subscribe(
        &mut self,
        wanted: LiveSubscription,
        permissions: Permissions,
    ) -> ApiResult<()> {
        let topic = wanted.topic();
        if self.topics.contains_key(&topic) {
            let message =
                "this topic is subscribed to already: unsubscribe first to begin elsewhere";
            return Err(ApiError::conflict(message));
        }
        if self.topics.len() >= TOPICS {
            let message =
                format!("a socket has at most {TOPICS} topics: unsubscribe from others first");
            return Err(ApiError::new(Code::RateLimited, message));
        }
        permitted(&topic, permissions)?;
        let Opened { work, doing } =
            topics::open(&self.app, &self.caller, self.socket, wanted).await?;
        self.next_number += 1;
        let number = self.next_number;
        let outbox = Outbox {
            number,
            topic: topic.clone(),
            queue: self.queue.clone(),
            readers: Arc::clone(&self.readers),
        };
        let end = CancellationToken::new();
        let ended = end.clone();
        let seat = work.seat();
        tokio::spawn(async move {
            tokio::select! {
                () = ended.cancelled() => {}
                () = work.run(outbox) => {}
            }
            if let Some(seat) = seat {
                seat.leave().await;
            }
        });
        let subscription = Subscription {
            number,
            doing,
            _end: end.drop_guard(),
        };
        self.topics.insert(topic, subscription);
        Ok(())
    }

    /// The text of a message that a topic tells, if that is heard still.
    pub(super) fn pass(&mut self, message: Outgoing) -> Option<String> {
        let Outgoing { number, text, last } = message;
        let mut topics = self.topics.iter();
        let (topic, _) = topics.find(|(_, one)| one.number == number)?;
        if last {
            let topic = topic.clone();
            self.topics.remove(&topic);
        }
        Some(text)
    }

    /// Ends the topics that take what is not permitted any more; gives the messages that say so.
    pub(super) fn keep_within(&mut self, Standing(permissions): Standing) -> Vec<String> {
        let mut lost = Vec::new();
        self.topics.retain(|topic, _| {
            let Err(error) = permitted(topic, permissions) else {
                return true;
            };
            lost.extend(text(&LiveMessage::End(LiveEnd {
                topic: topic.clone(),
                ended: true,
                error: Some(error.told()),
            })));
            false
        });
        lost
    }
}

fn permitted(topic: &LiveTopic, permissions: Permissions) -> ApiResult<()> {
    let Some(name) = topic.permission() else {
        return Ok(());
    };
    match Permissions::one(name) {
        Some(wanted) if permissions.contains(wanted) => Ok(()),
        // Whoever may do nothing at all there does not belong to it.
        _ if permissions == Permissions::default() => Err(ApiError::not_found("workspace")),
        _ => Err(refused(name)),
    }
}

fn read(said: &str) -> ApiResult<LiveRequest> {
    serde_json::from_str(said).map_err(|_| not_understood())
}

/// By which the client knows what an answer is to, where that can be read though the rest can't.
fn reference(said: &str) -> Option<u32> {
    let said: Value = serde_json::from_str(said).ok()?;
    u32::try_from(said.get("ref")?.as_u64()?).ok()
}

/// What was sent is not repeated: it may be a secret.
fn not_understood() -> ApiError {
    ApiError::bad_request(
        "this is no message that this socket takes: send one of `subscribe`, `unsubscribe` and `presence`, \
         such as {\"ref\": 1, \"subscribe\": {\"topic\": \"executions\"}}; the schema `LiveRequest` has all of them",
    )
}

fn not_subscribed() -> ApiError {
    ApiError::not_found("topic among those of this socket")
}
