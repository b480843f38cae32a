//! Waits for an answer from outside: there with the commit that begins them, gone with the one that ends them.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use engine::Time;
use engine::execution::{Answer, OpenWait, Status};
use engine::node::Await;
use engine::ports::executions::{Commit, Committed, ExecutionStore, KeptSignal, WaitFilter};
use serde_json::json;
use store::{FIRST_WORKSPACE, Paging, Scope, StoreError};
use uuid::Uuid;

use crate::commits::{accept, done, finish, moment, progress};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    are_found_by_signal_step_and_id,
    come_and_go_with_their_commits,
    kept_signals_meet_who_comes_to_wait,
    secrets_are_made_once,
);

fn wait(signal: &str, key: Option<&str>) -> OpenWait {
    OpenWait {
        id: Uuid::now_v7(),
        path: Arc::from("import[3].ask"),
        request: Await {
            signal: Some(signal.to_owned()),
            key: key.map(str::to_owned),
            message: Some("well? \u{2603}".to_owned()),
            ..Await::default()
        },
        since: moment(5),
        until: Some(moment(6)),
    }
}

/// An execution that waits so.
async fn waiting(stand: &Stand, wait: OpenWait) -> Uuid {
    let id = {
        let commit = accept(Uuid::now_v7());
        let id = commit.id;
        done(&stand.store, commit).await;
        id
    };
    let commit = Commit {
        waits: vec![wait],
        ..progress(id, 1)
    };
    assert_eq!(done(&stand.store, commit).await, 2);
    id
}

async fn found(stand: &Stand, filter: WaitFilter) -> Vec<Uuid> {
    let waits = stand.store.waiting(&filter, 10).await.unwrap();
    waits.into_iter().map(|wait| wait.id).collect()
}

fn signal(name: &str, key: Option<&str>) -> WaitFilter {
    WaitFilter::Signal {
        owner: FIRST_WORKSPACE,
        name: name.to_owned(),
        key: key.map(str::to_owned),
    }
}

async fn are_found_by_signal_step_and_id(stand: Stand) {
    let name = format!("paid-{}", Uuid::now_v7());
    let (seven, eight, none) = (
        wait(&name, Some("7")),
        wait(&name, Some("8")),
        wait(&name, None),
    );
    let execution = waiting(&stand, seven.clone()).await;
    waiting(&stand, eight.clone()).await;
    waiting(&stand, none.clone()).await;
    assert_eq!(found(&stand, signal(&name, Some("7"))).await, [seven.id]);
    assert_eq!(found(&stand, signal(&name, None)).await, [none.id]);
    assert_eq!(
        found(&stand, signal("other", Some("7"))).await,
        Vec::<Uuid>::new()
    );
    let step = WaitFilter::Step {
        execution,
        path: "import[3].ask".to_owned(),
    };
    assert_eq!(found(&stand, step).await, [seven.id]);
    let waits = stand.store.waiting(&WaitFilter::Id(eight.id), 10).await;
    assert_eq!(waits.unwrap()[0].request, eight.request);

    let page = stand
        .store
        .list_waits(Scope::System, None, Some(&name), &Paging::first(2))
        .await
        .unwrap();
    let listed: Vec<Uuid> = page.items.iter().map(|wait| wait.id).collect();
    assert_eq!(listed, [none.id, eight.id]);
    assert!(page.next_cursor.is_some());
    assert_eq!(page.items[0].until, Some(moment(6)));
    let waiting = async |workspace: Uuid, most: u32| {
        let scope = Scope::Workspace(workspace);
        stand.store.count_waits(scope, most).await.unwrap()
    };
    assert!(waiting(FIRST_WORKSPACE, 100).await >= 3);
    assert_eq!(waiting(FIRST_WORKSPACE, 2).await, 2);
    assert_eq!(waiting(Uuid::now_v7(), 100).await, 0);
}

