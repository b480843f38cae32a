//! The environment of an application: kept with it, changed as it was read, and given with what its secrets hold.

use blueprint::ports::{EnvironmentError, EnvironmentSource};
use engine::ports::secrets::SecretText;
use serde_json::json;
use store::{
    EnvironmentEntry, Held, NewApplication, NewSecret, Scope, SecretFields, Store, StoreError,
};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(an_environment_is_its_applications);

const OURS: Uuid = Uuid::from_u128(1);
const THEIRS: Uuid = Uuid::from_u128(2);

fn entry(name: &str, held: Held) -> EnvironmentEntry {
    EnvironmentEntry {
        name: name.to_owned(),
        held,
    }
}

async fn given(
    store: &Store,
    owner: Uuid,
) -> Result<Vec<(String, String, bool)>, EnvironmentError> {
    let given = store.environment(owner, "shop").await?;
    let facts = given
        .into_iter()
        .map(|variable| (variable.name, variable.value, variable.confidential));
    Ok(facts.collect())
}

async fn an_environment_is_its_applications(stand: Stand) {
    let store = &stand.store;
    let (ours, theirs) = (Scope::Workspace(OURS), Scope::Workspace(THEIRS));
    let new = NewApplication {
        name: "shop".to_owned(),
        label: String::new(),
        description: String::new(),
        configuration: json!({}),
        relationships: json!([]),
        components: json!([]),
    };
    let made = store.create_application(ours, new, Vec::new(), None).await;
    let made = made.unwrap().value;
    let kept = store.application_environment(ours, made.id).await.unwrap();
    let kept = kept.unwrap();
    assert!(kept.entries.is_empty());
    let secret = NewSecret {
        name: "smtp".to_owned(),
        kind: "basic".to_owned(),
        description: String::new(),
        fields: SecretFields::from([
            ("username".to_owned(), SecretText::new("ada".to_owned())),
            (
                "password".to_owned(),
                SecretText::new("hunter22".to_owned()),
            ),
        ]),
    };
    store.create_secret(ours, secret, None).await.unwrap();
    let fields = store
        .fields_of_secrets(ours, &["smtp", "other"])
        .await
        .unwrap();
    let mut smtp = fields["smtp"].clone();
    smtp.sort();
    assert_eq!(
        (fields.len(), smtp),
        (1, vec!["password".to_owned(), "username".to_owned()])
    );
    assert!(
        store
            .fields_of_secrets(theirs, &["smtp"])
            .await
            .unwrap()
            .is_empty()
    );

    let entries = [
        entry("GREETING", Held::Value("\"hello\" … 👋".to_owned())),
        entry("SMTP_PASSWORD", Held::Secret("smtp.password".to_owned())),
    ];
    let revision = Some(kept.revision);
    let stranger = store.set_application_environment(theirs, made.id, &entries, None);
    assert!(matches!(stranger.await, Err(StoreError::NotFound(_))));
    let changed = store.set_application_environment(ours, made.id, &entries, revision);
    assert_eq!(changed.await.unwrap().entries, entries);
    let late = store.set_application_environment(ours, made.id, &[], revision);
    assert!(matches!(late.await, Err(StoreError::Outdated(_))));
    let now = store.application(ours, made.id).await.unwrap().unwrap();
    assert_eq!(
        (now.revision, now.environment_revision),
        (made.revision, made.environment_revision + 1),
        "who designs the application is not disturbed"
    );

    let users = store.applications_given(ours, "smtp").await.unwrap();
    assert_eq!(users.into_values().collect::<Vec<_>>(), [made.id]);
    for (scope, secret) in [(ours, "smt"), (theirs, "smtp")] {
        let users = store.applications_given(scope, secret).await.unwrap();
        assert!(users.is_empty(), "{users:?}");
    }
    let hidden = hidden_of(&given(store, OURS).await.unwrap());
    assert_eq!(hidden, ["SMTP_PASSWORD=hunter22"]);
    assert!(given(store, THEIRS).await.unwrap().is_empty());
    let entries = [entry("TOKEN", Held::Secret("smtp".to_owned()))];
    let changed = store.set_application_environment(ours, made.id, &entries, None);
    changed.await.unwrap();
    let refused = given(store, OURS).await.unwrap_err().to_string();
    assert!(
        refused.contains("`TOKEN`") && refused.contains("`smtp`"),
        "{refused}"
    );

    // It goes with the application and comes back with it.
    store
        .delete_application(ours, made.id, None, None)
        .await
        .unwrap();
    assert!(given(store, OURS).await.unwrap().is_empty());
    let back = store
        .restore_application(ours, made.id, None)
        .await
        .unwrap();
    assert_eq!(back.environment, entries);
}

/// Those that are to be hidden.
fn hidden_of(given: &[(String, String, bool)]) -> Vec<String> {
    let hidden = given.iter().filter(|(_, _, confidential)| *confidential);
    hidden
        .map(|(name, value, _)| format!("{name}={value}"))
        .collect()
}
