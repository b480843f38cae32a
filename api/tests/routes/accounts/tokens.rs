//! Tokens for programs: no more than their owner, and no longer.

use axum::http::Method;
use serde_json::json;

use super::open;
use crate::support::documents::GREET;
use crate::support::people::Person;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_it_is_for_until_it_ends() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let make = async |body| {
        lathe
            .ask(&ada, Method::POST, "/api/tokens", Some(&body))
            .await
    };
    for (body, path) in [
        (json!({"name": " ", "scopes": ["models:read"]}), "/name"),
        (json!({"name": "x", "scopes": []}), "/scopes"),
        (json!({"name": "x", "scopes": ["models:eat"]}), "/scopes/0"),
        (
            json!({"name": "x", "scopes": ["models:read", "server:admin"]}),
            "/scopes/1",
        ),
        (
            json!({"name": "x", "scopes": ["models:read"], "expires_in_days": 0}),
            "/expires_in_days",
        ),
    ] {
        let reply = make(body).await;
        reply.refused(422, "validation_failed");
        assert_eq!(
            reply.body["error"]["details"][0]["path"], path,
            "{}",
            reply.text
        );
    }
    let scopes = ["workflows:read", "tokens:write"];
    let made = make(json!({"name": "ci", "scopes": scopes, "expires_in_days": 1})).await;
    assert_eq!(
        (made.status.as_u16(), made.header("cache-control")),
        (201, "no-store")
    );
    let text = made.body["token"].as_str().unwrap();
    let token = Person::with_token(text);
    let list = lathe.ask(&ada, Method::GET, "/api/tokens", None).await;
    assert_eq!(list.body["items"][0]["name"], "ci");
    assert!(!list.text.contains(text), "shown once");

    assert_eq!(
        lathe
            .ask(&token, Method::GET, "/api/workflows", None)
            .await
            .status,
        200
    );
    let body = json!({"source": GREET});
    let refused = lathe
        .ask(&token, Method::POST, "/api/workflows", Some(&body))
        .await;
    assert!(
        refused
            .refused(403, "forbidden")
            .text
            .contains("workflows:write")
    );
    // What is for people is not for programs: no token makes another.
    let body = json!({"name": "more", "scopes": ["workflows:read"]});
    let refused = lathe
        .ask(&token, Method::POST, "/api/tokens", Some(&body))
        .await;
    refused.refused(403, "forbidden");
    let refused = lathe.ask(&token, Method::GET, "/api/users", None).await;
    refused.refused(403, "forbidden");

    let path = format!("/api/tokens/{}", made.body["id"].as_str().unwrap());
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &path, None).await.status,
        204
    );
    let gone = lathe.ask(&token, Method::GET, "/api/workflows", None).await;
    gone.refused(401, "unauthorized");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_owner_loses_it_loses() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let shared = lathe.share(&ada, &eve, "eve@example.org", "editor").await;
    let body = json!({"name": "ci", "scopes": ["workflows:read", "workflows:write"]});
    let inside = eve.in_workspace(&shared);
    let made = lathe
        .ask(&inside, Method::POST, "/api/tokens", Some(&body))
        .await;
    let token = Person::with_token(made.body["token"].as_str().unwrap());
    let write = async || {
        let body = json!({"source": "nonsense"});
        let reply = lathe
            .ask(&token, Method::POST, "/api/workflows", Some(&body))
            .await;
        reply.status.as_u16()
    };
    assert_eq!(write().await, 422);
    let profile = lathe
        .ask(&eve, Method::GET, "/api/auth/profile", None)
        .await;
    let member = format!(
        "/api/workspaces/{shared}/members/{}",
        profile.body["id"].as_str().unwrap()
    );
    let body = json!({"role": "viewer"});
    let changed = lathe.ask(&ada, Method::PUT, &member, Some(&body)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(write().await, 403);
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &member, None).await.status,
        204
    );
    assert_eq!(write().await, 401);
    lathe.stop().await;
}

/// Who is known and may not is told that, and not to log in.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_makes_no_tokens_is_told_so() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let home = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    let home = home.body["home"].as_str().unwrap();
    let reader = json!({"permissions": ["models:read"]});
    let path = format!("/api/workspaces/{home}/roles/reader");
    let made = lathe.ask(&ada, Method::PUT, &path, Some(&reader)).await;
    assert_eq!(made.status, 200, "{}", made.text);
    lathe.share(&ada, &eve, "eve@example.org", "reader").await;
    let inside = eve.in_workspace(home);
    let token = json!({"name": "ci", "scopes": ["models:read"]});
    let refused = lathe
        .ask(&inside, Method::POST, "/api/tokens", Some(&token))
        .await;
    let text = &refused.refused(403, "forbidden").text;
    assert!(text.contains("tokens:write"), "{text}");
    let admin = json!({"name": "ci", "scopes": ["server:admin"]});
    let refused = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&admin))
        .await;
    let text = &refused.refused(422, "validation_failed").text;
    assert!(
        text.contains("no token operates the installation"),
        "{text}"
    );
    lathe.stop().await;
}
