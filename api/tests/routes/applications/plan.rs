//! `GET /api/applications/{id}/plan`, and what it says has to be allowed.

use blueprint::Application;
use blueprint::ports::Generated;
use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

fn field(name: &str, rest: Value) -> Value {
    let mut field = json!({"name": name, "type": "text"});
    field
        .as_object_mut()
        .unwrap()
        .extend(rest.as_object().unwrap().clone());
    field
}

/// An application whose only model has these fields, and whose ids are its names.
fn document(fields: &[Value]) -> Value {
    json!({"name": "tools", "models": [{"name": "planes", "fields": fields}]})
}

fn generated(lathe: &Lathe, latest: &Value, live: Option<&Value>) {
    let read = |document: &Value| Application::from_value(document.clone()).unwrap();
    let generated = Generated {
        latest: read(latest),
        live: live.map(read),
    };
    let key = (store::FIRST_WORKSPACE, "tools".to_owned());
    lathe
        .deployments
        .generated
        .lock()
        .unwrap()
        .insert(key, generated);
}

fn told(changes: &Value) -> Vec<String> {
    let words = |change: &Value| {
        let needs = change["needs"].as_str().unwrap_or("nothing");
        let [action, part, name] =
            ["action", "part", "name"].map(|key| change[key].as_str().unwrap());
        format!("{action} {part} {name} needs {needs}")
    };
    changes.as_array().unwrap().iter().map(words).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_what_shipping_will_change_and_what_has_to_be_allowed() {
    let lathe = Lathe::start().await;
    let (title, maker) = (
        field("title", json!({})),
        field("maker", json!({"unique": true})),
    );
    let source = document(&[title.clone(), maker.clone()]).to_string();
    let made = lathe
        .post("/api/applications", json!({"source": source}))
        .await;
    let path = format!(
        "/api/applications/{}/plan",
        made.body["id"].as_str().unwrap()
    );

    let plan = lathe.get(&path).await.body;
    assert_eq!(
        (&plan["basis"], told(&plan["changes"])),
        (
            &json!("nothing"),
            vec!["added model planes needs nothing".to_owned()]
        )
    );
    assert_eq!(plan["needs"], json!({"drop": false, "tighten": false}));
    let workflow =
        json!({"id": null, "name": "ship_application", "takes": {"drop": true, "tighten": true}});
    assert_eq!(plan["workflow"], workflow);

    let before = document(&[
        title.clone(),
        field("maker", json!({})),
        field("owner", json!({})),
    ]);
    let live = document(&[title, field("year", json!({}))]);
    generated(&lathe, &before, Some(&live));
    let plan = lathe.get(&path).await.body;
    assert_eq!(plan["basis"], "live");
    assert_eq!(
        told(&plan["changes"]),
        [
            "changed field maker needs tighten",
            "removed field owner needs drop"
        ]
    );
    assert_eq!(
        told(&plan["pending"]),
        [
            "added field maker needs nothing",
            "added field owner needs nothing",
            "removed field year needs drop"
        ]
    );
    assert_eq!(plan["needs"], json!({"drop": true, "tighten": true}));
    let details = json!([{"property": "unique", "before": "false", "after": "true"}]);
    assert_eq!(plan["changes"][0]["details"], details);
    let postgres = plan["sql"]["postgres"].as_str().unwrap();
    assert!(postgres.contains("DROP COLUMN \"owner\""), "{postgres}");

    // What no permission can make possible is told beside it.
    let other = document(&[field("maker", json!({"type": "integer", "unique": true}))]);
    generated(&lathe, &other, None);
    let plan = lathe.get(&path).await.body;
    assert_eq!(
        (&plan["basis"], &plan["sql"]),
        (&json!("generated"), &json!(null))
    );
    assert!(
        plan["problems"][0]
            .as_str()
            .unwrap()
            .contains("changes its type"),
        "{plan}"
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_reaches_the_workflow_or_is_refused() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await;
    let address = format!("/api/applications/{}", made.body["id"].as_str().unwrap());
    let path = format!("{address}/generate");

    let own = "lathe: 1\nname: ship_library\nnodes: [{ id: a, kind: test.echo, with: {} }]\n";
    lathe.workflow(own).await;
    let plan = lathe.get(&format!("{address}/plan")).await.body;
    assert_eq!(
        plan["workflow"]["takes"],
        json!({"drop": false, "tighten": false})
    );
    let reply = lathe.post(&path, json!({"allow": {"drop": true}})).await;
    let refused = reply.refused(422, "validation_failed");
    assert!(
        refused
            .text
            .contains("`ship_library` has no input `allow_drop`"),
        "{}",
        refused.text
    );
    assert_eq!(refused.body["error"]["details"][0]["path"], "/allow/drop");

    let takes = "lathe: 1\nname: ship_books\ninputs:\n  allow_drop: { type: boolean, default: false }\n  \
                 allow_tighten: { type: boolean, default: false }\nnodes:\n  - { id: a, kind: test.echo, with: {} }\n";
    lathe.workflow(takes).await;
    let configuration = json!({"configuration": {"ship_workflow": "ship_books"}});
    lathe.put(&address, configuration).await;
    let reply = lathe.post(&path, json!({"allow": {"drop": true}})).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_eq!(
        reply.body["inputs"],
        json!({"allow_drop": true, "allow_tighten": false})
    );

    for unknown in [json!({"allow_drop": true}), json!({"allow": {"all": true}})] {
        lathe
            .post(&path, unknown)
            .await
            .refused(422, "validation_failed");
    }

    let missing = json!({"configuration": {"ship_workflow": "not_there"}});
    lathe.put(&address, missing).await;
    let plan = lathe.get(&format!("{address}/plan")).await.body;
    assert_eq!(plan["workflow"], json!(null));
    assert!(
        plan["problems"][0]
            .as_str()
            .unwrap()
            .contains("`not_there`"),
        "{plan}"
    );
    lathe.stop().await;
}

/// A workspace that was given the workflow by an older Lathe, and has not touched it, gets the newer one.
#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_workflow_of_an_older_lathe_is_brought_up_to_date() {
    let lathe = Lathe::start().await;
    let old = include_str!("../../../src/provided/ship_application.1.yaml");
    let given = lathe.workflow(old).await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await;
    let address = format!("/api/applications/{}", made.body["id"].as_str().unwrap());
    let plan = lathe.get(&format!("{address}/plan")).await.body;
    assert_eq!(
        plan["workflow"]["takes"],
        json!({"drop": true, "tighten": true})
    );
    // Of several who ship at the same moment, one brings it up to date, and the others find it so.
    let path = format!("{address}/generate");
    let ship = async || lathe.post(&path, json!({"allow": {"drop": true}})).await;
    let (one, two, three) = tokio::join!(ship(), ship(), ship());
    for reply in [one, two, three] {
        assert_eq!(reply.status, 202, "{}", reply.text);
        assert_eq!(reply.body["inputs"]["allow_drop"], true);
        assert_eq!(reply.body["workflow_version"], 2, "{given:?}");
    }

    let own = old.replace("Put it live", "Put it live at last");
    let address_of = format!("/api/workflows/{given}");
    lathe.put(&address_of, json!({"source": own})).await;
    let plan = lathe.get(&format!("{address}/plan")).await.body;
    assert_eq!(
        plan["workflow"]["takes"],
        json!({"drop": false, "tighten": false})
    );
    lathe.stop().await;
}
