//! TLS with certificates from an authority that speaks ACME: got, shown, kept, renewed, and what happens when the authority
//! refuses.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::{Acme, AcmeSettings, AcmeState, Config, Doors, MachineToken, Tls};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::support::authority::{TestAuthority, Trouble};
use crate::support::{Lathe, MACHINE};

const DAYS: i64 = 24 * 60 * 60;

fn settings(authority: &TestAuthority, folder: &TempDir) -> AcmeSettings {
    AcmeSettings {
        domains: vec!["lathe.test".to_owned(), "alias.test".to_owned()],
        contact: Some("ops@example.org".to_owned()),
        directory: authority.directory(),
        roots: Some(authority.roots().as_bytes().to_vec()),
        folder: folder.path().join("acme"),
        pause: Duration::from_millis(50),
    }
}

struct Served {
    state: watch::Receiver<AcmeState>,
    tls: SocketAddr,
    plain: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Served {
    async fn start(lathe: &Lathe, authority: &TestAuthority, settings: AcmeSettings) -> Self {
        let main = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let redirect = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (tls, plain) = (main.local_addr().unwrap(), redirect.local_addr().unwrap());
        authority.leads_to(tls, plain);
        let acme = Arc::new(Acme::open(settings).unwrap());
        let watched = acme.watch();
        let doors = Doors {
            tls: Some(Tls::Acme(acme)),
            redirect: Some(redirect),
            ..Doors::from(main)
        };
        let config = Config {
            machine_token: Some(MachineToken::of(MACHINE)),
            url: "https://lathe.test".to_owned(),
            hosts: vec!["lathe.test".to_owned(), "alias.test".to_owned()],
            ..Config::default()
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let state = lathe.state.clone();
        let served = tokio::spawn(async move {
            let shutdown = async { drop(stopped.await) };
            api::serve(config, state, doors, shutdown).await.unwrap();
        });
        Self {
            state: watched,
            tls,
            plain,
            stop,
            served,
        }
    }

    async fn until(&mut self, wanted: impl FnMut(&AcmeState) -> bool) -> AcmeState {
        let found = tokio::time::timeout(Duration::from_secs(60), self.state.wait_for(wanted));
        found.await.unwrap().unwrap().clone()
    }

    async fn issued(&mut self) -> AcmeState {
        self.until(|state| state.expires_at.is_some() && state.problem.is_none())
            .await
    }

    /// Trusts the authority, and nobody else.
    fn client(&self, authority: &TestAuthority) -> reqwest::Client {
        let roots = reqwest::Certificate::from_pem_bundle(authority.roots().as_bytes());
        let client = reqwest::Client::builder().no_proxy();
        let client = client
            .resolve("lathe.test", self.tls)
            .resolve("alias.test", self.tls);
        client.tls_certs_only(roots.unwrap()).build().unwrap()
    }

    async fn ask(&self, client: &reqwest::Client, name: &str, path: &str) -> serde_json::Value {
        let url = format!("https://{name}:{}{path}", self.tls.port());
        let reply = client.get(url).bearer_auth(MACHINE).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), 200);
        reply.json().await.unwrap()
    }

