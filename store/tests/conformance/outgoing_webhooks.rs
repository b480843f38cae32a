//! Webhooks out: what happened is put down for them as it is taken, claimed by one at a time and for a while, and ended by whoever
//! claimed it last.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::ports::happenings::{Happening, HappeningKind, Happenings};
use futures::future::join_all;
use serde_json::json;
use store::{
    Admission, FIRST_WORKSPACE, NewOutgoingWebhook, NewUser, OutgoingAttempt, OutgoingDelivery,
    OutgoingHeaders, OutgoingOutcome, OutgoingStatus, OutgoingWebhookChange, OutgoingWebhookRecord,
    Paging, Scope, Store, StoreError,
};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    what_happens_is_put_down_for_whoever_listens,
    a_delivery_is_claimed_by_one_until_its_lease_is_over,
    a_workspace_has_its_share_at_once,
    a_webhook_is_changed_and_disabled_and_gone,
    who_fails_for_long_is_disabled,
    old_deliveries_go,
    a_deleted_workspace_tells_nobody,
);

const OURS: Scope = Scope::Workspace(FIRST_WORKSPACE);
const LEASE: Duration = Duration::from_secs(60);
const DAYS: Duration = Duration::from_secs(5 * 86_400);

fn new(name: &str, events: &[HappeningKind]) -> NewOutgoingWebhook {
    NewOutgoingWebhook {
        name: name.to_owned(),
        url: format!("https://{name}.example.org"),
        events: events.to_vec(),
        headers: OutgoingHeaders {
            names: vec!["authorization".to_owned()],
            json: Some(json!({"authorization": "c4nary"}).to_string().into()),
        },
        secret: "whsec_c2VjcmV0IG9mIHRlc3Rz".to_owned().into(),
        enabled: true,
    }
}

async fn made(store: &Store, name: &str, events: &[HappeningKind]) -> OutgoingWebhookRecord {
    let made = store.create_outgoing_webhook(OURS, new(name, events), None);
    made.await.unwrap().value
}

fn failure(owner: Uuid) -> Happening {
    Happening {
        kind: HappeningKind::RunFailed,
        owner,
        subject: Uuid::from_u128(5),
        name: "ship".to_owned(),
        execution: Some(Uuid::from_u128(6)),
        trigger: "api".to_owned(),
        started_by: None,
        message: "boom".to_owned(),
        count: 3,
        at: Utc::now(),
    }
}

/// So many runs of ours failed.
async fn fail(store: &Store, times: usize) {
    let failures = vec![failure(FIRST_WORKSPACE); times];
    store.happened(failures).await.unwrap();
    assert_eq!(store.take_happenings(100).await.unwrap().len(), times);
}

async fn deliveries(store: &Store, webhook: Uuid) -> Vec<OutgoingDelivery> {
    let paging = Paging::first(100);
    let page = store.list_outgoing_deliveries(OURS, webhook, &paging);
    page.await.unwrap().items
}

async fn claim(store: &Store, limit: u32) -> Vec<OutgoingDelivery> {
    store.claim_outgoing(LEASE, 100, limit).await.unwrap()
}

fn ended(outcome: OutgoingOutcome) -> OutgoingAttempt {
    OutgoingAttempt {
        outcome,
        response_status: Some(500),
        error: Some("it answered 500".to_owned()),
    }
}

/// All leases ended an hour ago.
async fn end_leases(stand: &Stand) {
    let earlier = match &stand.config.database {
        store::DatabaseConfig::Sqlite { .. } => "next_at - 3600000000",
        store::DatabaseConfig::Postgres { .. } => "next_at - interval '1 hour'",
    };
    let sql = format!(
        "UPDATE outgoing_deliveries SET next_at = {earlier}, leased_until = {earlier} WHERE leased_until IS NOT NULL"
    );
    stand.meddle(&sql).await;
}

