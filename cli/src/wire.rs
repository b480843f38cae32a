//! Puts the parts together: store, queue, bus and nodes, for whichever role this process plays.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use api::{InProcess, MachineToken};
use blueprint::ports::{ApplicationSource, Deployments as _, ReleaseJournal};
use engine::catalog::Catalog;
use engine::document::parse;
use engine::execution::ResumeLinks;
use engine::plan::{self, Plan};
use engine::ports::PortError;
use engine::ports::bus::Bus;
use engine::ports::definitions::{Definition, Definitions};
use engine::ports::launcher::{CancelError, Launcher};
use engine::ports::queue::Queue;
use nodes::deployments::Deployments;
use runner::{Collaborators, Options, RemoteLauncher, SystemClock, Tally};
use store::bus::{MemoryBus, RedisBus};
use store::limits::{Limiter, MemoryLimiter, RedisLimiter};
use store::queue::{MemoryQueue, RedisQueue, RedisQueueOptions};
use store::{
    Config, DatabaseConfig, ExecutionFilter, FileLimits, Paging, Scope, Store, StoreError,
    WorkspaceFiles, private_folder,
};
use uuid::Uuid;

use crate::config::{Allowed, Backend, DataFolder, Running, SecretUrl};
use crate::documents::Place;
use crate::fault::Fault;
use crate::folder_applications::FolderApplications;
use crate::library::Kept;
use crate::server::Server;

/// How long a ticket may be in a runner's hands before another one takes it over.
const TICKET_LEASE: Duration = Duration::from_secs(30);

/// Everything that a runner or an API works with.
pub(crate) struct Parts {
    /// Where requests may go besides public addresses.
    pub(crate) outgoing: egress::Outgoing,
    pub(crate) store: Store,
    pub(crate) queue: Arc<dyn Queue>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) deployments: Deployments,
    pub(crate) limiter: Arc<dyn Limiter>,
    pub(crate) file_limits: FileLimits,
}

impl Parts {
    pub(crate) fn collaborators(&self) -> Collaborators {
        let store = Arc::new(self.store.clone());
        Collaborators {
            executions: store.clone(),
            queue: Arc::clone(&self.queue),
            runners: store.clone(),
            bus: Arc::clone(&self.bus),
            logs: store.clone(),
            definitions: store.clone(),
            schedules: store.clone(),
            cache: store.clone(),
            secrets: store.clone(),
            happenings: store.clone(),
            history: store.clone(),
            tally: Tally::default(),
            variables: store,
            blobs: Arc::new(self.store.blobs().clone()),
            files: Arc::new(WorkspaceFiles::new(self.store.clone(), self.file_limits)),
            catalog: Arc::clone(&self.catalog),
            clock: Arc::new(SystemClock),
        }
    }
}

/// Opens the database and brings its schema up to date.
pub(crate) async fn open_store(data: &DataFolder, backend: &Backend) -> anyhow::Result<Store> {
    let store = open_store_as_it_is(data, backend).await?;
    store
        .migrate()
        .await
        .map_err(|error| unusable_store(error, backend))?;
    store
        .claim_vault()
        .await
        .map_err(|error| unusable_store(error, backend))?;
    store
        .claim_blobs()
        .await
        .map_err(|error| unusable_store(error, backend))?;
    Ok(store)
}

/// Opens the database and leaves its schema alone.
pub(crate) async fn open_store_as_it_is(
    data: &DataFolder,
    backend: &Backend,
) -> anyhow::Result<Store> {
    let config = match backend {
        Backend::Embedded => Config {
            blobs: data.blobs.clone(),
            keys: data.keys.clone(),
            ..Config::sqlite(data.path.join("lathe.db"))
        },
        Backend::Servers {
            database,
            max_connections,
            ..
        } => Config {
            database: DatabaseConfig::Postgres {
                url: database.expose().to_owned(),
                max_connections: *max_connections,
            },
            blobs: data.blobs.clone(),
            keys: data.keys.clone(),
        },
    };
    // Before anything is kept there. Where that fails, whoever needs the folder says so.
    if let Err(error) = private_folder(&data.path) {
        tracing::debug!(%error, "the data folder can't be made");
    }
    Store::open(&config)
        .await
        .map_err(|error| unusable_store(error, backend))
}

