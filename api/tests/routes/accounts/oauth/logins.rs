//! Logins that end well, and how much of them is anybody's to see.

use axum::http::{Method, header};
use serde_json::json;

use super::{at, company, config, refused, settings};
use crate::support::browser::Browser;
use crate::support::issuer::{Issuer, Twist, ada};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_comes_back_and_is_the_same() {
    let (issuer, lathe) = company().await;
    let methods = lathe.knock(Method::GET, "/api/auth/methods", None).await;
    let offered = json!([{"id": "company", "label": "Example Inc.", "kind": "oidc",
        "url": "http://localhost:4000/api/auth/oauth/company"}]);
    assert_eq!(methods.body["providers"], offered);

    let mut browser = Browser::default();
    let begun = browser
        .open(&lathe, "/api/auth/oauth/company?next=/runs?status=failed")
        .await;
    assert_eq!(begun.status, 302);
    let service = begun.header("location").to_owned();
    assert!(service.starts_with(&issuer.url), "{service}");
    // S24: state, nonce and challenge go along; what belongs to them stays.
    for part in [
        "state=",
        "nonce=",
        "code_challenge=",
        "code_challenge_method=S256",
        "scope=openid+email+profile",
    ] {
        assert!(service.contains(part), "{service}");
    }
    for secret in browser.cookies.values() {
        assert!(!service.contains(secret), "{service}");
    }
    let cookie = begun.header("set-cookie");
    assert!(
        cookie.starts_with("lathe_oauth=")
            && cookie.contains("HttpOnly; SameSite=Lax; Max-Age=600"),
        "{cookie}"
    );
    let back = browser.visit(&service).await;
    let ended = browser.open(&lathe, &back).await;
    assert_eq!(ended.leads_to(), "/runs?status=failed");
    assert_eq!(ended.header("cache-control"), "no-store");
    assert!(!browser.cookies.contains_key("lathe_oauth"));
    let refresh = &browser.cookies["lathe_refresh"];
    assert!(!ended.header("location").contains(refresh) && !ended.text.contains(refresh));
    let ada = browser.person(&lathe).await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    for (name, value) in [
        ("email", json!("ada@example.org")),
        ("email_verified", json!(true)),
        ("name", json!("Ada Lovelace")),
        ("is_admin", json!(false)),
        ("has_password", json!(false)),
    ] {
        assert_eq!(profile.body[name], value, "{name}");
    }

    // Her address and her name change; she is who she was.
    issuer.is_about(
        json!({"sub": "ada-1815", "email": "lovelace@example.org", "email_verified": false}),
    );
    let mut other = Browser::default();
    assert_eq!(other.log_in(&lathe, "company").await.leads_to(), "/");
    let again = other.person(&lathe).await;
    let again = lathe
        .ask(&again, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(
        (&again.body["id"], &again.body["email"]),
        (&profile.body["id"], &json!("ada@example.org"))
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_both_kinds_are_understood_and_may_change() {
    let issuer = Issuer::start_with_rsa().await;
    let lathe = at(config(settings(&issuer))).await;
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        "/"
    );
    // What is kept of the issuer's keys is too old now.
    issuer.rotate();
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        "/"
    );
    issuer.twist(Twist::EmailApart);
    issuer.is_about(json!({"sub": "grace", "email": "grace@example.org", "email_verified": true}));
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        "/"
    );
    issuer.twist(Twist::OtherPersonApart);
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        refused("provider_failed")
    );
    lathe.stop().await;
}

/// S10: where the service sends people back to is what the operator has set, whatever a request says.
#[tokio::test(flavor = "multi_thread")]
async fn no_request_says_where_people_come_back_to() {
    let issuer = Issuer::start().await;
    let lathe = at(api::Config {
        url: "https://lathe.example.org".to_owned(),
        hosts: vec!["elsewhere.example".to_owned()],
        ..config(settings(&issuer))
    })
    .await;
    let request = axum::http::Request::builder()
        .uri("/api/auth/oauth/company?next=//evil.example")
        .header(header::HOST, "elsewhere.example")
        .header("x-forwarded-host", "evil.example")
        .header(header::ORIGIN, "https://evil.example")
        .header(header::REFERER, "https://evil.example/");
    let begun = lathe
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    let service = begun.header("location");
    let back =
        "redirect_uri=https%3A%2F%2Flathe.example.org%2Fapi%2Fauth%2Foauth%2Fcompany%2Fcallback";
    assert!(service.contains(back), "{service}");
    assert!(
        !service.contains("evil") && !service.contains("elsewhere"),
        "{service}"
    );
    // Over TLS, no other host can set it or see it.
    let cookie = begun.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-lathe_oauth=")
            && cookie.contains("; Path=/;")
            && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_ends_on_this_server_wherever_it_was_to_go() {
    let (_issuer, lathe) = company().await;
    for next in [
        "//evil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "/%09/evil.example",
        "/api/auth/oauth/company",
    ] {
        let mut browser = Browser::default();
        let begun = browser
            .open(&lathe, &format!("/api/auth/oauth/company?next={next}"))
            .await;
        let back = browser.visit(begun.header("location")).await;
        assert_eq!(browser.open(&lathe, &back).await.leads_to(), "/", "{next}");
    }
    lathe
        .knock(Method::GET, "/api/auth/oauth/nobody", None)
        .await
        .refused(404, "not_found");
    lathe
        .knock(Method::GET, "/api/auth/oauth/company?redirect=/x", None)
        .await
        .refused(400, "bad_request");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_logins_is_recorded() {
    let (issuer, lathe) = company().await;
    Browser::default().log_in(&lathe, "company").await;
    issuer.twist(Twist::ForeignKey);
    Browser::default().log_in(&lathe, "company").await;
    let all = lathe.get("/api/audit?all=true").await;
    let told: Vec<_> = all.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .skip(1)
        .map(|entry| {
            (
                entry["action"].as_str().unwrap(),
                entry["actor"]["via"].as_str().unwrap(),
                &entry["actor"]["email"],
            )
        })
        .collect();
    let email = json!("ada@example.org");
    let nobody = json!(null);
    assert_eq!(
        told,
        [
            ("register_by_provider", "provider", &email),
            ("login_by_provider", "provider", &email),
            ("login_by_provider", "stranger", &nobody),
        ]
    );
    assert_eq!(
        all.body["items"][0]["after"],
        json!({"refused": "provider_failed"})
    );
    assert_eq!(ada()["email"], "Ada@Example.org", "one spelling is kept");
    lathe.stop().await;
}
