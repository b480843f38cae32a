//! The proxy by which workflows' requests and logins by other services leave this network.

use clap::Args;
use egress::{Exceptions, Proxy};

use super::layers::Layers;

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Outgoing requests")]
pub(crate) struct ProxyArgs {
    /// The proxy that requests of workflows and logins by other services go out by: http://user:password@proxy:3128
    /// [default: none; HTTPS_PROXY and the like are not read]
    #[arg(
        long,
        env = "LATHE_PROXY",
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    proxy: Option<String>,
    /// What they reach without it: names with all below them, addresses and networks, separated by commas
    #[arg(long, env = "LATHE_NO_PROXY", value_name = "LIST")]
    no_proxy: Option<String>,
}

impl ProxyArgs {
    pub(super) fn give(&self, layers: &mut Layers) {
        layers.give("egress.proxy", self.proxy.as_ref());
        layers.give("egress.no_proxy", self.no_proxy.as_ref());
    }
}

/// The proxy, if there is one.
pub(super) fn read(layers: &mut Layers) -> Option<Option<Proxy>> {
    let proxy = layers.read_with("egress.proxy", |text| match text.trim() {
        "" => Ok(None),
        text => text.parse::<Proxy>().map(Some),
    });
    let exceptions = layers.read_with("egress.no_proxy", str::parse::<Exceptions>);
    let (proxy, exceptions) = (proxy?, exceptions?);
    Some(proxy.map(|proxy| proxy.except(exceptions)))
}
