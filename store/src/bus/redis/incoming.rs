//! Receives notices from Redis: one connection, subscribed to what somebody here listens to.

use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;

use engine::ports::bus::Topic;
use engine::ports::{PortError, PortResult};
use futures::StreamExt;
use redis::RedisError;
use redis::aio::{PubSubSink, PubSubStream};
use tokio::sync::{mpsc, oneshot};

use crate::bus::memory::MemoryBus;
use crate::bus::wire::{channel, decode};
use crate::redis_client::{PATIENCE, RedisClient, within};

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
        let subscriber = Subscriber::new(client, prefix, local, PATIENCE);
        tokio::spawn(vital::task("notices from Redis", subscriber.run(receiver)));
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
    /// How long Redis may take to confirm.
    patience: Duration,
    /// What a new connection subscribes to again.
    listening: HashSet<Topic>,
    connection: Option<(PubSubSink, PubSubStream)>,
    /// Tries to reach Redis that failed since it was reached.
    failures: u32,
}

/// A connection that is subscribed to these topics.
struct Connected {
    sink: PubSubSink,
    stream: PubSubStream,
    topics: HashSet<Topic>,
}

impl Subscriber {
    fn new(client: RedisClient, prefix: String, local: MemoryBus, patience: Duration) -> Self {
        Self {
            client,
            prefix,
            local,
            patience,
            listening: HashSet::new(),
            connection: None,
            failures: 0,
        }
    }

