//! Steps that wait for an answer from outside, and the answers.

use engine::duration::Millis;
use engine::execution::Answer;
use engine::node::Await;
use engine::ports::executions::KeptSignal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::time::Time;

/// What a step asks of the world outside.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Request {
    /// The name by which it can be answered without knowing the run.
    #[schema(required = true)]
    pub(crate) signal: Option<String>,
    #[schema(required = true)]
    pub(crate) key: Option<String>,
    /// What whoever answers is told.
    #[schema(required = true)]
    pub(crate) message: Option<String>,
    /// What an answer holds: a JSON Schema by name; any JSON when it is null.
    #[schema(value_type = Option<Map<String, Value>>, required = true)]
    pub(crate) form: Option<Value>,
    /// The answer is yes or no.
    pub(crate) approval: bool,
}

/// A step that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Wait {
    pub(crate) id: Uuid,
    pub(crate) execution_id: Uuid,
    pub(crate) workflow_name: String,
    pub(crate) step: String,
    #[serde(flatten)]
    pub(crate) request: Request,
    pub(crate) since: Time,
    /// After this no answer is taken.
    #[schema(required = true)]
    pub(crate) until: Option<Time>,
}

/// How many steps wait for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitCount {
    /// No more than a thousand are counted.
    #[schema(maximum = 1000)]
    pub(crate) count: u64,
}

/// An answer.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"approved": true, "payload": {"note": "go"}, "by": "ada"}))]
pub(crate) struct AnswerBody {
    /// For an approval: yes or no.
    #[schema(nullable = false)]
    pub(crate) approved: Option<bool>,
    /// What the form asks for, or any JSON.
    #[serde(default)]
    #[schema(value_type = Value, required = false)]
    pub(crate) payload: Value,
    /// Who answers, as a program says it. Of somebody with an account it is their address, whatever this says.
    #[schema(nullable = false, max_length = 200)]
    pub(crate) by: Option<String>,
}

impl AnswerBody {
    pub(crate) fn into_answer(self, via: &str) -> Answer {
        Answer {
            payload: self.payload,
            approved: self.approved,
            by: self.by,
            via: via.to_owned(),
        }
    }
}

/// A signal to all that wait for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "payment", "key": "order-7", "payload": {"amount": 12}}))]
pub(crate) struct SignalBody {
    pub(crate) name: String,
    /// Reaches those that wait for this key; without it, those that wait for none.
    #[schema(nullable = false)]
    pub(crate) key: Option<String>,
    #[schema(nullable = false)]
    pub(crate) approved: Option<bool>,
    #[serde(default)]
    #[schema(value_type = Value, required = false)]
    pub(crate) payload: Value,
    #[schema(nullable = false, max_length = 200)]
    pub(crate) by: Option<String>,
    /// If nobody takes it now, it is kept this long for the first step that comes to wait for it: `10m`, `7d`; 30 days
    /// at most.
    #[schema(value_type = Option<String>, nullable = false, pattern = r"^[0-9]+(\.[0-9]+)?\s*(ms|s|m|h|d)$", example = "1h")]
    pub(crate) keep: Option<Millis>,
}

/// A signal that is kept for the first step that comes to wait for it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Signal {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[schema(required = true)]
    pub(crate) key: Option<String>,
    #[schema(value_type = Value)]
    pub(crate) payload: Value,
    #[schema(required = true)]
    pub(crate) by: Option<String>,
    pub(crate) sent_at: Time,
    /// After this it is forgotten.
    pub(crate) until: Time,
}

impl From<KeptSignal> for Signal {
    fn from(signal: KeptSignal) -> Self {
        Self {
            id: signal.id,
            name: signal.name,
            key: signal.key,
            payload: signal.answer.payload,
            by: signal.answer.by,
            sent_at: signal.sent_at.into(),
            until: signal.until.into(),
        }
    }
}

/// Whom a signal reached.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivery {
    /// Until when it is kept, when nobody took it and it was sent with `keep`.
    #[schema(required = true)]
    pub(crate) kept_until: Option<Time>,
    /// Steps that took it as their answer.
    pub(crate) delivered: Vec<Delivered>,
    /// Steps that it does not fit, with the reason.
    pub(crate) refused: Vec<Undelivered>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivered {
    pub(crate) execution_id: Uuid,
    pub(crate) step: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Undelivered {
    pub(crate) execution_id: Uuid,
    pub(crate) step: String,
    pub(crate) message: String,
}

impl From<Await> for Request {
    fn from(request: Await) -> Self {
        Self {
            signal: request.signal,
            key: request.key,
            message: request.message,
            form: request
                .form
                .and_then(|form| serde_json::to_value(form).ok()),
            approval: request.approval,
        }
    }
}

impl From<store::StoredWait> for Wait {
    fn from(wait: store::StoredWait) -> Self {
        Self {
            id: wait.id,
            execution_id: wait.execution,
            workflow_name: wait.workflow_name,
            step: wait.path,
            request: wait.request.into(),
            since: wait.since.into(),
            until: wait.until.map(Into::into),
        }
    }
}
