//! Runs one step that acts on the world, beside the drive: cache, time-out, cancellation, log.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::duration::Millis;
use engine::node::{ActiveNode, Cancellation, Context, Failure, LogStream, Outcome};
use engine::plan::StepIndex;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Drive, Running};
use crate::cache::{self, Asker, Lookup};
use crate::secrets::Told;
use crate::signs::{Heard, Signs};

/// A step that was told to stop has this long to do so in good order.
const GRACE: Duration = Duration::from_secs(10);

/// A step that is taken, and begins once that is durable.
pub(super) struct Start {
    pub(super) step: StepIndex,
    pub(super) attempt: u32,
    pub(super) with: Arc<Value>,
    /// What its result depends on besides, where its `cache` says so.
    pub(super) cache_key: Option<Value>,
    pub(super) node: Arc<dyn ActiveNode>,
    pub(super) permit: OwnedSemaphorePermit,
    /// Among the builds of its workspace, where it is one and they are limited.
    pub(super) site: Option<OwnedSemaphorePermit>,
}

/// What came of a step.
pub(super) struct Finished {
    pub(super) step: StepIndex,
    pub(super) attempt: u32,
    pub(super) started_at: Time,
    pub(super) with: Arc<Value>,
    pub(super) reason: Option<String>,
    pub(super) result: Result<Outcome, Failure>,
}

impl Drive {
    /// Begins the steps whose taking is durable now.
    pub(super) fn begin_steps(&mut self) {
        for start in std::mem::take(&mut self.starts) {
            let Some(node) = self.execution.node(&self.plan, start.step) else {
                continue;
            };
            let path = self.execution.path(&self.plan, start.step);
            self.acts.store(true, Ordering::Relaxed);
            let cancel = CancellationToken::new();
            let id = self.execution.id;
            let log = self.shared.logs.sink(id, Arc::clone(&path), start.attempt);
            let signs = Arc::new(Signs::new(
                Arc::clone(&path),
                start.attempt,
                Arc::clone(&self.shared.ports.clock),
            ));
            let heard = Heard {
                log: Arc::clone(&log),
                signs: Arc::clone(&signs),
            };
            let options = &self.shared.options;
            let owner = self.accepted.owner;
            let context = Context {
                owner,
                execution: id,
                step: Arc::clone(&path),
                attempt: start.attempt,
                idempotency_key: idempotency_key(id, &path),
                now: self.now(),
                workspace: options.folder_of(id).into(),
                data: options.data.as_path().into(),
                blobs: Arc::clone(&self.shared.ports.blobs),
                files: Arc::clone(&self.shared.ports.files),
                log: Arc::new(heard),
                progress: Arc::clone(&signs) as _,
                cancellation: Arc::new(Token(cancel.clone())),
            };
            let cached = node.cache.as_ref().map(|cache| {
                let asker = Asker {
                    owner,
                    execution: id,
                    step: &path,
                    workflow: &self.accepted.workflow_name,
                    kind: node.kind.kind,
                    version: node.kind.version,
                };
                let declared = start.cache_key.as_ref();
                Lookup::new(&asker, cache.scope, cache.ttl, &start.with, declared)
            });
            let limits = Limits {
                timeout: node.timeout,
                heartbeat: node.heartbeat,
            };
            let shared = Arc::clone(&self.shared);
            let inheritance = self.inheritance.clone();
            let plan = Arc::clone(&self.plan);
            let place = self.execution.step(start.step).map(|step| step.node);
            let (step, attempt, started_at) = (start.step, start.attempt, context.now);
            let token = cancel.clone();
            let task = self.tasks.spawn(async move {
                let Start {
                    step,
                    attempt,
                    with,
                    node,
                    permit,
                    site,
                    ..
                } = start;
                let work = async {
                    if let Some(inheritance) = &inheritance
                        && let Err(failure) = inheritance.come().await
                    {
                        return (Err(failure), None);
                    }
                    let told = match Told::of(&shared.ports, &shared.masks, &plan, owner).await {
                        Ok(told) => told,
                        Err(failure) => return (Err(failure), None),
                    };
                    let template = place.map(|place| &plan.nodes[place as usize].with);
                    let run = |context| async {
                        let with = Value::clone(&with);
                        let with = match template {
                            Some(template) => told.reveal(template, with),
                            None => Ok(with),
                        };
                        told.cleared(node.run(context, with?).await)
                    };
                    let cached = match (cached, template) {
                        (Some(lookup), Some(template)) => {
                            Some(lookup.with_secrets(told.versions(template)))
                        }
                        (cached, _) => cached,
                    };
                    let context = told.heard(context.clone());
                    cache::through(&shared.ports, cached, &node, context, run).await
                };
                let work = bounded(work, &context, limits, &signs, &token);
                let (result, reason) = tokio::select! {
                    biased;
                    ended = work => ended,
                    never = signs.tell(id, &*shared.ports.bus) => match never {},
                };
                drop((permit, site));
                log.flush().await;
                Finished {
                    step,
                    attempt,
                    started_at,
                    with,
                    reason,
                    result,
                }
            });
            self.running.insert(
                step,
                Running {
                    attempt,
                    started_at,
                    cancel,
                    task: task.id(),
                },
            );
        }
    }
}

type Answer = (Result<Outcome, Failure>, Option<String>);

/// How long an attempt may take, and how long it may be silent.
#[derive(Clone, Copy)]
struct Limits {
    timeout: Option<Millis>,
    heartbeat: Option<Millis>,
}

/// Ends the work at its time-out, when it gives no sign of life, or when it is cancelled: first by asking, then by
/// dropping it.
async fn bounded(
    work: impl Future<Output = Answer>,
    context: &Context,
    limits: Limits,
    signs: &Signs,
    cancel: &CancellationToken,
) -> Answer {
    tokio::pin!(work);
    let timed_out = async {
        match limits.timeout {
            Some(timeout) => {
                tokio::time::sleep(timeout.to_std()).await;
                timeout
            }
            None => std::future::pending().await,
        }
    };
    let silent = async {
        match limits.heartbeat {
            Some(heartbeat) => {
                signs.silence(heartbeat.to_std()).await;
                heartbeat
            }
            None => std::future::pending().await,
        }
    };
    let log = |line: String| context.log.line(LogStream::Info, &line);
    let failure = tokio::select! {
        biased;
        answer = &mut work => return answer,
        span = timed_out => {
            log(format!("the step's time-out of {span} has passed; stopping it"));
            Failure::transient("timeout", format!("the step took longer than its time-out of {span}"))
        }
        span = silent => {
            log(format!("no sign of life for {span}; stopping the step"));
            let message = format!("the step reported no progress and wrote no line for its heartbeat of {span}");
            Failure::transient("no_heartbeat", message)
        }
        () = cancel.cancelled() => Failure::permanent("cancelled", "the step was cancelled"),
    };
    cancel.cancel();
    let _ = tokio::time::timeout(GRACE, &mut work).await;
    (Err(failure), None)
}

/// The same for every attempt of a step, so that the world can tell a repetition.
fn idempotency_key(execution: Uuid, step: &str) -> Arc<str> {
    format!("{execution}:{step}").into()
}

struct Token(CancellationToken);

#[async_trait]
impl Cancellation for Token {
    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    async fn cancelled(&self) {
        self.0.cancelled().await;
    }
}
