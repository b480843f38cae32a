//! What may be sent: nothing that the document does not name, and all faults of it told together. Every operation with a body
//! is tried, by being in the document.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use crate::accounts::open;
use crate::support::document::{Operation, operations, resolved};
use crate::support::people::Person;
use crate::support::{Lathe, MACHINE, Reply};

/// An account that operates the server, the operator of its machine, and the account's workspace.
async fn everybody(lathe: &Lathe) -> (Person, Person, String) {
    let owner = lathe.register("owner@example.org").await;
    let profile = lathe
        .ask(&owner, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap().to_owned();
    (owner, Person::with_token(MACHINE), home)
}

/// Takes the names that a workspace has declared, and no others: `meta.rs` tries that.
const DECLARED: &str = "put_extra";

fn writes() -> impl Iterator<Item = (Operation, &'static Value)> {
    operations().into_iter().filter_map(|operation| {
        let body = operation.body().filter(|_| operation.id != DECLARED)?;
        Some((operation, body))
    })
}

async fn send(
    lathe: &Lathe,
    people: &(Person, Person, String),
    operation: &Operation,
    body: &Value,
) -> Reply {
    let (owner, machine, home) = people;
    let is_machines = operation.about["security"][0].get("machine").is_some();
    let who = if is_machines { machine } else { owner };
    let address = operation.address(home);
    lathe
        .ask(who, operation.method.clone(), &address, Some(body))
        .await
}

fn places(reply: &Reply) -> Vec<&str> {
    let details = reply.body["error"]["details"].as_array();
    let places = details.into_iter().flatten();
    places
        .map(|detail| detail["path"].as_str().unwrap())
        .collect()
}

/// S3, C21: nobody gives themselves what only the server gives. Mass assignment is tried on every write there is.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_server_gives_is_refused_by_every_write() {
    const GIVEN: [&str; 12] = [
        "id",
        "owner_id",
        "workspace_id",
        "tenant_id",
        "user_id",
        "role",
        "status",
        "revision",
        "created_at",
        "is_admin",
        "permissions",
        "deleted_at",
    ];
    let lathe = open().await;
    let people = everybody(&lathe).await;
    let mut tried = 0;
    for (operation, schema) in writes() {
        let schema = resolved(schema);
        let mut body = schema["example"].clone();
        let fields = body.as_object_mut().unwrap();
        let foreign = GIVEN
            .iter()
            .filter(|name| schema["properties"].get(**name).is_none());
        let foreign: Vec<&str> = foreign.copied().collect();
        for name in &foreign {
            fields.insert(
                (*name).to_owned(),
                json!("0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11"),
            );
        }
        let reply = send(&lathe, &people, &operation, &body).await;
        reply.refused(422, "validation_failed");
        let told = places(&reply);
        for name in &foreign {
            assert!(
                told.contains(&&*format!("/{name}")),
                "{}: {name}: {}",
                operation.id,
                reply.text
            );
            tried += 1;
        }
    }
    assert!(tried > 400, "{tried}");
    lathe.stop().await;
}

/// Every place of an example holds something else once; what is refused is explained by the document and not by serde, which
/// knows only the first fault and repeats what it was given.
#[tokio::test(flavor = "multi_thread")]
async fn schema_and_reader_agree_about_every_body() {
    const SERDES: [&str; 7] = [
        "unknown field",
        "missing field",
        "unknown variant",
        "this has to be",
        "did not match",
        "invalid type",
        "duplicate field",
    ];
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(99_999_999_999_u64),
        json!(""),
        json!("odd one"),
        json!([]),
        json!({}),
        json!([{}]),
        json!({"a": 1}),
    ];
    let lathe = open().await;
    let people = everybody(&lathe).await;
    let mut refused = 0;
    for (operation, schema) in writes() {
        // It ends the session by which the others are tried.
        if operation.id == "logout" {
            continue;
        }
        let example = &resolved(schema)["example"];
        let mut bodies = vec![json!({})];
        for place in pointers(example) {
            for odd in &odd {
                let mut body = example.clone();
                *body.pointer_mut(&place).unwrap() = odd.clone();
                bodies.push(body);
            }
        }
        for body in bodies {
            let reply = send(&lathe, &people, &operation, &body).await;
            let id = operation.id;
            assert!(
                !reply.status.is_server_error() || reply.status == 503,
                "{id} {body}: {}",
                reply.text
            );
            // A document as text has a reader of its own, with lines.
            if reply.status == 422 && !reply.text.contains("\"line\":") {
                refused += 1;
                let message = SERDES.iter().find(|words| reply.text.contains(**words));
                assert!(
                    message.is_none(),
                    "{id}: the schema takes what its reader refuses: say in `#[schema(…)]` of the field what it takes.\n\
                     {body}\n{}",
                    reply.text
                );
            }
        }
    }
    assert!(refused > 500, "{refused}");
    lathe.stop().await;
}

