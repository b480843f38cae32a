//! Access tokens: short-lived JWTs that say whose session a request belongs to. What they say is held against the
//! database besides; they only spare finding the session by a secret.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};
use store::{SigningKey, StoreResult};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// How long an access token is good for.
pub(crate) const LIFETIME: Duration = Duration::from_secs(10 * 60);

const ISSUER: &str = "lathe";
const AUDIENCE: &str = "lathe-api";
const TYPE: &str = "at+jwt";
const ALGORITHM: Algorithm = Algorithm::HS256;

/// Clocks of several hosts may differ by this.
const LEEWAY: u64 = 5;

/// A key signs for this long; then the next one does.
const SIGNS: TimeDelta = TimeDelta::days(30);

/// A key is kept for as long as a token that it signed could be good, and far longer. The newest one always is.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(60);

/// Keys are read again after this long, and when a token names one that is not known, but no more often than every
/// few seconds: strangers can name what they like.
const FRESH: Duration = Duration::from_secs(60);
const EAGER: Duration = Duration::from_secs(5);

#[derive(Serialize, Deserialize)]
struct Wire {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What a token says that is good.
pub(crate) struct Claims {
    pub(crate) user: Uuid,
    pub(crate) session: Uuid,
}

#[derive(Default)]
pub(crate) struct Signer {
    kept: RwLock<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: Vec<Key>,
    read_at: Option<Instant>,
}

#[derive(Clone)]
struct Key {
    id: String,
    created_at: chrono::DateTime<Utc>,
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Key {
    /// `None` for a key that is too weak to be one of ours.
    fn of(key: &SigningKey) -> Option<Self> {
        Some(Self {
            id: key.id.to_string(),
            created_at: key.created_at,
            signing: EncodingKey::from_secret(&key.secret).ok()?,
            checking: DecodingKey::from_secret(&key.secret).ok()?,
        })
    }
}

impl Signer {
    pub(crate) async fn sign(&self, app: &App, user: Uuid, session: Uuid) -> ApiResult<String> {
        let key = self.signing_key(app).await?;
        let now = Utc::now().timestamp();
        let wire = Wire {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            iat: now,
            nbf: now,
            exp: now + i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX),
        };
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(key.id),
            ..Header::new(ALGORITHM)
        };
        encode(&header, &wire, &key.signing).map_err(ApiError::internal)
    }

    /// `None` for whatever is no good token of ours.
    pub(crate) async fn verify(&self, app: &App, token: &str) -> StoreResult<Option<Claims>> {
        let Ok(header) = decode_header(token) else {
            return Ok(None);
        };
        let Some(kid) = header.kid.filter(|_| header.typ.as_deref() == Some(TYPE)) else {
            return Ok(None);
        };
        let Some(key) = self.key(app, &kid).await? else {
            return Ok(None);
        };
        let mut validation = Validation::new(ALGORITHM);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        let decoded = decode::<Wire>(token, &key.checking, &validation);
        Ok(decoded.ok().map(|decoded| Claims {
            user: decoded.claims.sub,
            session: decoded.claims.sid,
        }))
    }

    async fn signing_key(&self, app: &App) -> ApiResult<Key> {
        self.read_if_older(app, FRESH).await?;
        if let Some(key) = self.newest()
            && Utc::now() - key.created_at < SIGNS
        {
            return Ok(key);
        }
        app.store.add_signing_key().await?;
        self.read_if_older(app, Duration::ZERO).await?;
        self.newest()
            .ok_or_else(|| ApiError::internal("there is no key to sign with"))
    }

    async fn key(&self, app: &App, id: &str) -> StoreResult<Option<Key>> {
        self.read_if_older(app, FRESH).await?;
        if let Some(key) = self.find(id) {
            return Ok(Some(key));
        }
        self.read_if_older(app, EAGER).await?;
        Ok(self.find(id))
    }

    async fn read_if_older(&self, app: &App, age: Duration) -> StoreResult<()> {
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if kept.read_at.is_some_and(|at| at.elapsed() < age) {
                return Ok(());
            }
        }
        let keys = app.store.signing_keys().await?;
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.keys = keys.iter().filter_map(Key::of).collect();
        kept.read_at = Some(Instant::now());
        Ok(())
    }

    fn find(&self, id: &str) -> Option<Key> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.keys.iter().find(|key| key.id == id).cloned()
    }

    fn newest(&self) -> Option<Key> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.keys.first().cloned()
    }
}
