//! `/api/secrets` and `/api/variables`: what goes in by name, what comes out, and what a run makes of it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Lathe, request, with_json};

const CANARY: &str = "c4nary-of-the-secret";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_secret_holds_goes_in_and_never_comes_out() {
    let lathe = Lathe::start().await;
    let body = json!({"name": "github", "value": CANARY, "description": "for pushes"});
    let made = lathe.post("/api/secrets", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.body["references"], json!(["${ secrets.github }"]));
    let path = made.header("location").to_owned();
    lathe
        .post("/api/secrets", body)
        .await
        .refused(409, "conflict");

    let fields = json!({"username": "ada", "password": CANARY});
    let body = json!({"name": "login", "kind": "basic", "fields": fields});
    let login = lathe.post("/api/secrets", body).await;
    let references = json!(["${ secrets.login.password }", "${ secrets.login.username }"]);
    assert_eq!(login.body["references"], references, "{}", login.text);

    let read = lathe.get(&path).await;
    let etag = read.header("etag").to_owned();
    let renamed = with_json(
        request(Method::PUT, &path).header("if-match", &etag),
        &json!({"name": "forge"}),
    );
    let renamed = lathe.send(renamed).await;
    assert_eq!(
        renamed.body["changed_at"], made.body["changed_at"],
        "{}",
        renamed.text
    );
    let late = with_json(
        request(Method::PUT, &path).header("if-match", &etag),
        &json!({"value": "another one"}),
    );
    lathe.send(late).await.refused(412, "precondition_failed");
    let changed = lathe.put(&path, json!({"value": "another-c4nary"})).await;
    assert_ne!(changed.body["changed_at"], made.body["changed_at"]);

    let listed = lathe.get("/api/secrets").await;
    let audit = lathe.get("/api/audit").await;
    assert!(audit.text.contains("create_secret"), "{}", audit.text);
    for reply in [&made, &login, &read, &renamed, &changed, &listed, &audit] {
        assert!(!reply.text.contains("c4nary"), "{}", reply.text);
    }
    assert_eq!(lathe.delete(&path).await.status, 204);
    lathe.get(&path).await.refused(404, "not_found");

    // It can be brought back, unless it was deleted for good.
    let trash = lathe.get("/api/trash").await;
    let gone = &trash.body["items"][0];
    assert_eq!(
        (&gone["kind"], &gone["name"]),
        (&json!("secret"), &json!("forge"))
    );
    let restore = gone["restore"].as_str().unwrap().to_owned();
    let back = lathe.post(&restore, json!({})).await;
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(back.body["changed_at"], changed.body["changed_at"]);
    assert_eq!(lathe.delete(&path).await.status, 204);
    let other = json!({"name": "forge", "value": CANARY});
    let other = lathe.post("/api/secrets", other).await;
    lathe
        .post(&restore, json!({}))
        .await
        .refused(409, "conflict");
    for path in [path.as_str(), other.header("location")] {
        let for_good = format!("{path}?for_good=true");
        assert_eq!(lathe.delete(&for_good).await.status, 204, "{path}");
    }
    lathe
        .post(&restore, json!({}))
        .await
        .refused(404, "not_found");
    let trash = lathe.get("/api/trash").await;
    assert_eq!(trash.body["items"], json!([]));
    for reply in [&back, &trash] {
        assert!(!reply.text.contains("c4nary"), "{}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_together_and_without_what_was_given() {
    let lathe = Lathe::start().await;
    let paths = async |list: &str, body: Value| {
        let reply = lathe.post(list, body).await;
        assert!(!reply.text.contains("c4nary"), "{}", reply.text);
        reply.refused(422, "validation_failed");
        let details = reply.body["error"]["details"].as_array().unwrap().clone();
        let paths = details
            .iter()
            .map(|fault| fault["path"].as_str().unwrap().to_owned());
        paths.collect::<Vec<_>>()
    };
    let basic = json!({"name": "x", "kind": "basic", "value": CANARY, "fields": {"user": CANARY, "password": "abc"}});
    assert_eq!(
        paths("/api/secrets", basic).await,
        [
            "/value",
            "/fields/username",
            "/fields/password",
            "/fields/user",
            "/fields/value"
        ]
    );
    let none = json!({"name": "x", "kind": "nothing", "value": CANARY});
    assert_eq!(paths("/api/secrets", none).await, ["/kind"]);
    assert_eq!(
        paths("/api/secrets", json!({"name": "x"})).await,
        ["/value"]
    );
    assert_eq!(
        paths("/api/secrets", json!({"name": "x", "kind": "custom"})).await,
        ["/fields"]
    );
    let wrong = json!({"name": "1x", "kind": 1, "value": CANARY, "id": 1});
    assert_eq!(paths("/api/secrets", wrong).await.len(), 3);
    let large = json!({"name": "ab", "value": "x".repeat(70_000)});
    assert_eq!(paths("/api/variables", large).await, ["/value"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_reads_variables_and_says_which_are_missing() {
    let lathe = Lathe::start().await;
    let source = json!({
        "lathe": 1, "name": "regional", "output": "${ vars.region.name }",
        "nodes": [{"id": "a", "kind": "test.echo", "with": {"x": "${ vars.other }"}}]
    });
    let workflow = lathe
        .post("/api/workflows", json!({"source": source.to_string()}))
        .await;
    assert_eq!(workflow.status, 201, "{}", workflow.text);
    let execute = format!(
        "/api/workflows/{}/execute?wait=10s",
        workflow.body["id"].as_str().unwrap()
    );
    let region = json!({"name": "region", "value": {"name": "eu"}});
    let made = lathe.post("/api/variables", region).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let reply = lathe.post(&execute, json!({})).await;
    reply.refused(422, "validation_failed");
    assert!(
        reply.text.contains("`other`") && !reply.text.contains("`region`"),
        "{}",
        reply.text
    );

    let null = json!({"name": "other", "value": null});
    assert_eq!(lathe.post("/api/variables", null).await.status, 201);
    let done = lathe.post(&execute, json!({})).await;
    assert_eq!(
        (&done.body["status"], &done.body["output"]),
        (&json!("succeeded"), &json!("eu"))
    );
    let path = made.header("location");
    let changed = lathe.put(path, json!({"value": {"name": "us"}})).await;
    assert_eq!(
        (&changed.body["name"], &changed.body["value"]["name"]),
        (&json!("region"), &json!("us"))
    );
    let done = lathe.post(&execute, json!({})).await;
    assert_eq!(done.body["output"], "us");
    // Whoever executes says nothing about variables.
    let forged = lathe.post(&execute, json!({"vars": {"region": "x"}})).await;
    assert!(
        [400, 422].contains(&forged.status.as_u16()),
        "{}",
        forged.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_seals_everything_anew() {
    let lathe = Lathe::start().await;
    lathe
        .post("/api/secrets", json!({"name": "x", "value": CANARY}))
        .await;
    let sealed = lathe.post("/api/server/seal", json!({})).await;
    assert_eq!(
        (sealed.status.as_u16(), &sealed.body),
        (200, &json!({"renewed": 0}))
    );
    let kinds = lathe.get("/api/secrets/kinds").await;
    assert_eq!(kinds.body["items"][0]["name"], "text");
}

/// A name that workflows use does not go without a word: neither of what runs, nor of what is written at last.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_use_is_not_taken_away_unseen() {
    let lathe = Lathe::start().await;
    for (list, name) in [("/api/secrets", "github"), ("/api/variables", "region")] {
        let made = lathe
            .post(list, json!({"name": name, "value": "the-value"}))
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let uses = "{lathe: 1, name: uses, nodes: [{id: a, kind: test.gate, with: {gate: a, say: 'it is ${ secrets.github }'}}]}";
    let reads = "{lathe: 1, name: reads, nodes: [{id: a, kind: test.echo, with: {at: '${ vars.region }'}}]}";
    // It only looks so.
    let says = "{lathe: 1, name: says, nodes: [{id: a, kind: test.echo, with: {at: 'secrets.github and vars.region'}}]}";
    for source in [uses, reads, says] {
        lathe.workflow(source).await;
    }
    for (list, user) in [("/api/secrets", "uses"), ("/api/variables", "reads")] {
        let found = lathe.get(list).await;
        let path = format!("{list}/{}", found.body["items"][0]["id"].as_str().unwrap());
        let used = lathe.get(&format!("{path}/uses")).await;
        let names: Vec<_> = used.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["kind"].clone(), item["name"].clone()))
            .collect();
        assert_eq!(names, [(json!("workflow"), json!(user))], "{}", used.text);
        let workflow = used.body["items"][0]["id"].as_str().unwrap();
        let workflow = lathe.get(&format!("/api/workflows/{workflow}")).await;
        assert_eq!(workflow.body["name"], user, "{}", workflow.text);
        let renamed = json!({"name": "another"});
        let refused = lathe.put(&path, renamed.clone()).await;
        refused.refused(409, "conflict");
        let message = refused.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(&format!(": {user}.")), "{message}");
        // What it holds may change.
        let changed = lathe.put(&path, json!({"description": "for pushes"})).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let for_good = format!("{path}?for_good=true");
        lathe.delete(&for_good).await.refused(409, "conflict");
        let gone = lathe.delete(&path).await;
        assert_eq!(
            (gone.status.as_u16(), gone.header("lathe-used-by")),
            (204, user)
        );
        let back = lathe.post(&format!("{path}/restore"), json!({})).await;
        assert_eq!(back.status, 200, "{}", back.text);
        let forced = lathe.put(&format!("{path}?force=true"), renamed).await;
        assert_eq!(forced.body["name"], "another", "{}", forced.text);
        let unused = lathe.get(&format!("{path}/uses")).await;
        assert_eq!(unused.body, json!({"items": []}), "{}", unused.text);
        // Nobody uses it by this name.
        assert_eq!(lathe.delete(&for_good).await.status, 204);
        let nothing = lathe.get(&format!("{path}/uses")).await;
        nothing.refused(404, "not_found");
    }
    lathe.stop().await;
}
