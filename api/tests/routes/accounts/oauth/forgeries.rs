//! S24: answers that are not what they say, and answers without end. None of them lets anybody in.

use std::time::Duration;

use api::Config;
use axum::http::Method;

use super::{at, company, config, refused, settings};
use crate::support::browser::Browser;
use crate::support::issuer::{Issuer, Twist};

#[tokio::test(flavor = "multi_thread")]
async fn no_token_that_is_wrong_in_any_way_lets_anybody_in() {
    let (issuer, lathe) = company().await;
    for twist in [
        Twist::OtherNonce,
        Twist::NoNonce,
        Twist::OtherAudience,
        Twist::MoreAudiences,
        Twist::OtherParty,
        Twist::OtherIssuer,
        Twist::Expired,
        Twist::Unsigned,
        Twist::HashedWithThePublicKey,
        Twist::HashedWithTheSecret,
        Twist::ForeignKey,
        Twist::OtherAccessToken,
        Twist::NoToken,
    ] {
        issuer.twist(twist);
        let mut browser = Browser::default();
        let ended = browser.log_in(&lathe, "company").await;
        assert_eq!(ended.leads_to(), refused("provider_failed"), "{twist:?}");
        assert!(!browser.is_in(&lathe).await, "{twist:?}");
    }
    assert_eq!(
        lathe.store.user_by_email("ada@example.org").await.unwrap(),
        None
    );
    // The same with nothing wrong: it is the twist that was refused.
    issuer.twist(Twist::None);
    assert_eq!(
        Browser::default()
            .log_in(&lathe, "company")
            .await
            .leads_to(),
        "/"
    );
    assert!(issuer.refusals.lock().unwrap().is_empty());
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_and_in_the_browser_that_asked() {
    let (issuer, lathe) = company().await;
    let begin = async |browser: &mut Browser| {
        let begun = browser.open(&lathe, "/api/auth/oauth/company").await;
        browser.visit(begun.header("location")).await
    };
    // Somebody else's login, by which a victim would be in the attacker's account.
    let mut attacker = Browser::default();
    let back = begin(&mut attacker).await;
    let mut victim = Browser::default();
    assert_eq!(
        victim.open(&lathe, &back).await.leads_to(),
        refused("expired"),
        "no cookie"
    );
    assert_eq!(
        attacker.open(&lathe, &back).await.leads_to(),
        refused("expired"),
        "it is used up"
    );
    let back = begin(&mut attacker).await;
    begin(&mut victim).await;
    assert_eq!(
        victim.open(&lathe, &back).await.leads_to(),
        refused("expired"),
        "another cookie"
    );
    // A state that nobody gave out, or none.
    let mut browser = Browser::default();
    let back = begin(&mut browser).await;
    let code = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    for made_up in ["&state=made-up", "", "&state=", "&state=a&state=b"] {
        let path = format!("/api/auth/oauth/company/callback?code={code}{made_up}");
        let mut cookies = Browser {
            cookies: browser.cookies.clone(),
        };
        assert_eq!(
            cookies.open(&lathe, &path).await.leads_to(),
            refused("expired"),
            "{made_up}"
        );
    }
    // It is good still, and after that it is not.
    let kept = browser.cookies.clone();
    assert_eq!(browser.open(&lathe, &back).await.leads_to(), "/");
    let mut again = Browser { cookies: kept };
    assert_eq!(
        again.open(&lathe, &back).await.leads_to(),
        refused("expired"),
        "a replay"
    );
    assert!(
        issuer.refusals.lock().unwrap().is_empty(),
        "a replay reaches no issuer"
    );
    lathe
        .knock(Method::GET, "/api/auth/oauth/nobody/callback", None)
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

/// A code that was caught on its way is worth nothing without the verifier that stayed here.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_login_is_not_taken() {
    let (issuer, lathe) = company().await;
    let mut victim = Browser::default();
    let begun = victim.open(&lathe, "/api/auth/oauth/company").await;
    let caught = victim.visit(begun.header("location")).await;
    let code_of = |back: &str| {
        back.split("code=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .to_owned()
    };
    let mut attacker = Browser::default();
    let begun = attacker.open(&lathe, "/api/auth/oauth/company").await;
    let own = attacker.visit(begun.header("location")).await;
    let injected = own.replace(&code_of(&own), &code_of(&caught));
    assert_eq!(
        attacker.open(&lathe, &injected).await.leads_to(),
        refused("provider_failed")
    );
    assert_eq!(
        *issuer.refusals.lock().unwrap(),
        ["the verifier is not that of the challenge"]
    );
    assert!(!attacker.is_in(&lathe).await);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_say_no_or_come_from_elsewhere_are_told_apart() {
    let (_issuer, lathe) = company().await;
    for (sent, word) in [
        ("error=access_denied", "cancelled"),
        ("error=server_error", "provider_failed"),
        ("code=x&iss=https://login.example.org", "provider_failed"),
        ("x=y", "provider_failed"),
    ] {
        let mut browser = Browser::default();
        let begun = browser.open(&lathe, "/api/auth/oauth/company").await;
        let service = begun.header("location");
        let state = service
            .split("state=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        let path = format!("/api/auth/oauth/company/callback?state={state}&{sent}");
        assert_eq!(
            browser.open(&lathe, &path).await.leads_to(),
            refused(word),
            "{sent}"
        );
    }
    lathe.stop().await;
}

/// S13, C10: a service that people log in by is named by the operator, and no other address of this network by way of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_says_of_itself_leads_to_no_other_machine_of_this_network() {
    let (issuer, inside) = (Issuer::start().await, Issuer::start().await);
    let port = inside.url.rsplit_once(':').unwrap().1.parse().unwrap();
    issuer.twist(Twist::Elsewhere(port));
    let lathe = at(config(settings(&issuer))).await;
    let ended = Browser::default().log_in(&lathe, "company").await;
    assert_eq!(ended.leads_to(), refused("provider_failed"));
    assert!(inside.refusals.lock().unwrap().is_empty(), "it was asked");
    lathe.stop().await;
    // Where the operator lets requests go there, it is asked: and does not know the code.
    let lathe = at(Config {
        outgoing: format!("127.0.0.1:{port}").parse().unwrap(),
        ..config(settings(&issuer))
    })
    .await;
    let ended = Browser::default().log_in(&lathe, "company").await;
    assert_eq!(ended.leads_to(), refused("provider_failed"));
    assert_eq!(inside.refusals.lock().unwrap().len(), 1);
    lathe.stop().await;
}

/// S24: what another service sends has bounds of time and size.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_ends() {
    let issuer = Issuer::start().await;
    let lathe = at(Config {
        provider_patience: Duration::from_millis(500),
        ..config(settings(&issuer))
    })
    .await;
    for twist in [Twist::Huge, Twist::Silent, Twist::Redirecting] {
        issuer.twist(twist);
        let ended = Browser::default().log_in(&lathe, "company").await;
        assert_eq!(ended.leads_to(), refused("provider_failed"), "{twist:?}");
    }
    lathe.stop().await;
    // One that is not there at all, and one that says it was somebody else.
    let mut away = settings(&issuer);
    away.issuer = Some("http://127.0.0.1:9".to_owned());
    let mut other = settings(&issuer);
    other.issuer = Some(format!("{}/", issuer.url));
    for settings in [away, other] {
        let lathe = at(config(settings)).await;
        let begun = Browser::default()
            .open(&lathe, "/api/auth/oauth/company")
            .await;
        assert_eq!(begun.leads_to(), refused("provider_failed"));
        lathe.stop().await;
    }
}
