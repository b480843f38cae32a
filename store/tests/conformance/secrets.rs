//! Secrets are sealed, open in their own place only, and go on opening while master keys change; variables are read by
//! name.

use std::collections::BTreeMap;

use engine::ports::secrets::{SecretText, Secrets};
use engine::ports::variables::Variables;
use serde_json::json;
use store::{
    Admission, AuditVerdict, KeySource, NewAuditEntry, NewOutgoingWebhook, NewSecret, NewUser,
    NewVariable, NewWebhook, NewWorkflow, OutgoingHeaders, Paging, Scope, SecretChange,
    SecretFields, Store, StoreError, User, UserChange, Vault, second_factor_place,
};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::{Stand, test_keys};

on_every_database!(
    a_secret_is_read_by_its_owner_only,
    a_sealed_text_opens_in_no_other_place,
    master_keys_change_under_load,
    nothing_stays_under_an_old_master_key,
    variables_are_read_by_name,
);

const OURS: Scope = Scope::Workspace(Uuid::from_u128(1));
const THEIRS: Scope = Scope::Workspace(Uuid::from_u128(2));

fn secret(name: &str, text: &str) -> NewSecret {
    NewSecret {
        name: name.to_owned(),
        kind: "text".to_owned(),
        description: String::new(),
        fields: holding(text),
    }
}

fn holding(text: &str) -> SecretFields {
    SecretFields::from([("value".to_owned(), SecretText::new(text.to_owned()))])
}

async fn reveal(store: &Store, scope: Scope, name: &str) -> Option<String> {
    let Scope::Workspace(owner) = scope else {
        panic!("a workspace")
    };
    let secrets = store.reveal(owner, &[name, "another"]).await.unwrap();
    let field = secrets.get(name)?.fields.get("value")?;
    assert!(field.confidential);
    Some(field.text.expose().to_owned())
}

async fn a_secret_is_read_by_its_owner_only(stand: Stand) {
    let store = &stand.store;
    let made = store.create_secret(OURS, secret("token", "c4nary-1"), Some("key".into()));
    let made = made.await.unwrap().value;
    let again = store.create_secret(OURS, secret("token", "other"), Some("key".into()));
    let again = again.await.unwrap();
    assert!(again.existing && again.value == made);
    assert_eq!(
        (&*made.kind, &made.fields[..]),
        ("text", &["value".to_owned()][..])
    );
    store
        .create_secret(THEIRS, secret("token", "c4nary-2"), None)
        .await
        .unwrap();
    assert_eq!(reveal(store, OURS, "token").await.unwrap(), "c4nary-1");
    assert_eq!(reveal(store, THEIRS, "token").await.unwrap(), "c4nary-2");
    assert_eq!(reveal(store, OURS, "tokens").await, None);

    let taken = store
        .create_secret(OURS, secret("token", "third"), None)
        .await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    let change = |name: &str, text: Option<&str>| SecretChange {
        name: Some(name.to_owned()),
        fields: text.map(|text| ("text".to_owned(), holding(text))),
        ..SecretChange::default()
    };
    for (scope, id) in [(THEIRS, made.id), (OURS, Uuid::now_v7())] {
        assert_eq!(store.workspace_secret(scope, id).await.unwrap(), None);
        let refused = store
            .update_secret(scope, id, change("x", Some("stolen")), None)
            .await;
        assert!(
            matches!(refused, Err(StoreError::NotFound(_))),
            "{refused:?}"
        );
        let refused = store.delete_secret(scope, id, None, None).await;
        assert!(
            matches!(refused, Err(StoreError::NotFound(_))),
            "{refused:?}"
        );
    }
    let renamed = store.update_secret(OURS, made.id, change("key", None), Some(made.revision));
    let renamed = renamed.await.unwrap();
    assert_eq!(renamed.changed_at, made.changed_at);
    let late = store
        .update_secret(OURS, made.id, change("late", None), Some(made.revision))
        .await;
    assert!(matches!(late, Err(StoreError::Outdated(_))), "{late:?}");
    let changed = store.update_secret(OURS, made.id, change("key", Some("c4nary-3")), None);
    assert!(changed.await.unwrap().changed_at > made.changed_at);
    assert_eq!(reveal(store, OURS, "key").await.unwrap(), "c4nary-3");
    let listed = store.list_secrets(OURS, &Paging::first(5)).await.unwrap();
    assert_eq!(listed.items.len(), 1);
    store
        .delete_secret(OURS, made.id, None, None)
        .await
        .unwrap();
    assert_eq!(reveal(store, OURS, "key").await, None);
}

