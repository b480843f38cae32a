//! Takes what a sender sends: limited, believed or not, and begun once.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::blob;
use engine::execution::{RunOptions, Status};
use engine::ports::definitions::Definition;
use engine::ports::executions::ExecutionStore;
use engine::ports::launcher::{Launch, LaunchError, Launched};
use futures::StreamExt;
use serde_json::{Map, Value};
use store::{Scope, WebhookRecord, WebhookSecrets};
use tokio::time::Instant;
use uuid::Uuid;

use super::verify::{Sent, verify};
use super::{inputs, refusals, settings};
use crate::access::Scoped;
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, Code};
use crate::extract::read_body;
use crate::limits::Limit;
use crate::schemas::execution::Execution;
use crate::schemas::webhook::{HookAccepted, HookMethod, ReplyWith, WebhookSettings};
use crate::state::App;
use crate::wait;

/// How long a run is waited for that somebody else records.
const A_MOMENT: Duration = Duration::from_secs(2);

/// A wrong address, a disabled webhook, and one that was removed look the same.
pub(crate) async fn receive(
    app: &App,
    token: &str,
    address: &str,
    request: Request,
) -> ApiResult<Response> {
    let hash = secret::hash(token);
    let found = app.store.webhook_at(Scope::System, &hash).await?;
    let Some((webhook, secrets)) = found else {
        return Err(nothing(app, address).await);
    };
    if !webhook.enabled {
        let refused = nothing(app, address).await;
        let told = refusals::of_resting(&refused, address);
        refusals::note(app, &webhook, told).await;
        return Err(refused);
    }
    let answer = take(app, &webhook, &secrets, address, request).await;
    let told = refusals::of(&answer, address);
    refusals::note(app, &webhook, told).await;
    answer
}

async fn nothing(app: &App, address: &str) -> ApiError {
    match app.limits.take(Limit::HookGuess, address).await {
        Ok(()) => ApiError::new(Code::NotFound, "there is nothing at this address"),
        Err(error) => error,
    }
}

async fn take(
    app: &App,
    webhook: &WebhookRecord,
    secrets: &WebhookSecrets,
    address: &str,
    request: Request,
) -> ApiResult<Response> {
    let from = format!("{}:{address}", webhook.id);
    app.limits.take(Limit::HookFrom, &from).await?;
    app.limits
        .take(Limit::Hook, &webhook.id.to_string())
        .await?;
    let settings = settings(webhook)?;
    if !takes(&settings, request.method()) {
        return Ok(method_refused(&settings));
    }
    let (parts, body) = request.into_parts();
    let body = read_body(Request::from_parts(parts.clone(), body), app).await?;
    let sent = Sent {
        headers: &parts.headers,
        body: &body,
        now: chrono::Utc::now().timestamp(),
    };
    let delivery = verify(settings.verification, secrets, &sent)?;
    let app = Scoped::by_webhook(app.clone(), webhook.workspace_id);
    let definition = app.definitions.usual(app.scope(), webhook.workflow_id);
    let definition = definition.await?;
    let definition = definition.ok_or_else(|| ApiError::not_found("workflow"))?;
    let request = (&parts.method, &parts.uri, &parts.headers);
    let inputs = inputs::of(&settings, &definition, request, &body)?;
    let delivery = delivery.unwrap_or_else(|| Uuid::now_v7().to_string());
    begin(&app, webhook, &settings, definition, inputs, &delivery).await
}

