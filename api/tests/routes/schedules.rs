//! `/api/schedules`: what is kept, what is refused, and runs that begin by themselves.

use std::collections::BTreeMap;

use axum::http::Method;
use engine::ports::bus::Topic;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::archive::{import, make, packed};
use crate::support::people::Person;
use crate::support::{Lathe, request, with_json};

const GREET: &str = "
lathe: 1
name: greet
inputs: { name: { type: string, default: world } }
nodes:
  - { id: greet, kind: test.echo, with: { text: \"Hello ${ inputs.name }\" } }
";

fn nightly(workflow: &str) -> Value {
    json!({"name": "nightly", "workflow_id": workflow, "cron": "0 6 * * MON-FRI", "timezone": "Europe/Berlin",
        "inputs": {"name": "Ada"}, "overlap": "queue", "catch_up": {"all": {"within": "6h"}}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_kept_changed_and_removed() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(GREET).await;
    let made = lathe.post("/api/schedules", nightly(&workflow)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/api/schedules/{}", made.body["id"].as_str().unwrap());
    assert_eq!(made.header("location"), path);
    let shown = lathe.get(&path).await;
    assert_eq!(shown.body, made.body);
    assert_eq!(
        (
            &shown.body["catch_up"],
            &shown.body["overlap"],
            &shown.body["inputs"]
        ),
        (
            &json!({"all": {"within": "6h", "at_most": 100}}),
            &json!("queue"),
            &json!({"name": "Ada"})
        )
    );
    let upcoming = lathe.get(&format!("{path}/upcoming?count=3")).await;
    let times = upcoming.body["times"].as_array().unwrap();
    assert_eq!((times.len(), &times[0]), (3, &shown.body["next_at"]));
    let taken = lathe.post("/api/schedules", nightly(&workflow)).await;
    taken.refused(409, "conflict");
    let list = lathe
        .get(&format!("/api/schedules?workflow_id={workflow}"))
        .await;
    assert_eq!(list.body["items"], json!([shown.body]));
    let none = "/api/schedules?workflow_id=0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11";
    assert_eq!(lathe.get(none).await.body["items"], json!([]));

    let tag = shown.header("etag").to_owned();
    let disable = |tag: &str| {
        let request = request(Method::PUT, &path).header("if-match", tag);
        with_json(request, &json!({"enabled": false}))
    };
    let disabled = lathe.send(disable(&tag)).await;
    assert_eq!(
        (&disabled.body["enabled"], &disabled.body["next_at"]),
        (&json!(false), &Value::Null),
        "{}",
        disabled.text
    );
    lathe
        .send(disable(&tag))
        .await
        .refused(412, "precondition_failed");
    let ticks = lathe.get(&format!("{path}/ticks")).await;
    assert_eq!(ticks.body["items"], json!([]), "{}", ticks.text);
    assert_eq!(lathe.delete(&path).await.status, 204);
    lathe.get(&path).await.refused(404, "not_found");

    // With its workflow it goes, too.
    let made = lathe.post("/api/schedules", nightly(&workflow)).await;
    let path = format!("/api/schedules/{}", made.body["id"].as_str().unwrap());
    let gone = lathe.delete(&format!("/api/workflows/{workflow}")).await;
    assert_eq!(gone.status, 204);
    lathe.get(&path).await.refused(404, "not_found");
    lathe.stop().await;
}

/// R16: what would never run, and what nobody could read, is refused when it is saved.
#[tokio::test(flavor = "multi_thread")]
async fn what_would_never_run_is_refused_with_its_place() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(GREET).await;
    let with = |field: &str, value: Value| {
        let mut body = nightly(&workflow);
        body[field] = value;
        body
    };
    for (body, path, says) in [
        (
            with("cron", json!("0 0 30 2 *")),
            "/cron",
            "would never run",
        ),
        (with("cron", json!("0 0 * *")), "/cron", "4 fields"),
        (with("cron", json!("61 * * * *")), "/cron", "minute"),
        (with("cron", json!("")), "/cron", "must not be empty"),
        (
            with("timezone", json!("Europe/Berlim")),
            "/timezone",
            "Europe/Berlin",
        ),
        (
            with("catch_up", json!({"all": {"within": "1h", "at_most": 0}})),
            "/catch_up/all/at_most",
            "at least 1",
        ),
        (with("overlap", json!("sometimes")), "/overlap", "queue"),
        (with("inputs", json!({"nome": 1})), "/inputs/nome", "nome"),
        (with("name", json!("Not so")), "/name", "a letter first"),
        (
            with("workflow_id", json!("0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11")),
            "/workflow_id",
            "no such workflow",
        ),
    ] {
        let reply = lathe.post("/api/schedules", body).await;
        reply.refused(422, "validation_failed");
        let detail = &reply.body["error"]["details"][0];
        assert_eq!(detail["path"], path, "{}", reply.text);
        assert!(
            detail["message"].as_str().unwrap().contains(says),
            "{says}: {}",
            reply.text
        );
    }
    let made = lathe.post("/api/schedules", nightly(&workflow)).await;
    let path = format!("/api/schedules/{}", made.body["id"].as_str().unwrap());
    let changed = lathe.put(&path, json!({"cron": "0 0 31 4 *"})).await;
    changed.refused(422, "validation_failed");
    assert_eq!(lathe.get(&path).await.body, made.body);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expression_can_be_tried_before_it_is_kept() {
    let lathe = Lathe::start().await;
    let preview = async |body: Value| lathe.post("/api/schedules/preview", body).await;
    let shown = preview(json!({"cron": "30 4 29 2 *", "count": 2})).await;
    let times = shown.body["times"].as_array().unwrap();
    assert_eq!(times.len(), 2, "{}", shown.text);
    for time in times {
        assert!(time.as_str().unwrap().contains("-02-29T04:30:00"), "{time}");
    }
    let refused = preview(json!({"cron": "0 0 30 2 *"})).await;
    refused.refused(422, "validation_failed");
    assert_eq!(refused.body["error"]["details"][0]["path"], "/cron");
    let many = preview(json!({"cron": "@daily", "count": 101})).await;
    many.refused(422, "validation_failed");
    lathe.stop().await;
}

/// I6: the run knows which schedule began it, and the schedule which run.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_begins_by_itself() {
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(GREET).await;
    let body = json!({"name": "each-second", "workflow_id": workflow, "cron": "* * * * * *", "inputs": {"name": "Ada"}});
    let mut news = lathe.state.bus.subscribe(Topic::Control).await.unwrap();
    let made = lathe.post("/api/schedules", body).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("/api/schedules/{id}");
    let started = async {
        loop {
            let ticks = lathe.get(&format!("{path}/ticks")).await;
            let first = ticks.body["items"].as_array().unwrap().last().cloned();
            if let Some(tick) = first.filter(|tick| tick["status"] == "started") {
                return tick;
            }
            // Whatever is said; the ticks are what counts.
            let _ = futures::poll!(news.next());
            tokio::task::yield_now().await;
        }
    };
    let started = tokio::time::timeout(std::time::Duration::from_secs(30), started);
    let tick = started.await.unwrap();
    let execution = tick["execution_id"].as_str().unwrap();
    let run = lathe
        .until(execution, |run| run["finished_at"].is_string())
        .await;
    assert_eq!(
        (&run["trigger"], &run["trigger_id"], &run["output"]),
        (
            &json!("schedule"),
            &json!(id),
            &json!({"text": "Hello Ada"})
        )
    );
    lathe.put(&path, json!({"enabled": false})).await;
    let list = lathe.get("/api/executions").await;
    let runs = list.body["items"].as_array().unwrap();
    let ticks = lathe.get(&format!("{path}/ticks")).await;
    let begun = ticks.body["items"].as_array().unwrap().iter();
    let begun = begun.filter(|tick| tick["execution_id"].is_string());
    assert!(runs.len() <= begun.count(), "{} {}", list.text, ticks.text);
    lathe.stop().await;
}

/// S2: what lets runs begin later takes no less than beginning one now, by itself and in an archive.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_run_lets_nothing_run_by_itself() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let workflow = make(&lathe, &ada, "/api/workflows", json!({"source": GREET})).await;
    let schedule = json!({"name": "nightly", "workflow_id": workflow["id"], "cron": "0 6 * * *", "enabled": false});
    let made = make(&lathe, &ada, "/api/schedules", schedule).await;
    let nightly = format!("/api/schedules/{}", made["id"].as_str().unwrap());
    let webhook =
        json!({"name": "pushes", "workflow_id": workflow["id"], "verification": "bearer"});
    let made = make(&lathe, &ada, "/api/webhooks", webhook).await;
    let pushes = format!("/api/webhooks/{}", made["id"].as_str().unwrap());

    let scopes = [
        "schedules:write",
        "schedules:read",
        "webhooks:write",
        "webhooks:read",
        "workflows:read",
        "workspace:import",
    ];
    let token = json!({"name": "keeper", "scopes": scopes});
    let token = make(&lathe, &ada, "/api/tokens", token).await;
    let keeper = Person::with_token(token["token"].as_str().unwrap());
    let every_second =
        json!({"name": "often", "workflow_id": workflow["id"], "cron": "* * * * * *"});
    let open_to_all =
        json!({"name": "open", "workflow_id": workflow["id"], "verification": "none"});
    let rotate = format!("{pushes}/rotate");
    for (method, path, body) in [
        (Method::POST, "/api/schedules", every_second),
        (Method::PUT, &*nightly, json!({"enabled": true})),
        (Method::PUT, &*nightly, json!({"cron": "* * * * * *"})),
        (Method::PUT, &*nightly, json!({"inputs": {"name": "Eve"}})),
        (Method::POST, "/api/webhooks", open_to_all),
        (Method::PUT, &*pushes, json!({"inputs": "body"})),
        (Method::POST, &*rotate, json!({})),
    ] {
        let refused = lathe.ask(&keeper, method, path, Some(&body)).await;
        refused.refused(403, "forbidden");
        assert!(refused.text.contains("workflows:run"), "{}", refused.text);
    }
    // Another name, and less than there was, begin nothing.
    for (path, body) in [
        (&nightly, json!({"name": "daily", "enabled": false})),
        (&pushes, json!({"name": "news", "enabled": false})),
    ] {
        let changed = lathe.ask(&keeper, Method::PUT, path, Some(&body)).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
    }
    let often = "name: often\nworkflow: greet\ncron: \"* * * * * *\"\n".to_owned();
    let files = BTreeMap::from([("schedules/often.yaml".to_owned(), often)]);
    for how in ["?plan=true", ""] {
        let said = import(&lathe, &keeper, how, packed(&files)).await;
        let error = &said.body["items"][0]["error"];
        assert_eq!(error["code"], "forbidden", "{how}: {}", said.text);
    }
    let list = lathe.ask(&ada, Method::GET, "/api/schedules", None).await;
    let kept = list.body["items"].as_array().unwrap();
    assert_eq!(kept.len(), 1, "{}", list.text);
    lathe.stop().await;
}
