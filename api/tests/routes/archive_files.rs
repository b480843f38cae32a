//! Files go along with a workspace: what they are in its archive, and what they hold by their own routes.

use std::collections::BTreeMap;

use api::{Config, Registration};
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};
use store::FileLimits;

use crate::archive::{export, import, make, packed, told};
use crate::support::people::Person;
use crate::support::{Lathe, Reply};

const BOUNDARY: &str = "the-boundary";
const LIST: &str = "files/index.yaml";

pub(crate) async fn send(lathe: &Lathe, person: &Person, name: &str, bytes: &[u8]) -> Reply {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let body = [head.as_bytes(), bytes, tail.as_bytes()].concat();
    let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let asked = person.asking(Method::POST, "/api/files?replace=true");
    let asked = asked.header("content-type", media_type);
    lathe.send(asked.body(Body::from(body)).unwrap()).await
}

async fn open() -> Lathe {
    Lathe::start_with(Config {
        registration: Registration::Open,
        file_limits: FileLimits {
            largest: 100,
            per_workspace: 0,
        },
        ..Config::default()
    })
    .await
}

/// An archive says which contents are not here; with these, the workspace is the same to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn files_go_along_by_what_they_hold() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let contents = [
        ("über uns.md", &b"# Us\n"[..]),
        ("prices.csv", &b"sku,price\n17,4.20\n"[..]),
        ("same.csv", &b"sku,price\n17,4.20\n"[..]),
        ("empty", &b""[..]),
    ];
    for (name, bytes) in contents {
        assert_eq!(send(&lathe, &ada, name, bytes).await.status, 201, "{name}");
    }
    let (bytes, files) = export(&lathe, &ada, "").await;
    assert_eq!(files.keys().collect::<Vec<_>>(), [LIST]);
    assert!(files[LIST].contains("text/csv; charset=utf-8"), "{files:?}");
    assert!(!files[LIST].contains("4.20"), "{files:?}");

    let wanting = [
        "needs_content files/empty",
        "needs_content files/prices.csv",
        "needs_content files/same.csv",
        "needs_content files/über uns.md",
    ];
    for how in ["?plan=true", ""] {
        let said = import(&lathe, &eve, how, bytes.clone()).await;
        assert_eq!(told(&said), wanting, "{}", said.text);
        assert_eq!(said.body["complete"], true, "{}", said.text);
        let hash = said.body["items"][0]["sha256"].as_str().unwrap();
        assert!(files[LIST].contains(hash), "{}", said.text);
    }
    for (name, bytes) in contents {
        assert_eq!(send(&lathe, &eve, name, bytes).await.status, 201, "{name}");
    }
    assert_eq!(
        told(&import(&lathe, &eve, "", bytes.clone()).await),
        Vec::<String>::new()
    );
    assert_eq!(export(&lathe, &eve, "").await.0, bytes);

    // What holds something else is told so, and goes back by sending it.
    send(&lathe, &eve, "prices.csv", b"other").await;
    send(&lathe, &eve, "more.txt", b"more").await;
    let said = import(&lathe, &eve, "?plan=true&prune=true", bytes.clone()).await;
    let expected = ["needs_content files/prices.csv", "delete files/more.txt"];
    assert_eq!(told(&said), expected, "{}", said.text);
    let mut items = said.body["items"].as_array().unwrap().iter();
    let item = items.find(|item| item["name"] == "prices.csv").unwrap();
    assert_eq!(item["changes"], json!(["/sha256"]));
    send(&lathe, &eve, "prices.csv", contents[1].1).await;
    import(&lathe, &eve, "?prune=true", bytes.clone()).await;
    assert_eq!(export(&lathe, &eve, "").await.0, bytes);
    // Without a list, nobody meant them.
    let other = BTreeMap::from([(
        "variables/a.yaml".to_owned(),
        "name: a\nvalue: 1\n".to_owned(),
    )]);
    let said = import(&lathe, &eve, "?plan=true&prune=true", packed(&other)).await;
    assert_eq!(told(&said), ["create variables/a"], "{}", said.text);
    lathe.stop().await;
}

