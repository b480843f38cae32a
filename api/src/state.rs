//! What the API is handed by whoever starts it, and what it keeps besides.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use engine::catalog::Catalog;
use engine::ports::bus::Bus;
use engine::ports::launcher::Launcher;
use engine::ports::queue::Queue;
use serde::Serialize;
use store::Store;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::config::Config;
use crate::definitions::Definitions;
use crate::metrics::Metrics;
use crate::proxy::{self, ProxyClient};

/// Everything outside that the API works with.
#[derive(Clone)]
pub struct State {
    pub store: Arc<Store>,
    pub launcher: Arc<dyn Launcher>,
    pub bus: Arc<dyn Bus>,
    pub queue: Arc<dyn Queue>,
    pub catalog: Arc<Catalog>,
    pub metrics: Metrics,
    pub backend: Backend,
    /// The version of Lathe.
    pub version: &'static str,
}

/// What this installation keeps its data in, and what carries its tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum Backend {
    #[serde(rename = "sqlite+memory")]
    SqliteMemory,
    #[serde(rename = "postgres+redis")]
    PostgresRedis,
}

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) config: Config,
    pub(crate) definitions: Definitions,
    pub(crate) proxy: ProxyClient,
    pub(crate) started: Instant,
    /// Ends waits and sockets when the server stops.
    pub(crate) stopping: CancellationToken,
}

impl App {
    pub(crate) fn new(config: Config, state: State, stopping: CancellationToken) -> Self {
        let definitions = Definitions::new(Arc::clone(&state.store));
        let started = Instant::now();
        Self(Arc::new(Inner {
            state,
            config,
            definitions,
            proxy: proxy::client(),
            started,
            stopping,
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}
