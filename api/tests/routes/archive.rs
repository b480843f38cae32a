//! A workspace goes out as text files, and another one becomes the same by them.

use std::collections::BTreeMap;
use std::io::Read;

use axum::body::Body;
use axum::http::Method;
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::support::people::Person;
use crate::support::{Lathe, Reply};

pub(crate) const COVERAGE: &str = "archive.yaml";
const CANARY: &str = "c4nary-of-the-secret";

pub(crate) async fn make(lathe: &Lathe, person: &Person, path: &str, body: Value) -> Value {
    let reply = lathe.ask(person, Method::POST, path, Some(&body)).await;
    assert_eq!(reply.status, 201, "{path}: {}", reply.text);
    reply.body
}

/// One of everything.
pub(crate) async fn furnish(lathe: &Lathe, ada: &Person) {
    make(
        lathe,
        ada,
        "/api/variables",
        json!({"name": "region", "value": {"at": ["eu", 1, null]}}),
    )
    .await;
    make(
        lathe,
        ada,
        "/api/secrets",
        json!({"name": "token", "value": CANARY, "description": "for pushes"}),
    )
    .await;
    let prompt = json!({"name": "hello", "content": "Hi {{ who }}\nthere", "variables": [{"name": "who", "default": "you"}]});
    make(lathe, ada, "/api/prompts", prompt).await;
    let model =
        json!({"name": "note", "fields": [{"name": "text", "type": "text", "required": true}]});
    make(lathe, ada, "/api/models", model).await;
    let shop = "{name: shop, models: [{name: book, fields: [{name: title, type: text}]}, {name: author, fields: [{name: name, type: text}]}], \
                relationships: [{kind: n-1, source: book, target: author, name: author, inverse: books}]}";
    make(
        lathe,
        ada,
        "/api/applications",
        json!({"source": shop, "configuration": {"target": "process"}}),
    )
    .await;
    let script = "let a = 1;\nif a == 1 {\n  a += 1;\n}\na\n";
    let document = json!({
        "lathe": 1, "name": "ship", "inputs": {"body": {}},
        "nodes": [
            {"id": "a", "kind": "test.echo", "with": {"region": "${ vars.region }", "yes": "yes", "number": "1"}},
            {"id": "b", "kind": "test.echo", "with": {"text": script}}
        ],
        "edges": ["a -> b"]
    });
    let layout = json!({"a": {"x": 1.5, "y": 2.0}});
    let ship = make(
        lathe,
        ada,
        "/api/workflows",
        json!({"document": document, "layout": layout}),
    )
    .await;
    let schedule = json!({"name": "nightly", "workflow_id": ship["id"], "cron": "0 3 * * *", "timezone": "Europe/Berlin", "inputs": {"body": "x"}, "enabled": false});
    make(lathe, ada, "/api/schedules", schedule).await;
    let webhook = json!({"name": "pushes", "workflow_id": ship["id"], "verification": "hmac", "headers": ["x-event"]});
    make(lathe, ada, "/api/webhooks", webhook).await;
}

/// An archive, and the documents in it without what says which things it covers.
pub(crate) async fn export(
    lathe: &Lathe,
    person: &Person,
    which: &str,
) -> (Vec<u8>, BTreeMap<String, String>) {
    let reply = lathe
        .ask(person, Method::GET, &format!("/api/export{which}"), None)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "application/gzip");
    let mut files = BTreeMap::new();
    let mut archive = tar::Archive::new(GzDecoder::new(&*reply.bytes));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.insert(path, text);
    }
    let covers = files.remove(COVERAGE);
    assert!(covers.is_some_and(|covers| covers.starts_with("covers:")));
    (reply.bytes, files)
}

pub(crate) fn packed(files: &BTreeMap<String, String>) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        archive
            .append_data(&mut header, path, text.as_bytes())
            .unwrap();
    }
    archive.into_inner().unwrap()
}

pub(crate) async fn import(lathe: &Lathe, person: &Person, how: &str, bytes: Vec<u8>) -> Reply {
    let request = person.asking(Method::POST, &format!("/api/import{how}"));
    let request = request.header("content-type", "application/gzip");
    lathe.send(request.body(Body::from(bytes)).unwrap()).await
}

