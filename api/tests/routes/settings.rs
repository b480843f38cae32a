//! `/api/settings` and `/api/workspaces/{id}/settings`: closed, with defaults, and with effect.

use axum::http::Method;
use engine::ports::executions::ExecutionStore;
use serde_json::{Value, json};
use store::Scope;

use crate::accounts::open;
use crate::live::workflow;
use crate::support::documents::GREET;
use crate::support::{serve, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sets_what_there_is_to_set() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let path = "/api/settings";
    let usual = lathe.ask(&ada, Method::GET, path, None).await;
    assert_eq!(
        usual.body,
        json!({"language": null, "theme": null, "time_zone": "UTC", "notifications":
            {"run_failed": "in_app", "decision": "in_app", "schedule_failed": "in_app", "webhook_disabled": "in_app",
             "membership": "in_app", "new_login": "mail"}, "guide": "shown"})
    );
    // What an older version let somebody keep is not shown, and not lost.
    lathe
        .keep_settings(json!({"colour": "red", "language": "klingon"}))
        .await;
    let changes =
        json!({"theme": "dark", "guide": "dismissed", "notifications": {"decision": "off"}});
    let changed = lathe.ask(&ada, Method::PUT, path, Some(&changes)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(
        (
            &changed.body["theme"],
            &changed.body["language"],
            &changed.body["guide"],
            &changed.body["notifications"]["decision"]
        ),
        (
            &json!("dark"),
            &Value::Null,
            &json!("dismissed"),
            &json!("off")
        )
    );
    assert!(!changed.text.contains("colour"));
    assert_eq!(lathe.kept_settings().await["colour"], "red");
    for (body, place) in [
        (json!({"language": "fr"}), "/language"),
        (json!({"colour": "red"}), "/colour"),
        (json!({"theme": null}), "/theme"),
        (json!({"guide": "done"}), "/guide"),
        (json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
        (
            json!({"notifications": {"decision": "pigeon"}}),
            "/notifications/decision",
        ),
    ] {
        let refused = lathe.ask(&ada, Method::PUT, path, Some(&body)).await;
        refused.refused(422, "validation_failed");
        assert_eq!(
            refused.body["error"]["details"][0]["path"], place,
            "{}",
            refused.text
        );
    }
    let outdated = |tag: &str| {
        with_json(
            ada.asking(Method::PUT, path).header("if-match", tag),
            &json!({"theme": "light"}),
        )
    };
    let old = usual.header("etag").to_owned();
    lathe
        .send(outdated(&old))
        .await
        .refused(412, "precondition_failed");
    let now = changed.header("etag").to_owned();
    assert_eq!(lathe.send(outdated(&now)).await.status, 200);
    // There is one way to say it.
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(profile.body["settings"], Value::Null);
    let body = json!({"settings": {"theme": "dark"}});
    let refused = lathe
        .ask(&ada, Method::PUT, "/api/auth/profile", Some(&body))
        .await;
    refused.refused(422, "validation_failed");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_sets_zone_and_retention() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let path = format!(
        "/api/workspaces/{}/settings",
        profile.body["home"].as_str().unwrap()
    );
    let usual = lathe.ask(&ada, Method::GET, &path, None).await;
    assert_eq!(
        usual.body,
        json!({"time_zone": "UTC", "keep_executions_days": 0, "notify_failures": "managers"})
    );
    let greet = workflow(&lathe, &ada, GREET).await;
    let schedule = async |name: &str| {
        let body = json!({"name": name, "workflow_id": greet, "cron": "@daily"});
        let made = lathe
            .ask(&ada, Method::POST, "/api/schedules", Some(&body))
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["timezone"].as_str().unwrap().to_owned()
    };
    assert_eq!(schedule("before").await, "UTC");
    let run = format!("/api/workflows/{greet}/execute?wait=30s");
    let old = lathe.ask(&ada, Method::POST, &run, Some(&json!({}))).await;
    let old = lathe.age_execution(old.body["id"].as_str().unwrap()).await;
    let new = lathe.ask(&ada, Method::POST, &run, Some(&json!({}))).await;

    let body = json!({"time_zone": "Europe/Berlin", "keep_executions_days": 30});
    let set = lathe.ask(&ada, Method::PUT, &path, Some(&body)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    assert_eq!(schedule("after").await, "Europe/Berlin");
    // Nobody waits for a backlog: what is too old is marked beside the request, and deleted by whoever deletes what has expired.
    assert!(lathe.store.prune(10).await.unwrap().is_empty());
    let (_, stop, served) = serve(&lathe).await;
    let scope = Scope::System;
    while lathe.store.execution(scope, old).await.unwrap().is_some() {
        lathe.store.prune(10).await.unwrap();
    }
    stop.send(()).unwrap();
    served.await.unwrap();
    let kept = format!("/api/executions/{}", new.body["id"].as_str().unwrap());
    assert_eq!(lathe.ask(&ada, Method::GET, &kept, None).await.status, 200);
    let refused = json!({"keep_executions_days": 4_000});
    let refused = lathe.ask(&ada, Method::PUT, &path, Some(&refused)).await;
    refused.refused(422, "validation_failed");
    lathe.stop().await;
}
