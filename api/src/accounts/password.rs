//! Passwords: what is taken for one, and how it is hashed.
//!
//! bcrypt heeds 72 bytes only and ends at a zero byte, so that it is given a hash of the password, of which every byte
//! counts. It takes a third of a second, on a thread of its own, and only as many at a time as there are processors:
//! a crowd at the door must not stop those inside.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::error::{ApiError, ApiResult};

/// Says how a hash was made, so that a better way may follow.
const FORM: &str = "sha256-bcrypt:";

const COST: u32 = 12;
const SHORTEST: usize = 10;
const LONGEST: usize = 1_000;

/// Hashes that wait for their turn at most.
const LONGEST_QUEUE: usize = 64;

/// What is worth hashing at a time.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(processors))
});

/// A password is told to nobody.
pub(crate) struct Password(String);

impl<'de> serde::Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Password {
    /// Why this is no password for somebody with these particulars, if it is none.
    pub(crate) fn objection(&self, particulars: &[&str]) -> Option<String> {
        let length = self.0.chars().count();
        if length < SHORTEST {
            return Some(format!("a password has at least {SHORTEST} characters"));
        }
        if self.0.len() > LONGEST {
            return Some(format!("a password has at most {LONGEST} bytes"));
        }
        let beginning: String = self.0.chars().take(100).collect();
        let estimate = zxcvbn::zxcvbn(&beginning, particulars);
        (estimate.score() < zxcvbn::Score::Two).then(|| {
            "this password is among the first that would be guessed: take several words that do not belong together"
                .to_owned()
        })
    }

    pub(crate) async fn hash(self) -> ApiResult<String> {
        let digest = digest(&self.0);
        working(move || bcrypt::non_truncating_hash(digest, COST))
            .await?
            .map(|hash| format!("{FORM}{hash}"))
            .map_err(ApiError::internal)
    }

    /// Takes the same time whether there is a hash to compare with or not.
    pub(crate) async fn matches(&self, hash: Option<&str>) -> ApiResult<bool> {
        /// Of a password that nobody knows.
        static NOBODYS: LazyLock<Result<String, bcrypt::BcryptError>> =
            LazyLock::new(|| bcrypt::non_truncating_hash(uuid::Uuid::new_v4().to_string(), COST));
        let digest = digest(&self.0);
        let known = hash
            .and_then(|hash| hash.strip_prefix(FORM))
            .map(str::to_owned);
        let matches = working(move || match known {
            Some(known) => bcrypt::non_truncating_verify(digest, &known).unwrap_or(false),
            None => {
                let nobodys = NOBODYS.as_deref().unwrap_or_default();
                let _ = bcrypt::non_truncating_verify(digest, nobodys);
                false
            }
        });
        matches.await
    }
}

/// Hashes a password for whoever has no server at hand.
pub async fn hash_password(password: String, particulars: &[&str]) -> Result<String, String> {
    let password = Password(password);
    if let Some(objection) = password.objection(particulars) {
        return Err(objection);
    }
    password.hash().await.map_err(|error| error.to_string())
}

fn digest(password: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(
        [b"lathe password\n", password.as_bytes()].concat(),
    ))
}

/// A place in the queue, which is no longer than somebody would wait for.
struct Place;

static QUEUE: AtomicUsize = AtomicUsize::new(0);

impl Place {
    fn take() -> ApiResult<Self> {
        let place = Self;
        if QUEUE.fetch_add(1, Ordering::Relaxed) >= LONGEST_QUEUE {
            drop(place);
            let message = "too many people log in at this moment; try again in a moment";
            return Err(ApiError::unavailable(message).retry_after(3));
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        QUEUE.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn working<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    let place = Place::take()?;
    let turn = Arc::clone(&TURNS).acquire_owned().await;
    let turn = turn.map_err(ApiError::internal)?;
    drop(place);
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S7: beyond the 72 bytes that bcrypt reads, too.
    #[tokio::test]
    async fn every_byte_counts_however_many_there_are() {
        let long = "пароль из многих букв ".repeat(4);
        assert!(long.len() > 72);
        let hash = Password(format!("{long}a")).hash().await.unwrap();
        assert!(hash.starts_with("sha256-bcrypt:$2b$12$"), "{hash}");
        let matches = async |text: String| Password(text).matches(Some(&hash)).await.unwrap();
        assert!(matches(format!("{long}a")).await);
        assert!(!matches(format!("{long}b")).await);
        assert!(!matches(format!("{long}\0a")).await);
        assert!(!Password(long.clone()).matches(None).await.unwrap());
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        let objects = |text: &str| Password(text.to_owned()).objection(&["ada@example.org"]);
        for weak in [
            "short",
            "password123",
            "qwertyuiop",
            "aaaaaaaaaaaa",
            "ada@example.org",
        ] {
            assert!(objects(weak).is_some(), "{weak}");
        }
        assert!(objects(&"x1 y".repeat(300)).is_some(), "too long");
        assert_eq!(objects("correct horse battery staple"), None);
        assert_eq!(objects("Größenwahn im Gewächshaus"), None);
    }
}