/// `action kind/name`, of all that is not unchanged.
pub(crate) fn told(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.text);
    let items = reply.body["items"].as_array().unwrap();
    let items = items.iter().filter(|item| item["action"] != "unchanged");
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    items
        .map(|item| {
            format!(
                "{} {}/{}",
                text(item, "action"),
                text(item, "kind"),
                text(item, "name")
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_workspace_becomes_another() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    furnish(&lathe, &ada).await;
    let (bytes, files) = export(&lathe, &ada, "").await;
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "applications/shop.yaml",
            "models/note.yaml",
            "prompts/hello.yaml",
            "schedules/nightly.yaml",
            "secrets/token.yaml",
            "variables/region.yaml",
            "webhooks/pushes.yaml",
            "workflows/ship.layout.yaml",
            "workflows/ship.yaml"
        ]
    );
    for (path, text) in &files {
        assert!(!text.contains(CANARY), "{path}");
    }
    // What is written is what is taken elsewhere, too.
    let source = json!({"source": files["workflows/ship.yaml"]});
    let valid = lathe
        .ask(&eve, Method::POST, "/api/workflows/validate", Some(&source))
        .await;
    assert_eq!(valid.status, 200, "{}", valid.text);

    let expected = [
        "create variables/region",
        "needs_value secrets/token",
        "create prompts/hello",
        "create models/note",
        "create workflows/ship",
        "create applications/shop",
        "create schedules/nightly",
        "create webhooks/pushes",
    ];
    assert_eq!(
        told(&import(&lathe, &eve, "?plan=true", bytes.clone()).await),
        expected
    );
    assert!(export(&lathe, &eve, "").await.1.is_empty());
    let done = import(&lathe, &eve, "?publish=true", bytes.clone()).await;
    assert_eq!(told(&done), expected);
    assert_eq!(done.body["complete"], true, "{}", done.text);
    // What senders of a webhook that was made need is shown to whoever made it so, once, and kept in no log.
    let hook = &done.body["items"].as_array().unwrap()[7];
    let secret = hook["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"), "{hook}");
    let url = hook["url"].as_str().unwrap();
    assert!(url.contains("/api/hooks/"), "{hook}");
    assert_eq!(done.header("cache-control"), "no-store");
    let log = lathe.ask(&eve, Method::GET, "/api/audit", None).await;
    assert_eq!(log.status, 200, "{}", log.text);
    assert!(!log.text.contains(secret) && !log.text.contains(url));
    make(
        &lathe,
        &eve,
        "/api/secrets",
        json!({"name": "token", "value": "another-one", "description": "for pushes"}),
    )
    .await;
    let again = import(&lathe, &eve, "", bytes).await;
    assert_eq!(told(&again), Vec::<String>::new(), "{}", again.text);
    let (_, theirs) = export(&lathe, &eve, "").await;
    assert_eq!(theirs, files);
    let workflows = lathe.ask(&eve, Method::GET, "/api/workflows", None).await;
    assert_eq!(workflows.body["items"][0]["published_version"], 1);
    let (_, one) = export(&lathe, &eve, "?kind=prompts&name=hello").await;
    assert_eq!(one.keys().collect::<Vec<_>>(), ["prompts/hello.yaml"]);
}

