//! The topic of a workspace's executions.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Line, begin, workflow};
use crate::accounts::open;
use crate::support::documents::{GATED, GREET};
use crate::support::serve;

/// Takes in a message as a list on a page would.
fn take_in(list: &mut HashMap<String, Value>, told: &Value) {
    if told["topic"] != "executions" {
        return;
    }
    for one in told["executions"].as_array().unwrap() {
        let id = one["id"].as_str().unwrap().to_owned();
        let newer = list
            .get(&id)
            .is_none_or(|known| known["seq"].as_u64() <= one["seq"].as_u64());
        if newer {
            list.insert(id, one.clone());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_the_newest_and_then_what_changes() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let gated = workflow(&lathe, &ada, GATED).await;
    let greet = workflow(&lathe, &ada, GREET).await;
    let before = begin(&lathe, &ada, &gated).await;
    let (mut all, mut one) = (
        Line::open(&lathe, address, &ada).await,
        Line::open(&lathe, address, &ada).await,
    );
    all.subscribe(json!({"topic": "executions"})).await;
    one.subscribe(json!({"topic": "executions", "workflow_id": gated}))
        .await;
    for line in [&mut all, &mut one] {
        let first = line.next().await;
        assert_eq!(first["reset"], true, "{first}");
        assert_eq!(first["executions"][0]["id"], *before, "{first}");
    }
    let quick = begin(&lathe, &ada, &greet).await;
    let told = all
        .until(|told| told["executions"][0]["status"] == "succeeded")
        .await;
    assert_eq!(
        (&told["reset"], &told["executions"][0]["id"]),
        (&json!(false), &json!(quick))
    );
    lathe.gates.open("a");
    let ended = one
        .until(|told| told["executions"][0]["status"] == "succeeded")
        .await;
    assert_eq!(
        (&ended["workflow_id"], &ended["executions"][0]["id"]),
        (&json!(gated), &json!(before)),
        "and nothing of other workflows"
    );

    // However many change at once, a page that takes in what it is told, and reads again what it is told to, is right.
    let mut list = HashMap::new();
    let mut begun = Vec::new();
    for _ in 0..150 {
        begun.push(begin(&lathe, &ada, &greet).await);
    }
    let newest = &begun[100..];
    let is_right = |list: &HashMap<String, Value>| {
        newest
            .iter()
            .all(|id| list.get(id).is_some_and(|one| one["status"] == "succeeded"))
    };
    let mut messages = 0;
    while !is_right(&list) {
        let told = all.next().await;
        take_in(&mut list, &told);
        messages += 1;
    }
    assert!(
        messages < 150,
        "what changes together is told together: {messages}"
    );
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// R19: what changed while the connection was broken is told over the next one, also of executions that are not among the newest.
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_goes_on_where_they_were() {
    let lathe = open().await;
    let (address, stop, served) = serve(&lathe).await;
    let ada = lathe.register("ada@example.org").await;
    let gated = workflow(&lathe, &ada, GATED).await;
    let greet = workflow(&lathe, &ada, GREET).await;
    let older = begin(&lathe, &ada, &gated).await;
    let mut line = Line::open(&lathe, address, &ada).await;
    line.subscribe(json!({"topic": "executions"})).await;
    assert_eq!(line.next().await["reset"], true);
    let mut list = HashMap::new();
    let mut last = String::new();
    for _ in 0..60 {
        last = begin(&lathe, &ada, &greet).await;
    }
    let mut cursor = Value::Null;
    while list
        .get(&last)
        .is_none_or(|one: &Value| one["status"] != "succeeded")
    {
        let told = line.next().await;
        take_in(&mut list, &told);
        cursor = told["cursor"].clone();
    }
    assert!(cursor.is_string());
    drop(line);

    let mut other = Line::open(&lathe, address, &ada).await;
    other
        .subscribe(json!({"topic": "execution", "id": older}))
        .await;
    lathe.gates.open("a");
    other.until(|told| told["ended"] == true).await;

    let mut again = Line::open(&lathe, address, &ada).await;
    again
        .subscribe(json!({"topic": "executions", "since": cursor}))
        .await;
    let mut list = HashMap::new();
    while list
        .get(&older)
        .is_none_or(|one: &Value| one["status"] != "succeeded")
    {
        let told = again.next().await;
        assert_eq!(told["reset"], false, "{told}");
        take_in(&mut list, &told);
    }
    assert!(list.contains_key(&last), "the newest are told besides");

    // Of a process that is not this one, or that nobody ever was told.
    let unknown = json!({"topic": "executions", "since": "0198f3a27c1b7d558e106a2f4b9c0d11-7"});
    other.subscribe(unknown).await;
    let told = other.until(|told| told["topic"] == "executions").await;
    assert_eq!(told["reset"], true, "{told}");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}
