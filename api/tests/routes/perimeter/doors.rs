//! TLS with a certificate that changes, the doors beside it, and S23: metrics are for who operates the server.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::{Certificate, Config, ConnectionLimits, Doors, MachineToken, Tls};
use reqwest::redirect::Policy;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::support::{Lathe, MACHINE};

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn paths(&self) -> [std::path::PathBuf; 2] {
        ["cert.pem", "key.pem"].map(|name| self.folder.path().join(name))
    }

    /// Writes another certificate, and gives somebody who trusts it and nothing else.
    fn renew(&self) -> reqwest::Certificate {
        let made = rcgen::generate_simple_self_signed(["lathe.test".to_owned()]).unwrap();
        let [cert, key] = self.paths();
        std::fs::write(cert, made.cert.pem()).unwrap();
        std::fs::write(key, made.signing_key.serialize_pem()).unwrap();
        reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
    }
}

fn read(cert: &Path, key: &Path) -> Result<Certificate, String> {
    Certificate::read(cert, key).map_err(|error| error.to_string())
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn serve(lathe: &Lathe, doors: Doors) -> (oneshot::Sender<()>, JoinHandle<()>) {
    serve_so_many(lathe, doors, Config::default().connections)
}

fn serve_so_many(
    lathe: &Lathe,
    doors: Doors,
    connections: ConnectionLimits,
) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let config = Config {
        connections,
        machine_token: Some(MachineToken::of(MACHINE)),
        url: "https://lathe.test".to_owned(),
        hosts: vec!["lathe.test".to_owned()],
        ..Config::default()
    };
    let state = lathe.state.clone();
    let served = tokio::spawn(async move {
        let shutdown = async { drop(stopped.await) };
        api::serve(config, state, doors, shutdown).await.unwrap();
    });
    (stop, served)
}

fn client(trusted: Option<reqwest::Certificate>) -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .resolve("lathe.test", ([127, 0, 0, 1], 0).into())
        .resolve("evil.example", ([127, 0, 0, 1], 0).into());
    let client = match trusted {
        Some(trusted) => client.tls_certs_only([trusted]),
        None => client,
    };
    client.build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_and_a_renewed_certificate_is_shown_at_once() {
    let lathe = Lathe::start().await;
    let files = Files::new();
    let [cert, key] = files.paths();
    let old = files.renew();
    let certificate = Arc::new(read(&cert, &key).unwrap());
    let ((main, port), (own, own_port)) = (listen().await, listen().await);
    let (stop, served) = serve(
        &lathe,
        Doors {
            tls: Some(Tls::Files(Arc::clone(&certificate))),
            own: Some(own),
            ..Doors::from(main)
        },
    );
    // Somebody who connects and says nothing keeps nobody waiting.
    let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let url = format!("https://lathe.test:{port}/api/status");
    let ask = async |client: &reqwest::Client| {
        let sent = client.get(&url).bearer_auth(MACHINE).send().await;
        sent.map(|reply| {
            let lasts = reply.headers().get("strict-transport-security");
            assert_eq!(lasts.unwrap(), "max-age=31536000");
            reply.status().as_u16()
        })
    };
    let trusting_old = client(Some(old.clone()));
    assert_eq!(ask(&trusting_old).await.unwrap(), 200);
    let plain = client(None)
        .get(format!("http://lathe.test:{port}/healthz"))
        .send()
        .await;
    assert!(plain.is_err(), "there is nothing but TLS: {plain:?}");
    let here = client(None)
        .get(format!("http://127.0.0.1:{own_port}/healthz"))
        .send()
        .await;
    assert_eq!(here.unwrap().status().as_u16(), 200);

    assert!(!certificate.refresh().unwrap());
    let new = files.renew();
    assert!(certificate.refresh().unwrap());
    assert_eq!(ask(&client(Some(new.clone()))).await.unwrap(), 200);
    assert!(ask(&client(Some(old))).await.is_err(), "it is another one");
    assert_eq!(ask(&trusting_old).await.unwrap(), 200, "connections go on");

    // Half of a renewal changes nothing.
    files.renew();
    std::fs::write(&cert, "-----BEGIN CERT").unwrap();
    assert!(
        certificate
            .refresh()
            .unwrap_err()
            .to_string()
            .contains("no certificate")
    );
    assert_eq!(ask(&client(Some(new))).await.unwrap(), 200);
    drop((stop, silent));
    served.await.unwrap();
    lathe.stop().await;
}

