//! Accounts, workspaces and what proves who somebody is.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use serde_json::json;
use store::{
    Admission, FIRST_WORKSPACE, Link, Linking, NewApiToken, NewIdentity, NewInvitation, NewSession,
    NewUser, Paging, Purpose, Refreshed, Store, StoreError, User, UserChange, UserRights,
    WorkspaceChange,
};

use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    the_first_operates_and_others_are_let_in,
    a_workspace_keeps_an_owner,
    sessions_go_on_by_tokens_of_one_use,
    what_a_password_let_in_goes_with_it,
    tokens_links_and_roles,
    what_was_read_before_a_removal_fits_nothing_after_it,
    somebody_goes_on_operating,
    what_has_expired_is_removed,
    keys_follow_each_other,
    an_identity_is_one_accounts_and_never_its_last_way_in,
    who_is_vouched_for_is_let_in_but_never_first,
);

fn somebody(name: &str) -> NewUser {
    NewUser {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        password_hash: Some("hash".to_owned()),
        verified: false,
        slug: name.to_owned(),
    }
}

async fn register(store: &Store, name: &str) -> User {
    let made = store.register_user(somebody(name), Admission::Open).await;
    made.unwrap()
}

fn invitation(email: &str, hash: &str, by: &User) -> NewInvitation {
    NewInvitation {
        email: email.to_owned(),
        role: "editor".to_owned(),
        hash: hash.to_owned(),
        invited_by: Some(by.id),
        expires_at: Utc::now() + TimeDelta::days(1),
    }
}

async fn the_first_operates_and_others_are_let_in(stand: Stand) {
    let store = &stand.store;
    assert!(!store.has_users().await.unwrap());
    let come = (0..10).map(|n| async move {
        let new = somebody(&format!("p{n}"));
        store.register_user(new, Admission::FirstOnly).await
    });
    let made: Vec<_> = join_all(come).await;
    let first: Vec<&User> = made.iter().filter_map(|made| made.as_ref().ok()).collect();
    let [ada] = first[..] else {
        panic!("one of all is the first: {made:?}")
    };
    assert!(
        made.iter()
            .all(|made| matches!(made, Ok(_) | Err(StoreError::NotAdmitted)))
    );
    assert_eq!((ada.is_admin, ada.home), (true, FIRST_WORKSPACE));
    assert!(store.has_users().await.unwrap());
    let taken = NewUser {
        email: ada.email.clone(),
        ..somebody("x")
    };
    let taken = store.register_user(taken, Admission::Open).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );

    let invited = |hash| invitation("grace@example.org", hash, ada);
    store.invite(ada.home, invited("one")).await.unwrap();
    store.invite(ada.home, invited("two")).await.unwrap();
    let list = store
        .list_invitations(ada.home, &Paging::default())
        .await
        .unwrap();
    assert_eq!(
        list.items.len(),
        1,
        "the second takes the place of the first"
    );
    let by = async |name: &str, hash: &str| {
        store
            .register_user(somebody(name), Admission::Invitation(hash))
            .await
    };
    assert!(matches!(
        by("grace", "one").await,
        Err(StoreError::NotAdmitted)
    ));
    assert!(matches!(
        by("eve", "two").await,
        Err(StoreError::NotAdmitted)
    ));
    let grace = by("grace", "two").await.unwrap();
    assert!(grace.verified_at.is_none() && !grace.is_admin);
    let roles: Vec<String> = store
        .memberships(grace.id)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.role)
        .collect();
    assert_eq!(roles.len(), 2);
    // What was given away goes with the right to give it.
    store
        .invite(ada.home, invitation("x@example.org", "three", &grace))
        .await
        .unwrap();
    store.remove_member(ada.home, grace.id, None).await.unwrap();
    assert!(matches!(
        by("x", "three").await,
        Err(StoreError::NotAdmitted)
    ));
}

