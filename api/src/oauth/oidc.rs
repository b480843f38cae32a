//! OpenID Connect: the way to an issuer, and what its answer proves.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, SignatureVerificationError, TokenResponse,
};
use reqwest::Url;

use super::flow::Secrets;
use super::outgoing::is_confidential;
use super::provider::{Provider, ProviderKind, is_at_gmail};
use super::refusal::Fault;
use super::{Proof, Providers};
use crate::accounts::email;

/// Signatures with a private key only: those with a shared secret, and none at all, are no proof.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// RFC: a subject has at most so many characters.
const LONGEST_SUBJECT: usize = 255;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The address at the issuer where a login begins, and what stays here of it.
pub(super) async fn begin(
    providers: &Providers,
    provider: &Provider,
    back: &str,
    state: String,
) -> Result<(Url, Secrets), Fault> {
    let description = providers.description(provider).await?;
    let client = client(provider, &description, back)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client.authorize_url(
        CoreAuthenticationFlow::AuthorizationCode,
        || CsrfToken::new(state),
        Nonce::new_random,
    );
    // It is asked for anyway.
    for scope in provider.scopes.iter().filter(|scope| *scope != "openid") {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    let (url, _, nonce) = request.set_pkce_challenge(challenge).url();
    if !is_confidential(&url) {
        return Err(Fault::new(format!(
            "the login at {url} could be read on the way"
        )));
    }
    let secrets = Secrets {
        verifier: verifier.into_secret(),
        nonce: Some(nonce.secret().clone()),
    };
    Ok((url, secrets))
}

/// What a code proves, once the issuer has been asked for the token that belongs to it.
pub(super) async fn prove(
    providers: &Providers,
    provider: &Provider,
    back: &str,
    secrets: Secrets,
    code: String,
) -> Result<Proof, Fault> {
    let description = providers.description(provider).await?;
    let client = client(provider, &description, back)?;
    let exchange = client
        .exchange_code(AuthorizationCode::new(code))
        .map_err(Fault::because)?
        .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier));
    let outgoing = providers.client();
    let tokens = exchange.request_async(outgoing).await;
    let tokens = tokens.map_err(Fault::because)?;
    let token = tokens.id_token();
    let token = token.ok_or_else(|| Fault::new("the issuer sent no id_token"))?;
    let nonce = Nonce::new(secrets.nonce.unwrap_or_default());
    let claims = match verified(&client, token, &nonce) {
        // The keys that are kept are older than the token.
        Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        )) => {
            let description = providers.describe_again(provider).await?;
            let client = self::client(provider, &description, back)?;
            let claims = verified(&client, token, &nonce).map_err(Fault::because)?;
            check_access_token(&client, token, &tokens, &claims)?;
            claims
        }
        claims => {
            let claims = claims.map_err(Fault::because)?;
            check_access_token(&client, token, &tokens, &claims)?;
            claims
        }
    };
    if claims
        .authorized_party()
        .is_some_and(|party| *party != provider.client_id)
    {
        return Err(Fault::new("the id_token was made out to another party"));
    }
    let mut told = Told::of_token(&claims);
    if told.email.is_none() && client.user_info_url().is_some() {
        let subject = Some(claims.subject().clone());
        let request = client
            .user_info(tokens.access_token().clone(), subject)
            .map_err(Fault::because)?;
        let info: CoreUserInfoClaims = request
            .request_async(outgoing)
            .await
            .map_err(Fault::because)?;
        told = Told::of_info(&info, told);
    }
    proof(provider, &claims, token, told)
}

fn client(
    provider: &Provider,
    description: &CoreProviderMetadata,
    back: &str,
) -> Result<Client, Fault> {
    let back = RedirectUrl::new(back.to_owned()).map_err(Fault::because)?;
    let client = CoreClient::from_provider_metadata(
        description.clone(),
        provider.client_id.clone(),
        provider.client_secret.clone(),
    );
    let takes = |wanted| {
        let methods = description.token_endpoint_auth_methods_supported();
        methods.is_some_and(|methods| methods.contains(&wanted))
    };
    let in_body = takes(CoreClientAuthMethod::ClientSecretPost)
        && !takes(CoreClientAuthMethod::ClientSecretBasic);
    let client = match in_body {
        true => client.set_auth_type(AuthType::RequestBody),
        false => client,
    };
    Ok(client.set_redirect_uri(back))
}

/// Signature, issuer, audience, time and nonce.
fn verified(
    client: &Client,
    token: &CoreIdToken,
    nonce: &Nonce,
) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES);
    token.claims(&verifier, nonce).cloned()
}

/// Both tokens are of the same answer, where the issuer lets that be checked.
fn check_access_token(
    client: &Client,
    token: &CoreIdToken,
    tokens: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
) -> Result<(), Fault> {
    let Some(expected) = claims.access_token_hash() else {
        return Ok(());
    };
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES);
    let algorithm = token.signing_alg().map_err(Fault::because)?;
    let key = token.signing_key(&verifier).map_err(Fault::because)?;
    let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
    match actual.map_err(Fault::because)? == *expected {
        true => Ok(()),
        false => Err(Fault::new("the access token is not that of the id_token")),
    }
}

/// What the issuer tells besides who it is.
struct Told {
    email: Option<String>,
    is_verified: bool,
    name: Option<String>,
}

impl Told {
    fn of_token(claims: &CoreIdTokenClaims) -> Self {
        Self {
            email: claims.email().map(|email| email.to_string()),
            is_verified: claims.email_verified() == Some(true),
            name: claims
                .name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string()),
        }
    }

    fn of_info(info: &CoreUserInfoClaims, before: Self) -> Self {
        let name = info.name().and_then(|name| name.get(None));
        Self {
            email: info.email().map(|email| email.to_string()),
            is_verified: info.email_verified() == Some(true),
            name: before.name.or_else(|| name.map(|name| name.to_string())),
        }
    }
}

fn proof(
    provider: &Provider,
    claims: &CoreIdTokenClaims,
    token: &CoreIdToken,
    told: Told,
) -> Result<Proof, Fault> {
    let subject = claims.subject().as_str();
    let length = subject.chars().count();
    if !(1..=LONGEST_SUBJECT).contains(&length) || subject.chars().any(char::is_control) {
        return Err(Fault::new("the issuer's name for somebody can't be kept"));
    }
    let email = told.email.as_deref().and_then(email::normal);
    let organisation = match provider.kind {
        ProviderKind::Google => hosted_domain(token),
        ProviderKind::Oidc | ProviderKind::Github => None,
    };
    // Google verifies a foreign address once, when the account is made; it knows only its own, and those it runs.
    let is_known_there = provider.kind != ProviderKind::Google
        || organisation.is_some()
        || is_at_gmail(email.as_deref());
    Ok(Proof {
        issuer: provider.issuer.clone(),
        subject: subject.to_owned(),
        email,
        is_verified: told.is_verified && is_known_there,
        name: told.name,
        organisation,
    })
}

/// Google's `hd`, of a token that was checked.
fn hosted_domain(token: &CoreIdToken) -> Option<String> {
    let text = token.to_string();
    let payload = text.split('.').nth(1)?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    payload.get("hd")?.as_str().map(str::to_owned)
}