/// S19: swapped between records and between workspaces.
async fn a_sealed_text_opens_in_no_other_place(stand: Stand) {
    let store = &stand.store;
    for (scope, name) in [(OURS, "one"), (OURS, "two"), (THEIRS, "one")] {
        store
            .create_secret(scope, secret(name, "c4nary"), None)
            .await
            .unwrap();
    }
    let sealed = "(SELECT sealed FROM workspace_secrets AS other WHERE other.name = 'two')";
    stand
        .meddle(&format!(
            "UPDATE workspace_secrets SET sealed = {sealed} WHERE name = 'one'"
        ))
        .await;
    for owner in [1, 2] {
        let opened = store.reveal(Uuid::from_u128(owner), &["one"]).await;
        let error = opened.unwrap_err();
        assert!(
            !error.transient && !error.to_string().contains("c4nary"),
            "{error}"
        );
    }
    assert_eq!(reveal(store, OURS, "two").await.unwrap(), "c4nary");
    // Handed to another workspace with its row.
    stand
        .meddle("UPDATE workspace_secrets SET workspace_id = (SELECT other.workspace_id FROM workspace_secrets AS other WHERE other.id <> workspace_secrets.id AND other.workspace_id <> workspace_secrets.workspace_id LIMIT 1) WHERE name = 'two'")
        .await;
    assert!(store.reveal(Uuid::from_u128(2), &["two"]).await.is_err());
}

/// S19: sealed anew while others read and write, and then without the old key.
async fn master_keys_change_under_load(stand: Stand) {
    let KeySource::Given(old) = test_keys() else {
        panic!("given")
    };
    let new = "b7".repeat(32);
    let given = |keys: String| KeySource::Given(keys.into());
    let stand = stand.with_keys(given(old.to_string())).await;
    stand.store.claim_vault().await.unwrap();
    let resume = stand.store.secret("resume").await.unwrap();
    let signing = stand.store.signing_keys().await.unwrap()[0].secret.clone();
    for number in 0..20 {
        let new = secret(&format!("s{number}"), &format!("c4nary-{number}"));
        stand.store.create_secret(OURS, new, None).await.unwrap();
    }
    let stand = stand.with_keys(given(format!("{new}\n{}", *old))).await;
    let store = &stand.store;
    let first = store
        .list_secrets(OURS, &Paging::first(1))
        .await
        .unwrap()
        .items
        .remove(0);
    let writes = async {
        for _ in 0..10 {
            let change = SecretChange {
                fields: Some(("text".to_owned(), holding("c4nary-new"))),
                ..SecretChange::default()
            };
            store
                .update_secret(OURS, first.id, change, None)
                .await
                .unwrap();
        }
    };
    let reads = async {
        for _ in 0..10 {
            assert_eq!(reveal(store, OURS, "s7").await.unwrap(), "c4nary-7");
        }
    };
    let (renewed, (), ()) = tokio::join!(store.renew_sealed(), writes, reads);
    // All but perhaps the one that was written meanwhile: secrets, the signing key, what proves the key, the links'.
    assert!((22..=23).contains(&renewed.unwrap()));
    assert_eq!(store.renew_sealed().await.unwrap(), 0);

    let stand = stand.with_keys(given(new)).await;
    let store = &stand.store;
    store.claim_vault().await.unwrap();
    assert_eq!(reveal(store, OURS, "s7").await.unwrap(), "c4nary-7");
    assert_eq!(
        reveal(store, OURS, &first.name).await.unwrap(),
        "c4nary-new"
    );
    assert_eq!(store.secret("resume").await.unwrap(), resume);
    assert_eq!(store.signing_keys().await.unwrap()[0].secret, signing);
    // An older version kept this one as it is: it stays the same, and is sealed.
    let plain = "0f".repeat(32);
    stand
        .meddle(&format!(
            "INSERT INTO secrets (name, value) VALUES ('older', '{plain}')"
        ))
        .await;
    assert_eq!(store.secret("older").await.unwrap(), [0x0f; 32]);
    assert_eq!(store.secret("older").await.unwrap(), [0x0f; 32]);
}