async fn a_workspace_keeps_an_owner(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (register(store, "ada").await, register(store, "eve").await);
    let made = store
        .create_workspace(ada.id, "shop", "Shop")
        .await
        .unwrap();
    let again = store.create_workspace(eve.id, "shop", "Shop").await;
    assert!(matches!(again, Err(StoreError::NameTaken { .. })));
    store.add_member(made.id, eve.id, "owner").await.unwrap();
    // Both go at the same moment, and one of them stays.
    let gone =
        join_all([ada.id, eve.id].map(|user| store.remove_member(made.id, user, None))).await;
    let stayed = gone
        .iter()
        .filter(|gone| matches!(gone, Err(StoreError::LastOwner)));
    assert_eq!(stayed.count(), 1, "{gone:?}");
    let left = store
        .list_members(made.id, &Paging::default())
        .await
        .unwrap();
    let last = left.items[0].user_id;
    let less = store.change_member(made.id, last, "viewer", None).await;
    assert!(matches!(less, Err(StoreError::LastOwner)));

    let change = |name: &str| WorkspaceChange {
        name: Some(name.to_owned()),
        ..WorkspaceChange::default()
    };
    let changed = store
        .update_workspace(made.id, change("A"), Some(0))
        .await
        .unwrap();
    assert_eq!((changed.revision, &*changed.name), (1, "A"));
    let stale = store.update_workspace(made.id, change("B"), Some(0)).await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))));
    assert_eq!(
        store.workspace_by_slug("shop").await.unwrap().unwrap().id,
        made.id
    );
    assert!(!store.is_home(made.id).await.unwrap());
    store.delete_workspace(made.id, None).await.unwrap();
    assert!(store.workspace(made.id).await.unwrap().is_none());
    assert!(store.membership(last, Ok(made.id)).await.unwrap().is_none());
}

fn session(user: &User, hash: &str) -> NewSession {
    NewSession {
        user_id: user.id,
        agent: "test".to_owned(),
        address: "10.0.0.1".to_owned(),
        hash: hash.to_owned(),
        password_hash: user.password_hash.clone(),
        expires_at: Utc::now() + TimeDelta::days(1),
    }
}

async fn sessions_go_on_by_tokens_of_one_use(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let begun = store.create_session(session(&ada, "r0")).await.unwrap();
    let refresh = |hash: &'static str, next: &'static str, grace| {
        store.refresh_session(hash, next, "10.0.0.2", grace)
    };
    let long = Duration::from_secs(60);
    let exchanged = join_all(["a", "b", "c"].map(|next| refresh("r0", next, long))).await;
    let done = exchanged
        .iter()
        .filter(|one| matches!(one, Ok(Refreshed::Done(_))));
    assert_eq!(done.count(), 1, "{exchanged:?}");
    let raced = exchanged
        .iter()
        .filter(|one| matches!(one, Ok(Refreshed::Raced)));
    assert_eq!(raced.count(), 2);
    let listed = store.list_sessions(ada.id).await.unwrap();
    assert_eq!((listed.len(), &*listed[0].address), (1, "10.0.0.2"));
    assert!(store.has_come_from(ada.id, "10.0.0.2").await.unwrap());
    assert!(!store.has_come_from(ada.id, "10.0.0.3").await.unwrap());
    // A copy, and the session is over.
    let copy = refresh("r0", "x", Duration::ZERO).await.unwrap();
    assert!(
        matches!(copy, Refreshed::Reused { session, .. } if session == begun.id),
        "{copy:?}"
    );
    assert!(store.live_session(begun.id).await.unwrap().is_none());
    assert_eq!(
        refresh("none", "x", long).await.unwrap(),
        Refreshed::Unknown
    );

    let [one, two] = ["s1", "s2"].map(|hash| session(&ada, hash));
    let (one, two) = (
        store.create_session(one).await.unwrap(),
        store.create_session(two).await.unwrap(),
    );
    assert_eq!(store.end_sessions(ada.id, Some(one.id)).await.unwrap(), 1);
    assert!(store.live_session(two.id).await.unwrap().is_none());
    store.end_session(ada.id, one.id).await.unwrap();
    let again = store.end_session(ada.id, one.id).await;
    assert!(matches!(again, Err(StoreError::NotFound(_))));
}

