//! How often things may be tried, and by whom that is counted.

use std::sync::Arc;
use std::time::Duration;

use store::limits::{Limiter, Quota};

use crate::error::{ApiError, ApiResult, Code};

/// What is limited. Names are keys in a shared place: they stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Accounts from one address.
    Register,
    /// Logins from one address.
    Login,
    /// Logins to one account from one address.
    LoginAs,
    /// Logins to one account from wherever its owner has never been.
    LoginAsByStrangers,
    /// Exchanges of refresh tokens from one address.
    Refresh,
    /// Changes of one's own password.
    Password,
    /// Tokens of letters, from one address.
    Reset,
    /// Letters that one address asks for.
    Letter,
    /// Letters to one address about its password.
    LetterTo,
    /// Letters to one address to verify it.
    VerificationTo,
    /// Invitations of one address.
    InvitationTo,
    /// Invitations by one person.
    Invite,
    /// Codes of the second factor of one account.
    SecondFactor,
}

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Login => "login",
            Self::LoginAs => "login-as",
            Self::LoginAsByStrangers => "login-strangers",
            Self::Refresh => "refresh",
            Self::Password => "password",
            Self::Reset => "reset",
            Self::Letter => "letter",
            Self::LetterTo => "letter-to",
            Self::VerificationTo => "verification-to",
            Self::InvitationTo => "invitation-to",
            Self::Invite => "invite",
            Self::SecondFactor => "second-factor",
        }
    }

    /// So many at once, and then one more after each while.
    fn quota(self) -> Quota {
        let (burst, every) = match self {
            Self::Register => (20, 30),
            Self::Login => (60, 1),
            Self::LoginAs => (10, 30),
            Self::LoginAsByStrangers => (50, 30),
            Self::Refresh => (300, 1),
            Self::Password => (10, 60),
            Self::Reset => (20, 10),
            Self::Letter => (20, 60),
            Self::LetterTo | Self::VerificationTo => (3, 600),
            Self::InvitationTo => (5, 600),
            Self::Invite => (50, 60),
            Self::SecondFactor => (10, 60),
        };
        Quota {
            burst,
            every: Duration::from_secs(every),
        }
    }
}

pub(crate) struct Limits(Arc<dyn Limiter>);

impl Limits {
    pub(crate) fn new(limiter: Arc<dyn Limiter>) -> Self {
        Self(limiter)
    }

    /// Counts one more; an error says how long to wait.
    pub(crate) async fn take(&self, limit: Limit, by: &str) -> ApiResult<()> {
        let key = format!("{}:{by}", limit.name());
        match self.0.take(&key, limit.quota()).await {
            Ok(()) => Ok(()),
            Err(wait) => Err(too_many(wait)),
        }
    }
}

pub(crate) fn too_many(wait: Duration) -> ApiError {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let message = format!("too many attempts: try again in {seconds} s");
    ApiError::new(Code::RateLimited, message).retry_after(seconds.max(1))
}
