//! S8, C14 and S27: how many requests are taken, and that nothing in a request makes them more.

use std::time::Duration;

use api::{Config, Registration, RequestLimits};
use axum::http::{Method, header};
use serde_json::json;
use store::limits::Quota;

use super::from;
use crate::support::documents::GREET;
use crate::support::people::{PASSWORD, Person, bare};
use crate::support::{Lathe, Reply};

const NONE: RequestLimits = RequestLimits {
    per_address: 0,
    per_account: 0,
    per_token: 0,
    executions_per_workspace: 0,
};

async fn limited(request_limits: RequestLimits) -> Lathe {
    Lathe::start_with(Config {
        request_limits,
        registration: Registration::Open,
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..Config::default()
    })
    .await
}

fn numbers(reply: &Reply) -> [u64; 2] {
    ["ratelimit-limit", "ratelimit-remaining"].map(|name| reply.header(name).parse().unwrap())
}

/// Whoever shows nothing that is good is counted by where they are, whatever they claim and wherever they knock.
#[tokio::test(flavor = "multi_thread")]
async fn s8_c14_strangers_are_counted_by_their_address_and_by_nothing_that_they_say() {
    let limits = RequestLimits {
        per_address: 6,
        ..NONE
    };
    let lathe = limited(limits).await;
    let ada = lathe.register("ada@example.org").await;
    let audited = async || {
        lathe.get("/api/audit?limit=1000").await.body["items"]
            .as_array()
            .unwrap()
            .len()
    };
    let paths = [
        "/api/workflows",
        "/api/auth/methods",
        "/robots.txt",
        "/api/guess",
        "/",
    ];
    for n in 0..6_u64 {
        let path = paths[n as usize % paths.len()];
        let forged = bare(Method::GET, path)
            .header("x-forwarded-for", format!("198.51.100.{n}"))
            .header("x-real-ip", format!("198.51.100.{n}"))
            .header("forwarded", format!("for=198.51.100.{n}"))
            .header("user-agent", format!("robot {n}"))
            .header(header::AUTHORIZATION, format!("Bearer lathe_junk{n}"));
        let reply = lathe.send(from("203.0.113.9", forged)).await;
        assert_ne!(reply.status, 429, "{n}: {}", reply.text);
        assert_eq!(numbers(&reply), [6, 5 - n], "{path}");
    }
    let before = audited().await;
    for path in paths {
        let method = match path {
            "/api/workflows" => Method::POST,
            _ => Method::GET,
        };
        let asked = bare(method, path).header(header::AUTHORIZATION, "Bearer lathe_other");
        let reply = lathe.send(from("203.0.113.9", asked)).await;
        reply.refused(429, "rate_limited");
        assert!((1..=10).contains(&reply.header("retry-after").parse::<u64>().unwrap()));
        assert_eq!(numbers(&reply), [6, 0]);
    }
    assert_eq!(
        audited().await,
        before,
        "who knocks too often does not fill the log with it"
    );

    // It locks nobody out: not who is known and has the same address, not others, and not who watches.
    let known = lathe
        .send(from(
            "203.0.113.9",
            ada.asking(Method::GET, "/api/workflows"),
        ))
        .await;
    assert_eq!(known.status, 200, "{}", known.text);
    let other = lathe
        .send(from("203.0.113.10", bare(Method::GET, "/api/auth/methods")))
        .await;
    assert_eq!(other.status, 200);
    let watched = lathe
        .send(from("203.0.113.9", bare(Method::GET, "/healthz")))
        .await;
    assert_eq!(
        (watched.status.as_u16(), watched.header("ratelimit-limit")),
        (200, "")
    );

    // Behind a proxy that is trusted, everybody is somebody else.
    for n in 0..8 {
        let proxied = bare(Method::GET, "/api/auth/methods")
            .header("x-forwarded-for", format!("192.0.2.{n}"));
        assert_eq!(lathe.send(from("10.0.0.1", proxied)).await.status, 200);
    }
    lathe.stop().await;
}

