//! A step waits for an answer from outside: a signal by name and key, a link that works once, an approval.

use std::sync::Arc;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::block::FrameIndex;
use super::command::{Completion, Illegal, Ran};
use super::complete::succeed_step;
use super::event::{EventKind, Waiting};
use super::fail::fail_attempt;
use super::state::{Execution, StepState};
use super::transition::Transition;
use crate::Time;
use crate::blob;
use crate::node::{Await, Failure};
use crate::plan::{Plan, StepIndex, check_form};
use crate::problem::{Problem, Problems};

/// The kinds of nodes that wait for an answer.
const AWAITS: [&str; 2] = ["flow.approve", "flow.await"];

/// An answer, and who gave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What the form asks for, or any JSON.
    #[serde(default)]
    pub payload: Value,
    /// For an approval: yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<bool>,
    /// Whoever answered, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// `signal`, `link` or `api`.
    pub via: String,
}

/// A wait that began, to be found by whoever can answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenWait {
    pub id: Uuid,
    pub path: Arc<str>,
    pub request: Await,
    pub since: Time,
    /// After this no answer is taken.
    pub until: Option<Time>,
}

/// An answer that does not fit what is asked.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unfit(#[from] pub Problems);

impl Await {
    /// Fills in the defaults of the form, or says what does not fit.
    pub fn fit(&self, answer: Answer) -> Result<Answer, Unfit> {
        let mut problems = Vec::new();
        match (self.approval, answer.approved) {
            (true, None) => problems.push(Problem::at(
                "/approved",
                "this is an approval: say `approved: true` or `approved: false`",
            )),
            (false, Some(_)) => problems.push(Problem::at(
                "/approved",
                "this is no approval: leave `approved` out",
            )),
            _ => {}
        }
        if let Err(Problems(more)) = blob::refuse(&answer.payload, "/payload", &|_| false) {
            problems.extend(more);
        }
        // Whoever says no need not fill in what follows from a yes.
        let rejected = answer.approved == Some(false);
        let payload = match &self.form {
            Some(form) if !(rejected && answer.payload.is_null()) => {
                match check_form(form, answer.payload) {
                    Ok(payload) => payload,
                    Err(Problems(more)) => {
                        problems.extend(more);
                        Value::Null
                    }
                }
            }
            _ => answer.payload,
        };
        match problems.is_empty() {
            true => Ok(Answer { payload, ..answer }),
            false => Err(Problems(problems).into()),
        }
    }
}

pub(super) fn open(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    wait: Uuid,
    request: Box<Await>,
    input: Option<Arc<Value>>,
    ran: Ran,
) -> Result<(), Illegal> {
    t.check_result(step, attempt, ran)?;
    t.begin();
    let timeout = t.plan_node(step).timeout;
    let timeout = timeout.map(|timeout| t.now + timeout.to_delta());
    let until = [request.deadline, timeout].into_iter().flatten().min();
    let reference = t.reference(step);
    t.effects.waits.push(OpenWait {
        id: wait,
        path: Arc::clone(&reference.path),
        request: Await::clone(&request),
        since: t.now,
        until,
    });
    t.record(EventKind::StepWaiting {
        step: reference,
        waiting: Waiting::Signal {
            wait,
            until,
            request,
        },
        input,
    });
    Ok(())
}

pub(super) fn answer(
    t: &mut Transition<'_>,
    step: StepIndex,
    wait: Uuid,
    answer: Answer,
) -> Result<(), Illegal> {
    let entry = t
        .execution
        .step(step)
        .ok_or(Illegal::NotItsWait { step, wait })?;
    let StepState::Signal {
        wait: live,
        since,
        request,
        input,
        ..
    } = &entry.state
    else {
        return Err(Illegal::NotItsWait { step, wait });
    };
    if *live != wait {
        return Err(Illegal::NotItsWait { step, wait });
    }
    let ran = Ran {
        started_at: *since,
        runner: Uuid::nil(),
    };
    let input = input.clone();
    let port = match (request.approval, answer.approved) {
        (true, Some(true)) => Some(Arc::from("approved")),
        (true, _) => Some(Arc::from("rejected")),
        (false, _) => None,
    };
    let who = answer.by.as_deref().unwrap_or("somebody unnamed");
    let reason = format!("answered by {who} through {}", answer.via);
    let mut output = json!({
        "payload": answer.payload,
        "by": answer.by,
        "via": answer.via,
        "at": t.now,
    });
    if let (Some(approved), Value::Object(fields)) = (answer.approved, &mut output) {
        fields.insert("approved".to_owned(), Value::Bool(approved));
    }
    let result = Completion {
        output: Arc::new(output),
        port,
        input,
        reason: Some(reason),
        ran,
    };
    succeed_step(t, step, result);
    Ok(())
}

