//! The end of an account.

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::open;
use crate::support::people::{PASSWORD, Person};
use crate::support::{Lathe, Reply};

const PATH: &str = "/api/auth/profile";

async fn delete(lathe: &Lathe, person: &Person, password: &str) -> Reply {
    let body = json!({"password": password});
    lathe.ask(person, Method::DELETE, PATH, Some(&body)).await
}

/// S10: an account goes with all that proves who it is and what is its own alone, unless others are left without somebody they
/// need.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_goes_with_what_is_its_own_alone() {
    let lathe = open().await;
    let operator = lathe.register("operator@example.org").await;
    delete(&lathe, &operator, PASSWORD)
        .await
        .refused(409, "conflict");
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let profile = lathe.ask(&ada, Method::GET, PATH, None).await.body;
    let home = lathe
        .share(&ada, &guest, "guest@example.org", "viewer")
        .await;
    let others = lathe
        .share(&operator, &ada, "ada@example.org", "editor")
        .await;
    let alone = delete(&lathe, &ada, PASSWORD).await;
    alone.refused(409, "conflict");
    assert!(alone.text.contains("`ada`"), "{}", alone.text);

    let guests = lathe.ask(&guest, Method::GET, PATH, None).await.body;
    let member = guests["id"].as_str().unwrap();
    let member = format!("/api/workspaces/{home}/members/{member}");
    let out = lathe.ask(&ada, Method::DELETE, &member, None).await;
    assert_eq!(out.status, 204, "{}", out.text);
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let made = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&body))
        .await;
    let token = Person::with_token(made.body["token"].as_str().unwrap());
    delete(&lathe, &ada, "wrong but long enough")
        .await
        .refused(422, "validation_failed");
    lathe
        .ask(&ada, Method::DELETE, PATH, None)
        .await
        .refused(422, "validation_failed");
    let gone = delete(&lathe, &ada, PASSWORD).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let entry = lathe.get("/api/audit?all=true&limit=1").await.body["items"][0].clone();
    assert_eq!(
        (&entry["action"], &entry["actor"]["user"]),
        (&json!("delete_profile"), &profile["id"]),
        "{entry}"
    );

    for person in [&ada, &token] {
        let reply = lathe.ask(person, Method::GET, "/api/workflows", None).await;
        reply.refused(401, "unauthorized");
    }
    let home: Uuid = home.parse().unwrap();
    assert_eq!(lathe.store.workspace(home).await.unwrap(), None);
    let path = format!("/api/workspaces/{others}/members");
    let left = lathe.ask(&operator, Method::GET, &path, None).await;
    assert_eq!(left.body["items"].as_array().unwrap().len(), 1);
    // The address is free, and whoever takes it has nothing of what there was.
    let other = lathe.register("ada@example.org").await;
    let now = lathe.ask(&other, Method::GET, PATH, None).await.body;
    assert_ne!(now["id"], profile["id"]);
    assert_eq!(now["workspaces"].as_array().map(Vec::len), Some(1));
    let none: Value = json!([]);
    let path = "/api/notifications";
    let told = lathe.ask(&other, Method::GET, path, None).await;
    assert_eq!(told.body["items"], none, "{}", told.text);
    lathe.stop().await;
}