/// S19: whatever column it is in. A new column with sealed texts fails here until something fills it, and it is sealed anew.
async fn nothing_stays_under_an_old_master_key(stand: Stand) {
    let KeySource::Given(old) = test_keys() else {
        panic!("given")
    };
    let new = "b7".repeat(32);
    let given = |keys: String| KeySource::Given(keys.into());
    let (before, after) = (key_prefix(&old), key_prefix(&new));
    let stand = stand.with_keys(given(old.to_string())).await;
    let filled = Filled::fill(&stand).await;
    stand
        .meddle(&format!(
            "INSERT INTO secrets (name, value) VALUES ('older', '{}')",
            "0f".repeat(32)
        ))
        .await;
    let sealed: usize = columns_holding(&stand, &before).await.values().sum();

    let stand = stand.with_keys(given(format!("{new}\n{}", *old))).await;
    let renewed = stand.store.renew_sealed().await.unwrap();
    // One that was not sealed at all comes to those that were.
    assert_eq!(renewed, sealed as u64 + 1);
    assert_eq!(columns_holding(&stand, &before).await, BTreeMap::new());
    let holding = columns_holding(&stand, &after).await;
    let columns: Vec<&str> = holding.keys().map(String::as_str).collect();
    assert_eq!(
        columns,
        [
            "audit_aside.sealed",
            "audit_head.sealed",
            "outgoing_webhooks.headers",
            "outgoing_webhooks.previous_secret",
            "outgoing_webhooks.secret",
            "secrets.value",
            "signing_keys.sealed",
            "trash.sealed",
            "users.totp",
            "webhooks.previous_secret",
            "webhooks.secret",
            "webhooks.token",
            "workspace_secrets.sealed",
        ]
    );
    assert_eq!(stand.store.renew_sealed().await.unwrap(), 0);

    let stand = stand.with_keys(given(new)).await;
    stand.store.claim_vault().await.unwrap();
    stand.store.claim_blobs().await.unwrap();
    assert_eq!(stand.store.secret("older").await.unwrap(), [0x0f; 32]);
    filled.is_read(&stand.store).await;
}

/// One of everything that is sealed.
struct Filled {
    own: Vec<(&'static str, [u8; 32])>,
    user: User,
    /// A secret in the trash.
    deleted: Uuid,
    outgoing: Uuid,
}

impl Filled {
    async fn fill(stand: &Stand) -> Self {
        let store = &stand.store;
        store.claim_vault().await.unwrap();
        store.claim_blobs().await.unwrap();
        let mut own = Vec::new();
        for name in ["installation", "resume", "setup", "of another kind"] {
            own.push((name, store.secret(name).await.unwrap()));
        }
        store.signing_keys().await.unwrap();
        store
            .create_secret(OURS, secret("token", "c4nary"), None)
            .await
            .unwrap();
        let deleted = store.create_secret(OURS, secret("deleted", "c4nary-2"), None);
        let deleted = deleted.await.unwrap().value.id;
        store
            .delete_secret(OURS, deleted, None, None)
            .await
            .unwrap();
        let user = with_second_factor(store).await;
        webhook(store).await;
        let outgoing = outgoing_webhook(store).await;
        store.append_audit(entry()).await.unwrap();
        put_aside(stand).await;
        Self {
            own,
            user,
            deleted,
            outgoing,
        }
    }

