//! S13, C10: the guard with real listeners behind it, which count who came.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::HeaderMap as Headers;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use tokio::net::TcpListener;

use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::guard::Lookup;
use crate::*;

/// Counts its visitors, sends them elsewhere when asked to, and keeps no connection.
struct Listener {
    address: SocketAddr,
    visits: Arc<AtomicU32>,
}

impl Listener {
    async fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let visits = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&visits);
        let answer = move |headers: Headers| async move {
            counted.fetch_add(1, Ordering::SeqCst);
            let elsewhere = headers.get("x-go-to").map(|url| url.to_str().unwrap());
            let answer = match elsewhere {
                Some(url) => Redirect::temporary(url).into_response(),
                None => "inside".into_response(),
            };
            ([("connection", "close")], answer)
        };
        let router = Router::new().route("/", get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, visits }
    }

    async fn here() -> Self {
        Self::at((Ipv4Addr::LOCALHOST, 0).into()).await
    }

    fn port(&self) -> u16 {
        self.address.port()
    }

    fn visits(&self) -> u32 {
        self.visits.load(Ordering::SeqCst)
    }
}

fn guard(allowed: &str) -> Guard {
    Guard::new(&allowed.parse::<Outgoing>().unwrap())
}

async fn ask(client: &Client, url: &str, elsewhere: Option<&str>) -> Result<Answer, Error> {
    let mut headers = HeaderMap::new();
    if let Some(url) = elsewhere {
        headers.insert("x-go-to", url.parse().unwrap());
    }
    let request = Request {
        method: Method::GET,
        url: url.parse().unwrap(),
        headers,
        body: None,
        max_bytes: 1_000,
    };
    client.send(request).await
}

fn is_refused(answer: &Result<Answer, Error>) -> bool {
    matches!(answer, Err(Error::Refused { .. }))
}