async fn begin(
    app: &Scoped,
    webhook: &WebhookRecord,
    settings: &WebhookSettings,
    definition: Arc<Definition>,
    inputs: Map<String, Value>,
    delivery: &str,
) -> ApiResult<Response> {
    let waits = settings.reply == ReplyWith::Output;
    let deadline = Instant::now() + settings.wait.to_std();
    let (scope, id) = (app.scope(), webhook.id);
    let claimed = app
        .store
        .claim_delivery(scope, id, delivery, Uuid::now_v7())
        .await?;
    if claimed.launched {
        return match waits {
            true => output(app, claimed.execution, None, deadline, true).await,
            false => Ok(accepted(true)),
        };
    }
    let order = Launch {
        id: claimed.execution,
        definition,
        inputs: Value::Object(inputs),
        trigger: format!("webhook:{id}"),
        started_by: None,
        idempotency_key: None,
        options: RunOptions::default(),
        again: None,
        wait: waits,
    };
    let launched = match launch(app, order).await {
        Ok(launched) => launched,
        Err(error) => {
            if error.is_clients() {
                app.store.refuse_delivery(scope, id, delivery).await?;
            }
            return Err(error);
        }
    };
    app.store
        .launch_delivery(scope, id, delivery, launched.id)
        .await?;
    metrics::counter!("lathe_executions_accepted_total").increment(1);
    match waits {
        true => output(app, launched.id, launched.end, deadline, launched.existing).await,
        false => Ok(accepted(launched.existing)),
    }
}

/// Begins a run, which an earlier try may have begun under the same id, or another one begins just now.
async fn launch(app: &Scoped, order: Launch) -> ApiResult<Launched> {
    let id = order.id;
    let error = match app.launcher.launch(order).await {
        Ok(launched) => return Ok(launched),
        Err(error) => error,
    };
    if matches!(error, LaunchError::Unavailable(_)) && comes_to_be(app, id).await? {
        return Ok(Launched {
            id,
            existing: true,
            recorded: None,
            finished: None,
            end: None,
        });
    }
    Err(error.into())
}

/// Whether a run is there, or is there in a moment.
async fn comes_to_be(app: &Scoped, id: Uuid) -> ApiResult<bool> {
    // From here on its first events are either in the stream or in what is read next.
    let mut news = wait::news_of(app, id).await;
    if !app.store.glimpse(&[id]).await?.is_empty() {
        return Ok(true);
    }
    let _ = tokio::time::timeout(A_MOMENT, news.next()).await;
    Ok(!app.store.glimpse(&[id]).await?.is_empty())
}

/// The run's output, if it succeeds in time. What went wrong in it is for whoever owns it to see.
async fn output(
    app: &Scoped,
    id: Uuid,
    end: Option<engine::ports::launcher::End>,
    deadline: Instant,
    duplicate: bool,
) -> ApiResult<Response> {
    if let Some(end) = end {
        wait::told(app, end, deadline).await;
    }
    let first = wait::read(app, id).await?;
    let last = wait::follow(app, first).await?.summary.id;
    let execution: Execution = wait::for_end(app, last, deadline).await?;
    let status = Status::from(execution.summary.status);
    if !status.is_terminal() {
        return Ok(accepted(duplicate));
    }
    let output = execution.output.unwrap_or_default();
    let is_whole = blob::refuse(&output, "", &|_| false).is_ok();
    match status == Status::Succeeded && is_whole {
        true => Ok(Json(output).into_response()),
        false => {
            let message = match is_whole {
                true => "what this began did not succeed",
                false => "what this began gave more than a reply can hold",
            };
            Err(ApiError::new(Code::BadGateway, message))
        }
    }
}

fn accepted(duplicate: bool) -> Response {
    let body = HookAccepted {
        accepted: true,
        duplicate,
    };
    (StatusCode::ACCEPTED, Json(body)).into_response()
}

fn takes(settings: &WebhookSettings, method: &Method) -> bool {
    settings.methods.iter().any(|taken| name(*taken) == *method)
}

fn name(method: HookMethod) -> Method {
    match method {
        HookMethod::Get => Method::GET,
        HookMethod::Post => Method::POST,
        HookMethod::Put => Method::PUT,
    }
}

fn method_refused(settings: &WebhookSettings) -> Response {
    let message = "this webhook does not take that method; the header `Allow` lists what it takes";
    let mut response = ApiError::new(Code::MethodNotAllowed, message).into_response();
    let names: Vec<String> = settings
        .methods
        .iter()
        .map(|method| name(*method).to_string())
        .collect();
    if let Ok(allowed) = HeaderValue::try_from(names.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}
