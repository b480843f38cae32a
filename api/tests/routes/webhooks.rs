//! `/api/webhooks` and `/api/hooks/{token}`: who is believed, what begins, and what is begun only once.

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::accounts::open;
use crate::support::people::{Person, bare};
use crate::support::{Lathe, Reply};

const TAKE: &str = "
lathe: 1
name: take
inputs:
  body: {}
  headers: { type: object }
  query: { type: object, default: {} }
nodes:
  - { id: told, kind: test.echo, with: { body: \"${ inputs.body }\", headers: \"${ inputs.headers }\", query: \"${ inputs.query }\" } }
";

/// A webhook, with its address as a path.
struct Hook {
    path: String,
    address: String,
    secret: String,
    made: Value,
}

async fn hook(lathe: &Lathe, more: Value) -> Hook {
    let workflow = lathe.workflow(TAKE).await;
    let mut body = json!({"name": "incoming", "workflow_id": workflow});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let made = lathe.post("/api/webhooks", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("cache-control"), "no-store");
    Hook {
        path: format!("/api/webhooks/{}", made.body["id"].as_str().unwrap()),
        address: address(&made.body),
        secret: made.body["secret"].as_str().unwrap_or_default().to_owned(),
        made: made.body,
    }
}

fn address(webhook: &Value) -> String {
    let url = webhook["url"].as_str().unwrap();
    url.strip_prefix("http://localhost:4000")
        .unwrap()
        .to_owned()
}

/// What a stranger sends, who has no account here.
async fn send(lathe: &Lathe, address: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    lathe.send(request(address, headers, body)).await
}

fn request(address: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let request = bare(Method::POST, address).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.body(Body::from(body.to_owned())).unwrap()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// The signature of Standard Webhooks.
fn standard(secret: &str, id: &str, at: i64, body: &str) -> String {
    let key = BASE64_STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let at = at.to_string();
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", at.as_bytes(), b".", body.as_bytes()];
    format!("v1,{}", BASE64_STANDARD.encode(mac(&key, &parts)))
}

async fn signed(lathe: &Lathe, hook: &Hook, secret: &str, id: &str, at: i64, body: &str) -> Reply {
    let signature = standard(secret, id, at, body);
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", &at.to_string()),
        ("webhook-signature", &signature),
    ];
    send(lathe, &hook.address, &headers, body).await
}

async fn runs(lathe: &Lathe) -> Vec<Value> {
    let list = lathe.get("/api/executions").await;
    list.body["items"].as_array().unwrap().clone()
}

/// S18, C4: every way in which a signed request can be forged, and the one in which it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_right_or_nothing_begins() {
    let lathe = Lathe::start().await;
    let hook = hook(&lathe, json!({"verification": "hmac"})).await;
    let body = r#"{"order": 7}"#;
    let (at, secret) = (now(), &*hook.secret);
    let other = format!("whsec_{}", BASE64_STANDARD.encode([7; 32]));
    let right = standard(secret, "one", at, body);
    let stamp = at.to_string();
    let all = [
        ("webhook-id", "one"),
        ("webhook-timestamp", &*stamp),
        ("webhook-signature", &*right),
    ];
    for missing in 0..all.len() {
        let mut headers = all.to_vec();
        headers.remove(missing);
        let reply = send(&lathe, &hook.address, &headers, body).await;
        reply.refused(401, "unauthorized");
    }
    let old = (at - 301).to_string();
    let ahead = (at + 320).to_string();
    let forged = [
        (
            "wrong key",
            "one",
            at,
            standard(&other, "one", at, body),
            body,
        ),
        ("another id", "two", at, right.clone(), body),
        ("another time", "one", at + 1, right.clone(), body),
        ("another body", "one", at, right.clone(), r#"{"order": 8}"#),
        (
            "the same body, otherwise written",
            "one",
            at,
            right.clone(),
            r#"{"order":7}"#,
        ),
        (
            "another version",
            "one",
            at,
            right.replace("v1,", "v2,"),
            body,
        ),
        ("no version", "one", at, right.replace("v1,", ""), body),
        ("no signature", "one", at, String::new(), body),
        ("cut short", "one", at, right[..20].to_owned(), body),
        (
            "long ago",
            "one",
            at - 301,
            standard(secret, "one", at - 301, body),
            body,
        ),
        (
            "yet to come",
            "one",
            at + 320,
            standard(secret, "one", at + 320, body),
            body,
        ),
    ];
    assert!(old < stamp && ahead > stamp);
    for (what, id, at, signature, body) in forged {
        let at = at.to_string();
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", &*at),
            ("webhook-signature", &*signature),
        ];
        let reply = send(&lathe, &hook.address, &headers, body).await;
        assert_eq!(reply.status, 401, "{what}: {}", reply.text);
        assert!(!reply.text.contains(secret), "{what}");
    }
    let twice = [&all[..], &[("webhook-signature", "v1,x")]].concat();
    let reply = send(&lathe, &hook.address, &twice, body).await;
    reply.refused(401, "unauthorized");
    assert!(runs(&lathe).await.is_empty(), "nothing has begun");

    // A sender that rotates its own keys sends several signatures.
    let both = format!("{} {right}", standard(&other, "one", at, body));
    let several = [all[0], all[1], ("webhook-signature", &*both)];
    let reply = send(&lathe, &hook.address, &several, body).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_eq!(reply.body, json!({"accepted": true, "duplicate": false}));
    let run = &runs(&lathe).await[0];
    assert_eq!(
        (&run["trigger"], &run["trigger_id"]),
        (&json!("webhook"), &hook.made["id"])
    );
    let run = lathe
        .until(run["id"].as_str().unwrap(), |run| {
            run["finished_at"].is_string()
        })
        .await;
    assert_eq!(run["output"]["body"], json!({"order": 7}));

    // Recorded and sent again, it begins nothing; many at once begin one.
    let again = send(&lathe, &hook.address, &all, body).await;
    assert_eq!(again.body, json!({"accepted": true, "duplicate": true}));
    let storm = (0..8).map(|_| signed(&lathe, &hook, secret, "storm", at, body));
    let replies = futures::future::join_all(storm).await;
    assert!(replies.iter().all(|reply| reply.status == 202));
    assert_eq!(runs(&lathe).await.len(), 2);
    let deliveries = lathe.get(&format!("{}/deliveries", hook.path)).await;
    let ids: Vec<_> = deliveries.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|delivery| delivery["delivery"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["storm", "one"]);
    // How each run stands comes along.
    for delivery in deliveries.body["items"].as_array().unwrap() {
        let id = delivery["execution_id"].as_str().unwrap();
        let ended = |execution: &Value| execution["finished_at"].is_string();
        lathe.until(id, ended).await;
    }
    let deliveries = lathe.get(&format!("{}/deliveries", hook.path)).await;
    for delivery in deliveries.body["items"].as_array().unwrap() {
        assert_eq!(delivery["status"], "succeeded", "{delivery}");
    }
    lathe.stop().await;
}

/// How runs stand is for who may see runs.
#[tokio::test(flavor = "multi_thread")]
async fn deliveries_say_nothing_of_runs_to_who_may_not_see_them() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let make = async |path: &str, body: Value| {
        let made = lathe.ask(&ada, Method::POST, path, Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.body
    };
    let workflow = make("/api/workflows", json!({"source": TAKE})).await;
    let webhook =
        json!({"name": "incoming", "workflow_id": workflow["id"], "verification": "none"});
    let webhook = make("/api/webhooks", webhook).await;
    let token = json!({"name": "watcher", "scopes": ["webhooks:read"]});
    let token = make("/api/tokens", token).await;
    let watcher = Person::with_token(token["token"].as_str().unwrap());
    let sent = send(&lathe, &address(&webhook), &[], "{}").await;
    assert_eq!(sent.status, 202, "{}", sent.text);

    let path = format!(
        "/api/webhooks/{}/deliveries",
        webhook["id"].as_str().unwrap()
    );
    let hers = lathe.ask(&ada, Method::GET, &path, None).await;
    assert!(hers.body["items"][0]["status"].is_string(), "{}", hers.text);
    let theirs = lathe.ask(&watcher, Method::GET, &path, None).await;
    let delivery = &theirs.body["items"][0];
    assert!(delivery["execution_id"].is_string(), "{}", theirs.text);
    assert_eq!(delivery["status"], Value::Null, "{}", theirs.text);
    lathe.stop().await;
}

/// S18: two keys are good while one follows the other, and no third one.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_follows_another() {
    let lathe = Lathe::start().await;
    let hook = hook(&lathe, json!({"verification": "hmac"})).await;
    let rotate = format!("{}/rotate", hook.path);
    let second = lathe.post(&rotate, json!({"overlap": "1h"})).await;
    assert_eq!(second.status, 200, "{}", second.text);
    assert!(second.body["previous_secret_until"].is_string());
    let second = second.body["secret"].as_str().unwrap().to_owned();
    let at = now();
    for (id, secret, status) in [("a", &hook.secret, 202), ("b", &second, 202)] {
        let reply = signed(&lathe, &hook, secret, id, at, "{}").await;
        assert_eq!(reply.status, status, "{id}: {}", reply.text);
    }
    let third = lathe.post(&rotate, json!({})).await;
    let third = third.body["secret"].as_str().unwrap().to_owned();
    for (id, secret, status) in [
        ("c", &hook.secret, 401),
        ("d", &second, 202),
        ("e", &third, 202),
    ] {
        let reply = signed(&lathe, &hook, secret, id, at, "{}").await;
        assert_eq!(reply.status, status, "{id}: {}", reply.text);
    }
    let last = lathe.post(&rotate, json!({"overlap": "0s"})).await;
    let last = last.body["secret"].as_str().unwrap().to_owned();
    assert_eq!(
        signed(&lathe, &hook, &third, "f", at, "{}").await.status,
        401
    );
    assert_eq!(
        signed(&lathe, &hook, &last, "g", at, "{}").await.status,
        202
    );
    // Nobody is shown a secret again, and no log has kept one.
    let shown = lathe.get(&hook.path).await.text;
    let audit = lathe.get("/api/audit?limit=100").await.text;
    for secret in [&hook.secret, &second, &third, &last] {
        assert!(!shown.contains(&**secret) && !audit.contains(&**secret));
    }
    let token = hook.address.rsplit('/').next().unwrap();
    assert!(shown.contains(token) && !audit.contains(token));
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn github_stripe_and_bearers_are_known_by_their_own_signs() {
    let lathe = Lathe::start().await;
    let secret = "a secret of sixteen".replace(' ', "-");
    let github = hook(
        &lathe,
        json!({"verification": "github", "secret": secret, "headers": ["X-GitHub-Event"]}),
    )
    .await;
    let body = r#"{"zen": "Keep it logically awesome."}"#;
    let sign =
        |key: &str, body: &str| format!("sha256={}", hex(&mac(key.as_bytes(), &[body.as_bytes()])));
    let right = sign(&secret, body);
    for (what, headers, body, status) in [
        ("unsigned", vec![("x-github-delivery", "1")], body, 401),
        (
            "no delivery",
            vec![("x-hub-signature-256", &*right)],
            body,
            401,
        ),
        (
            "sha1",
            vec![("x-github-delivery", "1"), ("x-hub-signature", "sha1=00")],
            body,
            401,
        ),
        (
            "another body",
            vec![("x-github-delivery", "1"), ("x-hub-signature-256", &*right)],
            "{}",
            401,
        ),
        (
            "right",
            vec![
                ("x-github-delivery", "1"),
                ("x-hub-signature-256", &*right),
                ("x-github-event", "ping"),
                ("authorization", "Bearer stolen"),
            ],
            body,
            202,
        ),
    ] {
        let reply = send(&lathe, &github.address, &headers, body).await;
        assert_eq!(reply.status, status, "{what}: {}", reply.text);
    }
    let again = [("x-github-delivery", "1"), ("x-hub-signature-256", &*right)];
    let again = send(&lathe, &github.address, &again, body).await;
    assert_eq!(again.body["duplicate"], true);
    let begun = runs(&lathe).await;
    let path = format!("/api/executions/{}", begun[0]["id"].as_str().unwrap());
    let run = lathe.get(&path).await;
    assert_eq!(
        run.body["inputs"]["headers"],
        json!({"x-github-event": "ping"})
    );
    assert!(!run.text.contains("stolen"));

    let workflow = github.made["workflow_id"].clone();
    let make = async |body: Value| {
        let made = lathe.post("/api/webhooks", body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.body
    };
    let stripe = make(json!({"name": "paid", "workflow_id": workflow, "verification": "stripe", "secret": secret})).await;
    let event = r#"{"id": "evt_1", "type": "charge.succeeded"}"#;
    let header = |key: &str, at: i64| {
        let stamp = at.to_string();
        let parts: [&[u8]; 3] = [stamp.as_bytes(), b".", event.as_bytes()];
        let signature = hex(&mac(key.as_bytes(), &parts));
        format!("t={stamp},v1={signature},v0=00")
    };
    for (what, given, status, duplicate) in [
        (
            "wrong key",
            header("another-secret-16", now()),
            401,
            Value::Null,
        ),
        ("long ago", header(&secret, now() - 301), 401, Value::Null),
        ("no time", "v1=00".to_owned(), 401, Value::Null),
        ("right", header(&secret, now()), 202, json!(false)),
        ("sent again", header(&secret, now() - 1), 202, json!(true)),
    ] {
        let reply = send(
            &lathe,
            &address(&stripe),
            &[("stripe-signature", &*given)],
            event,
        )
        .await;
        assert_eq!(reply.status, status, "{what}: {}", reply.text);
        assert_eq!(reply.body["duplicate"], duplicate, "{what}");
    }

    let bearer =
        make(json!({"name": "ours", "workflow_id": workflow, "verification": "bearer"})).await;
    let good = format!("Bearer {}", bearer["secret"].as_str().unwrap());
    for (given, status) in [("Bearer x", 401), ("Basic x", 401), (&*good, 202)] {
        let headers = [("authorization", given), ("idempotency-key", "k")];
        let reply = send(&lathe, &address(&bearer), &headers, "{}").await;
        assert_eq!(reply.status, status, "{given}: {}", reply.text);
    }
    lathe.stop().await;
}

/// C1: a body that says that it is a file is no file, whatever it calls itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_becomes_values_and_never_a_file() {
    let lathe = Lathe::start().await;
    let hook = hook(
        &lathe,
        json!({"verification": "none", "reply": "output", "methods": ["POST", "GET"]}),
    )
    .await;
    let forged = r#"{"files": {"file": {"filepath": "/etc/passwd", "originalFilename": "x"}}}"#;
    let value: Value = serde_json::from_str(forged).unwrap();
    for (kind, expected) in [
        ("application/json", value),
        ("multipart/form-data; boundary=x", json!(forged)),
        ("application/x-www-form-urlencoded", json!(forged)),
        ("text/plain", json!(forged)),
    ] {
        let request = bare(Method::POST, &format!("{}?a=1&a=2", hook.address))
            .header("content-type", kind)
            .body(Body::from(forged))
            .unwrap();
        let reply = lathe.send(request).await;
        assert_eq!(reply.status, 200, "{kind}: {}", reply.text);
        assert_eq!(
            reply.body,
            json!({"body": expected, "headers": {}, "query": {"a": "2"}}),
            "{kind}"
        );
    }
    let get = bare(Method::GET, &hook.address)
        .body(Body::empty())
        .unwrap();
    assert_eq!(lathe.send(get).await.body["body"], Value::Null);
    let put = bare(Method::PUT, &hook.address)
        .body(Body::empty())
        .unwrap();
    let put = lathe.send(put).await;
    put.refused(405, "method_not_allowed");
    assert_eq!(put.header("allow"), "POST, GET");

    // References to bytes of runs come from no stranger.
    let hash = "ab".repeat(32);
    let blob = json!({"$blob": {"execution": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11", "sha256": hash, "size": 3, "type": "text/plain"}});
    let reply = send(&lathe, &hook.address, &[], &blob.to_string()).await;
    reply.refused(422, "validation_failed");
    for (body, status, code) in [
        ("{", 400, "bad_request"),
        (&*"[".repeat(10_000), 400, "bad_request"),
        (
            &*" ".repeat(2 * 1_024 * 1_024 + 1),
            413,
            "payload_too_large",
        ),
    ] {
        let reply = send(&lathe, &hook.address, &[], body).await;
        reply.refused(status, code);
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_of_what_is_not_there_or_rests() {
    let lathe = Lathe::start().await;
    let hook = hook(&lathe, json!({"verification": "hmac", "inputs": "body"})).await;
    let nowhere = send(&lathe, "/api/hooks/nothing", &[], "{}").await;
    nowhere.refused(404, "not_found");
    let changed = lathe.put(&hook.path, json!({"enabled": false})).await;
    assert_eq!(changed.body["enabled"], false, "{}", changed.text);
    assert!(changed.body.get("secret").is_none());
    let resting = send(&lathe, &hook.address, &[], "{}").await;
    assert_eq!(
        (resting.status, resting.text),
        (nowhere.status, nowhere.text)
    );
    lathe.put(&hook.path, json!({"enabled": true})).await;

    // What the workflow does not take is no delivery: mended and sent again, it begins.
    let at = now();
    let unfit = signed(&lathe, &hook, &hook.secret, "x", at, r#"{"nome": 1}"#).await;
    unfit.refused(422, "validation_failed");
    let list = signed(&lathe, &hook, &hook.secret, "x", at, "[]").await;
    list.refused(400, "bad_request");
    let fits = r#"{"body": 1, "headers": {}}"#;
    let begun = signed(&lathe, &hook, &hook.secret, "x", at, fits).await;
    assert_eq!(begun.body, json!({"accepted": true, "duplicate": false}));

    for (body, path) in [
        (
            json!({"verification": "none", "secret": "a".repeat(20)}),
            "/secret",
        ),
        (
            json!({"verification": "hmac", "secret": "no base 64 at all"}),
            "/secret",
        ),
        (
            json!({"verification": "github", "secret": "short"}),
            "/secret",
        ),
        (
            json!({"verification": "none", "headers": ["Authorization"]}),
            "/headers/0",
        ),
        (
            json!({"verification": "none", "headers": ["ok", "not so"]}),
            "/headers/1",
        ),
        (json!({"verification": "none", "methods": []}), "/methods"),
        (json!({"verification": "none", "wait": "61s"}), "/wait"),
    ] {
        let mut body = body;
        body["name"] = "other".into();
        body["workflow_id"] = hook.made["workflow_id"].clone();
        let reply = lathe.post("/api/webhooks", body).await;
        reply.refused(422, "validation_failed");
        assert_eq!(
            reply.body["error"]["details"][0]["path"], path,
            "{}",
            reply.text
        );
    }
    let open =
        json!({"name": "open", "workflow_id": hook.made["workflow_id"], "verification": "none"});
    let open = lathe.post("/api/webhooks", open).await;
    let rotate = format!("/api/webhooks/{}/rotate", open.body["id"].as_str().unwrap());
    lathe
        .post(&rotate, json!({}))
        .await
        .refused(409, "conflict");
    // Floods are held up, each webhook for itself.
    let mut refused = 0;
    for number in 0..400 {
        let key = number.to_string();
        let reply = send(
            &lathe,
            &address(&open.body),
            &[("idempotency-key", "same"), ("x-n", &key)],
            "{",
        )
        .await;
        refused += u32::from(reply.status == 429);
    }
    assert!(refused > 0);
    assert_eq!(lathe.delete(&hook.path).await.status, 204);
    let gone = send(&lathe, &hook.address, &[], "{}").await;
    gone.refused(404, "not_found");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_is_told_without_its_reasons() {
    let lathe = Lathe::start().await;
    let hook = hook(&lathe, json!({"verification": "none", "reply": "output"})).await;
    let failing = "
lathe: 1
name: fails
nodes:
  - { id: fails, kind: flow.call, with: { workflow: treasure } }
";
    let workflow = lathe.workflow(failing).await;
    let body = json!({"name": "fails", "workflow_id": workflow, "verification": "none", "reply": "output"});
    let made = lathe.post("/api/webhooks", body).await;
    let reply = send(&lathe, &address(&made.body), &[], "{}").await;
    reply.refused(502, "bad_gateway");
    assert!(!reply.text.contains("treasure"), "{}", reply.text);
    let good = send(&lathe, &hook.address, &[("idempotency-key", "k")], "1").await;
    let again = send(&lathe, &hook.address, &[("idempotency-key", "k")], "2").await;
    assert_eq!(
        (good.body["body"].clone(), again.body),
        (json!(1), good.body)
    );
    lathe.stop().await;
}

/// S18: the owner sees why nothing begins, and nobody sees what was sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_listed_for_its_owner() {
    let lathe = Lathe::start().await;
    let hook = hook(&lathe, json!({"verification": "hmac", "inputs": "body"})).await;
    let (at, canary) = (now(), "canary-7");
    let body = json!({ canary: canary }).to_string();
    let other = format!("whsec_{}", BASE64_STANDARD.encode([7; 32]));
    let forged = signed(&lathe, &hook, &other, "a", at, &body).await;
    forged.refused(401, "unauthorized");
    let put = bare(Method::PUT, &hook.address)
        .body(Body::empty())
        .unwrap();
    lathe.send(put).await.refused(405, "method_not_allowed");
    let unfit = signed(&lathe, &hook, &hook.secret, "b", at, &body).await;
    unfit.refused(422, "validation_failed");
    lathe.put(&hook.path, json!({"enabled": false})).await;
    let resting = signed(&lathe, &hook, &hook.secret, "c", at, &body).await;
    resting.refused(404, "not_found");
    lathe.put(&hook.path, json!({"enabled": true})).await;
    let fits = r#"{"body": 1, "headers": {}}"#;
    let begun = signed(&lathe, &hook, &hook.secret, "d", at, fits).await;
    assert_eq!(begun.status, 202, "{}", begun.text);

    let list = lathe.get(&format!("{}/refusals", hook.path)).await;
    for (at, (status, reason)) in [
        (404, "disabled"),
        (422, "validation_failed"),
        (405, "method_not_allowed"),
        (401, "unauthorized"),
    ]
    .into_iter()
    .enumerate()
    {
        let one = &list.body["items"][at];
        assert!(one["status"] == status && one["reason"] == reason, "{one}");
    }
    assert_eq!(list.body["items"][4], Value::Null, "{}", list.text);
    for secret in [canary, &*hook.secret, &*other] {
        assert!(!list.text.contains(secret), "{}", list.text);
    }
    lathe.stop().await;
}
