//! What an operator may set about the API, and what must hold before it listens.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use store::FileLimits;
use tokio::sync::watch;

use crate::accounts::mail::Mail;
use crate::accounts::registration::Registration;
use crate::accounts::secret::MachineToken;
use crate::doors::AcmeState;
use crate::oauth::provider::Provider;

#[derive(Debug, Clone)]
pub struct Config {
    /// Names, without a port, under which this server may be asked besides `localhost` and the loopback addresses.
    pub hosts: Vec<String>,
    /// The largest request body in bytes.
    pub body_limit: usize,
    /// How long the head of a request may take to come, and a connection be without one.
    pub head_patience: Duration,
    /// How many connections may be open, and from whom.
    pub connections: ConnectionLimits,
    /// How long a request body may take to come, if it is read as a whole.
    pub body_patience: Duration,
    /// The address at which people reach this server, without a slash at its end, for links in letters.
    pub url: String,
    /// Who may make an account once there is one.
    pub registration: Registration,
    /// What the first account takes, where strangers may reach this server.
    pub setup_code: Option<MachineToken>,
    /// Whoever shows it operates this machine.
    pub machine_token: Option<MachineToken>,
    /// Services that people can log in by.
    pub providers: Vec<Provider>,
    /// Where else besides public addresses their endpoints may be, and where other systems may be told of what happens.
    pub outgoing: egress::Outgoing,
    /// How long an answer of theirs may take.
    pub provider_patience: Duration,
    /// How long after its first failure a delivery to another system is tried again; after each further one, three times as long.
    pub outgoing_retry: Duration,
    /// Letters go out, where there is a post office.
    pub mail: Option<Mail>,
    /// Proxies whose word on where a request comes from counts.
    pub trusted_proxies: Vec<IpNet>,
    /// How many requests are taken, and of whom.
    pub request_limits: RequestLimits,
    /// How much may be kept as files.
    pub file_limits: FileLimits,
    /// How long files, secrets and variables that were deleted are kept, by whoever runs the sweeps.
    pub keep_deleted: Duration,
    /// After how long that nobody opens it a preview of an application ends; never without it.
    pub previews_end_after: Option<Duration>,
    /// Origins of pages elsewhere that may use this interface with a token, such as `https://tools.example.org`.
    pub origins: Vec<String>,
    /// Metrics are asked for at a listener of their own, and not here.
    pub metrics_elsewhere: bool,
    /// How it stands with a certificate that this server gets for itself.
    pub certificate: Option<watch::Receiver<AcmeState>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            body_limit: 2 * 1_024 * 1_024,
            // Longer than proxies keep a connection that they do not use, so that they are the ones to close it.
            head_patience: Duration::from_secs(75),
            connections: ConnectionLimits::default(),
            body_patience: Duration::from_secs(120),
            url: "http://localhost:4000".to_owned(),
            registration: Registration::Invite,
            setup_code: None,
            machine_token: None,
            providers: Vec::new(),
            outgoing: egress::Outgoing::default(),
            provider_patience: Duration::from_secs(10),
            outgoing_retry: Duration::from_secs(10),
            mail: None,
            trusted_proxies: Vec::new(),
            request_limits: RequestLimits::default(),
            file_limits: FileLimits::default(),
            keep_deleted: Duration::from_secs(30 * 24 * 60 * 60),
            previews_end_after: Some(Duration::from_secs(2 * 60 * 60)),
            origins: Vec::new(),
            metrics_elsewhere: false,
            certificate: None,
        }
    }
}

impl Config {
    /// Whether people reach it over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// Until when something that was deleted then can be brought back, if such things do not stay: none where there is no such date.
    pub(crate) fn kept_until(&self, deleted_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let keep = TimeDelta::from_std(self.keep_deleted).ok()?;
        deleted_at.checked_add_signed(keep)
    }
}

/// How many requests are taken in a minute, all at once if need be; 0 is without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// Of whoever shows no credential that is good, by address.
    pub per_address: u32,
    /// Of an account, by whatever way it comes.
    pub per_account: u32,
    /// Of a token of a program.
    pub per_token: u32,
    /// Executions that are begun in a workspace.
    pub executions_per_workspace: u32,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            per_address: 6_000,
            per_account: 30_000,
            per_token: 20_000,
            executions_per_workspace: 30_000,
        }
    }
}

/// How many connections may be open; 0 is without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// From one address, or network of IPv6; a trusted proxy may have any number.
    pub per_address: u32,
    pub in_all: u32,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            per_address: 1_000,
            in_all: 10_000,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "refusing to listen on {0}: this is plain HTTP, so that passwords could be read on the way. \
     Listen on 127.0.0.1 or [::1], or set `insecure_listen` if the network around this machine keeps strangers out"
)]
pub struct InsecureListen(pub SocketAddr);

/// Says whether the API may listen there: on loopback only, unless the operator insists.
pub fn check_listen(address: SocketAddr, insecure_listen: bool) -> Result<(), InsecureListen> {
    if address.ip().to_canonical().is_loopback() || insecure_listen {
        Ok(())
    } else {
        Err(InsecureListen(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_unless_the_operator_insists() {
        for address in [
            "127.0.0.1:4000",
            "127.9.9.9:1",
            "[::1]:4000",
            "[::ffff:127.0.0.1]:4000",
        ] {
            assert_eq!(
                check_listen(address.parse().unwrap(), false),
                Ok(()),
                "{address}"
            );
        }
        for address in [
            "0.0.0.0:4000",
            "[::]:4000",
            "192.168.1.4:4000",
            "[::ffff:8.8.8.8]:4000",
        ] {
            assert!(
                check_listen(address.parse().unwrap(), false).is_err(),
                "{address}"
            );
            assert_eq!(
                check_listen(address.parse().unwrap(), true),
                Ok(()),
                "{address}"
            );
        }
    }
}