async fn what_a_password_let_in_goes_with_it(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let here = store.create_session(session(&ada, "here")).await.unwrap();
    let there = store.create_session(session(&ada, "there")).await.unwrap();
    store
        .replace_password(ada.id, "other", true, Some(here.id))
        .await
        .unwrap();
    assert!(store.live_session(here.id).await.unwrap().is_some());
    assert!(store.live_session(there.id).await.unwrap().is_none());
    // A login that had looked before is too late.
    let late = store.create_session(session(&ada, "late")).await;
    assert!(matches!(late, Err(StoreError::Outdated(_))), "{late:?}");
    let ada = store.user(ada.id).await.unwrap().unwrap();
    assert!(ada.verified_at.is_some());
    store.create_session(session(&ada, "new")).await.unwrap();
    let changed = UserChange {
        name: Some("Ada".to_owned()),
        settings: Some(json!({"theme": "dark"})),
        totp: Some(Some("sealed".to_owned())),
        recovery_codes: Some(vec!["a".to_owned()]),
        ..UserChange::default()
    };
    let changed = store
        .update_user(ada.id, changed, Some(ada.revision))
        .await
        .unwrap();
    assert_eq!(changed.recovery_codes, ["a"]);
    let stale = store
        .update_user(ada.id, UserChange::default(), Some(ada.revision))
        .await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))));
    assert_eq!(
        store.user_by_email("ada@example.org").await.unwrap(),
        Some(changed)
    );
}

async fn tokens_links_and_roles(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let new = |hash: &str, lasts: Option<i64>| NewApiToken {
        user_id: ada.id,
        name: "ci".to_owned(),
        hash: hash.to_owned(),
        scopes: vec!["models:read".to_owned()],
        expires_at: lasts.map(|days| Utc::now() + TimeDelta::days(days)),
    };
    let made = store
        .create_api_token(ada.home, new("t1", None))
        .await
        .unwrap();
    store
        .create_api_token(ada.home, new("t2", Some(-1)))
        .await
        .unwrap();
    let found = store.api_token("t1").await.unwrap().unwrap();
    assert_eq!(
        (found.id, &*found.scopes),
        (made.id, &["models:read".to_owned()][..])
    );
    assert!(
        store.api_token("t2").await.unwrap().is_none(),
        "it has expired"
    );
    store.touch_api_token(made.id).await.unwrap();
    assert!(
        store
            .live_api_token(made.id)
            .await
            .unwrap()
            .unwrap()
            .used_at
            .is_some()
    );
    let page = store
        .list_api_tokens(ada.home, Some(ada.id), &Paging::default())
        .await
        .unwrap();
    assert_eq!(page.items.len(), 2);
    store
        .delete_api_token(ada.home, None, made.id)
        .await
        .unwrap();
    assert!(store.api_token("t1").await.unwrap().is_none());

    let link = Link {
        user_id: Some(ada.id),
        data: json!({"email": "x"}),
    };
    let until = Utc::now() + TimeDelta::hours(1);
    store
        .create_link(Purpose::VerifyEmail, "l", link.clone(), until)
        .await
        .unwrap();
    assert_eq!(
        store.take_link(Purpose::ResetPassword, "l").await.unwrap(),
        None
    );
    let taken = join_all((0..5).map(|_| store.take_link(Purpose::VerifyEmail, "l"))).await;
    let taken: Vec<Link> = taken.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken, [link], "once");

    let names = ["models:read".to_owned()];
    let made = store.put_role(ada.home, "auditor", &names, None).await;
    let first = made.unwrap().revision;
    let stale = store
        .put_role(ada.home, "auditor", &names, Some(first + 7))
        .await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))));
    let changed = store
        .put_role(ada.home, "auditor", &names, Some(first))
        .await;
    assert_eq!(changed.unwrap().revision, first + 1);
    let nothing = store.put_role(ada.home, "new", &names, Some(0)).await;
    assert!(matches!(nothing, Err(StoreError::Outdated(_))));
    let eve = register(store, "eve").await;
    store.add_member(ada.home, eve.id, "auditor").await.unwrap();
    let used = store.delete_role(ada.home, "auditor", None).await;
    assert!(matches!(used, Err(StoreError::RoleInUse)));
    let read = store.member(ada.home, eve.id).await.unwrap().unwrap();
    let read = Some(read.revision);
    store
        .change_member(ada.home, eve.id, "viewer", read)
        .await
        .unwrap();
    let stale = store.change_member(ada.home, eve.id, "editor", read).await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))));
    store.delete_role(ada.home, "auditor", None).await.unwrap();
    assert_eq!(store.list_roles(ada.home).await.unwrap(), []);
}

