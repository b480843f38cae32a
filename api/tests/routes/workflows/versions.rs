//! Routes under `/api/workflows/{id}/versions`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::archive::{export, import};
use crate::support::Lathe;
use crate::support::documents::{GATED, GREET};
use crate::support::people::Person;

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_listed_read_compared_and_brought_back() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}");
    let changed = GREET
        .replace("hello", "good day")
        .replace("default: world", "default: all")
        + "  - { id: more, kind: test.echo }\nedges: [greeting -> more]\n";
    let base = json!({ "source": changed, "base_version": 1 });
    assert_eq!(lathe.put(&path, base.clone()).await.body["version"], 2);
    let stale = lathe.put(&path, base).await;
    stale.refused(409, "conflict");
    assert!(stale.text.contains("version 2"), "{}", stale.text);
    lathe
        .post(
            "/api/workflows",
            json!({ "source": GATED, "base_version": 1 }),
        )
        .await
        .refused(422, "validation_failed");
    lathe
        .post(&format!("{path}/publish"), json!({ "note": "more" }))
        .await;

    let list = lathe.get(&format!("{path}/versions?limit=1")).await;
    assert_eq!(list.body["items"][0]["version"], 2);
    assert_eq!(list.body["items"][0]["note"], "more");
    let cursor = list.body["next_cursor"].as_str().unwrap();
    let rest = lathe.get(&format!("{path}/versions?cursor={cursor}")).await;
    assert_eq!(rest.body["items"][0]["version"], 1);
    assert_eq!(rest.body["items"][0]["published_at"], json!(null));
    let first = lathe.get(&format!("{path}/versions/1")).await;
    assert_eq!(first.body["document"]["nodes"].as_array().unwrap().len(), 1);

    for query in ["", "?from=1"] {
        let diff = lathe.get(&format!("{path}/versions/2/diff{query}")).await;
        let expected = json!({
            "from": 1,
            "to": 2,
            "fields": ["inputs"],
            "nodes": [
                { "id": "greeting", "change": "changed", "fields": ["with"] },
                { "id": "more", "change": "added", "fields": [] },
            ],
            "edges": [{ "from": "greeting", "to": "more", "port": "out", "change": "added" }],
        });
        assert_eq!(diff.body, expected);
    }
    lathe
        .get(&format!("{path}/versions/1/diff"))
        .await
        .refused(400, "bad_request");

    let back = lathe
        .post(&format!("{path}/versions/1/restore"), json!(null))
        .await;
    assert_eq!(
        (&back.body["version"], &back.body["published_version"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(back.body["document"], first.body["document"]);
    let diff = lathe.get(&format!("{path}/versions/3/diff?from=1")).await;
    assert_eq!(diff.body["nodes"], json!([]));
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_brought_back_brings_its_layout() {
    let lathe = Lathe::start().await;
    let at = |x: f64| json!({ "greeting": { "x": x, "y": 0.0 } });
    let first = json!({ "source": GREET, "layout": at(1.0) });
    let made = lathe.post("/api/workflows", first).await;
    let path = format!("/api/workflows/{}", made.body["id"].as_str().unwrap());
    let changed = GREET.replace("hello", "good day");
    let second = json!({ "source": changed, "layout": at(2.0) });
    assert_eq!(lathe.put(&path, second).await.body["version"], 2);
    let layout = async |at: &str| lathe.get(&format!("{path}{at}")).await.body["layout"].clone();
    assert_eq!(layout("/versions/1").await, at(1.0));
    assert_eq!(layout("/versions/2").await, at(2.0));

    let back = lathe
        .post(&format!("{path}/versions/1/restore"), json!(null))
        .await;
    assert_eq!(
        (&back.body["version"], &back.body["layout"]),
        (&json!(3), &at(1.0)),
        "{}",
        back.text
    );
    assert_eq!(layout("").await, at(1.0));
    assert_eq!(layout("/versions/2").await, at(2.0));
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_that_are_not_there_are_refused() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}/versions");
    for version in ["0", "-1", "01", "x", "99999999999"] {
        lathe
            .get(&format!("{path}/{version}"))
            .await
            .refused(400, "bad_request");
    }
    lathe
        .get(&format!("{path}/2"))
        .await
        .refused(404, "not_found");
    lathe
        .get(&format!("{path}/1/diff?from=2"))
        .await
        .refused(404, "not_found");
    lathe
        .post(&format!("{path}/2/restore"), json!(null))
        .await
        .refused(404, "not_found");
    let nobody = "/api/workflows/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/versions";
    lathe.get(nobody).await.refused(404, "not_found");
    // A deleted workflow has no versions to change, but its executions still show the one they ran.
    lathe.delete(&format!("/api/workflows/{id}")).await;
    lathe.get(&path).await.refused(404, "not_found");
    lathe
        .post(&format!("{path}/1/restore"), json!(null))
        .await
        .refused(404, "not_found");
    assert_eq!(lathe.get(&format!("{path}/1")).await.status.as_u16(), 200);
    lathe.stop().await;
}

/// Who saves a version is told with it, whichever way it came to be; also when they have left.
#[tokio::test(flavor = "multi_thread")]
async fn versions_say_who_made_them() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let home = lathe.share(&ada, &eve, "eve@example.org", "editor").await;
    let who = async |person: &Person| {
        let profile = lathe
            .ask(person, Method::GET, "/api/auth/profile", None)
            .await;
        json!({"id": profile.body["id"], "name": profile.body["name"]})
    };
    let (by_ada, by_eve) = (who(&ada).await, who(&eve).await);
    let guest = eve.in_workspace(&home);
    let source = |text: &str| json!({"source": GREET.replace("hello", text)});
    let made = lathe
        .ask(&ada, Method::POST, "/api/workflows", Some(&source("hello")))
        .await;
    let path = format!("/api/workflows/{}", made.body["id"].as_str().unwrap());
    let versions = format!("{path}/versions");
    let changes = [
        (&guest, Method::PUT, path.clone(), Some(source("good day"))),
        (&ada, Method::POST, format!("{versions}/1/restore"), None),
        (&ada, Method::DELETE, path.clone(), None),
        (
            &guest,
            Method::POST,
            format!("{path}/restore"),
            Some(json!({"name": "again"})),
        ),
    ];
    for (person, method, path, body) in changes {
        let done = lathe.ask(person, method, &path, body.as_ref()).await;
        assert!(done.status.is_success(), "{path}: {}", done.text);
    }
    let member = format!(
        "/api/workspaces/{home}/members/{}",
        by_eve["id"].as_str().unwrap()
    );
    let gone = lathe.ask(&ada, Method::DELETE, &member, None).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let list = lathe.ask(&ada, Method::GET, &versions, None).await;
    let authors: Vec<&Value> = list.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| &version["author"])
        .collect();
    assert_eq!(authors, [&by_eve, &by_ada, &by_eve, &by_ada]);
    assert!(!list.text.contains("example.org"), "{}", list.text);
    let one = format!("{versions}/2");
    let one = lathe.ask(&ada, Method::GET, &one, None).await;
    assert_eq!(one.body["author"], by_eve, "{}", one.text);

    // An archive does not say who wrote what is in it: whoever brings it in makes the versions there.
    let (archive, _) = export(&lathe, &ada, "").await;
    let brought = import(&lathe, &eve, "", archive).await;
    assert_eq!(brought.status, 200, "{}", brought.text);
    let there = lathe.ask(&eve, Method::GET, "/api/workflows", None).await;
    let id = there.body["items"][0]["id"].as_str().unwrap();
    let versions = format!("/api/workflows/{id}/versions");
    let list = lathe.ask(&eve, Method::GET, &versions, None).await;
    assert_eq!(list.body["items"][0]["author"], by_eve, "{}", list.text);

    // Nobody is made up: whoever operates the machine is no person.
    let nobody = lathe.workflow(GREET).await;
    let list = lathe
        .get(&format!("/api/workflows/{nobody}/versions"))
        .await;
    assert_eq!(list.body["items"][0]["author"], json!(null));
    lathe.stop().await;
}
