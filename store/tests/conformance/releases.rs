//! Releases: what is told of them is kept, what was not told is mended by how things stand, and a workspace sees its own.

use blueprint::ports::{CurrentRelease, NOT_RUNNING, NewRelease, ReleaseJournal, Standing};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use store::{
    FIRST_WORKSPACE, NewApplication, Paging, ReleaseFilter, ReleaseRecord, ReleaseStatus, Scope,
    Store,
};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    one_release_is_live_at_a_time,
    what_was_not_told_is_mended,
    a_place_that_is_gone_has_nothing_live,
    the_last_five_can_be_gone_back_to,
    releases_are_listed_newest_first_and_within_their_workspace,
);

const OURS: Scope = Scope::Workspace(FIRST_WORKSPACE);
const THEIRS: Scope = Scope::Workspace(Uuid::from_u128(2));
const HOME: Uuid = Uuid::from_u128(11);

fn noon() -> DateTime<Utc> {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn new(number: u64) -> NewRelease {
    NewRelease {
        id: Uuid::now_v7(),
        owner: FIRST_WORKSPACE,
        home: HOME,
        application: "shop".to_owned(),
        number,
        digest: format!("digest of {number}"),
        target: "process".to_owned(),
        execution: Uuid::now_v7(),
        begun_at: noon(),
    }
}

fn current(release: &NewRelease, standing: Standing) -> CurrentRelease {
    CurrentRelease {
        release: release.clone(),
        standing,
        url: format!("http://127.0.0.1:4000{}/", release.number),
        since: noon() + TimeDelta::minutes(1),
    }
}

async fn live(store: &Store, release: &NewRelease) {
    let current = current(release, Standing::Live);
    store.settle(HOME, Some(&current)).await.unwrap();
}

async fn read(store: &Store, release: &NewRelease) -> ReleaseRecord {
    store.release(OURS, release.id).await.unwrap().unwrap()
}

async fn shop(store: &Store, scope: Scope) -> Uuid {
    let new = NewApplication {
        name: "shop".to_owned(),
        label: String::new(),
        description: String::new(),
        configuration: json!({}),
        relationships: json!([]),
        components: json!([]),
    };
    let made = store.create_application(scope, new, Vec::new(), None).await;
    made.unwrap().value.id
}

async fn one_release_is_live_at_a_time(stand: Stand) {
    let store = &stand.store;
    let application = shop(store, OURS).await;
    shop(store, THEIRS).await;
    let (first, broken, second) = (new(1), new(2), new(2));
    store.begin(&first).await.unwrap();
    let begun = read(store, &first).await;
    assert_eq!(begun.status, ReleaseStatus::Deploying);
    assert_eq!(begun.application_id, Some(application));
    assert_eq!(
        (begun.created_at, begun.live_at, begun.url),
        (noon(), None, None)
    );
    live(store, &first).await;
    let up = read(store, &first).await;
    assert_eq!(up.status, ReleaseStatus::Live);
    assert_eq!(up.live_at, Some(noon() + TimeDelta::minutes(1)));
    assert_eq!(up.url.as_deref(), Some("http://127.0.0.1:40001/"));

    store.begin(&broken).await.unwrap();
    store.fail(broken.id, "it ended").await.unwrap();
    live(store, &first).await;
    let failed = read(store, &broken).await;
    assert_eq!(
        (failed.status, failed.error.as_deref(), failed.live_at),
        (ReleaseStatus::Failed, Some("it ended"), None)
    );
    assert!(failed.ended_at.is_some());
    // What is live does not fail by being told so late.
    store.fail(first.id, "too late").await.unwrap();
    assert_eq!(read(store, &first).await, up);

    store.begin(&second).await.unwrap();
    live(store, &second).await;
    let replaced = read(store, &first).await;
    assert_eq!(replaced.status, ReleaseStatus::Superseded);
    assert!(replaced.ended_at.is_some());
    assert_eq!(read(store, &second).await.status, ReleaseStatus::Live);

    for (standing, status) in [
        (
            Standing::Failed("it ended by itself".to_owned()),
            ReleaseStatus::Failed,
        ),
        (Standing::Live, ReleaseStatus::Live),
        (Standing::Stopped, ReleaseStatus::Stopped),
    ] {
        let now = current(&second, standing);
        store.settle(HOME, Some(&now)).await.unwrap();
        let seen = read(store, &second).await;
        assert_eq!(seen.status, status);
        assert_eq!(seen.ended_at.is_some(), status != ReleaseStatus::Live);
        assert_eq!(seen.error.is_some(), status == ReleaseStatus::Failed);
        store.settle(HOME, Some(&now)).await.unwrap();
        assert_eq!(read(store, &second).await, seen, "told twice");
    }
    assert_eq!(read(store, &first).await, replaced);

    // The better of two reasons counts, and a later one of two that say something.
    for (told, kept) in [
        (NOT_RUNNING, NOT_RUNNING),
        ("the port is taken", "the port is taken"),
        (NOT_RUNNING, "the port is taken"),
        ("it ended", "it ended"),
    ] {
        let now = current(&second, Standing::Failed(told.to_owned()));
        store.settle(HOME, Some(&now)).await.unwrap();
        assert_eq!(read(store, &second).await.error.as_deref(), Some(kept));
    }
    live(store, &second).await;
    assert_eq!(read(store, &second).await.error, None);
}

async fn what_was_not_told_is_mended(stand: Stand) {
    let store = &stand.store;
    let (known, cut, untold) = (new(1), new(2), new(2));
    store.begin(&known).await.unwrap();
    live(store, &known).await;
    store.begin(&cut).await.unwrap();
    // Elsewhere things are as they are.
    let other = NewRelease {
        home: Uuid::from_u128(12),
        ..new(1)
    };
    store.begin(&other).await.unwrap();
    live(store, &untold).await;
    assert_eq!(read(store, &known).await.status, ReleaseStatus::Superseded);
    let cut = read(store, &cut).await;
    assert_eq!(cut.status, ReleaseStatus::Failed);
    assert!(cut.error.unwrap().contains("broken off"));
    let found = read(store, &untold).await;
    assert_eq!(found.status, ReleaseStatus::Live);
    assert_eq!((found.number, found.application_id), (2, None));
    assert_eq!(read(store, &other).await.status, ReleaseStatus::Deploying);
    store.settle(HOME, None).await.unwrap();
    assert_eq!(read(store, &untold).await.status, ReleaseStatus::Stopped);
}

async fn a_place_that_is_gone_has_nothing_live(stand: Stand) {
    let store = &stand.store;
    shop(store, OURS).await;
    let (first, second, begun) = (new(1), new(2), new(3));
    live(store, &first).await;
    live(store, &second).await;
    store.begin(&begun).await.unwrap();
    let kept = read(store, &first).await;
    assert!(kept.can_roll_back);
    store.lose(HOME).await.unwrap();
    let lost = read(store, &second).await;
    assert_eq!(
        (lost.status, lost.url.as_deref()),
        (ReleaseStatus::Failed, None)
    );
    assert!(
        lost.error.as_deref().unwrap().contains("is gone"),
        "{lost:?}"
    );
    assert_eq!(read(store, &begun).await.status, ReleaseStatus::Failed);
    let before = read(store, &first).await;
    assert_eq!(
        (before.status, before.ended_at),
        (kept.status, kept.ended_at)
    );
    assert!(!before.can_roll_back && !lost.can_roll_back);
    store.lose(HOME).await.unwrap();
    assert_eq!(read(store, &second).await, lost, "told twice");

    // It was only put aside.
    live(store, &second).await;
    let back = read(store, &second).await;
    assert_eq!((back.status, back.error), (ReleaseStatus::Live, None));
    assert!(read(store, &first).await.can_roll_back);
}

async fn the_last_five_can_be_gone_back_to(stand: Stand) {
    let store = &stand.store;
    let application = shop(store, OURS).await;
    let mut releases = Vec::new();
    for number in 1..=6 {
        let (release, failing) = (new(number), new(number + 1));
        live(store, &release).await;
        store.begin(&failing).await.unwrap();
        store.fail(failing.id, "it ended").await.unwrap();
        assert!(!read(store, &failing).await.can_roll_back);
        releases.push(release);
    }
    let kept = async || {
        let mut numbers = Vec::new();
        for release in &releases {
            if read(store, release).await.can_roll_back {
                numbers.push(release.number);
            }
        }
        numbers
    };
    assert_eq!(kept().await, [2, 3, 4, 5]);
    // What is live elsewhere now has nothing of what was kept here.
    let elsewhere = NewRelease {
        home: Uuid::from_u128(12),
        ..new(1)
    };
    let up = current(&elsewhere, Standing::Stopped);
    store.settle(elsewhere.home, Some(&up)).await.unwrap();
    assert_eq!(kept().await, [0; 0]);
    assert!(read(store, &elsewhere).await.can_roll_back);
    store
        .delete_application(OURS, application, None, None)
        .await
        .unwrap();
    assert!(!read(store, &elsewhere).await.can_roll_back);
}

async fn releases_are_listed_newest_first_and_within_their_workspace(stand: Stand) {
    let store = &stand.store;
    let application = shop(store, OURS).await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        let release = new(number);
        store.begin(&release).await.unwrap();
        live(store, &release).await;
        ids.push(release.id);
    }
    ids.reverse();
    let nameless = NewRelease {
        application: "other".to_owned(),
        home: Uuid::from_u128(12),
        ..new(1)
    };
    store.begin(&nameless).await.unwrap();
    let list = async |scope, application_id, status| {
        let filter = ReleaseFilter {
            application_id,
            status,
        };
        let mut found = Vec::new();
        let mut paging = Paging::first(2);
        loop {
            let page = store.list_releases(scope, &filter, &paging).await.unwrap();
            found.extend(page.items.into_iter().map(|release| release.id));
            paging.cursor = page.next_cursor;
            if paging.cursor.is_none() {
                return found;
            }
        }
    };
    assert_eq!(list(OURS, Some(application), None).await, ids);
    assert_eq!(list(OURS, None, None).await.len(), 6);
    assert_eq!(
        list(OURS, None, Some(ReleaseStatus::Live)).await,
        ids[..1].to_vec()
    );
    assert_eq!(
        list(OURS, Some(application), Some(ReleaseStatus::Superseded)).await,
        ids[1..].to_vec()
    );
    assert!(list(THEIRS, None, None).await.is_empty());
    assert!(list(THEIRS, Some(application), None).await.is_empty());
    let stranger = store.release(THEIRS, ids[0]).await.unwrap();
    assert_eq!(stranger, None);
}
