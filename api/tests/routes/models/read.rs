//! `GET /api/models/{id}`

use serde_json::json;

use crate::support::Lathe;

#[tokio::test(flavor = "multi_thread")]
async fn gives_what_was_made() {
    let lathe = Lathe::start().await;
    let fields =
        json!([{"name": "price", "type": "decimal", "precision": 10, "scale": 2, "min": "0"}]);
    let made = lathe
        .post(
            "/api/models",
            json!({"name": "goods", "label": "Goods", "fields": fields}),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let read = lathe
        .get(&format!(
            "/api/models/{}",
            made.body["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(read.body, made.body);
    assert_eq!(
        (&read.body["fields"][0]["scale"], &read.body["label"]),
        (&json!(2), &json!("Goods"))
    );
    lathe
        .get("/api/models/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11")
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}