/// Members and roles that are removed and made again are others, whatever was read of the first ones.
async fn what_was_read_before_a_removal_fits_nothing_after_it(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let eve = register(store, "eve").await;
    let names = ["models:read".to_owned()];
    let made = store.put_role(ada.home, "auditor", &names, None).await;
    let read = made.unwrap().revision;
    store.delete_role(ada.home, "auditor", None).await.unwrap();
    let again = store.put_role(ada.home, "auditor", &names, None).await;
    assert_ne!(again.unwrap().revision, read);
    let late = store
        .put_role(ada.home, "auditor", &names, Some(read))
        .await;
    assert!(matches!(late, Err(StoreError::Outdated(_))), "{late:?}");

    store.add_member(ada.home, eve.id, "viewer").await.unwrap();
    let read = store.member(ada.home, eve.id).await.unwrap().unwrap();
    store.remove_member(ada.home, eve.id, None).await.unwrap();
    store.add_member(ada.home, eve.id, "viewer").await.unwrap();
    let late = store
        .change_member(ada.home, eve.id, "editor", Some(read.revision))
        .await;
    assert!(matches!(late, Err(StoreError::Outdated(_))), "{late:?}");
}

async fn somebody_goes_on_operating(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (register(store, "ada").await, register(store, "eve").await);
    let admin = |is_admin| UserRights {
        is_admin: Some(is_admin),
        disabled: None,
    };
    store
        .set_user_rights(eve.id, admin(true), None)
        .await
        .unwrap();
    let gone =
        join_all([ada.id, eve.id].map(|id| store.set_user_rights(id, admin(false), None))).await;
    let stayed = gone
        .iter()
        .filter(|gone| matches!(gone, Err(StoreError::LastAdministrator)));
    assert_eq!(stayed.count(), 1, "{gone:?}");
    store
        .set_user_rights(ada.id, admin(true), None)
        .await
        .unwrap();
    let begun = store.create_session(session(&eve, "s")).await.unwrap();
    let out = UserRights {
        is_admin: None,
        disabled: Some(true),
    };
    let eve = store.set_user_rights(eve.id, out, None).await.unwrap();
    assert!(eve.disabled_at.is_some());
    assert!(store.live_session(begun.id).await.unwrap().is_none());
    assert!(
        store.create_session(session(&eve, "t")).await.is_err(),
        "who is out stays out"
    );
    assert_eq!(
        store
            .list_users(&Paging::default())
            .await
            .unwrap()
            .items
            .len(),
        2
    );
}

async fn what_has_expired_is_removed(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let past = NewSession {
        expires_at: Utc::now() - TimeDelta::seconds(1),
        ..session(&ada, "past")
    };
    store.create_session(past).await.unwrap();
    store.create_session(session(&ada, "now")).await.unwrap();
    store.prune_accounts().await.unwrap();
    assert!(store.has_come_from(ada.id, "10.0.0.1").await.unwrap());
    let refreshed = store
        .refresh_session("now", "next", "10.0.0.1", Duration::ZERO)
        .await;
    assert!(matches!(refreshed, Ok(Refreshed::Done(_))));
}

async fn keys_follow_each_other(stand: Stand) {
    let store = &stand.store;
    store.claim_vault().await.unwrap();
    store.claim_vault().await.unwrap();
    let first = store.signing_keys().await.unwrap();
    store.add_signing_key().await.unwrap();
    let keys = store.signing_keys().await.unwrap();
    assert_eq!((first.len(), keys.len()), (1, 2));
    assert_eq!(keys[1].id, first[0].id, "the newest comes first");
    // However old, the newest one stays.
    let future = Utc::now() + TimeDelta::days(1);
    assert_eq!(store.drop_signing_keys(future).await.unwrap(), 1);
    assert_eq!(store.signing_keys().await.unwrap()[0].id, keys[0].id);
}

fn identity(subject: &str) -> NewIdentity {
    NewIdentity {
        provider: "company".to_owned(),
        issuer: "https://login.example.org".to_owned(),
        subject: subject.to_owned(),
        email: Some("ada@example.org".to_owned()),
    }
}

