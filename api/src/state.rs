//! What the API is handed by whoever starts it, and what it keeps besides.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use blueprint::ports::Deployments;
use engine::catalog::Catalog;
use engine::execution::ResumeLinks;
use engine::ports::blobs::Blobs;
use engine::ports::bus::Bus;
use engine::ports::launcher::Launcher;
use engine::ports::queue::Queue;
use serde::Serialize;
use store::Store;
use store::limits::Limiter;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use crate::access::{Identities, Rules};
use crate::accounts::signer::Signer;
use crate::config::Config;
use crate::definitions::Definitions;
use crate::layers::throttle::Throttle;
use crate::limits::Limits;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::oauth::Providers;
use crate::proxy::{self, ProxyClient};
use crate::realtime::{Journals, Places};
use crate::routes::server::readyz::Pulse;
use crate::validation::Shapes;

/// Everything outside that the API works with.
#[derive(Clone)]
pub struct State {
    pub store: Arc<Store>,
    /// Where large values and kept bytes of executions are.
    pub blobs: Arc<dyn Blobs>,
    pub launcher: Arc<dyn Launcher>,
    /// Proves that whoever answers a waiting step was given its link.
    pub links: Arc<ResumeLinks>,
    pub bus: Arc<dyn Bus>,
    pub queue: Arc<dyn Queue>,
    pub catalog: Arc<Catalog>,
    pub deployments: Arc<dyn Deployments>,
    /// Counts how often things are tried.
    pub limiter: Arc<dyn Limiter>,
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
    pub(crate) live: Live,
    pub(crate) rules: Rules,
    /// What each operation takes.
    pub(crate) shapes: Shapes,
    pub(crate) identities: Identities,
    pub(crate) signer: Signer,
    pub(crate) limits: Limits,
    pub(crate) throttle: Throttle,
    pub(crate) providers: Providers,
    /// Takes what other systems are told to them: only to where the operator lets requests go.
    pub(crate) courier: egress::Client,
    /// Something is to be delivered.
    pub(crate) deliveries_due: Notify,
    /// How many sockets each account has here.
    pub(crate) places: Places,
    /// Those under way: whoever asked for one may be gone.
    pub(crate) changes: TaskTracker,
    /// Whether the database answers.
    pub(crate) pulse: Pulse,
    /// What changed last in workspaces that are watched.
    pub(crate) journals: Journals,
    pub(crate) proxy: ProxyClient,
    pub(crate) started: Instant,
    /// One change of an application's models at a time: each checks all of them together.
    pub(crate) designing: tokio::sync::Mutex<()>,
    /// A workspace changed how long it keeps its executions.
    pub(crate) retention_changed: Notify,
    /// Ends waits and sockets when the server stops.
    pub(crate) stopping: CancellationToken,
}

impl App {
    pub(crate) fn new(
        config: Config,
        state: State,
        document: &OpenApi,
        stopping: CancellationToken,
    ) -> Self {
        let definitions = Definitions::new(Arc::clone(&state.store));
        let live = Live::new(Arc::clone(&state.deployments));
        let limits = Limits::new(Arc::clone(&state.limiter));
        let throttle = Throttle::new(&*state.limiter, &config.request_limits);
        let providers = Providers::new(
            &config.providers,
            config.outgoing.clone(),
            config.provider_patience,
        );
        let guard = egress::Guard::new(&config.outgoing);
        let courier = egress::Client::new(guard).without_redirects();
        let started = Instant::now();
        Self(Arc::new(Inner {
            state,
            config,
            definitions,
            live,
            rules: Rules::of(document),
            shapes: Shapes::of(document),
            identities: Identities::default(),
            signer: Signer::default(),
            limits,
            throttle,
            providers,
            courier,
            deliveries_due: Notify::new(),
            places: Places::default(),
            changes: TaskTracker::new(),
            pulse: Pulse::default(),
            journals: Journals::default(),
            proxy: proxy::client(),
            designing: tokio::sync::Mutex::default(),
            retention_changed: Notify::new(),
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
