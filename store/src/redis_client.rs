//! How the queue and the bus reach Redis: addresses, connections, and what its errors mean.

use std::time::Duration;

use engine::ports::{PortError, PortResult};
use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client, RedisError};

/// How long a connection may take to open, and an ordinary command to be answered.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub(crate) struct RedisClient {
    client: Client,
}

impl RedisClient {
    /// Takes `redis://` and `rediss://` (TLS) addresses with user and password. Nothing is connected yet.
    pub(crate) fn new(url: &str) -> PortResult<Self> {
        let client = Client::open(url).map_err(failed("read the address of Redis"))?;
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
        match tokio::time::timeout(PATIENCE, self.client.get_async_pubsub()).await {
            Ok(connected) => connected,
            Err(_) => Err(RedisError::from(std::io::Error::from(
                std::io::ErrorKind::TimedOut,
            ))),
        }
    }

    /// Refuses a Redis that throws keys away when its memory is full: it would lose tickets one by one,
    /// unseen. An unreachable Redis is no error here; it may come later.
    pub(crate) async fn refuse_eviction(&self) -> PortResult<()> {
        const DOING: &str = "check how Redis is set up";
        let mut connection = self.shared()?;
        let memory: String = match redis::cmd("INFO")
            .arg("memory")
            .query_async(&mut connection)
            .await
        {
            Ok(memory) => memory,
            Err(error) => {
                tracing::warn!(%error, "Redis can't be asked how it is set up; going on");
                return Ok(());
            }
        };
        let value = |key: &str| {
            memory
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))
        };
        let policy = value("maxmemory_policy").unwrap_or("noeviction");
        if policy == "noeviction" || value("maxmemory") == Some("0") {
            return Ok(());
        }
        let source = format!("its maxmemory-policy is {policy}; it must be noeviction");
        Err(PortError {
            doing: DOING,
            transient: false,
            source: source.into(),
        })
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
    }
}
