//! Commits as the engine would make them.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use engine::Time;
use engine::execution::{Event, EventKind, Status, StepRecord, StepRef, StepStatus};
use engine::node::ErrorValue;
use engine::ports::executions::{Accepted, Commit, Committed, ExecutionStore, StoredOutput};
use serde_json::{Value, json};
use store::{FIRST_WORKSPACE, Store};
use uuid::Uuid;

/// Microseconds are what both databases keep.
pub(crate) fn moment(micros: i64) -> Time {
    DateTime::from_timestamp_micros(1_790_000_000_000_000 + micros).unwrap()
}

pub(crate) fn event(seq: u64, kind: EventKind) -> Event {
    Event {
        seq,
        at: moment(i64::try_from(seq).unwrap()),
        kind,
    }
}

/// The first commit of an execution.
pub(crate) fn accept(workflow: Uuid) -> Commit {
    let id = Uuid::now_v7();
    Commit {
        id,
        expected_version: 0,
        accepted: Some(Accepted {
            owner: FIRST_WORKSPACE,
            id,
            workflow_id: workflow,
            workflow_name: "ship".into(),
            workflow_version: 1,
            inputs: json!({ "target": "docker", "text": "snow\u{2603} \u{0} end" }),
            trigger: "api".into(),
            started_by: None,
            parent: None,
            idempotency_key: None,
            options: Default::default(),
            gate: None,
            rerun: None,
            created_at: moment(1),
        }),
        frontier: r#"{"v":1,"steps":[]}"#.into(),
        status: Status::Queued,
        seq: 1,
        wake_at: None,
        holders: Vec::new(),
        started_at: None,
        finished_at: None,
        output: None,
        error: None,
        steps: Vec::new(),
        events: vec![event(1, EventKind::Queued)],
        expires_at: None,
        waits: Vec::new(),
        waits_over: Vec::new(),
        signals_over: Vec::new(),
        place_passes_to: None,
        spawned: Vec::new(),
    }
}

/// A commit on top of `version`, with one event of its own.
pub(crate) fn progress(id: Uuid, version: u64) -> Commit {
    let runner = Uuid::now_v7();
    let step = StepRef {
        index: 0,
        path: Arc::from("fetch"),
        attempt: 1,
    };
    Commit {
        id,
        expected_version: version,
        accepted: None,
        frontier: format!(r#"{{"v":1,"steps":[],"version":{version},"by":"{runner}"}}"#),
        status: Status::Running,
        seq: version + 1,
        wake_at: None,
        holders: vec![runner],
        started_at: Some(moment(2)),
        finished_at: None,
        output: None,
        error: None,
        steps: Vec::new(),
        events: vec![event(version + 1, EventKind::StepRunning { step, runner })],
        expires_at: None,
        waits: Vec::new(),
        waits_over: Vec::new(),
        signals_over: Vec::new(),
        place_passes_to: None,
        spawned: Vec::new(),
    }
}

/// The last commit of an execution.
pub(crate) fn finish(id: Uuid, version: u64, status: Status) -> Commit {
    Commit {
        status,
        holders: Vec::new(),
        finished_at: Some(moment(9)),
        // To be left out by the store: what has ended needs no waking.
        wake_at: Some(moment(0)),
        output: (status == Status::Succeeded).then(|| json!({ "answer": 42 })),
        error: (status == Status::Failed)
            .then(|| ErrorValue::new("http_status", "the server said 500")),
        ..progress(id, version)
    }
}

pub(crate) fn step(path: &str, attempt: u32, status: StepStatus) -> StepRecord {
    StepRecord {
        path: path.into(),
        attempt,
        node: path.into(),
        kind: "http.request",
        status,
        input: Some(Arc::new(json!({ "url": "http://127.0.0.1/" }))),
        output: (status == StepStatus::Succeeded).then(|| Arc::new(json!({ "step": path }))),
        error: (status == StepStatus::Failed).then(|| ErrorValue::new("timeout", "too slow")),
        port: None,
        reason: Some("its input\0changed".into()),
        runner: Some(Uuid::now_v7()),
        started_at: moment(3),
        finished_at: moment(4) + TimeDelta::microseconds(i64::from(attempt)),
    }
}

/// Commits and insists on success; returns the new version.
pub(crate) async fn done(store: &Store, commit: Commit) -> u64 {
    match store.commit(commit).await.unwrap() {
        Committed::Done { version } => version,
        other => panic!("the commit was not recorded: {other:?}"),
    }
}

/// Accepts an execution that is due at this moment.
pub(crate) async fn due_at(store: &Store, at: Time) -> Uuid {
    let commit = Commit {
        wake_at: Some(at),
        ..accept(Uuid::now_v7())
    };
    let id = commit.id;
    done(store, commit).await;
    id
}

pub(crate) fn long_ago() -> Time {
    Utc::now() - TimeDelta::hours(1)
}

/// An output as it is loaded.
pub(crate) fn given(path: &str, attempt: u32, value: Value) -> StoredOutput {
    StoredOutput {
        path: path.to_owned(),
        attempt,
        value,
    }
}
