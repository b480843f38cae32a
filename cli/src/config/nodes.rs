//! What the operator allows nodes to do.

use std::path::PathBuf;

use clap::Args;

use super::layers::Layers;
use super::proxy::{self, ProxyArgs};

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Nodes")]
pub(crate) struct NodeArgs {
    /// Let workflows run programs of this machine with command.run, compile sources that were not generated, and deploy
    /// programs that were not built from them
    #[arg(long, env = "LATHE_ALLOW_COMMANDS", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_commands: Option<String>,
    /// Private addresses that http.request, http.check and remote.call may reach: names with or without a port, addresses
    /// and networks, separated by commas; `private` for all of them [default: none]
    #[arg(long, env = "LATHE_ALLOW_ADDRESSES", value_name = "LIST")]
    allow_addresses: Option<String>,
    /// Registries of images in private networks that the Docker engine may be sent to, besides those addresses, separated by
    /// commas: registry.intranet:5000 [default: none]
    #[arg(long, env = "LATHE_ALLOW_REGISTRIES", value_name = "LIST")]
    allow_registries: Option<String>,
    /// The Docker engine that images are built and run with [default: its local socket; env: DOCKER_HOST too]
    #[arg(long, env = "LATHE_DOCKER_HOST", value_name = "ADDRESS")]
    docker_host: Option<String>,
    /// The cargo that generated applications are built with [default: the one in PATH]
    #[arg(long, env = "LATHE_CARGO", value_name = "FILE")]
    cargo: Option<String>,
    /// Previews of applications that a workspace has up at the same time; 0 is without a limit [default: 20]
    #[arg(long, env = "LATHE_LIMIT_PREVIEWS", value_name = "COUNT")]
    limit_previews: Option<String>,
    #[command(flatten)]
    proxy: ProxyArgs,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub(crate) commands: bool,
    pub(crate) outgoing: egress::Outgoing,
    pub(crate) registries: egress::Outgoing,
    pub(crate) docker_host: Option<String>,
    pub(crate) cargo: Option<PathBuf>,
    /// Of one workspace at the same time; 0 is without a limit.
    pub(crate) previews_per_workspace: usize,
}

impl NodeArgs {
    pub(crate) fn give(&self, layers: &mut Layers) {
        layers.give("nodes.allow_commands", self.allow_commands.as_ref());
        layers.give("nodes.allow_addresses", self.allow_addresses.as_ref());
        layers.give("nodes.allow_registries", self.allow_registries.as_ref());
        let docker_host = self
            .docker_host
            .clone()
            .or_else(|| std::env::var("DOCKER_HOST").ok());
        layers.give("nodes.docker_host", docker_host.as_ref());
        layers.give("nodes.cargo", self.cargo.as_ref());
        let previews = self.limit_previews.as_ref();
        layers.give("limits.previews_per_workspace", previews);
        self.proxy.give(layers);
    }
}

impl Allowed {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let commands = layers.read("nodes.allow_commands", "true or false");
        let outgoing = layers.read_with("nodes.allow_addresses", str::parse::<egress::Outgoing>);
        let registries = layers.read_with("nodes.allow_registries", str::parse::<egress::Outgoing>);
        let proxy = proxy::read(layers);
        let given = |text: &str| Ok(Some(text.to_owned()).filter(|text| !text.is_empty()));
        let docker_host = layers.read_with("nodes.docker_host", given);
        let cargo = layers.read_with("nodes.cargo", given);
        let previews = layers.read::<usize>(
            "limits.previews_per_workspace",
            "a whole number, or 0 for no limit",
        );
        Some(Self {
            commands: commands?,
            outgoing: outgoing?.by(proxy?),
            registries: registries?,
            docker_host: docker_host?,
            cargo: cargo?.map(PathBuf::from),
            previews_per_workspace: previews?,
        })
    }
}
