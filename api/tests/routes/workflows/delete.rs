//! `DELETE /api/workflows/{id}`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::GREET;

#[tokio::test(flavor = "multi_thread")]
async fn frees_the_name_and_keeps_the_executions() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let execution = lathe.run(&id, json!({})).await["id"].clone();
    let path = format!("/api/workflows/{id}");
    assert_eq!(lathe.delete(&path).await.status, 204);
    lathe.get(&path).await.refused(404, "not_found");
    lathe.delete(&path).await.refused(404, "not_found");
    let kept = lathe
        .get(&format!("/api/executions/{}", execution.as_str().unwrap()))
        .await;
    assert_eq!(kept.body["document"]["name"], "greet", "{}", kept.text);
    lathe.workflow(GREET).await;
    lathe.stop().await;
}
