//! Who may make an account, how letters go out, and whose word on addresses counts.

use std::net::IpAddr;

use clap::Args;
use ipnet::IpNet;

use super::layers::Layers;
use super::providers;
use super::secret::SecretText;

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Accounts")]
pub(crate) struct AccountArgs {
    /// Who may make an account once there is one: invite, or open [default: invite]
    #[arg(long, env = "LATHE_REGISTRATION", value_name = "WHO")]
    registration: Option<String>,
    /// The server that letters go out by: smtps://user:password@host
    #[arg(
        long,
        env = "LATHE_MAIL_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    mail_url: Option<String>,
    /// Whom letters are from: Lathe <lathe@example.org>
    #[arg(long, env = "LATHE_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// What proves to be the operator of this machine: 32 characters or more [default: another one at each start]
    #[arg(
        long,
        env = "LATHE_MACHINE_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    machine_token: Option<String>,
    /// Services that people can log in by, as a JSON list; the configuration file has a section for each instead
    #[arg(
        long,
        env = "LATHE_PROVIDERS",
        hide_env_values = true,
        value_name = "JSON"
    )]
    providers: Option<String>,
    /// Proxies whose `X-Forwarded-For` counts: addresses or networks, separated by commas
    #[arg(long, env = "LATHE_TRUSTED_PROXIES", value_name = "NETWORKS")]
    trusted_proxies: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Accounts {
    pub(crate) registration: api::Registration,
    /// A new one at each start, where none is given.
    pub(crate) machine_token: Option<SecretText>,
    pub(crate) mail: Option<api::Mail>,
    pub(crate) providers: Vec<api::Provider>,
    pub(crate) trusted_proxies: Vec<IpNet>,
}

impl AccountArgs {
    pub(crate) fn give(&self, layers: &mut Layers) {
        layers.give("accounts.registration", self.registration.as_ref());
        layers.give("accounts.machine_token", self.machine_token.as_ref());
        layers.give("accounts.providers", self.providers.as_ref());
        layers.give("mail.url", self.mail_url.as_ref());
        layers.give("mail.from", self.mail_from.as_ref());
        layers.give("server.trusted_proxies", self.trusted_proxies.as_ref());
    }
}

impl Accounts {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let registration =
            layers.read::<api::Registration>("accounts.registration", "`invite` or `open`");
        let machine_token = layers.read_with("accounts.machine_token", |text| match text.trim() {
            "" => Ok(None),
            text if text.len() < 32 => Err(
                "has to have 32 characters or more: `openssl rand -hex 32` makes one".to_owned(),
            ),
            text => Ok(Some(SecretText::from(text))),
        });
        let trusted_proxies = layers.read_with("server.trusted_proxies", networks);
        let from = layers.read_with("mail.from", |text| Ok(text.trim().to_owned()))?;
        let mail = layers.read_with("mail.url", |url| match url.trim() {
            "" => Ok(None),
            url => api::Mail::new(url, &from)
                .map(Some)
                // What was given may hold a password.
                .map_err(|error| format!("or mail.from can't be used: {error}")),
        });
        let providers = providers::read(layers);
        // A link in a letter must not begin with what a stranger's request says.
        let url = layers.read_with("server.url", |text| Ok(text.trim().to_owned()))?;
        if url.is_empty() && mail.as_ref().is_some_and(Option::is_some) {
            layers.complain(
                "mail.url: letters hold links, so that server.url has to say at which address people reach this server"
                    .to_owned(),
            );
            return None;
        }
        if url.is_empty() && providers.as_ref().is_some_and(|all| !all.is_empty()) {
            layers.complain(
                "accounts.providers: these services send people back to server.url, which has to say at which address they \
                 reach this server"
                    .to_owned(),
            );
            return None;
        }
        Some(Self {
            registration: registration?,
            machine_token: machine_token?,
            mail: mail?,
            providers: providers?,
            trusted_proxies: trusted_proxies?,
        })
    }
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let network = part.parse::<IpNet>().ok();
            let address = || part.parse::<IpAddr>().ok().map(IpNet::from);
            network.or_else(address).ok_or_else(|| {
                format!("has to be addresses or networks such as 10.0.0.0/8, and `{part}` is none")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::networks;

    #[test]
    fn networks_and_single_addresses() {
        let read = networks("10.0.0.0/8, ::1,192.168.1.4").unwrap();
        let shown: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.0/8", "::1/128", "192.168.1.4/32"]);
        assert!(networks("10.0.0.0/40").is_err());
        assert!(networks("proxy.example.org").is_err());
    }
}
