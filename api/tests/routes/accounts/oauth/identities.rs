//! Linking and unlinking by who is logged in, and the second factor after another service.

use axum::http::Method;
use serde_json::json;
use store::UserChange;
use totp_rs::{Builder, Secret};

use super::{company, refused};
use crate::support::browser::Browser;
use crate::support::people::{PASSWORD, Person};
use crate::support::{Lathe, Reply};

const PATH: &str = "/api/auth/identities";

async fn begin(browser: &mut Browser, lathe: &Lathe, person: &Person, password: &str) -> Reply {
    let body = json!({"provider": "company", "password": password});
    browser.post_as(lathe, person, PATH, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_logged_in_links_deliberately_and_keeps_a_way_in() {
    let (_issuer, lathe) = company().await;
    let ada = lathe.register("ada@example.org").await;
    let mut browser = Browser::default();
    begin(&mut browser, &lathe, &ada, "wrong but long enough")
        .await
        .refused(422, "validation_failed");
    let unknown = json!({"provider": "nobody", "password": PASSWORD});
    browser
        .post_as(&lathe, &ada, PATH, unknown)
        .await
        .refused(422, "validation_failed");
    let begun = begin(&mut browser, &lathe, &ada, PASSWORD).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    let back = browser.visit(begun.body["url"].as_str().unwrap()).await;
    assert_eq!(
        browser.open(&lathe, &back).await.leads_to(),
        "/settings?linked=company"
    );
    // It logs in now, although her own address is not proved.
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        "/"
    );
    let list = lathe.ask(&ada, Method::GET, PATH, None).await;
    let linked = &list.body["items"][0];
    assert_eq!(
        (&linked["provider"], &linked["email"]),
        (&json!("company"), &json!("ada@example.org"))
    );
    assert!(linked["used_at"].is_string());

    // It is nobody else's then.
    let eve = lathe.register("eve@example.org").await;
    let begun = begin(&mut browser, &lathe, &eve, PASSWORD).await;
    let back = browser.visit(begun.body["url"].as_str().unwrap()).await;
    let ended = browser.open(&lathe, &back).await;
    assert_eq!(
        ended.leads_to(),
        "/settings?error=identity_taken&provider=company"
    );

    let path = format!("{PATH}/{}", linked["id"].as_str().unwrap());
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &path, None).await.status,
        204
    );
    lathe
        .ask(&ada, Method::DELETE, &path, None)
        .await
        .refused(404, "not_found");
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        refused("link_first")
    );
    let all = lathe.get("/api/audit?all=true").await;
    let told: Vec<_> = all.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    for action in ["begin_link", "link_identity", "unlink_identity"] {
        assert!(told.contains(&action), "{told:?}");
    }
    lathe.stop().await;
}

/// A victim who is led to the end of somebody else's link does not end up in that account.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_of_its_browser_and_its_session() {
    let (_issuer, lathe) = company().await;
    let eve = lathe.register("eve@example.org").await;
    let mut attacker = Browser::default();
    let begun = begin(&mut attacker, &lathe, &eve, PASSWORD).await;
    let mut victim = Browser::default();
    let back = victim.visit(begun.body["url"].as_str().unwrap()).await;
    assert_eq!(
        victim.open(&lathe, &back).await.leads_to(),
        refused("expired")
    );
    // Whoever has logged out links nothing any more.
    let begun = begin(&mut attacker, &lathe, &eve, PASSWORD).await;
    let back = attacker.visit(begun.body["url"].as_str().unwrap()).await;
    assert_eq!(
        lathe
            .ask(&eve, Method::POST, "/api/auth/logout", None)
            .await
            .status,
        204
    );
    let ended = attacker.open(&lathe, &back).await;
    assert_eq!(
        ended.leads_to(),
        "/settings?error=session_ended&provider=company"
    );
    let user = lathe
        .store
        .user_by_email("eve@example.org")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(lathe.store.list_identities(user.id).await.unwrap(), []);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_way_in_stays_until_there_is_a_password() {
    let (_issuer, lathe) = company().await;
    let mut browser = Browser::default();
    browser.log_in(&lathe, "company").await;
    let ada = browser.person(&lathe).await;
    let list = lathe.ask(&ada, Method::GET, PATH, None).await;
    let path = format!("{PATH}/{}", list.body["items"][0]["id"].as_str().unwrap());
    lathe
        .ask(&ada, Method::DELETE, &path, None)
        .await
        .refused(409, "conflict");
    // Who has none sets one after a login; who has one needs it.
    let set = async |body| {
        lathe
            .ask(&ada, Method::PUT, "/api/auth/password", Some(&body))
            .await
    };
    assert_eq!(set(json!({"password": PASSWORD})).await.status, 204);
    set(json!({"password": PASSWORD}))
        .await
        .refused(422, "validation_failed");
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &path, None).await.status,
        204
    );
    lathe.log_in("ada@example.org").await;
    lathe.stop().await;
}

