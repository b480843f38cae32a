//! `DELETE /api/applications/{id}`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn takes_its_models_along() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    assert_eq!(lathe.delete(&path).await.status, 204);
    lathe.delete(&path).await.refused(404, "not_found");
    assert_eq!(lathe.get("/api/models").await.body["items"], json!([]));
    assert_eq!(
        lathe
            .post("/api/applications", json!({"source": LIBRARY}))
            .await
            .status,
        201,
        "the name is free"
    );
    lathe.stop().await;
}
