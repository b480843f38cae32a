//! `If-Match` as RFC 9110 has it: on deletions too, with weak tags, lists and `*`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::archive::furnish;
use crate::support::people::Person;
use crate::support::{Lathe, Reply, with_json};

async fn delete(lathe: &Lathe, person: &Person, path: &str, tags: &[&str]) -> Reply {
    let mut asked = person.asking(Method::DELETE, path);
    for tag in tags {
        asked = asked.header("if-match", *tag);
    }
    let asked = asked.body(axum::body::Body::empty()).unwrap();
    lathe.send(asked).await
}

/// Whatever has a tag is deleted as it was read, or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_takes_a_condition() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    furnish(&lathe, &ada).await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap();
    let role = format!("/api/workspaces/{home}/roles/runner");
    let permissions = json!({"permissions": ["workflows:run"]});
    let made = lathe
        .ask(&ada, Method::PUT, &role, Some(&permissions))
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    let told = json!({"name": "pager", "url": "https://hooks.example.org/", "events": ["execution.failed"]});
    let told = lathe
        .ask(&ada, Method::POST, "/api/outgoing-webhooks", Some(&told))
        .await;
    assert_eq!(told.status, 201, "{}", told.text);
    let mut paths = vec![role];
    // What begins a workflow goes before it.
    for kind in [
        "schedules",
        "webhooks",
        "outgoing-webhooks",
        "workflows",
        "applications",
        "models",
        "prompts",
        "secrets",
        "variables",
    ] {
        let list = format!("/api/{kind}");
        let list_of = lathe.ask(&ada, Method::GET, &list, None).await;
        let mut items = list_of.body["items"].as_array().unwrap().iter();
        // Models of an application go with it.
        let item = items.find(|item| item["application_id"].is_null()).unwrap();
        paths.push(format!("{list}/{}", item["id"].as_str().unwrap()));
    }
    for path in &paths {
        let shown = lathe.ask(&ada, Method::GET, path, None).await;
        let tag = shown.header("etag").to_owned();
        let weak = format!("W/{tag}");
        for refused in ["\"77\"", &*weak, "\"77\", \"78\"", "\"of-others\""] {
            let reply = delete(&lathe, &ada, path, &[refused]).await;
            reply.refused(412, "precondition_failed");
        }
        let reply = delete(&lathe, &ada, path, &["77"]).await;
        reply.refused(400, "bad_request");
        let gone = delete(&lathe, &ada, path, &["\"77\", W/\"78\"", &*tag]).await;
        assert_eq!(gone.status, 204, "{path}: {}", gone.text);
        let gone = delete(&lathe, &ada, path, &["*"]).await;
        gone.refused(404, "not_found");
    }
    lathe.stop().await;
}

/// A list fits if one of it does, by the state of what the address is a part of as well; `*` fits only what is there.
#[tokio::test(flavor = "multi_thread")]
async fn lists_and_stars_fit_what_is_there() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    furnish(&lathe, &ada).await;
    let put = async |path: &str, tag: &str, body: Value| {
        let asked = ada.asking(Method::PUT, path).header("if-match", tag);
        lathe.send(with_json(asked, &body)).await
    };
    let list = lathe.ask(&ada, Method::GET, "/api/prompts", None).await;
    let prompt = format!(
        "/api/prompts/{}",
        list.body["items"][0]["id"].as_str().unwrap()
    );
    let label = format!("{prompt}/labels/production");
    let shown = lathe.ask(&ada, Method::GET, &prompt, None).await;
    let tag = shown.header("etag").to_owned();
    let one = json!({"version": 1});
    let refused = put(&label, "\"77\", \"78\"", one.clone()).await;
    refused.refused(412, "precondition_failed");
    let pointed = put(&label, &format!("\"77\", {tag}"), one).await;
    assert_eq!(pointed.status, 200, "{}", pointed.text);

    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap();
    let role = format!("/api/workspaces/{home}/roles/runner");
    let permissions = json!({"permissions": ["workflows:run"]});
    let refused = put(&role, "*", permissions.clone()).await;
    refused.refused(412, "precondition_failed");
    let made = lathe
        .ask(&ada, Method::PUT, &role, Some(&permissions))
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    let changed = put(&role, "*", permissions).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    lathe.stop().await;
}
