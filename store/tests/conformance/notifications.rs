//! What people are told: numbered in order, counted up rather than repeated, seen by whom it concerns, and bounded.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::ports::happenings::{Happening, HappeningKind, Happenings};
use futures::future::join_all;
use serde_json::json;
use store::{Admission, NewNotification, NewUser, Notification, Paging, Store, StoreError, User};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    a_storm_is_one_that_counts,
    numbers_have_no_gaps_and_are_their_own_for_each,
    who_left_a_workspace_sees_nothing_of_it,
    what_is_read_is_read_and_old_ones_go,
    letters_go_out_once_in_a_while,
    what_happened_is_taken_once,
);

pub(crate) async fn somebody(store: &Store, name: &str) -> User {
    let new = NewUser {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        password_hash: Some("hash".to_owned()),
        verified: false,
        slug: name.to_owned(),
    };
    store.register_user(new, Admission::Open).await.unwrap()
}

fn news(user: &User, subject: u128) -> NewNotification {
    NewNotification {
        user_id: user.id,
        workspace_id: None,
        kind: "run_failed",
        subject: Some(Uuid::from_u128(subject)),
        data: json!({"message": "boom"}),
        count: 1,
        mail: false,
        happened_at: Utc::now(),
    }
}

async fn all(store: &Store, user: &User) -> Vec<Notification> {
    let paging = Paging::first(1_000);
    let page = store.list_notifications(user.id, false, &paging);
    page.await.unwrap().items
}

async fn a_storm_is_one_that_counts(stand: Stand) {
    let store = &stand.store;
    let ada = somebody(store, "ada").await;
    let storm = (0..50).map(|_| async { store.notify(&[news(&ada, 1)]).await.unwrap() });
    for told in join_all(storm).await {
        assert_eq!(told, [ada.id]);
    }
    store.notify(&[news(&ada, 2)]).await.unwrap();
    let told = all(store, &ada).await;
    let shown: Vec<_> = told.iter().map(|one| (one.count, one.seq)).collect();
    assert_eq!(shown, [(1, 51), (50, 50)], "the newest first");
    // Once it is read, the next one is new.
    store.read_notification(ada.id, told[1].id).await.unwrap();
    store.notify(&[news(&ada, 1)]).await.unwrap();
    assert_eq!(all(store, &ada).await.len(), 3);
    // What is about nothing in particular is never the same.
    let login = || NewNotification {
        subject: None,
        ..news(&ada, 0)
    };
    store.notify(&[login(), login()]).await.unwrap();
    assert_eq!(all(store, &ada).await.len(), 5);
}

async fn numbers_have_no_gaps_and_are_their_own_for_each(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (somebody(store, "ada").await, somebody(store, "eve").await);
    let told = (0..20).map(|subject| {
        let both = [news(&ada, subject), news(&eve, subject)];
        async move { store.notify(&both).await.unwrap() }
    });
    join_all(told).await;
    for person in [&ada, &eve] {
        let after = store.notifications_after(person.id, 7, 5).await.unwrap();
        let seqs: Vec<u64> = after.iter().map(|one| one.seq).collect();
        assert_eq!(seqs, [8, 9, 10, 11, 12]);
        let head = store.notification_head(person.id).await.unwrap();
        assert_eq!((head.seq, head.unread), (20, 20));
    }
    let paging = Paging::first(15);
    let first = store.list_notifications(ada.id, false, &paging);
    let first = first.await.unwrap();
    let rest = Paging {
        limit: 15,
        cursor: first.next_cursor,
    };
    let rest = store
        .list_notifications(ada.id, false, &rest)
        .await
        .unwrap();
    let seqs: Vec<u64> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|one| one.seq)
        .collect();
    assert_eq!(seqs, (1..=20).rev().collect::<Vec<_>>());
    // S1: nobody gets at what somebody else was told.
    let hers = first.items[0].id;
    assert!(store.notification(eve.id, hers).await.unwrap().is_none());
    let read = store.read_notification(eve.id, hers).await;
    assert!(matches!(read, Err(StoreError::NotFound(_))), "{read:?}");
    let gone = store.delete_notification(eve.id, hers).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    assert_eq!(store.notification_head(ada.id).await.unwrap().unread, 20);
    let nobody = NewNotification {
        user_id: Uuid::now_v7(),
        ..news(&ada, 1)
    };
    assert!(store.notify(&[nobody]).await.unwrap().is_empty());
}

