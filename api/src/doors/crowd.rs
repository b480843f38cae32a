//! How many connections are open, from whom. What has become a WebSocket is counted by its account instead.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;

use crate::config::ConnectionLimits;
use crate::layers::address::ClientAddress;

#[derive(Clone)]
pub(crate) struct Crowd {
    limits: ConnectionLimits,
    /// Many come by way of a proxy.
    proxies: Arc<[IpNet]>,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    in_all: u32,
    /// By address, or network of IPv6.
    by_network: HashMap<u128, u32>,
    /// Whether somebody was told that there are too many, since when there were not.
    is_told: bool,
}

/// One connection's; free again when it is dropped.
pub(super) struct Place {
    crowd: Crowd,
    network: Option<u128>,
}

impl Crowd {
    pub(crate) fn new(limits: ConnectionLimits, proxies: &[IpNet]) -> Self {
        Self {
            limits,
            proxies: proxies.into(),
            open: Arc::default(),
        }
    }

    /// `None` when there is no place for one more.
    pub(super) fn enter(&self, from: IpAddr) -> Option<Place> {
        let from = from.to_canonical();
        let is_proxy = self.proxies.iter().any(|network| network.contains(&from));
        let numbers = ClientAddress::from(from).numbers();
        let network = numbers.map(|(network, _)| network).filter(|_| !is_proxy);
        let most = |limit: u32| if limit == 0 { u32::MAX } else { limit };
        let mut open = self.open();
        if open.in_all >= most(self.limits.in_all) {
            if !open.is_told {
                tracing::warn!(
                    count = open.in_all,
                    "as many connections are open as may be, and further ones are closed at once (limits.connections)"
                );
                open.is_told = true;
            }
            return None;
        }
        if let Some(network) = network {
            let count = open.by_network.entry(network).or_default();
            if *count >= most(self.limits.per_address) {
                tracing::debug!(address = %from, "an address has as many connections open as it may");
                return None;
            }
            *count += 1;
        }
        open.in_all += 1;
        Some(Place {
            crowd: self.clone(),
            network,
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.open();
        open.in_all = open.in_all.saturating_sub(1);
        open.is_told = false;
        let Some(network) = self.network else {
            return;
        };
        if let Some(count) = open.by_network.get_mut(&network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leaves_room_for_others_and_a_proxy_is_many() {
        let limits = ConnectionLimits {
            per_address: 2,
            in_all: 6,
        };
        let crowd = Crowd::new(limits, &["10.0.0.0/8".parse().unwrap()]);
        let enter = |from: &str| crowd.enter(from.parse().unwrap());
        let first = enter("9.9.9.9").unwrap();
        let _second = enter("::ffff:9.9.9.9").unwrap();
        assert!(enter("9.9.9.9").is_none());
        let _third = enter("2001:db8:1:2::1").unwrap();
        let _fourth = enter("2001:db8:1:2::2").unwrap();
        assert!(enter("2001:db8:1:2::3").is_none(), "a network is one");
        drop(first);
        let _again = enter("9.9.9.9").unwrap();
        // A proxy may have more than two, as long as there is room at all.
        let proxied: Vec<Option<Place>> = (0..3).map(|_| enter("10.0.0.1")).collect();
        let let_in = proxied.iter().flatten().count();
        assert_eq!(let_in, 2, "there are six in all");
        drop(proxied);
        assert!(enter("8.8.8.8").is_some());
    }
}
