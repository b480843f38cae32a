//! `/api/prompts`: versions, labels, differences, and values in their places.

use axum::http::Method;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::archive_files::send;
use crate::support::{Lathe, Reply, request, with_json};

async fn greeting(lathe: &Lathe) -> (String, Reply) {
    let body = json!({
        "name": "greeting",
        "content": "Hello {{ name }}\nin {{ language }}",
        "variables": [{"name": "language", "default": "English"}],
    });
    let made = lathe.post("/api/prompts", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    (made.body["id"].as_str().unwrap().to_owned(), made)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_changes_by_versions_and_labels_point_at_them() {
    let lathe = Lathe::start().await;
    let (id, made) = greeting(&lathe).await;
    let path = format!("/api/prompts/{id}");
    let names: Vec<_> = made.body["shown"]["variables"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(
        names,
        [
            &json!({"name": "language", "default": "English"}),
            &json!({"name": "name"})
        ]
    );
    assert_eq!(made.header("location"), path);

    let next = json!({"content": "Hello {{ name }}\nkindly in {{ language }}", "note": "kinder"});
    let versions = format!("{path}/versions");
    let second = lathe.post(&versions, next.clone()).await;
    assert_eq!(
        (second.status.as_u16(), &second.body["version"]),
        (201, &json!(2))
    );
    assert_eq!(second.header("location"), format!("{versions}/2"));
    // The same text again is no version.
    let same = lathe.put(&path, json!({"content": next["content"]})).await;
    assert_eq!(same.body["version"], 2, "{}", same.text);
    let renamed = lathe
        .put(&path, json!({"description": "How we greet"}))
        .await;
    assert_eq!(
        (&renamed.body["version"], &renamed.body["description"]),
        (&json!(2), &json!("How we greet"))
    );

    let label = format!("{path}/labels/production");
    for (version, expected) in [(2, 200), (1, 200), (3, 404)] {
        let reply = lathe.put(&label, json!({"version": version})).await;
        assert_eq!(reply.status, expected, "{}", reply.text);
    }
    let shown = lathe.get(&format!("{path}?label=production")).await;
    assert_eq!(shown.body["shown"]["version"], 1);
    assert_eq!(shown.body["labels"], json!({"production": 1}));
    lathe
        .get(&format!("{path}?label=staging"))
        .await
        .refused(404, "not_found");

    let diff = lathe.get(&format!("{versions}/2/diff")).await;
    assert_eq!(
        diff.body["lines"],
        json!([
            {"change": "same", "text": "Hello {{ name }}"},
            {"change": "removed", "text": "in {{ language }}"},
            {"change": "added", "text": "kindly in {{ language }}"},
        ])
    );
    let list = lathe.get(&versions).await;
    assert_eq!(list.body["items"][0]["note"], "kinder");
    assert_eq!(list.body["items"].as_array().unwrap().len(), 2);
    let gone = lathe.delete(&label).await;
    assert_eq!(gone.body["labels"], json!({}));
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_go_into_their_places_and_are_no_templates() {
    let lathe = Lathe::start().await;
    let (id, _) = greeting(&lathe).await;
    let path = format!("/api/prompts/{id}/render");
    let render = async |values: Value| lathe.post(&path, json!({"values": values})).await;
    let reply = render(json!({"name": "{{ language }}"})).await;
    assert_eq!(
        reply.body["text"], "Hello {{ language }}\nin English",
        "{}",
        reply.text
    );
    let reply = render(json!({})).await;
    reply.refused(422, "validation_failed");
    assert_eq!(reply.body["error"]["details"][0]["path"], "/values/name");
    let body = json!({"label": "production", "version": 1});
    lathe.post(&path, body).await.refused(400, "bad_request");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_and_what_was_deleted_comes_back() {
    let lathe = Lathe::start().await;
    let (id, made) = greeting(&lathe).await;
    for (body, path) in [
        (json!({"name": "Not so", "content": ""}), "/name"),
        (json!({"name": "x", "content": "one\n{{ two"}), "/content"),
        (
            json!({"name": "x", "content": "{% include 'greeting' %}"}),
            "/content",
        ),
        (
            json!({"name": "x", "content": "", "variables": [{"name": "1"}]}),
            "/variables/0/name",
        ),
        (
            json!({"name": "x", "content": "", "variables": [{"name": "a"}, {"name": "a"}]}),
            "/variables/1/name",
        ),
    ] {
        let reply = lathe.post("/api/prompts", body).await;
        reply.refused(422, "validation_failed");
        assert_eq!(
            reply.body["error"]["details"][0]["path"], path,
            "{}",
            reply.text
        );
    }
    let taken = lathe
        .post("/api/prompts", json!({"name": "greeting", "content": ""}))
        .await;
    taken.refused(409, "conflict");
    let path = format!("/api/prompts/{id}");
    let tag = lathe.get(&path).await.header("etag").to_owned();
    let with = |tag: &str, body: &Value| {
        with_json(request(Method::PUT, &path).header("if-match", tag), body)
    };
    let body = json!({"name": "hello", "content": "{{ name }}"});
    assert_eq!(lathe.send(with(&tag, &body)).await.status, 200);
    lathe
        .send(with(&tag, &body))
        .await
        .refused(412, "precondition_failed");

    assert_eq!(lathe.delete(&path).await.status, 204);
    lathe.get(&path).await.refused(404, "not_found");
    lathe
        .get(&format!("{path}/versions/1"))
        .await
        .refused(404, "not_found");
    let restore = format!("{path}/restore");
    let back = lathe.post(&restore, json!({})).await;
    assert_eq!(
        (back.status.as_u16(), &back.body["version"]),
        (200, &json!(2)),
        "{}",
        back.text
    );
    lathe
        .post(&restore, json!({}))
        .await
        .refused(404, "not_found");
    assert_eq!(lathe.delete(&path).await.status, 204);
    let other = json!({"name": "hello", "content": made.body["shown"]["content"]});
    assert_eq!(lathe.post("/api/prompts", other).await.status, 201);
    lathe
        .post(&restore, json!({}))
        .await
        .refused(409, "conflict");
    lathe.stop().await;
}

/// Who made something is told by id and name, also when they are gone, and by no address.
#[tokio::test(flavor = "multi_thread")]
async fn makers_are_told_without_their_addresses() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let home = lathe.share(&ada, &eve, "eve@example.org", "editor").await;
    let profile = lathe
        .ask(&eve, Method::GET, "/api/auth/profile", None)
        .await;
    let who = json!({"id": profile.body["id"], "name": profile.body["name"]});
    let guest = eve.in_workspace(&home);
    let prompt = json!({"name": "greeting", "content": "Hello"});
    let prompt = lathe
        .ask(&guest, Method::POST, "/api/prompts", Some(&prompt))
        .await;
    assert_eq!(prompt.body["shown"]["author"], who, "{}", prompt.text);
    let file = send(&lathe, &guest, "a.txt", b"a").await;
    assert_eq!(file.body["created_by"], who, "{}", file.text);
    assert_eq!(file.body["execution_id"], Value::Null);
    let member = format!(
        "/api/workspaces/{home}/members/{}",
        who["id"].as_str().unwrap()
    );
    let gone = lathe.ask(&ada, Method::DELETE, &member, None).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let versions = format!(
        "/api/prompts/{}/versions",
        prompt.body["id"].as_str().unwrap()
    );
    for (path, field) in [(&*versions, "author"), ("/api/files", "created_by")] {
        let list = lathe.ask(&ada, Method::GET, path, None).await;
        assert_eq!(list.body["items"][0][field], who, "{}", list.text);
        assert!(!list.text.contains("example.org"), "{}", list.text);
    }
    lathe.stop().await;
}
