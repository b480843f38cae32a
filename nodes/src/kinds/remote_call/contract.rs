//! What Lathe and a remote node say to each other. `docs/remote-nodes.md` is the same for people.

use std::time::Duration;

use engine::Time;
use engine::duration::Millis;
use engine::node::Failure;
use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clients::service;
use egress::Answer;

/// The version of the contract that Lathe speaks.
pub(super) const VERSION: u32 = 1;

/// The body of a call.
#[derive(Serialize)]
pub(super) struct Call<'a> {
    pub(super) lathe: u32,
    pub(super) execution: uuid::Uuid,
    pub(super) step: &'a str,
    pub(super) attempt: u32,
    pub(super) idempotency_key: &'a str,
    /// Nobody wants the result after this.
    pub(super) deadline: Time,
    pub(super) input: &'a Value,
}

/// A result. Fields that Lathe does not know are for later versions of the contract.
#[derive(Debug, Deserialize)]
pub(super) struct Done {
    pub(super) output: Value,
    pub(super) port: Option<String>,
}

/// The service works on it.
#[derive(Debug, Deserialize)]
pub(super) struct Working {
    /// Where to ask; the same place as before when left out.
    pub(super) poll: Option<String>,
    pub(super) after_ms: Option<u64>,
    /// From 0 to 1.
    pub(super) progress: Option<f64>,
    pub(super) message: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    error: Said,
}

#[derive(Deserialize)]
struct Said {
    code: String,
    #[serde(default)]
    message: String,
    details: Option<Value>,
    retryable: Option<bool>,
}

pub(super) enum Reply {
    Done(Done),
    Working(Working),
    /// The service cannot answer now.
    Busy {
        failure: Failure,
        retry_after: Option<Duration>,
    },
    Failed(Failure),
}

impl Reply {
    pub(super) fn read(answer: &Answer, now: Time) -> Self {
        let read = match answer.status {
            StatusCode::OK => body(answer).map(Self::Done),
            StatusCode::ACCEPTED => body(answer).map(Self::Working),
            status if status.is_client_error() || status.is_server_error() => {
                return Self::refused(answer, now);
            }
            status => Err(broken(&format!("it answered {status}"))),
        };
        read.unwrap_or_else(Self::Failed)
    }

    fn refused(answer: &Answer, now: Time) -> Self {
        let failure = failure(answer);
        if failure.retryable {
            let pause = service::retry_after(answer, now);
            Self::Busy {
                failure: failure.with_retry_after(pause),
                retry_after: pause.map(Millis::to_std),
            }
        } else {
            Self::Failed(failure)
        }
    }
}

/// The service did not keep to the contract.
pub(super) fn broken(how: &str) -> Failure {
    Failure::permanent(
        "remote_contract",
        format!("the service does not keep to the contract of docs/remote-nodes.md: {how}"),
    )
}

fn body<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    serde_json::from_slice(&answer.body).map_err(|problem| {
        broken(&format!(
            "the body of its {} is not what was agreed: {problem}",
            answer.status.as_u16()
        ))
    })
}

/// What the service says went wrong, or that it did not say.
fn failure(answer: &Answer) -> Failure {
    let passing = service::may_pass(answer.status);
    let said: Option<Envelope> = serde_json::from_slice(&answer.body).ok();
    let Some(Envelope { error: said }) = said.filter(|said| !said.error.code.is_empty()) else {
        let start = &answer.body[..answer.body.len().min(LONGEST_EXCERPT)];
        let details =
            json!({ "status": answer.status.as_u16(), "body": String::from_utf8_lossy(start) });
        return Failure {
            retryable: passing,
            ..Failure::permanent(
                service::code(answer.status),
                format!("{} answered {}", answer.url, answer.status),
            )
        }
        .with_details(details);
    };
    // A code goes where texts do not: what is none is not taken for one.
    let code = word(&said.code).unwrap_or_else(|| service::code(answer.status));
    let failure = Failure {
        retryable: said.retryable.unwrap_or(passing),
        ..Failure::permanent(code, said.message)
    };
    match said.details {
        Some(details) => failure.with_details(details),
        None => failure,
    }
}

/// A stable word for programs as Lathe writes them, if this looks like one: `sold_out`, `stock.empty`; `SOLD-OUT` becomes
/// `sold_out`. Should it be a secret that was sent back, the runner knows it in this spelling, too.
fn word(text: &str) -> Option<String> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_word = text.len() <= LONGEST_CODE
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(known);
    is_word.then(|| text.to_ascii_lowercase().replace('-', "_"))
}

const LONGEST_CODE: usize = 64;

const LONGEST_EXCERPT: usize = 2 * 1024;
