//! How many requests and connections are taken, and of whom; and how long a preview is up that nobody asks for anything.

use std::time::Duration;

use api::{ConnectionLimits, RequestLimits};
use clap::Args;
use engine::duration::Millis;

use super::layers::Layers;

const COUNT: &str = "a whole number, or 0 for no limit";

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Requests in a minute from an address without a credential that is good; 0 is without a limit [default: 6000]
    #[arg(long, env = "LATHE_LIMIT_PER_ADDRESS", value_name = "COUNT")]
    limit_per_address: Option<String>,
    /// Requests in a minute of an account [default: 30000]
    #[arg(long, env = "LATHE_LIMIT_PER_ACCOUNT", value_name = "COUNT")]
    limit_per_account: Option<String>,
    /// Requests in a minute of a token of a program [default: 20000]
    #[arg(long, env = "LATHE_LIMIT_PER_TOKEN", value_name = "COUNT")]
    limit_per_token: Option<String>,
    /// Executions that are begun in a workspace in a minute [default: 30000]
    #[arg(long, env = "LATHE_LIMIT_EXECUTIONS", value_name = "COUNT")]
    limit_executions: Option<String>,
    /// Connections that may be open from an address, unless it is a trusted proxy's [default: 1000]
    #[arg(
        long,
        env = "LATHE_LIMIT_CONNECTIONS_PER_ADDRESS",
        value_name = "COUNT"
    )]
    limit_connections_per_address: Option<String>,
    /// Connections that may be open in all [default: 10000]
    #[arg(long, env = "LATHE_LIMIT_CONNECTIONS", value_name = "COUNT")]
    limit_connections: Option<String>,
    /// After how long that nobody opens it a preview of an application ends; empty is never [default: 2h]
    #[arg(long, env = "LATHE_PREVIEWS_END_AFTER", value_name = "DURATION")]
    previews_end_after: Option<String>,
}

impl LimitArgs {
    pub(super) fn give(&self, layers: &mut Layers) {
        layers.give("limits.per_address", self.limit_per_address.as_ref());
        layers.give("limits.per_account", self.limit_per_account.as_ref());
        layers.give("limits.per_token", self.limit_per_token.as_ref());
        let executions = self.limit_executions.as_ref();
        layers.give("limits.executions_per_workspace", executions);
        let per_address = self.limit_connections_per_address.as_ref();
        layers.give("limits.connections_per_address", per_address);
        layers.give("limits.connections", self.limit_connections.as_ref());
        let end_after = self.previews_end_after.as_ref();
        layers.give("limits.previews_end_after", end_after);
    }
}

pub(super) fn connections(layers: &mut Layers) -> Option<ConnectionLimits> {
    let mut count = |key| layers.read::<u32>(key, COUNT);
    let (per_address, in_all) = (
        count("limits.connections_per_address"),
        count("limits.connections"),
    );
    Some(ConnectionLimits {
        per_address: per_address?,
        in_all: in_all?,
    })
}

/// After how long an idle preview ends, if it does.
pub(super) fn previews_end_after(layers: &mut Layers) -> Option<Option<Duration>> {
    layers.read_with("limits.previews_end_after", |text| {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let span = text.parse::<Millis>().map(Millis::to_std);
        match span.map_err(|error| format!("cannot be read: {error}"))? {
            // It is looked for such that often.
            span if span < Duration::from_secs(1) => {
                Err(format!("has to be at least 1s, not {text}"))
            }
            span => Ok(Some(span)),
        }
    })
}

pub(super) fn read(layers: &mut Layers) -> Option<RequestLimits> {
    let mut count = |key| layers.read::<u32>(key, COUNT);
    let (per_address, per_account) = (count("limits.per_address"), count("limits.per_account"));
    let (per_token, executions) = (
        count("limits.per_token"),
        count("limits.executions_per_workspace"),
    );
    Some(RequestLimits {
        per_address: per_address?,
        per_account: per_account?,
        per_token: per_token?,
        executions_per_workspace: executions?,
    })
}
