//! What a workspace is besides its newest texts goes along in an archive: what is published, labels, roles, settings.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::archive::{COVERAGE, export, furnish, import, make, packed, told};
use crate::support::people::Person;

/// What is published is published elsewhere where that is asked for, and what is a draft is none but a draft.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_nowhere_published() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    furnish(&lathe, &ada).await;
    let shown = async |person: &Person, path: &str| {
        let reply = lathe.ask(person, Method::GET, path, None).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.body
    };
    let change = async |person: &Person, path: &str, method: Method, body: Value| {
        let reply = lathe.ask(person, method, path, Some(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    };
    let list = shown(&ada, "/api/workflows").await;
    let path = format!(
        "/api/workflows/{}",
        list["items"][0]["id"].as_str().unwrap()
    );
    change(&ada, &format!("{path}/publish"), Method::POST, json!({})).await;
    let draft =
        json!({"lathe": 1, "name": "ship", "nodes": [{"id": "other", "kind": "test.echo"}]});
    change(&ada, &path, Method::PUT, json!({"document": draft})).await;
    let (bytes, files) = export(&lathe, &ada, "").await;
    assert!(files["workflows/ship.draft.yaml"].contains("other"));
    assert!(!files["workflows/ship.yaml"].contains("other"));

    let workflow_of_eve = async || {
        let list = shown(&eve, "/api/workflows?limit=1").await;
        let id = list["items"][0]["id"].as_str().unwrap();
        let path = format!("/api/workflows/{id}");
        let workflow = shown(&eve, &path).await;
        (path, workflow)
    };
    // Unasked, nothing is published; and the draft does not run in place of what is meant to.
    let done = import(&lathe, &eve, "", bytes.clone()).await;
    assert_eq!(done.body["complete"], true, "{}", done.text);
    let (theirs, workflow) = workflow_of_eve().await;
    let ours = shown(&ada, &format!("{path}/versions/1")).await;
    assert_eq!(
        (&workflow["published_version"], &workflow["document"]),
        (&Value::Null, &ours["document"])
    );
    let again = import(&lathe, &eve, "", bytes.clone()).await;
    assert!(!told(&again).iter().any(|step| step.ends_with("ship")));

    for how in ["?plan=true&publish=true", "?publish=true"] {
        let done = import(&lathe, &eve, how, bytes.clone()).await;
        assert!(told(&done).contains(&"update workflows/ship".to_owned()));
        assert_eq!(done.body["complete"], true, "{}", done.text);
    }
    for (version, of) in [("1", "published"), ("2", "newest")] {
        let ours = shown(&ada, &format!("{path}/versions/{version}")).await;
        let theirs = shown(&eve, &format!("{theirs}/versions/{version}")).await;
        assert_eq!(theirs["document"], ours["document"], "{of}");
    }
    let workflow = shown(&eve, &theirs).await;
    assert_eq!(
        (&workflow["version"], &workflow["published_version"]),
        (&json!(2), &json!(1))
    );
    let again = import(&lathe, &eve, "?publish=true", bytes.clone()).await;
    assert!(!told(&again).iter().any(|step| step.ends_with("ship")));
    // Published there meanwhile, it stays so unless it is asked for; then what is published is as the files say, although the
    // newest document is the same.
    change(&eve, &format!("{theirs}/publish"), Method::POST, json!({})).await;
    let kept = import(&lathe, &eve, "", bytes.clone()).await;
    assert!(!told(&kept).iter().any(|step| step.ends_with("ship")));
    assert_eq!(workflow_of_eve().await.1["published_version"], 2);
    let back = import(&lathe, &eve, "?publish=true", bytes).await;
    assert!(told(&back).contains(&"update workflows/ship".to_owned()));
    assert_eq!(back.body["complete"], true, "{}", back.text);
    let (_, there) = export(&lathe, &eve, "?kind=workflows").await;
    for (path, text) in there {
        assert_eq!(text, files[&path], "{path}");
    }
    lathe.stop().await;
}

/// A workflow that is as the archive has it, and of which an older version is published, is published when that is asked for:
/// by whoever may, as the plan says.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_unchanged_is_published_and_a_plan_knows_who_may() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let ship =
        |id: &str| format!("lathe: 1\nname: ship\nnodes: [{{ id: {id}, kind: test.echo }}]\n");
    let archive = |id: &str| {
        let covers = "covers: [{ kind: workflows }, { kind: variables }]\n";
        packed(&BTreeMap::from([
            ("workflows/ship.yaml".to_owned(), ship(id)),
            (COVERAGE.to_owned(), covers.to_owned()),
        ]))
    };
    for (id, how) in [("first", "?publish=true"), ("second", "")] {
        let done = import(&lathe, &ada, how, archive(id)).await;
        assert_eq!(done.body["complete"], true, "{}", done.text);
    }
    let mut scopes = vec!["workspace:import", "workflows:write"];
    scopes.extend([
        "applications:read",
        "files:read",
        "models:read",
        "prompts:read",
        "schedules:read",
        "secrets:read",
        "variables:read",
        "webhooks:read",
        "workflows:read",
    ]);
    let token = json!({"name": "writer", "scopes": scopes});
    let token = make(&lathe, &ada, "/api/tokens", token).await;
    let writer = Person::with_token(token["token"].as_str().unwrap());
    for how in ["?publish=true&plan=true", "?publish=true"] {
        let refused = import(&lathe, &writer, how, archive("second")).await;
        let item = &refused.body["items"][0];
        assert_eq!(item["changes"], json!(["/published"]), "{}", refused.text);
        assert_eq!(item["error"]["code"], "forbidden", "{}", refused.text);
        let message = item["error"]["message"].as_str().unwrap();
        assert!(message.contains("workflows:publish"), "{message}");
    }
    // So it is with what would have to go.
    let region = json!({"name": "region", "value": "eu"});
    make(&lathe, &ada, "/api/variables", region).await;
    for how in ["?prune=true&plan=true", "?prune=true"] {
        let refused = import(&lathe, &writer, how, archive("second")).await;
        assert_eq!(told(&refused), ["delete variables/region"]);
        let item = &refused.body["items"][1];
        assert_eq!(item["error"]["code"], "forbidden", "{}", refused.text);
    }
    let done = import(&lathe, &ada, "?publish=true", archive("second")).await;
    assert_eq!(told(&done), ["update workflows/ship"], "{}", done.text);
    assert_eq!(done.body["complete"], true, "{}", done.text);
    let list = lathe.ask(&ada, Method::GET, "/api/workflows", None).await;
    assert_eq!(
        list.body["items"][0]["published_version"], 2,
        "{}",
        list.text
    );
    lathe.stop().await;
}

