//! S1, C18, C24: somebody of another workspace against everything of the first one, by every route that takes an id.

use axum::http::Method;
use blueprint::ports::{NewRelease, ReleaseJournal as _};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use super::open;
use crate::support::Lathe;
use crate::support::people::Person;

const ASKING: &str = "
lathe: 1
name: asking
inputs: { text: { type: string, default: x } }
nodes:
  - { id: wait, kind: flow.await, with: { signal: paid, key: k } }
";

const CALLING: &str = "
lathe: 1
name: calling
nodes:
  - { id: call, kind: flow.call, with: { workflow: asking } }
";

const APPLICATION: &str = "
name: library
models:
  - name: books
    fields:
      - { name: title, type: text }
";

/// A field of their own, which no record of a stranger has.
const EXTENSION: &str = "
models:
  - name: workflows
    fields:
      - { name: note, type: text }
";

/// Kinds of records, as `GET /api/meta` names them to who may see all of them.
const MODELS: [&str; 16] = [
    "workflows",
    "executions",
    "models",
    "applications",
    "releases",
    "prompts",
    "schedules",
    "webhooks",
    "secrets",
    "variables",
    "files",
    "members",
    "tokens",
    "users",
    "audit",
    "trash",
];

/// One of everything, in somebody's workspace.
pub(super) struct Things {
    pub(super) workspace: String,
    pub(super) workflow: String,
    pub(super) execution: String,
    pub(super) wait: String,
    pub(super) signal: String,
    pub(super) application: String,
    pub(super) release: String,
    pub(super) model: String,
    pub(super) prompt: String,
    pub(super) secret: String,
    pub(super) variable: String,
    pub(super) file: String,
    pub(super) schedule: String,
    pub(super) webhook: String,
    pub(super) outgoing_webhook: String,
    pub(super) delivery: String,
    pub(super) token: String,
    pub(super) user: String,
    pub(super) invitation: String,
    pub(super) session: String,
    pub(super) identity: String,
    pub(super) notification: String,
    pub(super) view: String,
}

