//! S24, S10: logging in by way of another service, against an issuer that takes its duties seriously and against one
//! that does not.

mod forgeries;
mod github;
mod identities;
mod logins;
mod newcomers;

use std::sync::Arc;

use api::{Config, Provider, ProviderSettings, Registration};

use crate::support::Lathe;
use crate::support::issuer::{CLIENT, Issuer, SECRET};

/// The issuer as an operator describes it.
fn settings(issuer: &Issuer) -> ProviderSettings {
    ProviderSettings {
        id: "company".to_owned(),
        kind: "oidc".to_owned(),
        label: Some("Example Inc.".to_owned()),
        issuer: Some(issuer.url.clone()),
        client_id: CLIENT.to_owned(),
        client_secret: Some(SECRET.to_owned()),
        ..ProviderSettings::default()
    }
}

fn config(provider: ProviderSettings) -> Config {
    Config {
        registration: Registration::Open,
        providers: vec![Provider::new(provider).unwrap()],
        ..Config::default()
    }
}

/// A server at which anybody may register, with somebody who operates it.
async fn at(config: Config) -> Lathe {
    let lathe = Lathe::start_with(config).await;
    lathe.register("operator@example.org").await;
    lathe
}

async fn company() -> (Arc<Issuer>, Lathe) {
    let issuer = Issuer::start().await;
    let lathe = at(config(settings(&issuer))).await;
    (issuer, lathe)
}

/// How a login ends that this service's answer ends.
fn refused(word: &str) -> String {
    format!("/login?error={word}&provider=company")
}