/// One client of IPv6 has a network of addresses, and often a site of networks.
#[tokio::test(flavor = "multi_thread")]
async fn s8_networks_and_sites_of_ipv6_are_counted_together() {
    let limits = RequestLimits {
        per_address: 3,
        ..NONE
    };
    let lathe = limited(limits).await;
    let ask = async |address: String| {
        let asked = from(&address, bare(Method::GET, "/api/auth/methods"));
        lathe.send(asked).await.status.as_u16()
    };
    let mut network = Vec::new();
    for n in 0..4 {
        network.push(ask(format!("2001:db8:1:1::{n:x}")).await);
    }
    assert_eq!(network, [200, 200, 200, 429]);
    let mut taken = 0;
    for n in 2..40 {
        taken += u32::from(ask(format!("2001:db8:1:{n:x}::1")).await == 200);
    }
    // One was counted for the site although its network had no room left.
    let worth = "eight networks' worth for a site, and what comes back meanwhile";
    assert!((20..=23).contains(&taken), "{taken}: {worth}");
    assert_eq!(ask("2001:db8:2::1".to_owned()).await, 200);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_program_that_runs_wild_leaves_its_owner_some_room() {
    let limits = RequestLimits {
        per_account: 8,
        per_token: 3,
        ..NONE
    };
    let lathe = limited(limits).await;
    let (ada, eve) = (
        lathe.register("ada@example.org").await,
        lathe.register("eve@example.org").await,
    );
    let body = json!({"name": "ci", "scopes": ["workflows:read"]});
    let made = lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&body))
        .await;
    assert_eq!(
        (made.status.as_u16(), numbers(&made)),
        (201, [8, 7]),
        "{}",
        made.text
    );
    let program = Person::with_token(made.body["token"].as_str().unwrap());
    let read = async |person: &Person| lathe.ask(person, Method::GET, "/api/workflows", None).await;
    for left in [2, 1, 0] {
        assert_eq!(numbers(&read(&program).await), [3, left]);
    }
    read(&program).await.refused(429, "rate_limited");
    assert_eq!(
        numbers(&read(&ada).await),
        [8, 3],
        "what was refused costs nothing"
    );
    for _ in 0..3 {
        read(&ada).await;
    }
    read(&ada).await.refused(429, "rate_limited");
    assert_eq!(read(&eve).await.status, 200);
    for _ in 0..20 {
        assert_eq!(
            lathe.get("/api/workflows").await.header("ratelimit-limit"),
            "",
            "the machine is not counted"
        );
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s27_a_workspace_begins_so_many_executions_and_another_has_its_own() {
    let limits = RequestLimits {
        executions_per_workspace: 2,
        ..NONE
    };
    let lathe = limited(limits).await;
    let (ada, eve) = (
        lathe.register("ada@example.org").await,
        lathe.register("eve@example.org").await,
    );
    let begin = async |person: &Person| {
        let body = json!({"source": GREET});
        let made = lathe
            .ask(person, Method::POST, "/api/workflows", Some(&body))
            .await;
        let path = format!(
            "/api/workflows/{}/execute",
            made.body["id"].as_str().unwrap()
        );
        let mut replies = Vec::new();
        for _ in 0..3 {
            replies.push(
                lathe
                    .ask(person, Method::POST, &path, Some(&json!({})))
                    .await,
            );
        }
        let again = format!(
            "/api/executions/{}/rerun",
            replies[0].body["id"].as_str().unwrap()
        );
        replies.push(
            lathe
                .ask(person, Method::POST, &again, Some(&json!({})))
                .await,
        );
        replies
    };
    for person in [&ada, &eve] {
        let replies = begin(person).await;
        assert_eq!([202, 202], [0, 1].map(|n| replies[n].status.as_u16()));
        for refused in &replies[2..] {
            let refused = refused.refused(429, "rate_limited");
            let wait = refused.header("retry-after").parse::<u64>();
            assert!((1..=30).contains(&wait.unwrap()));
        }
    }
    lathe.stop().await;
}

/// S8: a lock-out counts guesses, and no use of the right password.
#[tokio::test(flavor = "multi_thread")]
async fn s8_logins_that_succeed_are_not_counted() {
    let lathe = limited(RequestLimits::default()).await;
    lathe.register("ada@example.org").await;
    let quota = Quota {
        burst: 10,
        every: Duration::from_secs(30),
    };
    for _ in 0..9 {
        let key = "login-as:ada@example.org in-process";
        lathe.state.limiter.take(key, quota).await.unwrap();
    }
    let log_in = async |password: &str| {
        let body = json!({"email": "ada@example.org", "password": password});
        let reply = lathe.knock(Method::POST, "/api/auth/login", Some(&body));
        reply.await.status.as_u16()
    };
    assert_eq!([log_in(PASSWORD).await, log_in(PASSWORD).await], [200, 200]);
    assert_eq!(log_in("wrong but long enough").await, 401);
    assert_eq!(
        log_in(PASSWORD).await,
        429,
        "ten guesses, and the door is closed here"
    );
    lathe.stop().await;
}
