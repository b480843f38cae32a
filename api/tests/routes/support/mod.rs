//! A whole Lathe in a temporary folder: SQLite, a runner, a small catalogue, and the router before them.

pub(crate) mod authority;
pub(crate) mod browser;
pub(crate) mod deployments;
pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod github;
pub(crate) mod issuer;
pub(crate) mod kinds;
pub(crate) mod people;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use api::{Backend, Config, MachineToken, Metrics, State};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use engine::execution::ResumeLinks;
use engine::ports::bus::{Bus, Topic};
use futures::StreamExt;
use runner::{Collaborators, Options, Runner};
use serde_json::{Value, json};
use store::bus::MemoryBus;
use store::limits::MemoryLimiter;
use store::queue::MemoryQueue;
use store::{Store, WorkspaceFiles};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use deployments::FakeDeployments;
use kinds::Gates;

/// What the operator of the machine shows; tests that are not about accounts ask as that.
pub(crate) const MACHINE: &str = "machine_of_tests";

pub(crate) struct Lathe {
    pub(crate) router: Router,
    pub(crate) state: State,
    pub(crate) store: Arc<Store>,
    pub(crate) gates: Gates,
    pub(crate) deployments: Arc<FakeDeployments>,
    /// The file of the database, for what only time would do.
    pub(crate) database: PathBuf,
    runner: Option<Runner>,
    _data: TempDir,
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Lathe {
    /// With a runner in the same process, as `lathe serve` has it.
    pub(crate) async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let bus = Arc::new(MemoryBus::new());
        Self::start_on(config, Arc::clone(&bus) as _, bus).await
    }

    /// Runner and API may be given different buses, so that news get lost between them.
    pub(crate) async fn start_on(
        mut config: Config,
        spoken: Arc<dyn Bus>,
        heard: Arc<dyn Bus>,
    ) -> Self {
        let data = TempDir::new().unwrap();
        config.machine_token = Some(MachineToken::of(MACHINE));
        let store = Store::open(&store::Config::sqlite(data.path().join("lathe.db")))
            .await
            .unwrap();
        store.migrate().await.unwrap();
        let store = Arc::new(store);
        let gates = Gates::default();
        let catalog = Arc::new(kinds::catalog(&gates));
        let queue = Arc::new(MemoryQueue::new());
        let ports = Collaborators {
            executions: Arc::clone(&store) as _,
            queue: Arc::clone(&queue) as _,
            runners: Arc::clone(&store) as _,
            bus: spoken,
            logs: Arc::clone(&store) as _,
            definitions: Arc::clone(&store) as _,
            schedules: Arc::clone(&store) as _,
            cache: Arc::clone(&store) as _,
            secrets: Arc::clone(&store) as _,
            happenings: Arc::clone(&store) as _,
            history: Arc::clone(&store) as _,
            tally: runner::Tally::default(),
            variables: Arc::clone(&store) as _,
            blobs: Arc::new(store.blobs().clone()),
            files: Arc::new(WorkspaceFiles::new((*store).clone(), config.file_limits)),
            catalog: Arc::clone(&catalog),
            clock: Arc::new(runner::SystemClock),
        };
        let links = Arc::new(ResumeLinks::new("http://localhost:4000", [7; 32]));
        let options = Options {
            sole: true,
            links: Some(Arc::clone(&links)),
            ..Options::new(data.path().join("data"))
        };
        let runner = Runner::start(ports, options).await.unwrap();
        let deployments = Arc::new(FakeDeployments::default());
        let state = State {
            links,
            store: Arc::clone(&store),
            blobs: Arc::new(store.blobs().clone()),
            launcher: runner.launcher(),
            bus: heard,
            queue,
            catalog,
            deployments: Arc::clone(&deployments) as _,
            limiter: Arc::new(MemoryLimiter::default()),
            metrics: metrics(),
            backend: Backend::SqliteMemory,
            version: "0.0.0-test",
        };
        let (router, _) = api::router(config, state.clone());
        Self {
            router,
            state,
            store,
            gates,
            deployments,
            database: data.path().join("lathe.db"),
            runner: Some(runner),
            _data: data,
        }
    }

    pub(crate) async fn stop(mut self) {
        if let Some(runner) = self.runner.take() {
            runner.stop().await;
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let host = request.headers().get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
        let is_for_lathe = !host.contains(".localhost");
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if is_for_lathe {
            document::check(&method, &path, parts.status, &parts.headers, &text);
        }
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply {
            status: parts.status,
            headers: parts.headers,
            body,
            text,
            bytes: bytes.to_vec(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(request(Method::DELETE, path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(with_json(request(Method::POST, path), &body))
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(with_json(request(Method::PUT, path), &body))
            .await
    }

    /// Creates a workflow from its YAML text and gives its id.
    pub(crate) async fn workflow(&self, source: &str) -> String {
        let reply = self.post("/api/workflows", json!({"source": source})).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        reply.body["id"].as_str().unwrap().to_owned()
    }

    /// Runs a workflow, waits for its end, and gives the execution.
    pub(crate) async fn run(&self, workflow: &str, inputs: Value) -> Value {
        let reply = self
            .post(
                &format!("/api/workflows/{workflow}/execute?wait=30s"),
                json!({"inputs": inputs}),
            )
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        reply.body
    }

    /// Reads an execution again and again until it is as wanted.
    pub(crate) async fn until(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut news = self
            .state
            .bus
            .subscribe(Topic::Execution(id.parse().unwrap()))
            .await
            .unwrap();
        loop {
            let reply = self.get(&format!("/api/executions/{id}")).await;
            if wanted(&reply.body) {
                return reply.body;
            }
            news.next().await;
        }
    }

    /// Begins a workflow and gives the execution's id.
    pub(crate) async fn begin(&self, workflow: &str) -> String {
        let reply = self
            .post(&format!("/api/workflows/{workflow}/execute"), json!({}))
            .await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        reply.body["id"].as_str().unwrap().to_owned()
    }
}

impl Reply {
    /// An enveloped error with this status and code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!(
            (self.status.as_u16(), self.body["error"]["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        assert!(
            self.body["error"]["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty()),
            "{}",
            self.text
        );
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// The server on a port, until told to stop.
pub(crate) async fn serve(lathe: &Lathe) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    serve_with(lathe, Config::default()).await
}

pub(crate) async fn serve_with(
    lathe: &Lathe,
    mut config: Config,
) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    config.machine_token = Some(MachineToken::of(MACHINE));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let state = lathe.state.clone();
    let served = tokio::spawn(async move {
        let shutdown = async { drop(stopped.await) };
        api::serve(config, state, listener, shutdown).await.unwrap();
    });
    (address, stop, served)
}

pub(crate) fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:4000")
        .header(header::AUTHORIZATION, format!("Bearer {MACHINE}"))
}

pub(crate) fn with_json(request: axum::http::request::Builder, body: &Value) -> Request<Body> {
    request
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// One recorder serves all tests of the process.
fn metrics() -> Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(|| Metrics::install().unwrap()).clone()
}
