//! Webhooks as the API shows, takes and keeps them.

use engine::duration::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::execution::ExecutionStatus;
use crate::schemas::time::Time;

/// How senders prove themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verification {
    /// Whoever knows the address may send. A header `Idempotency-Key` tells repetitions.
    None,
    /// [Standard Webhooks](https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    Hmac,
    /// As GitHub signs: `X-Hub-Signature-256`, and `X-GitHub-Delivery` tells repetitions.
    Github,
    /// As Stripe signs: `Stripe-Signature`, and the event's `id` tells repetitions.
    Stripe,
    /// `Authorization: Bearer …`. A header `Idempotency-Key` tells repetitions.
    Bearer,
}

/// What a run is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InputsFrom {
    /// Of `body`, `headers`, `query` and `method` those that the workflow has inputs for. The body is a value when it is
    /// sent as JSON, a text when not, and null when there is none.
    #[default]
    Request,
    /// The fields of the body, which is a JSON object.
    Body,
}

/// What a sender is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReplyWith {
    /// At once that it was accepted.
    #[default]
    Accepted,
    /// The run's output, if it succeeds in time.
    Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum HookMethod {
    Get,
    Post,
    Put,
}

/// What is kept of a webhook besides names and secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct WebhookSettings {
    pub(crate) verification: Verification,
    /// Other methods are refused.
    pub(crate) methods: Vec<HookMethod>,
    /// Headers that runs are given, in lower case.
    pub(crate) headers: Vec<String>,
    pub(crate) inputs: InputsFrom,
    pub(crate) reply: ReplyWith,
    /// How long an output is waited for.
    #[schema(value_type = String, example = "30s")]
    pub(crate) wait: Millis,
}

/// An address at which other programs begin a workflow. Its published version runs; the newest one, if none was published.
#[derive(Serialize, ToSchema)]
pub(crate) struct Webhook {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) workflow_id: Uuid,
    pub(crate) workflow_name: String,
    /// Where to send. Whoever knows it may try.
    pub(crate) url: String,
    #[serde(flatten)]
    pub(crate) settings: WebhookSettings,
    pub(crate) enabled: bool,
    /// Until then the secret before the present one is good as well.
    #[schema(required = true)]
    pub(crate) previous_secret_until: Option<Time>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A webhook with its secret, which is shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookWithSecret {
    #[serde(flatten)]
    pub(crate) webhook: Webhook,
    /// What the sender needs; null where nothing has to be proved, and where the request was a repetition.
    #[schema(required = true)]
    pub(crate) secret: Option<String>,
}

fn only_post() -> Vec<HookMethod> {
    vec![HookMethod::Post]
}

fn half_a_minute() -> Millis {
    Millis(30_000)
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "pushes", "workflow_id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
    "verification": "github", "headers": ["x-github-event"]}))]
pub(crate) struct NewWebhookBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$")]
    pub(crate) name: String,
    pub(crate) workflow_id: Uuid,
    pub(crate) verification: Verification,
    /// One that the sender gives out. Without it, one is made. For `hmac` it is Base64, perhaps with `whsec_` before it.
    #[schema(min_length = 16, max_length = 256, nullable = false)]
    pub(crate) secret: Option<String>,
    #[serde(default = "only_post")]
    #[schema(min_items = 1, max_items = 3)]
    pub(crate) methods: Vec<HookMethod>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub(crate) headers: Vec<String>,
    #[serde(default)]
    pub(crate) inputs: InputsFrom,
    #[serde(default)]
    pub(crate) reply: ReplyWith,
    #[serde(default = "half_a_minute")]
    #[schema(value_type = String, default = "30s", example = "30s")]
    pub(crate) wait: Millis,
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub(crate) enabled: bool,
}

impl NewWebhookBody {
    /// What is kept of it besides names and secrets, not yet checked.
    pub(crate) fn settings(&self) -> WebhookSettings {
        WebhookSettings {
            verification: self.verification,
            methods: self.methods.clone(),
            headers: self.headers.clone(),
            inputs: self.inputs,
            reply: self.reply,
            wait: self.wait,
        }
    }
}

/// What is left out stays as it is. How senders prove themselves stays in any case: for another way, make another webhook.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enabled": false}))]
pub(crate) struct WebhookBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$", nullable = false)]
    pub(crate) name: Option<String>,
    #[schema(min_items = 1, max_items = 3, nullable = false)]
    pub(crate) methods: Option<Vec<HookMethod>>,
    #[schema(max_items = 50, nullable = false)]
    pub(crate) headers: Option<Vec<String>>,
    #[schema(nullable = false)]
    pub(crate) inputs: Option<InputsFrom>,
    #[schema(nullable = false)]
    pub(crate) reply: Option<ReplyWith>,
    #[schema(value_type = Option<String>, nullable = false, example = "30s")]
    pub(crate) wait: Option<Millis>,
    #[schema(nullable = false)]
    pub(crate) enabled: Option<bool>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"overlap": "24h"}))]
pub(crate) struct RotateBody {
    /// One that the sender gives out. Without it, one is made.
    #[schema(min_length = 16, max_length = 256, nullable = false)]
    pub(crate) secret: Option<String>,
    /// How long the secret before stays good: 24 hours unless said otherwise, at most 30 days.
    #[schema(value_type = Option<String>, nullable = false, example = "24h")]
    pub(crate) overlap: Option<Millis>,
}

/// Something that was sent to a webhook and taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookDelivery {
    /// The sender's id for it, or one of ours.
    pub(crate) delivery: String,
    /// The run that it began.
    pub(crate) execution_id: Uuid,
    /// How that run stands; null where it is gone, or has not begun yet, and for who lacks `executions:read`.
    #[schema(required = true)]
    pub(crate) status: Option<ExecutionStatus>,
    pub(crate) received_at: Time,
}

impl From<store::Delivery> for WebhookDelivery {
    fn from(delivery: store::Delivery) -> Self {
        Self {
            delivery: delivery.delivery,
            execution_id: delivery.execution_id,
            status: delivery.status.map(ExecutionStatus::from),
            received_at: delivery.received_at.into(),
        }
    }
}

/// Something that was sent to a webhook and refused.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookRefusal {
    pub(crate) at: Time,
    /// How the sender was answered.
    pub(crate) status: u16,
    /// Why, for programs: the code of the answer, or `disabled` for what came while the webhook was switched off.
    #[schema(example = "unauthorized")]
    pub(crate) reason: String,
    /// Why, for people. Nothing of what was sent is in it.
    pub(crate) message: String,
    /// Where it came from.
    #[schema(example = "203.0.113.7")]
    pub(crate) address: String,
}

impl From<store::Refusal> for WebhookRefusal {
    fn from(refusal: store::Refusal) -> Self {
        let told = refusal.told;
        Self {
            at: refusal.at.into(),
            status: told.status,
            reason: told.reason,
            message: told.message,
            address: told.address,
        }
    }
}

/// What a sender is told who does not wait.
#[derive(Serialize, ToSchema)]
pub(crate) struct HookAccepted {
    /// Always true.
    pub(crate) accepted: bool,
    /// It was sent before, and began nothing this time.
    pub(crate) duplicate: bool,
}
