//! How many requests are taken: of strangers by their address, of callers by their account and by their token.
//!
//! Counting takes less than a microsecond and asks nobody. Whoever operates the machine is not counted.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use store::limits::{Gate, Limiter, Quota, Room};
use uuid::Uuid;

use super::address::ClientAddress;
use crate::access::{Caller, Via};
use crate::config::RequestLimits;
use crate::error::{ApiError, ApiResult};
use crate::limits::too_many;
use crate::state::App;

/// A network of IPv6 is a household's; a site may have many of them, and one person all of a site's.
const SITE: u32 = 8;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// What every request passes; none where the operator set no limit.
pub(crate) struct Throttle {
    address: Option<Arc<Gate>>,
    site: Option<Arc<Gate>>,
    account: Option<Arc<Gate>>,
    token: Option<Arc<Gate>>,
    executions: Option<Arc<Gate>>,
}

/// Marks a reply that says nothing but that there were too many requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Throttled;

/// What a request has left to its sender; nothing, where it is not counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Left(Option<Room>);

impl Throttle {
    pub(crate) fn new(limiter: &dyn Limiter, limits: &RequestLimits) -> Self {
        let gate = |name, per_minute: u32| {
            let quota = Quota::per_minute(per_minute);
            (per_minute > 0).then(|| limiter.gate(name, quota))
        };
        Self {
            address: gate("address", limits.per_address),
            site: gate("site", limits.per_address.saturating_mul(SITE)),
            account: gate("account", limits.per_account),
            token: gate("token", limits.per_token),
            executions: gate("executions", limits.executions_per_workspace),
        }
    }

    /// Counts a request of somebody whom nobody knows.
    pub(crate) fn stranger(&self, extensions: &Extensions) -> Result<Left, Box<Response>> {
        let address = extensions.get::<ClientAddress>().copied();
        let Some((network, site)) = address.and_then(ClientAddress::numbers) else {
            return Ok(Left(None));
        };
        if let (Some(gate), Some(site)) = (&self.site, site) {
            pass(gate, site)?;
        }
        match &self.address {
            Some(gate) => pass(gate, network),
            None => Ok(Left(None)),
        }
    }

    /// Counts a request of somebody who is known. A token has a limit of its own, so that a program that runs wild
    /// leaves something to its owner.
    pub(crate) fn caller(&self, caller: &Caller) -> Result<Left, Box<Response>> {
        let Some(person) = &caller.person else {
            return Ok(Left(None));
        };
        let of_token = match (&self.token, caller.via) {
            (Some(gate), Via::Token(token)) => pass(gate, token.as_u128())?,
            _ => Left(None),
        };
        let of_account = match &self.account {
            Some(gate) => pass(gate, person.id.as_u128())?,
            None => Left(None),
        };
        Ok(of_token.or_less(of_account))
    }

    /// Counts an execution that somebody begins in a workspace.
    pub(crate) fn execution(&self, caller: &Caller, workspace: Uuid) -> ApiResult<()> {
        match &self.executions {
            Some(gate) if caller.via != Via::Machine => {
                let passed = gate.pass(workspace.as_u128());
                passed.map(drop).map_err(|wait| {
                    let what = "this workspace has begun as many executions as it may in a minute";
                    too_many(what, wait)
                })
            }
            _ => Ok(()),
        }
    }
}

fn pass(gate: &Gate, key: u128) -> Result<Left, Box<Response>> {
    match gate.pass(key) {
        Ok(room) => Ok(Left(Some(room))),
        Err(wait) => {
            let mut response = too_many("too many requests", wait).into_response();
            let empty = Room {
                limit: gate.limit(),
                left: 0,
                whole_in: wait,
            };
            Left(Some(empty)).tell(response.headers_mut());
            response.extensions_mut().insert(Throttled);
            Err(Box::new(response))
        }
    }
}

impl Left {
    fn or_less(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(one), Some(two)) if two.left < one.left => other,
            (None, _) => other,
            _ => self,
        }
    }

    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        if let Some(room) = self.0 {
            headers.insert(LIMIT, HeaderValue::from(room.limit));
            headers.insert(REMAINING, HeaderValue::from(room.left));
            headers.insert(RESET, HeaderValue::from(seconds(room.whole_in)));
        }
    }
}

/// Whole ones, and never too few.
pub(crate) fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

/// For what has no route, and so nobody to ask who it is: the files of the web app, and guesses.
pub(crate) async fn passers_by(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.throttle.stranger(request.extensions()) {
        Ok(left) => {
            let mut response = next.run(request).await;
            left.tell(response.headers_mut());
            response
        }
        Err(refused) => *refused,
    }
}

/// A refusal to somebody unknown, who may have guessed: that is counted, too.
pub(crate) fn unknown(app: &App, extensions: &Extensions, error: ApiError) -> Response {
    if !error.is_clients() {
        return error.into_response();
    }
    match app.throttle.stranger(extensions) {
        Ok(left) => {
            let mut response = error.into_response();
            left.tell(response.headers_mut());
            response
        }
        Err(refused) => *refused,
    }
}
