//! What is committed is there, whole; what is committed together stands and falls apart.

use engine::execution::{Status, StepStatus};
use engine::ports::executions::{Accepted, Commit, Committed, ExecutionStore, Parent, Rerun};
use futures::future::join_all;
use serde_json::json;
use store::{FIRST_WORKSPACE, Scope};
use uuid::Uuid;

use crate::commits::{accept, done, finish, given, moment, progress, step};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    comes_back_as_it_went_in,
    one_commit_accepts_and_finishes,
    steps_events_and_results_are_history,
    many_at_once_are_all_recorded,
    a_child_begins_with_its_parents_commit,
    one_bad_commit_does_not_harm_its_batch,
    close_answers_what_was_taken,
);

async fn comes_back_as_it_went_in(stand: Stand) {
    let store = &stand.store;
    let parent = Parent {
        execution: Uuid::now_v7(),
        step: "call[3].it".into(),
    };
    let mut commit = accept(Uuid::now_v7());
    let accepted = commit.accepted.as_mut().unwrap();
    accepted.parent = Some(parent);
    accepted.idempotency_key = Some("ключ".into());
    accepted.options.only = Some("import[3].fetch".into());
    accepted.rerun = Some(Rerun {
        of: Uuid::now_v7(),
        from: vec!["import[3].fetch".into()],
    });
    let (id, accepted, frontier) = (commit.id, accepted.clone(), commit.frontier.clone());
    assert_eq!(done(store, commit).await, 1);

    let loaded = store.load(id).await.unwrap().unwrap();
    assert_eq!(loaded.accepted, accepted);
    assert_eq!(
        (loaded.version, loaded.frontier, loaded.status),
        (1, frontier, Status::Queued)
    );
    assert_eq!(loaded.outputs, []);
    assert_eq!(store.load(Uuid::now_v7()).await.unwrap(), None);

    let record = store.execution(Scope::System, id).await.unwrap().unwrap();
    assert_eq!(record.inputs, accepted.inputs);
    assert_eq!(record.summary.created_at, accepted.created_at);
    assert_eq!(
        (record.summary.seq, record.summary.trigger.as_str()),
        (1, "api")
    );
}

async fn one_commit_accepts_and_finishes(stand: Stand) {
    let store = &stand.store;
    let Accepted { id, .. } = accept(Uuid::now_v7()).accepted.unwrap();
    let whole = Commit {
        id,
        accepted: Some(Accepted {
            owner: FIRST_WORKSPACE,
            id,
            ..accept(Uuid::now_v7()).accepted.unwrap()
        }),
        steps: vec![step("only", 1, StepStatus::Succeeded)],
        ..finish(id, 0, Status::Succeeded)
    };
    assert_eq!(store.result(id).await.unwrap(), None);
    assert_eq!(done(store, whole).await, 1);
    let result = store.result(id).await.unwrap().unwrap();
    assert_eq!(
        (result.status, result.output),
        (Status::Succeeded, Some(json!({ "answer": 42 })))
    );
    assert_eq!(
        store.load(id).await.unwrap().unwrap().outputs,
        [given("only", 1, json!({ "step": "only" }))]
    );
}

async fn steps_events_and_results_are_history(stand: Stand) {
    let store = &stand.store;
    let commit = accept(Uuid::now_v7());
    let id = commit.id;
    done(store, commit).await;
    let mut attempts = vec![
        step("fetch", 1, StepStatus::Failed),
        step("fetch", 2, StepStatus::Succeeded),
    ];
    attempts[1].port = Some("yes".into());
    let started = Commit {
        steps: attempts.clone(),
        ..progress(id, 1)
    };
    let told = started.events.clone();
    assert_eq!(done(store, started).await, 2);
    assert_eq!(done(store, finish(id, 2, Status::Failed)).await, 3);

    let outputs = store.load(id).await.unwrap().unwrap().outputs;
    assert_eq!(outputs, [given("fetch", 2, json!({ "step": "fetch" }))]);

    let steps = store.execution_steps(Scope::System, id).await.unwrap();
    assert_eq!(
        steps
            .iter()
            .map(|step| (step.attempt, step.status))
            .collect::<Vec<_>>(),
        [(1, StepStatus::Failed), (2, StepStatus::Succeeded)]
    );
    assert_eq!(steps[0].error, attempts[0].error);
    let ports: Vec<Option<&str>> = steps.iter().map(|step| step.port.as_deref()).collect();
    assert_eq!(ports, [None, Some("yes")]);
    assert_eq!(steps[0].input.as_ref(), attempts[0].input.as_deref());
    assert_eq!(
        (steps[1].runner, steps[1].finished_at),
        (attempts[1].runner, attempts[1].finished_at)
    );
    assert_eq!(steps[0].reason.as_deref(), Some("its input\u{fffd}changed"));

    let events = store.execution_events(Scope::System, id, 0).await.unwrap();
    assert_eq!(
        events.iter().map(|event| event.seq).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(events[1], told[0]);
    let rest = store.execution_events(Scope::System, id, 2).await.unwrap();
    assert_eq!(rest.iter().map(|event| event.seq).collect::<Vec<_>>(), [3]);

    let result = store.result(id).await.unwrap().unwrap();
    assert_eq!(
        (result.status, result.output, result.error.unwrap().code),
        (Status::Failed, None, "http_status".to_owned())
    );
    let record = store.execution(Scope::System, id).await.unwrap().unwrap();
    assert_eq!(
        (record.summary.started_at, record.summary.finished_at),
        (Some(moment(2)), Some(moment(9)))
    );
}

async fn many_at_once_are_all_recorded(stand: Stand) {
    let store = &stand.store;
    // More than one batch holds.
    let commits: Vec<Commit> = (0..700).map(|_| accept(Uuid::now_v7())).collect();
    let ids: Vec<Uuid> = commits.iter().map(|commit| commit.id).collect();
    let answers = join_all(commits.into_iter().map(|commit| store.commit(commit))).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.unwrap() == Committed::Done { version: 1 })
    );
    let steps = |id| Commit {
        steps: (1..=20)
            .map(|attempt| step("many", attempt, StepStatus::Succeeded))
            .collect(),
        ..progress(id, 1)
    };
    let answers = join_all(ids.iter().map(|id| store.commit(steps(*id)))).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.unwrap() == Committed::Done { version: 2 })
    );
    let seen = store.glimpse(&ids).await.unwrap();
    assert_eq!(seen.len(), ids.len());
    assert!(
        seen.iter()
            .all(|glimpse| glimpse.version == 2 && glimpse.status == Status::Running)
    );
    assert_eq!(
        store
            .execution_steps(Scope::System, ids[699])
            .await
            .unwrap()
            .len(),
        20
    );
}

