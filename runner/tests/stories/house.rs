//! A store in a temporary folder and a runner on it.

use std::sync::Arc;
use std::time::Duration;

use engine::execution::Status;
use engine::ports::bus::{Notice, Topic};
use engine::ports::definitions::{Definition, VersionChoice};
use engine::ports::executions::ExecutionResult;
use engine::ports::launcher::{Launch, LaunchError, Launched};
use futures::StreamExt;
use runner::{Collaborators, Options, Runner};
use serde_json::{Value, json};
use store::bus::MemoryBus;
use store::queue::MemoryQueue;
use store::{
    Config, ExecutionRecord, FIRST_WORKSPACE, FileLimits, NewWorkflow, Scope, Store, StoredStep,
    WorkspaceFiles,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::nodes::Stage;

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) ports: Collaborators,
    pub(crate) stage: Stage,
    pub(crate) folder: TempDir,
    pub(crate) runner: Option<Runner>,
}

impl House {
    pub(crate) async fn open() -> Self {
        let mut house = Self::without_runner().await;
        house.runner = Some(house.start_runner("one").await);
        house
    }

    pub(crate) async fn without_runner() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(&Config::sqlite(folder.path().join("lathe.db")))
            .await
            .unwrap();
        store.migrate().await.unwrap();
        let stage = Stage::new();
        let shared = Arc::new(store.clone());
        let ports = Collaborators {
            executions: shared.clone(),
            queue: Arc::new(MemoryQueue::new()),
            runners: shared.clone(),
            bus: Arc::new(MemoryBus::new()),
            logs: shared.clone(),
            definitions: shared.clone(),
            schedules: shared.clone(),
            cache: shared.clone(),
            secrets: shared.clone(),
            happenings: shared.clone(),
            history: shared.clone(),
            tally: runner::Tally::default(),
            variables: shared,
            blobs: Arc::new(store.blobs().clone()),
            files: Arc::new(WorkspaceFiles::new(store.clone(), FileLimits::default())),
            catalog: Arc::new(stage.catalog()),
            clock: Arc::new(runner::SystemClock),
        };
        Self {
            store,
            ports,
            stage,
            folder,
            runner: None,
        }
    }

    pub(crate) fn options(&self, name: &str) -> Options {
        let mut options = Options::new(self.folder.path().to_owned());
        options.name = name.to_owned();
        // Short, so that a takeover takes no longer than a test should.
        options.lease = Duration::from_millis(600);
        options.beat = Duration::from_millis(100);
        options.sweep = Duration::from_millis(50);
        options.drain = Duration::from_millis(500);
        options.requeue = Duration::from_millis(200);
        options
    }

    pub(crate) async fn start_runner(&self, name: &str) -> Runner {
        Runner::start(self.ports.clone(), self.options(name))
            .await
            .unwrap()
    }

    pub(crate) async fn workflow(
        &self,
        name: &str,
        nodes: Value,
        edges: &[&str],
        more: Value,
    ) -> Arc<Definition> {
        let mut document = json!({ "lathe": 1, "name": name, "nodes": nodes, "edges": edges });
        document
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let document = engine::document::parse::from_value(document).unwrap();
        let new = NewWorkflow {
            name: name.to_owned(),
            label: None,
            description: None,
            node_count: document.nodes.len() as u32,
            document: serde_json::to_value(document).unwrap(),
            layout: None,
            author: None,
        };
        self.store
            .create_workflow(Scope::System, new, None)
            .await
            .unwrap();
        Arc::new(
            self.ports
                .definitions
                .named(FIRST_WORKSPACE, name, Some(VersionChoice::NEWEST))
                .await
                .unwrap()
                .unwrap(),
        )
    }

    pub(crate) async fn launch(
        &self,
        definition: &Arc<Definition>,
        inputs: Value,
    ) -> Result<Launched, LaunchError> {
        self.launch_as(Uuid::now_v7(), definition, inputs, None, true)
            .await
    }

    pub(crate) async fn launch_as(
        &self,
        id: Uuid,
        definition: &Arc<Definition>,
        inputs: Value,
        idempotency_key: Option<&str>,
        wait: bool,
    ) -> Result<Launched, LaunchError> {
        let launch = Launch {
            id,
            definition: Arc::clone(definition),
            inputs,
            trigger: "test".to_owned(),
            started_by: None,
            idempotency_key: idempotency_key.map(str::to_owned),
            options: Default::default(),
            again: None,
            wait,
        };
        self.runner
            .as_ref()
            .unwrap()
            .launcher()
            .launch(launch)
            .await
    }

    /// Launches, and waits for the end.
    pub(crate) async fn run(
        &self,
        definition: &Arc<Definition>,
        inputs: Value,
    ) -> (Uuid, ExecutionResult) {
        let id = Uuid::now_v7();
        let end = self.end_of(id).await;
        let launched = self
            .launch_as(id, definition, inputs, None, true)
            .await
            .unwrap();
        match launched.finished {
            Some(finished) => (id, finished),
            None => (id, end.await),
        }
    }

    /// Resolves with the result once the execution has ended.
    pub(crate) async fn end_of(&self, id: Uuid) -> impl Future<Output = ExecutionResult> + use<> {
        let mut notices = self
            .ports
            .bus
            .subscribe(Topic::Execution(id))
            .await
            .unwrap();
        let executions = Arc::clone(&self.ports.executions);
        async move {
            let ended = async {
                loop {
                    if let Some(result) = executions.result(id).await.unwrap()
                        && result.status.is_terminal()
                    {
                        return result;
                    }
                    loop {
                        match notices.next().await {
                            Some(Notice::Events { events, .. })
                                if events.iter().any(|event| event.kind.is_terminal()) =>
                            {
                                break;
                            }
                            Some(_) => {}
                            None => break,
                        }
                    }
                }
            };
            tokio::time::timeout(Duration::from_secs(30), ended)
                .await
                .expect("the run did not end")
        }
    }

    pub(crate) async fn record(&self, id: Uuid) -> ExecutionRecord {
        self.store
            .execution(Scope::System, id)
            .await
            .unwrap()
            .unwrap()
    }

    pub(crate) async fn steps(&self, id: Uuid) -> Vec<StoredStep> {
        self.store.execution_steps(Scope::System, id).await.unwrap()
    }
}

#[track_caller]
pub(crate) fn succeeded(result: &ExecutionResult) -> &Value {
    assert_eq!(result.status, Status::Succeeded, "{:?}", result.error);
    result.output.as_ref().unwrap()
}
