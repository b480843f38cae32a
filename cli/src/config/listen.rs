//! Where the server listens.

use std::net::{IpAddr, SocketAddr};

use clap::Args;

use super::layers::Layers;

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Address")]
pub(crate) struct ListenArgs {
    /// The port to listen on; 0 takes any free one [default: 4000]
    #[arg(long, env = "LATHE_PORT")]
    port: Option<String>,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, env = "LATHE_BIND", value_name = "ADDRESS")]
    bind: Option<String>,
    /// Listen where other machines can reach it, although there are no accounts yet
    #[arg(long, env = "LATHE_INSECURE_LISTEN", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    insecure_listen: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) address: SocketAddr,
    /// Others than this machine's own users may reach it, and the operator said that this is meant.
    pub(crate) insecure: bool,
}

impl ListenArgs {
    pub(crate) fn give(&self, layers: &mut Layers) {
        layers.give("server.port", self.port.as_ref());
        layers.give("server.bind", self.bind.as_ref());
        layers.give("server.insecure_listen", self.insecure_listen.as_ref());
    }
}

impl Listen {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let port = layers.read::<u16>("server.port", "a port from 0 to 65535");
        let bind = layers.read::<IpAddr>("server.bind", "an IP address such as 127.0.0.1 or ::1");
        let insecure = layers.read::<bool>("server.insecure_listen", "true or false");
        let (port, bind, insecure) = (port?, bind?, insecure?);
        let address = SocketAddr::new(bind, port);
        if let Err(refusal) = api::check_listen(address, insecure) {
            layers.complain(format!("server.bind: {refusal} (--insecure-listen)"));
            return None;
        }
        Some(Self {
            address,
            insecure: insecure && !bind.to_canonical().is_loopback(),
        })
    }
}