async fn what_happens_is_put_down_for_whoever_listens(stand: Stand) {
    let store = &stand.store;
    let hears = made(store, "hears", &[HappeningKind::RunFailed]).await;
    let other = made(store, "other", &[HappeningKind::Decision]).await;
    let off = NewOutgoingWebhook {
        enabled: false,
        ..new("off", &[HappeningKind::RunFailed])
    };
    let off = store.create_outgoing_webhook(OURS, off, None).await;
    let off = off.unwrap().value;
    let elsewhere = Uuid::now_v7();
    let happened = vec![failure(FIRST_WORKSPACE), failure(elsewhere)];
    store.happened(happened).await.unwrap();
    // Whoever takes them puts them down: nobody else does, and nothing is put down twice.
    let taken = join_all((0..4).map(|_| store.take_happenings(1))).await;
    let taken: usize = taken.into_iter().map(|taken| taken.unwrap().len()).sum();
    assert_eq!(taken, 2);
    let told = deliveries(store, hears.id).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&*told[0].event, told[0].status, told[0].attempts),
        ("run_failed", OutgoingStatus::Pending, 0)
    );
    assert_eq!(
        told[0].data,
        json!({"subject": Uuid::from_u128(5), "name": "ship", "execution": Uuid::from_u128(6), "trigger": "api",
               "message": "boom", "count": 3})
    );
    assert_eq!(deliveries(store, other.id).await, []);
    assert_eq!(deliveries(store, off.id).await, []);
    // S1: nothing of it is there for others.
    let strange = Scope::Workspace(elsewhere);
    let first = Paging::default();
    let page = store.list_outgoing_deliveries(strange, hears.id, &first);
    assert_eq!(page.await.unwrap().items, []);
    let read = store.outgoing_delivery(strange, hears.id, told[0].id).await;
    assert_eq!(read.unwrap(), None);
    for stolen in [
        store
            .redeliver_outgoing(strange, hears.id, told[0].id)
            .await,
        store.redeliver_outgoing(OURS, other.id, told[0].id).await,
        store
            .begin_outgoing(strange, hears.id, ("ping", &json!({})), LEASE)
            .await,
    ] {
        assert!(matches!(stolen, Err(StoreError::NotFound(_))), "{stolen:?}");
    }
}

async fn a_delivery_is_claimed_by_one_until_its_lease_is_over(stand: Stand) {
    let store = &stand.store;
    let webhook = made(store, "hears", &[HappeningKind::RunFailed]).await;
    fail(store, 20).await;
    let claims = join_all((0..6).map(|_| store.claim_outgoing(LEASE, 100, 5))).await;
    let claims: Vec<_> = claims.into_iter().flat_map(Result::unwrap).collect();
    let ids: BTreeSet<Uuid> = claims.iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), claims.len(), "each by one of them");
    let rest = claim(store, 100).await;
    assert_eq!(claims.len() + rest.len(), 20, "and all of them");
    assert_eq!(claim(store, 100).await, []);

    // Whoever has one did not live on: another one has it when the lease is over, and what the first says counts no more.
    let first = &claims[0];
    end_leases(&stand).await;
    let again = claim(store, 100).await;
    let second = again.iter().find(|one| one.id == first.id).unwrap();
    assert_eq!((first.attempts, second.attempts), (1, 2));
    let late = ended(OutgoingOutcome::Delivered);
    let disabled = store.end_outgoing(first, &late, DAYS).await.unwrap();
    assert_eq!(disabled, None);
    let read = async || {
        let read = store.outgoing_delivery(OURS, webhook.id, first.id).await;
        read.unwrap().unwrap()
    };
    assert_eq!(read().await.status, OutgoingStatus::Pending);

    let later = ended(OutgoingOutcome::Again(Duration::from_secs(3_600)));
    store.end_outgoing(second, &later, DAYS).await.unwrap();
    let now = read().await;
    assert_eq!(
        (now.status, now.response_status, now.error.as_deref()),
        (OutgoingStatus::Pending, Some(500), Some("it answered 500"))
    );
    assert!(now.next_at > Some(Utc::now() + TimeDelta::minutes(50)));
    assert_eq!(claim(store, 100).await, [], "not before its time");
    let failing = store.outgoing_webhook(OURS, webhook.id).await.unwrap();
    assert!(failing.unwrap().failing_since.is_some());

    // At once, since somebody asks for it; tries count anew.
    let asked = store.redeliver_outgoing(OURS, webhook.id, first.id).await;
    assert_eq!(asked.unwrap().attempts_before, 2);
    let due = claim(store, 100).await;
    let [third] = &due[..] else {
        panic!("one is due")
    };
    assert_eq!((third.id, third.attempts), (first.id, 3));
    // What is on its way is left alone.
    let on_its_way = store.redeliver_outgoing(OURS, webhook.id, first.id).await;
    assert_eq!(on_its_way.unwrap().attempts_before, 2);
    let arrived = OutgoingAttempt {
        outcome: OutgoingOutcome::Delivered,
        response_status: Some(204),
        error: None,
    };
    store.end_outgoing(third, &arrived, DAYS).await.unwrap();
    let now = read().await;
    assert_eq!(
        (now.status, now.response_status, now.error, now.next_at),
        (OutgoingStatus::Delivered, Some(204), None, None)
    );
    let well = store.outgoing_webhook(OURS, webhook.id).await.unwrap();
    assert_eq!(well.unwrap().failing_since, None);
}