/// Who may do what, and how the workspace is kept; nothing of it goes because an archive leaves it out.
#[tokio::test(flavor = "multi_thread")]
async fn roles_and_settings_go_along() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let home = async |person: &Person| {
        let profile = lathe.ask(person, Method::GET, "/api/auth/profile", None);
        format!(
            "/api/workspaces/{}",
            profile.await.body["home"].as_str().unwrap()
        )
    };
    let (ours, theirs) = (home(&ada).await, home(&eve).await);
    let put = async |path: &str, body: Value| {
        let path = format!("{ours}/{path}");
        let done = lathe.ask(&ada, Method::PUT, &path, Some(&body)).await;
        assert_eq!(done.status, 200, "{}", done.text);
    };
    let role = json!({"permissions": ["workflows:run", "executions:read"]});
    put("roles/runner", role).await;
    put(
        "settings",
        json!({"time_zone": "Europe/Berlin", "keep_executions_days": 30}),
    )
    .await;
    let (bytes, files) = export(&lathe, &ada, "").await;
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["roles/runner.yaml", "settings/workspace.yaml"]);
    let expected = ["update settings/workspace", "create roles/runner"];
    for how in ["?plan=true", ""] {
        let done = import(&lathe, &eve, how, bytes.clone()).await;
        assert_eq!(told(&done), expected, "{}", done.text);
        assert_eq!(done.body["complete"], true, "{}", done.text);
    }
    for path in ["settings", "roles"] {
        let shown = async |person: &Person, home: &str| {
            let path = format!("{home}/{path}");
            lathe.ask(person, Method::GET, &path, None).await.body
        };
        assert_eq!(shown(&eve, &theirs).await, shown(&ada, &ours).await);
    }
    let other = "name: a\nvalue: 1\n".to_owned();
    let other = BTreeMap::from([("variables/a.yaml".to_owned(), other)]);
    let done = import(&lathe, &eve, "?prune=true", packed(&other)).await;
    assert_eq!(told(&done), ["create variables/a"], "{}", done.text);

    let wrong = BTreeMap::from([
        (
            "roles/owner.yaml".to_owned(),
            "name: owner\npermissions: []\n".to_owned(),
        ),
        (
            "roles/root.yaml".to_owned(),
            "name: root\npermissions: ['server:admin']\n".to_owned(),
        ),
    ]);
    let plan = import(&lathe, &eve, "?plan=true", packed(&wrong)).await;
    let items = plan.body["items"].as_array().unwrap();
    assert!(
        items.iter().all(|item| item.get("error").is_some()),
        "{}",
        plan.text
    );
    lathe.stop().await;
}

