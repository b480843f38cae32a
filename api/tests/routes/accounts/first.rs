//! S9, C16: who comes first operates the server, however many come at once.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use api::{Config, MachineToken};
use axum::extract::ConnectInfo;
use axum::http::Method;
use futures::future::join_all;
use serde_json::json;
use store::Paging;

use super::open;
use crate::support::documents::GREET;
use crate::support::people::{PASSWORD, Person, bare};
use crate::support::{Lathe, with_json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_at_once_one_is_the_administrator() {
    let lathe = open().await;
    // Each from an address of its own, so that no limit helps.
    let come = (0..50_u8).map(async |n| {
        let peer = SocketAddr::from(([192, 0, 2, n], 40_000));
        let request = bare(Method::POST, "/api/auth/register").extension(ConnectInfo(peer));
        let body = json!({"email": format!("p{n}@example.org"), "password": PASSWORD});
        lathe.send(with_json(request, &body)).await
    });
    for reply in join_all(come).await {
        assert_eq!(reply.status, 201, "{}", reply.text);
    }
    let made = lathe.store.list_users(&Paging::first(100)).await.unwrap();
    let admins = made.items.iter().filter(|user| user.is_admin).count();
    assert_eq!((made.items.len(), admins), (50, 1));
    let homes: BTreeSet<_> = made.items.iter().map(|user| user.home).collect();
    assert_eq!(homes.len(), 50, "everybody has a workspace of their own");
    lathe.stop().await;
}

/// S23: nobody is there before, and nobody comes in by a name and a password that everybody knows.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_takes_over_what_is_there_and_others_take_an_invitation() {
    let lathe = Lathe::start().await;
    let before = lathe.workflow(GREET).await;
    let methods = lathe.knock(Method::GET, "/api/auth/methods", None).await;
    assert_eq!(
        methods.body,
        json!({"first": true, "registration": "invite", "setup_code_required": false, "mail": false, "providers": []})
    );
    for (name, password) in [("admin@localhost", "admin"), ("lathe@localhost", "lathe")] {
        let body = json!({"email": name, "password": password});
        let login = lathe.knock(Method::POST, "/api/auth/login", Some(&body));
        login.await.refused(401, "unauthorized");
    }
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