/// Nobody answered in time.
pub(super) fn time_out(t: &mut Transition<'_>, step: StepIndex) {
    let Some(StepState::Signal { since, input, .. }) = t.execution.step(step).map(|s| &s.state)
    else {
        return;
    };
    let ran = Ran {
        started_at: *since,
        runner: Uuid::nil(),
    };
    let input = input.clone();
    let message = "nobody answered before the deadline".to_owned();
    fail_attempt(
        t,
        step,
        Failure::permanent("not_answered", message),
        input,
        ran,
    );
}

impl Execution {
    /// The answer that a step waits for.
    pub fn waits_for(&self, step: StepIndex) -> Option<Uuid> {
        match self.step(step)?.state {
            StepState::Signal { wait, .. } => Some(wait),
            _ => None,
        }
    }

    /// The step that waits for an answer, and what it asks.
    pub fn waiting(&self, wait: Uuid) -> Option<(StepIndex, &Await)> {
        self.steps
            .iter()
            .find_map(|(index, step)| match &step.state {
                StepState::Signal {
                    wait: live,
                    request,
                    ..
                } if *live == wait => Some((*index, &**request)),
                _ => None,
            })
    }
}

/// Makes the addresses at which steps can be answered without an account: whoever has one may answer that step.
#[derive(Clone, PartialEq)]
pub struct ResumeLinks {
    base: String,
    key: [u8; 32],
}

impl std::fmt::Debug for ResumeLinks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResumeLinks")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl ResumeLinks {
    /// `base` is the address of the installation; `key` is its secret.
    pub fn new(base: impl Into<String>, key: [u8; 32]) -> Self {
        Self {
            base: base.into(),
            key,
        }
    }

    /// The word that proves that its bearer was given the link of this step.
    pub fn token(&self, execution: Uuid, path: &str) -> String {
        self.mac(execution, path)
            .finalize()
            .into_bytes()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Whether a token is that of the step, in a time that tells nothing about it.
    pub fn is_valid(&self, execution: Uuid, path: &str, token: &str) -> bool {
        let bytes: Option<Vec<u8>> = (0..token.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(token.get(at..at + 2)?, 16).ok())
            .collect();
        bytes.is_some_and(|bytes| {
            bytes.len() == 16
                && self
                    .mac(execution, path)
                    .verify_truncated_left(&bytes)
                    .is_ok()
        })
    }

    pub fn link(&self, execution: Uuid, path: &str) -> String {
        let token = self.token(execution, path);
        let path = path.replace('[', "%5B").replace(']', "%5D");
        format!("{}/api/resume/{execution}/{path}/{token}", self.base)
    }

    fn mac(&self, execution: Uuid, path: &str) -> Hmac<Sha256> {
        // A key of any length does for this kind of code.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).unwrap_or_else(|_| unreachable!());
        mac.update(execution.as_bytes());
        mac.update(path.as_bytes());
        mac
    }

    /// The links of all nodes that wait for an answer, as they are seen from a frame.
    pub(super) fn seen_in(&self, execution: &Execution, plan: &Plan, frame: FrameIndex) -> Value {
        let mut links = Map::new();
        let mut at = Some(frame);
        while let Some(known) = at.and_then(|index| execution.frames.get(&index)) {
            for node in &plan.nodes[plan.blocks[known.block as usize].range()] {
                if AWAITS.contains(&node.kind.kind) {
                    let path = format!("{}{}", known.prefix, node.id);
                    let link = self.link(execution.id, &path);
                    links.entry(node.id.to_string()).or_insert(link.into());
                }
            }
            at = known
                .holder
                .filter(|_| known.undoes.is_none())
                .and_then(|holder| execution.step(holder))
                .map(|holder| holder.frame);
        }
        Value::Object(links)
    }
}
