//! As much of GitHub as a login takes, with its own manners: a code that is no good is answered with 200, and a limit
//! with 403.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use super::issuer::{Pairs, pairs};

pub(crate) const CLIENT: &str = "Iv1.lathe";
pub(crate) const SECRET: &str = "github's secret";

/// What its API answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Fine,
    /// The limit of requests is used up.
    Limited,
    /// The token was taken back.
    Revoked,
    /// The application may not see addresses.
    Discreet,
    /// It does not take the code.
    BadCode,
}

pub(crate) struct GitHub {
    pub(crate) url: String,
    mood: Mutex<Mood>,
    person: Mutex<Value>,
    addresses: Mutex<Value>,
    /// Codes with their challenges.
    codes: Mutex<HashMap<String, String>>,
    tokens: Mutex<HashSet<String>>,
}

impl GitHub {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let github = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            mood: Mutex::new(Mood::Fine),
            person: Mutex::new(json!({"id": 1815, "login": "ada", "name": null})),
            addresses: Mutex::new(json!([address("ada@example.org", true, true)])),
            codes: Mutex::default(),
            tokens: Mutex::default(),
        });
        let router = Router::new()
            .route("/login/oauth/authorize", get(authorise))
            .route("/login/oauth/access_token", post(token))
            .route("/api/v3/user", get(user))
            .route("/api/v3/user/emails", get(emails))
            .with_state(Arc::clone(&github));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        github
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(crate) fn is_about(&self, person: Value, addresses: Value) {
        *self.person.lock().unwrap() = person;
        *self.addresses.lock().unwrap() = addresses;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    fn refusal(&self, headers: &HeaderMap) -> Option<Response> {
        let token = headers.get(header::AUTHORIZATION);
        let token = token.and_then(|token| token.to_str().ok()?.strip_prefix("Bearer "));
        let is_known = token.is_some_and(|token| self.tokens.lock().unwrap().contains(token));
        // GitHub answers nobody who does not say by what they ask.
        let is_named = headers.contains_key(header::USER_AGENT);
        let (status, message) = match self.mood() {
            Mood::Limited => (403, "API rate limit exceeded for user ID 1815."),
            Mood::Revoked => (401, "Bad credentials"),
            _ if !is_known => (401, "Requires authentication"),
            _ if !is_named => (403, "Request forbidden by administrative rules."),
            _ => return None,
        };
        let told = json!({"message": message, "documentation_url": "https://docs.github.com/rest"});
        let mut response = (StatusCode::from_u16(status).unwrap(), Json(told)).into_response();
        if status == 403 {
            let zero = header::HeaderValue::from_static("0");
            response.headers_mut().insert("x-ratelimit-remaining", zero);
        }
        Some(response)
    }
}

pub(crate) fn address(email: &str, primary: bool, verified: bool) -> Value {
    json!({"email": email, "primary": primary, "verified": verified, "visibility": null})
}

async fn authorise(State(github): State<Arc<GitHub>>, Query(asked): Query<Pairs>) -> Response {
    assert_eq!(
        (&*asked["client_id"], &*asked["code_challenge_method"]),
        (CLIENT, "S256")
    );
    assert!(asked["scope"].contains("user:email"), "{asked:?}");
    let code = uuid::Uuid::new_v4().simple().to_string();
    let challenge = asked["code_challenge"].clone();
    github.codes.lock().unwrap().insert(code.clone(), challenge);
    let back = format!(
        "{}?code={code}&state={}",
        asked["redirect_uri"], asked["state"]
    );
    (StatusCode::FOUND, [(header::LOCATION, back)]).into_response()
}

async fn token(State(github): State<Arc<GitHub>>, headers: HeaderMap, body: String) -> Json<Value> {
    assert_eq!(
        headers[header::ACCEPT],
        "application/json",
        "it would answer with a form"
    );
    let asked = pairs(&body);
    let challenge = github.codes.lock().unwrap().remove(&asked["code"]);
    let verifier = Sha256::digest(asked["code_verifier"].as_bytes());
    let is_theirs = challenge == Some(BASE64_URL_SAFE_NO_PAD.encode(verifier));
    if github.mood() == Mood::BadCode || !is_theirs {
        return Json(json!({
            "error": "bad_verification_code",
            "error_description": "The code passed is incorrect or expired.",
            "error_uri": "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code",
        }));
    }
    if (&*asked["client_id"], &*asked["client_secret"]) != (CLIENT, SECRET) {
        return Json(json!({"error": "incorrect_client_credentials"}));
    }
    let token = format!("gho_{}", uuid::Uuid::new_v4().simple());
    github.tokens.lock().unwrap().insert(token.clone());
    Json(json!({"access_token": token, "token_type": "bearer", "scope": "read:user,user:email"}))
}

async fn user(State(github): State<Arc<GitHub>>, headers: HeaderMap) -> Response {
    let refusal = github.refusal(&headers);
    refusal.unwrap_or_else(|| Json(github.person.lock().unwrap().clone()).into_response())
}

async fn emails(State(github): State<Arc<GitHub>>, headers: HeaderMap) -> Response {
    if github.mood() == Mood::Discreet {
        return (StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))).into_response();
    }
    let refusal = github.refusal(&headers);
    refusal.unwrap_or_else(|| Json(github.addresses.lock().unwrap().clone()).into_response())
}
