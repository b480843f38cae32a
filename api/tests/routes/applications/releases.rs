//! `GET /api/releases` and `GET /api/releases/{id}`, and the same as records of their application.

use blueprint::ports::{CurrentRelease, NewRelease, ReleaseJournal, Standing};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Lathe;
use crate::support::documents::LIBRARY;

fn release(number: u64, application: &str) -> NewRelease {
    NewRelease {
        id: Uuid::now_v7(),
        owner: store::FIRST_WORKSPACE,
        home: Uuid::from_u128(7),
        application: application.to_owned(),
        number,
        digest: "abc".to_owned(),
        target: "process".to_owned(),
        execution: Uuid::now_v7(),
        begun_at: chrono::Utc::now(),
    }
}

async fn come_up(lathe: &Lathe, release: &NewRelease) {
    let current = CurrentRelease {
        release: release.clone(),
        standing: Standing::Live,
        url: "http://127.0.0.1:40123/".to_owned(),
        since: chrono::Utc::now(),
    };
    lathe.store.begin(release).await.unwrap();
    let settled = lathe.store.settle(release.home, Some(&current)).await;
    settled.unwrap();
}

fn numbers(list: &Value) -> Vec<(u64, &str)> {
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let number = item["number"].as_u64().unwrap();
            (number, item["status"].as_str().unwrap())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_are_listed_and_read() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await;
    let application = made.body["id"].as_str().unwrap();
    let (first, second, failed) = (
        release(1, "library"),
        release(2, "library"),
        release(3, "library"),
    );
    come_up(&lathe, &first).await;
    come_up(&lathe, &second).await;
    lathe.store.begin(&failed).await.unwrap();
    lathe.store.fail(failed.id, "it ended").await.unwrap();
    let nobodys = NewRelease {
        home: Uuid::from_u128(8),
        ..release(1, "other")
    };
    lathe.store.begin(&nobodys).await.unwrap();

    let all = lathe.get("/api/releases").await;
    assert_eq!(
        numbers(&all.body),
        [
            (1, "deploying"),
            (3, "failed"),
            (2, "live"),
            (1, "superseded")
        ]
    );
    assert_eq!(all.body["items"][0]["application_id"], json!(null));
    let ours = format!("/api/releases?application_id={application}&limit=2");
    let page = lathe.get(&ours).await;
    assert_eq!(numbers(&page.body), [(3, "failed"), (2, "live")]);
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let rest = lathe.get(&format!("{ours}&cursor={cursor}")).await;
    assert_eq!(numbers(&rest.body), [(1, "superseded")]);
    assert_eq!(rest.body["next_cursor"], json!(null));
    let live = lathe.get("/api/releases?status=live").await;
    assert_eq!(numbers(&live.body), [(2, "live")]);
    lathe
        .get("/api/releases?status=well")
        .await
        .refused(400, "bad_request");

    let one = lathe.get(&format!("/api/releases/{}", failed.id)).await;
    assert_eq!(
        (&one.body["error"], &one.body["live_at"], &one.body["url"]),
        (&json!("it ended"), &json!(null), &json!(null))
    );
    assert_eq!(one.body["application_id"], made.body["id"]);
    assert_eq!(
        one.body["execution_id"],
        json!(failed.execution.to_string())
    );
    lathe
        .get(&format!("/api/releases/{}", Uuid::now_v7()))
        .await
        .refused(404, "not_found");

    // Going back runs a workflow that the workspace is given.
    let back = |id: Uuid| format!("/api/releases/{id}/rollback");
    let gone_back = lathe.post(&back(first.id), json!({})).await;
    assert_eq!(gone_back.status, 202, "{}", gone_back.text);
    assert_eq!(
        (&gone_back.body["workflow_name"], &gone_back.body["inputs"]),
        (
            &json!("roll_back_application"),
            &json!({"application": "library", "release": 1, "digest": "abc"})
        )
    );
    for refused in [second.id, failed.id] {
        let reply = lathe.post(&back(refused), json!({})).await;
        reply.refused(409, "conflict");
    }

    let records = format!("/api/records/releases?application_id={application}&status=live");
    let records = lathe.get(&records).await;
    assert_eq!(records.body["items"][0]["name"], "library 2");
    assert_eq!(records.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(records.body["items"][0]["can_roll_back"], false);

    // The last five are kept, and what is not is refused before any run.
    let can_roll_back = async |release: &NewRelease| {
        let one = lathe.get(&format!("/api/releases/{}", release.id)).await;
        let record = lathe
            .get(&format!("/api/records/releases/{}", release.id))
            .await;
        assert_eq!(
            record.body["can_roll_back"], one.body["can_roll_back"],
            "{}",
            record.text
        );
        one.body["can_roll_back"].as_bool().unwrap()
    };
    assert!(can_roll_back(&first).await);
    for number in 3..=6 {
        come_up(&lathe, &release(number, "library")).await;
    }
    assert!(!can_roll_back(&first).await && can_roll_back(&second).await);
    assert!(!can_roll_back(&failed).await, "it was never live");
    let reply = lathe.post(&back(first.id), json!({})).await;
    reply.refused(409, "conflict");
    assert!(reply.text.contains("not kept any more"), "{}", reply.text);
    let taken = (store::FIRST_WORKSPACE, "library".to_owned(), 2);
    lathe.deployments.gone.lock().unwrap().insert(taken);
    let reply = lathe.post(&back(second.id), json!({})).await;
    reply.refused(409, "conflict");
    lathe.stop().await;
}

/// What came up under a name that is no longer the application's could not be stopped by anybody.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_back_to_what_an_application_was_under_another_name() {
    let lathe = Lathe::start().await;
    // As an older Lathe gave it.
    let old = include_str!("../../../src/provided/roll_back_application.1.yaml");
    lathe.workflow(old).await;
    let nobodys = release(1, "library");
    come_up(&lathe, &nobodys).await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await;
    let address = format!("/api/applications/{}", made.body["id"].as_str().unwrap());
    let (first, second) = (release(2, "library"), release(3, "library"));
    come_up(&lathe, &first).await;
    come_up(&lathe, &second).await;
    let back = async |release: &NewRelease| {
        let address = format!("/api/releases/{}/rollback", release.id);
        lathe.post(&address, json!({})).await
    };
    let refused = back(&nobodys).await;
    refused.refused(409, "conflict");
    let gone_back = back(&first).await;
    assert_eq!(gone_back.status, 202, "{}", gone_back.text);
    assert_eq!(gone_back.body["inputs"]["digest"], "abc");

    let renamed = lathe.put(&address, json!({"name": "archive"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    let refused = back(&first).await;
    refused.refused(409, "conflict");
    lathe.delete(&address).await;
    let other = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await;
    assert_eq!(other.status, 201, "{}", other.text);
    let refused = back(&first).await;
    refused.refused(409, "conflict");
    lathe.stop().await;
}
