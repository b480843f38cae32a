//! S21: the audit log tells what there was before each change and what there is after it, whatever was changed.

use std::cmp::Reverse;

use axum::http::Method;
use serde_json::{Value, json};

use super::open;
use super::strangers::Things;
use crate::support::Lathe;
use crate::support::people::{PASSWORD, Person};

const SECRET: &str = "c4nary-of-a-secret";

/// Changes of which nothing is told, each with the reason.
const UNTOLD: [(&str, &str); 6] = [
    ("put /api/hooks/{token}", "a run, which is a record itself"),
    (
        "put /api/workflows/{id}/pins",
        "may be data of a run, which is nothing for a log that keeps all",
    ),
    (
        "put /api/applications/{id}/environment",
        "may hold passwords, which are nothing for a log that keeps all",
    ),
    ("delete /api/notifications/{id}", "nobody else's concern"),
    (
        "put /api/auth/second-factor",
        "takes a code of now: told like a password, tried with that",
    ),
    (
        "delete /api/auth/profile",
        "takes away whose the rest is: tried where accounts end",
    ),
];

/// What is done besides changing and deleting: to a thing that was there before.
const DONE: [&str; 5] = [
    "post /api/workflows/{id}/publish",
    "post /api/workflows/{id}/versions/{version}/restore",
    "post /api/webhooks/{id}/rotate",
    "post /api/outgoing-webhooks/{id}/rotate",
    "post /api/users/{id}/reset",
];

/// All changes, such that none takes away what a later one is about.
fn changes() -> Vec<(Method, String, String, bool)> {
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let mut changes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let line = format!("{method} {path}");
            let is_change = matches!(&**method, "put" | "patch" | "delete");
            if !(is_change || DONE.contains(&&*line)) || UNTOLD.iter().any(|(not, _)| *not == line)
            {
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let name = operation["operationId"].as_str().unwrap().to_owned();
            changes.push((
                method,
                path.clone(),
                name,
                operation["requestBody"].is_object(),
            ));
        }
    }
    changes.sort_by_key(|(method, path, ..)| {
        let whole = match &**path {
            "/api/workspaces/{id}" => 2,
            "/api/applications/{id}" => 1,
            _ => 0,
        };
        let parts = path.split('/').count();
        (
            *method == Method::DELETE,
            whole,
            Reverse(parts),
            path.clone(),
        )
    });
    changes
}