/// Pointers to all that an example holds.
fn pointers(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), field))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| (at.to_string(), item))
            .collect(),
        _ => Vec::new(),
    };
    for (name, value) in inner {
        let place = format!("/{}", crate::support::document::escaped(&name));
        all.extend(
            pointers(value)
                .into_iter()
                .map(|rest| format!("{place}{rest}")),
        );
        all.push(place);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_of_address_and_body_come_together() {
    let lathe = Lathe::start().await;
    let reply = lathe
        .post(
            "/api/workflows/17/execute?wait=soon&wiat=5s",
            json!({"version": "new", "input": {}}),
        )
        .await;
    reply.refused(400, "bad_request");
    let told: Vec<(&str, &str)> = reply.body["error"]["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| {
            (
                detail["in"].as_str().unwrap_or("body"),
                detail["path"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("path", "/id"),
            ("query", "/wait"),
            ("query", "/wiat"),
            ("body", "/version"),
            ("body", "/input")
        ]
    );
    // Who may not ask is told that, and nothing of what else would be wrong.
    let asked = crate::support::people::bare(Method::POST, "/api/workflows/17/execute?wiat=1");
    let reply = lathe.send(asked.body(Body::from("{")).unwrap()).await;
    reply.refused(401, "unauthorized");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_queries_are_held_against_the_document() {
    let lathe = Lathe::start().await;
    for (query, message) in [
        ("limit=0", "`limit` has to be at least 1"),
        ("limit=many", "`limit` has to be a whole number"),
        ("limit=1&limit=2", "`limit` was sent twice"),
        (
            "limti=5",
            "there is no parameter `limti` here; there are `limit`, `cursor`, `q`",
        ),
    ] {
        let reply = lathe.get(&format!("/api/workflows?{query}")).await;
        assert_eq!(
            reply.refused(400, "bad_request").body["error"]["message"],
            message
        );
    }
    // Where there are none at all, one that was sent would mean something that is not done.
    let id = lathe.workflow(crate::support::documents::GREET).await;
    let publish = format!("/api/workflows/{id}/publish?version=9");
    let reply = lathe.post(&publish, json!(null)).await;
    assert_eq!(
        reply.refused(400, "bad_request").body["error"]["message"],
        "there is no parameter `version` here; this address takes none"
    );
    let shown = lathe.get(&format!("/api/workflows/{id}")).await;
    assert_eq!(shown.body["published_version"], json!(null));
    // What others write along is nobody's mistake here.
    let probe = lathe.get("/healthz?from=probe").await;
    assert_eq!(probe.status.as_u16(), 200, "{}", probe.text);
    let several = lathe.get("/api/workflows?limit=0&limti=5").await;
    assert_eq!(
        places(several.refused(400, "bad_request")),
        ["/limit", "/limti"]
    );
    let asked = crate::support::request(
        Method::PUT,
        "/api/models/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
    );
    let asked = asked.header("if-match", "3");
    let model = json!({"name": "books", "fields": [{"name": "title", "type": "text"}]});
    let reply = lathe.send(crate::support::with_json(asked, &model)).await;
    assert_eq!(places(reply.refused(400, "bad_request")), ["/If-Match"]);
    // Where nothing is held against it, it is not passed over.
    let asked = crate::support::request(Method::POST, "/api/prompts").header("if-match", "\"3\"");
    let prompt = json!({"name": "greeting", "content": "Hello"});
    let reply = lathe.send(crate::support::with_json(asked, &prompt)).await;
    assert_eq!(places(reply.refused(400, "bad_request")), ["/If-Match"]);
    assert!(reply.text.contains("leave it out"), "{}", reply.text);
    let prompts = lathe.get("/api/prompts").await;
    assert_eq!(prompts.body["items"], json!([]));
    lathe.stop().await;
}

/// S22: what is too deep or too long is refused before anybody looks at it, and a list of faults has an end.
#[tokio::test(flavor = "multi_thread")]
async fn depth_and_number_of_faults_are_bounded() {
    let lathe = Lathe::start().await;
    let deep = format!(
        "{{\"document\": {}1{}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let asked = crate::support::request(Method::POST, "/api/workflows")
        .header("content-type", "application/json");
    lathe
        .send(asked.body(Body::from(deep)).unwrap())
        .await
        .refused(400, "bad_request");
    let many: serde_json::Map<String, Value> =
        (0..5_000).map(|at| (format!("x{at}"), json!(1))).collect();
    let reply = lathe.post("/api/workflows", Value::Object(many)).await;
    assert_eq!(places(reply.refused(422, "validation_failed")).len(), 100);
    lathe.stop().await;
}

/// C25: a name that pollutes prototypes is refused wherever it stands; a field may be called `constructor`.
#[tokio::test(flavor = "multi_thread")]
async fn traps_for_javascript_are_not_kept() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(crate::support::documents::GREET).await;
    let path = format!("/api/workflows/{id}/execute");
    for body in [
        r#"{"inputs": {"name": {"__proto__": {"admin": true}}}}"#,
        r#"{"inputs": {"constructor": {"prototype": {"admin": true}}}}"#,
        r#"{"inputs": {}, "inputs": {"name": "x"}}"#,
    ] {
        let asked =
            crate::support::request(Method::POST, &path).header("content-type", "application/json");
        let reply = lathe.send(asked.body(Body::from(body)).unwrap()).await;
        assert_eq!(
            places(reply.refused(422, "validation_failed")).len(),
            1,
            "{body}"
        );
    }
    lathe.stop().await;
}
