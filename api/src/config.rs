//! What an operator may set about the API, and what must hold before it listens.

use std::net::SocketAddr;

#[derive(Debug, Clone)]
pub struct Config {
    /// Names, without a port, under which this server may be asked besides `localhost` and the loopback addresses.
    pub hosts: Vec<String>,
    /// The largest request body in bytes.
    pub body_limit: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            body_limit: 2 * 1_024 * 1_024,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "refusing to listen on {0}: there are no accounts yet, so whoever reaches this address could run anything. \
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
