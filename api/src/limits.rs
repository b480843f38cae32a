//! How often things may be tried, and by whom that is counted.

use std::sync::Arc;
use std::time::Duration;

use store::limits::{Limiter, Quota};

use crate::error::{ApiError, ApiResult, Code};
use crate::extract::Visitor;
use crate::layers::throttle;

/// Networks of one site that may do all they want at the same time.
const SITE: u32 = 8;

/// What is limited. Names are keys in a shared place: they stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Accounts from one address.
    Register,
    /// Logins from one address.
    Login,
    /// Logins to one account from one address that failed.
    LoginAs,
    /// Logins to one account that failed, from wherever its owner has never been.
    LoginAsByStrangers,
    /// Logins to one account that failed, on a browser that its owner has logged in on.
    LoginByDevice,
    /// Logins by way of other services from one address: each comes twice, before and after.
    Oauth,
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
    /// Codes of the second factor of one account, from one place: those that were right do not count.
    SecondFactor,
    /// Wrong codes of the second factor of one account, from wherever none was shown before.
    SecondFactorByStrangers,
    /// Warnings to one account that its second factor is guessed at.
    SecondFactorWarning,
    /// What is sent to one webhook.
    Hook,
    /// What is sent to one webhook from one address.
    HookFrom,
    /// What is sent from one address to where no webhook is.
    HookGuess,
    /// What one webhook refuses and its owner is shown: more of it is refused unseen.
    HookRefusal,
    /// What is sent to other systems because somebody asks for it, of one workspace.
    Deliver,
}

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Login => "login",
            Self::LoginAs => "login-as",
            Self::LoginAsByStrangers => "login-strangers",
            Self::LoginByDevice => "login-device",
            Self::Oauth => "oauth",
            Self::Refresh => "refresh",
            Self::Password => "password",
            Self::Reset => "reset",
            Self::Letter => "letter",
            Self::LetterTo => "letter-to",
            Self::VerificationTo => "verification-to",
            Self::InvitationTo => "invitation-to",
            Self::Invite => "invite",
            Self::SecondFactor => "second-factor",
            Self::SecondFactorByStrangers => "second-factor-strangers",
            Self::SecondFactorWarning => "second-factor-warning",
            Self::Hook => "hook",
            Self::HookFrom => "hook-from",
            Self::HookGuess => "hook-guess",
            Self::HookRefusal => "hook-refusal",
            Self::Deliver => "deliver",
        }
    }

    /// So many at once, and then one more after each while.
    fn quota(self) -> Quota {
        let seconds = |burst, every| (burst, Duration::from_secs(every));
        let (burst, every) = match self {
            Self::Register => seconds(20, 30),
            Self::Login => seconds(60, 1),
            Self::LoginAs | Self::LoginByDevice => seconds(10, 30),
            Self::LoginAsByStrangers => seconds(50, 30),
            Self::Oauth => seconds(60, 1),
            // Each page that is opened takes one, and a whole office may have one address.
            Self::Refresh => (600, Duration::from_millis(250)),
            Self::Password => seconds(10, 60),
            Self::Reset => seconds(20, 10),
            Self::Letter => seconds(20, 60),
            Self::LetterTo | Self::VerificationTo => seconds(3, 600),
            Self::InvitationTo => seconds(5, 600),
            Self::Invite => seconds(50, 60),
            Self::SecondFactor => seconds(10, 60),
            // Whoever gets here has the password: of a million codes three are good, and it takes years to meet one of them.
            Self::SecondFactorByStrangers => seconds(20, 600),
            Self::SecondFactorWarning => seconds(1, 3_600),
            Self::Hook => (1_000, Duration::from_millis(10)),
            Self::HookFrom => (300, Duration::from_millis(50)),
            Self::HookGuess => seconds(60, 1),
            Self::HookRefusal => seconds(30, 2),
            Self::Deliver => seconds(30, 10),
        };
        Quota { burst, every }
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
        self.count(&key, limit.quota()).await
    }

    /// Counts one more from where somebody is. A site of IPv6 has thousands of networks, and together some more room
    /// than one of them.
    pub(crate) async fn take_from(&self, limit: Limit, visitor: &Visitor) -> ApiResult<()> {
        self.take(limit, &visitor.address).await?;
        let Some(site) = &visitor.site else {
            return Ok(());
        };
        let Quota { burst, every } = limit.quota();
        let quota = Quota {
            burst: burst.saturating_mul(SITE),
            every: every / SITE,
        };
        let key = format!("{}-site:{site}", limit.name());
        self.count(&key, quota).await
    }

    /// Takes back what was counted a moment ago.
    pub(crate) async fn give_back(&self, limit: Limit, by: &str) {
        let key = format!("{}:{by}", limit.name());
        self.0.give_back(&key, limit.quota()).await;
    }

    async fn count(&self, key: &str, quota: Quota) -> ApiResult<()> {
        let taken = self.0.take(key, quota).await;
        taken.map_err(|wait| too_many("too many attempts", wait))
    }
}

pub(crate) fn too_many(what: &str, wait: Duration) -> ApiError {
    let seconds = throttle::seconds(wait).max(1);
    let message = format!("{what}: try again in {seconds} s");
    ApiError::new(Code::RateLimited, message).retry_after(seconds)
}
