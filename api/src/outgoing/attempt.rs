//! One attempt to deliver something: what is asked, and what an answer means. Of an answer only its status and `Retry-After` are
//! looked at: its body is not read.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use chrono::{DateTime, Utc};
use reqwest::Url;
use store::{OutgoingAttempt, OutgoingDelivery, OutgoingOutcome, OutgoingTarget};
use tokio::time::timeout;

use super::message;
use crate::state::App;

/// How long an answer may take in all.
const PATIENCE: Duration = Duration::from_secs(15);

/// So often a delivery is tried; with the pauses between them, that takes most of a day.
pub(super) const MOST_TRIES: u32 = 10;

/// A pause is no longer, whatever is asked for.
const LONGEST: Duration = Duration::from_secs(12 * 3_600);

/// An error that is kept is no longer, in bytes.
const LONGEST_ERROR: usize = 300;

/// How a delivery is tried again.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// The pause after the first try. Each further one is three times as long.
    first: Duration,
    /// How often it was tried by now.
    tries: u32,
    /// By chance, so that many do not come back all at once.
    dice: u8,
}

pub(super) async fn send(
    app: &App,
    target: &OutgoingTarget,
    delivery: &OutgoingDelivery,
) -> OutgoingAttempt {
    let mut dice = [127];
    // Without chance all pauses are as they are meant.
    let _ = getrandom::fill(&mut dice);
    let pace = Pace {
        first: app.config.outgoing_retry,
        tries: match &*delivery.event {
            // Whoever sends it sees what comes of it.
            message::PING => MOST_TRIES,
            _ => tries(delivery),
        },
        dice: dice[0],
    };
    let request = match request(app, target, delivery) {
        Ok(request) => request,
        Err(error) => return given_up(error),
    };
    match timeout(PATIENCE, app.courier.begin(request)).await {
        Ok(Ok(begun)) => answered(begun.status(), begun.headers(), pace),
        Ok(Err(error)) if error.is_transient() => again(None, error.to_string(), pace, None),
        Ok(Err(error)) => given_up(error.to_string()),
        Err(_) => {
            let late = format!("no answer within {} s", PATIENCE.as_secs());
            again(None, late, pace, None)
        }
    }
}

/// How often it was tried since it was to be delivered.
pub(super) fn tries(delivery: &OutgoingDelivery) -> u32 {
    delivery.attempts.saturating_sub(delivery.attempts_before)
}

pub(super) fn given_up(error: String) -> OutgoingAttempt {
    attempt(OutgoingOutcome::Failed, None, Some(error))
}

fn request(
    app: &App,
    target: &OutgoingTarget,
    delivery: &OutgoingDelivery,
) -> Result<egress::Request, String> {
    let url = Url::parse(&target.webhook.url).map_err(|_| "its address can't be read")?;
    let body = message::body(&app.config.url, delivery);
    let now = Utc::now().timestamp();
    let id = delivery.id.to_string();
    let headers =
        message::headers(target, &id, now, &body).map_err(|unsendable| unsendable.to_string())?;
    Ok(egress::Request {
        method: Method::POST,
        url,
        headers,
        body: Some(Bytes::from(body)),
        max_bytes: 0,
    })
}

fn answered(status: StatusCode, headers: &HeaderMap, pace: Pace) -> OutgoingAttempt {
    let error = format!("it answered {}", status.as_u16());
    if status.is_success() {
        return attempt(OutgoingOutcome::Delivered, Some(status), None);
    }
    match status.as_u16() {
        410 => attempt(OutgoingOutcome::Gone, Some(status), Some(error)),
        408 | 425 | 429 | 500..=599 => {
            again(Some(status), error, pace, retry_after(headers, Utc::now()))
        }
        300..=399 => {
            let error = format!("{error}: redirects are not followed");
            attempt(OutgoingOutcome::Failed, Some(status), Some(error))
        }
        _ => attempt(OutgoingOutcome::Failed, Some(status), Some(error)),
    }
}

