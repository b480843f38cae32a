//! S20: what a reply shows once is kept by no cache, and stands in no entry of the audit log.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::open;
use crate::support::Reply;
use crate::support::document::{operations, resolved};
use crate::support::documents::GREET;
use crate::support::people::{PASSWORD, Person};

/// Fields of replies that prove something to whoever has them.
const ONCE: [&str; 8] = [
    "access_token",
    "link",
    "recovery_codes",
    "refresh_token",
    "secret",
    "setup",
    "ticket",
    "token",
];

/// Operations whose replies have a field of such a name and are not tried here, each with the reason.
const OTHERS: [(&str, &str); 2] = [
    ("read_notification", "its link is the address of a page"),
    ("show_second_factor", "replies what a login does"),
];

fn fields(schema: &'static Value) -> BTreeSet<&'static str> {
    let schema = resolved(schema);
    let own = schema["properties"].as_object();
    let mut names: BTreeSet<&'static str> =
        own.into_iter().flatten().map(|(name, _)| &**name).collect();
    for several in ["allOf", "anyOf", "oneOf"] {
        for part in schema[several].as_array().into_iter().flatten() {
            names.extend(fields(part));
        }
    }
    names
}

fn shows_once(replies: &'static Value) -> bool {
    let replies = replies.as_object().into_iter().flatten();
    let mut good = replies.filter(|(code, _)| code.starts_with('2'));
    good.any(|(_, reply)| {
        let names = fields(&reply["content"]["application/json"]["schema"]);
        names.iter().any(|name| ONCE.contains(name))
    })
}

/// All that was shown, and by which operations.
#[derive(Default)]
struct Shown {
    by: BTreeSet<&'static str>,
    secrets: BTreeSet<String>,
}

impl Shown {
    fn note(&mut self, operation: &'static str, reply: Reply) -> Value {
        assert!(reply.status.is_success(), "{operation}: {}", reply.text);
        assert_eq!(reply.header("cache-control"), "no-store", "{operation}");
        for name in ONCE.into_iter().chain(["url"]) {
            let found = match &reply.body[name] {
                Value::String(text) => vec![text.as_str()],
                Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            // Of an address the end is secret.
            let ends = found.into_iter().map(|text| match name {
                "link" | "url" => text.rsplit(['#', '/']).next().unwrap(),
                _ => text,
            });
            self.secrets.extend(ends.map(str::to_owned));
        }
        self.by.insert(operation);
        reply.body
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_once_stands_in_no_entry() {
    let lathe = open().await;
    let mut shown = Shown::default();
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let knock = async |path: &str, body: &Value| lathe.knock(Method::POST, path, Some(body)).await;
    shown.note("register", knock("/api/auth/register", &body).await);
    let session = knock("/api/auth/login", &body).await;
    let ada = Person::of(&session);
    shown.note("login", session);
    let body = json!({"refresh_token": ada.refresh});
    shown.note("refresh", knock("/api/auth/refresh", &body).await);

    let ask = async |path: &str, body: Value| {
        let body = (!body.is_null()).then_some(body);
        lathe.ask(&ada, Method::POST, path, body.as_ref()).await
    };
    let ticket = ask("/api/auth/tickets", Value::Null).await;
    shown.note("create_ticket", ticket);
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let (me, home) = (&profile.body["id"], &profile.body["home"]);
    let (me, home) = (me.as_str().unwrap(), home.as_str().unwrap());
    let token = json!({"name": "nightly", "scopes": ["models:read"]});
    shown.note("create_token", ask("/api/tokens", token.clone()).await);
    let made = lathe.post(&format!("/api/users/{me}/tokens"), token).await;
    shown.note("create_user_token", made);
    let grace = ask("/api/users", json!({"email": "grace@example.org"})).await;
    let grace = shown.note("create_user", grace);
    let reset = format!("/api/users/{}/reset", grace["id"].as_str().unwrap());
    shown.note("reset_user", ask(&reset, Value::Null).await);
    let guest = json!({"email": "guest@example.org", "role": "viewer"});
    let invitations = format!("/api/workspaces/{home}/invitations");
    shown.note("invite", ask(&invitations, guest).await);

    let workflow = ask("/api/workflows", json!({"source": GREET})).await;
    let hook = json!({"name": "paid", "workflow_id": workflow.body["id"], "verification": "hmac"});
    let hook = shown.note("create_webhook", ask("/api/webhooks", hook).await);
    let rotate = format!("/api/webhooks/{}/rotate", hook["id"].as_str().unwrap());
    shown.note("rotate_webhook", ask(&rotate, Value::Null).await);

    let path = "/api/outgoing-webhooks";
    let outgoing = json!({"name": "pager", "url": "https://hooks.example.org/c4nary-of-an-address",
        "events": ["execution.failed"], "headers": {"authorization": "c4nary-of-a-header"}});
    let outgoing = shown.note("create_outgoing_webhook", ask(path, outgoing).await);
    let rotate = format!("{path}/{}/rotate", outgoing["id"].as_str().unwrap());
    let rotated = ask(&rotate, Value::Null).await;
    shown.note("rotate_outgoing_webhook", rotated);
    shown.secrets.insert("c4nary-of-a-header".to_owned());

    let path = "/api/auth/second-factor";
    let setup = ask(path, json!({"password": PASSWORD})).await;
    let setup = shown.note("set_up_second_factor", setup);
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(setup["secret"].as_str().unwrap()).unwrap())
        .with_account_name("ada@example.org")
        .with_issuer(Some("Lathe"))
        .build()
        .unwrap();
    let now = chrono::Utc::now().timestamp().cast_unsigned();
    let body = json!({"setup": setup["setup"], "code": totp.generate(now).to_string()});
    let codes = lathe.ask(&ada, Method::PUT, path, Some(&body)).await;
    shown.note("confirm_second_factor", codes);

    let known = |id: &str| OTHERS.iter().any(|(other, _)| *other == id);
    let wanted: BTreeSet<&str> = operations()
        .iter()
        .filter(|operation| shows_once(&operation.about["responses"]) && !known(operation.id))
        .map(|operation| operation.id)
        .collect();
    assert_eq!(
        shown.by, wanted,
        "an operation that shows a secret is tried here"
    );
    let all = lathe.get("/api/audit?all=true&limit=1000").await;
    let entries = all.body["items"].as_array().unwrap();
    let told = |action: &str| entries.iter().any(|entry| entry["action"] == action);
    assert!(
        told("create_token") && told("confirm_second_factor"),
        "{}",
        all.text
    );
    assert!(
        !told("create_ticket") && !told("refresh"),
        "pages that are open do these by themselves: {}",
        all.text
    );
    for secret in &shown.secrets {
        assert!(secret.len() >= 16, "{secret}");
        assert!(!all.text.contains(&**secret), "{secret}: {}", all.text);
    }
    lathe.stop().await;
}
