//! A login on its way: what stays here while somebody is at the other service, and what ties it to their browser.
//!
//! The state that travels finds what is kept, once. It counts only together with a cookie of the browser that began: a
//! link that somebody else has begun logs nobody in, and links nothing.

use axum::http::HeaderMap;
use chrono::{TimeDelta, Utc};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use store::{Link, Purpose};
use uuid::Uuid;

use super::provider::{Provider, ProviderKind};
use super::refusal::{Fault, Refusal};
use super::{Proof, github, oidc};
use crate::accounts::{cookies, secret};
use crate::error::ApiError;
use crate::state::App;

/// How long somebody may take at the service.
pub(crate) const GOOD_FOR: TimeDelta = TimeDelta::minutes(10);

const LONGEST_PATH: usize = 2_000;

/// Where people are after a login that was about nothing else.
const HOME: &str = "/";

/// What only this server and the service's answer know of.
#[derive(Serialize, Deserialize)]
pub(crate) struct Secrets {
    pub(super) verifier: String,
    pub(super) nonce: Option<String>,
}

/// What is kept while somebody is at the service.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    provider: String,
    /// Hash of what the browser's cookie holds.
    browser: String,
    secrets: Secrets,
    /// Where to go on afterwards.
    pub(crate) next: String,
    /// Whose account the identity is to be linked to; a login, if nobody's.
    pub(crate) linking: Option<Owner>,
}

/// Somebody who is logged in and links an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) user: Uuid,
    pub(crate) session: Uuid,
}

pub(crate) struct Begun {
    /// At the service.
    pub(crate) url: Url,
    /// For the browser's cookie.
    pub(crate) browser: String,
}

/// What the service sends back by way of the browser.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) state: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) issuer: Option<String>,
}

pub(crate) async fn begin(
    app: &App,
    provider: &Provider,
    next: Option<&str>,
    linking: Option<Owner>,
) -> Result<Begun, Refusal> {
    let (state, browser) = (secret::random()?, secret::random()?);
    let (providers, back) = (&app.providers, back(app, provider));
    let (url, secrets) = match provider.kind {
        ProviderKind::Github => github::begin(provider, &back, state.clone())?,
        ProviderKind::Oidc | ProviderKind::Google => {
            oidc::begin(providers, provider, &back, state.clone()).await?
        }
    };
    let kept = Kept {
        provider: provider.id.clone(),
        browser: secret::hash(&browser),
        secrets,
        next: next.and_then(local_path).unwrap_or(HOME).to_owned(),
        linking,
    };
    let link = Link {
        user_id: linking.map(|owner| owner.user),
        data: serde_json::to_value(kept).map_err(ApiError::internal)?,
    };
    let until = Utc::now() + GOOD_FOR;
    let hash = secret::hash(&state);
    app.store
        .create_link(Purpose::OauthState, &hash, link, until)
        .await?;
    Ok(Begun { url, browser })
}

/// Finds what is kept for an answer, which is used up with this.
pub(crate) async fn take(
    app: &App,
    provider: &Provider,
    headers: &HeaderMap,
    answer: &Answer,
) -> Result<Kept, Refusal> {
    let state = answer.state.as_deref().ok_or(Refusal::Expired)?;
    let hash = secret::hash(state);
    let link = app.store.take_link(Purpose::OauthState, &hash).await?;
    let link = link.ok_or(Refusal::Expired)?;
    let kept: Kept = serde_json::from_value(link.data).map_err(ApiError::internal)?;
    let browser = cookies::OAUTH.of(app, headers);
    let is_theirs = browser.is_some_and(|browser| secret::hash(&browser) == kept.browser);
    match is_theirs && kept.provider == provider.id {
        true => Ok(kept),
        false => Err(Refusal::Expired),
    }
}

/// Who the service says it is.
pub(crate) async fn prove(
    app: &App,
    provider: &Provider,
    secrets: Secrets,
    answer: Answer,
) -> Result<Proof, Refusal> {
    if let Some(error) = answer.error {
        return Err(match &*error {
            "access_denied" => Refusal::Cancelled,
            _ => {
                let told: String = error
                    .chars()
                    .filter(char::is_ascii_graphic)
                    .take(100)
                    .collect();
                Fault::new(format!("it answered with the error `{told}`")).into()
            }
        });
    }
    if answer
        .issuer
        .is_some_and(|issuer| issuer != provider.issuer)
    {
        return Err(Fault::new("the answer is of another issuer").into());
    }
    let code = answer.code.filter(|code| !code.is_empty());
    let code = code.ok_or_else(|| Fault::new("it answered without a code"))?;
    let (providers, back) = (&app.providers, back(app, provider));
    let proof = match provider.kind {
        ProviderKind::Github => github::prove(providers, provider, &back, secrets, code).await?,
        ProviderKind::Oidc | ProviderKind::Google => {
            oidc::prove(providers, provider, &back, secrets, code).await?
        }
    };
    Ok(proof)
}

impl Kept {
    /// The parts that are needed at different moments.
    pub(crate) fn split(self) -> (Secrets, String, Option<Owner>) {
        (self.secrets, self.next, self.linking)
    }
}

/// Where the service sends the browser back to: at the address that the operator has set, whatever a request says.
fn back(app: &App, provider: &Provider) -> String {
    format!("{}/api/auth/oauth/{}/callback", app.config.url, provider.id)
}

/// A path of this server: `//elsewhere.org` and its disguises would leave it.
fn local_path(path: &str) -> Option<&str> {
    let is_plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_local = path.starts_with('/') && !path.starts_with("//");
    Some(path).filter(|path| {
        is_plain && is_local && path.len() <= LONGEST_PATH && !path.starts_with("/api/")
    })
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_server_are_gone_on_to() {
        let path = "/runs?status=failed#x";
        assert_eq!(local_path(path), Some(path));
        for wrong in [
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "runs",
            "",
            "/api/auth/oauth/github",
            "/ä",
        ] {
            assert_eq!(local_path(wrong), None, "{wrong}");
        }
    }
}
