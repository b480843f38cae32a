//! S5, S6, C23 and C26: what a session is proved by, how it goes on, and how it ends.

use axum::body::Body;
use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures::future::join_all;
use serde_json::{Value, json};

use super::open;
use crate::support::people::{PASSWORD, Person, bare};
use crate::support::{Lathe, with_json};

async fn refresh(lathe: &Lathe, token: &str) -> crate::support::Reply {
    let body = json!({"refresh_token": token});
    lathe
        .knock(Method::POST, "/api/auth/refresh", Some(&body))
        .await
}

async fn status(lathe: &Lathe, person: &Person) -> u16 {
    let reply = lathe
        .ask(person, Method::GET, "/api/auth/profile", None)
        .await;
    reply.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_once_and_its_copy_ends_the_session() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let next = Person::of(&refresh(&lathe, &ada.refresh).await);
    assert_ne!(next.refresh, ada.refresh);
    // At the same moment it is another tab, and the session lives.
    refresh(&lathe, &ada.refresh).await.refused(409, "conflict");
    assert_eq!(status(&lathe, &next).await, 200);
    // Later it is a copy.
    lathe.age_refresh_tokens().await;
    refresh(&lathe, &ada.refresh)
        .await
        .refused(401, "unauthorized");
    assert_eq!(
        status(&lathe, &next).await,
        401,
        "whoever has the newer one is out as well"
    );
    refresh(&lathe, &next.refresh)
        .await
        .refused(401, "unauthorized");
    refresh(&lathe, "made up")
        .await
        .refused(401, "unauthorized");
    // S21: the copy is on record, once, with whose it is and where it came from; tokens that are merely worthless are not.
    let audit = lathe.get("/api/audit?all=true").await;
    let entries = audit.body["items"].as_array().unwrap().iter();
    let copies: Vec<&Value> = entries
        .filter(|entry| entry["action"] == "refresh")
        .collect();
    assert_eq!(copies.len(), 1, "{}", audit.text);
    let actor = &copies[0]["actor"];
    assert_eq!(
        (&actor["via"], &actor["email"], &copies[0]["address"]),
        (
            &json!("refresh_token"),
            &json!("ada@example.org"),
            &json!("in-process")
        )
    );
    assert!(!audit.text.contains(&*ada.refresh), "{}", audit.text);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_exchanges_at_once_one_is_served() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let replies = join_all((0..20).map(|_| refresh(&lathe, &ada.refresh))).await;
    let served: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(served.len(), 1);
    assert!(
        replies
            .iter()
            .all(|reply| [200, 409].contains(&reply.status.as_u16()))
    );
    assert_eq!(status(&lathe, &Person::of(served[0])).await, 200);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_ended_and_left() {
    let lathe = open().await;
    let here = lathe.register("ada@example.org").await;
    let there = lathe.log_in("ada@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let list = lathe
        .ask(&here, Method::GET, "/api/auth/sessions", None)
        .await;
    let sessions = list.body["items"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    let path = format!("/api/auth/sessions/{}", other["id"].as_str().unwrap());
    lathe
        .ask(&eve, Method::DELETE, &path, None)
        .await
        .refused(404, "not_found");
    assert_eq!(status(&lathe, &there).await, 200);
    assert_eq!(
        lathe.ask(&here, Method::DELETE, &path, None).await.status,
        204
    );
    assert_eq!(status(&lathe, &there).await, 401);
    refresh(&lathe, &there.refresh)
        .await
        .refused(401, "unauthorized");

    let third = lathe.log_in("ada@example.org").await;
    let left = lathe
        .ask(&here, Method::POST, "/api/auth/logout", None)
        .await;
    assert_eq!(left.status, 204);
    assert_eq!(status(&lathe, &here).await, 401);
    assert_eq!(status(&lathe, &third).await, 200, "only here");
    let everywhere = "/api/auth/logout?everywhere=true";
    lathe.ask(&third, Method::POST, everywhere, None).await;
    assert_eq!(status(&lathe, &third).await, 401);
    // The same in a body; what a body says besides is not passed over.
    let (here, there) = (
        lathe.log_in("ada@example.org").await,
        lathe.log_in("ada@example.org").await,
    );
    let path = "/api/auth/logout";
    let unknown = json!({"all": true});
    let refused = lathe.ask(&here, Method::POST, path, Some(&unknown)).await;
    refused.refused(422, "validation_failed");
    let everywhere = json!({"everywhere": true});
    let left = lathe
        .ask(&here, Method::POST, path, Some(&everywhere))
        .await;
    assert_eq!(left.status, 204, "{}", left.text);
    assert_eq!(status(&lathe, &there).await, 401);
    assert_eq!(status(&lathe, &eve).await, 200);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_has_its_token_where_scripts_do_not_see_it() {
    for (url, cookie) in [
        ("https://lathe.example.org", "__Host-lathe_refresh"),
        ("http://localhost:4000", "lathe_refresh"),
    ] {
        let config = api::Config {
            url: url.to_owned(),
            ..api::Config::default()
        };
        let lathe = Lathe::start_with(config).await;
        let browser = |path| bare(Method::POST, path).header("sec-fetch-site", "same-origin");
        let body = json!({"email": "ada@example.org", "password": PASSWORD});
        let reply = lathe
            .send(with_json(browser("/api/auth/register"), &body))
            .await;
        assert_eq!(reply.body.get("refresh_token"), None);
        assert_eq!(reply.header("cache-control"), "no-store");
        let set = reply.header("set-cookie").to_owned();
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
            assert!(set.contains(part), "{set}");
        }
        assert!(set.starts_with(&format!("{cookie}=")), "{set}");
        assert_eq!(set.contains("; Secure"), url.starts_with("https"), "{set}");
        assert!(!set.contains("Domain"), "{set}");
        let shown = set.split(';').next().unwrap().to_owned();
        let refresh = browser("/api/auth/refresh").header("cookie", format!("a=b; {shown}"));
        let reply = lathe.send(refresh.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        // By the time a refusal arrives, somebody may have logged in anew: it takes no cookie away.
        lathe.age_refresh_tokens().await;
        let refresh = browser("/api/auth/refresh").header("cookie", &shown);
        let reply = lathe.send(refresh.body(Body::empty()).unwrap()).await;
        reply.refused(401, "unauthorized");
        assert_eq!(reply.header("set-cookie"), "");
        // A page of another site sends no cookie of this kind, and is refused besides.
        let foreign = browser("/api/auth/refresh")
            .header("cookie", shown)
            .header("origin", "http://evil.example");
        let reply = lathe.send(foreign.body(Body::empty()).unwrap()).await;
        reply.refused(403, "forbidden");
        lathe.stop().await;
    }
}

/// Tokens that were never signed by this server, or are no access tokens of it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_its_own_tokens_lets_anybody_in() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let parts: Vec<&str> = ada.access.split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (header, claims) = (read(parts[0]), read(parts[1]));
    let with = |header: &Value, claims: &Value| {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{}", part(header), part(claims), parts[2])
    };
    let changed = |value: &Value, field: &str, to: Value| {
        let mut value = value.clone();
        value[field] = to;
        value
    };
    let unsigned =
        |header: Value| format!("{}.", with(&header, &claims).rsplit_once('.').unwrap().0);
    let mut wrong = vec![
        unsigned(changed(&header, "alg", json!("none"))),
        unsigned(changed(&header, "alg", json!("None"))),
        with(&changed(&header, "alg", json!("HS512")), &claims),
        with(&changed(&header, "alg", json!("RS256")), &claims),
        with(&changed(&header, "typ", json!("JWT")), &claims),
        with(&changed(&header, "kid", json!("../../dev/null")), &claims),
        with(
            &changed(&header, "jku", json!("http://evil.example/keys")),
            &claims,
        ),
        with(&header, &changed(&claims, "exp", json!(9_999_999_999_u64))),
        ada.refresh.clone(),
        "lathe_made-up".to_owned(),
        "machine_made-up".to_owned(),
        String::new(),
        "a.b.c".to_owned(),
    ];
    // Signed with the right key, and still not what it has to be.
    let key = &lathe.store.signing_keys().await.unwrap()[0];
    let sign_with = |secret: &[u8], typ: &str, kid: &str, claims: &Value| {
        use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(kid.to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        encode(&header, claims, &EncodingKey::from_secret(secret).unwrap()).unwrap()
    };
    let sign = |typ: &str, kid: &str, claims: &Value| sign_with(&key.secret, typ, kid, claims);
    let kid = key.id.to_string();
    let good = Person::with_token(&sign("at+jwt", &kid, &claims));
    assert_eq!(
        status(&lathe, &good).await,
        200,
        "this way of signing is the server's"
    );
    let now = chrono::Utc::now().timestamp();
    for (field, value) in [
        ("exp", json!(now - 60)),
        ("exp", json!("9999999999")),
        ("exp", Value::Null),
        ("nbf", json!(now + 600)),
        ("aud", json!("another")),
        ("aud", Value::Null),
        ("iss", json!("another")),
        ("iss", Value::Null),
        ("sub", Value::Null),
        ("sub", json!(uuid::Uuid::now_v7())),
        ("sid", json!(uuid::Uuid::now_v7())),
    ] {
        let mut claims = claims.clone();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(field)),
            value => claims[field] = value,
        }
        wrong.push(sign("at+jwt", &kid, &claims));
    }
    wrong.push(sign("JWT", &kid, &claims));
    // C23: the key is made by chance, for this installation only.
    let other = open().await;
    other.register("ada@example.org").await;
    let theirs = &other.store.signing_keys().await.unwrap()[0];
    assert!(key.secret.len() >= 32 && *key.secret != *theirs.secret);
    wrong.push(sign_with(&theirs.secret, "at+jwt", &kid, &claims));
    other.stop().await;
    wrong.push(sign("at+jwt", "another", &claims));
    for token in wrong {
        assert_eq!(
            status(&lathe, &Person::with_token(&token)).await,
            401,
            "{token}"
        );
    }
    for header in ["Basic YTpi", "Bearer", "bearer  ", "Token x"] {
        let asked = bare(Method::GET, "/api/auth/profile").header("authorization", header);
        let reply = lathe.send(asked.body(Body::empty()).unwrap()).await;
        reply.refused(401, "unauthorized");
    }
    lathe.stop().await;
}

/// As a process finds it that has kept nothing from before.
fn as_another_process(lathe: &mut Lathe) {
    let config = api::Config {
        registration: api::Registration::Open,
        ..api::Config::default()
    };
    (lathe.router, _) = api::router(config, lathe.state.clone());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_follows_another() {
    let mut lathe = open().await;
    let signed_by = |person: &Person| {
        let header = person.access.split('.').next().unwrap();
        let header = BASE64_URL_SAFE_NO_PAD.decode(header).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        header["kid"].as_str().unwrap().to_owned()
    };
    let ada = lathe.register("ada@example.org").await;
    let first = lathe.store.signing_keys().await.unwrap()[0].id.to_string();
    assert_eq!(signed_by(&ada), first);
    lathe.store.add_signing_key().await.unwrap();
    let keys = lathe.store.signing_keys().await.unwrap();
    as_another_process(&mut lathe);
    let next = lathe.log_in("ada@example.org").await;
    assert_eq!(signed_by(&next), keys[0].id.to_string());
    assert_ne!(signed_by(&next), first);
    assert_eq!(status(&lathe, &ada).await, 200, "the old one is still good");

    let dropped = lathe.store.drop_signing_keys(keys[0].created_at).await;
    assert_eq!(dropped.unwrap(), 1);
    as_another_process(&mut lathe);
    assert_eq!(status(&lathe, &ada).await, 401, "nobody knows its key");
    assert_eq!(status(&lathe, &next).await, 200);
    // Only the token is gone, and not the session.
    let again = Person::of(&refresh(&lathe, &ada.refresh).await);
    assert_eq!(status(&lathe, &again).await, 200);
    lathe.stop().await;
}
