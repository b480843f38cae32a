//! What can be subscribed to, by whom, and what carries it out. What is not the caller's is not found.

use std::sync::Arc;

use engine::ports::bus::{Notice, Topic};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::sync::watch;
use uuid::Uuid;

use super::outbox::Outbox;
use super::presence::Seat;
use super::{execution, executions, notifications, presence};
use crate::access::{Caller, Scoped, Via};
use crate::error::{ApiError, ApiResult, Code};
use crate::events::Since;
use crate::schemas::live::{Doing, LiveSubscription, LiveTopic, ThingKind};
use crate::state::App;
use crate::wait;

/// The work of a topic, made ready.
pub(super) enum Work {
    Executions {
        app: Scoped,
        workflow: Option<Uuid>,
        since: Option<String>,
    },
    Execution {
        app: Scoped,
        id: Uuid,
        since: Since,
        lines_only: bool,
    },
    Notifications(App, Uuid, Option<u64>),
    Presence(Seat, watch::Receiver<Doing>),
}

/// What a topic goes by.
pub(super) struct Opened {
    pub(super) work: Work,
    /// What whoever hears it tells of themself.
    pub(super) doing: Option<watch::Sender<Doing>>,
}

impl LiveSubscription {
    pub(super) fn topic(&self) -> LiveTopic {
        match *self {
            Self::Executions { workflow_id, .. } => LiveTopic::Executions { workflow_id },
            Self::Execution { id, .. } => LiveTopic::Execution { id },
            Self::Logs { id, .. } => LiveTopic::Logs { id },
            Self::Notifications { .. } => LiveTopic::Notifications {},
            Self::Presence { kind, id, .. } => LiveTopic::Presence { kind, id },
        }
    }
}

impl LiveTopic {
    /// What it takes in the workspace; nothing where it is one's own account's.
    pub(super) fn permission(&self) -> Option<&'static str> {
        match self {
            Self::Executions { .. } | Self::Execution { .. } | Self::Logs { .. } => {
                Some("executions:read")
            }
            Self::Notifications {} => None,
            Self::Presence { kind, .. } => Some(match kind {
                ThingKind::Workflow => "workflows:read",
                ThingKind::Application => "applications:read",
                ThingKind::Model => "models:read",
                ThingKind::Prompt => "prompts:read",
                ThingKind::Execution => "executions:read",
            }),
        }
    }
}

/// Looks up what is asked for; the permission has been checked.
pub(super) async fn open(
    app: &App,
    caller: &Arc<Caller>,
    socket: Uuid,
    wanted: LiveSubscription,
) -> ApiResult<Opened> {
    let scoped = || Scoped::of(app.clone(), Arc::clone(caller));
    let work = match wanted {
        LiveSubscription::Executions { workflow_id, since } => {
            let app = scoped()?;
            if let Some(workflow) = workflow_id
                && app.store.workflow(app.scope(), workflow).await?.is_none()
            {
                return Err(ApiError::not_found("workflow"));
            }
            Work::Executions {
                app,
                workflow: workflow_id,
                since,
            }
        }
        LiveSubscription::Execution {
            id,
            since,
            log_since,
        } => one(scoped()?, id, Some(since), log_since).await?,
        LiveSubscription::Logs { id, log_since } => one(scoped()?, id, None, log_since).await?,
        LiveSubscription::Notifications { since } => {
            let person = caller.person.as_ref();
            let person = person.filter(|_| matches!(caller.via, Via::Session(_)));
            let person = person.ok_or_else(not_a_person)?;
            Work::Notifications(app.clone(), person.id, since)
        }
        LiveSubscription::Presence { kind, id, doing } => {
            let person = caller.person.as_ref().ok_or_else(not_a_person)?;
            find(&scoped()?, kind, id).await?;
            let user = app.store.user(person.id).await?;
            let user = user.ok_or_else(ApiError::unauthorized)?;
            let seat = Seat {
                app: app.clone(),
                thing: id,
                socket,
                user: user.id,
                name: user.name,
            };
            let (sender, receiver) = watch::channel(doing);
            return Ok(Opened {
                work: Work::Presence(seat, receiver),
                doing: Some(sender),
            });
        }
    };
    Ok(Opened { work, doing: None })
}

/// Without `since` only its log is wanted.
async fn one(app: Scoped, id: Uuid, since: Option<u64>, log: i64) -> ApiResult<Work> {
    let execution = wait::read(&app, id).await?.summary;
    // A client can't know more than has happened; one that says so would wait for ever.
    let seq = since.unwrap_or(u64::MAX).min(execution.seq);
    let ended = execution.status.is_terminal() && seq == execution.seq;
    Ok(Work::Execution {
        app,
        id,
        since: Since { seq, log, ended },
        lines_only: since.is_none(),
    })
}

async fn find(app: &Scoped, kind: ThingKind, id: Uuid) -> ApiResult<()> {
    let (store, scope) = (&app.store, app.scope());
    let (what, is_there) = match kind {
        ThingKind::Workflow => ("workflow", store.workflow(scope, id).await?.is_some()),
        ThingKind::Application => ("application", store.application(scope, id).await?.is_some()),
        ThingKind::Model => ("model", store.model(scope, id).await?.is_some()),
        ThingKind::Prompt => ("prompt", store.prompt(scope, id).await?.is_some()),
        ThingKind::Execution => {
            let found = store.executions_among(scope, None, &[id]).await?;
            ("execution", !found.is_empty())
        }
    };
    match is_there {
        true => Ok(()),
        false => Err(ApiError::not_found(what)),
    }
}

fn not_a_person() -> ApiError {
    let message = "this is for people who have logged in, and whoever asks is none";
    ApiError::new(Code::Forbidden, message)
}

impl Work {
    pub(super) async fn run(self, outbox: Outbox) {
        match self {
            Self::Executions {
                app,
                workflow,
                since,
            } => executions::follow(app, workflow, since, outbox).await,
            Self::Execution {
                app,
                id,
                since,
                lines_only,
            } => execution::follow(app, id, since, lines_only, outbox).await,
            Self::Notifications(app, user, since) => {
                notifications::follow(app, user, since, outbox).await;
            }
            Self::Presence(seat, doing) => presence::follow(seat, doing, outbox).await,
        }
    }

    /// Whoever has to be told that it is over.
    pub(super) fn seat(&self) -> Option<Seat> {
        match self {
            Self::Presence(seat, _) => Some(seat.clone()),
            _ => None,
        }
    }
}

/// What the bus says of a topic; nothing while it is away, and the database has it all.
pub(super) async fn listen(app: &App, topic: Topic) -> BoxStream<'static, Notice> {
    match app.bus.subscribe(topic).await {
        Ok(news) => news,
        Err(error) => {
            tracing::warn!(%error, "news can't be heard of; they are looked for instead");
            stream::pending().boxed()
        }
    }
}
