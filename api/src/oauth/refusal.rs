//! Why somebody does not come in by way of another service, as a word that a page makes a sentence of. What went wrong
//! at the service is for the server's log.

use std::error::Error;
use std::fmt;

use store::StoreError;

use crate::error::{ApiError, Code};

#[derive(Debug)]
pub(crate) enum Refusal {
    /// They said no at the service.
    Cancelled,
    /// It took too long, was begun in another browser, or came a second time.
    Expired,
    /// The service is away, or what it says does not hold.
    Provider(Fault),
    /// The service does not vouch for an address of theirs.
    EmailUnverified,
    /// The address is at none of the allowed domains.
    EmailNotAllowed,
    /// The address has an account, which is to be linked by who is logged in to it.
    LinkFirst,
    /// Nobody lets somebody new in.
    Closed,
    /// Nobody has an account yet: the first one is made with a password.
    First,
    /// The account is disabled.
    Disabled,
    /// It belongs to another account.
    Taken,
    /// The session that wanted to link it has ended.
    SessionEnded,
    TooMany,
    Unavailable(ApiError),
}

impl Refusal {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Provider(_) => "provider_failed",
            Self::EmailUnverified => "email_unverified",
            Self::EmailNotAllowed => "email_not_allowed",
            Self::LinkFirst => "link_first",
            Self::Closed => "closed",
            Self::First => "first_account",
            Self::Disabled => "disabled",
            Self::Taken => "identity_taken",
            Self::SessionEnded => "session_ended",
            Self::TooMany => "too_many",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Provider(fault)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::IdentityTaken => Self::Taken,
            error => Self::Unavailable(error.into()),
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        match error.is_rate_limited() {
            true => Self::TooMany,
            false => Self::Unavailable(error),
        }
    }
}

/// What a service did wrong, with everything that led to it.
#[derive(Debug, Clone)]
pub(crate) struct Fault(String);

impl Fault {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    pub(super) fn because(error: impl Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self(text)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        let message = "the service does not answer as it should; the server's log says how";
        Self::new(Code::BadGateway, message).because(fault.0)
    }
}
