//! `GET /api/applications`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

#[tokio::test(flavor = "multi_thread")]
async fn by_name() {
    let lathe = Lathe::start().await;
    for name in ["beta", "alpha"] {
        lathe
            .post(
                "/api/applications",
                json!({"source": LIBRARY.replace("library", name)}),
            )
            .await;
    }
    let first = lathe.get("/api/applications?limit=1").await.body;
    assert_eq!(
        (
            &first["items"][0]["name"],
            &first["items"][0]["models"][0]["name"]
        ),
        (&json!("alpha"), &json!("authors"))
    );
    let second = lathe
        .get(&format!(
            "/api/applications?cursor={}",
            first["next_cursor"].as_str().unwrap()
        ))
        .await
        .body;
    assert_eq!(
        (&second["items"][0]["name"], &second["next_cursor"]),
        (&json!("beta"), &json!(null))
    );
    lathe.stop().await;
}