/// Whether another process keeps the data folder to itself.
pub(crate) fn is_in_use(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| matches!(cause.downcast_ref(), Some(StoreError::InUse { .. })))
}

fn unusable_store(error: StoreError, backend: &Backend) -> anyhow::Error {
    let fault = match (&error, backend) {
        (StoreError::InUse { lock }, _) => Fault::new(format!(
            "another process uses this data folder: {} is locked",
            lock.display()
        ))
        .mend("Stop that process, or choose another folder with --data DIR."),
        (StoreError::Keys(_), _) => Fault::new(error.to_string())
            .mend("See --master-key and --master-key-file; without them, the file master.key in the data folder is used."),
        (StoreError::Sealed { .. }, _) => Fault::new("what is sealed in the database does not open")
            .mend("Give the master key that it was sealed with: all processes of an installation share one."),
        (StoreError::ForeignBlobs, _) => Fault::new(error.to_string())
            .mend("Name another place with --blobs, or unset LATHE_BLOBS: then blobs are kept in the data folder."),
        (StoreError::Blobs { .. }, _) => Fault::new(format!("the blob store cannot be used: {error}"))
            .mend("See that LATHE_BLOBS names the right place, and the AWS_* variables its server and keys."),
        (_, Backend::Servers { database, .. }) => Fault::new(format!(
            "Postgres at {database} cannot be used"
        ))
        .mend("See that it runs, that the database exists, and that user and password are right."),
        (_, Backend::Embedded) => Fault::new(format!(
            "the database in the data folder cannot be used: {error}"
        ))
        .mend("See that the folder can be written, or choose another with --data DIR."),
    };
    fault.because(error).into()
}

fn unusable_redis(redis: &SecretUrl, error: PortError) -> Fault {
    Fault::new(format!("Redis at {redis} cannot be used: {}", error.source))
        .mend("See that user and password are right, that this user may do what cli/config.default.toml says at redis.url, and that \
               it does not throw keys away (maxmemory-policy noeviction).")
        .because(error)
}

/// Connects queue and bus, and furnishes the nodes. With a folder, applications are looked for there first.
pub(crate) async fn parts(
    store: Store,
    data: &DataFolder,
    backend: &Backend,
    allowed: &Allowed,
    folder: Option<PathBuf>,
) -> anyhow::Result<Parts> {
    let (queue, bus, limiter): (Arc<dyn Queue>, Arc<dyn Bus>, Arc<dyn Limiter>) = match backend {
        Backend::Embedded => (
            Arc::new(MemoryQueue::new()),
            Arc::new(MemoryBus::new()),
            Arc::new(MemoryLimiter::default()),
        ),
        Backend::Servers {
            redis,
            redis_prefix,
            ..
        } => {
            let queue = RedisQueue::new(RedisQueueOptions {
                url: redis.expose().to_owned(),
                prefix: redis_prefix.clone(),
                tag: "default".to_owned(),
                consumer: Uuid::now_v7().to_string(),
                lease: TICKET_LEASE,
            });
            let queue = queue.map_err(|error| unusable_redis(redis, error))?;
            if let Err(error) = queue.check().await {
                if !error.transient {
                    return Err(unusable_redis(redis, error).into());
                }
                tracing::warn!(%error, "Redis does not answer yet; until it does, work is found in the database, slowly");
            }
            let bus = RedisBus::new(redis.expose(), redis_prefix)
                .map_err(|error| unusable_redis(redis, error))?;
            let limiter = RedisLimiter::new(redis.expose(), redis_prefix)
                .map_err(|error| unusable_redis(redis, error))?;
            (Arc::new(queue), Arc::new(bus), Arc::new(limiter))
        }
    };
    let applications: Arc<dyn ApplicationSource> = match folder {
        Some(folder) => Arc::new(FolderApplications::new(folder, store.clone())),
        None => Arc::new(store.clone()),
    };
    let releases: Arc<dyn ReleaseJournal> = Arc::new(store.clone());
    let options = nodes::Options {
        environments: Some(Arc::new(store.clone())),
        releases: Some(Arc::clone(&releases)),
        ..node_options(allowed, Some(applications))
    };
    let catalog = Arc::new(nodes::catalog(&options));
    let deployments =
        Deployments::new(&data.path, allowed.docker_host.as_deref()).with_journal(Some(releases));
    Ok(Parts {
        store,
        queue,
        bus,
        catalog,
        deployments,
        limiter,
        file_limits: data.files.limits,
        outgoing: allowed.outgoing.clone(),
    })
}

