//! `GET` and `PUT /api/applications/{id}/environment`

use axum::http::Method;
use blueprint::ports::EnvironmentSource;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::support::documents::LIBRARY;
use crate::support::{Lathe, request, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn an_application_keeps_what_it_is_given_and_no_secret_is_shown() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await
        .body;
    let path = format!(
        "/api/applications/{}/environment",
        made["id"].as_str().unwrap()
    );
    let empty = lathe.get(&path).await;
    assert_eq!(empty.body, json!({"variables": []}), "{}", empty.text);
    let read = empty.header("etag").to_owned();
    let secret = json!({"name": "smtp", "value": "c4nary-of-smtp"});
    assert_eq!(lathe.post("/api/secrets", secret).await.status, 201);

    let wanted = json!({"variables": [
        {"name": "GREETING", "value": "c4nary-of-a-value"},
        {"name": "SMTP_PASSWORD", "secret": "smtp"},
    ]});
    let put = async |tag: &str, body: &Value| {
        let asked = request(Method::PUT, &path).header("if-match", tag);
        lathe.send(with_json(asked, body)).await
    };
    let kept = put(&read, &wanted).await;
    assert_eq!(
        (kept.status.as_u16(), &kept.body),
        (200, &wanted),
        "{}",
        kept.text
    );
    assert!(!kept.text.contains("c4nary-of-smtp"), "{}", kept.text);
    put(&read, &wanted)
        .await
        .refused(412, "precondition_failed");
    let now = lathe.get(&path).await;
    assert_eq!(
        (now.header("etag"), &now.body),
        (kept.header("etag"), &wanted)
    );
    assert_ne!(kept.header("etag"), read);

    // Who ships it is given what the secret holds; another workspace's application of this name has none of it.
    let given = lathe
        .store
        .environment(store::FIRST_WORKSPACE, "library")
        .await;
    let given = given.map_err(|error| error.to_string()).unwrap();
    let given: Vec<_> = given
        .iter()
        .map(|variable| {
            (
                variable.name.as_str(),
                variable.value.as_str(),
                variable.confidential,
            )
        })
        .collect();
    assert_eq!(
        given,
        [
            ("GREETING", "c4nary-of-a-value", false),
            ("SMTP_PASSWORD", "c4nary-of-smtp", true)
        ]
    );
    let other = lathe
        .store
        .environment(uuid::Uuid::now_v7(), "library")
        .await;
    assert!(other.is_ok_and(|given| given.is_empty()));

    // Who would take the secret away is told who is given it.
    let secrets = lathe.get("/api/secrets").await.body;
    let secret = format!(
        "/api/secrets/{}",
        secrets["items"][0]["id"].as_str().unwrap()
    );
    let uses = lathe.get(&format!("{secret}/uses")).await;
    assert_eq!(
        uses.body["items"],
        json!([{"kind": "application", "id": made["id"], "name": "library"}]),
        "{}",
        uses.text
    );
    let renamed = lathe.put(&secret, json!({"name": "mail"})).await;
    assert!(renamed.text.contains("library"), "{}", renamed.text);
    renamed.refused(409, "conflict");
    let gone = lathe.delete(&secret).await;
    assert_eq!(
        (gone.status.as_u16(), gone.header("lathe-used-by")),
        (204, "library")
    );
    let back = lathe.post(&format!("{secret}/restore"), json!({})).await;
    assert_eq!(back.status, 200, "{}", back.text);

    for (variables, place) in [
        (
            json!([{"name": "PORT", "value": "80"}]),
            "/variables/0/name",
        ),
        (
            json!([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]),
            "/variables/1/name",
        ),
        (json!([{"name": "1A", "value": "1"}]), "/variables/0/name"),
        (json!([{"name": "A"}]), "/variables/0"),
        (
            json!([{"name": "A", "value": "1", "secret": "smtp"}]),
            "/variables/0",
        ),
        (
            json!([{"name": "A", "value": "a\u{0}b"}]),
            "/variables/0/value",
        ),
        (
            json!([{"name": "A", "secret": "nothing"}]),
            "/variables/0/secret",
        ),
        (
            json!([{"name": "A", "secret": "smtp.user"}]),
            "/variables/0/secret",
        ),
        (
            (0..9)
                .map(|number| json!({"name": format!("A{number}"), "value": "x".repeat(8000)}))
                .collect(),
            "/variables",
        ),
    ] {
        let refused = put("*", &json!({"variables": variables})).await;
        assert_eq!(refused.status, 422, "{variables}: {}", refused.text);
        let details = &refused.body["error"]["details"];
        assert_eq!(details[0]["path"], place, "{}", refused.text);
    }
    assert_eq!(
        lathe.get(&path).await.body,
        wanted,
        "nothing of it was kept"
    );

    // Deleted and brought back, it has its environment still.
    let application = path.trim_end_matches("/environment");
    assert_eq!(lathe.delete(application).await.status, 204);
    lathe.get(&path).await.refused(404, "not_found");
    let restore = format!("{application}/restore");
    assert_eq!(lathe.post(&restore, json!({})).await.status, 200);
    assert_eq!(lathe.get(&path).await.body, wanted);

    // The log tells that it was changed, and keeps no value, neither one of before nor one of after.
    assert_eq!(put("*", &wanted).await.status, 200);
    let log = lathe.get("/api/audit?limit=1000").await;
    let told = log.text.contains("update_application_environment");
    assert!(told, "{}", log.text);
    assert!(!log.text.contains("c4nary"), "{}", log.text);
    lathe.stop().await;
}

