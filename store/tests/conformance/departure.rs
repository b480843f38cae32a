//! The end of an account.

use chrono::{TimeDelta, Utc};
use store::{Admission, NewSession, NewUser, Store, StoreError, User};

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(an_account_goes_unless_somebody_is_left_alone);

async fn register(store: &Store, name: &str) -> User {
    let new = NewUser {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        password_hash: Some("hash".to_owned()),
        verified: false,
        slug: name.to_owned(),
    };
    let made = store.register_user(new, Admission::Open).await;
    made.unwrap()
}

async fn an_account_goes_unless_somebody_is_left_alone(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (register(store, "ada").await, register(store, "eve").await);
    let last = store.delete_user(ada.id, &[]).await;
    assert!(
        matches!(last, Err(StoreError::LastAdministrator)),
        "{last:?}"
    );
    store.add_member(eve.home, ada.id, "viewer").await.unwrap();
    let owned = store.owned_workspaces(eve.id).await.unwrap();
    assert_eq!(
        (owned[0].id, owned[0].is_shared, owned[0].has_other_owners),
        (eve.home, true, false)
    );
    let alone = store.delete_user(eve.id, &[]).await;
    assert!(matches!(alone, Err(StoreError::LastOwner)), "{alone:?}");
    assert!(store.user(eve.id).await.unwrap().is_some());
    store.remove_member(eve.home, ada.id, None).await.unwrap();
    let session = NewSession {
        user_id: eve.id,
        agent: "test".to_owned(),
        address: "10.0.0.1".to_owned(),
        hash: "s".to_owned(),
        password_hash: eve.password_hash.clone(),
        expires_at: Utc::now() + TimeDelta::days(1),
    };
    let begun = store.create_session(session).await.unwrap();
    store.delete_user(eve.id, &[eve.home]).await.unwrap();
    assert_eq!(store.user(eve.id).await.unwrap(), None);
    assert_eq!(store.live_session(begun.id).await.unwrap(), None);
    assert_eq!(store.workspace(eve.home).await.unwrap(), None);
    assert_eq!(store.deleted_workspaces(eve.id).await.unwrap(), []);
    // The address is free again.
    assert_ne!(register(store, "eve").await.id, eve.id);
}
