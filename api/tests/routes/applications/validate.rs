//! `POST /api/applications/validate`

use serde_json::{Value, json};

use crate::support::documents::LIBRARY;
use crate::support::{Lathe, Reply};

const PATH: &str = "/api/applications/validate";

#[tokio::test(flavor = "multi_thread")]
async fn says_what_saving_would_change_and_keeps_nothing() {
    let lathe = Lathe::start().await;
    let plan = async |body: Value| {
        let reply = lathe.post(PATH, body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.body
    };
    assert_eq!(
        plan(json!({"source": LIBRARY})).await,
        json!({"valid": true, "action": "create", "changes": []})
    );
    assert_eq!(
        lathe.get("/api/applications").await.body["items"],
        json!([])
    );

    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let id = &made["id"];
    let before = lathe.get("/api/models").await.body;
    assert_eq!(
        plan(json!({"id": id, "source": LIBRARY})).await,
        json!({"valid": true, "action": "unchanged", "changes": []})
    );
    // What is left out stays as it is.
    assert_eq!(
        plan(json!({"id": id, "label": "Reading room"})).await,
        json!({"valid": true, "action": "update", "changes": ["/label"]})
    );
    // Models are compared with what they were, wherever they stand.
    let model = |at: usize| &made["models"][at]["id"];
    let fields = json!([{"name": "title", "type": "text"}]);
    let models = json!([
        {"id": model(1), "name": "volumes", "fields": fields},
        {"name": "shelves", "fields": fields},
    ]);
    let planned = plan(json!({"id": id, "models": models, "relationships": []})).await;
    let changes = planned["changes"].as_array().unwrap();
    for changed in ["/models/0/name", "/models/1/name", "/relationships"] {
        assert!(changes.contains(&json!(changed)), "{changed}: {planned}");
    }
    let ids = changes
        .iter()
        .any(|change| change.as_str().unwrap().ends_with("/id"));
    assert!(!ids, "{planned}");
    assert_eq!(lathe.get("/api/models").await.body, before);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_all_faults_together() {
    let lathe = Lathe::start().await;
    let broken = LIBRARY
        .replace("type: integer", "type: number")
        .replace("target: authors", "target: writers");
    let saved = lathe
        .post("/api/applications", json!({"source": broken}))
        .await;
    let checked = lathe.post(PATH, json!({"source": broken})).await;
    let faults = details(&saved);
    assert!(
        !faults.is_empty() && faults.iter().all(|fault| fault["line"].is_u64()),
        "{}",
        saved.text
    );
    assert_eq!(details(&checked), faults, "{}", checked.text);

    lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await;
    let shop = lathe
        .post("/api/applications", json!({"name": "shop"}))
        .await
        .body;
    // The name of another one, a component that there is not, and a target that there is not.
    let body = json!({
        "id": shop["id"],
        "name": "library",
        "models": [{"name": "orders", "fields": [{"name": "number", "type": "integer"}]}],
        "relationships": [{"kind": "n-1", "source": "orders", "target": "people", "name": "buyer", "inverse": "orders"}],
        "components": [{"name": "ship", "kind": "workflow", "uses": "nobody_has_it"}],
    });
    let reply = lathe.post(PATH, body).await;
    let paths: Vec<_> = details(&reply)
        .iter()
        .map(|fault| fault["path"].clone())
        .collect();
    for path in ["/components/0/uses", "/relationships/0/target", "/name"] {
        assert!(paths.contains(&json!(path)), "{path}: {}", reply.text);
    }
    // Its own name is free for it.
    let own = lathe
        .post(PATH, json!({"id": shop["id"], "name": "shop"}))
        .await;
    assert_eq!(own.body["action"], "unchanged", "{}", own.text);
    lathe
        .post(PATH, json!({"id": uuid::Uuid::nil(), "name": "shop"}))
        .await
        .refused(404, "not_found");
    // A designer asks this at each pause, and it changes nothing.
    let log = lathe.get("/api/audit?limit=1000").await;
    assert!(!log.text.contains("validate"), "{}", log.text);
    lathe.stop().await;
}

fn details(reply: &Reply) -> Vec<Value> {
    let faults = reply.refused(422, "validation_failed").body["error"]["details"].as_array();
    faults.cloned().unwrap_or_default()
}
