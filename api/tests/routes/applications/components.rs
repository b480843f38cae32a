//! `GET /api/applications/{id}/components`: what an application consists of besides its models.

use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

const SHIP: &str = "lathe: 1\nname: ship_it\nnodes: [{ id: a, kind: test.echo, with: {} }]\n";

#[tokio::test(flavor = "multi_thread")]
async fn are_workflows_and_prompts_of_the_same_workspace() {
    let lathe = Lathe::start().await;
    let ship = json!({"name": "ship", "kind": "workflow", "uses": "ship_it"});
    let greet =
        json!({"name": "greet", "kind": "prompt", "uses": "greeting", "description": "for guests"});
    let body = json!({"source": LIBRARY, "components": [ship, greet, ship]});
    let refused = lathe.post("/api/applications", body).await;
    let details = &refused.refused(422, "validation_failed").body["error"]["details"];
    let paths: Vec<&str> = details
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "/components/0/uses",
            "/components/1/uses",
            "/components/2/name",
            "/components/2/uses"
        ]
    );

    let workflow = lathe.workflow(SHIP).await;
    let prompt = json!({"name": "greeting", "content": "Hello"});
    let prompt = lathe.post("/api/prompts", prompt).await.body["id"].clone();
    let body = json!({"source": LIBRARY, "components": [ship, greet]});
    let made = lathe.post("/api/applications", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let address = format!("/api/applications/{}", made.body["id"].as_str().unwrap());
    let list = format!("{address}/components");
    let found = lathe.get(&list).await.body;
    let ids: Vec<&Value> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["id"])
        .collect();
    assert_eq!(ids, [&json!(workflow), &prompt]);

    // The one that is called `ship` ships it.
    let shipped = lathe
        .post(&format!("{address}/generate"), json!(null))
        .await;
    assert_eq!(shipped.body["workflow_name"], "ship_it", "{}", shipped.text);

    // A change of something else leaves them alone; what they use may go, and that is seen.
    lathe.put(&address, json!({"description": "Books"})).await;
    let gone = format!("/api/prompts/{}", prompt.as_str().unwrap());
    lathe.delete(&gone).await;
    let found = lathe.get(&list).await.body;
    assert_eq!(found["items"][1]["uses"], "greeting");
    assert_eq!(found["items"][1]["id"], Value::Null);
    lathe.put(&address, json!({"components": []})).await;
    assert_eq!(lathe.get(&list).await.body["items"], json!([]));
    lathe.stop().await;
}