fn node_options(
    allowed: &Allowed,
    applications: Option<Arc<dyn ApplicationSource>>,
) -> nodes::Options {
    nodes::Options {
        allow_commands: allowed.commands,
        outgoing: allowed.outgoing.clone(),
        applications,
        environments: None,
        registries: allowed.registries.clone(),
        docker_host: allowed.docker_host.clone(),
        // Asked at the start: a program that is replaced later is the one at this place still.
        program: std::env::current_exe().ok(),
        previews_per_workspace: allowed.previews_per_workspace,
        cargo: allowed.cargo.clone(),
        releases: None,
    }
}

/// The catalogue for a process that keeps documents and runs nothing.
pub(crate) fn catalog_for_documents(allowed: &Allowed) -> Arc<Catalog> {
    Arc::new(nodes::catalog(&node_options(allowed, None)))
}

/// The catalogue for whoever only asks what kinds there are and whether a document fits them.
pub(crate) fn catalog_for_checking() -> Catalog {
    nodes::catalog(&nodes::Options {
        allow_commands: true,
        ..nodes::Options::default()
    })
}

/// The address at which people reach this server. Port 0 is any, so that `bound` knows better.
pub(crate) fn reached_at(running: &Running, bound: Option<SocketAddr>) -> String {
    match (running.url.strip_suffix(":0"), bound) {
        (Some(base), Some(bound)) => format!("{base}:{}", bound.port()),
        _ => running.url.trim_end_matches('/').to_owned(),
    }
}

/// What makes the addresses at which waiting steps can be answered.
pub(crate) async fn links(
    store: &Store,
    running: &Running,
    bound: Option<SocketAddr>,
) -> anyhow::Result<Arc<ResumeLinks>> {
    Ok(Arc::new(ResumeLinks::new(
        reached_at(running, bound),
        store.secret("resume").await?,
    )))
}

pub(crate) fn runner_options(running: &Running, data: &DataFolder, backend: &Backend) -> Options {
    let mut options = Options::new(data.path.clone());
    options.name.clone_from(&running.name);
    options.max_executions = running.max_executions;
    options.max_steps = running.max_steps;
    options.builds_per_workspace = running.builds_per_workspace;
    options.lease = running.lease;
    // A runner that misses a few beats in a row is not dead yet.
    options.beat = options.beat.min(running.lease / 4);
    options.drain = running.drain;
    options.keep = running.keep;
    options.keep_deleted = data.files.keep_deleted;
    options.sole = *backend == Backend::Embedded;
    options
}

/// Reads a workflow document and compiles it, or says where it is wrong.
pub(crate) fn compile(text: &str, catalog: &Catalog) -> Result<Plan, Vec<Place>> {
    let places = |problems: engine::problem::Problems| {
        problems.0.iter().map(Place::from).collect::<Vec<_>>()
    };
    let parsed = parse::parse(text).map_err(places)?;
    plan::compile(parsed.document, catalog)
        .map_err(|problems| places(parsed.source.place(problems)))
}

/// The version of a workflow that was just kept.
pub(crate) async fn definition(store: &Store, kept: &Kept) -> anyhow::Result<Definition> {
    let definition = store.version(kept.id, kept.version).await?;
    definition.ok_or_else(|| anyhow::anyhow!("the workflow `{}` is gone from the store", kept.name))
}

