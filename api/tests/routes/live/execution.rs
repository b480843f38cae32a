//! The topics of one execution: all of it, over however many connections, without a gap and none twice.

use serde_json::{Value, json};

use super::{Line, begin, workflow};
use crate::accounts::open;
use crate::support::serve;

const THREE_GATES: &str = "
lathe: 1
name: three_gates
nodes:
  - { id: a, kind: test.gate, with: { gate: a } }
  - { id: b, kind: test.gate, with: { gate: b } }
  - { id: c, kind: test.gate, with: { gate: c } }
edges: [a -> b, b -> c]
";

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_where_a_broken_connection_left_off() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let gates = workflow(&lathe, &ada, THREE_GATES).await;
    let execution = begin(&lathe, &ada, &gates).await;
    let (mut seqs, mut lines): (Vec<u64>, Vec<i64>) = (Vec::new(), Vec::new());
    let mut take = |told: &Value| -> bool {
        if told["event"]["type"] == "log" {
            lines.push(told["event"]["id"].as_i64().unwrap());
        } else if let Some(seq) = told["event"]["seq"].as_u64() {
            seqs.push(seq);
        }
        told["event"]["type"] == "log"
    };
    let (mut since, mut log_since) = (0, 0);
    // The connection breaks in the middle of each step, without a word.
    for gate in ["a", "b", "c"] {
        let mut line = Line::open(&lathe, address, &ada).await;
        let topic =
            json!({"topic": "execution", "id": execution, "since": since, "log_since": log_since});
        line.subscribe(topic).await;
        loop {
            let told = line.next().await;
            assert_eq!(
                (&told["topic"], &told["id"]),
                (&json!("execution"), &json!(execution))
            );
            since = told["event"]["seq"].as_u64().unwrap_or(since);
            let is_line = take(&told);
            if is_line {
                log_since = told["event"]["id"].as_i64().unwrap();
            }
            if is_line
                && told["event"]["text"] == "before the gate"
                && told["event"]["step"] == gate
            {
                break;
            }
        }
        drop(line);
        lathe.gates.open(gate);
    }
    let mut line = Line::open(&lathe, address, &ada).await;
    let topic =
        json!({"topic": "execution", "id": execution, "since": since, "log_since": log_since});
    line.subscribe(topic).await;
    loop {
        let told = line.next().await;
        if told["ended"] == true {
            assert!(told["error"].is_null(), "{told}");
            break;
        }
        take(&told);
    }
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    assert!(seqs.len() > 6, "{seqs:?}");
    let all = lines.len();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!((lines.len(), all), (6, 6), "every line, none twice");

    // Its log alone; and a topic that has ended can be subscribed to again.
    line.subscribe(json!({"topic": "logs", "id": execution, "log_since": lines[1]}))
        .await;
    for id in &lines[2..] {
        let told = line.next().await;
        assert_eq!(
            (&told["topic"], &told["event"]["id"]),
            (&json!("logs"), &json!(id))
        );
    }
    assert_eq!(line.next().await["ended"], true);
    line.subscribe(json!({"topic": "logs", "id": execution, "log_since": lines[5]}))
        .await;
    assert_eq!(line.next().await["ended"], true);
    // Two executions at once, each message with its own id.
    let [one, two] = [
        begin(&lathe, &ada, &gates).await,
        begin(&lathe, &ada, &gates).await,
    ];
    for id in [&one, &two] {
        line.subscribe(json!({"topic": "execution", "id": id}))
            .await;
    }
    for gate in ["a", "b", "c", "a", "b", "c"] {
        lathe.gates.open(gate);
    }
    let mut open = vec![one, two];
    while !open.is_empty() {
        let told = line.until(|told| told["ended"] == true).await;
        open.retain(|id| told["id"] != **id);
    }
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
