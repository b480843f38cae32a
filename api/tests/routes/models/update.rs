//! `PUT /api/models/{id}`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn fields_keep_their_ids_and_relationships_follow_a_rename() {
    let lathe = Lathe::start().await;
    let library = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let authors = library["models"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/models/{authors}");
    let before = lathe.get(&path).await.body;
    let id = before["fields"][0]["id"].clone();

    // Named by its id, the field may be renamed; a new one under the old name is another.
    let fields = json!([
        {"id": id, "name": "pen_name", "type": "text", "required": true},
        {"name": "full_name", "type": "text"},
    ]);
    let reply = lathe
        .put(&path, json!({"name": "writers", "fields": fields}))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(
        (&reply.body["fields"][0]["id"], &reply.body["id"]),
        (&id, &before["id"])
    );
    assert_ne!(reply.body["fields"][1]["id"], id);
    let second = reply.body["fields"][1]["id"].clone();
    // Left out, the id is that of the field of the same name.
    let fields =
        json!([{"name": "full_name", "type": "text"}, {"name": "pen_name", "type": "text"}]);
    let reply = lathe
        .put(&path, json!({"name": "writers", "fields": fields}))
        .await;
    assert_eq!(
        (
            &reply.body["fields"][0]["id"],
            &reply.body["fields"][1]["id"]
        ),
        (&second, &id),
        "{}",
        reply.text
    );

    let application = format!("/api/applications/{}", library["id"].as_str().unwrap());
    let after = lathe.get(&application).await.body;
    assert_eq!(after["relationships"][0]["target"], "writers");
    assert_eq!(
        after["relationships"][0]["id"],
        library["relationships"][0]["id"]
    );
    lathe
        .put(&path, json!({"name": "books", "fields": fields}))
        .await
        .refused(422, "validation_failed");
    lathe
        .put(
            "/api/models/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
            json!({"name": "x", "fields": []}),
        )
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_alone() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post(
            "/api/models",
            json!({"name": "films", "fields": [{"name": "a", "type": "text"}]}),
        )
        .await
        .body;
    let path = format!("/api/models/{}", made["id"].as_str().unwrap());
    let fields = json!([{"name": "a", "type": "long_text"}]);
    let reply = lathe
        .put(&path, json!({"name": "movies", "fields": fields}))
        .await;
    assert_eq!(
        (&reply.body["name"], &reply.body["fields"][0]["id"]),
        (&json!("movies"), &made["fields"][0]["id"])
    );
    let other =
        json!({"id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11", "name": "movies", "fields": fields});
    lathe
        .put(&path, other)
        .await
        .refused(422, "validation_failed");
    lathe.stop().await;
}
