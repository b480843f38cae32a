//! The checks of what a node says about failure and repetition: nonsense is refused where it is written, and so is
//! what would have no effect, since whoever wrote it expects one.

use super::check_node::Report;
use crate::catalog::{Effect, Entry, Implementation};
use crate::document::{Cache, Node, Retry, RetryClass, covers};
use crate::duration::Millis;

const MOST_ATTEMPTS: u32 = 1_000;
const MOST_CLASSES: usize = 50;
/// Codes and patterns in one list.
const MOST_CODES: usize = 100;
const CALL: &str = "flow.call";

pub(super) fn check(node: &Node, report: &mut Report<'_>) {
    if let Some(retry) = &node.retry {
        check_retry(retry, report);
    }
    let spans = [
        ("/timeout", node.timeout),
        ("/queue_timeout", node.queue_timeout),
        ("/heartbeat", node.heartbeat),
        (
            "/cache/ttl",
            node.cache.as_ref().and_then(|cache| cache.ttl),
        ),
    ];
    for (field, span) in spans {
        if span.is_some_and(|span| span.0 == 0) {
            let what = match field {
                "/cache/ttl" => {
                    "results that may be used for no time are not worth keeping: give a longer `ttl`"
                }
                _ => "a time-out must be longer than nothing",
            };
            report.add(field, what);
        }
    }
    if let (Some(heartbeat), Some(timeout)) = (node.heartbeat, node.timeout)
        && heartbeat >= timeout
    {
        let message = format!(
            "a heartbeat of {heartbeat} has no effect beside a `timeout` of {timeout}: make it shorter, or remove it"
        );
        report.add("/heartbeat", message);
    }
    if let Some(Cache { key: Some(key), .. }) = &node.cache
        && key.trim().is_empty()
    {
        report.add(
            "/cache/key",
            "an empty key says nothing: write what the result depends on, or remove it",
        );
    }
}

/// Kinds that only compute are never in the way of a time-out, fail the same way each time, and are faster than a
/// cache; calls wait for a run that acts. None of them waits for a runner, and none gives signs of life.
pub(super) fn check_use(node: &Node, entry: &Entry, report: &mut Report<'_>) {
    if node.checkpoint && matches!(entry.implementation, Implementation::Active(_)) {
        let message = format!(
            "`{}` acts on the world, so that its steps are recorded one by one anyway: remove `checkpoint`",
            node.kind
        );
        report.add("/checkpoint", message);
    }
    if entry.kind.effect != Effect::Pure {
        if node.heartbeat.is_some() && !entry.kind.reports_progress {
            let message = format!(
                "`{}` gives no sign of life while it runs, so that a `heartbeat` would only be a `timeout`: write that",
                node.kind
            );
            report.add("/heartbeat", message);
        }
        return;
    }
    let calls = node.kind == CALL;
    let holds = node.body.is_some();
    let given = [
        ("retry", node.retry.is_some() && !calls),
        ("timeout", node.timeout.is_some() && !calls && !holds),
        ("queue_timeout", node.queue_timeout.is_some()),
        ("heartbeat", node.heartbeat.is_some()),
        ("cache", node.cache.is_some()),
    ];
    for (field, _) in given.into_iter().filter(|(_, useless)| *useless) {
        let message = format!("`{field}` has no effect on `{}`: remove it", node.kind);
        report.add(&format!("/{field}"), message);
    }
}

fn check_retry(retry: &Retry, report: &mut Report<'_>) {
    check_attempts("/retry/max_attempts", Some(retry.max_attempts), report);
    check_shape("/retry", Some(retry.backoff), Some(retry.jitter), report);
    check_codes("/retry/never", &retry.never, report);
    if retry.classes.len() > MOST_CLASSES {
        report.add(
            "/retry/classes",
            format!("a node has at most {MOST_CLASSES} classes of errors"),
        );
        return;
    }
    for (index, class) in retry.classes.iter().enumerate() {
        check_class(retry, index, class, report);
    }
    check_window(retry, report);
}

fn check_class(retry: &Retry, index: usize, class: &RetryClass, report: &mut Report<'_>) {
    let at = format!("/retry/classes/{index}");
    check_attempts(&format!("{at}/max_attempts"), class.max_attempts, report);
    check_shape(&at, class.backoff, class.jitter, report);
    if class.errors.is_empty() {
        report.add(
            &format!("{at}/errors"),
            "a class without errors is never used: list the codes that it is for, such as http_429 or http_5*",
        );
        return;
    }
    check_codes(&format!("{at}/errors"), &class.errors, report);
    for (place, code) in class.errors.iter().enumerate() {
        let never = retry.never.iter().find(|pattern| covers(pattern, code));
        let earlier = retry.classes[..index]
            .iter()
            .flat_map(|class| &class.errors);
        let earlier = earlier.into_iter().find(|pattern| covers(pattern, code));
        let message = match (never, earlier) {
            (Some(pattern), _) => format!("`{code}` never gets here: `never` lists `{pattern}`"),
            (None, Some(pattern)) => {
                format!("`{code}` never gets here: a class before this one lists `{pattern}`")
            }
            (None, None) => continue,
        };
        report.add(&format!("{at}/errors/{place}"), message);
    }
}

fn check_window(retry: &Retry, report: &mut Report<'_>) {
    let Some(within) = retry.within else { return };
    let place = "/retry/within";
    if retry.most_attempts() == 1 {
        let message =
            "nothing is tried again, since `max_attempts` is 1: give more attempts, or remove this";
        report.add(place, message);
        return;
    }
    let shortest = retry.classes.iter().filter_map(|class| class.delay);
    let shortest = shortest.fold(retry.delay, Millis::min).min(retry.max_delay);
    if within < shortest {
        let message = format!(
            "no second attempt could begin within {within}, since the pause before it is {shortest}: make this longer, or `delay` shorter"
        );
        report.add(place, message);
    }
}

fn check_attempts(place: &str, attempts: Option<u32>, report: &mut Report<'_>) {
    if attempts.is_some_and(|attempts| !(1..=MOST_ATTEMPTS).contains(&attempts)) {
        let message = format!("attempts must be from 1 to {MOST_ATTEMPTS}, the first included");
        report.add(place, message);
    }
}

fn check_shape(place: &str, backoff: Option<f64>, jitter: Option<f64>, report: &mut Report<'_>) {
    if jitter.is_some_and(|jitter| !(0.0..=1.0).contains(&jitter)) {
        let message = "jitter is a share of the pause, from 0 to 1";
        report.add(&format!("{place}/jitter"), message);
    }
    if backoff.is_some_and(|backoff| !(1.0..=10.0).contains(&backoff)) {
        report.add(&format!("{place}/backoff"), "backoff must be from 1 to 10");
    }
}

fn check_codes(place: &str, codes: &[String], report: &mut Report<'_>) {
    if codes.len() > MOST_CODES {
        report.add(
            place,
            format!("at most {MOST_CODES} codes can be listed here"),
        );
        return;
    }
    for (index, code) in codes.iter().enumerate() {
        let word = code.strip_suffix('*').unwrap_or(code);
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.:/".contains(letter);
        if code.is_empty() || !word.chars().all(plain) {
            let message = format!(
                "`{code}` is not an error code: write one such as http_429, or a beginning and `*`, such as http_4*"
            );
            report.add(&format!("{place}/{index}"), message);
        }
    }
}
