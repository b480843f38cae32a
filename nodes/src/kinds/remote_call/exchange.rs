//! One attempt at a remote node: the call, the questions for its result, and the word that nobody wants it any more.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogStream};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

use super::contract::{Call, Done, Reply, VERSION, Working, broken};
use super::{Config, RemoteCall};
use crate::clients::service;
use crate::deadline::Deadline;
use crate::kind::Kind as _;
use egress::{Client, Request};

/// Run, step and attempt, so that the service's logs can be matched with Lathe's.
const LATHE_EXECUTION: HeaderName = HeaderName::from_static("lathe-execution");
/// A service that can be asked for a result is asked again after this many questions in a row that went wrong.
const MOST_MISSES: u32 = 5;
const USUAL_PAUSE: Duration = Duration::from_secs(1);
/// A service that asks to be asked at once is not, so that a slip of its pen does no harm to either side.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Telling a service that it may stop must not hold up the end of the step for longer.
const FAREWELL: Duration = Duration::from_secs(5);
const LONGEST_MESSAGE: usize = 2_000;

pub(super) struct Exchange<'a> {
    client: &'a Client,
    context: &'a Context,
    url: Url,
    call: Bytes,
    /// What tells the service who asks.
    identity: HeaderMap,
    /// What only the service itself may see.
    headers: HeaderMap,
    deadline: Deadline,
    answer_timeout: Millis,
    max_bytes: u64,
    /// Where the service is asked for the result that it works on now.
    poll: Mutex<Option<Url>>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(
        client: &'a Client,
        context: &'a Context,
        config: &Config,
        deadline: Deadline,
    ) -> Result<Self, Failure> {
        let call = Call {
            lathe: VERSION,
            execution: context.execution,
            step: &context.step,
            attempt: context.attempt,
            idempotency_key: &context.idempotency_key,
            deadline: context.now + config.timeout.to_delta(),
            input: &config.input,
        };
        let call = serde_json::to_vec(&call)
            .map_err(|problem| Failure::permanent("internal", format!("the call: {problem}")))?;
        let execution = format!("{}/{}/{}", context.execution, context.step, context.attempt);
        let execution = HeaderValue::from_str(&execution)
            .map_err(|problem| Failure::permanent("internal", format!("the step: {problem}")))?;
        let identity = HeaderMap::from_iter([
            (service::IDEMPOTENCY_KEY, service::key(context)?),
            (LATHE_EXECUTION, execution),
        ]);
        let mut headers = HeaderMap::new();
        service::add_headers(RemoteCall::NAME, &mut headers, &config.headers)?;
        Ok(Self {
            client,
            context,
            url: service::url(RemoteCall::NAME, &config.url)?,
            call: call.into(),
            identity,
            headers,
            deadline,
            answer_timeout: config.answer_timeout,
            max_bytes: config.max_bytes,
            poll: Mutex::default(),
        })
    }

    /// Calls the service and waits for its result.
    pub(super) async fn result(&self) -> Result<Done, Failure> {
        let result = match self.begin().await? {
            (Reply::Working(working), from) => self.follow(working, from).await,
            (reply, _) => settled(reply),
        };
        // Whatever the service said last, it does not work on it for us any more; or it is lost, and the next
        // attempt asks it for the same.
        self.poll().take();
        result
    }

    /// Tells a service that works on it that nobody wants the result any more.
    pub(super) async fn give_up(&self) {
        let Some(url) = self.poll().take() else {
            return;
        };
        let telling = self.client.send(self.request(Method::DELETE, url, None));
        let problem = match tokio::time::timeout(FAREWELL, telling).await {
            Ok(Ok(answer)) if answer.status.is_success() => return,
            Ok(Ok(answer)) => format!("it answered {}", answer.status),
            Ok(Err(problem)) => problem.to_string(),
            Err(_) => "it did not answer".to_owned(),
        };
        self.log(&format!("the service was told to stop, but {problem}"));
    }

    /// Calls until the service has time for it, and gives its reply and where it came from.
    async fn begin(&self) -> Result<(Reply, Url), Failure> {
        loop {
            let (reply, from) = self
                .ask(Method::POST, self.url.clone(), Some(self.call.clone()))
                .await?;
            let Reply::Busy {
                failure,
                retry_after,
            } = reply
            else {
                return Ok((reply, from));
            };
            // Without its word the step's own policy of retries decides when.
            match retry_after.map(|pause| pause.max(SHORTEST_PAUSE)) {
                Some(pause) if pause < self.deadline.left() => {
                    let message = &failure.error.message;
                    self.log(&format!(
                        "the service asks to be called again in {} s: {message}",
                        pause.as_secs_f64()
                    ));
                    tokio::time::sleep(pause).await;
                }
                _ => return Err(failure),
            }
        }
    }

    /// Asks for the result until it is there.
    async fn follow(&self, mut working: Working, mut from: Url) -> Result<Done, Failure> {
        let mut url = match &working.poll {
            Some(poll) => join(&from, poll)?,
            None => {
                return Err(broken(
                    "its 202 says by no `poll` where to ask for the result",
                ));
            }
        };
        let (mut told, mut misses) = (String::new(), 0);
        let mut pause = self.heed(&working, &url, &mut told);
        loop {
            tokio::time::sleep(pause).await;
            let reply = match self.ask(Method::GET, url.clone(), None).await {
                Ok((reply, answered)) => {
                    from = answered;
                    reply
                }
                Err(failure) if failure.retryable => Reply::Busy {
                    failure,
                    retry_after: None,
                },
                Err(failure) => return Err(failure),
            };
            match reply {
                Reply::Working(next) => {
                    working = next;
                    misses = 0;
                    if let Some(poll) = &working.poll {
                        url = join(&from, poll)?;
                    }
                    pause = self.heed(&working, &url, &mut told);
                }
                Reply::Busy {
                    failure,
                    retry_after,
                } => {
                    misses += 1;
                    if misses > MOST_MISSES {
                        return Err(failure);
                    }
                    self.log(&format!("asking for the result: {}", failure.error.message));
                    pause = retry_after
                        .unwrap_or(pause * 2)
                        .clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
                }
                reply => return settled(reply),
            }
        }
    }

    /// Notes where the service is asked next and what it tells of its progress, and says when to ask.
    fn heed(&self, working: &Working, url: &Url, told: &mut String) -> Duration {
        *self.poll() = Some(url.clone());
        let message = message(working);
        self.context.progress(working.progress, &message);
        let news = news(working);
        if !news.is_empty() && news != *told {
            news.lines().for_each(|line| self.log(line));
            *told = news;
        }
        working
            .after_ms
            .map_or(USUAL_PAUSE, Duration::from_millis)
            .clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
    }

    async fn ask(
        &self,
        method: Method,
        url: Url,
        body: Option<Bytes>,
    ) -> Result<(Reply, Url), Failure> {
        let asking = self.client.send(self.request(method, url, body));
        let answer = tokio::time::timeout(self.answer_timeout.to_std(), asking)
            .await
            .map_err(|_| {
                let limit = self.answer_timeout;
                Failure::transient(
                    "timeout",
                    format!("the service did not answer within {limit}"),
                )
            })?
            .map_err(service::failure)?;
        Ok((Reply::read(&answer, chrono::Utc::now()), answer.url))
    }

    fn request(&self, method: Method, url: Url, body: Option<Bytes>) -> Request {
        let mut headers = self.identity.clone();
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if url.origin() == self.url.origin() {
            headers.extend(self.headers.clone());
        }
        Request {
            method,
            url,
            headers,
            body,
            max_bytes: self.max_bytes,
        }
    }

    fn poll(&self) -> MutexGuard<'_, Option<Url>> {
        self.poll.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, line: &str) {
        self.context.log.line(LogStream::Info, line);
    }
}

fn settled(reply: Reply) -> Result<Done, Failure> {
    match reply {
        Reply::Done(done) => Ok(done),
        Reply::Failed(failure) | Reply::Busy { failure, .. } => Err(failure),
        Reply::Working(_) => Err(broken("it still works on what it has settled")),
    }
}

fn join(from: &Url, poll: &str) -> Result<Url, Failure> {
    from.join(poll).map_err(|problem| {
        broken(&format!(
            "`poll` is `{poll}`, which is no address: {problem}"
        ))
    })
}

fn message(working: &Working) -> String {
    let message = working.message.as_deref().unwrap_or_default().trim();
    message.chars().take(LONGEST_MESSAGE).collect()
}

/// The progress as a line of the log.
fn news(working: &Working) -> String {
    let message = message(working);
    match working.progress {
        Some(progress) => {
            let percent = (progress.clamp(0.0, 1.0) * 100.0).round();
            format!("{percent} %: {message}")
                .trim_end_matches([':', ' '])
                .to_owned()
        }
        None => message,
    }
}
