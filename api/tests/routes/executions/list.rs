//! `GET /api/executions`

use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::{GATED, GREET};

#[tokio::test(flavor = "multi_thread")]
async fn newest_first_by_workflow_and_status() {
    let lathe = Lathe::start().await;
    let (greet, gated) = (lathe.workflow(GREET).await, lathe.workflow(GATED).await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(lathe.run(&greet, json!({})).await["id"].clone());
    }
    let waiting = lathe.begin(&gated).await;
    let all = lathe.get("/api/executions").await.body;
    let listed: Vec<&Value> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["id"])
        .collect();
    assert_eq!(listed, [&json!(waiting), &ids[2], &ids[1], &ids[0]]);
    for absent in ["inputs", "output", "steps", "document"] {
        assert_eq!(all["items"][0].get(absent), None);
    }
    let done = lathe
        .get(&format!(
            "/api/executions?status=succeeded&workflow_id={greet}&limit=2"
        ))
        .await
        .body;
    assert_eq!(done["items"][0]["id"], ids[2]);
    let cursor = done["next_cursor"].as_str().unwrap();
    let rest = lathe
        .get(&format!(
            "/api/executions?status=succeeded&workflow_id={greet}&cursor={cursor}"
        ))
        .await
        .body;
    assert_eq!(
        (&rest["items"][0]["id"], &rest["next_cursor"]),
        (&ids[0], &Value::Null)
    );
    assert_eq!(
        lathe
            .get(&format!(
                "/api/executions?status=succeeded&workflow_id={gated}"
            ))
            .await
            .body["items"],
        json!([])
    );
    lathe
        .get("/api/executions?status=done")
        .await
        .refused(400, "bad_request");
    lathe
        .get("/api/executions?workflow_id=greet")
        .await
        .refused(400, "bad_request");
    lathe.gates.open("a");
    lathe.stop().await;
}