impl Things {
    pub(super) async fn make(lathe: &Lathe, person: &Person) -> Self {
        let ask = async |method: Method, path: &str, body: Value| {
            let body = (!body.is_null()).then_some(body);
            let reply = lathe.ask(person, method.clone(), path, body.as_ref()).await;
            assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
            reply.body
        };
        let id = |body: &Value| body["id"].as_str().unwrap().to_owned();
        let profile = ask(Method::GET, "/api/auth/profile", Value::Null).await;
        let workspace = profile["home"].as_str().unwrap().to_owned();
        let workflow = id(&ask(Method::POST, "/api/workflows", json!({"source": ASKING})).await);
        let path = format!("/api/workflows/{workflow}/execute");
        let execution =
            id(&ask(Method::POST, &path, json!({"inputs": {"text": "treasure"}})).await);
        let wait = loop {
            let waits = ask(Method::GET, "/api/waits", Value::Null).await;
            if let Some(wait) = waits["items"][0]["id"].as_str() {
                break wait.to_owned();
            }
            tokio::task::yield_now().await;
        };
        let kept = json!({"name": "other", "payload": "treasure", "keep": "1h"});
        ask(Method::POST, "/api/signals", kept).await;
        let signals = ask(Method::GET, "/api/signals", Value::Null).await;
        let application = ask(
            Method::POST,
            "/api/applications",
            json!({"source": APPLICATION}),
        )
        .await;
        let release = NewRelease {
            id: uuid::Uuid::now_v7(),
            owner: workspace.parse().unwrap(),
            home: uuid::Uuid::now_v7(),
            application: "library".to_owned(),
            number: 1,
            digest: "treasure".to_owned(),
            target: "process".to_owned(),
            execution: execution.parse().unwrap(),
            begun_at: chrono::Utc::now(),
        };
        lathe.store.begin(&release).await.unwrap();
        let prompt = json!({"name": "treasure", "content": "treasure {{ x }}"});
        let prompt = id(&ask(Method::POST, "/api/prompts", prompt).await);
        let label = format!("/api/prompts/{prompt}/labels/production");
        ask(Method::PUT, &label, json!({"version": 1})).await;
        let secret = json!({"name": "treasure", "value": "treasure"});
        let secret = id(&ask(Method::POST, "/api/secrets", secret).await);
        let variable = json!({"name": "treasure", "value": "treasure"});
        let variable = id(&ask(Method::POST, "/api/variables", variable).await);
        let new = store::NewFile {
            name: "treasure.txt".to_owned(),
            by: None,
            execution: None,
            replace: false,
        };
        let bytes = stream::iter([Ok("treasure".into())]).boxed();
        let scope = store::Scope::Workspace(workspace.parse().unwrap());
        let limits = store::FileLimits::default();
        let file = lathe.store.keep_file(scope, new, bytes, limits, None).await;
        let file = file.unwrap().into_record().id.to_string();
        let schedule = json!({"name": "treasure", "workflow_id": workflow, "cron": "@yearly"});
        let schedule = id(&ask(Method::POST, "/api/schedules", schedule).await);
        let webhook = json!({"name": "treasure", "workflow_id": workflow, "verification": "hmac"});
        let webhook = id(&ask(Method::POST, "/api/webhooks", webhook).await);
        let outgoing = json!({"name": "treasure", "url": "https://hooks.example.org/treasure",
            "events": ["execution.failed"]});
        let outgoing = id(&ask(Method::POST, "/api/outgoing-webhooks", outgoing).await);
        let (hook, data) = (outgoing.parse().unwrap(), json!({"name": "treasure"}));
        let hour = std::time::Duration::from_secs(3_600);
        let ping = lathe
            .store
            .begin_outgoing(scope, hook, ("ping", &data), hour);
        let ping = ping.await.unwrap().id.to_string();
        let token = json!({"name": "treasure", "scopes": ["models:read"]});
        let invitation = json!({"email": "friend@example.org", "role": "viewer"});
        let invitations = format!("/api/workspaces/{workspace}/invitations");
        let sessions = ask(Method::GET, "/api/auth/sessions", Value::Null).await;
        let linked = store::NewIdentity {
            provider: "company".to_owned(),
            issuer: "https://login.example.org".to_owned(),
            subject: "treasure".to_owned(),
            email: None,
        };
        let owner = profile["id"].as_str().unwrap().parse().unwrap();
        let linked = lathe
            .store
            .link_identity(owner, linked, store::Linking::Deliberate);
        let told = store::NewNotification {
            user_id: owner,
            workspace_id: None,
            kind: "new_login",
            subject: None,
            data: json!({"message": "treasure"}),
            count: 1,
            mail: false,
            happened_at: chrono::Utc::now(),
        };
        assert_eq!(lathe.store.notify(&[told]).await.unwrap(), [owner]);
        let notifications = ask(Method::GET, "/api/notifications", Value::Null).await;
        let view = json!({"model": "workflows", "name": "treasure"});
        let view = id(&ask(Method::POST, "/api/views", view).await);
        let extension = json!({"source": EXTENSION});
        ask(Method::PUT, "/api/meta/extension", extension).await;
        let pins = json!({"pins": {"ask": {"output": "treasure"}}});
        let pinned = format!("/api/workflows/{workflow}/pins");
        ask(Method::PUT, &pinned, pins).await;
        let extra = format!("/api/records/workflows/{workflow}/extra");
        ask(Method::PUT, &extra, json!({"note": "treasure"})).await;
        Self {
            view,
            notification: id(&notifications["items"][0]),
            identity: linked.await.unwrap().id.to_string(),
            wait,
            signal: id(&signals["items"][0]),
            model: id(&application["models"][0]),
            application: id(&application),
            release: release.id.to_string(),
            prompt,
            secret,
            variable,
            file,
            schedule,
            webhook,
            outgoing_webhook: outgoing,
            delivery: ping,
            token: id(&ask(Method::POST, "/api/tokens", token).await),
            user: id(&profile),
            invitation: id(&ask(Method::POST, &invitations, invitation).await),
            session: id(&sessions["items"][0]),
            workspace,
            workflow,
            execution,
        }
    }

