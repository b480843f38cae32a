//! Proof of who somebody is besides their session, for what would outlast it: whoever has got hold of an access token has the
//! account for minutes, and must not have it for good.

use chrono::{TimeDelta, Utc};
use store::{StoreError, User};

use super::password::Password;
use crate::access::Account;
use crate::error::{ApiError, ApiResult, Code};
use crate::limits::Limit;

/// How long after a login by way of another service that login proves something.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// The caller's account, proved by its password, which stands in the request at `path`. One without a password is proved by
/// its login, which was by way of another service then, if that was a moment ago.
pub(crate) async fn proved(
    account: &Account,
    password: Option<Password>,
    path: &'static str,
) -> ApiResult<User> {
    let id = account.person.id;
    account
        .limits
        .take(Limit::Password, &id.to_string())
        .await?;
    let user = account.store.user(id).await?;
    let user = user.ok_or(StoreError::NotFound("account"))?;
    if user.password_hash.is_none() {
        require_fresh_login(account).await?;
        return Ok(user);
    }
    let is_right = match password {
        Some(password) => password.matches(user.password_hash.as_deref()).await?,
        None => false,
    };
    match is_right {
        true => Ok(user),
        false if path == "/current" => {
            Err(ApiError::invalid(path, "the current password is wrong"))
        }
        false => Err(ApiError::invalid(path, "the password is wrong")),
    }
}

/// A session that is carried on keeps the moment in which it began.
async fn require_fresh_login(account: &Account) -> ApiResult<()> {
    let session = match account.session() {
        Some(session) => account.store.live_session(session).await?,
        None => None,
    };
    let session = session.ok_or_else(ApiError::unauthorized)?;
    if Utc::now() - session.created_at < FRESH {
        return Ok(());
    }
    let message = "your account has no password, and your login is too long ago to show who you are: log out, log in by your \
                   service again, and do this within ten minutes; or set a password with a letter to your address \
                   (`Forgot your password?`, `POST /api/auth/password/forgot`)";
    Err(ApiError::new(Code::Forbidden, message))
}