/// Who asks for a prompt by a label gets the same text elsewhere, also where that is not the newest one.
#[tokio::test(flavor = "multi_thread")]
async fn labels_point_at_the_same_texts_elsewhere() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let first = json!({"name": "hello", "content": "One {{ who }}"});
    let made = make(&lathe, &ada, "/api/prompts", first).await;
    let path = format!("/api/prompts/{}", made["id"].as_str().unwrap());
    let versions = format!("{path}/versions");
    for text in ["Two", "Three {{ where }}"] {
        make(&lathe, &ada, &versions, json!({"content": text})).await;
    }
    let point = async |label: &str, version: u32| {
        let body = json!({"version": version});
        let at = format!("{path}/labels/{label}");
        let put = lathe.ask(&ada, Method::PUT, &at, Some(&body)).await;
        assert_eq!(put.status, 200, "{}", put.text);
    };
    point("production", 1).await;
    point("staging", 3).await;
    let text = async |person: &Person, label: &str| {
        let list = lathe.ask(person, Method::GET, "/api/prompts", None).await;
        let id = list.body["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/prompts/{id}{label}");
        let shown = lathe.ask(person, Method::GET, &path, None).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        let shown = &shown.body["shown"];
        (shown["content"].clone(), shown["variables"].clone())
    };
    let labels = ["", "?label=production", "?label=staging"];
    let (bytes, files) = export(&lathe, &ada, "").await;
    let planned = import(&lathe, &eve, "?plan=true", bytes.clone()).await;
    assert_eq!(planned.body["complete"], true, "{}", planned.text);
    let done = import(&lathe, &eve, "", bytes).await;
    assert_eq!(done.body["complete"], true, "{}", done.text);
    for label in labels {
        assert_eq!(text(&eve, label).await, text(&ada, label).await, "{label}");
    }
    assert_eq!(export(&lathe, &eve, "").await.1, files);

    // Moved on, and a new one beside it: so it is there, too.
    point("production", 2).await;
    point("next", 3).await;
    let (bytes, files) = export(&lathe, &ada, "").await;
    let done = import(&lathe, &eve, "", bytes.clone()).await;
    assert_eq!(told(&done), ["update prompts/hello"], "{}", done.text);
    assert_eq!(done.body["complete"], true, "{}", done.text);
    for label in labels.into_iter().chain(["?label=next"]) {
        assert_eq!(text(&eve, label).await, text(&ada, label).await, "{label}");
    }
    assert_eq!(export(&lathe, &eve, "").await.1, files);
    let again = import(&lathe, &eve, "", bytes).await;
    assert_eq!(told(&again), Vec::<String>::new(), "{}", again.text);

    // Each takes the other's place, and neither waits for it.
    point("production", 3).await;
    point("staging", 2).await;
    let (bytes, files) = export(&lathe, &ada, "").await;
    let done = import(&lathe, &eve, "", bytes).await;
    assert_eq!(done.body["complete"], true, "{}", done.text);
    assert_eq!(export(&lathe, &eve, "").await.1, files);

    let many: String = (0..1_001)
        .map(|at| format!("{{ label: a{at} }}, "))
        .collect();
    let many = format!("name: hello\ncontent: a\nlabels: [{many}]\n");
    let twice = "name: hello\ncontent: a\nlabels: [{ label: a }, { label: a }]\n";
    for (text, place) in [(twice, "/labels/1"), (&*many, "/labels")] {
        let wrong = BTreeMap::from([("prompts/hello.yaml".to_owned(), text.to_owned())]);
        let refused = import(&lathe, &eve, "", packed(&wrong)).await;
        refused.refused(422, "validation_failed");
        let path = &refused.body["error"]["details"][0]["path"];
        assert_eq!(*path, format!("prompts/hello.yaml#{place}"));
    }
    lathe.stop().await;
}

