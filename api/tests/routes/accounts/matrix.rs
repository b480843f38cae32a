//! S2, C6: every role against every route. What a role may do comes from the list of roles, what a route takes from the
//! document; the two are held against what the server does. A new route is in here by being there.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use super::open;
use crate::support::Lathe;
use crate::support::people::Person;

struct Operation {
    id: String,
    method: Method,
    path: String,
    way: Way,
}

enum Way {
    Public,
    Known,
    Session,
    Machine,
    Permission(String),
}

/// Every operation, with ids in its path of what is not there, but for the workspace.
fn operations(workspace: &str) -> Vec<Operation> {
    let document: Value = serde_json::from_str(&api::openapi_json().unwrap()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            let stated = operation["security"].as_array();
            let stated =
                stated.unwrap_or_else(|| panic!("{method} {path} does not say whom it takes"));
            let [requirement] = stated.as_slice() else {
                panic!("{method} {path} takes one way in");
            };
            let requirement = requirement.as_object().unwrap();
            let way = match requirement.iter().next() {
                None => Way::Public,
                Some((name, scopes)) => match (&**name, scopes.as_array().unwrap().as_slice()) {
                    ("session", []) => Way::Session,
                    ("machine", []) => Way::Machine,
                    ("bearer", []) => Way::Known,
                    ("bearer", [one]) => Way::Permission(one.as_str().unwrap().to_owned()),
                    other => panic!("{method} {path}: {other:?}"),
                },
            };
            let nowhere = "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11";
            let concrete = path
                .replace(
                    "/api/workspaces/{id}",
                    &format!("/api/workspaces/{workspace}"),
                )
                .replace("{version}", "1")
                .replace("{name}", "nothing")
                .replace("{kind}", "x.y")
                .replace("{label}", "production")
                .replace("{sha256}", &"0".repeat(64))
                .replace("{step}", "x")
                .replace("{token}", "x");
            let concrete = regex_lite(&concrete, nowhere);
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method,
                path: concrete,
                way,
            });
        }
    }
    all
}

/// Puts an id wherever a name in braces is left.
fn regex_lite(path: &str, id: &str) -> String {
    let mut parts = path.split('{');
    let mut whole = parts.next().unwrap().to_owned();
    for part in parts {
        whole.push_str(id);
        whole.push_str(part.split_once('}').unwrap().1);
    }
    whole
}

/// These put whoever asks out; they have tests of their own.
const LEAVING: [&str; 2] = ["logout", "leave_workspace"];