/// Values go along, and secrets by their names: one that is not there is told before anything is made without it.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_takes_its_environment_along() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    furnish(&lathe, &ada).await;
    let place = async |person: &Person| {
        let list = lathe
            .ask(person, Method::GET, "/api/applications", None)
            .await;
        let id = list.body["items"][0]["id"].as_str().unwrap().to_owned();
        format!("/api/applications/{id}/environment")
    };
    let given = json!({"variables": [
        {"name": "GREETING", "value": "hello"}, {"name": "TOKEN", "secret": "token"}
    ]});
    let ours = place(&ada).await;
    let kept = lathe.ask(&ada, Method::PUT, &ours, Some(&given)).await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let (bytes, files) = export(&lathe, &ada, "").await;
    let shop = &files["applications/shop.yaml"];
    assert!(
        shop.contains("GREETING") && shop.contains("secret: token"),
        "{shop}"
    );
    assert!(!shop.contains(CANARY), "{shop}");
    let same = import(&lathe, &ada, "", bytes.clone()).await;
    assert_eq!(told(&same), Vec::<String>::new(), "{}", same.text);

    for how in ["?plan=true", ""] {
        let lacking = import(&lathe, &eve, how, bytes.clone()).await;
        assert_eq!(lacking.body["complete"], false, "{}", lacking.text);
        let items = lacking.body["items"].as_array().unwrap();
        let failed: Vec<&Value> = items
            .iter()
            .filter(|item| item.get("error").is_some())
            .collect();
        let place = &failed[0]["error"]["details"][0]["path"];
        assert_eq!(
            (failed.len(), place),
            (1, &json!("/environment/1/secret")),
            "{}",
            lacking.text
        );
    }
    let none = lathe
        .ask(&eve, Method::GET, "/api/applications", None)
        .await;
    assert_eq!(none.body["items"], json!([]));
    let secret = json!({"name": "token", "value": "another-one", "description": "for pushes"});
    make(&lathe, &eve, "/api/secrets", secret).await;
    let done = import(&lathe, &eve, "", bytes.clone()).await;
    assert_eq!(told(&done), ["create applications/shop"], "{}", done.text);
    assert_eq!(done.body["complete"], true, "{}", done.text);
    let theirs = place(&eve).await;
    let read = lathe.ask(&eve, Method::GET, &theirs, None).await;
    assert_eq!(read.body, given);

    // What differs is put right, and what an archive says nothing of stays.
    let other = json!({"variables": [{"name": "GREETING", "value": "bye"}]});
    lathe.ask(&eve, Method::PUT, &theirs, Some(&other)).await;
    let again = import(&lathe, &eve, "", bytes).await;
    assert_eq!(told(&again), ["update applications/shop"], "{}", again.text);
    assert_eq!(
        lathe.ask(&eve, Method::GET, &theirs, None).await.body,
        given
    );
    let looker = json!({"name": "looker", "scopes": ["workspace:export", "applications:read", "models:read"]});
    let looker = make(&lathe, &ada, "/api/tokens", looker).await;
    let looker = Person::with_token(looker["token"].as_str().unwrap());
    let (without, files) = export(&lathe, &looker, "?kind=applications").await;
    let shop = &files["applications/shop.yaml"];
    assert!(shop.starts_with("# left out: its environment"), "{shop}");
    assert!(!shop.contains("GREETING"), "{shop}");
    let nothing = import(&lathe, &eve, "", without).await;
    assert_eq!(told(&nothing), Vec::<String>::new(), "{}", nothing.text);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_whose_workflow_is_gone_is_left_out_and_named() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    furnish(&lathe, &ada).await;
    let document = json!({"lathe": 1, "name": "old", "nodes": [{"id": "a", "kind": "test.echo"}]});
    let old = make(
        &lathe,
        &ada,
        "/api/workflows",
        json!({"document": document}),
    )
    .await;
    let component =
        |name: &str, uses: &str| json!({"name": name, "kind": "workflow", "uses": uses});
    let cafe = json!({"name": "cafe", "components": [component("serve", "ship"), component("close", "old")]});
    make(&lathe, &ada, "/api/applications", cafe).await;
    let path = format!("/api/workflows/{}", old["id"].as_str().unwrap());
    let deleted = lathe.ask(&ada, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);

    let (bytes, files) = export(&lathe, &ada, "").await;
    let cafe = &files["applications/cafe.yaml"];
    let said = "# left out: the component `close`: there is no workflow `old` any more\n";
    assert!(cafe.starts_with(said), "{cafe}");
    assert!(!cafe[said.len()..].contains("close"), "{cafe}");
    let done = import(&lathe, &eve, "", bytes.clone()).await;
    assert!(told(&done).contains(&"create applications/cafe".to_owned()));
    assert_eq!(done.body["complete"], true, "{}", done.text);
    // Where it came from, it changes nothing.
    let again = import(&lathe, &ada, "", bytes).await;
    assert_eq!(told(&again), Vec::<String>::new(), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_changed_and_what_is_not_wanted_goes_when_asked() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    furnish(&lathe, &ada).await;
    let (_, mut files) = export(&lathe, &ada, "").await;
    files.insert(
        "variables/region.yaml".to_owned(),
        "name: region\nvalue: us\n".to_owned(),
    );
    let nodes = "lathe: 1\nname: ship\nnodes: [{ id: a, kind: test.echo }]\n";
    files.insert("workflows/ship.yaml".to_owned(), nodes.to_owned());
    files.insert(
        "workflows/broken.yaml".to_owned(),
        "lathe: 1\nname: broken\nnodes: [{ id: a, kind: nothing }]\n".to_owned(),
    );
    // What is left out is meant as its route makes it.
    let nightly = "name: nightly\nworkflow: ship\ncron: 0 3 * * *\n";
    files.insert("schedules/nightly.yaml".to_owned(), nightly.to_owned());
    files.remove("webhooks/pushes.yaml");
    files.remove("models/note.yaml");
    let covers = "covers: [{ kind: webhooks }, { kind: models }]\n".to_owned();
    files.insert(COVERAGE.to_owned(), covers);
    let plan = import(&lathe, &ada, "?plan=true&prune=true", packed(&files)).await;
    let expected = [
        "update variables/region",
        "create workflows/broken",
        "update workflows/ship",
        "update schedules/nightly",
        "delete webhooks/pushes",
        "delete models/note",
    ];
    assert_eq!(told(&plan), expected, "{}", plan.text);
    let done = import(&lathe, &ada, "?prune=true", packed(&files)).await;
    assert_eq!(told(&done), expected);
    // One that can't be made is told in full, and stands in nobody's way.
    let items = done.body["items"].as_array().unwrap();
    let failed: Vec<&Value> = items
        .iter()
        .filter(|item| item.get("error").is_some())
        .collect();
    assert_eq!(
        (failed.len(), &failed[0]["name"]),
        (1, &json!("broken")),
        "{}",
        done.text
    );
    assert_eq!(failed[0]["error"]["details"][0]["node"], "a");
    let variables = lathe.ask(&ada, Method::GET, "/api/variables", None).await;
    assert_eq!(variables.body["items"][0]["value"], "us");
    let schedules = lathe.ask(&ada, Method::GET, "/api/schedules", None).await;
    let nightly = &schedules.body["items"][0];
    let expected = (&json!("UTC"), &json!(true), &json!({}));
    assert_eq!(
        (
            &nightly["timezone"],
            &nightly["enabled"],
            &nightly["inputs"]
        ),
        expected
    );
    let again = import(&lathe, &ada, "?plan=true", packed(&files)).await;
    assert_eq!(told(&again), ["create workflows/broken"], "{}", again.text);
    // What was deleted is in the trash like everything else.
    let trash = lathe.ask(&ada, Method::GET, "/api/trash", None).await;
    assert_eq!(trash.body["items"][0]["name"], "note");
}