/// An export of one thing speaks of nothing else, and secrets go only by a word of their own.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_archive_does_not_speak_of_stays() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    furnish(&lathe, &ada).await;
    let other = json!({"name": "other", "content": "Ho"});
    make(&lathe, &ada, "/api/prompts", other).await;
    let (one, _) = export(&lathe, &ada, "?kind=prompts&name=hello").await;
    let (prompts, mut files) = export(&lathe, &ada, "?kind=prompts").await;
    let new = json!({"name": "new", "content": "Hu"});
    make(&lathe, &ada, "/api/prompts", new).await;
    let nothing: [&str; 0] = [];
    for how in ["?plan=true&prune=true", "?prune=true"] {
        let done = import(&lathe, &ada, how, one.clone()).await;
        assert_eq!(told(&done), nothing, "{}", done.text);
        let covers = json!([{"kind": "prompts", "names": ["hello"]}]);
        assert_eq!(done.body["covers"], covers, "{}", done.text);
    }
    let said = import(&lathe, &ada, "?plan=true&prune=true", prompts).await;
    assert_eq!(told(&said), ["delete prompts/new"], "{}", said.text);
    // An archive of before says so by its folders.
    files.remove("prompts/other.yaml");
    let said = import(&lathe, &ada, "?plan=true&prune=true", packed(&files)).await;
    let expected = ["delete prompts/other", "delete prompts/new"];
    assert_eq!(told(&said), expected, "{}", said.text);

    let (_, mut files) = export(&lathe, &ada, "?kind=variables").await;
    let covers = "covers: [{ kind: variables }, { kind: secrets }]\n";
    files.insert(COVERAGE.to_owned(), covers.to_owned());
    for (how, action) in [
        ("?plan=true&prune=true", "keep"),
        ("?prune=true", "keep"),
        ("?plan=true&prune=true&prune_secrets=true", "delete"),
        ("?prune=true&prune_secrets=true", "delete"),
    ] {
        let done = import(&lathe, &ada, how, packed(&files)).await;
        let expected = format!("{action} secrets/token");
        assert_eq!(told(&done), [expected], "{how}: {}", done.text);
    }
    let alone = import(&lathe, &ada, "?prune_secrets=true", packed(&files)).await;
    alone.refused(422, "validation_failed");
    let wrong = "covers: [{ kind: users }]\n".to_owned();
    files.insert(COVERAGE.to_owned(), wrong);
    let refused = import(&lathe, &ada, "?plan=true", packed(&files)).await;
    refused.refused(422, "validation_failed");
    let path = &refused.body["error"]["details"][0]["path"];
    assert_eq!(*path, "archive.yaml#/covers/0/kind", "{}", refused.text);
    lathe.stop().await;
}
