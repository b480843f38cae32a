//! The services that people log in by, with what these say about themselves, which is kept for a while.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use openidconnect::IssuerUrl;
use openidconnect::core::CoreProviderMetadata;

use super::outgoing::Outgoing;
use super::provider::Provider;
use super::refusal::Fault;

/// How long a service's description and its keys are kept. Keys that are not among them are asked for at once.
const FRESH: Duration = Duration::from_secs(60 * 60);

pub(crate) struct Providers {
    all: Vec<Arc<Provider>>,
    client: Outgoing,
    described: Cache<String, Arc<CoreProviderMetadata>>,
}

impl Providers {
    pub(crate) fn new(all: &[Provider], outgoing: egress::Outgoing, patience: Duration) -> Self {
        Self {
            all: all.iter().cloned().map(Arc::new).collect(),
            client: Outgoing::new(all.iter().cloned(), outgoing, patience),
            described: Cache::builder()
                .max_capacity(1_000)
                .time_to_live(FRESH)
                .build(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.all.iter().map(|provider| &**provider)
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Provider>> {
        self.all.iter().find(|provider| provider.id == id).cloned()
    }

    pub(super) fn client(&self) -> &Outgoing {
        &self.client
    }

    /// What a service says about itself. Many who ask at once ask once, and a failure is not kept.
    pub(super) async fn description(
        &self,
        provider: &Provider,
    ) -> Result<Arc<CoreProviderMetadata>, Fault> {
        let described = self
            .described
            .try_get_with(provider.id.clone(), self.ask(provider));
        described.await.map_err(|fault| Fault::clone(&fault))
    }

    /// The same, asked for anew: keys have changed.
    pub(super) async fn describe_again(
        &self,
        provider: &Provider,
    ) -> Result<Arc<CoreProviderMetadata>, Fault> {
        self.described.invalidate(&provider.id).await;
        self.description(provider).await
    }

    async fn ask(&self, provider: &Provider) -> Result<Arc<CoreProviderMetadata>, Fault> {
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(Fault::because)?;
        let asked = CoreProviderMetadata::discover_async(issuer, &self.client);
        asked.await.map(Arc::new).map_err(Fault::because)
    }
}
