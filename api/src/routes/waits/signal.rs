//! `POST /api/signals`

use axum::Json;
use axum::extract::State;
use engine::execution::Answer;
use engine::ports::executions::{ExecutionStore, WaitFilter};

use crate::answers;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Body;
use crate::schemas::wait::{Delivered, Delivery, SignalBody, Undelivered};
use crate::state::App;

/// Steps that one signal reaches at most; sent again, it reaches the next.
const MOST: usize = 1_000;

/// Sends a signal to all steps that wait for it now. Nobody's waiting for it is no error: `delivered` is empty then.
#[utoipa::path(post, path = "/api/signals", tag = "waits", request_body = SignalBody, responses(
    (status = 200, description = "Whom it reached.", body = Delivery),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn send_signal(
    State(app): State<App>,
    Body(body): Body<SignalBody>,
) -> ApiResult<Json<Delivery>> {
    let filter = WaitFilter::Signal {
        name: body.name,
        key: body.key,
    };
    let answer = Answer {
        payload: body.payload,
        approved: body.approved,
        by: body.by,
        via: "signal".to_owned(),
    };
    let mut delivery = Delivery {
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
    Ok(Json(delivery))
}
