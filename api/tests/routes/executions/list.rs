//! `GET /api/executions`

use axum::http::Method;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::live::workflow;
use crate::support::Lathe;
use crate::support::documents::{GATED, GREET};
use crate::support::people::Person;

#[tokio::test(flavor = "multi_thread")]
async fn newest_first_by_workflow_and_status() {
    let lathe = Lathe::start().await;
    let (greet, gated) = (lathe.workflow(GREET).await, lathe.workflow(GATED).await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(lathe.run(&greet, json!({})).await["id"].clone());
    }
    let waiting = lathe.begin(&gated).await;
    let all = lathe.get("/api/executions").await.body;
    let listed: Vec<&Value> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["id"])
        .collect();
    assert_eq!(listed, [&json!(waiting), &ids[2], &ids[1], &ids[0]]);
    for absent in ["inputs", "output", "steps", "document"] {
        assert_eq!(all["items"][0].get(absent), None);
    }
    let done = lathe
        .get(&format!(
            "/api/executions?status=succeeded&workflow_id={greet}&limit=2"
        ))
        .await
        .body;
    assert_eq!(done["items"][0]["id"], ids[2]);
    let cursor = done["next_cursor"].as_str().unwrap();
    let rest = lathe
        .get(&format!(
            "/api/executions?status=succeeded&workflow_id={greet}&cursor={cursor}"
        ))
        .await
        .body;
    assert_eq!(
        (&rest["items"][0]["id"], &rest["next_cursor"]),
        (&ids[0], &Value::Null)
    );
    assert_eq!(
        lathe
            .get(&format!(
                "/api/executions?status=succeeded&workflow_id={gated}"
            ))
            .await
            .body["items"],
        json!([])
    );
    lathe
        .get("/api/executions?status=done")
        .await
        .refused(400, "bad_request");
    lathe
        .get("/api/executions?workflow_id=greet")
        .await
        .refused(400, "bad_request");
    lathe.gates.open("a");
    lathe.stop().await;
}

const CALLED: &str = "
lathe: 1
name: called
nodes:
  - { id: say, kind: test.echo, with: { text: hello } }
";

const CALLING: &str = "
lathe: 1
name: calling
nodes:
  - { id: call, kind: flow.call, with: { workflow: called } }
";

/// Whoever began an execution is told with it, and found by it: by a session or a token, again, and what it called.
#[tokio::test(flavor = "multi_thread")]
async fn who_began_it_is_told_and_found() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let bob = lathe.register("bob@example.org").await;
    let home = lathe.share(&ada, &bob, "bob@example.org", "operator").await;
    let bob = bob.in_workspace(&home);
    let id_of = async |person: &Person| {
        let profile = lathe
            .ask(person, Method::GET, "/api/auth/profile", None)
            .await;
        profile.body["id"].as_str().unwrap().to_owned()
    };
    let (adas, bobs) = (id_of(&ada).await, id_of(&bob).await);
    workflow(&lathe, &ada, CALLED).await;
    let calling = workflow(&lathe, &ada, CALLING).await;
    let token = json!({"name": "nightly", "scopes": ["workflows:run", "executions:read"]});
    let token = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&token))
        .await;
    let program = Person::with_token(token.body["token"].as_str().unwrap());

    let execute = format!("/api/workflows/{calling}/execute?wait=30s");
    let begun = lathe
        .ask(&program, Method::POST, &execute, Some(&json!({})))
        .await;
    assert_eq!(begun.body["status"], "succeeded", "{}", begun.text);
    assert_eq!(begun.body["started_by"], json!({"id": adas, "name": "ada"}));
    let first = begun.body["id"].as_str().unwrap();
    let again = format!("/api/executions/{first}/rerun?wait=30s");
    let again = lathe
        .ask(&bob, Method::POST, &again, Some(&json!({"from": ["call"]})))
        .await;
    assert_eq!(again.body["started_by"]["id"], bobs, "{}", again.text);
    let machine = lathe.post(&execute, json!({})).await;
    assert_eq!(machine.body["started_by"], Value::Null, "{}", machine.text);

    let list = async |query: &str| {
        let path = format!("/api/executions{query}");
        let listed = lathe.ask(&ada, Method::GET, &path, None).await;
        assert_eq!(listed.status, 200, "{}", listed.text);
        listed.body["items"].as_array().unwrap().clone()
    };
    assert_eq!(list("").await.len(), 6);
    for (person, run) in [(&adas, first), (&bobs, again.body["id"].as_str().unwrap())] {
        let theirs = list(&format!("?started_by={person}")).await;
        let triggers: Vec<_> = theirs.iter().map(|one| &one["trigger"]).collect();
        assert_eq!(triggers, ["call", "api"], "with what it called");
        assert_eq!(theirs[1]["id"], run);
        assert!(theirs.iter().all(|one| one["started_by"]["id"] == **person));
    }
    let shown = format!("/api/executions/{first}");
    let shown = lathe.ask(&bob, Method::GET, &shown, None).await;
    assert_eq!(shown.body["started_by"]["name"], "ada", "{}", shown.text);
    assert_eq!(
        list(&format!("?trigger_id={calling}")).await,
        [] as [Value; 0]
    );
    lathe.stop().await;
}
