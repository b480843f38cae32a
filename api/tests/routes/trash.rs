//! What was deleted is listed, and each thing says where it is brought back.

use std::time::Duration;

use api::{Config, Registration};
use axum::http::{Method, StatusCode};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;

use crate::accounts::open;
use crate::support::Lathe;
use crate::support::people::Person;

const FLOW: &str = "{lathe: 1, name: ship, nodes: [{id: a, kind: test.echo}]}";
const SHOP: &str = "{name: shop, models: [{name: book, fields: [{name: title, type: text}]}]}";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_can_be_brought_back() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(FLOW).await;
    let shop = lathe
        .post("/api/applications", json!({"source": SHOP}))
        .await;
    assert_eq!(shop.status, 201, "{}", shop.text);
    let shop_path = format!("/api/applications/{}", shop.body["id"].as_str().unwrap());
    let alone = json!({"name": "note", "fields": [{"name": "text", "type": "text"}]});
    let model = lathe.post("/api/models", alone).await;
    assert_eq!(model.status, 201, "{}", model.text);
    let prompt = lathe
        .post("/api/prompts", json!({"name": "hello", "content": "Hi"}))
        .await;
    let paths = [
        format!("/api/workflows/{workflow}"),
        shop_path.clone(),
        format!("/api/models/{}", model.body["id"].as_str().unwrap()),
        format!("/api/prompts/{}", prompt.body["id"].as_str().unwrap()),
    ];
    for path in &paths {
        assert_eq!(lathe.delete(path).await.status, StatusCode::NO_CONTENT);
        lathe.get(path).await.refused(404, "not_found");
    }
    let run = format!("/api/workflows/{workflow}/execute");
    lathe.post(&run, json!({})).await.refused(404, "not_found");

    let trash = lathe.get("/api/trash").await;
    let items = trash.body["items"].as_array().unwrap().clone();
    let kinds: Vec<_> = items
        .iter()
        .map(|item| item["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["prompt", "model", "application", "workflow"]);
    for item in &items {
        let path = item["restore"].as_str().unwrap();
        let back = lathe.post(path, json!({})).await;
        assert_eq!(
            (back.status.as_u16(), &back.body["name"]),
            (200, &item["name"]),
            "{}",
            back.text
        );
        lathe.post(path, json!({})).await.refused(404, "not_found");
    }
    for path in &paths {
        assert_eq!(lathe.get(path).await.status, 200, "{path}");
    }
    let shop = lathe.get(&shop_path).await;
    assert_eq!(shop.body["models"][0]["name"], "book", "{}", shop.text);
    assert_eq!(lathe.post(&run, json!({})).await.status, 202);
    assert_eq!(lathe.get("/api/trash").await.body["items"], json!([]));

    // Its name is taken: it stays where it is.
    lathe.delete(&paths[0]).await;
    let other = lathe.workflow(FLOW).await;
    let restore = format!("{}/restore", paths[0]);
    lathe
        .post(&restore, json!({}))
        .await
        .refused(409, "conflict");
    lathe.delete(&format!("/api/workflows/{other}")).await;
    assert_eq!(lathe.post(&restore, json!({})).await.status, 200);
}

/// Who deleted something is told by id and name, and of what does not stay, until when it is kept; the screen's records say so, too.
#[tokio::test(flavor = "multi_thread")]
async fn the_trash_says_by_whom_and_until_when() {
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    let lathe = Lathe::start_with(Config {
        registration: Registration::Open,
        keep_deleted: week,
        ..Config::default()
    })
    .await;
    let ada = lathe.register("ada@example.org").await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let who = json!({"id": profile.body["id"], "name": profile.body["name"]});
    let fields = json!([{"name": "text", "type": "text"}]);
    let things = [
        ("workflows", json!({"source": FLOW}), false),
        ("applications", json!({"source": SHOP}), false),
        ("models", json!({"name": "note", "fields": fields}), false),
        ("prompts", json!({"name": "hello", "content": "Hi"}), false),
        (
            "secrets",
            json!({"name": "token", "value": "a long value"}),
            true,
        ),
        ("variables", json!({"name": "region", "value": "eu"}), true),
    ];
    for (kind, body, goes) in things {
        let list = format!("/api/{kind}");
        let made = lathe.ask(&ada, Method::POST, &list, Some(&body)).await;
        assert_eq!(made.status, 201, "{kind}: {}", made.text);
        let path = format!("{list}/{}", made.body["id"].as_str().unwrap());
        let gone = lathe.ask(&ada, Method::DELETE, &path, None).await;
        assert_eq!(gone.status, 204, "{kind}: {}", gone.text);
        let trash = lathe.ask(&ada, Method::GET, "/api/trash", None).await;
        let item = &trash.body["items"][0];
        assert_eq!(item["deleted_by"], who, "{kind}: {}", trash.text);
        let until = goes.then(|| {
            let at = item["deleted_at"].as_str().unwrap();
            let at: DateTime<Utc> = at.parse().unwrap();
            (at + TimeDelta::days(7)).to_rfc3339_opts(SecondsFormat::Millis, true)
        });
        assert_eq!(item["kept_until"], json!(until), "{kind}: {}", trash.text);
        let id = item["id"].as_str().unwrap();
        let one = format!("/api/records/trash/{id}");
        let one = lathe.ask(&ada, Method::GET, &one, None).await;
        let listed = lathe.ask(&ada, Method::GET, "/api/records/trash", None);
        let listed = listed.await;
        for record in [&one.body, &listed.body["items"][0]] {
            assert_eq!(record["id"], item["id"], "{kind}: {record}");
            assert_eq!(record["deleted_by"], who["name"], "{kind}: {record}");
            assert_eq!(record["kept_until"], json!(until), "{kind}: {record}");
        }
    }
    // Whoever operates the machine is no person.
    let variable = json!({"name": "other", "value": 1});
    let made = lathe.post("/api/variables", variable).await;
    let path = format!("/api/variables/{}", made.body["id"].as_str().unwrap());
    lathe.delete(&path).await;
    let trash = lathe.get("/api/trash").await;
    assert_eq!(trash.body["items"][0]["deleted_by"], json!(null));
    lathe.stop().await;
}

/// What lost its name to another one comes back under a new one, which is held against what such a thing may be called.
#[tokio::test(flavor = "multi_thread")]
async fn what_lost_its_name_comes_back_by_another() {
    let lathe = Lathe::start().await;
    let fields = json!([{"name": "text", "type": "text"}]);
    let things = [
        ("workflows", json!({"source": FLOW})),
        ("applications", json!({"source": SHOP})),
        ("models", json!({"name": "note", "fields": fields})),
        ("prompts", json!({"name": "hello", "content": "Hi"})),
        ("secrets", json!({"name": "token", "value": "a long value"})),
        ("variables", json!({"name": "region", "value": "eu"})),
    ];
    for (kind, body) in things {
        let list = format!("/api/{kind}");
        let made = lathe.post(&list, body.clone()).await;
        assert_eq!(made.status, 201, "{kind}: {}", made.text);
        let path = format!("{list}/{}", made.body["id"].as_str().unwrap());
        lathe.delete(&path).await;
        assert_eq!(lathe.post(&list, body).await.status, 201, "{kind}");
        let restore = format!("{path}/restore");
        let taken = lathe.post(&restore, json!({})).await;
        taken.refused(409, "conflict");
        let wrong = lathe.post(&restore, json!({"name": "No Name"})).await;
        wrong.refused(422, "validation_failed");
        let back = lathe.post(&restore, json!({"name": "other"})).await;
        assert_eq!(back.status, 200, "{kind}: {}", back.text);
        let shown = lathe.get(&path).await;
        assert_eq!(shown.body["name"], "other", "{kind}: {}", shown.text);
        if kind == "workflows" {
            assert_eq!(shown.body["document"]["name"], "other");
            assert_eq!(shown.body["version"], 2);
        }
    }
    lathe.stop().await;
}

/// S11: whoever may not read secrets is not told what deleted ones were called; pages are as long as they should be.
#[tokio::test(flavor = "multi_thread")]
async fn the_trash_names_only_what_may_be_read() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let things = [
        ("prompts", json!({"name": "hello", "content": "Hi"})),
        ("prompts", json!({"name": "bye", "content": "Bye"})),
        ("secrets", json!({"name": "token", "value": "a long value"})),
        ("variables", json!({"name": "region", "value": "eu"})),
    ];
    for (kind, body) in things {
        let list = format!("/api/{kind}");
        let made = lathe.ask(&ada, Method::POST, &list, Some(&body)).await;
        let path = format!("{list}/{}", made.body["id"].as_str().unwrap());
        let gone = lathe.ask(&ada, Method::DELETE, &path, None).await;
        assert_eq!(gone.status, 204, "{}", gone.text);
    }
    let whole = lathe.ask(&ada, Method::GET, "/api/trash", None).await;
    assert_eq!(whole.body["items"].as_array().map(Vec::len), Some(4));
    for (name, scopes, expected) in [
        (
            "p",
            json!(["workspace:read", "prompts:read"]),
            json!(["bye", "hello"]),
        ),
        (
            "v",
            json!(["workspace:read", "variables:read"]),
            json!(["region"]),
        ),
        ("w", json!(["workspace:read"]), json!([])),
    ] {
        let body = json!({"name": name, "scopes": scopes});
        let made = lathe
            .ask(&ada, Method::POST, "/api/tokens", Some(&body))
            .await;
        let token = Person::with_token(made.body["token"].as_str().unwrap());
        // Its records are of all kinds at once.
        let records = lathe.ask(&token, Method::GET, "/api/records/trash", None);
        records.await.refused(403, "forbidden");
        let mut names = Vec::new();
        let mut path = "/api/trash?limit=1".to_owned();
        loop {
            let page = lathe.ask(&token, Method::GET, &path, None).await;
            assert_eq!(page.status, 200, "{}", page.text);
            let items = page.body["items"].as_array().unwrap().iter();
            names.extend(items.map(|item| item["name"].clone()));
            let Some(next) = page.body["next_cursor"].as_str() else {
                break;
            };
            path = format!("/api/trash?limit=1&cursor={next}");
        }
        assert_eq!(json!(names), expected);
    }
    lathe.stop().await;
}
