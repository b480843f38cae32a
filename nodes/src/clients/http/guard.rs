//! Which addresses a workflow may make Lathe connect to.
//!
//! The check sits in the resolver, so that the address that was checked is the one that is connected: a name
//! that resolves differently a moment later gains nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Refuses addresses of the cloud's metadata services always, and private ones if the operator wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    pub(crate) block_private: bool,
}

const METADATA: &str =
    "it is a link-local or metadata address, which hands out a machine's credentials";
const NO_PEER: &str = "it is not the address of one machine";
const PRIVATE: &str =
    "it is a private or loopback address, and LATHE_BLOCK_PRIVATE_ADDRESSES is set";

impl Guard {
    /// Why an address is refused, if it is.
    pub(crate) fn check(self, address: IpAddr) -> Result<(), &'static str> {
        match address {
            IpAddr::V4(address) => self.check_v4(address),
            IpAddr::V6(address) => match embedded(address) {
                Some(inner) => self.check_v4(inner),
                None => self.check_v6(address),
            },
        }
    }

    fn check_v4(self, address: Ipv4Addr) -> Result<(), &'static str> {
        // Besides 169.254/16, the fixed addresses of Alibaba, Oracle and Azure.
        let metadata = address.is_link_local()
            || [[100, 100, 100, 200], [192, 0, 0, 192], [168, 63, 129, 16]]
                .contains(&address.octets());
        let first = address.octets();
        let shared = first[0] == 100 && (64..128).contains(&first[1]);
        // 0.0.0.0/8 reaches this machine on Linux.
        let private = address.is_private() || address.is_loopback() || shared || first[0] == 0;
        if metadata {
            Err(METADATA)
        } else if address.is_multicast() || address.is_broadcast() {
            Err(NO_PEER)
        } else if private && self.block_private {
            Err(PRIVATE)
        } else {
            Ok(())
        }
    }

    fn check_v6(self, address: Ipv6Addr) -> Result<(), &'static str> {
        let aws_metadata = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
        if address.is_unicast_link_local() || address == aws_metadata {
            Err(METADATA)
        } else if address.is_multicast() {
            Err(NO_PEER)
        } else if (address.is_loopback() || address.is_unspecified() || address.is_unique_local())
            && self.block_private
        {
            Err(PRIVATE)
        } else {
            Ok(())
        }
    }
}

/// The IPv4 address that an IPv6 one leads to: mapped, compatible, NAT64, 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        Ipv4Addr::new(a, b, c, d)
    };
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(v4(g, h)),
        [0, 0, 0, 0, 0, 0] if g != 0 => Some(v4(g, h)),
        [0x2002, ..] => Some(v4(b, c)),
        _ => None,
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One refused address refuses the name: a mixed answer is how a guard is got around.
            for address in &found {
                guard.check(address.ip()).map_err(Refusal)?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// How a refusal travels through the HTTP client.
#[derive(Debug)]
struct Refusal(&'static str);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refusal {}

/// Finds the guard's refusal among the causes of a client's error.
pub(super) fn refusal(problem: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let mut cause = Some(problem);
    while let Some(error) = cause {
        if let Some(Refusal(reason)) = error.downcast_ref() {
            return Some(reason);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_metadata_however_it_is_written() {
        let disguised = [
            "169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "::ffff:169.254.169.254",
            "::a9fe:a9fe",
        ];
        let tunnelled = [
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "100.100.100.200",
            "224.0.0.1",
            "ff02::1",
        ];
        for address in disguised.into_iter().chain(tunnelled) {
            assert!(
                Guard {
                    block_private: false
                }
                .check(address.parse().unwrap())
                .is_err(),
                "{address}"
            );
        }
    }

    #[test]
    fn private_addresses_are_the_operators_choice() {
        let private = [
            "127.0.0.1",
            "::1",
            "10.0.0.1",
            "192.168.1.1",
            "172.20.0.1",
            "0.0.0.0",
            "::",
            "fd12::1",
        ];
        for address in private
            .into_iter()
            .chain(["::ffff:7f00:1", "64:ff9b::7f00:1", "100.64.0.1"])
        {
            let address = address.parse().unwrap();
            assert_eq!(
                Guard {
                    block_private: false
                }
                .check(address),
                Ok(()),
                "{address}"
            );
            assert!(
                Guard {
                    block_private: true
                }
                .check(address)
                .is_err(),
                "{address}"
            );
        }
        assert_eq!(
            Guard {
                block_private: true
            }
            .check("93.184.215.14".parse().unwrap()),
            Ok(())
        );
        assert_eq!(
            Guard {
                block_private: true
            }
            .check("2606:4700::1111".parse().unwrap()),
            Ok(())
        );
    }
}