#[tokio::test]
async fn s13_c10_by_default_nothing_private_is_reached_however_it_is_written() {
    let inside = Listener::here().await;
    let port = inside.port();
    let client = Client::new(guard(""));
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "2130706433",
        "0.0.0.0",
        "0",
        "127.0.0.2",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::ffff:0:127.0.0.1]",
        "１２７.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1",
    ] {
        let answer = ask(&client, &format!("http://{host}:{port}/"), None).await;
        assert!(is_refused(&answer), "{host}: {answer:?}");
    }
    // Not every machine knows this name; none is led by it.
    let absolute = ask(&client, &format!("http://localhost.:{port}/"), None).await;
    assert!(absolute.is_err(), "{absolute:?}");
    assert_eq!(inside.visits(), 0);
    for scheme in [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/",
        "data:text/plain,x",
    ] {
        let answer = ask(&client, scheme, None).await;
        assert!(
            matches!(answer, Err(Error::Address(_))),
            "{scheme}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn s13_what_the_operator_allows_is_reached_and_nothing_beside_it() {
    let (one, other) = (Listener::here().await, Listener::here().await);
    let url = |host: &str, port| format!("http://{host}:{port}/");
    let named = Client::new(guard(&format!("localhost:{0},127.0.0.1:{0}", one.port())));
    for host in ["localhost", "127.1"] {
        let answer = ask(&named, &url(host, one.port()), None).await;
        assert!(answer.is_ok(), "{host}: {answer:?}");
        let answer = ask(&named, &url(host, other.port()), None).await;
        assert!(is_refused(&answer), "{host}: {answer:?}");
    }
    let elsewhere = url("127.0.0.1", other.port());
    let answer = ask(&named, &url("localhost", one.port()), Some(&elsewhere)).await;
    assert!(
        is_refused(&answer),
        "a redirect is a request like another: {answer:?}"
    );
    assert_eq!((one.visits(), other.visits()), (3, 0));

    let network = Client::new(guard("127.0.0.1/32"));
    assert!(
        ask(&network, &url("localhost", other.port()), None)
            .await
            .is_ok()
    );
    assert!(is_refused(
        &ask(&network, &url("127.0.0.2", other.port()), None).await
    ));
    for everything in [
        "private",
        "0.0.0.0/0,::/0",
        "169.254.169.254,169.254.169.254:80",
    ] {
        let client = Client::new(guard(everything));
        let answer = ask(&client, "http://169.254.169.254/latest/meta-data/", None).await;
        assert!(is_refused(&answer), "{everything}: {answer:?}");
    }
}

/// Answers to one name after the other, as a name server with no time to live gives them.
fn answering(answers: &[&[Ipv4Addr]], port: u16) -> Lookup {
    let left = Mutex::new(
        answers
            .iter()
            .map(|ips| ips.to_vec())
            .collect::<VecDeque<_>>(),
    );
    Arc::new(move |_| {
        let next = left.lock().unwrap().pop_front().unwrap();
        let found = next.into_iter().map(|ip| (IpAddr::from(ip), port).into());
        let found: Vec<SocketAddr> = found.collect();
        Box::pin(async move { Ok(found) })
    })
}

/// S13: a name that leads elsewhere with each answer is checked with each answer, and the answer that was checked is the
/// one that is connected.
#[tokio::test]
async fn s13_a_name_that_flips_gains_nothing() {
    const GOOD: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
    const BAD: Ipv4Addr = Ipv4Addr::LOCALHOST;
    let good = Listener::at((GOOD, 0).into()).await;
    let bad = Listener::at((BAD, good.port()).into()).await;
    let url = format!("http://flips.example:{}/", good.port());
    let answers: [&[Ipv4Addr]; 5] = [&[GOOD], &[BAD], &[GOOD, BAD], &[GOOD], &[BAD]];
    let lookup = answering(&answers, good.port());
    let client = Client::new(guard("127.0.0.2").looking_up(lookup));
    assert!(ask(&client, &url, None).await.is_ok());
    assert!(is_refused(&ask(&client, &url, None).await));
    let mixed = ask(&client, &url, None).await;
    assert!(
        is_refused(&mixed),
        "one bad answer among good ones: {mixed:?}"
    );
    let back = ask(&client, &url, Some(&url)).await;
    assert!(
        is_refused(&back),
        "between a redirect and its target: {back:?}"
    );
    assert_eq!((good.visits(), bad.visits()), (2, 0));
}

/// S13: who connects by themselves need not ask the proxy, so that a name is looked up where there is one, too; one that is not
/// found here may be known there.
#[tokio::test]
async fn s13_a_proxy_admits_no_name_of_a_private_address() {
    let names: Lookup = Arc::new(|name| {
        Box::pin(async move {
            match name.as_str() {
                "inside.example" => Ok(vec![SocketAddr::from(([10, 0, 0, 1], 0))]),
                "public.example" => Ok(vec![SocketAddr::from(([8, 8, 8, 8], 0))]),
                _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
            }
        })
    });
    let by: Proxy = "http://proxy.example:3128".parse().unwrap();
    let outgoing = Outgoing::default().by(Some(by));
    let guard = Guard::new(&outgoing).looking_up(Arc::clone(&names));
    let admits = async |guard: &Guard, host: &str| {
        let url: reqwest::Url = format!("https://{host}/").parse().unwrap();
        guard.admits(&url).await
    };
    let inside = admits(&guard, "inside.example").await;
    assert!(matches!(inside, Err(Unfit::Refused(_))), "{inside:?}");
    assert!(admits(&guard, "public.example").await.is_ok());
    assert!(admits(&guard, "unknown.example").await.is_ok());
    let direct = Guard::new(&Outgoing::default()).looking_up(names);
    let unknown = admits(&direct, "unknown.example").await;
    assert!(matches!(unknown, Err(Unfit::Unknown(_))), "{unknown:?}");
}

/// S13: the connected peer is held against the guard, too, should a resolver ever not be asked.
#[tokio::test]
async fn s13_a_peer_that_no_resolver_saw_is_refused() {
    let inside = Listener::here().await;
    let client = Client::new(guard(""));
    let unguarded = reqwest::Client::builder().no_proxy();
    let unguarded = unguarded.resolve("example.org", inside.address).build();
    client.inner[0].set(unguarded.unwrap()).unwrap();
    let url = format!("http://example.org:{}/", inside.port());
    assert!(is_refused(&ask(&client, &url, None).await));
}

/// S13: by a proxy, names are asked for there and are not resolved here; addresses that are written as such are refused as ever,
/// also where a redirect leads, and what is excepted goes out as without one.
#[tokio::test]
async fn s13_a_proxy_is_asked_for_names_and_for_no_private_address() {
    let (proxy, inside) = (Listener::here().await, Listener::here().await);
    let none: Lookup = Arc::new(|name| {
        Box::pin(async move { Err(std::io::Error::other(format!("{name} was resolved here"))) })
    });
    let by: Proxy = format!("http://me:secret@localhost:{}", proxy.port())
        .parse()
        .unwrap();
    let by = by.except("direct.example".parse().unwrap());
    let outgoing = Outgoing::default().by(Some(by));
    let client = Client::new(Guard::new(&outgoing).looking_up(none));
    let answer = ask(&client, "http://somewhere.example/", None).await;
    assert_eq!(answer.unwrap().body, "inside");
    assert_eq!(proxy.visits(), 1);

    let within = format!("http://127.0.0.1:{}/", inside.port());
    for address in [
        within.as_str(),
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[fd00::1]/",
        "https://192.168.1.1/",
    ] {
        let answer = ask(&client, address, None).await;
        assert!(is_refused(&answer), "{address}: {answer:?}");
    }
    assert_eq!(proxy.visits(), 1);
    let led = ask(&client, "http://somewhere.example/", Some(&within)).await;
    assert!(is_refused(&led), "{led:?}");
    assert_eq!((proxy.visits(), inside.visits()), (2, 0));

    for direct in ["http://direct.example/", "http://localhost:1/"] {
        let answer = ask(&client, direct, None).await;
        assert!(
            matches!(&answer, Err(Error::Connect(_, problem)) if problem.contains("resolved here")),
            "{direct}: {answer:?}"
        );
    }
    assert_eq!(proxy.visits(), 2);
}

/// S24: what a stranger answers is read no further than was asked for, whether it says how long it is or not.
#[tokio::test]
async fn s24_answers_are_cut_off() {
    let endless = || async {
        let parts = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 512]));
        axum::body::Body::from_stream(parts)
    };
    let routes = Router::new()
        .route("/long", get(|| async { "x".repeat(1_001) }))
        .route("/endless", get(endless));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let client = Client::new(guard("private"));
    for path in ["long", "endless"] {
        let answer = ask(&client, &format!("{base}/{path}"), None).await;
        assert!(
            matches!(answer, Err(Error::TooLong(1_000))),
            "{path}: {answer:?}"
        );
    }
}
