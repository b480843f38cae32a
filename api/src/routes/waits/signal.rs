//! `POST /api/signals`

use axum::Json;
use engine::blob;
use engine::duration::Millis;
use engine::execution::Answer;
use engine::ports::executions::{ExecutionStore, KeptSignal, WaitFilter};
use uuid::Uuid;

use crate::access::Scoped;
use crate::answers;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Body;
use crate::schemas::wait::{Delivered, Delivery, SignalBody, Undelivered};

/// Steps that one signal reaches at most; sent again, it reaches the next.
const MOST: usize = 1_000;

/// How long a signal is kept at most.
const LONGEST: Millis = Millis(30 * 24 * 60 * 60 * 1_000);

/// Sends a signal to all steps that wait for it now. Nobody's waiting for it is no error: `delivered` is empty then, and
/// with `keep` the signal waits for the first step that comes to wait for it.
#[utoipa::path(post, path = "/api/signals", tag = "waits", security(("bearer" = ["waits:answer"])), request_body = SignalBody, responses(
    (status = 200, description = "Whom it reached.", body = Delivery),
    (status = 422, description = "`keep` is too long.", body = ErrorEnvelope),
))]
pub(crate) async fn send_signal(
    app: Scoped,
    Body(body): Body<SignalBody>,
) -> ApiResult<Json<Delivery>> {
    if body
        .keep
        .is_some_and(|keep| keep.0 > LONGEST.0 || keep.0 == 0)
    {
        let message = format!("a signal is kept for {LONGEST} at most");
        return Err(ApiError::invalid("/keep", message));
    }
    if body.keep.is_some() {
        blob::refuse(&body.payload, "/payload", &|_| false)
            .map_err(|problems| ApiError::from_problems("the signal can't be kept", problems))?;
    }
    let sent_at = chrono::Utc::now();
    let filter = WaitFilter::Signal {
        owner: app.workspace(),
        name: body.name.clone(),
        key: body.key.clone(),
    };
    let answer = Answer {
        payload: body.payload,
        approved: body.approved,
        by: app.caller.named(body.by),
        via: "signal".to_owned(),
    };
    let mut delivery = Delivery {
        kept_until: None,
        delivered: Vec::new(),
        refused: Vec::new(),
    };
    for waiting in app.store.waiting(&filter, MOST).await? {
        let (execution_id, step) = (waiting.execution, waiting.path.clone());
        match answers::answer(&app, &waiting, answer.clone()).await {
            Ok(()) => delivery.delivered.push(Delivered { execution_id, step }),
            Err(error) if error.is_clients() => delivery.refused.push(Undelivered {
                execution_id,
                step,
                message: error.to_string(),
            }),
            Err(error) => return Err(error),
        }
    }
    if let Some(keep) = body.keep.filter(|_| delivery.delivered.is_empty()) {
        let signal = KeptSignal {
            id: Uuid::now_v7(),
            owner: app.workspace(),
            name: body.name,
            key: body.key,
            answer,
            sent_at,
            until: sent_at + keep.to_delta(),
        };
        delivery.kept_until = Some(signal.until.into());
        // Who began to wait meanwhile is found by the sweep.
        app.store.keep_signal(signal).await?;
    }
    Ok(Json(delivery))
}
