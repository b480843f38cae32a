//! S17, C22: texts that browsers could take for markup, sent to every route and kept wherever something is kept.
//!
//! No route serves markup that somebody else wrote: texts leave as JSON, which no browser runs, and the web app shows them
//! as texts. So nothing is sanitised, and what was sent comes back as it was. Pages are the web app's own files, and one of
//! the proxy; what workflows have fetched is downloaded (`executions/blob.rs`).

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::accounts::open;
use crate::support::document::{Operation, operations, resolved};
use crate::support::people::Person;
use crate::support::{Lathe, MACHINE, Reply};

/// Each has the mark in it by which it is found again.
const CORPUS: [&str; 14] = [
    "<script>xssmark(1)</script>",
    "\"><script src=//evil.example/xssmark.js></script>",
    "<img src=x onerror=xssmark(1)>",
    "<svg/onload=xssmark(1)>",
    "<svg><animate onbegin=xssmark(1) attributeName=x>",
    "<iframe srcdoc='<script>xssmark(1)</script>'>",
    "javascript:xssmark(1)//",
    "data:text/html,<script>xssmark(1)</script>",
    "</title></textarea></script><b onmouseover=xssmark(1)>",
    "' autofocus onfocus='xssmark(1)",
    "{{constructor.constructor('xssmark(1)')()}}",
    "${xssmark(1)}#{xssmark(1)}<%= xssmark(1) %>",
    "<math><mtext><style><!--</style><img title=\"--><img src onerror=xssmark(1)>\">",
    "\u{2028}</script\u{0c}><a href=JaVaScRiPt&colon;xssmark(1)>",
];

