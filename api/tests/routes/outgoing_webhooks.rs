//! `/api/outgoing-webhooks`: what happens arrives at a real receiver, signed; what does not arrive is tried again, or given up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{Config, Registration};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::live::{begin, workflow};
use crate::support::people::Person;
use crate::support::{Lathe, request, serve_with};

const FAILING: &str = "
lathe: 1
name: failing
nodes:
  - { id: fail, kind: test.check, with: { broken: true } }
";

/// Longer than anything that is waited for here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Private addresses are open, and nobody waits long for another try.
fn config() -> Config {
    Config {
        registration: Registration::Open,
        outgoing: egress::Outgoing::unguarded(),
        outgoing_retry: Duration::from_millis(20),
        ..Config::default()
    }
}

/// Another system, which answers as it is told, and with 200 when it is not.
struct Receiver {
    url: String,
    answers: Arc<Mutex<VecDeque<u16>>>,
    came: mpsc::UnboundedReceiver<Came>,
}

struct Came {
    path: String,
    headers: HeaderMap,
    body: String,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (told, came) = mpsc::unbounded_channel();
        let answers = Arc::<Mutex<VecDeque<u16>>>::default();
        let next = Arc::clone(&answers);
        let router = Router::new().fallback(
            move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
                assert_eq!(method, Method::POST);
                let came = Came {
                    path: uri.path().to_owned(),
                    headers,
                    body: String::from_utf8(body.to_vec()).unwrap(),
                };
                let answer = next.lock().unwrap().pop_front().unwrap_or(200);
                told.send(came).unwrap();
                StatusCode::from_u16(answer).unwrap()
            },
        );
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, answers, came }
    }

    fn answer(&self, answers: &[u16]) {
        self.answers.lock().unwrap().extend(answers);
    }

    async fn next(&mut self) -> Came {
        let came = timeout(PATIENCE, self.came.recv()).await;
        came.expect("something arrives in time").unwrap()
    }
}

impl Came {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Checks it as the manual tells other systems to.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = BASE64_STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let now = chrono::Utc::now().timestamp();
        assert!((at.parse::<i64>().unwrap() - now).abs() < 300, "{at}");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{id}.{at}.{}", self.body).as_bytes());
        let right = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        let mut signatures = self.header("webhook-signature").split(' ');
        signatures.any(|signature| signature == right)
    }
}

async fn ask(lathe: &Lathe, person: &Person, method: Method, path: &str, body: Value) -> Value {
    let body = (!body.is_null()).then_some(body);
    let reply = lathe.ask(person, method.clone(), path, body.as_ref()).await;
    assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
    reply.body
}