async fn come_and_go_with_their_commits(stand: Stand) {
    let store = &stand.store;
    let name = format!("gone-{}", Uuid::now_v7());
    let asked = wait(&name, None);
    let execution = waiting(&stand, asked.clone()).await;

    // A commit that lost leaves no wait behind, and takes none away.
    let late = wait(&name, None);
    let lost = Commit {
        waits: vec![late],
        waits_over: vec![asked.id],
        ..progress(execution, 1)
    };
    assert_eq!(store.commit(lost).await.unwrap(), Committed::Conflict);
    assert_eq!(found(&stand, signal(&name, None)).await, [asked.id]);

    let answered = Commit {
        waits_over: vec![asked.id],
        ..progress(execution, 2)
    };
    done(store, answered).await;
    assert_eq!(found(&stand, signal(&name, None)).await, Vec::<Uuid>::new());

    // Whatever an execution left behind can't be answered once it has ended.
    let left = wait(&name, None);
    let execution = waiting(&stand, left).await;
    done(store, finish(execution, 2, Status::Cancelled)).await;
    assert_eq!(found(&stand, signal(&name, None)).await, Vec::<Uuid>::new());
}

fn kept(name: &str, key: Option<&str>, payload: i32, until: Time) -> KeptSignal {
    KeptSignal {
        owner: FIRST_WORKSPACE,
        id: Uuid::now_v7(),
        name: name.to_owned(),
        key: key.map(str::to_owned),
        answer: Answer {
            payload: json!(payload),
            approved: None,
            by: None,
            via: "signal".to_owned(),
        },
        sent_at: Utc::now(),
        until,
    }
}

async fn kept_signals_meet_who_comes_to_wait(stand: Stand) {
    let store = &stand.store;
    let name = format!("paid-{}", Uuid::now_v7());
    let later = Utc::now() + TimeDelta::hours(1);
    let (first, second) = (
        kept(&name, Some("7"), 1, later),
        kept(&name, Some("7"), 2, later),
    );
    let over = kept(&name, Some("7"), 0, Utc::now() - TimeDelta::seconds(1));
    for signal in [&over, &first, &second] {
        store.keep_signal(signal.clone()).await.unwrap();
    }
    let met = async || {
        let meetings = store.meet().await.unwrap();
        let own = meetings
            .into_iter()
            .filter(|meeting| [first.id, second.id, over.id].contains(&meeting.signal));
        let pairs = own.map(|meeting| (meeting.signal, meeting.waiting.id));
        pairs.collect::<Vec<_>>()
    };
    assert_eq!(met().await, [], "nobody waits");

    let (other, one) = (wait(&name, None), wait(&name, Some("7")));
    waiting(&stand, other).await;
    let execution = waiting(&stand, one.clone()).await;
    for _ in 0..2 {
        assert_eq!(
            met().await,
            [(first.id, one.id)],
            "one signal for one step, until that is answered"
        );
    }
    // A commit that lost takes no signal; the one that answers does.
    let answer = |version| Commit {
        waits_over: vec![one.id],
        signals_over: vec![first.id],
        ..progress(execution, version)
    };
    assert_eq!(store.commit(answer(1)).await.unwrap(), Committed::Conflict);
    assert_eq!(met().await, [(first.id, one.id)]);
    done(store, answer(2)).await;
    assert_eq!(met().await, []);

    // One that does not fit is for the next; so is one whose step was answered otherwise.
    let two = wait(&name, Some("7"));
    let execution = waiting(&stand, two.clone()).await;
    assert_eq!(met().await, [(second.id, two.id)]);
    store.refuse_signal(second.id).await.unwrap();
    assert_eq!(met().await, []);
    let otherwise = Commit {
        waits_over: vec![two.id],
        ..progress(execution, 2)
    };
    done(store, otherwise).await;
    let three = wait(&name, Some("7"));
    waiting(&stand, three.clone()).await;
    assert_eq!(met().await, [(second.id, three.id)]);
    store.delete_signal(Scope::System, second.id).await.unwrap();
    assert_eq!(met().await, []);
    let gone = store.delete_signal(Scope::System, second.id).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
}

async fn secrets_are_made_once(stand: Stand) {
    let store = &stand.store;
    let asked = futures::future::join_all((0..8).map(|_| store.secret("resume"))).await;
    let secrets: Vec<[u8; 32]> = asked.into_iter().map(Result::unwrap).collect();
    assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    assert_ne!(secrets[0], [0; 32]);
    assert_ne!(secrets[0], store.secret("other").await.unwrap());
}
