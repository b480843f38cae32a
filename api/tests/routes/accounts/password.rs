//! C13, C15 and S10: another password, and letters about it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{Config, Mail, Registration};
use axum::http::Method;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::open;
use crate::support::Lathe;
use crate::support::browser::Browser;
use crate::support::people::{PASSWORD, Person, bare};
use crate::support::with_json;

const OTHER: &str = "another staple for the battery";

async fn is_in(lathe: &Lathe, person: &Person) -> bool {
    lathe
        .ask(person, Method::GET, "/api/auth/profile", None)
        .await
        .status
        == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_everything_else() {
    let lathe = open().await;
    let here = lathe.register("ada@example.org").await;
    let there = lathe.log_in("ada@example.org").await;
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let made = lathe
        .ask(&here, Method::POST, "/api/tokens", Some(&body))
        .await;
    let token = Person::with_token(made.body["token"].as_str().unwrap());
    let change = async |body| {
        lathe
            .ask(&here, Method::PUT, "/api/auth/password", Some(&body))
            .await
    };
    let wrong = json!({"current": "wrong but long enough", "password": OTHER});
    change(wrong).await.refused(422, "validation_failed");
    let weak = json!({"current": PASSWORD, "password": "aaaaaaaaaaaa"});
    change(weak).await.refused(422, "validation_failed");
    assert!(is_in(&lathe, &there).await);
    let reply = change(json!({"current": PASSWORD, "password": OTHER})).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    assert!(is_in(&lathe, &here).await);
    assert!(!is_in(&lathe, &there).await);
    assert!(!is_in(&lathe, &token).await);
    lathe.stop().await;
}

/// As much of a post office as it takes to be handed letters: RFC 5321, with every reply that a client waits for.
pub(crate) async fn post_office() -> (String, Arc<Mutex<Vec<String>>>, Arc<Notify>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (letters, came) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
    let (kept, told) = (Arc::clone(&letters), Arc::clone(&came));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (kept, told) = (Arc::clone(&kept), Arc::clone(&told));
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 post\r\n").await.unwrap();
                let mut letter: Option<String> = None;
                while let Ok(Some(line)) = lines.next_line().await {
                    let reply: &[u8] = match (&mut letter, &*line) {
                        (Some(text), ".") => {
                            kept.lock().unwrap().push(std::mem::take(text));
                            letter = None;
                            told.notify_one();
                            b"250 ok\r\n"
                        }
                        (Some(text), line) => {
                            text.push_str(line);
                            text.push('\n');
                            continue;
                        }
                        (None, "DATA") => {
                            letter = Some(String::new());
                            b"354 go on\r\n"
                        }
                        (None, "QUIT") => b"221 bye\r\n",
                        (None, _) => b"250 ok\r\n",
                    };
                    write.write_all(reply).await.unwrap();
                }
            });
        }
    });
    (url, letters, came)
}

async fn with_post() -> (Lathe, Arc<Mutex<Vec<String>>>, Arc<Notify>) {
    let (url, letters, came) = post_office().await;
    let config = Config {
        registration: Registration::Open,
        mail: Some(Mail::new(&url, "Lathe <lathe@example.org>").unwrap()),
        url: "https://lathe.example.org".to_owned(),
        ..Config::default()
    };
    (Lathe::start_with(config).await, letters, came)
}