async fn answers(lathe: &Lathe, person: Option<&Person>, operation: &Operation) -> (u16, String) {
    let body = json!({});
    let body =
        (operation.method != Method::GET && operation.method != Method::DELETE).then_some(&body);
    let (method, path) = (operation.method.clone(), &*operation.path);
    let reply = match person {
        Some(person) => lathe.ask(person, method, path, body).await,
        None => lathe.knock(method, path, body).await,
    };
    (reply.status.as_u16(), reply.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let lathe = open().await;
    let owner = lathe.register("owner@example.org").await;
    let mut people = Vec::new();
    let mut workspace = String::new();
    for role in ["viewer", "operator", "editor", "admin"] {
        let email = format!("{role}@example.org");
        let person = lathe.register(&email).await;
        workspace = lathe.share(&owner, &person, &email, role).await;
        people.push((role.to_owned(), person.in_workspace(&workspace)));
    }
    people.push(("owner".to_owned(), owner.in_workspace(&workspace)));
    let roles = format!("/api/workspaces/{workspace}/roles");
    let made = json!({"permissions": ["models:read", "workflows:run"]});
    let path = format!("{roles}/auditor");
    let role = lathe.ask(&owner, Method::PUT, &path, Some(&made)).await;
    assert_eq!(role.status, 200, "{}", role.text);
    let auditor = lathe.register("auditor@example.org").await;
    lathe
        .share(&owner, &auditor, "auditor@example.org", "auditor")
        .await;
    people.push(("auditor".to_owned(), auditor.in_workspace(&workspace)));
    let list = lathe.ask(&owner, Method::GET, &roles, None).await;
    let may: Vec<(String, BTreeSet<String>)> = list.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| {
            let permissions = role["permissions"].as_array().unwrap().iter();
            let permissions = permissions.map(|name| name.as_str().unwrap().to_owned());
            (
                role["name"].as_str().unwrap().to_owned(),
                permissions.collect(),
            )
        })
        .collect();
    let operations = operations(&workspace);
    assert!(operations.len() > 80, "{}", operations.len());
    let mut asked = 0;
    for operation in &operations {
        let Operation {
            id, method, path, ..
        } = operation;
        let (status, text) = answers(&lathe, None, operation).await;
        match operation.way {
            // A refresh without a token is refused by what it is.
            Way::Public => assert!(
                status != 403 && (status != 401 || id == "refresh"),
                "{method} {path}: {status} {text}"
            ),
            _ => assert_eq!(status, 401, "{method} {path}: {text}"),
        }
        if LEAVING.contains(&&**id) {
            continue;
        }
        for (role, person) in &people {
            let permissions = &may.iter().find(|(name, _)| name == role).unwrap().1;
            let (status, text) = answers(&lathe, Some(person), operation).await;
            asked += 1;
            let is_let_in = match &operation.way {
                Way::Public | Way::Known | Way::Session => true,
                Way::Machine => false,
                // The first account operates the server.
                Way::Permission(name) if name == "server:admin" => role == "owner",
                Way::Permission(name) => permissions.contains(name),
            };
            let refused = status == 403 || (status == 401 && id != "refresh");
            assert_eq!(
                !is_let_in, refused,
                "{role}: {method} {path}: {status} {text}"
            );
            if let (Way::Permission(name), true) = (&operation.way, refused) {
                assert!(text.contains(name), "says what is missing: {text}");
            }
        }
    }
    assert_eq!(asked, (operations.len() - LEAVING.len()) * people.len());
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_it_was_given_whoever_has_it() {
    let lathe = open().await;
    let owner = lathe.register("owner@example.org").await;
    let profile = lathe
        .ask(&owner, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap();
    let given = ["executions:read", "models:write"];
    let body = json!({"name": "narrow", "scopes": given});
    let made = lathe
        .ask(&owner, Method::POST, "/api/tokens", Some(&body))
        .await;
    let token = Person::with_token(made.body["token"].as_str().unwrap());
    for operation in operations(home) {
        let (status, text) = answers(&lathe, Some(&token), &operation).await;
        let is_let_in = match &operation.way {
            Way::Public | Way::Known => true,
            Way::Session | Way::Machine => false,
            Way::Permission(name) => given.contains(&&**name),
        };
        let refused = status == 403 || (status == 401 && operation.id != "refresh");
        let Operation { method, path, .. } = &operation;
        assert_eq!(!is_let_in, refused, "{method} {path}: {status} {text}");
    }
    lathe.stop().await;
}

/// C8: a route is not open because its address is spelt otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_an_address_goes_round_the_lock() {
    let lathe = open().await;
    let owner = lathe.register("owner@example.org").await;
    let profile = lathe
        .ask(&owner, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap();
    let mut spellings = 0;
    for operation in operations(home) {
        if matches!(operation.way, Way::Public) {
            continue;
        }
        let path = &operation.path;
        let (head, tail) = path.rsplit_once('/').unwrap();
        for spelt in [
            format!("{path}/"),
            format!("{path}?/api/auth/methods"),
            format!("{path}?x=/healthz"),
            format!("{head}//{tail}"),
            format!("{head}/./{tail}"),
            format!("{head}/%2e%2e/{tail}"),
            format!("/healthz/..{path}"),
            format!("{head}%2f{tail}"),
            format!("{path}%20"),
            format!("{path};/healthz"),
            format!("{path}.json"),
            path.replacen("/api", "/API", 1),
        ] {
            // A client can't even say some of them.
            if spelt.parse::<axum::http::Uri>().is_err() {
                continue;
            }
            spellings += 1;
            let operation = Operation {
                path: spelt,
                id: operation.id.clone(),
                method: operation.method.clone(),
                way: Way::Known,
            };
            let (status, text) = answers(&lathe, None, &operation).await;
            let Operation { method, path, .. } = &operation;
            // Addresses that are no route are a page of the web app, or nothing.
            let is_page =
                *method == Method::GET && !path.starts_with("/api/") && !text.starts_with('{');
            assert!(
                [401, 404, 405].contains(&status) || is_page,
                "{method} {path}: {status} {text}"
            );
        }
    }
    assert!(spellings > 800, "{spellings}");
    lathe.stop().await;
}
