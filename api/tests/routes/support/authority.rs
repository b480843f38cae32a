//! An authority of certificates as RFC 8555 has it, which takes its duties seriously: signatures, nonces, accounts, orders,
//! and a look of its own at whether a name leads where it should. It fails when it is told to.

mod jws;
mod look;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair,
};
use serde_json::{Value, json};

use jws::Signed;

/// What goes wrong next, each of it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Trouble {
    /// A request is told that its nonce is none.
    BadNonce,
    /// The order is refused until some seconds later.
    RateLimit(u64),
    /// The names are looked for where they do not lead.
    NotThere,
    /// The account is not known.
    NoAccount,
    /// TLS-ALPN-01 is not offered.
    OnlyHttp,
    /// The certificate is given only when it was asked for a second time.
    Slow,
}

#[derive(Clone)]
pub(crate) struct TestAuthority(Arc<Inner>);

struct Inner {
    url: String,
    /// Of its own address.
    own_root: String,
    state: Mutex<Books>,
}

struct Books {
    issuer: Issuer<'static, KeyPair>,
    /// Of the certificates that it gives.
    root: String,
    /// Where names lead: with TLS, and without.
    leads: Option<(SocketAddr, SocketAddr)>,
    /// How long certificates last, in seconds.
    life: i64,
    troubles: Vec<Trouble>,
    nonces: HashSet<String>,
    made: u64,
    /// The keys of accounts, by address.
    accounts: HashMap<String, Value>,
    contacts: Vec<Value>,
    orders: Vec<Order>,
    /// What happened, in order.
    log: Vec<String>,
}

struct Order {
    names: Vec<String>,
    status: &'static str,
    /// By name: status, token, and what is wrong.
    proofs: Vec<(&'static str, String, Value)>,
    only_http: bool,
    chain: Option<String>,
}

impl TestAuthority {
    pub(crate) async fn start(life: i64) -> Self {
        let (listener, config, roots) = look::door().await;
        let port = listener.local_addr().unwrap().port();
        let (issuer, root) = new_issuer();
        let authority = Self(Arc::new(Inner {
            url: format!("https://localhost:{port}"),
            own_root: roots,
            state: Mutex::new(Books {
                issuer,
                root,
                leads: None,
                life,
                troubles: Vec::new(),
                nonces: HashSet::new(),
                made: 0,
                accounts: HashMap::new(),
                contacts: Vec::new(),
                orders: Vec::new(),
                log: Vec::new(),
            }),
        }));
        let router = Router::new()
            .route("/directory", get(directory))
            .route("/nonce", any(nonce))
            .route("/{what}", any(post))
            .route("/{what}/{id}", any(post))
            .route("/{what}/{id}/{name}", any(post))
            .with_state(authority.clone());
        tokio::spawn(look::serve(listener, config, router));
        authority
    }

    pub(crate) fn directory(&self) -> String {
        format!("{}/directory", self.0.url)
    }

    /// Of its own address, and of the certificates that it gives.
    pub(crate) fn roots(&self) -> String {
        format!("{}{}", self.0.own_root, self.books().root)
    }

    pub(crate) fn leads_to(&self, tls: SocketAddr, plain: SocketAddr) {
        self.books().leads = Some((tls, plain));
    }

    pub(crate) fn trouble(&self, trouble: Trouble) {
        self.books().troubles.push(trouble);
    }

    /// From now on its certificates are of another root, and last that long.
    pub(crate) fn begin_anew(&self, life: i64) {
        let (issuer, root) = new_issuer();
        let mut books = self.books();
        (books.issuer, books.root, books.life) = (issuer, root, life);
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.books().log.clone()
    }

    pub(crate) fn count(&self, what: &str) -> usize {
        self.log()
            .iter()
            .filter(|line| line.starts_with(what))
            .count()
    }

    pub(crate) fn contacts(&self) -> Vec<Value> {
        self.books().contacts.clone()
    }

    fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.0.state.lock().unwrap()
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.0.url)
    }

    fn reply(&self, status: u16, location: Option<String>, body: Response) -> Response {
        let nonce = {
            let mut books = self.books();
            books.made += 1;
            let nonce = format!("nonce-{}", books.made);
            books.nonces.insert(nonce.clone());
            nonce
        };
        let mut reply = body;
        *reply.status_mut() = StatusCode::from_u16(status).unwrap();
        let headers = reply.headers_mut();
        headers.insert("replay-nonce", nonce.parse().unwrap());
        if let Some(location) = location {
            headers.insert("location", location.parse().unwrap());
        }
        reply
    }

    fn problem(&self, status: u16, kind: &str, detail: &str) -> Response {
        let kind = format!("urn:ietf:params:acme:error:{kind}");
        let body = json!({"type": kind, "detail": detail, "status": status}).to_string();
        let body = ([("content-type", "application/problem+json")], body).into_response();
        self.reply(status, None, body)
    }

    fn json(&self, status: u16, location: Option<String>, body: &Value) -> Response {
        self.reply(status, location, axum::Json(body).into_response())
    }

    fn order(&self, id: usize) -> Value {
        let books = self.books();
        let order = &books.orders[id];
        let names = order.names.iter();
        let mut shown = json!({
            "status": order.status,
            "identifiers": names.clone().map(|name| json!({"type": "dns", "value": name})).collect::<Vec<_>>(),
            "authorizations": names.map(|name| self.at(&format!("authz/{id}/{name}"))).collect::<Vec<_>>(),
            "finalize": self.at(&format!("finalize/{id}")),
        });
        if order.status == "valid" {
            shown["certificate"] = json!(self.at(&format!("cert/{id}")));
        }
        shown
    }

    fn authorization(&self, id: usize, name: &str) -> Value {
        let books = self.books();
        let order = &books.orders[id];
        let place = order.names.iter().position(|known| known == name).unwrap();
        let (status, token, error) = &order.proofs[place];
        let challenge = |kind: &str| {
            let mut shown = json!({
                "type": kind, "status": status, "token": token,
                "url": self.at(&format!("{kind}/{id}/{name}")),
            });
            if !error.is_null() {
                shown["error"] = error.clone();
            }
            shown
        };
        let mut ways = vec![challenge("http-01")];
        if !order.only_http {
            ways.push(challenge("tls-alpn-01"));
        }
        json!({"status": status, "identifier": {"type": "dns", "value": name}, "challenges": ways})
    }

    async fn prove(&self, way: &str, id: usize, name: &str, account: &Value) -> Response {
        let (token, leads, lost) = {
            let mut books = self.books();
            let lost = books
                .take(|trouble| matches!(trouble, Trouble::NotThere))
                .is_some();
            let place = books.orders[id]
                .names
                .iter()
                .position(|known| known == name);
            let token = books.orders[id].proofs[place.unwrap()].1.clone();
            (token, books.leads.unwrap(), lost)
        };
        let proof = format!("{token}.{}", jws::thumbprint(account));
        let looked = match (lost, way) {
            (true, _) => Err("nobody answered at the address of the name".to_owned()),
            (false, "http-01") => look::by_http(leads.1, name, &token, &proof).await,
            (false, _) => look::by_tls(leads.0, name, &proof).await,
        };
        {
            let mut books = self.books();
            books.log.push(format!("{way} {name}: {looked:?}"));
            let order = &mut books.orders[id];
            let place = order.names.iter().position(|known| known == name).unwrap();
            let proof = &mut order.proofs[place];
            match looked {
                Ok(()) => proof.0 = "valid",
                Err(why) => {
                    proof.0 = "invalid";
                    proof.2 = json!({"type": "urn:ietf:params:acme:error:connection", "detail": why, "status": 400});
                    order.status = "invalid";
                }
            }
            if order.proofs.iter().all(|(status, ..)| *status == "valid") {
                order.status = "ready";
            }
        }
        let shown = self.authorization(id, name);
        let ways = shown["challenges"].as_array().unwrap();
        let mut shown = ways.iter().find(|one| one["type"] == way).unwrap().clone();
        // What came of it is read from the authorisation.
        shown.as_object_mut().unwrap().remove("error");
        self.json(200, None, &shown)
    }

    fn finalize(&self, id: usize, payload: &Value) -> Response {
        let csr = BASE64_URL_SAFE_NO_PAD.decode(payload["csr"].as_str().unwrap());
        let csr = CertificateSigningRequestParams::from_der(&csr.unwrap().into());
        let Ok(mut csr) = csr else {
            return self.problem(400, "badCSR", "the request is not signed by its own key");
        };
        let mut books = self.books();
        let life = books.life;
        let order = &books.orders[id];
        if order.status != "ready" {
            drop(books);
            return self.problem(403, "orderNotReady", "names are not proved yet");
        }
        let mut asked: Vec<String> = csr
            .params
            .subject_alt_names
            .iter()
            .map(look::name)
            .collect();
        asked.sort();
        let mut wanted = order.names.clone();
        wanted.sort();
        if asked != wanted {
            drop(books);
            return self.problem(400, "badCSR", "the names are not those of the order");
        }
        let now = time_now();
        csr.params.not_before = look::moment(now);
        csr.params.not_after = look::moment(now + life);
        let chain = csr.signed_by(&books.issuer).unwrap().pem();
        let order = &mut books.orders[id];
        order.chain = Some(chain);
        order.status = "valid";
        if books
            .take(|trouble| matches!(trouble, Trouble::Slow))
            .is_some()
        {
            books.orders[id].status = "processing";
        }
        books.log.push(format!("issued {}", asked.join(" ")));
        drop(books);
        let shown = self.order(id);
        self.json(200, None, &shown)
    }
}

