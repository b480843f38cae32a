//! `DELETE /api/models/{id}`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn unless_relationships_name_it() {
    let lathe = Lathe::start().await;
    let library = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let authors = format!(
        "/api/models/{}",
        library["models"][0]["id"].as_str().unwrap()
    );
    lathe.delete(&authors).await.refused(409, "conflict");
    let application = format!("/api/applications/{}", library["id"].as_str().unwrap());
    let reply = lathe.put(&application, json!({"relationships": []})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(lathe.delete(&authors).await.status, 204);
    lathe.delete(&authors).await.refused(404, "not_found");
    assert_eq!(
        lathe.get(&application).await.body["models"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    lathe.stop().await;
}