fn token_of(letter: &str, page: &str) -> String {
    // Long lines are folded with `=` at their ends.
    let letter = letter.replace("=\n", "").replace("=3D", "=");
    let begin = format!("https://lathe.example.org/{page}#");
    let rest = letter
        .split(&begin)
        .nth(1)
        .unwrap_or_else(|| panic!("{letter}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_verify_an_address_and_set_a_password() {
    let (lathe, letters, came) = with_post().await;
    let ada = lathe.register("ada@example.org").await;
    came.notified().await;
    let token = token_of(&letters.lock().unwrap()[0], "verify");
    let body = json!({"token": token});
    let confirm = async || {
        lathe
            .knock(Method::POST, "/api/auth/email/confirm", Some(&body))
            .await
    };
    assert_eq!(confirm().await.status, 204);
    confirm().await.refused(422, "validation_failed");
    let profile = lathe
        .ask(&ada, Method::GET, "/api/auth/profile", None)
        .await;
    assert_eq!(profile.body["email_verified"], true);

    // A hostile host gets into no letter.
    let hostile = bare(Method::POST, "/api/auth/password/forgot")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example");
    let asked = lathe
        .send(with_json(hostile, &json!({"email": "ada@example.org"})))
        .await;
    assert_eq!(asked.status, 202);
    came.notified().await;
    let letter = letters.lock().unwrap()[1].clone();
    assert!(
        letter.contains("To: ada@example.org") && !letter.contains("evil.example"),
        "{letter}"
    );
    let older = token_of(&letter, "reset");
    let body = json!({"email": "ada@example.org"});
    let again = lathe
        .knock(Method::POST, "/api/auth/password/forgot", Some(&body))
        .await;
    assert_eq!(again.status, 202);
    came.notified().await;
    let token = token_of(&letters.lock().unwrap()[2], "reset");
    let reset = async |token: &str, password: &str| {
        let body = json!({"token": token, "password": password});
        lathe
            .knock(Method::POST, "/api/auth/password/reset", Some(&body))
            .await
    };
    reset("made up", OTHER)
        .await
        .refused(422, "validation_failed");
    // A password that is refused does not use the letter up; one's own address is refused as it is by a change.
    for guessed in ["aaaaaaaaaaaa", "ada@example.org"] {
        let refused = reset(&token, guessed).await;
        refused.refused(422, "validation_failed");
        assert_eq!(refused.body["error"]["details"][0]["path"], "/password");
    }
    reset(&older, OTHER).await.refused(422, "validation_failed");
    assert_eq!(reset(&token, OTHER).await.status, 204);
    reset(&token, OTHER).await.refused(422, "validation_failed");
    assert!(!is_in(&lathe, &ada).await);

    // An address without account is answered the same, and gets no letter; the next one goes to who has one.
    let body = json!({"email": "nobody@example.org"});
    let asked = lathe
        .knock(Method::POST, "/api/auth/password/forgot", Some(&body))
        .await;
    assert_eq!((asked.status.as_u16(), &*asked.text), (202, ""));
    lathe.register("eve@example.org").await;
    came.notified().await;
    assert!(letters.lock().unwrap()[3].contains("To: eve@example.org"));
    lathe.stop().await;
}

/// S8: who is shut out by strangers comes in again with a letter, on the browser that they have opened it in.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_lets_in_whom_strangers_have_shut_out() {
    let (lathe, letters, came) = with_post().await;
    lathe.register("ada@example.org").await;
    came.notified().await;
    lathe.move_sessions("10.9.9.9").await;
    for (key, burst) in [
        ("login-as:ada@example.org in-process", 10),
        ("login-strangers:ada@example.org", 50),
    ] {
        let quota = store::limits::Quota {
            burst,
            every: Duration::from_secs(30),
        };
        while lathe.state.limiter.take(key, quota).await.is_ok() {}
    }
    let mut browser = Browser::default();
    let path = "/api/auth/login";
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let shut_out = browser.post(&lathe, path, body).await;
    shut_out.refused(429, "rate_limited");
    let body = json!({"email": "ada@example.org"});
    let asked = browser.post(&lathe, "/api/auth/password/forgot", body);
    assert_eq!(asked.await.status, 202);
    came.notified().await;
    let token = token_of(&letters.lock().unwrap()[1], "reset");
    let body = json!({"token": token, "password": OTHER});
    let reset = browser.post(&lathe, "/api/auth/password/reset", body);
    assert_eq!(reset.await.status, 204);
    let body = json!({"email": "ada@example.org", "password": OTHER});
    let inside = browser.post(&lathe, path, body.clone()).await;
    assert_eq!(inside.status, 200, "{}", inside.text);
    // Nowhere else, though.
    let outside = Browser::default().post(&lathe, path, body).await;
    outside.refused(429, "rate_limited");
    lathe.stop().await;
}

/// S10: another address is somebody's own once a letter to it was opened; the old one is told while something can be done.
#[tokio::test(flavor = "multi_thread")]
async fn another_address_takes_a_letter_to_it() {
    let (lathe, letters, _came) = with_post().await;
    let ada = lathe.register("ada@example.org").await;
    lathe.register("eve@example.org").await;
    let ask = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        lathe
            .ask(&ada, Method::POST, "/api/auth/email", Some(&body))
            .await
    };
    let address = async || {
        let path = "/api/auth/profile";
        let profile = lathe.ask(&ada, Method::GET, path, None).await.body;
        (profile["email"].clone(), profile["email_verified"].clone())
    };
    let confirm = async |token: &str| {
        let body = json!({"token": token});
        lathe
            .knock(Method::POST, "/api/auth/email/confirm", Some(&body))
            .await
    };
    let letter = |at: usize| letters.lock().unwrap()[at].clone();
    ask("ada@example.com", "wrong but long enough")
        .await
        .refused(422, "validation_failed");
    ask("eve@example.org", PASSWORD)
        .await
        .refused(409, "conflict");
    let asked = ask("ada@example.com", PASSWORD).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    assert_eq!(address().await, (json!("ada@example.org"), json!(false)));
    assert!(letter(2).contains("To: ada@example.com"), "{}", letter(2));
    assert!(letter(3).contains("To: ada@example.org"), "{}", letter(3));
    let token = token_of(&letter(2), "verify");
    assert_eq!(confirm(&token).await.status, 204);
    confirm(&token).await.refused(422, "validation_failed");
    assert_eq!(address().await, (json!("ada@example.com"), json!(true)));
    assert!(letter(4).contains("To: ada@example.org"), "{}", letter(4));
    lathe.log_in("ada@example.com").await;

    // Another password ends what somebody has begun who knew the old one.
    let asked = ask("eve@example.com", PASSWORD).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let body = json!({"current": PASSWORD, "password": OTHER});
    let path = "/api/auth/password";
    let changed = lathe.ask(&ada, Method::PUT, path, Some(&body)).await;
    assert_eq!(changed.status, 204, "{}", changed.text);
    let token = token_of(&letter(5), "verify");
    confirm(&token).await.refused(422, "validation_failed");
    assert_eq!(address().await, (json!("ada@example.com"), json!(true)));
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_post_office_that_is_said() {
    let lathe = open().await;
    let body = json!({"email": "ada@example.org"});
    let reply = lathe
        .knock(Method::POST, "/api/auth/password/forgot", Some(&body))
        .await;
    assert!(
        reply
            .refused(503, "unavailable")
            .text
            .contains("lathe user reset")
    );
    lathe.stop().await;
}