/// A plan promises no more than what is kept then: what the routes would refuse is told beforehand.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_what_would_be_refused() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let echo = "lathe: 1\nname: good\ninputs: { to: { type: string } }\nnodes: [{ id: a, kind: test.echo }]\n";
    let files = BTreeMap::from([
        file("variables/region.yaml", "name: region\nvalue: eu\n"),
        file(
            "variables/wide.yaml",
            &format!("name: wide\nvalue: {}\n", "x".repeat(70_000)),
        ),
        file(
            "prompts/broken.yaml",
            "name: broken\ncontent: 'Hi {{ who'\n",
        ),
        file("models/bare.yaml", "name: bare\n"),
        file("workflows/good.yaml", echo),
        file(
            "workflows/odd.yaml",
            "lathe: 1\nname: odd\nnodes: [{ id: a, kind: nothing.known }]\n",
        ),
        file(
            "applications/shop.yaml",
            "name: shop\ncomponents: [{ name: a, kind: workflow, uses: good }, { name: b, kind: prompt, uses: absent }]\n",
        ),
        file(
            "schedules/fine.yaml",
            "name: fine\nworkflow: good\ncron: '@daily'\ninputs: { to: ada }\n",
        ),
        file(
            "schedules/lost.yaml",
            "name: lost\nworkflow: absent\ncron: '@daily'\n",
        ),
        file(
            "schedules/never.yaml",
            "name: never\nworkflow: good\ncron: '0 0 31 2 *'\ninputs: { to: ada }\n",
        ),
        file(
            "schedules/wrong.yaml",
            "name: wrong\nworkflow: good\ncron: '@daily'\ninputs: { to: 1 }\n",
        ),
        file(
            "webhooks/lost.yaml",
            "name: lost\nworkflow: absent\nverification: none\n",
        ),
    ]);
    let refused = |reply: &Reply| -> Vec<String> {
        assert_eq!(reply.status, 200, "{}", reply.text);
        let items = reply.body["items"].as_array().unwrap().iter();
        let failed = items.filter(|item| item.get("error").is_some());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        failed
            .map(|item| format!("{}/{}", text(&item["kind"]), text(&item["name"])))
            .collect()
    };
    let plan = import(&lathe, &ada, "?plan=true", packed(&files)).await;
    assert_eq!(plan.body["complete"], false);
    assert_eq!(
        refused(&plan),
        [
            "variables/wide",
            "prompts/broken",
            "models/bare",
            "workflows/odd",
            "applications/shop",
            "schedules/lost",
            "schedules/never",
            "schedules/wrong",
            "webhooks/lost"
        ],
        "{}",
        plan.text
    );
    let items = plan.body["items"].as_array().unwrap();
    let odd = items.iter().find(|item| item["name"] == "odd").unwrap();
    assert_eq!(odd["error"]["details"][0]["node"], "a", "{odd}");
    assert!(export(&lathe, &ada, "").await.1.is_empty());
    // What was planned is what happens.
    let done = import(&lathe, &ada, "", packed(&files)).await;
    assert_eq!(refused(&done), refused(&plan), "{}", done.text);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_brings_in_no_more_than_its_bearer_may() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    furnish(&lathe, &ada).await;
    let (bytes, files) = export(&lathe, &ada, "").await;
    let token = json!({"name": "reader", "scopes": ["workspace:export", "workspace:import", "variables:read", "variables:write"]});
    let token = make(&lathe, &ada, "/api/tokens", token).await;
    let reader = Person::with_token(token["token"].as_str().unwrap());
    let refused = lathe.ask(&reader, Method::GET, "/api/export", None).await;
    refused.refused(403, "forbidden");
    let (_, some) = export(&lathe, &reader, "?kind=variables").await;
    assert_eq!(some.len(), 1);
    // A plan knows who asks.
    let narrow = json!({"name": "looker", "scopes": ["workspace:import", "variables:read"]});
    let narrow = make(&lathe, &ada, "/api/tokens", narrow).await;
    let narrow = Person::with_token(narrow["token"].as_str().unwrap());
    let other = "name: other\nvalue: 1\n".to_owned();
    let other = packed(&BTreeMap::from([(
        "variables/other.yaml".to_owned(),
        other,
    )]));
    let plan = import(&lathe, &narrow, "?plan=true", other).await;
    assert_eq!(told(&plan), ["create variables/other"]);
    assert_eq!(
        plan.body["items"][0]["error"]["code"], "forbidden",
        "{}",
        plan.text
    );
    import(&lathe, &reader, "", bytes)
        .await
        .refused(403, "forbidden");

    let wrong = BTreeMap::from([
        (
            "workflows/other.yaml".to_owned(),
            files["workflows/ship.yaml"].clone(),
        ),
        (
            "variables/x.yaml".to_owned(),
            "name: x\nid: 1\nvalue: 1\n".to_owned(),
        ),
        ("users/eve.yaml".to_owned(), "name: eve\n".to_owned()),
        ("variables/y.txt".to_owned(), "name: y\n".to_owned()),
    ]);
    let reply = import(&lathe, &ada, "", packed(&wrong)).await;
    reply.refused(422, "validation_failed");
    let paths: Vec<&str> = reply.body["error"]["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "users/eve.yaml",
            "variables/x.yaml",
            "variables/y.txt",
            "workflows/other.yaml"
        ]
    );
    // What is wrong inside is told with it, and not when the rest is mended.
    let wrong = BTreeMap::from([
        (
            "schedules/nightly.yaml".to_owned(),
            "name: nightly\nworkflow: ship\ncron: whenever\ntimezone: Europe/Nowhere\nenabled: false\ncolour: red\n".to_owned(),
        ),
        (
            "webhooks/push.yaml".to_owned(),
            "name: push\nworkflow: ship\nverification: trust\n".to_owned(),
        ),
    ]);
    let reply = import(&lathe, &ada, "?plan=true", packed(&wrong)).await;
    reply.refused(422, "validation_failed");
    let paths: Vec<&str> = reply.body["error"]["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "schedules/nightly.yaml",
            "schedules/nightly.yaml#/cron",
            "schedules/nightly.yaml#/timezone",
            "webhooks/push.yaml#/verification",
        ]
    );
    import(&lathe, &ada, "", b"no archive".to_vec())
        .await
        .refused(400, "bad_request");
}