/// Who comes by a service only shows by a fresh login what others show by their password: an access token that somebody has got
/// hold of does not become a way in that lasts.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_password_a_fresh_login_proves_who_somebody_is() {
    let (_issuer, lathe) = company().await;
    let mut browser = Browser::default();
    browser.log_in(&lathe, "company").await;
    let stolen = browser.person(&lathe).await;
    lathe.age_sessions().await;
    let second_factor = "/api/auth/second-factor";
    let lasting = [
        (
            Method::PUT,
            "/api/auth/password",
            json!({"password": PASSWORD}),
        ),
        (Method::POST, second_factor, json!({})),
        (Method::POST, PATH, json!({"provider": "company"})),
    ];
    for (method, path, body) in lasting {
        let refused = lathe.ask(&stolen, method, path, Some(&body)).await;
        refused.refused(403, "forbidden");
        let message = refused.body["error"]["message"].as_str().unwrap();
        assert!(message.contains("/api/auth/password/forgot"), "{message}");
    }
    // A session that is carried on is no fresh one.
    let carried_on = browser.person(&lathe).await;
    let body = json!({"password": PASSWORD});
    let path = "/api/auth/password";
    let refused = lathe.ask(&carried_on, Method::PUT, path, Some(&body)).await;
    refused.refused(403, "forbidden");

    let mut browser = Browser::default();
    browser.log_in(&lathe, "company").await;
    let owner = browser.person(&lathe).await;
    let body = json!({});
    let setup = lathe
        .ask(&owner, Method::POST, second_factor, Some(&body))
        .await;
    assert_eq!(setup.status, 200, "{}", setup.text);
    lathe.stop().await;
}

/// What a service asks for besides a password is not known here: whoever has a second factor is asked for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_whichever_way_one_comes() {
    let (_issuer, lathe) = company().await;
    let ada = lathe.register("ada@example.org").await;
    let user = lathe
        .store
        .user_by_email("ada@example.org")
        .await
        .unwrap()
        .unwrap();
    let verified = UserChange {
        verified: Some(true),
        ..UserChange::default()
    };
    lathe
        .store
        .update_user(user.id, verified, None)
        .await
        .unwrap();
    let path = "/api/auth/second-factor";
    let setup = lathe
        .ask(
            &ada,
            Method::POST,
            path,
            Some(&json!({"password": PASSWORD})),
        )
        .await;
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(setup.body["secret"].as_str().unwrap()).unwrap())
        .with_account_name("ada@example.org")
        .with_issuer(Some("Lathe"))
        .build()
        .unwrap();
    let now = chrono::Utc::now().timestamp().cast_unsigned();
    let body = json!({"setup": setup.body["setup"], "code": totp.generate(now - 30).to_string()});
    let confirmed = lathe.ask(&ada, Method::PUT, path, Some(&body)).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);

    let mut browser = Browser::default();
    let begun = browser
        .open(&lathe, "/api/auth/oauth/company?next=/runs?a=b%26c=d")
        .await;
    let back = browser.visit(begun.header("location")).await;
    let ended = browser.open(&lathe, &back).await;
    assert_eq!(
        ended.leads_to(),
        "/login?second_factor=company&next=%2Fruns%3Fa%3Db%26c%3Dd"
    );
    assert!(!browser.is_in(&lathe).await);
    // Her identity is not linked by half a login.
    assert_eq!(lathe.store.list_identities(user.id).await.unwrap(), []);
    let show = "/api/auth/login/second-factor";
    let code = json!({"code": totp.generate(now).to_string()});
    let mut other = Browser::default();
    other
        .post(&lathe, show, code.clone())
        .await
        .refused(401, "unauthorized");
    browser
        .post(&lathe, show, json!({"code": "000000x"}))
        .await
        .refused(401, "second_factor_required");
    let kept = browser.cookies.clone();
    let shown = browser.post(&lathe, show, code.clone()).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.body["refresh_token"].is_null() && browser.is_in(&lathe).await);
    assert_eq!(lathe.store.list_identities(user.id).await.unwrap().len(), 1);
    // Neither the code nor the login is good again.
    let recovery = json!({"code": confirmed.body["recovery_codes"][0]});
    let mut again = Browser { cookies: kept };
    again
        .post(&lathe, show, recovery)
        .await
        .refused(401, "unauthorized");
    lathe.stop().await;
}
