//! `GET /api/models`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn by_name_and_by_application() {
    let lathe = Lathe::start().await;
    let library = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body["id"]
        .clone();
    lathe
        .post(
            "/api/models",
            json!({"name": "alone", "fields": [{"name": "a", "type": "text"}]}),
        )
        .await;
    let names = |reply: crate::support::Reply| {
        let items = reply.body["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(lathe.get("/api/models").await),
        ["alone", "authors", "books"]
    );
    let path = format!("/api/models?application_id={}", library.as_str().unwrap());
    assert_eq!(names(lathe.get(&path).await), ["authors", "books"]);
    let page = lathe.get("/api/models?limit=2").await;
    let cursor = page.body["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(
        names(lathe.get(&format!("/api/models?cursor={cursor}")).await),
        ["books"]
    );
    lathe.stop().await;
}
