//! How the queue and the bus reach Redis: addresses, connections, and what its errors mean.

use std::future::Future;
use std::io;
use std::time::Duration;

use engine::ports::{PortError, PortResult};
use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::io::tcp::socket2::TcpKeepalive;
use redis::{AsyncConnectionConfig, Client, ErrorKind, IntoConnectionInfo, RedisError};

/// How long a connection may take to open, and an ordinary command to be answered.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// A connection over which nothing comes is asked after so long whether the other end is there, and given up after so many
/// questions without an answer. Who waits for news only would hear of a host that died in no other way.
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_TRIES: u32 = 3;

#[derive(Clone)]
pub(crate) struct RedisClient {
    client: Client,
}

impl RedisClient {
    /// Takes `redis://` and `rediss://` (TLS) addresses with user and password. Nothing is connected yet.
    pub(crate) fn new(url: &str) -> PortResult<Self> {
        let keepalive = TcpKeepalive::new()
            .with_time(KEEPALIVE)
            .with_interval(KEEPALIVE / KEEPALIVE_TRIES)
            .with_retries(KEEPALIVE_TRIES);
        let client = url.into_connection_info().and_then(|info| {
            let tcp = info.tcp_settings().clone().set_keepalive(keepalive);
            Client::open(info.set_tcp_settings(tcp))
        });
        let client = client.map_err(failed("read the address of Redis"))?;
        Ok(Self { client })
    }

    /// A connection that is shared by everyone and mends itself. Never for commands that block.
    pub(crate) fn shared(&self) -> PortResult<ConnectionManager> {
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(50))
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        ConnectionManager::new_lazy_with_config(self.client.clone(), config)
            .map_err(failed("prepare to reach Redis"))
    }

    /// A connection of one's own, for commands that block: no answer is ever given up on by the client.
    pub(crate) async fn dedicated(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(None);
        self.client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }

    pub(crate) async fn pubsub(&self) -> Result<redis::aio::PubSub, RedisError> {
        within(PATIENCE, self.client.get_async_pubsub()).await
    }

    /// Refuses a Redis that no waiting mends: one that does not let this process in or not do all that it has to, and
    /// one that throws keys away when its memory is full, so that tickets would be lost one by one, unseen. An unreachable
    /// Redis is no error here; it may come later. `prefix` is before every key and channel.
    pub(crate) async fn refuse_unfit(&self, prefix: &str) -> PortResult<()> {
        let checked = match self.rights(prefix).await {
            Ok(()) => self.eviction().await,
            Err(unfit) => Err(unfit),
        };
        match checked {
            Ok(()) => Ok(()),
            Err(Unfit::Refused(source)) => Err(PortError {
                doing: "check how Redis is set up",
                transient: false,
                source: source.into(),
            }),
            Err(Unfit::Unknown(error)) => {
                tracing::warn!(%error, "Redis can't be asked how it is set up; going on");
                Ok(())
            }
        }
    }

    /// Tries everything that is ever asked of Redis, with a key that is good for nothing.
    async fn rights(&self, prefix: &str) -> Result<(), Unfit> {
        let probe = format!("{prefix}:probe");
        let mut connection = self
            .shared()
            .map_err(|error| Unfit::Refused(error.source.to_string()))?;
        for needed in NEEDED {
            let mut words = needed.split(' ');
            let name = words.next().unwrap_or_default();
            let mut command = redis::cmd(name);
            for word in words {
                command.arg(if word == "PROBE" {
                    probe.as_str()
                } else {
                    word
                });
            }
            let tried = command.query_async::<redis::Value>(&mut connection).await;
            permitted(name, tried)?;
        }
        let mut news = self.pubsub().await.map_err(Unfit::of)?;
        let tried = within(PATIENCE, news.subscribe(&probe)).await;
        permitted("SUBSCRIBE", tried)
    }

    async fn eviction(&self) -> Result<(), Unfit> {
        let mut connection = self
            .shared()
            .map_err(|error| Unfit::Refused(error.source.to_string()))?;
        let memory: String = redis::cmd("INFO")
            .arg("memory")
            .query_async(&mut connection)
            .await
            .map_err(Unfit::Unknown)?;
        let value = |key: &str| {
            memory
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))
        };
        let policy = value("maxmemory_policy").unwrap_or("noeviction");
        if policy == "noeviction" || value("maxmemory") == Some("0") {
            return Ok(());
        }
        Err(Unfit::Refused(format!(
            "its maxmemory-policy is {policy}; it must be noeviction"
        )))
    }
}