/// Who may look at an application learns nothing of what it is given, wherever they look.
#[tokio::test(flavor = "multi_thread")]
async fn values_are_for_those_who_ship() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let workspace = lathe
        .share(&ada, &guest, "guest@example.org", "viewer")
        .await;
    let guest = guest.in_workspace(&workspace);
    let source = json!({"source": LIBRARY});
    let made = lathe
        .ask(&ada, Method::POST, "/api/applications", Some(&source))
        .await;
    let application = made.body["id"].as_str().unwrap();
    let path = format!("/api/applications/{application}/environment");
    let wanted = json!({"variables": [{"name": "GREETING", "value": "c4nary-of-a-value"}]});
    let kept = lathe.ask(&ada, Method::PUT, &path, Some(&wanted)).await;
    assert_eq!(kept.status, 200, "{}", kept.text);

    let refused = lathe.ask(&guest, Method::GET, &path, None).await;
    refused.refused(403, "forbidden");
    for sibling in [
        "/api/applications".to_owned(),
        format!("/api/applications/{application}"),
        format!("/api/applications/{application}/plan"),
        format!("/api/applications/{application}/health"),
        "/api/records/applications".to_owned(),
        format!("/api/records/applications/{application}"),
    ] {
        let seen = lathe.ask(&guest, Method::GET, &sibling, None).await;
        assert_eq!(seen.status, 200, "{sibling}: {}", seen.text);
        assert!(!seen.text.contains("c4nary"), "{sibling}: {}", seen.text);
    }

    let member = lathe
        .ask(&guest, Method::GET, "/api/auth/profile", None)
        .await;
    let member = member.body["id"].as_str().unwrap();
    let role = format!("/api/workspaces/{workspace}/members/{member}");
    let operator = json!({"role": "operator"});
    let given = lathe.ask(&ada, Method::PUT, &role, Some(&operator)).await;
    assert_eq!(given.status, 200, "{}", given.text);
    let read = lathe.ask(&guest, Method::GET, &path, None).await;
    assert_eq!((read.status.as_u16(), &read.body), (200, &wanted));
    let refused = lathe.ask(&guest, Method::PUT, &path, Some(&wanted)).await;
    refused.refused(403, "forbidden");
    lathe.stop().await;
}
