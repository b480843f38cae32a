//! What is told on a socket, listed and counted has no secret in it.

use axum::http::Method;
use serde_json::json;

use super::{Line, begin, workflow};
use crate::accounts::open;
use crate::support::serve;

const CANARY: &str = "c4n/ry+so=secretOf";

/// A step that says it.
const TELLING: &str = "
lathe: 1
name: telling
nodes:
  - { id: a, kind: test.gate, with: { gate: a, say: \"it is ${ secrets.github }\" } }
";

/// S20: the live topics of runs, with their logs; what the API reads of them; metrics.
#[tokio::test(flavor = "multi_thread")]
async fn s20_no_secret_is_told() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let secret = json!({"name": "github", "value": CANARY});
    let made = lathe
        .ask(&ada, Method::POST, "/api/secrets", Some(&secret))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let telling = workflow(&lathe, &ada, TELLING).await;
    let mut line = Line::open(&lathe, address, &ada).await;
    line.subscribe(json!({"topic": "executions"})).await;
    let id = begin(&lathe, &ada, &telling).await;
    let topic = json!({"topic": "execution", "id": id, "since": 0, "log_since": 0});
    line.subscribe(topic).await;
    lathe.gates.open("a");

    let mut whole = String::new();
    let (mut ended, mut logged) = (false, false);
    while !(ended && logged) {
        let told = line.next().await;
        ended |= told["executions"][0]["status"] == "succeeded";
        logged |= told["event"]["text"] == "after the gate";
        whole += &told.to_string();
    }
    assert!(whole.contains("it is ***"), "{whole}");
    let read = lathe
        .ask(&ada, Method::GET, &format!("/api/executions/{id}"), None)
        .await;
    assert_eq!(read.status, 200, "{}", read.text);
    let logs = format!("/api/executions/{id}/logs");
    let logs = lathe.ask(&ada, Method::GET, &logs, None).await;
    let metrics = lathe.get("/metrics").await;
    assert_eq!((logs.status.as_u16(), metrics.status.as_u16()), (200, 200));
    for text in [&read.text, &logs.text, &metrics.text] {
        whole += text;
    }
    for canary in [CANARY, "c4n/ry+so=", "YzRuL3J5"] {
        assert!(!whole.contains(canary), "{canary}: {whole}");
    }
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
