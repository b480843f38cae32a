//! S9: who comes first operates the server, however many come at once.

use api::{Config, MachineToken};
use axum::http::Method;
use futures::future::join_all;
use serde_json::json;

use super::open;
use crate::support::Lathe;
use crate::support::documents::GREET;
use crate::support::people::{PASSWORD, Person};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_at_once_one_is_the_administrator() {
    let lathe = open().await;
    // Fifty of different addresses, so that no limit helps.
    let come = (0..50).map(async |n| {
        let user = store::NewUser {
            email: format!("p{n}@example.org"),
            name: format!("Person {n}"),
            password_hash: None,
            verified: false,
            slug: "p".to_owned(),
        };
        lathe
            .store
            .register_user(user, store::Admission::Open)
            .await
    });
    let made: Vec<_> = join_all(come)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let admins = made.iter().filter(|user| user.is_admin).count();
    assert_eq!((made.len(), admins), (50, 1));
    let homes: std::collections::BTreeSet<_> = made.iter().map(|user| user.home).collect();
    assert_eq!(homes.len(), 50, "everybody has a workspace of their own");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_takes_over_what_is_there_and_others_take_an_invitation() {
    let lathe = Lathe::start().await;
    let before = lathe.workflow(GREET).await;
    let methods = lathe.knock(Method::GET, "/api/auth/methods", None).await;
    assert_eq!(
        methods.body,
        json!({"first": true, "registration": "invite", "setup_code_required": false, "mail": false, "providers": []})
    );
    let ada = lathe.register("Ada@Example.org").await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(profile.body["email"], "ada@example.org");
    assert_eq!(profile.body["name"], "ada");
    assert_eq!(profile.body["is_admin"], true);
    assert_eq!(profile.body["workspaces"][0]["role"], "owner");
    let path = format!("/api/workflows/{before}");
    assert_eq!(lathe.ask(&ada, Method::GET, &path, None).await.status, 200);

    let methods = lathe.knock(Method::GET, "/api/auth/methods", None).await;
    assert_eq!(methods.body["first"], false);
    let body = json!({"email": "eve@example.org", "password": PASSWORD});
    let register = |body| async {
        let body = body;
        lathe
            .knock(Method::POST, "/api/auth/register", Some(&body))
            .await
    };
    register(body).await.refused(403, "forbidden");
    let made_up = json!({"email": "eve@example.org", "password": PASSWORD, "invitation": "x"});
    register(made_up).await.refused(403, "forbidden");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_reach_of_strangers_asks_the_first_for_its_code() {
    let config = Config {
        setup_code: Some(MachineToken::of("the-code")),
        ..Config::default()
    };
    let lathe = Lathe::start_with(config).await;
    let register = async |code: Option<&str>| {
        let mut body = json!({"email": "ada@example.org", "password": PASSWORD});
        if let Some(code) = code {
            body["setup_code"] = code.into();
        }
        lathe
            .knock(Method::POST, "/api/auth/register", Some(&body))
            .await
    };
    register(None).await.refused(403, "forbidden");
    register(Some("guess")).await.refused(403, "forbidden");
    let reply = register(Some("the-code")).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    Person::of(&reply);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_together_and_makes_nothing() {
    let lathe = Lathe::start().await;
    let register = async |body| {
        lathe
            .knock(Method::POST, "/api/auth/register", Some(&body))
            .await
    };
    let reply = register(json!({"email": "nobody", "password": "password12"})).await;
    reply.refused(422, "validation_failed");
    let details = reply.body["error"]["details"].as_array().unwrap();
    let places: Vec<_> = details
        .iter()
        .map(|detail| detail["path"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["/email", "/password"]);
    assert!(
        !reply.text.contains("password12"),
        "a password is never repeated"
    );
    // S3: nobody makes themselves more than they are.
    for field in [
        "id",
        "is_admin",
        "role",
        "home",
        "workspace_id",
        "verified_at",
        "disabled_at",
    ] {
        let mut body = json!({"email": "ada@example.org", "password": PASSWORD});
        body[field] = json!(true);
        register(body).await.refused(422, "validation_failed");
    }
    assert!(!lathe.store.has_users().await.unwrap());
    lathe.register("ada@example.org").await;
    lathe.stop().await;
}