async fn newest(lathe: &Lathe) -> Value {
    let audit = lathe.get("/api/audit?all=true&limit=1").await;
    audit.body["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_tells_what_there_was_before_it() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let things = Things::make(&lathe, &ada).await;
    let home = lathe
        .share(&ada, &guest, "guest@example.org", "operator")
        .await;
    let ask = async |method: Method, path: &str, body: Option<&Value>| {
        let reply = lathe.ask(&ada, method.clone(), path, body).await;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
        reply
    };
    let profile = lathe
        .ask(&guest, Method::GET, "/api/auth/profile", None)
        .await;
    let guest = profile.body["id"].as_str().unwrap().to_owned();
    let role = json!({"permissions": ["models:read", "models:write"]});
    let roles = format!("/api/workspaces/{home}/roles/auditor");
    ask(Method::PUT, &roles, Some(&role)).await;
    let aside = json!({"name": "aside", "slug": "aside"});
    let aside = ask(Method::POST, "/api/workspaces", Some(&aside)).await;
    let hook = format!("/api/webhooks/{}", things.webhook);
    let hook = ask(Method::GET, &hook, None).await.body["url"].clone();

    let (mut tried, mut missing) = (0, Vec::new());
    for (method, path, name, has_body) in changes() {
        let (mut address, mut body) = things.at_or(&path);
        match (&method, &*path) {
            (_, "/api/workspaces/{id}/members/{user_id}") => {
                address = format!("/api/workspaces/{home}/members/{guest}");
            }
            (_, "/api/users/{id}" | "/api/users/{id}/reset") => {
                address = path.replace("{id}", &guest);
            }
            (&Method::DELETE, "/api/workspaces/{id}") => {
                address = format!("/api/workspaces/{}", aside.body["id"].as_str().unwrap());
            }
            (_, "/api/models/{id}") => {
                let field = json!({"name": "title", "type": "text"});
                body = json!({"name": "books", "fields": [field]});
            }
            (_, "/api/secrets/{id}") => body = json!({"value": SECRET}),
            (_, "/api/auth/password") => {
                body = json!({"current": PASSWORD, "password": SECRET});
            }
            // With another password those of before are gone.
            (_, "/api/tokens/{id}") => {
                let token = json!({"name": "nightly", "scopes": ["models:read"]});
                let made = ask(Method::POST, "/api/tokens", Some(&token)).await;
                address = format!("/api/tokens/{}", made.body["id"].as_str().unwrap());
            }
            (_, "/api/auth/sessions/{id}") => {
                lathe.log_in_with("ada@example.org", SECRET).await;
                let sessions = ask(Method::GET, "/api/auth/sessions", None).await;
                let sessions = sessions.body["items"].as_array().unwrap().clone();
                let other = sessions.iter().find(|one| one["current"] == false);
                let other = other.unwrap()["id"].as_str().unwrap().to_owned();
                address = format!("/api/auth/sessions/{other}");
            }
            _ => {}
        }
        let body = has_body.then_some(&body);
        let reply = lathe.ask(&ada, method.clone(), &address, body).await;
        let entry = newest(&lathe).await;
        let is_after = reply.status == 204 || entry["after"].is_object();
        let is_told = entry["action"] == name && entry["before"].is_object() && is_after;
        if !(reply.status.is_success() && is_told) {
            missing.push(format!("{method} {path}: {} {entry}", reply.text));
            continue;
        }
        match &*name {
            "change_member" => assert_eq!(
                (&entry["before"]["role"], &entry["after"]["role"]),
                (&json!("operator"), &json!("viewer"))
            ),
            "remove_member" => assert_eq!(entry["before"]["role"], "viewer"),
            "put_role" => assert_eq!(entry["before"]["permissions"], role["permissions"]),
            "delete_prompt_label" => assert_eq!(entry["before"]["labels"]["production"], 1),
            "withdraw_invitation" => assert_eq!(entry["before"]["role"], "viewer"),
            "end_session" => assert_eq!(entry["workspace_id"], Value::Null, "nobody else's"),
            _ => {}
        }
        tried += 1;
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(tried >= 40, "{tried}");
    let all = lathe.get("/api/audit?all=true&limit=1000").await;
    let hook = hook.as_str().unwrap().rsplit('/').next().unwrap();
    for secret in [SECRET, PASSWORD, hook, &ada.access, "\"link\"", "whsec_"] {
        assert!(!all.text.contains(secret), "{secret}: {}", all.text);
    }
    lathe.stop().await;
}

/// Whoever may change a thing and not read it is not shown it, and the log tells it all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_there_was_is_told_whoever_may_read_it() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let body = json!({"name": "greeting", "content": "Hello"});
    let made = lathe
        .ask(&ada, Method::POST, "/api/prompts", Some(&body))
        .await;
    let path = format!("/api/prompts/{}", made.body["id"].as_str().unwrap());
    let token = json!({"name": "narrow", "scopes": ["prompts:write"]});
    let token = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&token))
        .await;
    assert_eq!(
        newest(&lathe).await["after"]["name"],
        "narrow",
        "without the token"
    );
    let token = Person::with_token(token.body["token"].as_str().unwrap());
    lathe
        .ask(&token, Method::GET, &path, None)
        .await
        .refused(403, "forbidden");
    let changed = lathe.ask(&token, Method::DELETE, &path, None).await;
    assert_eq!(changed.status, 204, "{}", changed.text);
    let entry = newest(&lathe).await;
    assert_eq!(entry["before"]["name"], "greeting", "{entry}");
    lathe.stop().await;
}

/// Where nobody was known as a request came: the log says who it turned out to be, or who they said that they are.
#[tokio::test(flavor = "multi_thread")]
async fn logins_and_new_passwords_name_whose_they_are() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let id = profile.body["id"].as_str().unwrap().to_owned();
    let told = async |action: &str, status: u16| {
        let entry = newest(&lathe).await;
        assert_eq!(
            (&entry["action"], &entry["status"]),
            (&json!(action), &json!(status)),
            "{entry}"
        );
        entry["actor"].clone()
    };
    let is_hers = |actor: &Value, via: &str| {
        assert_eq!(
            (&actor["via"], &actor["user"], &actor["email"]),
            (&json!(via), &json!(id), &json!("ada@example.org"))
        );
    };
    is_hers(&told("register", 201).await, "session");
    lathe.log_in("ada@example.org").await;
    is_hers(&told("login", 200).await, "session");
    for (email, tried) in [
        (
            "Ada@example.org",
            json!({"via": "stranger", "tried": "ada@example.org"}),
        ),
        (
            "nobody@example.org",
            json!({"via": "stranger", "tried": "nobody@example.org"}),
        ),
        // A password may have been written into the wrong field.
        (PASSWORD, json!({"via": "stranger"})),
    ] {
        let wrong = json!({"email": email, "password": "wrong but long enough"});
        let reply = lathe
            .knock(Method::POST, "/api/auth/login", Some(&wrong))
            .await;
        reply.refused(401, "unauthorized");
        assert_eq!(told("login", 401).await, tried);
    }
    let path = format!("/api/users/{id}/reset");
    let reset = lathe.ask(&ada, Method::POST, &path, None).await;
    let token = reset.body["link"].as_str().unwrap().split('#').nth(1);
    let body = json!({"token": token.unwrap(), "password": SECRET});
    let path = "/api/auth/password/reset";
    let reply = lathe.knock(Method::POST, path, Some(&body)).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    is_hers(&told("reset_password", 204).await, "letter");
    lathe.stop().await;
}