fn again(
    status: Option<StatusCode>,
    error: String,
    pace: Pace,
    asked_for: Option<Duration>,
) -> OutgoingAttempt {
    let outcome = match pace.pause() {
        Some(pause) => {
            let pause = asked_for.map_or(pause, |asked_for| pause.max(asked_for.min(LONGEST)));
            OutgoingOutcome::Again(pause)
        }
        None => OutgoingOutcome::Failed,
    };
    attempt(outcome, status, Some(error))
}

fn attempt(
    outcome: OutgoingOutcome,
    status: Option<StatusCode>,
    error: Option<String>,
) -> OutgoingAttempt {
    let error = error.map(|mut error| {
        error.truncate(error.floor_char_boundary(LONGEST_ERROR));
        error.replace('\0', "\u{fffd}")
    });
    OutgoingAttempt {
        outcome,
        response_status: status.map(|status| status.as_u16()),
        error,
    }
}

impl Pace {
    /// How long to wait for the next try; none, where this was the last one.
    fn pause(self) -> Option<Duration> {
        if self.tries >= MOST_TRIES {
            return None;
        }
        let times = 3_u32.saturating_pow(self.tries.saturating_sub(1));
        let usual = self.first.saturating_mul(times).min(LONGEST);
        // Between four and six fifths of it.
        Some(usual.mul_f64(0.8 + 0.4 * f64::from(self.dice) / 255.0))
    }
}

/// After how long the other system wants to be asked again: seconds, or a date.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    (at.with_timezone(&Utc) - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(10);

    fn pace(tries: u32, dice: u8) -> Pace {
        Pace {
            first: FIRST,
            tries,
            dice,
        }
    }

    #[test]
    fn pauses_grow_and_fill_most_of_a_day() {
        let all: Vec<Duration> = (1..=MOST_TRIES)
            .filter_map(|tries| pace(tries, 127).pause())
            .collect();
        assert_eq!(all.len(), 9);
        assert!(all.is_sorted());
        let whole: Duration = all.iter().sum();
        let hours = whole.as_secs() / 3_600;
        assert!((20..=24).contains(&hours), "{hours}");
        let (short, long) = (pace(1, 0).pause(), pace(1, 255).pause());
        assert!(
            short < long && short >= Some(FIRST.mul_f64(0.79)),
            "{short:?}"
        );
        assert_eq!(pace(MOST_TRIES, 0).pause(), None);
        assert!(pace(u32::MAX, 0).pause().is_none());
    }

    #[test]
    fn an_answer_says_whether_it_is_tried_again() {
        let outcome = |status: u16, headers: &HeaderMap| {
            let status = StatusCode::from_u16(status).unwrap();
            answered(status, headers, pace(1, 127)).outcome
        };
        let none = HeaderMap::new();
        for status in [200, 202, 204] {
            assert_eq!(outcome(status, &none), OutgoingOutcome::Delivered);
        }
        for status in [301, 308, 400, 401, 403, 404, 405, 422] {
            assert_eq!(outcome(status, &none), OutgoingOutcome::Failed, "{status}");
        }
        assert_eq!(outcome(410, &none), OutgoingOutcome::Gone);
        for status in [408, 425, 429, 500, 502, 503, 504] {
            let again = outcome(status, &none);
            assert!(matches!(again, OutgoingOutcome::Again(_)), "{status}");
        }
        let mut asks = HeaderMap::new();
        asks.insert(header::RETRY_AFTER, "120".parse().unwrap());
        let asked = OutgoingOutcome::Again(Duration::from_secs(120));
        assert_eq!(outcome(429, &asks), asked);
        asks.insert(header::RETRY_AFTER, "99999999".parse().unwrap());
        assert_eq!(outcome(503, &asks), OutgoingOutcome::Again(LONGEST));
    }

    #[test]
    fn a_date_is_a_time_to_wait() {
        let now = DateTime::parse_from_rfc2822("Wed, 21 Oct 2015 07:28:00 GMT").unwrap();
        let now = now.with_timezone(&Utc);
        let after = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers, now)
        };
        let minute = Some(Duration::from_secs(60));
        assert_eq!(after("Wed, 21 Oct 2015 07:29:00 GMT"), minute);
        assert_eq!(after("60"), minute);
        assert_eq!(after("Wed, 21 Oct 2015 07:27:00 GMT"), None);
        assert_eq!(after("soon"), None);
    }
}
