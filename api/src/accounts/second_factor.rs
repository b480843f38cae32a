//! The second factor: codes that a device computes from a secret and the time (TOTP, RFC 6238), and recovery codes for
//! when the device is lost. A code is good once.

use chrono::Utc;
use serde::{Deserialize, Serialize};
use store::{User, UserChange};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use super::device::Device;
use super::secret;
use crate::error::{ApiError, ApiResult, Code};
use crate::extract::Visitor;
use crate::limits::Limit;
use crate::notices::{self, Change};
use crate::state::App;

const RECOVERY_CODES: usize = 10;

/// What is kept of a second factor.
#[derive(Serialize, Deserialize)]
struct Kept {
    sealed: String,
    /// The step of time whose code was used last.
    last: u64,
}

/// A secret that is to become somebody's second factor.
pub(crate) struct Setup {
    /// To be handed back with the first code; nobody but the server can read it.
    pub(crate) setup: String,
    pub(crate) secret: String,
    pub(crate) url: String,
}

pub(crate) fn set_up(app: &App, user: &User) -> ApiResult<Setup> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(ApiError::internal)?;
    let totp = totp(user, bytes)?;
    let sealed = app
        .store
        .vault()
        .seal(&format!("totp_setup:{}", user.id), &bytes);
    Ok(Setup {
        setup: sealed.map_err(ApiError::internal)?,
        secret: totp.secret().to_base32(),
        url: totp
            .to_url()
            .map_err(|error| ApiError::internal(error.to_string()))?,
    })
}

/// From now on a code is asked for; hands over the recovery codes, which nobody can read later.
pub(crate) async fn confirm(
    app: &App,
    user: &User,
    setup: &str,
    code: &str,
) -> ApiResult<Vec<String>> {
    let vault = app.store.vault();
    let bytes = vault.unseal(&format!("totp_setup:{}", user.id), setup);
    let bytes = bytes.map_err(|_| {
        ApiError::invalid(
            "/setup",
            "this is not what the server gave out: begin again",
        )
    })?;
    app.limits
        .take(Limit::SecondFactor, &user.id.to_string())
        .await?;
    let step = check(&totp(user, twenty(&bytes)?)?, code);
    let step = step.ok_or_else(|| {
        let message = "the code is wrong: is the clock of your device right?";
        ApiError::invalid("/code", message)
    })?;
    let sealed = vault
        .seal(&place(user), &bytes)
        .map_err(ApiError::internal)?;
    let kept = Kept { sealed, last: step };
    let codes = recovery_codes()?;
    let change = UserChange {
        totp: Some(Some(
            serde_json::to_string(&kept).map_err(ApiError::internal)?,
        )),
        recovery_codes: Some(codes.iter().map(|code| secret::hash(code)).collect()),
        ..UserChange::default()
    };
    app.store
        .update_user(user.id, change, Some(user.revision))
        .await?;
    Ok(codes)
}

/// Where a code is shown, by which wrong ones are counted.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// In a session: whoever has one has shown a code before, or began it before there was a second factor.
    Session(Uuid),
    /// On a browser that a code was shown on before.
    Device(Uuid),
    Elsewhere,
}

impl Place {
    pub(crate) fn of(device: Option<&Device>) -> Self {
        let device = device.filter(|device| device.has_shown_code);
        device.map_or(Self::Elsewhere, |device| Self::Device(device.id))
    }
}

/// Refuses who has a second factor and does not show it.
pub(crate) async fn require(
    app: &App,
    user: &User,
    code: Option<&str>,
    at: Place,
    visitor: &Visitor,
) -> ApiResult<()> {
    let Some(totp) = &user.totp else {
        return Ok(());
    };
    let Some(code) = code else {
        let message = "send a code of your second factor, or a recovery code, as `code` besides";
        return Err(ApiError::new(Code::SecondFactorRequired, message));
    };
    let counts = counts(user, at, visitor);
    for (limit, by) in &counts {
        let taken = app.limits.take(*limit, by).await;
        if taken.as_ref().is_err_and(ApiError::is_rate_limited) {
            warn(app, user, visitor).await;
        }
        taken?;
    }
    use_up(app, user, totp, code).await?;
    for (limit, by) in &counts {
        app.limits.give_back(*limit, by).await;
    }
    Ok(())
}