async fn who_left_a_workspace_sees_nothing_of_it(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (somebody(store, "ada").await, somebody(store, "eve").await);
    store.add_member(ada.home, eve.id, "viewer").await.unwrap();
    let of_hers = NewNotification {
        workspace_id: Some(ada.home),
        mail: true,
        ..news(&eve, 1)
    };
    store.notify(&[of_hers, news(&eve, 2)]).await.unwrap();
    let [seen, _] = all(store, &eve).await[..].to_vec().try_into().unwrap();
    let hidden: Notification = all(store, &eve).await.pop().unwrap();
    assert_eq!(hidden.workspace_id, Some(ada.home));
    store.remove_member(ada.home, eve.id, None).await.unwrap();
    let left = all(store, &eve).await;
    assert_eq!(left, [seen]);
    assert!(
        store
            .notification(eve.id, hidden.id)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(store.notification_head(eve.id).await.unwrap().unread, 1);
    let after = store.notifications_after(eve.id, 0, 10).await.unwrap();
    assert_eq!(after.len(), 1);
    let letters = store.take_letters(Duration::ZERO).await.unwrap();
    assert!(letters.is_empty(), "nor does a letter tell it: {letters:?}");
}

async fn what_is_read_is_read_and_old_ones_go(stand: Stand) {
    let store = &stand.store;
    let ada = somebody(store, "ada").await;
    let many: Vec<_> = (0..10).map(|subject| news(&ada, subject)).collect();
    store.notify(&many).await.unwrap();
    assert_eq!(store.read_notifications(ada.id, 4).await.unwrap(), 4);
    assert_eq!(store.read_notifications(ada.id, 4).await.unwrap(), 0);
    let paging = Paging::default();
    let unread = store.list_notifications(ada.id, true, &paging);
    assert_eq!(unread.await.unwrap().items.len(), 6);
    let long_ago = NewNotification {
        happened_at: Utc::now() - TimeDelta::days(100),
        ..news(&ada, 99)
    };
    store.notify(&[long_ago]).await.unwrap();
    let before = Utc::now() - TimeDelta::days(90);
    assert_eq!(store.prune_notifications(before, 3).await.unwrap(), 1 + 7);
    let seqs: Vec<u64> = all(store, &ada).await.iter().map(|one| one.seq).collect();
    assert_eq!(seqs, [10, 9, 8], "the newest stay");
    assert_eq!(store.prune_notifications(before, 3).await.unwrap(), 0);
}

async fn letters_go_out_once_in_a_while(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (somebody(store, "ada").await, somebody(store, "eve").await);
    let hour = Duration::from_secs(3_600);
    let wanted = |user: &User, subject| NewNotification {
        mail: true,
        ..news(user, subject)
    };
    store
        .notify(&[
            wanted(&ada, 1),
            wanted(&ada, 2),
            wanted(&eve, 1),
            news(&ada, 3),
        ])
        .await
        .unwrap();
    // Several processes look at the same time.
    let taken = join_all((0..4).map(|_| store.take_letters(hour))).await;
    let mut letters: Vec<_> = taken.into_iter().flat_map(Result::unwrap).collect();
    letters.sort_by_key(|letter| letter.about.len());
    let about: Vec<_> = letters
        .iter()
        .map(|one| (one.user_id, one.about.len()))
        .collect();
    assert_eq!(about, [(eve.id, 1), (ada.id, 2)]);
    store.notify(&[wanted(&ada, 4)]).await.unwrap();
    assert!(
        store.take_letters(hour).await.unwrap().is_empty(),
        "within the hour"
    );
    let later = store.take_letters(Duration::ZERO).await.unwrap();
    assert_eq!(later.len(), 1);
    assert_eq!(later[0].about.len(), 1, "only what no letter told");
    // What was read meanwhile needs no letter.
    store.notify(&[wanted(&ada, 5)]).await.unwrap();
    store.read_notifications(ada.id, u64::MAX).await.unwrap();
    assert!(store.take_letters(Duration::ZERO).await.unwrap().is_empty());
}

async fn what_happened_is_taken_once(stand: Stand) {
    let store = &stand.store;
    let happening = |subject: u128| Happening {
        kind: HappeningKind::RunFailed,
        owner: Uuid::from_u128(1),
        subject: Uuid::from_u128(subject),
        name: "ship".to_owned(),
        execution: Some(Uuid::now_v7()),
        trigger: "api".to_owned(),
        started_by: Some(Uuid::from_u128(9)),
        message: "boom \u{0} snow\u{2603}".to_owned(),
        count: 3,
        at: Utc::now(),
    };
    let many: Vec<_> = (0..30).map(happening).collect();
    store.happened(many).await.unwrap();
    let taken = join_all((0..6).map(|_| store.take_happenings(10))).await;
    let taken: Vec<_> = taken.into_iter().flat_map(Result::unwrap).collect();
    let mut subjects: Vec<u128> = taken.iter().map(|one| one.subject.as_u128()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, (0..30).collect::<Vec<_>>(), "each by one of them");
    assert_eq!(
        (taken[0].count, &*taken[0].message, taken[0].started_by),
        (3, "boom \u{fffd} snow\u{2603}", Some(Uuid::from_u128(9)))
    );
    assert!(store.take_happenings(10).await.unwrap().is_empty());
}
