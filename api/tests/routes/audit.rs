//! S21: what was changed is recorded, and every way of changing the record shows.

use std::net::{Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::Lathe;
use crate::support::people::{PASSWORD, bare};

async fn proof(lathe: &Lathe, head: Option<&str>) -> Value {
    let query = head.map(|head| format!("?head={head}")).unwrap_or_default();
    let reply = lathe.get(&format!("/api/audit/verify{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.body
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_what_from_where_and_what_there_was_before_and_after_it() {
    let lathe = Lathe::start().await;
    let ada = lathe.register("ada@example.org").await;
    let body = json!({"name": "greeting", "content": "Hello\r\nX: {{ name }}"});
    let made = lathe
        .ask(&ada, Method::POST, "/api/prompts", Some(&body))
        .await;
    let path = format!("/api/prompts/{}", made.body["id"].as_str().unwrap());
    lathe
        .ask(
            &ada,
            Method::PUT,
            &path,
            Some(&json!({"description": "kind"})),
        )
        .await;
    let token = json!({"name": "narrow", "scopes": ["prompts:read"]});
    let token = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&token))
        .await;
    let token = crate::support::people::Person::with_token(token.body["token"].as_str().unwrap());
    lathe
        .ask(&token, Method::DELETE, &path, None)
        .await
        .refused(403, "forbidden");
    lathe.ask(&ada, Method::GET, &path, None).await;
    let wrong = json!({"email": "ada@example.org", "password": "wrong but long enough"});
    lathe
        .knock(Method::POST, "/api/auth/login", Some(&wrong))
        .await;
    let refused = lathe.put(&path, json!({"name": "Not so"})).await;
    assert_eq!(refused.status, 422);

    let all = lathe.get("/api/audit?all=true").await;
    let entries: Vec<_> = all.body["items"].as_array().unwrap().iter().rev().collect();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                entry["action"].as_str().unwrap(),
                entry["status"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("register", 201),
            ("create_prompt", 201),
            ("update_prompt", 200),
            ("create_token", 201),
            ("delete_prompt", 403),
            ("login", 401),
        ],
        "reads, and what was refused for what was sent, are not in it"
    );
    assert_eq!(entries[2]["actor"]["email"], "ada@example.org");
    assert_eq!(entries[2]["resource"], path);
    assert_eq!(entries[2]["address"], "in-process");
    assert_eq!(
        (
            &entries[1]["after"]["description"],
            &entries[2]["after"]["description"]
        ),
        (&json!(""), &json!("kind"))
    );
    assert_eq!(entries[1]["before"], Value::Null);
    assert_eq!(entries[2]["before"], entries[1]["after"]);
    assert_eq!(
        entries[4]["before"],
        Value::Null,
        "what is refused is not read"
    );
    assert_eq!(entries[4]["actor"]["via"], "token");
    // No secret is in it: neither passwords nor what was shown once.
    for secret in [PASSWORD, &*ada.access, &*ada.refresh, &*token.access] {
        assert!(!all.text.contains(secret), "{}", all.text);
    }
    // Who manages a workspace sees what was done there, and no more.
    let theirs = lathe.ask(&ada, Method::GET, "/api/audit", None).await;
    assert_eq!(
        theirs.body["items"].as_array().unwrap().len(),
        4,
        "{}",
        theirs.text
    );
    // It can be asked for a part of it.
    let at = entries[0]["at"].as_str().unwrap();
    for (query, expected) in [
        ("actor=ADA@example.org&action=update_prompt".to_owned(), 1),
        (format!("resource={path}"), 2),
        ("resource=/api/prompts&actor=token".to_owned(), 1),
        (format!("since={at}&until=2999-01-01T00:00:00Z"), 6),
        ("until=2026-01-01T00:00:00Z".to_owned(), 0),
    ] {
        let found = lathe.get(&format!("/api/audit?all=true&{query}")).await;
        let found = found.body["items"].as_array().map(Vec::len);
        assert_eq!(found, Some(expected), "{query}");
    }
    for turned_round in [
        "since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z",
        "since=yesterday",
    ] {
        let path = format!("/api/audit?{turned_round}");
        let refused = lathe.ask(&ada, Method::GET, &path, None).await;
        refused.refused(400, "bad_request");
    }
    lathe.stop().await;
}

/// Changes the database behind the server's back.
fn tamper(lathe: &Lathe, sql: &str) {
    let connection = rusqlite::Connection::open(&lathe.database).unwrap();
    connection
        .busy_timeout(std::time::Duration::from_secs(5))
        .unwrap();
    connection.execute_batch(sql).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_gaps_another_order_and_a_cut_tail_show() {
    let tampered = [
        (
            "UPDATE audit SET actor = '{\"via\":\"machine\",\"x\":1}' WHERE seq = 2",
            "entry 2",
        ),
        ("UPDATE audit SET after = NULL WHERE seq = 2", "entry 2"),
        ("UPDATE audit SET before = '{}' WHERE seq = 2", "entry 2"),
        ("DELETE FROM audit WHERE seq = 2", "entry 2: it is missing"),
        ("DELETE FROM audit WHERE seq = 1", "entry 1: it is missing"),
        (
            "UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
             UPDATE audit SET seq = 3 WHERE seq = 100",
            "entry 2",
        ),
        (
            "DELETE FROM audit WHERE seq >= 3",
            "entry 3: entries at the end are missing",
        ),
        (
            "DELETE FROM audit WHERE seq >= 3; UPDATE audit_head SET seq = 2",
            "entry 2: the sealed end",
        ),
        ("DELETE FROM audit_head", "the sealed end is missing"),
        (
            "UPDATE audit SET actor = 'x' WHERE seq = 3",
            "entry 3: it was changed",
        ),
        (
            "INSERT INTO audit (seq, at, actor, action, resource, address, status, hash)
             SELECT -5, at, actor, action, resource, address, status, hash FROM audit WHERE seq = 1",
            "entry 1: something stands before it",
        ),
    ];
    for (sql, problem) in tampered {
        let lathe = Lathe::start().await;
        for n in 1..=4 {
            let body = json!({"name": format!("p{n}"), "content": ""});
            assert_eq!(lathe.post("/api/prompts", body).await.status, 201);
        }
        let sound = proof(&lathe, None).await;
        assert_eq!(
            (&sound["sound"], &sound["entries"]),
            (&json!(true), &json!(4))
        );
        tamper(&lathe, sql);
        let broken = proof(&lathe, None).await;
        assert_eq!(broken["sound"], false, "{sql}");
        let told = broken["problem"].as_str().unwrap();
        assert!(told.contains(problem), "{sql}: {told}");
        lathe.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_state_shows_to_who_has_noted_a_newer_one() {
    let lathe = Lathe::start().await;
    let add = async |name: &str| {
        let body = json!({"name": name, "content": ""});
        assert_eq!(lathe.post("/api/prompts", body).await.status, 201);
    };
    add("a").await;
    let connection = rusqlite::Connection::open(&lathe.database).unwrap();
    let read = |sql: &str| -> String { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    let sealed = read("SELECT sealed FROM audit_head");
    let second = read("SELECT value FROM secrets WHERE name = 'audit'");
    add("b").await;
    let noted = proof(&lathe, None).await["head"]
        .as_str()
        .unwrap()
        .to_owned();
    add("c").await;
    assert_eq!(
        proof(&lathe, Some(&noted)).await["sound"],
        true,
        "it has grown since"
    );
    // Whoever has a copy of the log puts that back, and it shows; with a copy of all of the database, it does not.
    tamper(
        &lathe,
        &format!(
            "DELETE FROM audit WHERE seq > 1; UPDATE audit_head SET seq = 1, sealed = '{sealed}'"
        ),
    );
    assert_eq!(proof(&lathe, None).await["sound"], false);
    tamper(
        &lathe,
        &format!("UPDATE secrets SET value = '{second}' WHERE name = 'audit'"),
    );
    assert_eq!(proof(&lathe, None).await["sound"], true);
    assert_eq!(proof(&lathe, Some(&noted)).await["sound"], false);
    lathe
        .get("/api/audit/verify?head=x")
        .await
        .refused(400, "bad_request");
    lathe.stop().await;
}

/// Limits count a network of IPv6 as one; the record says which machine it was.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_ipv6_is_recorded_as_a_whole() {
    let lathe = Lathe::start().await;
    let wrong = json!({"email": "ada@example.org", "password": "wrong but long enough"});
    let mut login = crate::support::with_json(bare(Method::POST, "/api/auth/login"), &wrong);
    let peer: Ipv6Addr = "2001:db8:1:2:3:4:5:6".parse().unwrap();
    let peer = SocketAddr::from((peer, 50_000));
    login.extensions_mut().insert(ConnectInfo(peer));
    lathe.send(login).await.refused(401, "unauthorized");
    let found = lathe.get("/api/audit?all=true&action=login").await;
    let items = found.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{}", found.text);
    assert_eq!(items[0]["address"], "2001:db8:1:2:3:4:5:6");
    lathe.stop().await;
}
