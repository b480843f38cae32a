//! `POST` and `DELETE /api/applications/{id}/preview`

use std::time::Duration;

use api::Config;
use axum::body::Body;
use axum::http::Request;
use blueprint::ports::{DeploymentStatus, Deployments};
use serde_json::{Value, json};

use crate::support::documents::LIBRARY;
use crate::support::{Lathe, serve_with};

const OWN: &str = "
lathe: 1
name: preview_application
inputs: { application: { type: string } }
nodes: [{ id: own, kind: test.echo, with: { shown: \"${ inputs.application }\" } }]
output: \"${ nodes.own.output }\"
";

async fn ended(lathe: &Lathe, begun: &Value) -> Value {
    let id = begun["id"].as_str().unwrap();
    lathe
        .until(id, |execution| execution["status"] == "succeeded")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_the_workflow_of_previews_which_is_made_once() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!("/api/applications/{}/preview", made["id"].as_str().unwrap());
    for _ in 0..2 {
        let reply = lathe.post(&path, json!({})).await;
        assert_eq!(reply.status, 202, "{}", reply.text);
        assert_eq!(reply.body["workflow_name"], "preview_application");
        assert_eq!(reply.body["inputs"], json!({"application": "library"}));
        let ended = ended(&lathe, &reply.body).await;
        assert_eq!(
            ended["output"],
            json!({"application": "library"}),
            "{ended}"
        );
    }
    let workflows = lathe.get("/api/workflows").await.body;
    assert_eq!(workflows["items"].as_array().unwrap().len(), 1);

    let id = workflows["items"][0]["id"].as_str().unwrap();
    let own = lathe
        .put(&format!("/api/workflows/{id}"), json!({"source": OWN}))
        .await;
    assert_eq!(own.status, 200, "{}", own.text);
    let reply = lathe.post(&path, json!({})).await;
    let ended = ended(&lathe, &reply.body).await;
    assert_eq!(
        ended["output"],
        json!({"shown": "library"}),
        "a workspace may have its own: {ended}"
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_shown_and_goes_with_its_application() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let application = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let path = format!("{application}/preview");
    assert_eq!(made["preview"], json!(null));
    assert_eq!(
        lathe.delete(&path).await.status,
        204,
        "there is none to end"
    );

    let serve = || {
        let running = DeploymentStatus::Running;
        lathe.deployments.put("library-preview", 40_124, running);
    };
    serve();
    let shown = lathe.get(&application).await.body;
    assert_eq!(
        (&shown["live"], &shown["preview"]["url"]),
        (&json!(null), &json!("http://127.0.0.1:40124/"))
    );
    assert_eq!(lathe.delete(&path).await.status, 204);
    assert_eq!(lathe.get(&application).await.body["preview"], json!(null));

    serve();
    let renamed = lathe.put(&application, json!({"name": "books"})).await;
    assert_eq!(
        renamed.status, 200,
        "a preview holds no name: {}",
        renamed.text
    );
    let left = lathe.deployments.get("library-preview").await.unwrap();
    assert!(left.is_none(), "it would go on under the old name");

    lathe
        .deployments
        .put("books-preview", 40_125, DeploymentStatus::Running);
    assert_eq!(lathe.delete(&application).await.status, 204);
    let left = lathe.deployments.get("books-preview").await.unwrap();
    assert!(left.is_none());
    lathe.delete(&path).await.refused(404, "not_found");
    lathe.post(&path, json!({})).await.refused(404, "not_found");
    lathe.stop().await;
}

/// One that is just being started is not told of yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_that_is_being_started_keeps_its_application_and_what_is_live_of_it() {
    let lathe = Lathe::start().await;
    let parts = json!({"name": "starting", "models": [{"name": "things", "fields": [{"name": "title", "type": "text"}]}]});
    let made = lathe.post("/api/applications", parts).await;
    let application = format!("/api/applications/{}", made.body["id"].as_str().unwrap());
    let running = DeploymentStatus::Running;
    lathe.deployments.put("starting", 40_126, running);

    let preview = format!("{application}/preview");
    lathe.delete(&preview).await.refused(409, "conflict");
    lathe.delete(&application).await.refused(409, "conflict");
    let kept = lathe.get(&application).await.body;
    assert_eq!(kept["live"]["status"], "running", "{kept}");
    lathe.stop().await;
}

/// By way of its application somebody could remove it, and there is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_that_nobody_can_remove_is_taken_down_and_one_that_nobody_opens_is_looked_for() {
    let lathe = Lathe::start().await;
    let made = lathe.post("/api/applications", json!({"source": LIBRARY}));
    assert_eq!(made.await.status, 201);
    for name in ["library-preview", "gone-preview"] {
        let running = DeploymentStatus::Running;
        lathe.deployments.put(name, 40_124, running);
    }
    let patience = Some(Duration::from_secs(5_000));
    let config = Config {
        previews_end_after: patience,
        ..Config::default()
    };
    let (_, stop, served) = serve_with(&lathe, config).await;
    let mut looked = lathe.deployments.looked.subscribe();
    let told = *looked.wait_for(Option::is_some).await.unwrap();
    assert_eq!(told, patience);
    let gone = lathe.deployments.get("gone-preview").await.unwrap();
    assert!(gone.is_none(), "{gone:?}");
    let left = lathe.deployments.get("library-preview").await.unwrap();
    assert!(left.is_some());
    drop(stop);
    served.await.unwrap();
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_a_preview_is_noted() {
    let lathe = Lathe::start().await;
    for name in ["library", "library-preview"] {
        let running = DeploymentStatus::Running;
        // Nothing ever listens at this port.
        lathe.deployments.put(name, 1, running);
        let request = Request::get("/").header("host", format!("{name}.localhost:4000"));
        let reply = lathe.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 502, "{}", reply.text);
    }
    let request = Request::get("/").header("host", "books-preview.localhost:4000");
    let ended = lathe.send(request.body(Body::empty()).unwrap()).await;
    assert!(
        ended.text.contains("no preview of `books`"),
        "{}",
        ended.text
    );
    ended.refused(503, "unavailable");
    let mut opened = lathe.deployments.opened.lock().unwrap().clone();
    opened.dedup();
    assert_eq!(opened, ["library-preview"]);
    lathe.stop().await;
}
