//! GitHub, which is no issuer of OpenID Connect.

use std::sync::Arc;

use api::{Config, Provider, ProviderSettings, Registration};
use axum::http::Method;
use serde_json::json;

use super::at;
use crate::support::Lathe;
use crate::support::browser::Browser;
use crate::support::github::{CLIENT, GitHub, Mood, SECRET, address};

async fn github(domains: &[&str]) -> (Arc<GitHub>, Lathe) {
    let github = GitHub::start().await;
    let provider = Provider::new(ProviderSettings {
        id: "github".to_owned(),
        kind: "github".to_owned(),
        issuer: Some(github.url.clone()),
        client_id: CLIENT.to_owned(),
        client_secret: Some(SECRET.to_owned()),
        allowed_domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        ..ProviderSettings::default()
    });
    let lathe = at(Config {
        registration: Registration::Open,
        providers: vec![provider.unwrap()],
        ..Config::default()
    });
    (github, lathe.await)
}

fn refused(word: &str) -> String {
    format!("/login?error={word}&provider=github")
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_their_number_whatever_they_are_called() {
    let (github, lathe) = github(&[]).await;
    let mut browser = Browser::default();
    assert_eq!(browser.log_in(&lathe, "github").await.leads_to(), "/");
    let ada = browser.person(&lathe).await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(
        (&profile.body["name"], &profile.body["email"]),
        (&json!("ada"), &json!("ada@example.org"))
    );
    // She gives her name up, and somebody else takes it.
    let mallory = json!([address("mallory@example.org", true, true)]);
    github.is_about(json!({"id": 666, "login": "ada", "name": "Ada"}), mallory);
    let mut other = Browser::default();
    other.log_in(&lathe, "github").await;
    let mallory = other.person(&lathe).await;
    let other = lathe
        .ask(&mallory, Method::GET, "/api/auth/profile", None)
        .await;
    assert_ne!(other.body["id"], profile.body["id"]);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_addresses_that_are_verified_count() {
    let (github, lathe) = github(&["example.org"]).await;
    let person = || json!({"id": 1, "login": "eve", "name": null});
    for (addresses, ends) in [
        (json!([]), refused("email_unverified")),
        (
            json!([address("eve@example.org", true, false)]),
            refused("email_unverified"),
        ),
        (
            json!([address("eve@elsewhere.org", true, true)]),
            refused("email_not_allowed"),
        ),
        (
            json!([
                address("eve@elsewhere.org", true, true),
                address("eve@example.org", false, false)
            ]),
            refused("email_not_allowed"),
        ),
        (
            json!([
                address("eve@elsewhere.org", true, true),
                address("eve@example.org", false, true)
            ]),
            "/".to_owned(),
        ),
    ] {
        github.is_about(person(), addresses.clone());
        let ended = Browser::default().log_in(&lathe, "github").await;
        assert_eq!(ended.leads_to(), ends, "{addresses}");
    }
    assert!(
        lathe
            .store
            .user_by_email("eve@example.org")
            .await
            .unwrap()
            .is_some()
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_ways_of_saying_no_are_understood() {
    let (github, lathe) = github(&[]).await;
    for (mood, word) in [
        (Mood::BadCode, "provider_failed"),
        (Mood::Limited, "provider_failed"),
        (Mood::Revoked, "provider_failed"),
        (Mood::Discreet, "email_unverified"),
    ] {
        github.is(mood);
        let mut browser = Browser::default();
        assert_eq!(
            browser.log_in(&lathe, "github").await.leads_to(),
            refused(word),
            "{mood:?}"
        );
        assert!(!browser.is_in(&lathe).await, "{mood:?}");
    }
    github.is(Mood::Fine);
    assert_eq!(
        Browser::default().log_in(&lathe, "github").await.leads_to(),
        "/"
    );
    lathe.stop().await;
}