/// All commands that queue, bus and limits use besides SUBSCRIBE. PROBE is a key that holds a number for a moment, so that
/// what asks for a stream is let through or not, and does nothing.
const NEEDED: [&str; 14] = [
    "SET PROBE 0 PX 10000 NX GET",
    "GET PROBE",
    "INCRBY PROBE 1",
    "DECRBY PROBE 1",
    "PEXPIRE PROBE 10000",
    "XADD PROBE * a b",
    "XGROUP CREATE PROBE a 0",
    "XREADGROUP GROUP a b COUNT 1 STREAMS PROBE >",
    "XAUTOCLAIM PROBE a b 1 0-0 COUNT 1",
    "XACK PROBE a 1-1",
    "XDEL PROBE 1-1",
    "XLEN PROBE",
    "XPENDING PROBE a",
    "PUBLISH PROBE a",
];

/// Why a Redis is not used, or why it is not known whether it can be.
enum Unfit {
    Refused(String),
    Unknown(RedisError),
}

impl Unfit {
    fn of(error: RedisError) -> Self {
        let is_locked_out = error.kind() == ErrorKind::AuthenticationFailed
            || matches!(error.code(), Some("NOAUTH" | "WRONGPASS"));
        match is_locked_out {
            true => Self::Refused(format!("it does not let Lathe in ({error})")),
            false => Self::Unknown(error),
        }
    }
}

/// Whether Redis let a command through, whatever came of it.
fn permitted<T>(command: &str, tried: Result<T, RedisError>) -> Result<(), Unfit> {
    match tried {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some("NOPERM") => Err(Unfit::Refused(format!(
            "Lathe may not {command} there ({error})"
        ))),
        Err(error) => match Unfit::of(error) {
            // It was carried out, and came to nothing.
            Unfit::Unknown(error) if error.code().is_some() => Ok(()),
            unfit => Err(unfit),
        },
    }
}

/// An answer that does not come in time is a lost connection's: Redis may hang, or its host be gone without a word.
pub(crate) async fn within<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, RedisError>>,
) -> Result<T, RedisError> {
    match tokio::time::timeout(patience, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(RedisError::from(io::Error::from(io::ErrorKind::TimedOut))),
    }
}

/// For `map_err`: says what was being done, and whether trying again can help.
pub(crate) fn failed(doing: &'static str) -> impl Fn(RedisError) -> PortError {
    move |error| PortError {
        doing,
        transient: is_transient(&error),
        source: Box::new(error),
    }
}

fn is_transient(error: &RedisError) -> bool {
    let busy = matches!(
        error.code(),
        Some("LOADING" | "READONLY" | "MASTERDOWN" | "TRYAGAIN" | "CLUSTERDOWN" | "OOM")
    );
    busy || error.is_io_error()
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_connection_refusal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_with_passwords_and_tls() {
        for url in [
            "redis://127.0.0.1:6379",
            "redis://user:pass@host:1/2",
            "rediss://:secret@host:6380",
        ] {
            assert!(RedisClient::new(url).is_ok(), "{url}");
        }
        assert!(!RedisClient::new("http://host").err().unwrap().transient);
        let client = RedisClient::new("redis://127.0.0.1:6379").unwrap();
        let tcp = client.client.get_connection_info().tcp_settings();
        assert!(tcp.keepalive().is_some(), "a dead host would go unnoticed");
    }
}
