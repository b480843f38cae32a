//! GitHub, which speaks OAuth 2 without OpenID Connect: who somebody is, its API says.

use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
    TokenUrl,
};
use reqwest::{StatusCode, Url};
use serde::Deserialize;

use super::flow::Secrets;
use super::outgoing::OutgoingError;
use super::provider::Provider;
use super::refusal::Fault;
use super::{Proof, Providers};
use crate::accounts::email;

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

#[derive(Deserialize)]
struct Person {
    /// Stays theirs; a login can be given up and taken by somebody else.
    id: u64,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

pub(super) fn begin(
    provider: &Provider,
    back: &str,
    state: String,
) -> Result<(Url, Secrets), Fault> {
    let client = client(provider, back)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client.authorize_url(|| CsrfToken::new(state));
    for scope in &provider.scopes {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    let (url, _) = request.set_pkce_challenge(challenge).url();
    let secrets = Secrets {
        verifier: verifier.into_secret(),
        nonce: None,
    };
    Ok((url, secrets))
}

pub(super) async fn prove(
    providers: &Providers,
    provider: &Provider,
    back: &str,
    secrets: Secrets,
    code: String,
) -> Result<Proof, Fault> {
    let client = client(provider, back)?;
    let outgoing = providers.client();
    let exchange = client
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier));
    let tokens = exchange.request_async(outgoing).await;
    let tokens = tokens.map_err(|error| match &error {
        // A code that is no good is answered with 200.
        RequestTokenError::Parse(_, body) => match serde_json::from_slice(body) {
            Ok(told) => Fault::because(told_off(told)),
            Err(_) => Fault::because(error),
        },
        _ => Fault::because(error),
    })?;
    let token = tokens.access_token().secret();
    let api = &provider.api_url;
    let person: Person = outgoing
        .get(&format!("{api}/user"), token)
        .await
        .map_err(Fault::because)?;
    let listed = format!("{api}/user/emails?per_page=100");
    let addresses: Vec<Address> = match outgoing.get(&listed, token).await {
        Ok(addresses) => addresses,
        // They are not to be seen: the application was not given that.
        Err(OutgoingError::Refused(_, StatusCode::NOT_FOUND)) => Vec::new(),
        Err(error) => return Err(Fault::because(error)),
    };
    let best = addresses.iter().max_by_key(|address| {
        let is_allowed = address.verified && provider.allows_address(&address.email);
        (is_allowed, address.verified, address.primary)
    });
    Ok(Proof {
        issuer: provider.issuer.clone(),
        subject: person.id.to_string(),
        email: best.and_then(|address| email::normal(&address.email)),
        is_verified: best.is_some_and(|address| address.verified),
        name: person.name.or(Some(person.login)),
        organisation: None,
    })
}

fn told_off(told: BasicErrorResponse) -> RequestTokenError<OutgoingError, BasicErrorResponse> {
    RequestTokenError::ServerResponse(told)
}

fn client(provider: &Provider, back: &str) -> Result<Client, Fault> {
    let issuer = &provider.issuer;
    let at = |path: &str| format!("{issuer}/login/oauth/{path}");
    let authorise = AuthUrl::new(at("authorize")).map_err(Fault::because)?;
    let token = TokenUrl::new(at("access_token")).map_err(Fault::because)?;
    let back = RedirectUrl::new(back.to_owned()).map_err(Fault::because)?;
    let client = BasicClient::new(provider.client_id.clone())
        .set_auth_uri(authorise)
        .set_token_uri(token)
        .set_auth_type(AuthType::RequestBody)
        .set_redirect_uri(back);
    Ok(match &provider.client_secret {
        Some(secret) => client.set_client_secret(secret.clone()),
        None => client,
    })
}
