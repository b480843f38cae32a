//! Waits for an answer from outside: there with the commit that begins them, gone with the one that ends them.

use std::sync::Arc;

use engine::execution::{OpenWait, Status};
use engine::node::Await;
use engine::ports::executions::{Commit, Committed, ExecutionStore, WaitFilter};
use store::{Paging, Scope};
use uuid::Uuid;

use crate::commits::{accept, done, finish, moment, progress};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    are_found_by_signal_step_and_id,
    come_and_go_with_their_commits,
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

async fn secrets_are_made_once(stand: Stand) {
    let store = &stand.store;
    let asked = futures::future::join_all((0..8).map(|_| store.secret("resume"))).await;
    let secrets: Vec<[u8; 32]> = asked.into_iter().map(Result::unwrap).collect();
    assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    assert_ne!(secrets[0], [0; 32]);
    assert_ne!(secrets[0], store.secret("other").await.unwrap());
}
