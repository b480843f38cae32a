//! `GET /api/executions/{id}/logs`

use serde_json::json;

use crate::support::Lathe;
use crate::support::documents::GATED;

#[tokio::test(flavor = "multi_thread")]
async fn lines_in_order_from_where_the_reader_left_off() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GATED).await;
    lathe.gates.open("a");
    let execution = lathe.run(&id, json!({})).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/executions/{execution}/logs");
    let lines = loop {
        let read = lathe.get(&path).await.body;
        if read["items"].as_array().unwrap().len() == 2 {
            break read["items"].clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (&lines[0]["text"], &lines[0]["stream"]),
        (&json!("before the gate"), &json!("stdout"))
    );
    assert_eq!(
        (&lines[1]["text"], &lines[1]["stream"]),
        (&json!("after the gate"), &json!("stderr"))
    );
    assert_eq!(
        (&lines[0]["step"], &lines[0]["attempt"]),
        (&json!("gate"), &json!(1))
    );
    let first = lathe.get(&format!("{path}?limit=1")).await.body;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = lathe.get(&format!("{path}?cursor={cursor}")).await.body;
    assert_eq!(
        (&second["items"][0], &second["next_cursor"]),
        (&lines[1], &json!(null))
    );
    assert_eq!(
        lathe
            .get(&format!("{path}?after={}", lines[1]["id"]))
            .await
            .body["items"],
        json!([])
    );
    assert_eq!(
        lathe.get(&format!("{path}?step=after")).await.body["items"],
        json!([])
    );
    lathe
        .get(&format!("{path}?after=1&cursor=1"))
        .await
        .refused(400, "bad_request");
    lathe
        .get("/api/executions/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/logs")
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}
