//! `GET /api/auth/oauth/{provider}/callback`

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use utoipa::IntoParams;

use super::{LOGIN, ProviderId, SETTINGS, page, refused};
use crate::accounts::{cookies, sessions};
use crate::error::{ApiError, ErrorEnvelope};
use crate::extract::Visitor;
use crate::limits::Limit;
use crate::oauth::arrive::{self, arrive};
use crate::oauth::flow::{self, Answer, Kept, Owner};
use crate::oauth::provider::Provider;
use crate::oauth::refusal::Refusal;
use crate::oauth::{Proof, second_factor};
use crate::state::App;

/// What services send; more is nobody's harm.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(
    dead_code,
    reason = "describes what is read by hand, since services send more"
)]
pub(crate) struct Sent {
    /// What this server gave along.
    state: Option<String>,
    /// Stands for a token, once.
    code: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// Who answers.
    iss: Option<String>,
}

/// Takes up a login where another service has left it. Leads on to a page in any case, with an `error` when it failed.
#[utoipa::path(get, path = "/api/auth/oauth/{provider}/callback", tag = "auth", security(()), params(ProviderId, Sent),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 303, description = "To the page that the login was for, or to one that asks for the second factor, or says what went wrong."),
    (status = 404, description = "This server knows no such service.", body = ErrorEnvelope),
    (status = 429, description = "Too many logins from this address; mostly told on the page of the login.", body = ErrorEnvelope),
))]
pub(crate) async fn end_oauth(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    ProviderId(id): ProviderId,
    sent: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let Some(provider) = app.providers.get(&id) else {
        return ApiError::not_found("login service").into_response();
    };
    let answer = answer(sent.map(|Query(sent)| sent).unwrap_or_default());
    let kept = async {
        app.limits.take(Limit::Oauth, &visitor.address).await?;
        flow::take(&app, &provider, &headers, &answer).await
    };
    let mut response = match kept.await {
        Ok(kept) => go_on(&app, &provider, &visitor, kept, answer).await,
        Err(refusal) => {
            arrive::record(&app, &visitor, &id, "login_by_provider", Err(&refusal)).await;
            refused(&app, &id, LOGIN, refusal)
        }
    };
    cookies::OAUTH.forget(&app, &mut response);
    response
}

/// Each once, as it is asked for; what comes twice is not heard.
fn answer(sent: Vec<(String, String)>) -> Answer {
    let only = |name: &str| {
        let mut values = sent.iter().filter(|(found, _)| found == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value.clone()),
            _ => None,
        }
    };
    Answer {
        state: only("state"),
        code: only("code"),
        error: only("error"),
        issuer: only("iss"),
    }
}

async fn go_on(
    app: &App,
    provider: &Provider,
    visitor: &Visitor,
    kept: Kept,
    answer: Answer,
) -> Response {
    let (secrets, next, linking) = kept.split();
    let (action, back) = match linking {
        Some(_) => ("link_identity", SETTINGS),
        None => ("login_by_provider", LOGIN),
    };
    let done = async {
        let proof = flow::prove(app, provider, secrets, answer).await?;
        match linking {
            Some(owner) => link(app, provider, visitor, &proof, owner).await,
            None => log_in(app, provider, visitor, &proof, &next).await,
        }
    };
    match done.await {
        Ok(response) => response,
        Err(refusal) => {
            arrive::record(app, visitor, &provider.id, action, Err(&refusal)).await;
            refused(app, &provider.id, back, refusal)
        }
    }
}

async fn link(
    app: &App,
    provider: &Provider,
    visitor: &Visitor,
    proof: &Proof,
    owner: Owner,
) -> Result<Response, Refusal> {
    let user = arrive::link(app, provider, proof, owner).await?;
    arrive::record(app, visitor, &provider.id, "link_identity", Ok(&user)).await;
    Ok(page(app, &format!("{SETTINGS}?linked={}", provider.id)))
}

async fn log_in(
    app: &App,
    provider: &Provider,
    visitor: &Visitor,
    proof: &Proof,
    next: &str,
) -> Result<Response, Refusal> {
    let mut arrived = arrive(app, provider, visitor, proof).await?;
    if arrived.is_new {
        arrive::record(
            app,
            visitor,
            &provider.id,
            "register_by_provider",
            Ok(&arrived.user),
        )
        .await;
    }
    if arrived.user.totp.is_some() {
        let mut response = page(app, &asking(app, &provider.id, next));
        second_factor::wait_for_code(app, &provider.id, arrived, &mut response).await?;
        return Ok(response);
    }
    if let Some(new) = arrived.to_link.take() {
        arrive::link_by_address(app, &arrived.user, new).await?;
        arrive::record(
            app,
            visitor,
            &provider.id,
            "link_identity",
            Ok(&arrived.user),
        )
        .await;
    }
    let mut response = page(app, next);
    let begun = sessions::begin_before(app, &arrived.user, visitor, &mut response).await;
    begun.map_err(|error| match error.is_clients() {
        // The account was disabled, or got another password, in this very moment.
        true => Refusal::Expired,
        false => error.into(),
    })?;
    arrive::record(
        app,
        visitor,
        &provider.id,
        "login_by_provider",
        Ok(&arrived.user),
    )
    .await;
    Ok(response)
}

/// The login page, which asks for a code and then goes on.
fn asking(app: &App, provider: &str, next: &str) -> String {
    let bare = format!("{LOGIN}?second_factor={provider}");
    let whole = Url::parse(&app.config.url).and_then(|url| url.join(&bare));
    let Ok(mut url) = whole else {
        return bare;
    };
    url.query_pairs_mut().append_pair("next", next);
    format!("{LOGIN}?{}", url.query().unwrap_or_default())
}