impl Books {
    fn take(&mut self, wanted: impl Fn(&Trouble) -> bool) -> Option<Trouble> {
        let place = self.troubles.iter().position(wanted)?;
        Some(self.troubles.remove(place))
    }
}

fn new_issuer() -> (Issuer<'static, KeyPair>, String) {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = parameters.self_signed(&key).unwrap().pem();
    (Issuer::new(parameters, key), root)
}

fn time_now() -> i64 {
    chrono::Utc::now().timestamp()
}

async fn directory(State(authority): State<TestAuthority>) -> Response {
    let at = |path: &str| authority.at(path);
    axum::Json(json!({
        "newNonce": at("nonce"), "newAccount": at("account"), "newOrder": at("order"),
        "revokeCert": at("revoke"), "keyChange": at("key"), "meta": {"termsOfService": at("terms")},
    }))
    .into_response()
}

async fn nonce(State(authority): State<TestAuthority>) -> Response {
    authority.reply(200, None, ().into_response())
}

/// Everything but the directory and nonces is asked by signed messages.
async fn post(
    State(authority): State<TestAuthority>,
    Path(path): Path<HashMap<String, String>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let part = |name: &str| path.get(name).map(String::as_str).unwrap_or_default();
    let (what, id, name) = (part("what"), part("id"), part("name"));
    let place = [what, id, name].map(str::to_owned);
    let place = place.into_iter().filter(|part| !part.is_empty());
    let url = authority.at(&place.collect::<Vec<_>>().join("/"));
    if method != Method::POST || headers["content-type"] != "application/jose+json" {
        return authority.problem(400, "malformed", "a signed message is expected");
    }
    let signed = {
        let mut books = authority.books();
        let Signed {
            header,
            payload,
            key,
            is_known,
        } = match Signed::read(&body, &books.accounts) {
            Ok(signed) => signed,
            Err(why) => {
                books.log.push(format!("forged: {why}"));
                drop(books);
                return authority.problem(401, "unauthorized", &why);
            }
        };
        let fresh = books
            .nonces
            .remove(header["nonce"].as_str().unwrap_or_default());
        let refused = books
            .take(|trouble| matches!(trouble, Trouble::BadNonce))
            .is_some();
        if !fresh || refused {
            books.log.push("bad nonce".to_owned());
            drop(books);
            return authority.problem(400, "badNonce", "that nonce is none");
        }
        if header["url"] != url.as_str() || is_known == (what == "account" && id.is_empty()) {
            drop(books);
            return authority.problem(401, "unauthorized", "signed for something else");
        }
        (payload, key)
    };
    let (payload, key) = signed;
    answer(&authority, [what, id, name], &payload, key).await
}