/// By what a code is counted before it is looked at. Whoever has found out the password uses up their own tries and those of
/// strangers, wherever they come from, but not those of where a code was shown before.
fn counts(user: &User, at: Place, visitor: &Visitor) -> Vec<(Limit, String)> {
    let id = user.id;
    let address = &visitor.address;
    let by = match at {
        Place::Session(session) => format!("{id} session {session}"),
        Place::Device(device) => format!("{id} device {device}"),
        Place::Elsewhere => format!("{id} {address}"),
    };
    let mut counts = vec![(Limit::SecondFactor, by)];
    // An address that the account was used from is no better: whoever had the password before there was a second factor may
    // have come from any number of them.
    if matches!(at, Place::Elsewhere) {
        counts.push((Limit::SecondFactorByStrangers, id.to_string()));
    }
    counts
}

/// Once in a while, however long somebody goes on.
async fn warn(app: &App, user: &User, visitor: &Visitor) {
    let by = user.id.to_string();
    if app
        .limits
        .take(Limit::SecondFactorWarning, &by)
        .await
        .is_ok()
    {
        notices::warn(app, user.id, Change::SecondFactorGuessed, "", visitor).await;
    }
}

/// A code that is right is none any more after this.
async fn use_up(app: &App, user: &User, totp: &str, code: &str) -> ApiResult<()> {
    let wrong = || {
        ApiError::new(
            Code::SecondFactorRequired,
            "the code is wrong, or was used before",
        )
    };
    let code = code.trim().replace(' ', "");
    let hash = secret::hash(&recovery_code(&code));
    let change = if user.recovery_codes.contains(&hash) {
        let left = user.recovery_codes.iter().filter(|kept| **kept != hash);
        UserChange {
            recovery_codes: Some(left.cloned().collect()),
            ..UserChange::default()
        }
    } else {
        let kept: Kept = serde_json::from_str(totp).map_err(ApiError::internal)?;
        let bytes = app.store.vault().unseal(&place(user), &kept.sealed);
        let bytes = bytes.map_err(ApiError::internal)?;
        let step = check(&self::totp(user, twenty(&bytes)?)?, &code);
        let step = step.filter(|step| *step > kept.last).ok_or_else(wrong)?;
        let used = Kept { last: step, ..kept };
        UserChange {
            totp: Some(Some(
                serde_json::to_string(&used).map_err(ApiError::internal)?,
            )),
            ..UserChange::default()
        }
    };
    // Two logins with the same code: one of them is too late.
    let used = app.store.update_user(user.id, change, Some(user.revision));
    used.await.map(drop).map_err(|error| match error {
        store::StoreError::Outdated(_) => wrong(),
        error => error.into(),
    })
}

fn place(user: &User) -> String {
    store::second_factor_place(user.id)
}

fn totp(user: &User, bytes: [u8; 20]) -> ApiResult<Totp> {
    Builder::new()
        .with_secret(Secret::new_stack(bytes))
        // A colon would end the account's name in the address.
        .with_account_name(user.email.replace(':', "_"))
        .with_issuer(Some("Lathe"))
        .build()
        .map_err(|error| ApiError::internal(error.to_string()))
}

/// The step of time that the code is of.
fn check(totp: &Totp, code: &str) -> Option<u64> {
    let now = Utc::now().timestamp().cast_unsigned();
    totp.check(code, now)
}

fn twenty(bytes: &[u8]) -> ApiResult<[u8; 20]> {
    bytes
        .try_into()
        .map_err(|_| ApiError::internal("a second factor's secret has another length"))
}

/// A recovery code as it was shown, however it was typed.
fn recovery_code(typed: &str) -> String {
    let digits = typed.replace('-', "").to_lowercase();
    match digits.split_at_checked(8) {
        Some((one, other)) => format!("{one}-{other}"),
        None => digits,
    }
}

fn recovery_codes() -> ApiResult<Vec<String>> {
    let code = || {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(ApiError::internal)?;
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{}-{}", &digits[..8], &digits[8..]))
    };
    (0..RECOVERY_CODES).map(|_| code()).collect()
}
