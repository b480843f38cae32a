//! `/api/waits`, `/api/signals`, `/api/resume/…`

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Lathe, request};

const APPROVAL: &str = "
lathe: 1
name: approval
nodes:
  - { id: mail, kind: test.echo, with: { link: \"${ resume.release }\" } }
  - id: release
    kind: flow.approve
    with: { message: Ship it?, form: { note: { type: string } } }
  - { id: ship, kind: test.echo, with: { answer: \"${ nodes.release.output }\" } }
edges: [mail -> release, release.approved -> ship]
";

const PAYMENT: &str = "
lathe: 1
name: payment
inputs: { order: { type: string } }
nodes:
  - id: paid
    kind: flow.await
    with: { signal: paid, key: \"${ inputs.order }\", form: { sum: { type: number } } }
";

async fn waiting(lathe: &Lathe, source: &str, inputs: Value) -> (String, Value) {
    let workflow = lathe.workflow(source).await;
    waiting_again(lathe, &workflow, inputs).await
}

async fn waiting_again(lathe: &Lathe, workflow: &str, inputs: Value) -> (String, Value) {
    let path = format!("/api/workflows/{workflow}/execute");
    let begun = lathe.post(&path, json!({ "inputs": inputs })).await;
    let id = begun.body["id"].as_str().unwrap().to_owned();
    let waits = |execution: &Value| {
        let steps = execution["steps"].as_array().unwrap();
        steps.iter().any(|step| step["wait"].is_object())
    };
    let execution = lathe.until(&id, waits).await;
    (id, execution)
}

async fn end_of(lathe: &Lathe, id: &str) -> Value {
    lathe
        .until(id, |execution| execution["finished_at"].is_string())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_listed_and_answered_once() {
    let lathe = Lathe::start().await;
    let (id, execution) = waiting(&lathe, APPROVAL, json!({})).await;
    let list = lathe.get(&format!("/api/waits?execution_id={id}")).await;
    let wait = &list.body["items"][0];
    assert_eq!(
        (&wait["step"], &wait["message"]),
        (&json!("release"), &json!("Ship it?"))
    );
    assert_eq!(wait["form"]["note"]["type"], "string");
    assert_eq!(execution["steps"][1]["wait"]["id"], wait["id"]);
    let count = lathe.get("/api/waits/count").await;
    assert_eq!(count.body, json!({ "count": 1 }), "{}", count.text);

    let path = format!("/api/waits/{}/answer", wait["id"].as_str().unwrap());
    for unfit in [
        json!({ "payload": { "note": "go" } }),
        json!({ "approved": true, "payload": { "note": 7 } }),
        json!({ "approved": true }),
    ] {
        lathe
            .post(&path, unfit)
            .await
            .refused(422, "validation_failed");
    }
    let yes = json!({ "approved": true, "payload": { "note": "go" }, "by": "ada" });
    let answered = lathe.post(&path, yes.clone()).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.text);
    lathe.post(&path, yes).await.refused(404, "not_found");
    let ended = end_of(&lathe, &id).await;
    let answer = &ended["output"]["answer"];
    assert_eq!(
        (&answer["by"], &answer["payload"], &answer["via"]),
        (&json!("ada"), &json!({ "note": "go" }), &json!("api"))
    );
    assert_eq!(ended["steps"][1]["reason"], "answered by ada through api");
    let list = lathe.get("/api/waits").await;
    assert_eq!(list.body["items"], json!([]));
    let count = lathe.get("/api/waits/count").await;
    assert_eq!(count.body, json!({ "count": 0 }), "{}", count.text);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_answers_at_once_are_one_answer() {
    let lathe = Lathe::start().await;
    let (id, execution) = waiting(&lathe, APPROVAL, json!({})).await;
    let wait = execution["steps"][1]["wait"]["id"].as_str().unwrap();
    let path = format!("/api/waits/{wait}/answer");
    let answers = (0..8).map(|number| {
        let body = json!({ "approved": number % 2 == 0, "payload": { "note": "x" } });
        lathe.post(&path, body)
    });
    let replies = futures::future::join_all(answers).await;
    let taken = replies.iter().filter(|reply| reply.status.is_success());
    assert_eq!(taken.count(), 1);
    for reply in replies.iter().filter(|reply| !reply.status.is_success()) {
        assert!(
            [404, 409].contains(&reply.status.as_u16()),
            "{}",
            reply.text
        );
    }
    end_of(&lathe, &id).await;
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_answers_its_own_step_and_looking_at_it_does_not() {
    let lathe = Lathe::start().await;
    let (id, execution) = waiting(&lathe, APPROVAL, json!({})).await;
    let link = execution["steps"][0]["output"]["link"].as_str().unwrap();
    let path = link.strip_prefix("http://localhost:4000").unwrap();
    let shown = lathe.get(path).await;
    assert_eq!(shown.status.as_u16(), 200, "{}", shown.text);
    assert_eq!(shown.body["message"], "Ship it?");
    let page = request(Method::GET, path)
        .header("accept", "text/html,*/*")
        .body(Body::empty())
        .unwrap();
    let page = lathe.send(page).await;
    assert_eq!(page.status.as_u16(), 303);
    assert_eq!(
        page.header("location"),
        path.replace("/api/resume/", "/answer/")
    );

    let wrong = format!("{}0", &path[..path.len() - 1]);
    let wrong = if wrong == path {
        format!("{}1", &path[..path.len() - 1])
    } else {
        wrong
    };
    let no = json!({ "approved": false, "by": "bob" });
    lathe.get(&wrong).await.refused(404, "not_found");
    lathe
        .post(&wrong, no.clone())
        .await
        .refused(404, "not_found");
    let answered = lathe.post(path, no.clone()).await;
    assert_eq!(
        answered.body,
        json!({ "answered": true }),
        "{}",
        answered.text
    );
    lathe.post(path, no).await.refused(404, "not_found");
    let ended = end_of(&lathe, &id).await;
    assert_eq!(ended["steps"][2]["status"], "skipped");
    assert_eq!(ended["steps"][1]["output"]["via"], "link");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_reaches_those_that_wait_for_its_key() {
    let lathe = Lathe::start().await;
    let (seven, _) = waiting(&lathe, PAYMENT, json!({ "order": "7" })).await;
    let workflow = lathe.get("/api/workflows").await.body["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (eight, _) = waiting_again(&lathe, &workflow, json!({ "order": "8" })).await;
    let send = |body: Value| lathe.post("/api/signals", body);
    let nobody = send(json!({ "name": "paid", "key": "9", "payload": { "sum": 1 } })).await;
    assert_eq!(
        nobody.body,
        json!({ "kept_until": null, "delivered": [], "refused": [] })
    );
    let unfit = send(json!({ "name": "paid", "key": "7", "payload": { "sum": "much" } })).await;
    assert_eq!(unfit.body["refused"][0]["execution_id"], json!(seven));
    let fits = send(json!({ "name": "paid", "key": "7", "payload": { "sum": 12 } })).await;
    assert_eq!(
        fits.body["delivered"],
        json!([{ "execution_id": seven, "step": "paid" }])
    );
    let ended = end_of(&lathe, &seven).await;
    assert_eq!(ended["output"]["payload"], json!({ "sum": 12 }));
    let other = lathe.get(&format!("/api/executions/{eight}")).await;
    assert_eq!(other.body["status"], "running");

    // What is cancelled can't be answered any more.
    lathe
        .post(&format!("/api/executions/{eight}/cancel"), json!(null))
        .await;
    let late = send(json!({ "name": "paid", "key": "8", "payload": { "sum": 1 } })).await;
    assert_eq!(
        late.body,
        json!({ "kept_until": null, "delivered": [], "refused": [] })
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_that_nobody_waits_for_is_kept_if_it_says_so() {
    const PAID: &str = "
lathe: 1
name: paid
nodes:
  - { id: wait, kind: flow.await, with: { signal: paid, key: order-7, form: { sum: { type: integer } } } }
  - { id: told, kind: test.echo, with: { sum: \"${ nodes.wait.output.payload.sum }\" } }
edges: [wait -> told]
";
    let lathe = Lathe::start().await;
    let workflow = lathe.workflow(PAID).await;
    let send = |sum: Value, keep: Value| {
        let body =
            json!({ "name": "paid", "key": "order-7", "payload": { "sum": sum }, "keep": keep });
        lathe.post("/api/signals", body)
    };
    let lost = send(json!(1), json!(null)).await;
    assert_eq!(lost.body["kept_until"], json!(null));
    for keep in ["31d", "0s", "soon"] {
        send(json!(1), json!(keep))
            .await
            .refused(422, "validation_failed");
    }
    assert_eq!(lathe.get("/api/signals").await.body["items"], json!([]));

    let unfit = send(json!("much"), json!("1h")).await;
    assert!(unfit.body["kept_until"].is_string(), "{}", unfit.text);
    send(json!(12), json!("1h")).await;
    let list = lathe.get("/api/signals").await;
    assert_eq!(list.body["items"][0]["payload"], json!({ "sum": 12 }));
    let ended = lathe.run(&workflow, json!({})).await;
    assert_eq!(ended["output"], json!({ "sum": 12 }));
    // What did not fit is kept for the next, until somebody forgets it.
    let list = lathe.get("/api/signals").await;
    assert_eq!(
        list.body["items"].as_array().unwrap().len(),
        1,
        "{}",
        list.text
    );
    let id = list.body["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/signals/{id}");
    assert_eq!(lathe.delete(&path).await.status.as_u16(), 204);
    lathe.delete(&path).await.refused(404, "not_found");
    lathe.stop().await;
}
