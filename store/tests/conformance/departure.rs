//! The end of an account.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use store::{
    Admission, NewPrompt, NewPromptVersion, NewSavedView, NewSession, NewUser, Paging, Scope,
    Store, StoreError, User,
};

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    an_account_goes_unless_somebody_is_left_alone,
    an_address_goes_with_its_account,
);

pub(crate) async fn register(store: &Store, name: &str) -> User {
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

pub(crate) fn hello() -> NewPrompt {
    NewPrompt {
        name: "hello".to_owned(),
        description: String::new(),
        first: NewPromptVersion {
            content: "Hi".to_owned(),
            variables: json!([]),
            note: None,
            author: None,
        },
    }
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
    // Nor is it taken from somebody who has joined since it was looked whose it is.
    let shared = store.delete_user(eve.id, &[eve.home]).await;
    assert!(matches!(shared, Err(StoreError::LastOwner)), "{shared:?}");
    assert!(store.workspace(eve.home).await.unwrap().is_some());
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

/// What was made before people were noted by id is theirs by their address, which is nowhere once they are gone; neither are
/// the views that only they saw.
async fn an_address_goes_with_its_account(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (register(store, "ada").await, register(store, "eve").await);
    let scope = Scope::Workspace(ada.home);
    store.create_prompt(scope, hello(), None).await.unwrap();
    for (name, shared) in [("mine", false), ("ours", true)] {
        let view = NewSavedView {
            model: "workflows".to_owned(),
            name: name.to_owned(),
            content: json!({}),
            shared,
        };
        store
            .create_view(scope, Some(eve.id), view, None)
            .await
            .unwrap();
    }
    let older = "UPDATE prompt_versions SET author = 'eve@example.org', author_id = NULL";
    stand.meddle(older).await;
    let back = stand.steps_from("m0040_known_makers").await;
    store.migrate_down(back).await.unwrap();
    store.migrate().await.unwrap();
    let everything = stand.everything().await;
    assert!(everything.contains_key("prompt_versions.author_id"));
    let holds = |(_, texts): &(&String, &Vec<String>)| {
        texts.iter().any(|text| text.contains("eve@example.org"))
    };
    assert!(everything.iter().any(|column| holds(&column)));

    store.delete_user(eve.id, &[eve.home]).await.unwrap();
    let everything = stand.everything().await;
    let left: Vec<&String> = everything
        .iter()
        .filter(holds)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(left, [""; 0]);
    let paging = Paging::first(10);
    let views = store.list_views(scope, Some(eve.id), None, &paging).await;
    let views = views.unwrap().items.into_iter();
    let names: Vec<String> = views.map(|view| view.name).collect();
    assert_eq!(names, ["ours"]);
}