/// Makes a webhook that is told of failed runs; gives its address here and its secret.
async fn hook(lathe: &Lathe, person: &Person, name: &str, url: &str) -> (String, String) {
    let body = json!({"name": name, "url": url, "events": ["execution.failed"], "headers": {"X-Key": "c4nary"}});
    let path = "/api/outgoing-webhooks";
    let made = lathe.ask(person, Method::POST, path, Some(&body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(made.body["header_names"], json!(["x-key"]));
    let text = |name: &str| made.body[name].as_str().unwrap().to_owned();
    (format!("{path}/{}", text("id")), text("secret"))
}

/// Reads what is there until it is as wanted.
async fn until(
    lathe: &Lathe,
    person: &Person,
    path: &str,
    wanted: impl Fn(&Value) -> bool,
) -> Value {
    let looking = async {
        loop {
            let now = ask(lathe, person, Method::GET, path, Value::Null).await;
            if wanted(&now) {
                return now;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = timeout(PATIENCE, looking).await;
    found.expect("it becomes so in time")
}

/// S13, C4: what happened arrives at the one place that it was meant for, and whoever has the secret can tell that it is ours.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_arrives_signed() {
    let mut receiver = Receiver::start().await;
    let lathe = Lathe::start_with(config()).await;
    let (_, stop, served) = serve_with(&lathe, config()).await;
    let ada = lathe.register("ada@example.org").await;
    let url = format!("{}/lathe", receiver.url);
    let (path, secret) = hook(&lathe, &ada, "pager", &url).await;
    let failing = workflow(&lathe, &ada, FAILING).await;
    let run = begin(&lathe, &ada, &failing).await;

    let came = receiver.next().await;
    assert!(came.is_signed_with(&secret));
    let (id, stranger) = (came.header("webhook-id"), BASE64_STANDARD.encode([7; 32]));
    assert!(!came.is_signed_with(&format!("whsec_{stranger}")));
    assert_eq!(
        (&*came.path, came.header("content-type")),
        ("/lathe", "application/json")
    );
    assert_eq!(came.header("x-key"), "c4nary");
    let told = came.json();
    let data = &told["data"];
    assert_eq!(told["type"], "execution.failed");
    assert!(told["timestamp"].is_string(), "{told}");
    assert_eq!(
        (&data["workflow_id"], &data["workflow_name"]),
        (&json!(failing), &json!("failing"))
    );
    assert_eq!(
        (&data["execution_id"], &data["count"]),
        (&json!(run), &json!(1))
    );
    assert_eq!(data["link"], format!("http://localhost:4000/runs/{run}"));
    let message = data["message"].as_str().unwrap();
    assert!(message.contains("it is broken"), "{told}");

    let list = format!("{path}/deliveries");
    let is_delivered = |list: &Value| list["items"][0]["status"] == "delivered";
    let all = until(&lathe, &ada, &list, is_delivered).await;
    let delivery = &all["items"][0];
    assert_eq!(
        (&delivery["id"], &delivery["attempts"]),
        (&json!(id), &json!(1))
    );
    assert_eq!(delivery["response_status"], 200);
    let shown = ask(&lathe, &ada, Method::GET, &path, Value::Null).await;
    for text in [shown.to_string(), all.to_string()] {
        assert!(
            !text.contains("c4nary") && !text.contains(&secret),
            "{text}"
        );
    }

    // Once more, and it is the same.
    let again = format!("{list}/{id}/redeliver");
    ask(&lathe, &ada, Method::POST, &again, Value::Null).await;
    let same = receiver.next().await;
    assert_eq!((same.header("webhook-id"), &same.body), (id, &came.body));

    // Two secrets are good while one follows the other.
    let rotate = format!("{path}/rotate");
    let rotated = ask(&lathe, &ada, Method::POST, &rotate, Value::Null).await;
    let ping = format!("{path}/test");
    let tried = ask(&lathe, &ada, Method::POST, &ping, Value::Null).await;
    assert_eq!(
        (&tried["event"], &tried["status"]),
        (&json!("ping"), &json!("delivered"))
    );
    let came = receiver.next().await;
    let new = rotated["secret"].as_str().unwrap();
    assert!(came.is_signed_with(new) && came.is_signed_with(&secret));
    assert_eq!(came.json()["data"]["webhook_name"], "pager");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// What does not arrive is tried again; who is gone is left alone, and so is who is disabled.
#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_and_who_is_gone_is_disabled() {
    let (mut receiver, mut witness) = (Receiver::start().await, Receiver::start().await);
    let lathe = Lathe::start_with(config()).await;
    let (_, stop, served) = serve_with(&lathe, config()).await;
    let ada = lathe.register("ada@example.org").await;
    let (path, _) = hook(&lathe, &ada, "pager", &receiver.url).await;
    let list = format!("{path}/deliveries");
    let failing = workflow(&lathe, &ada, FAILING).await;
    receiver.answer(&[500, 429]);
    begin(&lathe, &ada, &failing).await;
    let first = receiver.next().await;
    for _ in 0..2 {
        let again = receiver.next().await;
        assert_eq!(again.header("webhook-id"), first.header("webhook-id"));
        assert_eq!(again.body, first.body);
    }
    let is_delivered = |list: &Value| list["items"][0]["status"] == "delivered";
    let all = until(&lathe, &ada, &list, is_delivered).await;
    assert_eq!(all["items"][0]["attempts"], 3, "{all}");
    assert_eq!(all["items"][0]["error"], Value::Null);

    // What it would refuse again is not sent again.
    receiver.answer(&[404, 410]);
    let ping = format!("{path}/test");
    let tried = ask(&lathe, &ada, Method::POST, &ping, Value::Null).await;
    assert_eq!(
        (&tried["status"], &tried["error"]),
        (&json!("failed"), &json!("it answered 404"))
    );
    let now = ask(&lathe, &ada, Method::GET, &path, Value::Null).await;
    assert!(
        now["enabled"] == true && now["failing_since"].is_string(),
        "{now}"
    );
    let tried = ask(&lathe, &ada, Method::POST, &ping, Value::Null).await;
    assert_eq!(tried["response_status"], 410);
    let now = ask(&lathe, &ada, Method::GET, &path, Value::Null).await;
    assert_eq!(
        (&now["enabled"], &now["disabled_because"]),
        (&json!(false), &json!("gone"))
    );
    let told = ask(&lathe, &ada, Method::GET, "/api/notifications", Value::Null).await;
    let titles = told["items"].as_array().unwrap().iter();
    let mut titles = titles.map(|one| &one["title"]);
    assert!(
        titles.any(|title| title == "The outgoing webhook pager was disabled"),
        "{told}"
    );

    // Whoever else listens is told of the next one, and the disabled one of nothing.
    let before = ask(&lathe, &ada, Method::GET, &list, Value::Null).await;
    hook(&lathe, &ada, "witness", &witness.url).await;
    begin(&lathe, &ada, &failing).await;
    witness.next().await;
    let after = ask(&lathe, &ada, Method::GET, &list, Value::Null).await;
    assert_eq!(before, after);
    let tried = lathe.ask(&ada, Method::POST, &ping, None).await;
    tried.refused(409, "conflict");
    let id = before["items"][0]["id"].as_str().unwrap();
    let again = format!("{list}/{id}/redeliver");
    let again = lathe.ask(&ada, Method::POST, &again, None).await;
    again.refused(409, "conflict");

    let on = json!({"enabled": true});
    let on = ask(&lathe, &ada, Method::PUT, &path, on).await;
    assert_eq!(on["disabled_because"], Value::Null);
    ask(&lathe, &ada, Method::POST, &ping, Value::Null).await;
    let gone = lathe.ask(&ada, Method::DELETE, &path, None).await;
    assert_eq!(gone.status, 204);
    let gone = lathe.ask(&ada, Method::GET, &list, None).await;
    gone.refused(404, "not_found");
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// Those under way wait for the database together with the look for more, of which SQLite lets one write at a time.
#[tokio::test(flavor = "multi_thread")]
async fn many_deliveries_leave_the_database_to_others() {
    const MANY: usize = 40;
    let mut receiver = Receiver::start().await;
    // It is looked for more all the time.
    let config = || Config {
        outgoing_retry: Duration::from_millis(1),
        ..config()
    };
    let lathe = Lathe::start_with(config()).await;
    let (_, stop, served) = serve_with(&lathe, config()).await;
    let ada = lathe.register("ada@example.org").await;
    let (path, _) = hook(&lathe, &ada, "pager", &receiver.url).await;
    let list = format!("{path}/deliveries?limit=100");
    for number in 0..MANY {
        // Failures of one workflow are told together for a while.
        let name = format!("name: failing_{number}");
        let failing = workflow(&lathe, &ada, &FAILING.replace("name: failing", &name)).await;
        begin(&lathe, &ada, &failing).await;
    }
    for _ in 0..MANY {
        receiver.next().await;
    }
    let all_are_delivered = |list: &Value| {
        let items = list["items"].as_array().unwrap();
        items.len() == MANY && items.iter().all(|one| one["status"] == "delivered")
    };
    until(&lathe, &ada, &list, all_are_delivered).await;
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

/// S13: nothing is sent to where the operator lets no request go, whether the address says so or its name does.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_within_is_refused() {
    let lathe = Lathe::start().await;
    let path = "/api/outgoing-webhooks";
    let body = |url: &str| json!({"name": "pager", "url": url, "events": ["execution.failed"]});
    for url in [
        "https://127.0.0.1:1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "http://hooks.example.org/",
        "https://user:word@hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "nowhere",
    ] {
        let refused = lathe.post(path, body(url)).await;
        refused.refused(422, "validation_failed");
        assert_eq!(refused.body["error"]["details"][0]["path"], "/url", "{url}");
    }
    for name in ["webhook-id", "Content-Type", "host", "not a name"] {
        let mut body = body("https://hooks.example.org/");
        body["headers"] = json!({name: "x"});
        let refused = lathe.post(path, body).await;
        refused.refused(422, "validation_failed");
    }
    let made = lathe.post(path, body("https://localhost:1/")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("{path}/{}", made.body["id"].as_str().unwrap());
    let ping = request(Method::POST, &format!("{path}/test"));
    let tried = lathe.send(ping.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (&tried.body["status"], &tried.body["response_status"]),
        (&json!("failed"), &Value::Null),
        "{}",
        tried.text
    );
    let error = tried.body["error"].as_str().unwrap();
    assert!(
        error.contains("localhost") && error.contains("refused"),
        "{error}"
    );

    let changed = lathe.put(&path, json!({"url": "https://127.0.0.1/"})).await;
    changed.refused(422, "validation_failed");
    lathe.stop().await;
}