/// S16: what a list of files names is no path, and a plan says what the routes of files would.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_files_is_held_against_what_may_be_sent() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let listed = |files: Value| {
        let text = json!({ "files": files }).to_string();
        packed(&BTreeMap::from([(LIST.to_owned(), text)]))
    };
    let hash = "a".repeat(64);
    let file = |name: &str, size: u64| json!({"name": name, "size": size, "sha256": hash});
    let mut wrong = file("a", 1);
    wrong["sha256"] = "../../etc/passwd".into();
    for (files, place) in [
        (json!([wrong]), "/files/0/sha256"),
        (json!([file("a", 1), file("../a", 1)]), "/files/1/name"),
        (json!([file("a", 1), file("a", 1)]), "/files/1/name"),
        (
            json!([{"name": "a", "sha256": hash, "size": -1}]),
            "/files/0/size",
        ),
        (
            json!([{"name": "a", "sha256": hash, "size": 1, "path": "/"}]),
            "/files/0",
        ),
        (json!("a"), "/files"),
    ] {
        let refused = import(&lathe, &ada, "?plan=true", listed(files)).await;
        refused.refused(422, "validation_failed");
        let path = &refused.body["error"]["details"][0]["path"];
        assert_eq!(*path, format!("{LIST}#{place}"), "{}", refused.text);
    }
    // A long list goes on in another file, and no file stands in both.
    for (second, status) in [("b", 200_u16), ("a", 422)] {
        let parts = [("index", "a"), ("index-2", second)];
        let parts = parts.map(|(list, name)| {
            let text = json!({ "files": [file(name, 1)] }).to_string();
            (format!("files/{list}.yaml"), text)
        });
        let plan = import(&lathe, &ada, "?plan=true", packed(&parts.into())).await;
        assert_eq!(plan.status, status, "{}", plan.text);
    }
    let plan = import(&lathe, &ada, "?plan=true", listed(json!([file("a", 101)]))).await;
    let error = &plan.body["items"][0]["error"];
    assert_eq!(error["code"], "payload_too_large", "{}", plan.text);

    let scopes = ["workspace:import", "workspace:export", "files:read"];
    let token = json!({"name": "reader", "scopes": scopes});
    let token = make(&lathe, &ada, "/api/tokens", token).await;
    let reader = Person::with_token(token["token"].as_str().unwrap());
    let plan = import(&lathe, &reader, "?plan=true", listed(json!([file("a", 1)]))).await;
    let error = &plan.body["items"][0]["error"];
    assert_eq!(error["code"], "forbidden", "{}", plan.text);
    assert!(error["message"].as_str().unwrap().contains("files:write"));
    lathe.stop().await;
}

/// Somebody's archive with files comes to who may not see files, or send them: that is said of each, and the rest is done.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_may_not_be_brought_keep_nothing_else_out() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let hash = "a".repeat(64);
    let list = json!({"files": [{"name": "a", "size": 1, "sha256": hash}]}).to_string();
    let covers = json!({"covers": [{"kind": "files"}, {"kind": "variables"}]}).to_string();
    let people: [(&[&str], &str, &str); 2] = [
        (&[], "files:read", "first"),
        (&["files:read"], "files:write", "second"),
    ];
    for (more, lacks, name) in people {
        let scopes = ["workspace:import", "variables:read", "variables:write"];
        let scopes = [&scopes[..], more].concat();
        let token = make(
            &lathe,
            &ada,
            "/api/tokens",
            json!({"name": name, "scopes": scopes}),
        );
        let token = token.await;
        let person = Person::with_token(token["token"].as_str().unwrap());
        let variable = format!("name: {name}\nvalue: 1\n");
        let files = BTreeMap::from([
            ("archive.yaml".to_owned(), covers.clone()),
            (LIST.to_owned(), list.clone()),
            (format!("variables/{name}.yaml"), variable),
        ]);
        for how in ["?plan=true", ""] {
            let said = import(&lathe, &person, how, packed(&files)).await;
            assert_eq!(said.status, 200, "{}", said.text);
            assert_eq!(said.body["complete"], false, "{}", said.text);
            let items = said.body["items"].as_array().unwrap();
            let of = |name: &str| items.iter().find(|item| item["name"] == name).unwrap();
            let error = &of("a")["error"];
            assert_eq!(error["code"], "forbidden", "{}", said.text);
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(lacks), "{}", said.text);
            assert_eq!(of(name)["action"], "create", "{}", said.text);
            assert!(of(name)["error"].is_null(), "{}", said.text);
            // Of files that nobody sees, nothing is pruned.
            let mut kinds = said.body["covers"].as_array().unwrap().iter();
            let covered = kinds.any(|covered| covered["kind"] == "files");
            assert_eq!(covered, !more.is_empty(), "{}", said.text);
        }
    }
    lathe.stop().await;
}