/// What a browser may be handed: nothing of it is shown as a page, and what is one has nothing in it that was sent.
#[track_caller]
fn hold(what: &str, reply: &Reply) {
    let policy = reply.header("content-security-policy");
    let scripts = policy
        .split(';')
        .find(|part| part.trim().starts_with("script-src"));
    assert_eq!(scripts.map(str::trim), Some("script-src 'self'"), "{what}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
    let place = reply.header("location").to_ascii_lowercase();
    let odd = place.contains(['<', '>', '"', '\'', ' ']) || place.contains("javascript:");
    assert!(!odd, "{what} leads to {place}");
    let kind = reply
        .header("content-type")
        .split(';')
        .next()
        .unwrap_or_default();
    match kind {
        "text/html" => {
            // As a text, the name of a host may be in a page.
            let text = reply.text.replace("`xssmark&amp;lt;`", "");
            assert!(!text.contains("xssmark"), "{what} is in a page: {text}");
            for opening in text.split("<script").skip(1) {
                let tag = opening.split('>').next().unwrap();
                assert!(tag.contains("src=\"/"), "{what}: a script within: {tag}");
            }
        }
        "application/json" | "application/octet-stream" | "application/gzip" | "text/plain" => {}
        "" => assert!(
            reply.text.is_empty(),
            "{what} does not say what it is: {}",
            reply.text
        ),
        other => panic!("{what} is sent as {other}"),
    }
}

/// As browsers ask when somebody follows a link.
async fn follow(lathe: &Lathe, person: &Person, path: &str) -> Reply {
    let request = person
        .asking(Method::GET, path)
        .header("accept", "text/html,*/*;q=0.8");
    lathe.send(request.body(Body::empty()).unwrap()).await
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn s17_nothing_that_is_sent_comes_back_as_a_page() {
    let lathe = open().await;
    let owner = lathe.register("owner@example.org").await;
    let profile = lathe
        .ask(&owner, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap().to_owned();
    let machine = Person::with_token(MACHINE);
    let (mut sent, mut kept, mut turn) = (0, 0, 0);
    for operation in operations() {
        let is_machines = operation.about["security"][0].get("machine").is_some();
        let who = if is_machines { &machine } else { &owner };
        let address = operation.address(&home);
        for body in bodies(&operation, &mut turn) {
            let reply = lathe
                .ask(who, operation.method.clone(), &address, Some(&body))
                .await;
            hold(&format!("{} {body}", operation.id), &reply);
            sent += 1;
            kept += usize::from(reply.status.is_success());
        }
        if operation.method == Method::GET {
            for payload in CORPUS {
                let payload = encoded(payload);
                let there = operation.path.replace('{', "\u{0}{").replace('}', "}\u{0}");
                let parts = there.split('\u{0}');
                let parts = parts.map(|part| {
                    if part.starts_with('{') {
                        &payload
                    } else {
                        part
                    }
                });
                let there: String = parts.collect();
                for asked in [
                    format!("{there}?cursor={payload}&next={payload}"),
                    format!("{address}/{payload}"),
                ] {
                    let reply = follow(&lathe, who, &asked).await;
                    hold(&format!("{} {asked}", operation.id), &reply);
                    sent += 1;
                }
            }
        }
    }
    assert!(sent > 1_500 && kept > 15, "{sent} sent, {kept} kept");
    let seen = read_everything(&lathe, &owner).await;
    assert!(seen > 10, "{seen} replies show what was kept");
    lathe.stop().await;
}

/// The example of a body, with one of its texts in turn replaced by some of the corpus.
fn bodies(operation: &Operation, turn: &mut usize) -> Vec<Value> {
    let Some(schema) = operation.body() else {
        return Vec::new();
    };
    let example = &resolved(schema)["example"];
    let mut places = Vec::new();
    texts(example, "", &mut places);
    let mut bodies = Vec::new();
    for place in places {
        for _ in 0..3 {
            *turn += 1;
            let mut body = example.clone();
            *body.pointer_mut(&place).unwrap() = json!(CORPUS[*turn % CORPUS.len()]);
            bodies.push(body);
        }
    }
    bodies
}

fn texts(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(place.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| texts(item, &format!("{place}/{index}"), found)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            texts(field, &format!("{place}/{name}"), found);
        }),
        _ => {}
    }
}

/// Every list, and everything in it by its id; says how many replies had the mark in them.
async fn read_everything(lathe: &Lathe, owner: &Person) -> usize {
    let mut seen = 0;
    let all = operations();
    let reads = || {
        all.iter()
            .filter(|operation| operation.method == Method::GET)
    };
    for list in reads().filter(|operation| !operation.path.contains('{')) {
        let reply = follow(lathe, owner, list.path).await;
        hold(list.id, &reply);
        seen += usize::from(reply.text.contains("xssmark"));
        let items = reply.body["items"].as_array().into_iter().flatten();
        for id in items.filter_map(|item| item["id"].as_str()) {
            let below = format!("{}/{{id}}", list.path);
            let about = reads().filter(|operation| operation.path.starts_with(&below));
            for operation in about.filter(|operation| operation.path.matches('{').count() == 1) {
                let reply = follow(lathe, owner, &operation.path.replace("{id}", id)).await;
                hold(operation.id, &reply);
                seen += usize::from(reply.text.contains("xssmark"));
            }
        }
    }
    seen
}

/// Says what it is given in its description, in a line of its log, in an output and in an error.
fn showing(payload: &str) -> Value {
    let given = "${ inputs.text }";
    json!({"document": {
        "lathe": 1,
        "name": "showing",
        "description": payload,
        "inputs": {"text": {"type": "string", "default": "x"}},
        "nodes": [
            {"id": "said", "kind": "test.gate", "with": {"gate": "open", "say": given}},
            {"id": "shown", "kind": "test.echo", "with": {"text": given}},
            {"id": "broken", "kind": "test.check", "with": {"broken": true, "why": given}},
        ],
        "edges": ["said -> shown", "shown -> broken"],
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn s17_what_runs_say_is_text_in_json() {
    let lathe = Lathe::start().await;
    let owner = lathe.register("owner@example.org").await;
    let mut workflow: Option<String> = None;
    for (number, payload) in CORPUS.into_iter().enumerate() {
        let document = showing(payload);
        let path = "/api/workflows";
        let made = match &workflow {
            None => lathe.ask(&owner, Method::POST, path, Some(&document)).await,
            Some(id) => {
                let path = format!("{path}/{id}");
                lathe.ask(&owner, Method::PUT, &path, Some(&document)).await
            }
        };
        assert!(made.status.is_success(), "{}", made.text);
        let id = made.body["id"].as_str().unwrap().to_owned();
        let workflow = workflow.insert(id);
        hold("made", &made);
        let hook = json!({"name": format!("hook-{number}"), "workflow_id": workflow, "verification": "none"});
        let hook = lathe
            .ask(&owner, Method::POST, "/api/webhooks", Some(&hook))
            .await;
        assert_eq!(hook.status, 201, "{}", hook.text);
        hold("webhook", &hook);
        let address = hook.body["url"].as_str().unwrap();
        let address = address.strip_prefix("http://localhost:4000").unwrap();
        let sent = json!({"text": payload, payload: payload});
        let answer = lathe.knock(Method::POST, address, Some(&sent)).await;
        hold("what a webhook answers", &answer);
        // For the run that the webhook began, and for the next one.
        lathe.gates.open("open");
        lathe.gates.open("open");
        lathe.gates.open("open");
        let path = format!("/api/workflows/{workflow}/execute?wait=30s");
        let inputs = json!({"inputs": {"text": payload}});
        let run = lathe.ask(&owner, Method::POST, &path, Some(&inputs)).await;
        hold("run", &run);
        assert_eq!(run.body["status"], "failed", "{}", run.text);
        assert!(
            run.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains(payload),
            "{}",
            run.text
        );
        let id = run.body["id"].as_str().unwrap();
        for (part, place) in [("", "/inputs/text"), ("/logs", "/items/0/text")] {
            let reply = follow(&lathe, &owner, &format!("/api/executions/{id}{part}")).await;
            hold(part, &reply);
            assert!(reply.text.contains("xssmark"), "{place}: {}", reply.text);
        }
    }
    let seen = read_everything(&lathe, &owner).await;
    assert!(seen > 10, "{seen}");
    lathe.stop().await;
}

/// Pages that this server makes by itself, and where it leads browsers.
#[tokio::test(flavor = "multi_thread")]
async fn s17_pages_and_redirections_have_nothing_in_them_that_was_sent() {
    let lathe = Lathe::start().await;
    let owner = lathe.register("owner@example.org").await;
    let nowhere = "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11";
    let texts =
        CORPUS
            .iter()
            .copied()
            .chain(["a\r\nset-cookie: xssmark=1", "../../xssmark", "a[0]/b"]);
    for payload in texts {
        let payload = encoded(payload);
        for path in [
            format!("/{payload}"),
            format!("/login?refused={payload}&provider={payload}"),
            format!("/api/docs?url={payload}"),
            format!("/api/{payload}"),
            format!("/assets/{payload}.js"),
            format!("/api/resume/{nowhere}/{payload}/{payload}"),
            format!("/api/auth/oauth/{payload}?next={payload}"),
            format!(
                "/api/auth/oauth/{payload}/callback?error={payload}&error_description={payload}&state={payload}"
            ),
        ] {
            hold(&path, &follow(&lathe, &owner, &path).await);
        }
        let link = format!("/api/resume/{nowhere}/{payload}/token");
        let led = follow(&lathe, &owner, &link).await;
        assert_eq!(led.status, 303, "{link}: {}", led.text);
        assert!(
            led.header("location")
                .starts_with(&format!("/answer/{nowhere}/")),
            "{link}"
        );
    }
    for host in [
        "nobody.localhost",
        "<b>xssmark.localhost",
        "\"xssmark'.localhost",
        "xssmark&lt;.localhost",
    ] {
        let request = Request::get("/%3Cscript%3Exssmark(1)%3C/script%3E")
            .header("host", host)
            .header("accept", "text/html");
        let reply = lathe.send(request.body(Body::empty()).unwrap()).await;
        assert!(!reply.status.is_success(), "{host}: {}", reply.text);
        hold(host, &reply);
    }
    lathe.stop().await;
}
