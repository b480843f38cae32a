//! A small issuer of OpenID Connect that takes its duties seriously: discovery, keys, an authorisation that always says
//! yes, and a token endpoint that holds a code to its client, its address, its challenge and its one use. A twist makes
//! it do one thing wrong.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

pub(crate) const CLIENT: &str = "lathe";
pub(crate) const SECRET: &str = "the secret of the client is kept well";

pub(crate) type Pairs = HashMap<String, String>;

/// What a form holds.
pub(crate) fn pairs(body: &str) -> Pairs {
    let url = reqwest::Url::parse(&format!("form:?{body}")).unwrap();
    url.query_pairs().into_owned().collect()
}

/// What it does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Twist {
    #[default]
    None,
    OtherNonce,
    NoNonce,
    OtherAudience,
    MoreAudiences,
    OtherParty,
    OtherIssuer,
    Expired,
    Unsigned,
    /// Signed with what everybody can read, as if that were a shared secret.
    HashedWithThePublicKey,
    /// Signed with what only client and issuer know, which is not what was agreed on.
    HashedWithTheSecret,
    /// Signed by somebody else, who says that it was this issuer's key.
    ForeignKey,
    OtherAccessToken,
    NoToken,
    /// A token answer that does not end for long.
    Huge,
    /// One that never begins.
    Silent,
    Redirecting,
    /// Its description says that tokens are given out by another machine, at this port.
    Elsewhere(u16),
    /// The person's address is told by another endpoint only.
    EmailApart,
    /// That endpoint tells of somebody else.
    OtherPersonApart,
}

struct Key {
    kid: String,
    algorithm: Algorithm,
    private: EncodingKey,
    public: Value,
}

struct Grant {
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
}

pub(crate) struct Issuer {
    pub(crate) url: String,
    key: Mutex<Arc<Key>>,
    /// Claims about whoever logs in.
    person: Mutex<Value>,
    twist: Mutex<Twist>,
    grants: Mutex<HashMap<String, Grant>>,
    tokens: Mutex<HashSet<String>>,
    /// Why the token endpoint has refused, the newest last.
    pub(crate) refusals: Mutex<Vec<&'static str>>,
}

impl Issuer {
    pub(crate) async fn start() -> Arc<Self> {
        Self::start_with(ec_key("first")).await
    }

    /// One whose keys are RSA, as most are.
    pub(crate) async fn start_with_rsa() -> Arc<Self> {
        Self::start_with(rsa_key("first")).await
    }