    /// Everything is read as it was.
    async fn is_read(&self, store: &Store) {
        for (name, secret) in &self.own {
            assert_eq!(store.secret(name).await.unwrap(), *secret, "{name}");
        }
        assert!(!store.signing_keys().await.unwrap().is_empty());
        assert_eq!(reveal(store, OURS, "token").await.unwrap(), "c4nary");
        store
            .restore_secret(OURS, self.deleted, None)
            .await
            .unwrap();
        assert_eq!(reveal(store, OURS, "deleted").await.unwrap(), "c4nary-2");
        let user = store.user(self.user.id).await.unwrap().unwrap();
        let totp: serde_json::Value = serde_json::from_str(&user.totp.unwrap()).unwrap();
        let sealed = totp["sealed"].as_str().unwrap();
        let opened = store.vault().unseal(&second_factor_place(user.id), sealed);
        assert_eq!(*opened.unwrap(), *b"second factor");
        let found = store.webhook_at(Scope::System, "hash of it").await.unwrap();
        let (webhook, secrets) = found.unwrap();
        assert_eq!(*webhook.token, "its address");
        let secrets: Vec<&[u8]> = secrets.iter().map(|secret| secret.as_slice()).collect();
        assert_eq!(secrets, [&b"another secret"[..], b"its secret"]);
        let target = store.outgoing_target(self.outgoing).await.unwrap().unwrap();
        let secrets: Vec<&[u8]> = target.secrets.iter().map(|one| one.as_slice()).collect();
        assert_eq!(secrets, [&b"whsec_another"[..], b"whsec_secret"]);
        assert_eq!(target.headers.unwrap().as_slice(), br#"{"x-key":"c4nary"}"#);
        // What was put aside comes with the next one.
        store.append_audit(entry()).await.unwrap();
        let verdict = store.verify_audit(None).await.unwrap();
        assert!(
            matches!(&verdict, AuditVerdict::Sound(head) if head.seq == 3),
            "{verdict:?}"
        );
    }
}

/// An entry of a process that does not have the key which the end of the log is sealed with.
async fn put_aside(stand: &Stand) {
    let (parts, unknown) = (
        "CREATE TABLE end_of_log AS SELECT * FROM audit_head",
        "'v1.00000000.x.y'",
    );
    stand.meddle(parts).await;
    stand
        .meddle(&format!("UPDATE audit_head SET sealed = {unknown}"))
        .await;
    assert_eq!(stand.store.append_audit(entry()).await.unwrap(), None);
    stand
        .meddle(
            "UPDATE audit_head SET sealed = (SELECT sealed FROM end_of_log); DROP TABLE end_of_log",
        )
        .await;
}

async fn with_second_factor(store: &Store) -> User {
    let new = NewUser {
        email: "ada@example.org".to_owned(),
        name: "Ada".to_owned(),
        password_hash: Some("hash".to_owned()),
        verified: false,
        slug: "ada".to_owned(),
    };
    let user = store.register_user(new, Admission::Open).await.unwrap();
    let place = second_factor_place(user.id);
    let sealed = store.vault().seal(&place, b"second factor").unwrap();
    let change = UserChange {
        totp: Some(Some(json!({"sealed": sealed, "used": 1}).to_string())),
        ..UserChange::default()
    };
    store.update_user(user.id, change, None).await.unwrap()
}

async fn webhook(store: &Store) {
    let new = NewWorkflow {
        document: json!({"lathe": 1, "name": "told", "nodes": []}),
        name: "told".to_owned(),
        label: None,
        description: None,
        node_count: 0,
        layout: None,
        author: None,
    };
    let workflow = store.create_workflow(Scope::System, new, None).await;
    let new = NewWebhook {
        name: "it".to_owned(),
        workflow_id: workflow.unwrap().value.summary.id,
        token: "its address".to_owned().into(),
        token_hash: "hash of it".to_owned(),
        settings: json!({}),
        secret: Some("its secret".to_owned().into()),
        enabled: true,
    };
    let made = store.create_webhook(Scope::System, new, None).await;
    let id = made.unwrap().value.id;
    let another = "another secret".to_owned().into();
    let overlap = std::time::Duration::from_secs(3600);
    store
        .rotate_webhook(Scope::System, id, &another, overlap)
        .await
        .unwrap();
}

async fn outgoing_webhook(store: &Store) -> Uuid {
    let new = NewOutgoingWebhook {
        name: "there".to_owned(),
        url: "https://there.example.org".to_owned(),
        events: Vec::new(),
        headers: OutgoingHeaders {
            names: vec!["x-key".to_owned()],
            json: Some(json!({"x-key": "c4nary"}).to_string().into()),
        },
        secret: "whsec_secret".to_owned().into(),
        enabled: true,
    };
    let made = store.create_outgoing_webhook(Scope::System, new, None);
    let id = made.await.unwrap().value.id;
    let another = "whsec_another".to_owned().into();
    let overlap = std::time::Duration::from_secs(3600);
    store
        .rotate_outgoing_webhook(Scope::System, id, &another, overlap)
        .await
        .unwrap();
    id
}

fn entry() -> NewAuditEntry {
    NewAuditEntry {
        workspace_id: None,
        actor: json!({"kind": "test"}),
        action: "try".to_owned(),
        resource: "/api/it".to_owned(),
        address: "127.0.0.1".to_owned(),
        status: 200,
        before: None,
        after: None,
    }
}

/// What every text begins with that is sealed under this master key.
fn key_prefix(key: &str) -> String {
    let vault = Vault::open(KeySource::Given(key.to_owned().into())).unwrap();
    let sealed = vault.seal("anywhere", b"anything").unwrap();
    let mut parts = sealed.split('.');
    format!("{}.{}.", parts.next().unwrap(), parts.next().unwrap())
}

/// How many rows hold a text, by table and column, over all of the database.
async fn columns_holding(stand: &Stand, text: &str) -> BTreeMap<String, usize> {
    let mut holding = BTreeMap::new();
    for (column, values) in stand.everything().await {
        let found = values.iter().filter(|value| value.contains(text)).count();
        if found > 0 {
            holding.insert(column, found);
        }
    }
    holding
}

async fn variables_are_read_by_name(stand: Stand) {
    let store = &stand.store;
    let variable = |name: &str, value| NewVariable {
        name: name.to_owned(),
        value,
        description: String::new(),
    };
    let made = store.create_variable(OURS, variable("region", json!("eu")), None);
    let made = made.await.unwrap().value;
    store
        .create_variable(THEIRS, variable("region", json!("us")), None)
        .await
        .unwrap();
    let read = store
        .read(Uuid::from_u128(1), &["region", "none"])
        .await
        .unwrap();
    assert_eq!(serde_json::Value::from(read), json!({"region": "eu"}));
    let update = |revision| {
        store.update_variable(
            OURS,
            made.id,
            variable("region", json!({"x": null})),
            revision,
        )
    };
    let now = update(Some(made.revision)).await.unwrap();
    assert_eq!(now.value, json!({"x": null}));
    assert!(matches!(
        update(Some(made.revision)).await,
        Err(StoreError::Outdated(_))
    ));
    let refused = store.delete_variable(THEIRS, made.id, None, None).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
    store
        .delete_variable(OURS, made.id, Some(now.revision), None)
        .await
        .unwrap();
    assert!(
        store
            .read(Uuid::from_u128(1), &["region"])
            .await
            .unwrap()
            .is_empty()
    );
}
