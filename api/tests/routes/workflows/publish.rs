//! `POST /api/workflows/{id}/publish`

use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::documents::GREET;

async fn says(lathe: &Lathe, id: &str, version: Value) -> Value {
    let path = format!("/api/workflows/{id}/execute?wait=30s");
    let body = match version {
        Value::Null => json!({}),
        version => json!({ "version": version }),
    };
    let reply = lathe.post(&path, body).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text);
    reply.body["output"]["text"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_runs_and_what_is_newer_is_a_draft() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}");
    let none = lathe
        .post(
            &format!("{path}/execute"),
            json!({ "version": "published" }),
        )
        .await;
    none.refused(404, "not_found");

    let note = json!({ "note": "says hello" });
    let published = lathe.post(&format!("{path}/publish"), note).await;
    assert_eq!(published.status.as_u16(), 200, "{}", published.text);
    assert_eq!(published.body["published_version"], 1);
    let changed = GREET.replace("hello", "good day");
    let draft = lathe.put(&path, json!({ "source": changed })).await;
    assert_eq!(
        (&draft.body["version"], &draft.body["published_version"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(says(&lathe, &id, json!(null)).await, "hello world");
    assert_eq!(says(&lathe, &id, json!("newest")).await, "good day world");
    assert_eq!(says(&lathe, &id, json!(2)).await, "good day world");

    // Forward, and back again.
    for (version, word) in [(json!(null), "good day world"), (json!(1), "hello world")] {
        let body = match &version {
            Value::Null => json!(null),
            version => json!({ "version": version }),
        };
        lathe.post(&format!("{path}/publish"), body).await;
        assert_eq!(says(&lathe, &id, json!(null)).await, word);
    }
    let list = lathe.get("/api/workflows").await;
    assert_eq!(list.body["items"][0]["published_version"], 1);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_what_is_not_there() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    let path = format!("/api/workflows/{id}/publish");
    for (version, status, code) in [
        (0_i64, 422, "validation_failed"),
        (9, 404, "not_found"),
        (4_294_967_295, 422, "validation_failed"),
    ] {
        let body = json!({ "version": version });
        lathe.post(&path, body).await.refused(status, code);
    }
    for note in ["n".repeat(1_001), "a\u{0}b".to_owned()] {
        let body = json!({ "note": note });
        lathe
            .post(&path, body)
            .await
            .refused(422, "validation_failed");
    }
    let body = json!({ "version": "newest" });
    lathe
        .post(&path, body)
        .await
        .refused(422, "validation_failed");
    let execute = format!("/api/workflows/{id}/execute");
    let body = json!({ "version": 9 });
    lathe.post(&execute, body).await.refused(404, "not_found");
    for version in [json!("latest"), json!(4_294_967_295_u32)] {
        let body = json!({ "version": version });
        lathe
            .post(&execute, body)
            .await
            .refused(422, "validation_failed");
    }
    let nobody = "/api/workflows/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11/publish";
    lathe
        .post(nobody, json!(null))
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}