    async fn start_with(key: Key) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let issuer = Arc::new(Self {
            url,
            key: Mutex::new(Arc::new(key)),
            person: Mutex::new(ada()),
            twist: Mutex::default(),
            grants: Mutex::default(),
            tokens: Mutex::default(),
            refusals: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/authorize", get(authorise))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(Arc::clone(&issuer));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        issuer
    }

    pub(crate) fn twist(&self, twist: Twist) {
        *self.twist.lock().unwrap() = twist;
    }

    pub(crate) fn is_about(&self, person: Value) {
        *self.person.lock().unwrap() = person;
    }

    /// From now on another key signs, and the old one is not told any more.
    pub(crate) fn rotate(&self) {
        *self.key.lock().unwrap() = Arc::new(ec_key("second"));
    }

    fn twisted(&self) -> Twist {
        *self.twist.lock().unwrap()
    }

    fn key(&self) -> Arc<Key> {
        Arc::clone(&self.key.lock().unwrap())
    }

    fn id_token(&self, nonce: Option<&str>, access_token: &str) -> String {
        let twist = self.twisted();
        let now = chrono::Utc::now().timestamp();
        let mut claims = self.person.lock().unwrap().clone();
        if matches!(twist, Twist::EmailApart | Twist::OtherPersonApart) {
            let claims = claims.as_object_mut().unwrap();
            claims.retain(|name, _| name == "sub");
        }
        claims["iss"] = match twist {
            Twist::OtherIssuer => json!("https://login.example.org"),
            _ => json!(self.url),
        };
        claims["aud"] = match twist {
            Twist::OtherAudience => json!("another client"),
            Twist::MoreAudiences => json!([CLIENT, "another client"]),
            _ => json!(CLIENT),
        };
        if twist == Twist::OtherParty {
            claims["azp"] = json!("another client");
        }
        claims["iat"] = json!(now - 600);
        claims["exp"] = json!(if twist == Twist::Expired {
            now - 1
        } else {
            now + 600
        });
        match (twist, nonce) {
            (Twist::OtherNonce, _) => claims["nonce"] = json!("of another login"),
            (Twist::NoNonce, _) | (_, None) => {}
            (_, Some(nonce)) => claims["nonce"] = json!(nonce),
        }
        let hashed = match twist {
            Twist::OtherAccessToken => "another",
            _ => access_token,
        };
        let hash = Sha256::digest(hashed.as_bytes());
        claims["at_hash"] = json!(BASE64_URL_SAFE_NO_PAD.encode(&hash[..16]));
        self.signed(&claims)
    }

    fn signed(&self, claims: &Value) -> String {
        let key = self.key();
        let header = |algorithm| Header {
            kid: Some(key.kid.clone()),
            ..Header::new(algorithm)
        };
        let hashed = |secret: &[u8]| {
            let secret = EncodingKey::from_secret(secret).unwrap();
            encode(&header(Algorithm::HS256), claims, &secret).unwrap()
        };
        match self.twisted() {
            Twist::Unsigned => {
                let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
                let header = json!({"alg": "none", "typ": "JWT", "kid": key.kid});
                format!("{}.{}.", part(&header), part(claims))
            }
            Twist::HashedWithThePublicKey => {
                let x = key.public["x"].as_str().unwrap();
                hashed(&BASE64_URL_SAFE_NO_PAD.decode(x).unwrap())
            }
            Twist::HashedWithTheSecret => hashed(SECRET.as_bytes()),
            Twist::ForeignKey => {
                let foreign = ec_key(&key.kid);
                encode(&header(Algorithm::ES256), claims, &foreign.private).unwrap()
            }
            _ => encode(&header(key.algorithm), claims, &key.private).unwrap(),
        }
    }
}

/// Whoever logs in unless a test says otherwise.
pub(crate) fn ada() -> Value {
    json!({"sub": "ada-1815", "email": "Ada@Example.org", "email_verified": true, "name": "Ada Lovelace"})
}

fn ec_key(kid: &str) -> Key {
    let random = aws_lc_rs::rand::SystemRandom::new();
    let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let private = EncodingKey::from_ec_der(private.as_ref());
    key(kid, Algorithm::ES256, private)
}

fn rsa_key(kid: &str) -> Key {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    // What stands before the key itself is as long for all of this size.
    let private = EncodingKey::from_rsa_der(&der.as_ref()[26..]);
    key(kid, Algorithm::RS256, private)
}

fn key(kid: &str, algorithm: Algorithm, private: EncodingKey) -> Key {
    let public = Jwk::from_encoding_key(&private, algorithm).unwrap();
    let mut public = serde_json::to_value(public).unwrap();
    public["kid"] = json!(kid);
    public["use"] = json!("sig");
    Key {
        kid: kid.to_owned(),
        algorithm,
        private,
        public,
    }
}

async fn describe(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let url = &issuer.url;
    let tokens = match *issuer.twist.lock().unwrap() {
        Twist::Elsewhere(port) => format!("http://127.0.0.1:{port}"),
        _ => url.clone(),
    };
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{tokens}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // Even one that says it would sign so is not believed.
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    Json(json!({"keys": [issuer.key().public]}))
}

async fn authorise(State(issuer): State<Arc<Issuer>>, Query(asked): Query<Pairs>) -> Response {
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|found| found == value);
    let scope = asked.get("scope").cloned().unwrap_or_default();
    let is_sound = is("client_id", CLIENT)
        && is("response_type", "code")
        && is("code_challenge_method", "S256")
        && scope.split(' ').any(|scope| scope == "openid")
        && asked.contains_key("state")
        && asked.contains_key("nonce");
    if !is_sound {
        return (StatusCode::BAD_REQUEST, format!("{asked:?}")).into_response();
    }
    let code = uuid::Uuid::new_v4().to_string();
    let grant = Grant {
        redirect_uri: asked["redirect_uri"].clone(),
        challenge: asked["code_challenge"].clone(),
        nonce: asked.get("nonce").cloned(),
    };
    issuer.grants.lock().unwrap().insert(code.clone(), grant);
    // Services send more than one asks for.
    let back = format!(
        "{}?code={code}&state={}&scope=openid+email&iss={}",
        asked["redirect_uri"], asked["state"], issuer.url
    );
    (StatusCode::FOUND, [(header::LOCATION, back)]).into_response()
}