    fn ids(&self) -> [&str; 23] {
        [
            &self.workspace,
            &self.workflow,
            &self.execution,
            &self.wait,
            &self.signal,
            &self.application,
            &self.release,
            &self.model,
            &self.prompt,
            &self.secret,
            &self.variable,
            &self.file,
            &self.schedule,
            &self.webhook,
            &self.outgoing_webhook,
            &self.delivery,
            &self.token,
            &self.user,
            &self.invitation,
            &self.session,
            &self.identity,
            &self.notification,
            &self.view,
        ]
    }

    /// The same, for addresses that name no thing as well.
    pub(super) fn at_or(&self, path: &str) -> (String, Value) {
        match path {
            "/api/meta/extension" => (path.to_owned(), json!({"source": EXTENSION})),
            path if path.contains('{') => self.at(path),
            path => (path.to_owned(), json!({})),
        }
    }

    /// The address with the first one's ids in it, and a body that would do.
    pub(super) fn at(&self, path: &str) -> (String, Value) {
        let resource = path.split('/').nth(2).unwrap();
        let id = match (resource, path) {
            ("workspaces", _) => &self.workspace,
            ("workflows", _) => &self.workflow,
            ("executions", _) => &self.execution,
            ("waits", _) => &self.wait,
            ("signals", _) => &self.signal,
            ("applications", _) => &self.application,
            ("releases", _) => &self.release,
            ("models", _) => &self.model,
            ("prompts", _) => &self.prompt,
            ("secrets", _) => &self.secret,
            ("variables", _) => &self.variable,
            ("files", _) => &self.file,
            ("schedules", _) => &self.schedule,
            ("webhooks", _) => &self.webhook,
            ("outgoing-webhooks", _) => &self.outgoing_webhook,
            ("tokens", _) => &self.token,
            ("notifications", _) => &self.notification,
            ("users", _) => &self.user,
            ("records", _) => &self.workflow,
            ("views", _) => &self.view,
            ("auth", "/api/auth/sessions/{id}") => &self.session,
            ("auth", "/api/auth/identities/{id}") => &self.identity,
            _ => panic!("{path}: say here which of the first one's things this is about"),
        };
        let concrete = path
            .replace("{id}", id)
            .replace("{model}", "workflows")
            .replace("{version}", "1")
            .replace("{delivery}", &self.delivery)
            .replace("{user_id}", &self.user)
            .replace("{invitation_id}", &self.invitation)
            .replace("{name}", "auditor")
            .replace("{label}", "production")
            .replace("{sha256}", &"0".repeat(64));
        // Without the version that it is compared with, an address is refused by what it is.
        let concrete = concrete.replace("/diff", "/diff?from=1");
        assert!(!concrete.contains('{'), "{concrete}");
        let body = match path.rsplit('/').next().unwrap() {
            "decide" => json!({"step": "wait", "action": "skip"}),
            "answer" => json!({"payload": "stolen"}),
            "invitations" => json!({"email": "eve2@example.org", "role": "viewer"}),
            "{user_id}" => json!({"role": "viewer"}),
            "{label}" => json!({"version": 1}),
            "extra" => json!({"note": "stolen"}),
            "pins" => json!({"pins": {"ask": {"output": "stolen"}}}),
            "restore" => json!({"name": "stolen"}),
            "versions" => json!({"content": "stolen"}),
            "render" => json!({"values": {"x": 1}}),
            "{name}" => json!({"permissions": ["models:read"]}),
            _ => match resource {
                "workflows" if path.ends_with("{id}") => json!({"source": ASKING}),
                "prompts" if path.ends_with("{id}") => json!({"content": "stolen"}),
                "secrets" | "variables" => json!({"value": "stolen"}),
                "models" => json!({"name": "stolen", "fields": []}),
                "applications" if path.ends_with("{id}") => json!({"label": "stolen"}),
                "applications" if path.ends_with("environment") => {
                    json!({"variables": [{"name": "STOLEN", "value": "stolen"}]})
                }
                "files" => json!({"name": "stolen"}),
                "views" => json!({"model": "workflows", "name": "stolen"}),
                "workspaces" if path.ends_with("{id}") => json!({"name": "stolen"}),
                _ => json!({}),
            },
        };
        (concrete, body)
    }
}

