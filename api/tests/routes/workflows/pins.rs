//! `GET` and `PUT /api/workflows/{id}/pins`

use axum::http::Method;
use serde_json::json;

use crate::support::documents::GREET;
use crate::support::{Lathe, request, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_is_there_for_others_and_makes_no_version() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}");
    let pins = format!("{path}/pins");
    let workflow = lathe.get(&path).await;
    let none = lathe.get(&pins).await;
    assert_eq!(none.body, json!({"pins": {}, "updated_at": null}));
    let given = json!({"greeting": {"output": {"greeting": "moin"}, "port": "out"}});
    let put = async |tag: &str, pins_of: serde_json::Value| {
        let asked = request(Method::PUT, &pins).header("if-match", tag);
        lathe
            .send(with_json(asked, &json!({"pins": pins_of})))
            .await
    };
    let kept = put(none.header("etag"), given.clone()).await;
    assert_eq!((kept.status.as_u16(), &kept.body["pins"]), (200, &given));
    put(none.header("etag"), json!({}))
        .await
        .refused(412, "precondition_failed");
    let read = lathe.get(&pins).await;
    assert_eq!(read.body, kept.body);
    assert_eq!(read.header("etag"), kept.header("etag"));
    let now = lathe.get(&path).await;
    assert_eq!(
        (&now.body, now.header("etag")),
        (&workflow.body, workflow.header("etag"))
    );
    // A run is not given them unless it is sent them.
    let run = format!("{path}/execute?wait=10s");
    let ran = lathe.post(&run, json!({})).await;
    assert_eq!(ran.body["status"], "succeeded", "{}", ran.text);
    assert!(!ran.text.contains("moin"), "{}", ran.text);
    let trial = lathe.post(&run, json!({"pins": read.body["pins"]})).await;
    assert_eq!(trial.body["status"], "succeeded", "{}", trial.text);
    let id = trial.body["id"].as_str().unwrap();
    let trial = lathe.get(&format!("/api/executions/{id}")).await;
    assert!(trial.text.contains("moin"), "{}", trial.text);
    // The log tells that it was done, and not the data.
    let audit = lathe.get("/api/audit?all=true").await;
    assert!(audit.text.contains("put_pins"), "{}", audit.text);
    assert!(!audit.text.contains("moin"), "{}", audit.text);

    let emptied = put(read.header("etag"), json!({})).await;
    assert_eq!(emptied.body["pins"], json!({}));
    lathe.delete(&path).await;
    lathe.get(&pins).await.refused(404, "not_found");
    put("*", json!({})).await.refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_pinned_is_refused_with_the_reason() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}/pins");
    let put = async |pins: serde_json::Value| lathe.put(&path, json!({"pins": pins})).await;
    // A draft may have nodes that were not saved yet.
    let reply = put(json!({"not_yet_saved": {"output": null}})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    put(json!({"No Such": {"output": 1}}))
        .await
        .refused(422, "validation_failed");
    put(json!({"a": {"output": 1, "prot": "out"}}))
        .await
        .refused(422, "validation_failed");
    let (long, short) = ("x".repeat(900 * 1024), "y".repeat(200 * 1024));
    let large = put(json!({"short": {"output": short}, "long": {"output": long}})).await;
    large.refused(422, "validation_failed");
    let detail = &large.body["error"]["details"][0];
    assert_eq!(detail["path"], "/pins/long");
    let message = detail["message"].as_str().unwrap();
    assert!(message.contains("1024 KiB"), "{message}");
    let many: serde_json::Map<_, _> = (0..501)
        .map(|index| (format!("n{index}"), json!({"output": 0})))
        .collect();
    put(json!(many)).await.refused(422, "validation_failed");
    let read = lathe.get(&path).await;
    assert_eq!(
        read.body["pins"],
        json!({"not_yet_saved": {"output": null}}),
        "nothing of what was refused"
    );
    lathe.stop().await;
}
