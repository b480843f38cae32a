//! What the tests of the kinds share, and what holds for every kind.

pub(crate) mod blobs;
mod catalogue;
pub(crate) mod docker;
mod examples;
pub(crate) mod files;
pub(crate) mod mortal;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use engine::node::{Cancellation, Context, Failure, LogSink, LogStream, Outcome, ProgressSink};
use serde_json::Value;
use tokio::sync::watch;

use crate::kind::{ActiveKind, PureKind};

pub(crate) fn run_pure<K: PureKind>(node: K, with: Value) -> Result<Outcome, Failure> {
    let mut catalog = engine::catalog::Catalog::new();
    crate::kind::pure(node).add_to(&mut catalog);
    let entry = catalog.get(K::NAME).unwrap();
    let engine::catalog::Implementation::Pure(node) = &entry.implementation else {
        panic!("it is pure")
    };
    node.run(chrono::Utc::now(), with)
}

/// An operator who lets workflows reach this machine, where the services of the tests are.
pub(crate) fn local() -> crate::Options {
    crate::Options {
        outgoing: "127.0.0.0/8".parse().unwrap(),
        ..crate::Options::default()
    }
}

/// Serves routes on a free port of this machine until the test ends, and gives their address.
pub(crate) async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// A run's surroundings: its folders, what it logged, and a way to cancel it.
pub(crate) struct Surroundings {
    folder: tempfile::TempDir,
    log: Arc<Log>,
    cancel: watch::Sender<bool>,
    pub(crate) context: Context,
}

impl Surroundings {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(Log::default());
        let cancel = watch::Sender::new(false);
        let context = Context {
            owner: engine::node::FIRST_OWNER,
            execution: uuid::Uuid::now_v7(),
            step: "step".into(),
            attempt: 1,
            idempotency_key: "the-key".into(),
            now: chrono::Utc::now(),
            workspace: folder.path().join("workspace").into(),
            data: folder.path().join("data").into(),
            blobs: Arc::new(blobs::MemoryBlobs::default()),
            files: Arc::new(files::MemoryFiles::default()),
            log: log.clone(),
            progress: log.clone(),
            cancellation: Arc::new(Flag(cancel.subscribe())),
        };
        Self {
            folder,
            log,
            cancel,
            context,
        }
    }

    /// The folder that holds both workspace and data.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.context.data.to_path_buf()
    }

    /// Runs a node that has one port and gives its output.
    pub(crate) async fn run<K: ActiveKind>(&self, node: K, with: Value) -> Result<Value, Failure> {
        match self.outcome(node, with).await? {
            Outcome::Done { output, port: None } => Ok(output),
            other => panic!("{other:?} is not an output"),
        }
    }

    /// Runs a node and gives its outcome.
    pub(crate) async fn outcome<K: ActiveKind>(
        &self,
        node: K,
        with: Value,
    ) -> Result<Outcome, Failure> {
        let mut catalog = engine::catalog::Catalog::new();
        crate::kind::active(node).add_to(&mut catalog);
        let entry = catalog.get(K::NAME).unwrap();
        let engine::catalog::Implementation::Active(node) = &entry.implementation else {
            panic!("it is active")
        };
        node.run(self.context.clone(), with).await
    }

    pub(crate) fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// Resolves at the first line that holds a text.
    pub(crate) async fn logged(&self, text: &str) {
        let mut lines = self.log.count.subscribe();
        while !self.lines().iter().any(|line| line.contains(text)) {
            lines.changed().await.unwrap();
        }
    }

    /// What the node said of how far it was.
    pub(crate) fn progress(&self) -> Vec<(Option<f64>, String)> {
        self.log.progress.lock().unwrap().clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.log.lines.lock().unwrap().clone()
    }
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    progress: Mutex<Vec<(Option<f64>, String)>>,
    count: watch::Sender<usize>,
}

impl LogSink for Log {
    fn line(&self, _stream: LogStream, text: &str) {
        self.lines.lock().unwrap().push(text.to_owned());
        self.count.send_modify(|count| *count += 1);
    }
}

impl ProgressSink for Log {
    fn report(&self, fraction: Option<f64>, message: &str) {
        let mut told = self.progress.lock().unwrap();
        told.push((fraction, message.to_owned()));
    }
}

struct Flag(watch::Receiver<bool>);

#[async_trait]
impl Cancellation for Flag {
    fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    async fn cancelled(&self) {
        let mut flag = self.0.clone();
        if flag.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