async fn a_child_begins_with_its_parents_commit(stand: Stand) {
    let store = &stand.store;
    let commit = accept(Uuid::now_v7());
    let id = commit.id;
    done(store, commit).await;
    let child = |step: &str| {
        let mut child = accept(Uuid::now_v7());
        child.accepted.as_mut().unwrap().parent = Some(Parent {
            execution: id,
            step: step.into(),
        });
        child
    };
    let grandchild = child("deep");
    let first = Commit {
        spawned: vec![grandchild.clone()],
        ..child("call")
    };
    let calling = Commit {
        spawned: vec![first.clone(), child("other")],
        ..progress(id, 1)
    };
    done(store, calling).await;
    assert_eq!(
        store.load(first.id).await.unwrap().unwrap().accepted,
        first.accepted.unwrap()
    );
    assert_eq!(store.load(grandchild.id).await.unwrap().unwrap().version, 1);
    assert_eq!(
        store
            .execution_events(Scope::System, first.id, 0)
            .await
            .unwrap(),
        first.events
    );

    // A parent that was too late brings no child into the world.
    let late = child("late");
    let stale = Commit {
        spawned: vec![late.clone()],
        ..progress(id, 1)
    };
    assert_eq!(store.commit(stale).await.unwrap(), Committed::Conflict);
    assert_eq!(store.load(late.id).await.unwrap(), None);

    // The child's own progress goes on from version 1.
    assert_eq!(done(store, finish(first.id, 1, Status::Succeeded)).await, 2);
}

async fn one_bad_commit_does_not_harm_its_batch(stand: Stand) {
    let store = &stand.store;
    let commits: Vec<Commit> = (0..40).map(|_| accept(Uuid::now_v7())).collect();
    let ids: Vec<Uuid> = commits.iter().map(|commit| commit.id).collect();
    join_all(commits.into_iter().map(|commit| done(store, commit))).await;
    let once = |id, version| Commit {
        steps: vec![step("once", 1, StepStatus::Succeeded)],
        ..progress(id, version)
    };
    done(store, once(ids[7], 1)).await;

    // The same attempt of the same step again: its outcome is recorded once (I3).
    let answers = join_all(
        ids.iter()
            .map(|id| store.commit(once(*id, if *id == ids[7] { 2 } else { 1 }))),
    )
    .await;
    for (answer, id) in answers.into_iter().zip(&ids) {
        if *id == ids[7] {
            assert!(!answer.unwrap_err().transient);
        } else {
            assert_eq!(answer.unwrap(), Committed::Done { version: 2 });
        }
    }
    let spared = store.load(ids[7]).await.unwrap().unwrap();
    assert_eq!(spared.version, 2, "the refused commit left nothing behind");
    assert_eq!(
        store
            .execution_events(Scope::System, ids[7], 2)
            .await
            .unwrap(),
        []
    );
    assert_eq!(done(store, progress(ids[7], 2)).await, 3);
}

async fn close_answers_what_was_taken(stand: Stand) {
    let store = stand.store.clone();
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let (store, commit) = (store.clone(), accept(Uuid::now_v7()));
            tokio::spawn(async move { store.commit(commit).await })
        })
        .collect();
    let first = waiting.len();
    stand.store.clone().close().await.unwrap();
    let mut answered = 0;
    for task in waiting {
        match task.await.unwrap() {
            Ok(answer) => assert_eq!(answer, Committed::Done { version: 1 }),
            Err(error) => assert!(error.transient),
        }
        answered += 1;
    }
    assert_eq!(answered, first);
    assert!(
        store
            .commit(accept(Uuid::now_v7()))
            .await
            .unwrap_err()
            .transient
    );
}