/// Cancels what an earlier `lathe run` on this folder left behind when it was killed: nobody waits for it
/// any more, and it would run beside the new one.
pub(crate) async fn end_abandoned_runs(parts: &Parts, data: &DataFolder) -> anyhow::Result<()> {
    let launcher = RemoteLauncher::new(parts.collaborators(), Options::new(data.path.clone()));
    for status in [
        engine::execution::Status::Queued,
        engine::execution::Status::Running,
        engine::execution::Status::Paused,
        engine::execution::Status::CleaningUp,
    ] {
        let filter = ExecutionFilter {
            status: Some(status),
            ..ExecutionFilter::default()
        };
        let page = parts
            .store
            .list_executions(Scope::System, &filter, &Paging::first(100))
            .await?;
        for execution in page
            .items
            .iter()
            .filter(|execution| execution.trigger == "cli")
        {
            match launcher
                .cancel(execution.id, "the `lathe run` that began it was killed")
                .await
            {
                Ok(()) => {
                    tracing::warn!(execution.id = %execution.id, "cancelled what a killed `lathe run` left behind");
                }
                Err(CancelError::Ended | CancelError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// What the API is handed.
pub(crate) fn api_state(
    parts: &Parts,
    launcher: Arc<dyn Launcher>,
    links: Arc<ResumeLinks>,
    backend: &Backend,
) -> anyhow::Result<api::State> {
    Ok(api::State {
        store: Arc::new(parts.store.clone()),
        blobs: Arc::new(parts.store.blobs().clone()),
        launcher,
        links,
        bus: Arc::clone(&parts.bus),
        queue: Arc::clone(&parts.queue),
        catalog: Arc::clone(&parts.catalog),
        deployments: Arc::new(parts.deployments.clone()),
        limiter: Arc::clone(&parts.limiter),
        metrics: api::Metrics::install()?,
        backend: match backend {
            Backend::Embedded => api::Backend::SqliteMemory,
            Backend::Servers { .. } => api::Backend::PostgresRedis,
        },
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// The interface over a data folder that no server has.
pub(crate) async fn local_server(
    data: &DataFolder,
    backend: &Backend,
    running: &Running,
    allowed: &Allowed,
) -> anyhow::Result<Server> {
    let store = open_store(data, backend).await?;
    let parts = parts(store.clone(), data, backend, allowed, None).await?;
    let options = runner_options(running, data, backend);
    let links = links(&store, running, None).await?;
    let launcher = Arc::new(RemoteLauncher::new(parts.collaborators(), options));
    let (machine_token, token) = MachineToken::random().context("make a token")?;
    let config = api::Config {
        url: reached_at(running, None),
        machine_token: Some(machine_token),
        file_limits: data.files.limits,
        keep_deleted: data.files.keep_deleted,
        ..api::Config::default()
    };
    let api = InProcess::new(config, api_state(&parts, launcher, links, backend)?);
    Ok(Server::in_process(api, store, token))
}

/// Looks each minute how things stand with releases on this machine, as a server does in its own rounds.
pub(crate) fn tell_releases(parts: &Parts) {
    let telling = keep_telling(parts.deployments.clone());
    tokio::spawn(vital::task("telling how things stand", telling));
}

async fn keep_telling(deployments: Deployments) {
    let mut turns = tokio::time::interval(Duration::from_secs(60));
    loop {
        turns.tick().await;
        if let Err(error) = deployments.tell_releases().await {
            tracing::warn!(%error, "how things stand with releases can't be told; it will be looked for again");
        }
    }
}

/// Brings back deployed applications that ran before this machine or process went down. In the background:
/// a slow or broken one must not keep the server from answering.
pub(crate) fn revive_deployments(parts: &Parts) {
    let deployments = parts.deployments.clone();
    tokio::spawn(async move {
        for revival in deployments.revive().await {
            match revival.outcome {
                Ok(deployment) => {
                    tracing::info!(
                        application = revival.application,
                        url = deployment.url,
                        "an application is live again"
                    );
                }
                Err(error) => {
                    tracing::warn!(
                        application = revival.application,
                        error,
                        "an application could not be brought back"
                    );
                }
            }
        }
    });
}