async fn answer(
    authority: &TestAuthority,
    [what, id, name]: [&str; 3],
    payload: &Value,
    key: Value,
) -> Response {
    let number = || id.parse::<usize>().unwrap();
    match what {
        "account" if id.is_empty() => {
            assert_eq!(payload["termsOfServiceAgreed"], true);
            let mut books = authority.books();
            let location = authority.at(&format!("account/{}", books.accounts.len()));
            books.accounts.insert(location.clone(), key);
            books.contacts.push(payload["contact"].clone());
            books.log.push("account".to_owned());
            drop(books);
            authority.json(201, Some(location), &json!({"status": "valid"}))
        }
        "account" => {
            authority.books().contacts.push(payload["contact"].clone());
            authority.json(200, None, &json!({"status": "valid"}))
        }
        "order" if id.is_empty() => new_order(authority, payload),
        "order" => {
            let mut shown = authority.order(number());
            let mut books = authority.books();
            // It is under way when asked for the first time, and done when asked again.
            if books.orders[number()].status == "processing" {
                books.orders[number()].status = "valid";
                shown["status"] = json!("processing");
            }
            drop(books);
            authority.json(200, None, &shown)
        }
        "authz" => authority.json(200, None, &authority.authorization(number(), name)),
        "tls-alpn-01" | "http-01" => authority.prove(what, number(), name, &key).await,
        "finalize" => authority.finalize(number(), payload),
        "cert" => {
            let chain = authority.books().orders[number()].chain.clone().unwrap();
            let chain = (
                [("content-type", "application/pem-certificate-chain")],
                chain,
            );
            authority.reply(200, None, chain.into_response())
        }
        other => panic!("nobody knows {other}"),
    }
}

fn new_order(authority: &TestAuthority, payload: &Value) -> Response {
    let mut books = authority.books();
    books.log.push("order".to_owned());
    if books
        .take(|trouble| matches!(trouble, Trouble::NoAccount))
        .is_some()
    {
        books.accounts.clear();
        drop(books);
        return authority.problem(400, "accountDoesNotExist", "who is that?");
    }
    if let Some(Trouble::RateLimit(seconds)) =
        books.take(|trouble| matches!(trouble, Trouble::RateLimit(_)))
    {
        drop(books);
        let mut refused = authority.problem(429, "rateLimited", "too many orders already");
        let headers = refused.headers_mut();
        headers.insert("retry-after", seconds.to_string().parse().unwrap());
        return refused;
    }
    let names = payload["identifiers"].as_array().unwrap().iter();
    let names: Vec<String> = names
        .map(|name| name["value"].as_str().unwrap().to_owned())
        .collect();
    let id = books.orders.len();
    let token = |place: usize| BASE64_URL_SAFE_NO_PAD.encode(format!("token {id} {place}"));
    let proofs = (0..names.len()).map(|place| ("pending", token(place), Value::Null));
    let proofs = proofs.collect();
    let only_http = books
        .take(|trouble| matches!(trouble, Trouble::OnlyHttp))
        .is_some();
    books.orders.push(Order {
        proofs,
        names,
        status: "pending",
        only_http,
        chain: None,
    });
    drop(books);
    let shown = authority.order(id);
    authority.json(201, Some(authority.at(&format!("order/{id}"))), &shown)
}