async fn an_identity_is_one_accounts_and_never_its_last_way_in(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (register(store, "ada").await, register(store, "eve").await);
    let link = |user: Uuid, subject: &'static str, linking| {
        store.link_identity(user, identity(subject), linking)
    };
    let by = Linking::ByAddress("ada@example.org");
    let unproved = link(ada.id, "1", by).await;
    assert!(
        matches!(unproved, Err(StoreError::Outdated(_))),
        "{unproved:?}"
    );
    let verified = UserChange {
        verified: Some(true),
        ..UserChange::default()
    };
    store.update_user(ada.id, verified, None).await.unwrap();
    let foreign = link(ada.id, "1", Linking::ByAddress("eve@example.org")).await;
    assert!(
        matches!(foreign, Err(StoreError::Outdated(_))),
        "{foreign:?}"
    );
    // Both at the same moment, and it is one account's.
    let come = join_all([ada.id, eve.id].map(|user| link(user, "1", Linking::Deliberate))).await;
    let taken = come
        .iter()
        .filter(|one| matches!(one, Err(StoreError::IdentityTaken)));
    assert_eq!(taken.count(), 1, "{come:?}");
    let one = store
        .identity("https://login.example.org", "1")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        link(one.user_id, "1", Linking::Deliberate).await.unwrap(),
        one,
        "again is no harm"
    );
    store.touch_identity(one.id, None).await.unwrap();
    let touched = store.list_identities(one.user_id).await.unwrap();
    assert!(touched[0].used_at.is_some() && touched[0].email.is_none());

    // Somebody without a password, with two identities that they let go of at the same moment.
    let new = NewUser {
        password_hash: None,
        ..somebody("grace")
    };
    let grace = store
        .register_identity(new, Admission::Vouched { open: true }, identity("2"))
        .await
        .unwrap();
    link(grace.id, "3", Linking::Deliberate).await.unwrap();
    let other = NewIdentity {
        issuer: "https://gone.example.org".to_owned(),
        ..identity("4")
    };
    store
        .link_identity(grace.id, other, Linking::Deliberate)
        .await
        .unwrap();
    let issuers = ["https://login.example.org"];
    let all = store.list_identities(grace.id).await.unwrap();
    let gone = join_all(
        all[..2]
            .iter()
            .map(|one| store.unlink_identity(grace.id, one.id, &issuers)),
    )
    .await;
    let kept = gone
        .iter()
        .filter(|gone| matches!(gone, Err(StoreError::LastWayIn)));
    assert_eq!(kept.count(), 1, "{gone:?}");
    let foreign = store.unlink_identity(eve.id, all[2].id, &issuers).await;
    assert!(
        matches!(foreign, Err(StoreError::NotFound(_))),
        "{foreign:?}"
    );
    store
        .unlink_identity(grace.id, all[2].id, &issuers)
        .await
        .unwrap();
    assert_eq!(store.list_identities(grace.id).await.unwrap().len(), 1);
}

async fn who_is_vouched_for_is_let_in_but_never_first(stand: Stand) {
    let store = &stand.store;
    let come = |name: &'static str, subject: &'static str, open| {
        let new = NewUser {
            password_hash: None,
            verified: true,
            ..somebody(name)
        };
        store.register_identity(new, Admission::Vouched { open }, identity(subject))
    };
    let first = come("eve", "1", true).await;
    assert!(matches!(first, Err(StoreError::NotAdmitted)), "{first:?}");
    assert!(!store.has_users().await.unwrap());
    let ada = register(store, "ada").await;
    let closed = come("eve", "1", false).await;
    assert!(matches!(closed, Err(StoreError::NotAdmitted)), "{closed:?}");
    store
        .invite(ada.home, invitation("grace@example.org", "h", &ada))
        .await
        .unwrap();
    let grace = come("grace", "2", false).await.unwrap();
    assert!(grace.verified_at.is_some() && !grace.is_admin);
    assert_eq!(store.memberships(grace.id).await.unwrap().len(), 2);
    let taken = come("eve", "2", true).await;
    assert!(matches!(taken, Err(StoreError::IdentityTaken)), "{taken:?}");
    assert_eq!(
        store.user_by_email("eve@example.org").await.unwrap(),
        None,
        "all or nothing"
    );
}