    async fn run(mut self, mut wishes: mpsc::UnboundedReceiver<Wish>) {
        loop {
            if self.connection.is_none() && !self.listening.is_empty() {
                let connecting = self.connect();
                tokio::pin!(connecting);
                let tried = loop {
                    tokio::select! {
                        biased;
                        // While Redis is out of reach, nobody waits for the next try: it may hang.
                        wish = wishes.recv(), if self.failures > 0 => match wish {
                            Some(wish) => self.fulfil(wish).await,
                            None => return,
                        },
                        tried = &mut connecting => break tried,
                    }
                };
                let tried = match tried {
                    Ok(connected) => self.adopt(connected).await,
                    Err(error) => Err(error),
                };
                match tried {
                    Ok(()) => self.failures = 0,
                    Err(error) => self.lose(&error),
                }
                continue;
            }
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
                    self.lose(&error);
                }
                self.listening.insert(topic);
                let _ = done.send(());
            }
            Wish::Forget { topic } => {
                self.listening.remove(&topic);
                if let Some((sink, _)) = &mut self.connection {
                    let forgotten = sink.unsubscribe(channel(&self.prefix, topic));
                    if let Err(error) = within(self.patience, forgotten).await {
                        self.lose(&error);
                    }
                }
            }
        }
    }

    async fn subscribe(&mut self, topic: Topic) -> Result<(), RedisError> {
        if self.connection.is_none() {
            let connected = self.connect().await?;
            self.adopt(connected).await?;
        }
        match &mut self.connection {
            Some((sink, _)) if !self.listening.contains(&topic) => {
                let subscribed = sink.subscribe(channel(&self.prefix, topic));
                within(self.patience, subscribed).await
            }
            _ => Ok(()),
        }
    }

    /// A connection is no good any more, or there is none to be had.
    fn lose(&mut self, error: &RedisError) {
        tracing::warn!(%error, "The bus can't reach Redis; news are missed until it can");
        self.connection = None;
        self.failures = self.failures.saturating_add(1);
    }

    /// Connects, after a pause if that failed before, and subscribes to what is listened to now.
    fn connect(&self) -> impl Future<Output = Result<Connected, RedisError>> + use<> {
        let (client, prefix, patience) = (self.client.clone(), self.prefix.clone(), self.patience);
        let (topics, failures) = (self.listening.clone(), self.failures);
        async move {
            if failures > 0 {
                let pause = Duration::from_millis(50 << failures.min(6)).min(LONGEST_PAUSE);
                tokio::time::sleep(pause).await;
            }
            let (mut sink, stream) = client.pubsub().await?.split();
            for topic in &topics {
                within(patience, sink.subscribe(channel(&prefix, *topic))).await?;
            }
            Ok(Connected {
                sink,
                stream,
                topics,
            })
        }
    }

    /// Takes a connection that was just made; what is listened to may have changed while it was.
    async fn adopt(&mut self, connected: Connected) -> Result<(), RedisError> {
        let Connected {
            mut sink,
            stream,
            topics,
        } = connected;
        for topic in self.listening.difference(&topics) {
            let subscribed = sink.subscribe(channel(&self.prefix, *topic));
            within(self.patience, subscribed).await?;
        }
        for topic in topics.difference(&self.listening) {
            let forgotten = sink.unsubscribe(channel(&self.prefix, *topic));
            within(self.patience, forgotten).await?;
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use uuid::Uuid;

    use super::*;

    const FOREVER: Duration = Duration::from_secs(3_600);
    const SHORT: Duration = Duration::from_millis(20);

    /// A Redis that takes connections and lets everybody in, and confirms so many changes of subscriptions; after that it
    /// hangs.
    async fn confirming(most: usize) -> RedisClient {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, most));
            }
        });
        RedisClient::new(&format!("redis://{address}")).unwrap()
    }

    async fn answer(mut stream: TcpStream, most: usize) {
        let (mut asked, mut confirmed) = (Vec::new(), 0);
        while let Ok(1..) = stream.read_buf(&mut asked).await {
            while let Some((words, length)) = command(&asked) {
                asked.drain(..length);
                let answer = match words[0].to_ascii_lowercase().as_str() {
                    kind @ ("subscribe" | "unsubscribe") => {
                        confirmed += 1;
                        if confirmed > most {
                            continue;
                        }
                        let (of, name) = (kind.len(), &words[1]);
                        let length = name.len();
                        format!("*3\r\n${of}\r\n{kind}\r\n${length}\r\n{name}\r\n:1\r\n")
                    }
                    _ => "+OK\r\n".to_owned(),
                };
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    }

    /// The first command of what was sent, once all of it is there, and how long it is.
    fn command(sent: &[u8]) -> Option<(Vec<String>, usize)> {
        let sent = std::str::from_utf8(sent).unwrap();
        let (count, mut rest) = sent.strip_prefix('*')?.split_once("\r\n")?;
        let mut words = Vec::new();
        for _ in 0..count.parse::<usize>().unwrap() {
            let (length, after) = rest.strip_prefix('$')?.split_once("\r\n")?;
            let length: usize = length.parse().unwrap();
            words.push(after.get(..length)?.to_owned());
            rest = after.get(length + 2..)?;
        }
        Some((words, sent.len() - rest.len()))
    }

    fn listening(client: RedisClient, patience: Duration) -> Subscriber {
        Subscriber::new(client, "test".to_owned(), MemoryBus::new(), patience)
    }

    fn wish(topic: Topic) -> (Wish, oneshot::Receiver<()>) {
        let (done, answer) = oneshot::channel();
        (Wish::Subscribe { topic, done }, answer)
    }

    /// Fails where the time-out is missing that is tried.
    async fn soon<T>(work: impl Future<Output = T>) -> T {
        let done = tokio::time::timeout(Duration::from_secs(20), work).await;
        done.expect("it hangs with Redis")
    }

    #[tokio::test]
    async fn a_redis_that_hangs_is_given_up_and_keeps_nobody_waiting() {
        let client = confirming(1).await;
        let mut subscriber = listening(client, FOREVER);
        for (topic, is_confirmed) in [(Topic::Control, true), (Topic::Happenings, false)] {
            let (wish, answer) = wish(topic);
            soon(subscriber.fulfil(wish)).await;
            assert_eq!(subscriber.connection.is_some(), is_confirmed);
            answer.await.unwrap();
            subscriber.patience = SHORT;
        }
        assert_eq!((subscriber.failures, subscriber.listening.len()), (1, 2));
    }

    #[tokio::test]
    async fn so_is_one_that_does_not_confirm_that_a_topic_is_forgotten() {
        let client = confirming(1).await;
        let mut subscriber = listening(client, FOREVER);
        let topic = Topic::Execution(Uuid::nil());
        let (wish, _answer) = wish(topic);
        soon(subscriber.fulfil(wish)).await;
        assert!(subscriber.connection.is_some());
        subscriber.patience = SHORT;
        soon(subscriber.fulfil(Wish::Forget { topic })).await;
        assert!(subscriber.connection.is_none());
        assert_eq!((subscriber.failures, subscriber.listening.len()), (1, 0));
    }

    #[tokio::test]
    async fn while_the_next_try_hangs_wishes_are_answered() {
        // The second try never ends here, whatever it is given.
        let mut subscriber = listening(confirming(0).await, FOREVER);
        subscriber.failures = 1;
        subscriber.listening.insert(Topic::Control);
        let (wishes, receiver) = mpsc::unbounded_channel();
        let running = tokio::spawn(subscriber.run(receiver));
        let incoming = Incoming { wishes };
        soon(incoming.subscribe(Topic::Happenings)).await.unwrap();
        drop(incoming);
        soon(running).await.unwrap();
    }
}
