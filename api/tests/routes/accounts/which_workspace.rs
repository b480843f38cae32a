//! The header `Lathe-Workspace`: whatever it says, nobody sees another's workspace.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use super::open;
use crate::live::workflow;
use crate::support::documents::{GATED, GREET};
use crate::support::people::Person;
use crate::support::{Lathe, MACHINE, Reply};

async fn listed(lathe: &Lathe, person: &Person, workspaces: &[&str]) -> Reply {
    let mut request = person.asking(Method::GET, "/api/workflows");
    for workspace in workspaces {
        request = request.header("lathe-workspace", *workspace);
    }
    lathe.send(request.body(Body::empty()).unwrap()).await
}

/// The id and the slug of somebody's own workspace.
async fn home(lathe: &Lathe, person: &Person) -> (String, String) {
    let listed = lathe
        .ask(person, Method::GET, "/api/workspaces", None)
        .await;
    let own = &listed.body["items"][0];
    let text = |name: &str| own[name].as_str().unwrap().to_owned();
    (text("id"), text("slug"))
}

/// C5: left out, empty, twice, and another's, with a session, a token and the machine's.
#[tokio::test(flavor = "multi_thread")]
async fn c5_the_header_leads_into_no_other_workspace() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let bob = lathe.register("bob@example.org").await;
    workflow(&lathe, &ada, GREET).await;
    workflow(&lathe, &bob, GATED).await;
    let ((mine, my_slug), (theirs, their_slug)) =
        (home(&lathe, &ada).await, home(&lathe, &bob).await);
    let token = json!({"name": "ci", "scopes": ["workflows:read"]});
    let token = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&token))
        .await;
    let token = Person::with_token(token.body["token"].as_str().unwrap());
    let machine = Person::with_token(MACHINE);
    for (who, person) in [("session", &ada), ("token", &token), ("machine", &machine)] {
        // Left out, it is one's own; that of the machine is the first one, which is Ada's.
        for named in [vec![], vec![&*mine], vec![&*my_slug]] {
            let reply = listed(&lathe, person, &named).await;
            let items = reply.body["items"].as_array().unwrap();
            let names: Vec<&str> = items
                .iter()
                .filter_map(|one| one["name"].as_str())
                .collect();
            assert_eq!(names, ["greet"], "{who} {named:?}: {}", reply.text);
        }
        for (named, status) in [
            (vec![""], StatusCode::NOT_FOUND),
            (vec![&*mine, &*mine], StatusCode::BAD_REQUEST),
            (vec![&*mine, &*theirs], StatusCode::BAD_REQUEST),
            (vec![&*theirs, &*mine], StatusCode::BAD_REQUEST),
            (vec!["", &*theirs], StatusCode::BAD_REQUEST),
        ] {
            let reply = listed(&lathe, person, &named).await;
            assert_eq!(reply.status, status, "{who} {named:?}: {}", reply.text);
            assert!(!reply.text.contains("gated"), "{who} {named:?}");
        }
        // The machine may look into all of them.
        if who == "machine" {
            continue;
        }
        for named in [&*theirs, &*their_slug, "' OR '1'='1", "%", "_", "*"] {
            let reply = listed(&lathe, person, &[named]).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{who} {named}");
        }
    }
    lathe.stop().await;
}