    /// Until nobody has the folder any more.
    async fn stop(mut self) {
        drop(self.stop);
        self.served.await.unwrap();
        while self.state.changed().await.is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_got_kept_and_shown_again_after_a_restart() {
    let (lathe, folder) = (Lathe::start().await, TempDir::new().unwrap());
    let authority = TestAuthority::start(90 * DAYS).await;
    authority.trouble(Trouble::BadNonce);
    authority.trouble(Trouble::Slow);
    let mut served = Served::start(&lathe, &authority, settings(&authority, &folder)).await;
    // Somebody who connects and says nothing keeps nobody waiting, the authority neither.
    let silent = TcpStream::connect(served.tls).await.unwrap();
    let state = served.issued().await;
    let client = served.client(&authority);
    for name in ["lathe.test", "alias.test"] {
        let status = served.ask(&client, name, "/api/status").await;
        let shown = &status["certificate"];
        assert_eq!(shown["failing"], json!(false), "{status}");
        let expires = shown["expires_at"].as_str().unwrap();
        assert_eq!(expires.parse(), Ok(state.expires_at.unwrap()));
    }
    assert_eq!(
        served.ask(&client, "lathe.test", "/readyz").await,
        json!({"status": "ok"})
    );
    let log = authority.log();
    assert!(
        log.contains(&"tls-alpn-01 lathe.test: Ok(())".to_owned()),
        "{log:?}"
    );
    assert_eq!(
        ["account", "order", "issued", "bad nonce", "forged"].map(|what| authority.count(what)),
        [1, 1, 1, 1, 0],
        "{log:?}"
    );
    assert_eq!(authority.contacts(), [json!(["mailto:ops@example.org"])]);

    // The folder is one process's.
    let refused = Acme::open(settings(&authority, &folder)).unwrap_err();
    assert!(refused.to_string().contains("another process"), "{refused}");
    only_the_owner_reads(folder.path());
    drop(silent);
    served.stop().await;

    let served = Served::start(&lathe, &authority, settings(&authority, &folder)).await;
    assert_eq!(*served.state.borrow(), state, "it is there at once");
    let client = served.client(&authority);
    served.ask(&client, "lathe.test", "/api/status").await;
    assert_eq!(authority.log().len(), log.len(), "nobody was asked");
    served.stop().await;

    // Other names are another certificate, of the same account; and so is another address to write to.
    let mut other = settings(&authority, &folder);
    other.domains.truncate(1);
    other.contact = None;
    let mut served = Served::start(&lathe, &authority, other).await;
    assert_eq!(served.state.borrow().expires_at, None);
    served.issued().await;
    assert_eq!(
        (authority.count("account"), authority.count("order")),
        (1, 2)
    );
    assert_eq!(authority.contacts().last(), Some(&json!([])));
    served.stop().await;
    lathe.stop().await;
}

fn only_the_owner_reads(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut files = 0;
    let mut folders = vec![folder.join("acme")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => {
                    files += 1;
                    assert_eq!(mode, 0o600, "{}", entry.path().display());
                }
            }
        }
    }
    assert_eq!(files, 3, "lock, account and certificate");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_renewed_in_time_and_connections_go_on() {
    let (lathe, folder) = (Lathe::start().await, TempDir::new().unwrap());
    let authority = TestAuthority::start(6).await;
    let mut served = Served::start(&lathe, &authority, settings(&authority, &folder)).await;
    let first = served.issued().await;
    let client = served.client(&authority);
    served.ask(&client, "lathe.test", "/api/status").await;
    authority.begin_anew(90 * DAYS);
    let second = served
        .until(|state| state.expires_at > first.expires_at)
        .await;
    assert!(chrono::Utc::now() < first.expires_at.unwrap(), "in time");
    // Who trusts the root of before only could not connect again.
    let newcomer = served.client(&authority);
    for client in [&client, &newcomer] {
        let status = served.ask(client, "lathe.test", "/api/status").await;
        let shown = status["certificate"]["expires_at"].as_str().unwrap();
        assert_eq!(shown.parse(), Ok(second.expires_at.unwrap()));
    }
    assert_eq!(
        (authority.count("account"), authority.count("order")),
        (1, 2)
    );
    served.stop().await;
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_said_and_tried_again_as_the_authority_wishes() {
    let (lathe, folder) = (Lathe::start().await, TempDir::new().unwrap());
    let authority = TestAuthority::start(90 * DAYS).await;
    authority.trouble(Trouble::RateLimit(2));
    let mut served = Served::start(&lathe, &authority, settings(&authority, &folder)).await;
    let began = std::time::Instant::now();
    let failed = served.until(|state| state.problem.is_some()).await;
    let problem = failed.problem.unwrap();
    assert!(problem.contains("too many orders already"), "{problem}");
    assert!(problem.contains("rateLimited"), "{problem}");
    let ready = lathe_ready(&served).await;
    assert!(
        ready.is_err(),
        "without a certificate there is no TLS: {ready:?}"
    );
    // The name is looked for where it does not lead, and what to look at is said.
    authority.trouble(Trouble::NotThere);
    let failed = served
        .until(|state| state.problem.as_ref().is_some_and(|now| *now != problem))
        .await;
    assert!(
        began.elapsed() >= Duration::from_secs(2),
        "it wanted to be left alone"
    );
    let told = failed.problem.unwrap();
    for part in [
        "lathe.test",
        "http-01",
        "nobody answered at the address",
        "port 80",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // The other way was taken, and the first one is next.
    served.issued().await;
    let log = authority.log();
    assert!(
        log.contains(&"tls-alpn-01 lathe.test: Ok(())".to_owned()),
        "{log:?}"
    );
    served.stop().await;

    // An authority that does not know the account gets another one, and one that offers nothing but HTTP gets that.
    let mut again = settings(&authority, &folder);
    again.domains = vec!["alias.test".to_owned()];
    authority.trouble(Trouble::NoAccount);
    authority.trouble(Trouble::OnlyHttp);
    let mut served = Served::start(&lathe, &authority, again).await;
    served.issued().await;
    assert_eq!(authority.count("account"), 2);
    assert!(
        authority
            .log()
            .contains(&"http-01 alias.test: Ok(())".to_owned())
    );
    // What is no answer of ours stays none, and everybody else is sent on.
    let client = reqwest::Client::builder().no_proxy();
    let client = client
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    for (path, status) in [("/.well-known/acme-challenge/x", 404), ("/runs", 308)] {
        let reply = client
            .get(format!("http://{}{path}", served.plain))
            .send()
            .await;
        assert_eq!(reply.unwrap().status().as_u16(), status, "{path}");
    }
    served.stop().await;
    lathe.stop().await;
}

async fn lathe_ready(served: &Served) -> Result<reqwest::Response, reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy();
    let client = client.resolve("lathe.test", served.tls);
    let client = client
        .tls_danger_accept_invalid_certs(true)
        .build()
        .unwrap();
    client
        .get(format!("https://lathe.test:{}/readyz", served.tls.port()))
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_and_spoilt_is_got_again() {
    let (lathe, folder) = (Lathe::start().await, TempDir::new().unwrap());
    let authority = TestAuthority::start(90 * DAYS).await;
    let mut served = Served::start(&lathe, &authority, settings(&authority, &folder)).await;
    served.issued().await;
    served.stop().await;
    let kept = std::fs::read_dir(folder.path().join("acme")).unwrap();
    let kept = kept
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir());
    for entry in std::fs::read_dir(kept.unwrap()).unwrap() {
        std::fs::write(entry.unwrap().path(), "half of").unwrap();
    }
    let mut served = Served::start(&lathe, &authority, settings(&authority, &folder)).await;
    assert_eq!(served.state.borrow().expires_at, None);
    served.issued().await;
    assert_eq!(
        (authority.count("account"), authority.count("order")),
        (2, 2)
    );
    served.stop().await;
    lathe.stop().await;
}
