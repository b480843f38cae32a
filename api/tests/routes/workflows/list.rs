//! `GET /api/workflows`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::GREET;

#[tokio::test(flavor = "multi_thread")]
async fn pages_by_name_and_finds_parts_of_names() {
    let lathe = Lathe::start().await;
    for name in ["alpha", "beta", "gamma"] {
        lathe
            .workflow(&GREET.replace("name: greet", &format!("name: {name}")))
            .await;
    }
    let first = lathe.get("/api/workflows?limit=2").await.body;
    assert_eq!(
        (&first["items"][0]["name"], &first["items"][1]["name"]),
        (&json!("alpha"), &json!("beta"))
    );
    assert_eq!(
        (
            &first["items"][0]["node_count"],
            first["items"][0].get("document")
        ),
        (&json!(1), None)
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = lathe
        .get(&format!("/api/workflows?limit=2&cursor={cursor}"))
        .await
        .body;
    assert_eq!(
        (&second["items"][0]["name"], &second["next_cursor"]),
        (&json!("gamma"), &json!(null))
    );
    let found = lathe.get("/api/workflows?q=MM").await.body;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "cursor=x",
        "nam=alpha",
        "limit=1&limit=2",
    ] {
        lathe
            .get(&format!("/api/workflows?{query}"))
            .await
            .refused(400, "bad_request");
    }
    lathe
        .get(&format!("/api/executions?cursor={cursor}"))
        .await
        .refused(400, "bad_request");
    lathe.stop().await;
}
