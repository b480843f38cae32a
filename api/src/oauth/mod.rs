//! Logging in by way of another service: OpenID Connect with any issuer, and GitHub, which speaks plain OAuth 2.
//!
//! A login goes to the service with a state, a nonce and a PKCE challenge, and comes back with a code. What belongs to
//! them stays here, good once and for ten minutes, and is tied to the browser by a cookie. The service's word on who it
//! is counts by its issuer and its own name for them; its word on an address counts only where the service has verified
//! it.

pub(crate) mod arrive;
pub(crate) mod flow;
mod github;
mod oidc;
mod outgoing;
pub(crate) mod provider;
mod providers;
pub(crate) mod refusal;
pub(crate) mod second_factor;

pub(crate) use providers::Providers;

/// What a service says about somebody, once all of it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// In lower case, where there is one that can be an address.
    pub(crate) email: Option<String>,
    /// The service has verified that the address is theirs, and would know if it no longer was.
    pub(crate) is_verified: bool,
    pub(crate) name: Option<String>,
    /// The organisation that runs their account at the service, where the service says so.
    pub(crate) organisation: Option<String>,
}

impl Proof {
    /// The address, if it is proved.
    pub(crate) fn verified_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.is_verified)
    }
}
