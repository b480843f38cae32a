//! Who gets an account by way of another service, and whose account an address opens.

use api::{Config, MachineToken, ProviderSettings, Registration};
use axum::http::Method;
use serde_json::json;
use store::UserChange;

use super::{at, company, config, refused, settings};
use crate::support::Lathe;
use crate::support::browser::Browser;
use crate::support::issuer::Issuer;

async fn change(lathe: &Lathe, email: &str, change: UserChange) {
    let user = lathe.store.user_by_email(email).await.unwrap().unwrap();
    lathe
        .store
        .update_user(user.id, change, None)
        .await
        .unwrap();
}

/// Whoever registers with another's address waits in vain for its owner to come.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_opens_an_account_only_when_both_sides_have_proved_it() {
    let (issuer, lathe) = company().await;
    lathe.register("ada@example.org").await;
    let mut browser = Browser::default();
    assert_eq!(
        browser.log_in(&lathe, "company").await.leads_to(),
        refused("link_first")
    );
    assert!(!browser.is_in(&lathe).await);
    let verified = || UserChange {
        verified: Some(true),
        ..UserChange::default()
    };
    change(&lathe, "ada@example.org", verified()).await;
    // The service does not vouch for it.
    issuer.is_about(json!({"sub": "eve", "email": "ada@example.org", "email_verified": false}));
    assert_eq!(
        browser.log_in(&lathe, "company").await.leads_to(),
        refused("email_unverified")
    );
    issuer.is_about(json!({"sub": "eve", "email": "ada@example.org"}));
    assert_eq!(
        browser.log_in(&lathe, "company").await.leads_to(),
        refused("email_unverified")
    );
    issuer.is_about(json!({"sub": "eve"}));
    assert_eq!(
        browser.log_in(&lathe, "company").await.leads_to(),
        refused("email_unverified")
    );
    // Both do.
    issuer.is_about(json!({"sub": "ada", "email": "ada@example.org", "email_verified": true}));
    assert_eq!(browser.log_in(&lathe, "company").await.leads_to(), "/");
    let ada = browser.person(&lathe).await;
    let list = lathe
        .ask(&ada, Method::GET, "/api/auth/identities", None)
        .await;
    assert_eq!(list.body["items"][0]["subject"], "ada", "{}", list.text);
    lathe.stop().await;
}

/// Whoever invites has the link of the invitation, too: who comes by it has not proved to have the address.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_to_oneself_proves_no_address() {
    let (_issuer, lathe) = company().await;
    let eve = lathe.register("eve@example.org").await;
    let profile = lathe
        .ask(&eve, Method::GET, "/api/auth/profile", None)
        .await;
    let path = format!(
        "/api/workspaces/{}/invitations",
        profile.body["home"].as_str().unwrap()
    );
    let body = json!({"email": "ada@example.org", "role": "viewer"});
    let invited = lathe.ask(&eve, Method::POST, &path, Some(&body)).await;
    let token = invited.body["link"]
        .as_str()
        .unwrap()
        .split('#')
        .nth(1)
        .unwrap();
    let body = json!({"email": "ada@example.org", "password": "seven turtles on a tall ladder", "invitation": token});
    let made = lathe
        .knock(Method::POST, "/api/auth/register", Some(&body))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        refused("link_first")
    );
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_kept_out_stays_out() {
    let (_issuer, lathe) = company().await;
    let mut browser = Browser::default();
    assert_eq!(browser.log_in(&lathe, "company").await.leads_to(), "/");
    let disabled = UserChange {
        disabled: Some(true),
        ..UserChange::default()
    };
    change(&lathe, "ada@example.org", disabled).await;
    let mut again = Browser::default();
    assert_eq!(
        again.log_in(&lathe, "company").await.leads_to(),
        refused("disabled")
    );
    assert!(!again.is_in(&lathe).await && !browser.is_in(&lathe).await);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_an_account_where_registration_is_closed() {
    let issuer = Issuer::start().await;
    let by = |registration, provider: Option<&str>, domains: &[&str]| Config {
        registration,
        ..config(ProviderSettings {
            registration: provider.map(str::to_owned),
            allowed_domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            ..settings(&issuer)
        })
    };
    use Registration::{Invite, Open};
    for (config, ends) in [
        (by(Invite, None, &[]), refused("closed")),
        (by(Open, Some("closed"), &[]), refused("closed")),
        (by(Open, None, &[]), "/".to_owned()),
        (by(Invite, Some("open"), &["example.org"]), "/".to_owned()),
        (
            by(Invite, Some("open"), &["elsewhere.org"]),
            refused("email_not_allowed"),
        ),
        (
            by(Open, None, &["elsewhere.org"]),
            refused("email_not_allowed"),
        ),
    ] {
        let shown = format!("{config:?}");
        let lathe = at(config).await;
        assert_eq!(
            Browser::default()
                .log_in(&lathe, "company")
                .await
                .leads_to(),
            ends,
            "{shown}"
        );
        lathe.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_invited_gets_one_and_is_in_the_workspace() {
    let issuer = Issuer::start().await;
    let lathe = Lathe::start_with(Config {
        registration: Registration::Invite,
        ..config(settings(&issuer))
    })
    .await;
    let operator = lathe.register("operator@example.org").await;
    let profile = lathe
        .ask(&operator, Method::GET, "/api/auth/profile", None)
        .await;
    let home = profile.body["home"].as_str().unwrap();
    let body = json!({"email": "ada@example.org", "role": "viewer"});
    let path = format!("/api/workspaces/{home}/invitations");
    lathe.ask(&operator, Method::POST, &path, Some(&body)).await;
    let mut browser = Browser::default();
    assert_eq!(browser.log_in(&lathe, "company").await.leads_to(), "/");
    let ada = browser.person(&lathe).await;
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(profile.body["workspaces"].as_array().unwrap().len(), 2);
    issuer.is_about(json!({"sub": "eve", "email": "eve@example.org", "email_verified": true}));
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        refused("closed")
    );
    lathe.stop().await;
}

/// S9: the first account takes the code that the server printed, and no other way goes round it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_the_first_by_way_of_another_service() {
    let issuer = Issuer::start().await;
    let open = ProviderSettings {
        registration: Some("open".to_owned()),
        ..settings(&issuer)
    };
    let lathe = Lathe::start_with(Config {
        setup_code: Some(MachineToken::of("the-code")),
        ..config(open)
    })
    .await;
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        refused("first_account")
    );
    assert!(!lathe.store.has_users().await.unwrap());
    lathe.stop().await;
}