async fn token(State(issuer): State<Arc<Issuer>>, headers: HeaderMap, body: String) -> Response {
    match issuer.twisted() {
        Twist::Silent => std::future::pending().await,
        Twist::Huge => return Json(json!({"access_token": "x".repeat(1_000_000)})).into_response(),
        Twist::Redirecting => {
            let elsewhere = format!("{}/elsewhere", issuer.url);
            return (
                StatusCode::TEMPORARY_REDIRECT,
                [(header::LOCATION, elsewhere)],
            )
                .into_response();
        }
        _ => {}
    }
    let asked = pairs(&body);
    let grant = issuer.grants.lock().unwrap().remove(&asked["code"]);
    let refusal = refusal(&headers, &asked, grant.as_ref());
    if let Some(why) = refusal {
        issuer.refusals.lock().unwrap().push(why);
        let told = json!({"error": "invalid_grant", "error_description": why});
        return (StatusCode::BAD_REQUEST, Json(told)).into_response();
    }
    let access_token = uuid::Uuid::new_v4().to_string();
    issuer.tokens.lock().unwrap().insert(access_token.clone());
    let nonce = grant.and_then(|grant| grant.nonce);
    let id_token = issuer.id_token(nonce.as_deref(), &access_token);
    let mut answer =
        json!({"access_token": access_token, "token_type": "Bearer", "expires_in": 300});
    if issuer.twisted() != Twist::NoToken {
        answer["id_token"] = json!(id_token);
    }
    Json(answer).into_response()
}

fn refusal(headers: &HeaderMap, asked: &Pairs, grant: Option<&Grant>) -> Option<&'static str> {
    // The parts of a name and password are encoded before they are put together (RFC 6749, 2.3.1).
    let proof = BASE64_STANDARD.encode(format!("{CLIENT}:{}", SECRET.replace(' ', "+")));
    let shown = headers.get(header::AUTHORIZATION);
    let Some(grant) = grant else {
        return Some("the code is unknown, or was used before");
    };
    let verifier = asked.get("code_verifier").cloned().unwrap_or_default();
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    if shown.is_none_or(|shown| *shown != format!("Basic {proof}")) {
        Some("this is another client")
    } else if challenge != grant.challenge {
        Some("the verifier is not that of the challenge")
    } else if asked["redirect_uri"] != grant.redirect_uri {
        Some("the address is another one")
    } else {
        None
    }
}

async fn user_info(State(issuer): State<Arc<Issuer>>, headers: HeaderMap) -> Response {
    let token = headers[header::AUTHORIZATION].to_str().unwrap();
    let token = token.strip_prefix("Bearer ").unwrap();
    if !issuer.tokens.lock().unwrap().contains(token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut person = issuer.person.lock().unwrap().clone();
    if issuer.twisted() == Twist::OtherPersonApart {
        person["sub"] = json!("somebody else");
    }
    Json(person).into_response()
}