async fn a_workspace_has_its_share_at_once(stand: Stand) {
    let store = &stand.store;
    made(store, "hears", &[HappeningKind::RunFailed]).await;
    fail(store, 10).await;
    let few = store.claim_outgoing(LEASE, 3, 100).await.unwrap();
    assert_eq!(few.len(), 3);
    assert_eq!(store.claim_outgoing(LEASE, 3, 100).await.unwrap(), []);
    let arrived = ended(OutgoingOutcome::Delivered);
    store.end_outgoing(&few[0], &arrived, DAYS).await.unwrap();
    let next = store.claim_outgoing(LEASE, 3, 100).await.unwrap();
    assert_eq!(next.len(), 1, "for the one that ended");
}

async fn a_webhook_is_changed_and_disabled_and_gone(stand: Stand) {
    let store = &stand.store;
    let webhook = made(store, "a", &[HappeningKind::RunFailed]).await;
    let taken = store.create_outgoing_webhook(OURS, new("a", &[]), None);
    assert!(matches!(taken.await, Err(StoreError::NameTaken { .. })));
    let target = async || store.outgoing_target(webhook.id).await.unwrap();
    let found = target().await.unwrap();
    assert_eq!(found.secrets.len(), 1);
    let headers = found.headers.unwrap();
    assert_eq!(headers.as_slice(), br#"{"authorization":"c4nary"}"#);
    let another = "whsec_YW5vdGhlciBzZWNyZXQgaGVyZQ".to_owned().into();
    let rotated = store.rotate_outgoing_webhook(OURS, webhook.id, &another, LEASE);
    assert!(rotated.await.unwrap().previous_until.is_some());
    assert_eq!(target().await.unwrap().secrets.len(), 2);

    fail(store, 2).await;
    let claimed = claim(store, 1).await;
    let change = |enabled| OutgoingWebhookChange {
        name: "b".to_owned(),
        url: "https://b.example.org".to_owned(),
        events: vec![HappeningKind::Decision],
        headers: None,
        enabled,
    };
    let late = store
        .update_outgoing_webhook(OURS, webhook.id, &change(false), Some(0))
        .await;
    assert!(matches!(late, Err(StoreError::Outdated(_))), "{late:?}");
    let changed = store
        .update_outgoing_webhook(OURS, webhook.id, &change(false), None)
        .await
        .unwrap();
    assert_eq!(changed.header_names, ["authorization"], "left as they were");
    assert!(target().await.is_none(), "nothing is sent to it any more");
    for told in deliveries(store, webhook.id).await {
        assert_eq!(told.status, OutgoingStatus::Failed);
    }
    let arrived = ended(OutgoingOutcome::Delivered);
    store
        .end_outgoing(&claimed[0], &arrived, DAYS)
        .await
        .unwrap();
    let given_up = deliveries(store, webhook.id).await;
    assert!(
        given_up
            .iter()
            .all(|one| one.status == OutgoingStatus::Failed)
    );

    let strange = Scope::Workspace(Uuid::now_v7());
    let stolen = store
        .delete_outgoing_webhook(strange, webhook.id, None)
        .await;
    assert!(matches!(stolen, Err(StoreError::NotFound(_))));
    store
        .delete_outgoing_webhook(OURS, webhook.id, None)
        .await
        .unwrap();
    assert_eq!(deliveries(store, webhook.id).await, []);
    for number in 0..20 {
        made(store, &format!("w{number}"), &[]).await;
    }
    let more = store.create_outgoing_webhook(OURS, new("more", &[]), None);
    assert!(matches!(more.await, Err(StoreError::TooMany { .. })));
}

async fn who_fails_for_long_is_disabled(stand: Stand) {
    let store = &stand.store;
    let failing = made(store, "failing", &[HappeningKind::RunFailed]).await;
    let gone = made(store, "gone", &[HappeningKind::RunFailed]).await;
    fail(store, 2).await;
    let claimed = claim(store, 100).await;
    let of = |webhook: Uuid| {
        let mut all = claimed.iter().filter(move |one| one.webhook_id == webhook);
        (all.next().unwrap(), all.next().unwrap())
    };
    let (one, other) = of(gone.id);
    let answer = ended(OutgoingOutcome::Gone);
    let disabled = store.end_outgoing(one, &answer, DAYS).await.unwrap();
    let disabled = disabled.unwrap();
    assert_eq!(
        (disabled.enabled, disabled.disabled_because.as_deref()),
        (false, Some("gone"))
    );
    let rest = store.outgoing_delivery(OURS, gone.id, other.id).await;
    assert_eq!(rest.unwrap().unwrap().status, OutgoingStatus::Failed);
    // It is told of once.
    let again = store.end_outgoing(other, &answer, DAYS).await.unwrap();
    assert_eq!(again, None);

    let (one, other) = of(failing.id);
    let failed = ended(OutgoingOutcome::Failed);
    assert_eq!(store.end_outgoing(one, &failed, DAYS).await.unwrap(), None);
    stand
        .meddle("UPDATE outgoing_webhooks SET failing_since = created_at")
        .await;
    let soon = Duration::ZERO;
    let disabled = store.end_outgoing(other, &failed, soon).await.unwrap();
    let disabled = disabled.unwrap();
    assert_eq!(disabled.disabled_because.as_deref(), Some("failing"));
    let change = OutgoingWebhookChange {
        name: disabled.name,
        url: disabled.url,
        events: disabled.events,
        headers: Some(OutgoingHeaders::default()),
        enabled: true,
    };
    let back = store
        .update_outgoing_webhook(OURS, failing.id, &change, None)
        .await
        .unwrap();
    assert_eq!(
        (back.enabled, back.disabled_because, back.failing_since),
        (true, None, None)
    );
    let target = store.outgoing_target(failing.id).await.unwrap().unwrap();
    assert!(target.headers.is_none() && back.header_names.is_empty());
}

async fn old_deliveries_go(stand: Stand) {
    let store = &stand.store;
    let webhook = made(store, "hears", &[HappeningKind::RunFailed]).await;
    fail(store, 6).await;
    let arrived = ended(OutgoingOutcome::Delivered);
    for one in claim(store, 4).await {
        store.end_outgoing(&one, &arrived, DAYS).await.unwrap();
    }
    let week = Utc::now() - TimeDelta::days(7);
    assert_eq!(store.prune_outgoing_deliveries(week, 6).await.unwrap(), 0);
    store.prune_outgoing_deliveries(week, 2).await.unwrap();
    let left = deliveries(store, webhook.id).await;
    let pending = left
        .iter()
        .filter(|one| one.status == OutgoingStatus::Pending);
    assert_eq!(pending.count(), 2, "what is yet to be told is kept");
    assert!(left.len() <= 4, "{left:?}");
    let now = Utc::now() + TimeDelta::minutes(1);
    store.prune_outgoing_deliveries(now, 6).await.unwrap();
    assert_eq!(deliveries(store, webhook.id).await, []);
}

async fn a_deleted_workspace_tells_nobody(stand: Stand) {
    let store = &stand.store;
    let ada = NewUser {
        email: "ada@example.org".to_owned(),
        name: "ada".to_owned(),
        password_hash: None,
        verified: true,
        slug: "ada".to_owned(),
    };
    let ada = store.register_user(ada, Admission::Open).await.unwrap().id;
    let team = store.create_workspace(ada, "team", "Team").await;
    let team = team.unwrap().id;
    let scope = Scope::Workspace(team);
    let hears = new("hears", &[HappeningKind::RunFailed]);
    let hears = store.create_outgoing_webhook(scope, hears, None).await;
    let hears = hears.unwrap().value.id;
    let fail = async || {
        store.happened(vec![failure(team)]).await.unwrap();
        store.take_happenings(10).await.unwrap();
    };
    let told = async || {
        let first = Paging::first(10);
        let page = store.list_outgoing_deliveries(scope, hears, &first);
        page.await.unwrap().items
    };
    fail().await;
    store.delete_workspace(team, None).await.unwrap();
    fail().await;
    assert_eq!(claim(store, 10).await, []);
    assert!(store.outgoing_target(hears).await.unwrap().is_none());
    let all = told().await;
    let [given_up] = &all[..] else {
        panic!("what happens then is put down for nobody")
    };
    assert_eq!(given_up.status, OutgoingStatus::Failed);
    let late = store.create_outgoing_webhook(scope, new("late", &[]), None);
    assert!(matches!(late.await, Err(StoreError::NotFound(_))));

    store.restore_workspace(ada, team, None).await.unwrap();
    fail().await;
    let due = claim(store, 10).await;
    let [next] = &due[..] else {
        panic!("it listens again")
    };
    assert_ne!(next.id, given_up.id);
    assert!(store.outgoing_target(hears).await.unwrap().is_some());
}