/// S22: a handshake that is not finished takes a place, or there would be no end to those of one address.
#[tokio::test(flavor = "multi_thread")]
async fn s22_a_handshake_takes_a_place() {
    let lathe = Lathe::start().await;
    let files = Files::new();
    files.renew();
    let [cert, key] = files.paths();
    let certificate = Arc::new(read(&cert, &key).unwrap());
    let (main, port) = listen().await;
    let doors = Doors {
        tls: Some(Tls::Files(certificate)),
        ..Doors::from(main)
    };
    let limits = ConnectionLimits {
        per_address: 1,
        in_all: 0,
    };
    let (stop, served) = serve_so_many(&lathe, doors, limits);
    let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut further = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut byte = [0];
    let closed = further.read(&mut byte);
    // Less than what a handshake may take: that it was given up is no proof.
    let closed = timeout(Duration::from_secs(5), closed).await;
    assert_eq!(closed.expect("it is closed").unwrap_or_default(), 0);
    drop(silent);
    stop.send(()).unwrap();
    served.await.unwrap();
    lathe.stop().await;
}

#[test]
fn a_certificate_that_does_not_fit_is_named() {
    let (files, other) = (Files::new(), Files::new());
    files.renew();
    other.renew();
    let [cert, key] = files.paths();
    let missing = files.folder.path().join("missing.pem");
    for (cert, key, expected) in [
        (&missing, &key, "missing.pem can't be read"),
        (&key, &key, "holds no certificate"),
        (&cert, &cert, "holds no private key"),
        (&cert, &other.paths()[1], "is not of the certificate"),
    ] {
        let problem = read(cert, key).unwrap_err();
        assert!(problem.contains(expected), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_without_tls_is_sent_to_this_server_and_nowhere_else() {
    let lathe = Lathe::start().await;
    let ((main, _), (redirect, port)) = (listen().await, listen().await);
    let (stop, served) = serve(
        &lathe,
        Doors {
            redirect: Some(redirect),
            ..Doors::from(main)
        },
    );
    let client = client(None);
    for (asked, expected) in [
        ("/", "https://lathe.test/"),
        ("/runs/7?tab=log", "https://lathe.test/runs/7?tab=log"),
        ("//evil.example/x", "https://lathe.test/evil.example/x"),
    ] {
        let sent = client
            .post(format!("http://evil.example:{port}{asked}"))
            .send();
        let reply = sent.await.unwrap();
        let location = reply.headers()["location"].to_str().unwrap();
        assert_eq!((reply.status().as_u16(), location), (308, expected));
    }
    drop(stop);
    served.await.unwrap();
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s23_metrics_have_their_own_door_or_are_for_who_operates_the_server() {
    let lathe = Lathe::start().await;
    let admin = lathe.register("ada@example.org").await;
    assert_eq!(lathe.get("/metrics").await.status, 200);
    let asked = admin.asking(axum::http::Method::GET, "/metrics");
    assert_eq!(
        lathe
            .send(asked.body(axum::body::Body::empty()).unwrap())
            .await
            .status,
        200
    );
    let nobody = lathe.knock(axum::http::Method::GET, "/metrics", None).await;
    nobody.refused(401, "unauthorized");

    let ((main, port), (watch, watch_port)) = (listen().await, listen().await);
    let (stop, served) = serve(
        &lathe,
        Doors {
            watch: Some(watch),
            ..Doors::from(main)
        },
    );
    let client = client(None);
    let ask = async |host: &str, port: u16, path: &str| {
        let sent = client.get(format!("http://{host}:{port}{path}"));
        sent.bearer_auth(MACHINE).send().await.unwrap()
    };
    for host in ["127.0.0.1", "localhost", "lathe.test"] {
        for path in ["/metrics", "/healthz", "/readyz"] {
            let reply = client
                .get(format!("http://{host}:{watch_port}{path}"))
                .send();
            assert_eq!(reply.await.unwrap().status().as_u16(), 200, "{host} {path}");
        }
    }
    let text = ask("127.0.0.1", watch_port, "/metrics")
        .await
        .text()
        .await
        .unwrap();
    assert!(text.contains("lathe_http_requests_total"), "{text}");
    // A page whose name was made to lead there reads nothing.
    assert_eq!(
        ask("evil.example", watch_port, "/metrics")
            .await
            .status()
            .as_u16(),
        421
    );
    assert_eq!(
        ask("127.0.0.1", watch_port, "/api/status")
            .await
            .status()
            .as_u16(),
        404
    );
    assert_eq!(
        ask("127.0.0.1", port, "/metrics").await.status().as_u16(),
        404
    );
    for path in ["/healthz", "/api/status"] {
        assert_eq!(
            ask("127.0.0.1", port, path).await.status().as_u16(),
            200,
            "{path}"
        );
    }
    drop(stop);
    served.await.unwrap();
    lathe.stop().await;
}