/// All that the first one sees, as text.
async fn everything(lathe: &Lathe, person: &Person, things: &Things) -> String {
    let mut whole = String::new();
    for path in [
        format!("/api/workspaces/{}", things.workspace),
        format!("/api/workspaces/{}/members", things.workspace),
        format!("/api/workspaces/{}/invitations", things.workspace),
        format!("/api/workspaces/{}/roles", things.workspace),
        format!("/api/workflows/{}", things.workflow),
        format!("/api/workflows/{}/versions", things.workflow),
        format!("/api/workflows/{}/pins", things.workflow),
        format!("/api/executions/{}", things.execution),
        format!("/api/applications/{}", things.application),
        format!("/api/releases/{}", things.release),
        format!("/api/models/{}", things.model),
        format!("/api/prompts/{}", things.prompt),
        format!("/api/prompts/{}/versions", things.prompt),
        format!("/api/secrets/{}", things.secret),
        format!("/api/variables/{}", things.variable),
        format!("/api/files/{}", things.file),
        format!("/api/files/{}/content", things.file),
        format!("/api/schedules/{}", things.schedule),
        format!("/api/webhooks/{}", things.webhook),
        format!("/api/outgoing-webhooks/{}", things.outgoing_webhook),
        format!(
            "/api/outgoing-webhooks/{}/deliveries",
            things.outgoing_webhook
        ),
        "/api/executions".to_owned(),
        "/api/waits".to_owned(),
        "/api/signals".to_owned(),
        "/api/tokens".to_owned(),
        "/api/notifications".to_owned(),
        "/api/settings".to_owned(),
        format!("/api/workspaces/{}/settings", things.workspace),
        "/api/auth/identities".to_owned(),
        "/api/views".to_owned(),
        "/api/meta/extension".to_owned(),
        format!("/api/records/workflows/{}", things.workflow),
    ] {
        let reply = lathe.ask(person, Method::GET, &path, None).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        whole += &reply.text;
    }
    whole
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_theirs_is_not_there() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let things = Things::make(&lathe, &ada).await;
    let all: Vec<String> = {
        let profile = lathe
            .ask(&eve, Method::GET, "/api/auth/profile", None)
            .await;
        let names = profile.body["permissions"].as_array().unwrap().iter();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let body = json!({"name": "all", "scopes": all});
    let token = lathe
        .ask(&eve, Method::POST, "/api/tokens", Some(&body))
        .await;
    let token = Person::with_token(token.body["token"].as_str().unwrap());
    // Somebody who belonged to it once.
    let former = lathe.register("former@example.org").await;
    lathe
        .share(&ada, &former, "former@example.org", "admin")
        .await;
    let profile = lathe
        .ask(&former, Method::GET, "/api/auth/profile", None)
        .await;
    let member = format!(
        "/api/workspaces/{}/members/{}",
        things.workspace,
        profile.body["id"].as_str().unwrap()
    );
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &member, None).await.status,
        204
    );
    let before = everything(&lathe, &ada, &things).await;

    let strangers = [
        ("owner of another workspace", eve.clone()),
        (
            "the same, naming the first",
            eve.in_workspace(&things.workspace),
        ),
        ("a token of another workspace", token.clone()),
        (
            "the same, naming the first",
            token.in_workspace(&things.workspace),
        ),
        (
            "a former member, naming the first",
            former.in_workspace(&things.workspace),
        ),
    ];
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let (mut tried, mut listed) = (0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            let security = operation["security"][0].as_object().unwrap();
            let takes = security.values().next().cloned().unwrap_or_default();
            if security.is_empty()
                || path == "/api/nodes/{kind}"
                || takes == json!(["server:admin"])
                || security.contains_key("machine")
            {
                continue;
            }
            let lists: Vec<String> = match &**path {
                "/api/records/{model}" => MODELS.map(|one| format!("/api/records/{one}")).to_vec(),
                _ => vec![path.clone()],
            };
            for (who, stranger) in &strangers {
                if path.contains('{') && lists == [path.clone()] {
                    let (concrete, body) = things.at(path);
                    let has_body = operation["requestBody"].is_object();
                    let body = has_body.then_some(&body);
                    let reply = lathe.ask(stranger, method.clone(), &concrete, body).await;
                    // Sessions take somebody who has logged in, before it matters whose they are.
                    let for_people = security.contains_key("session") && reply.status == 403;
                    assert!(
                        reply.status == 404 || for_people,
                        "{who}: {method} {concrete}: {} {}",
                        reply.status,
                        reply.text
                    );
                    tried += 1;
                } else if method == Method::GET {
                    let filters = [
                        "",
                        "?workflow_id=W",
                        "?execution_id=E",
                        "?application_id=A",
                        "?rerun_of=E",
                    ];
                    let asked = lists
                        .iter()
                        .flat_map(|list| filters.map(|filter| (list, filter)));
                    for (list, filter) in asked {
                        let filter = filter
                            .replace('W', &things.workflow)
                            .replace('E', &things.execution)
                            .replace('A', &things.application);
                        let asked = format!("{list}{filter}");
                        let reply = lathe.ask(stranger, Method::GET, &asked, None).await;
                        for id in things.ids() {
                            // What was asked for may be repeated.
                            assert!(
                                !reply.text.contains(id) || filter.contains(id),
                                "{who}: {asked} tells {id}: {}",
                                reply.text
                            );
                        }
                        assert!(
                            !reply.text.contains("treasure"),
                            "{who}: {asked}: {}",
                            reply.text
                        );
                        listed += 1;
                    }
                }
            }
        }
    }
    assert!(tried > 150 && listed > 100, "{tried} {listed}");
    let after = everything(&lathe, &ada, &things).await;
    assert_eq!(before, after, "nothing was changed");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_signals_do_not_cross() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let things = Things::make(&lathe, &ada).await;
    // A workflow of the same name may be in each.
    let body = json!({"source": CALLING});
    let made = lathe
        .ask(&eve, Method::POST, "/api/workflows", Some(&body))
        .await;
    let run = format!(
        "/api/workflows/{}/execute?wait=30s",
        made.body["id"].as_str().unwrap()
    );
    let reply = lathe.ask(&eve, Method::POST, &run, Some(&json!({}))).await;
    assert_eq!(reply.body["status"], "failed", "{}", reply.text);
    assert_eq!(
        reply.body["error"]["code"], "unknown_workflow",
        "{}",
        reply.text
    );
    let signal = json!({"name": "paid", "key": "k", "payload": "stolen"});
    let sent = lathe
        .ask(&eve, Method::POST, "/api/signals", Some(&signal))
        .await;
    assert_eq!(sent.body["delivered"], json!([]), "{}", sent.text);
    let kept = json!({"name": "paid", "key": "k", "payload": "stolen", "keep": "1h"});
    lathe
        .ask(&eve, Method::POST, "/api/signals", Some(&kept))
        .await;
    // The same key of an idempotent create means something else there.
    let keyed = |person: &Person| {
        let request = person
            .asking(Method::POST, "/api/workflows")
            .header("idempotency-key", "the-same");
        let source = ASKING.replace("asking", "keyed");
        crate::support::with_json(request, &json!({"source": source}))
    };
    let (first, second) = (lathe.send(keyed(&ada)).await, lathe.send(keyed(&eve)).await);
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201));
    assert_ne!(first.body["id"], second.body["id"]);
    assert_eq!(second.header("idempotency-replayed"), "");

    let sent = lathe
        .ask(&ada, Method::POST, "/api/signals", Some(&signal))
        .await;
    assert_eq!(
        sent.body["delivered"][0]["execution_id"], *things.execution,
        "{}",
        sent.text
    );
    lathe.stop().await;
}
