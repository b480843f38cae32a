//! Routes under `nodes`.

use serde_json::json;

use crate::support::Lathe;

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_and_one_kind() {
    let lathe = Lathe::start().await;
    let all = lathe.get("/api/nodes").await.body;
    assert_eq!(
        (all["items"].as_array().unwrap().len(), &all["next_cursor"]),
        (16, &json!(null))
    );
    let kind = lathe.get("/api/nodes/test.echo").await.body;
    let listed = all["items"].as_array().unwrap();
    assert!(listed.contains(&kind));
    assert_eq!(
        (&kind["ports"], &kind["effect"], &kind["enabled"]),
        (&json!(["out"]), &json!("pure"), &json!(true))
    );
    assert_eq!(
        (
            &kind["default_timeout"],
            &kind["default_retry"]["max_attempts"]
        ),
        (&json!("1m"), &json!(1))
    );
    lathe
        .get("/api/nodes/test.ecko")
        .await
        .refused(404, "not_found");
    lathe.get("/api/nodes/%ff").await.refused(404, "not_found");
    lathe.stop().await;
}
