//! Receives notices from Redis: one connection, subscribed to what somebody here listens to.

use std::collections::HashSet;
use std::time::Duration;

use engine::ports::bus::Topic;
use engine::ports::{PortError, PortResult};
use futures::StreamExt;
use redis::RedisError;
use redis::aio::{PubSubSink, PubSubStream};
use tokio::sync::{mpsc, oneshot};

use crate::bus::memory::MemoryBus;
use crate::bus::wire::{channel, decode};
use crate::redis_client::RedisClient;

const DOING: &str = "subscribe to news";

/// The longest pause between two tries to reach Redis.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Speaks to the task that holds the connection; the task ends when nobody does any more.
#[derive(Clone)]
pub(super) struct Incoming {
    wishes: mpsc::UnboundedSender<Wish>,
}

enum Wish {
    Subscribe {
        topic: Topic,
        done: oneshot::Sender<()>,
    },
    Forget {
        topic: Topic,
    },
}

impl Incoming {
    pub(super) fn start(client: RedisClient, prefix: String, local: MemoryBus) -> Self {
        let (wishes, receiver) = mpsc::unbounded_channel();
        let listening = HashSet::new();
        tokio::spawn(
            Subscriber {
                client,
                prefix,
                local,
                listening,
                connection: None,
                failures: 0,
            }
            .run(receiver),
        );
        Self { wishes }
    }

    /// When this returns, Redis sends this process everything about the topic; while it is out of reach, it will as
    /// soon as it can be reached, and listeners are told then that they may have missed something.
    pub(super) async fn subscribe(&self, topic: Topic) -> PortResult<()> {
        let closed = || PortError {
            doing: DOING,
            transient: false,
            source: "the bus is closed".into(),
        };
        let (done, answer) = oneshot::channel();
        self.wishes
            .send(Wish::Subscribe { topic, done })
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())
    }

    pub(super) fn forget(&self, topic: Topic) {
        // With the task gone, its connection is gone too.
        let _ = self.wishes.send(Wish::Forget { topic });
    }
}

struct Subscriber {
    client: RedisClient,
    prefix: String,
    local: MemoryBus,
    /// What a new connection subscribes to again.
    listening: HashSet<Topic>,
    connection: Option<(PubSubSink, PubSubStream)>,
    /// Tries to reach Redis that failed since it was reached.
    failures: u32,
}

impl Subscriber {
    async fn run(mut self, mut wishes: mpsc::UnboundedReceiver<Wish>) {
        loop {
            if self.connection.is_none() && !self.listening.is_empty() {
                let pause = Duration::from_millis(50 << self.failures.min(6)).min(LONGEST_PAUSE);
                if self.failures > 0 {
                    tokio::time::sleep(pause).await;
                }
                match self.reconnect().await {
                    Ok(()) => self.failures = 0,
                    Err(error) => {
                        self.failures += 1;
                        tracing::warn!(%error, "The bus can't reach Redis; news are missed until it can");
                    }
                }
            }
            // While Redis is out of reach, wishes are still answered before the next try.
            let disconnected = self.connection.is_none() && !self.listening.is_empty();
            tokio::select! {
                biased;
                wish = wishes.recv() => match wish {
                    Some(wish) => {
                        self.fulfil(wish).await;
                        while let Ok(wish) = wishes.try_recv() {
                            self.fulfil(wish).await;
                        }
                    }
                    None => return,
                },
                () = std::future::ready(()), if disconnected => {}
                message = next(&mut self.connection), if self.connection.is_some() => match message {
                    Some(message) => self.receive(message.get_payload_bytes()),
                    None => self.connection = None,
                },
            }
        }
    }

    async fn fulfil(&mut self, wish: Wish) {
        match wish {
            Wish::Subscribe { topic, done } => {
                // Out of reach is known already: with the next try the topic is subscribed to like the others.
                let known = self.connection.is_none() && self.failures > 0;
                if !known && let Err(error) = self.subscribe(topic).await {
                    tracing::warn!(%error, "The bus can't reach Redis; news are missed until it can");
                    self.connection = None;
                    self.failures += 1;
                }
                self.listening.insert(topic);
                let _ = done.send(());
            }
            Wish::Forget { topic } => {
                self.listening.remove(&topic);
                if let Some((sink, _)) = &mut self.connection
                    && sink
                        .unsubscribe(channel(&self.prefix, topic))
                        .await
                        .is_err()
                {
                    self.connection = None;
                }
            }
        }
    }

    async fn subscribe(&mut self, topic: Topic) -> Result<(), RedisError> {
        if self.connection.is_none() {
            self.reconnect().await?;
        }
        match &mut self.connection {
            Some((sink, _)) if !self.listening.contains(&topic) => {
                sink.subscribe(channel(&self.prefix, topic)).await
            }
            _ => Ok(()),
        }
    }

    async fn reconnect(&mut self) -> Result<(), RedisError> {
        let (mut sink, stream) = self.client.pubsub().await?.split();
        for topic in &self.listening {
            sink.subscribe(channel(&self.prefix, *topic)).await?;
        }
        self.connection = Some((sink, stream));
        // News may have been missed meanwhile, the last ones of an execution among them.
        for topic in &self.listening {
            if let Some(look_again) = topic.missed() {
                self.local.deliver(*topic, look_again);
            }
        }
        Ok(())
    }

    fn receive(&self, payload: &[u8]) {
        match decode(payload) {
            Ok(notice) => self.local.deliver(notice.topic(), notice),
            // A newer version may send what this one does not know.
            Err(error) => {
                tracing::debug!(%error, "A notice from Redis can't be read and is dropped");
            }
        }
    }
}

async fn next(connection: &mut Option<(PubSubSink, PubSubStream)>) -> Option<redis::Msg> {
    match connection {
        Some((_, stream)) => stream.next().await,
        None => None,
    }
}
