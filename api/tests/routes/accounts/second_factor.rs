//! Codes besides the password.

use std::net::{Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::Method;
use serde_json::json;
use totp_rs::{Builder, Secret};

use super::open;
use crate::support::people::{PASSWORD, Person, bare};
use crate::support::{Lathe, Reply, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_for_and_good_once() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let path = "/api/auth/second-factor";
    let wrong = json!({"password": "wrong but long enough"});
    let reply = lathe.ask(&ada, Method::POST, path, Some(&wrong)).await;
    reply.refused(422, "validation_failed");
    let body = json!({"password": PASSWORD});
    let setup = lathe.ask(&ada, Method::POST, path, Some(&body)).await;
    assert!(
        setup.body["url"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/Lathe:ada")
    );
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(setup.body["secret"].as_str().unwrap()).unwrap())
        .with_account_name("ada@example.org")
        .with_issuer(Some("Lathe"))
        .build()
        .unwrap();
    let now = chrono::Utc::now().timestamp().cast_unsigned();
    let code = |steps: i64| {
        totp.generate(now.saturating_add_signed(steps * 30))
            .to_string()
    };
    let confirm = async |setup: &str, code: &str| {
        let body = json!({"setup": setup, "code": code});
        lathe.ask(&ada, Method::PUT, path, Some(&body)).await
    };
    let sealed = setup.body["setup"].as_str().unwrap();
    confirm(sealed, "000000x")
        .await
        .refused(422, "validation_failed");
    confirm("v1.a.b.c", &code(0))
        .await
        .refused(422, "validation_failed");
    // The code of the step after is still to be used. Either is good when the next step begins meanwhile.
    let confirmed = confirm(sealed, &code(0)).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    let recovery = confirmed.body["recovery_codes"].as_array().unwrap().clone();
    assert_eq!(recovery.len(), 10);
    confirm(sealed, &code(1)).await.refused(409, "conflict");

    let log_in = async |code: Option<&str>| {
        let mut body = json!({"email": "ada@example.org", "password": PASSWORD});
        if let Some(code) = code {
            body["code"] = code.into();
        }
        lathe
            .knock(Method::POST, "/api/auth/login", Some(&body))
            .await
    };
    log_in(None).await.refused(401, "second_factor_required");
    log_in(Some(&code(0)))
        .await
        .refused(401, "second_factor_required");
    assert_eq!(log_in(Some(&code(1))).await.status, 200);
    log_in(Some(&code(1)))
        .await
        .refused(401, "second_factor_required");
    let one = recovery[0].as_str().unwrap();
    assert_eq!(log_in(Some(one)).await.status, 200);
    log_in(Some(one))
        .await
        .refused(401, "second_factor_required");
    // However it is typed, it is the same one.
    let other = recovery[1].as_str().unwrap();
    let typed = other.replace('-', "").to_uppercase();
    assert_eq!(log_in(Some(&typed)).await.status, 200);
    log_in(Some(other))
        .await
        .refused(401, "second_factor_required");
    lathe.stop().await;
}

/// Sets a second factor up; gives the recovery codes.
pub(crate) async fn protect(lathe: &Lathe, person: &Person) -> Vec<String> {
    let path = "/api/auth/second-factor";
    let body = json!({"password": PASSWORD});
    let setup = lathe.ask(person, Method::POST, path, Some(&body)).await;
    let secret = setup.body["secret"].as_str().unwrap();
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .with_account_name("somebody")
        .with_issuer(Some("Lathe"))
        .build()
        .unwrap();
    let now = chrono::Utc::now().timestamp().cast_unsigned();
    let body = json!({"setup": setup.body["setup"], "code": totp.generate(now).to_string()});
    let confirmed = lathe.ask(person, Method::PUT, path, Some(&body)).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    let codes = confirmed.body["recovery_codes"].as_array().unwrap().iter();
    codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

/// S8: whoever has found out a password gets no more tries of the code for coming from many networks, its owner is told, and
/// comes in on their own browser all the same.
#[tokio::test(flavor = "multi_thread")]
async fn codes_are_not_guessed_from_many_networks() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let request = bare(Method::POST, "/api/auth/login").header("sec-fetch-site", "same-origin");
    let before = lathe.send(with_json(request, &body)).await;
    let codes = protect(&lathe, &ada).await;
    let log_in = async |network: u16, cookie: &str, code: &str| {
        let address = Ipv6Addr::new(0x2001, 0xdb8, 1, network, 0, 0, 0, 1);
        let request = bare(Method::POST, "/api/auth/login")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie)
            .extension(ConnectInfo(SocketAddr::from((address, 443))));
        let body = json!({"email": "ada@example.org", "password": PASSWORD, "code": code});
        lathe.send(with_json(request, &body)).await
    };
    let first = log_in(0, "a=b", &codes[0]).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let device_of = |reply: &Reply| {
        let set = reply.headers.get_all("set-cookie").iter();
        set.filter_map(|cookie| cookie.to_str().unwrap().split(';').next())
            .find(|cookie| cookie.starts_with("lathe_device="))
            .unwrap()
            .to_owned()
    };
    let (device, before) = (device_of(&first), device_of(&before));
    for network in 1..=20 {
        log_in(network, "a=b", "000000x")
            .await
            .refused(401, "second_factor_required");
    }
    for code in ["000000x", &*codes[1]] {
        log_in(21, "a=b", code).await.refused(429, "rate_limited");
    }
    // A browser that was known before there was a second factor has shown no code.
    log_in(22, &before, &codes[1])
        .await
        .refused(429, "rate_limited");
    let inside = log_in(22, &device, &codes[1]).await;
    assert_eq!(inside.status, 200, "{}", inside.text);
    let told = lathe
        .ask(&ada, Method::GET, "/api/notifications", None)
        .await;
    let warnings = told.text.matches("tries codes of it").count();
    assert_eq!(warnings, 1, "{}", told.text);
    lathe.stop().await;
}
