//! `PUT /api/applications/{id}`

use blueprint::ports::ApplicationSource;
use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_stays_and_ids_are_permanent() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let ids = async || {
        let application = lathe
            .store
            .load(store::FIRST_WORKSPACE, "library")
            .await
            .unwrap()
            .unwrap();
        let ids = application
            .models
            .into_iter()
            .map(|model| (model.id, model.fields[0].id.clone()));
        ids.collect::<Vec<_>>()
    };
    let before = ids().await;

    let reply = lathe
        .put(
            &path,
            json!({"description": "Books to lend", "configuration": {"a": 1}}),
        )
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["label"]),
        (200, &json!("Library")),
        "{}",
        reply.text
    );
    assert_eq!(
        (&reply.body["models"], &reply.body["configuration"]),
        (&made["models"], &json!({"a": 1}))
    );
    assert_eq!(ids().await, before);

    // A model named by its id is renamed, and one that is not named is gone.
    let books = &made["models"][1]["id"];
    let fields = json!([{"name": "title", "type": "text"}]);
    let models = json!([{"id": books, "name": "volumes", "fields": fields}, {"name": "shelves", "fields": fields}]);
    lathe
        .put(&path, json!({"models": models}))
        .await
        .refused(422, "validation_failed");
    let reply = lathe
        .put(&path, json!({"models": models, "relationships": []}))
        .await;
    let names: Vec<_> = reply.body["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["name"].clone())
        .collect();
    assert_eq!(
        (names, &reply.body["models"][0]["id"]),
        (vec![json!("volumes"), json!("shelves")], books),
        "{}",
        reply.text
    );
    assert_eq!(ids().await[0], before[1]);

    // The text again: the models of the old names are new ones, the rest is as it was.
    let reply = lathe.put(&path, json!({"source": LIBRARY})).await;
    assert_eq!(
        (
            reply.status.as_u16(),
            reply.body["models"].as_array().unwrap().len()
        ),
        (200, 2),
        "{}",
        reply.text
    );
    assert_eq!(reply.body["configuration"], json!({"a": 1}));
    let unknown = json!({"models": [{"id": made["id"], "name": "x", "fields": fields}]});
    lathe
        .put(&path, unknown)
        .await
        .refused(422, "validation_failed");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_keeps_the_ids_that_parts_were_given() {
    let lathe = Lathe::start().await;
    let fields = json!([{"name": "title", "type": "text", "required": true}, {"name": "pages", "type": "integer"}]);
    let authors = json!({"name": "authors", "fields": [{"name": "full_name", "type": "text"}]});
    let author = json!({"kind": "n-1", "source": "books", "target": "authors", "name": "author", "inverse": "books"});
    let parts = json!({"name": "library", "models": [authors, {"name": "books", "fields": fields}],
        "relationships": [author]});
    let made = lathe.post("/api/applications", parts).await.body;
    let before = lathe
        .store
        .load(store::FIRST_WORKSPACE, "library")
        .await
        .unwrap()
        .unwrap();
    let reply = lathe
        .put(
            &format!("/api/applications/{}", made["id"].as_str().unwrap()),
            json!({"source": LIBRARY}),
        )
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body["models"]),
        (200, &made["models"]),
        "{}",
        reply.text
    );
    let after = lathe
        .store
        .load(store::FIRST_WORKSPACE, "library")
        .await
        .unwrap()
        .unwrap();
    for (old, new) in before.models.iter().zip(&after.models) {
        assert_eq!((&old.id, &old.fields[0].id), (&new.id, &new.fields[0].id));
    }
    assert_eq!(after.relationships[0].id, before.relationships[0].id);

    // Under a new name too: what says which model it is, is its id.
    let books = after.models[1].id.as_str();
    let renamed = LIBRARY
        .replace(
            "- name: books",
            &format!("- name: volumes\n    id: {books}"),
        )
        .replace("source: books", "source: volumes");
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let reply = lathe.put(&path, json!({"source": renamed})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let renamed = lathe
        .store
        .load(store::FIRST_WORKSPACE, "library")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            &*renamed.models[1].name,
            &*renamed.relationships[0].source,
            &renamed.relationships[0].id
        ),
        ("volumes", "volumes", &before.relationships[0].id)
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_one_model_gives_up_another_may_take() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let (authors, books) = (&made["models"][0]["id"], &made["models"][1]["id"]);
    let fields = json!([{"name": "title", "type": "text"}]);
    let written = async |models| {
        let reply = lathe.put(&path, json!({"models": models})).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.body
    };

    let now = written(json!([
        {"name": "books", "fields": fields},
        {"id": authors, "name": "authors", "fields": fields},
        {"id": books, "name": "volumes", "fields": fields},
    ]))
    .await;
    let of = |name: &str| {
        let models = now["models"].as_array().unwrap();
        let model = models.iter().find(|model| model["name"] == *name);
        model.unwrap()["id"].clone()
    };
    assert_eq!((&of("authors"), &of("volumes")), (authors, books));
    assert_ne!(&of("books"), books);
    assert_eq!(now["relationships"][0]["source"], "volumes");

    // Two models may even swap their names, and their relationships go with them.
    let now = written(json!([
        {"id": authors, "name": "volumes", "fields": fields},
        {"id": books, "name": "authors", "fields": fields},
    ]))
    .await;
    assert_eq!(
        (
            &now["relationships"][0]["source"],
            &now["relationships"][0]["target"]
        ),
        (&json!("authors"), &json!("volumes"))
    );
    lathe.stop().await;
}
