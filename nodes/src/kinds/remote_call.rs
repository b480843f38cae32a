//! # Remote call
//!
//! Lets a service in any language serve as a node, by a small contract over HTTP.
//!
//! ## Inputs
//! `input` goes to the service at `url` with the run, the step, and the key by which the service can tell a
//! repetition. The service answers at once, or says where to ask for the result of work that takes long; what it
//! tells of its progress goes to the step's log. `docs/remote-nodes.md` has the contract, with services in Python and
//! JavaScript to start from.
//!
//! The same addresses are refused as by `http.request`, also when asking for a result. `headers`, say for
//! authorization, are sent to the service itself and to no other host that it names.
//!
//! ## Output
//! The service's `output`, as it is. Edges leave by the port that it names, one of `ports`. When it names none, they
//! leave by `out` if `ports` lists that, and by `default` otherwise. Results are not cached.
//!
//! ## Failure and retry
//! A 4xx fails the step at once with the service's own code, message and details; 408, 425, 429 and 5xx are tried
//! again, three attempts in all, and a service may say otherwise (`retryable`). A `Retry-After` that fits into
//! `timeout` is waited for within the attempt. Every attempt has the same key. While it waits for a result,
//! up to five questions in a row may go wrong. An answer that breaks the contract fails the step (`remote_contract`).
//! When it takes longer than `timeout` or the run is cancelled, a service that works on it is told by a DELETE.
//!
//! ## Example
//! ```yaml
//! - id: price
//!   kind: remote.call
//!   with:
//!     url: http://127.0.0.1:8700/price
//!     input: { title: "${ inputs.title }" }
//!     headers: { authorization: "Bearer ${ inputs.token }" }
//!     ports: [out, on_request]
//!     timeout: 5m
//! ```

mod contract;
mod exchange;

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::catalog::{Effect, Ports};
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::deadline::Deadline;
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use contract::{Done, broken};
use egress::{Client, Guard};
use exchange::Exchange;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The service's http or https address.
    #[schemars(extend("format" = "uri"))]
    url: String,
    /// What the service gets, of any shape.
    #[serde(default)]
    input: Value,
    /// Headers by name, for the service itself.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The ports that the service may choose from; edges can also leave by `default`.
    #[serde(default)]
    ports: Vec<String>,
    /// The longest that one attempt may take, from the call to the result.
    #[serde(default = "default_timeout")]
    timeout: Millis,
    /// The longest that one answer of the service may take.
    #[serde(default = "default_answer_timeout")]
    answer_timeout: Millis,
    /// The longest answer that is taken, in bytes.
    #[serde(default = "default_max_bytes")]
    max_bytes: u64,
}

/// What the service gave.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Output {
    output: Value,
    #[serde(skip)]
    port: String,
}

pub(crate) struct RemoteCall {
    client: Client,
}

impl RemoteCall {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            client: Client::new(Guard::new(&options.outgoing)),
        }
    }
}

impl Kind for RemoteCall {
    const NAME: &'static str = "remote.call";
    const CATEGORY: &'static str = "http";
    const EFFECT: Effect = Effect::Effectful;
    const PORTS: Ports = Ports::FromConfig("ports");
    const RETRY: Retry = Retry::times(3);
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("remote_call.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for RemoteCall {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let deadline = Deadline::after(config.timeout);
        let exchange = Exchange::new(&self.client, &context, &config, deadline)?;
        let done = deadline.bounds(&context, exchange.result()).await;
        if done.is_err() {
            exchange.give_up().await;
        }
        let Done { output, port } = done?;
        let port = match port {
            Some(port) => known(port, &config.ports)?,
            None => default_port(&config.ports).to_owned(),
        };
        Ok(Output { output, port })
    }

    fn port(output: &Output) -> Option<String> {
        Some(output.port.clone())
    }
}

fn known(port: String, ports: &[String]) -> Result<String, Failure> {
    if port == DEFAULT_PORT || ports.contains(&port) {
        return Ok(port);
    }
    Err(broken(&format!(
        "it chose the port `{port}`, which `ports` does not list"
    )))
}

/// `out` is where edges leave that name no port, and where a run goes on from a failure with `on_error: continue`.
fn default_port(ports: &[String]) -> &str {
    let out = ports.iter().find(|port| *port == "out");
    out.map_or(DEFAULT_PORT, |port| port)
}

const DEFAULT_PORT: &str = "default";

fn default_timeout() -> Millis {
    Millis(600_000)
}

fn default_answer_timeout() -> Millis {
    Millis(30_000)
}

fn default_max_bytes() -> u64 {
    4 * 1024 * 1024
}

#[cfg(test)]
mod tests;
