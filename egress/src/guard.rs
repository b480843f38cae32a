//! Which addresses somebody else may make Lathe connect to.
//!
//! The check sits in the resolver, so that the address that was checked is the one that is connected: a name
//! that resolves differently a moment later gains nothing.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{Place, place};
use crate::client::listener;
use crate::outgoing::Outgoing;
use crate::proxy::Proxy;

/// Refuses private addresses where the operator does not allow them, and where a machine gets its credentials always:
/// no list of destinations is worth those, and whoever needs them can hand them to Lathe.
#[derive(Clone)]
pub struct Guard {
    outgoing: Arc<Outgoing>,
    lookup: Lookup,
}

/// Why somebody is not sent to an address.
#[derive(Debug)]
pub enum Unfit {
    Refused(&'static str),
    /// It is not found where its name leads.
    Unknown(io::Error),
}

/// Finds the addresses of a name.
pub(crate) type Lookup = Arc<dyn Fn(String) -> Looking + Send + Sync>;
pub(crate) type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

const METADATA: &str =
    "it is a link-local or metadata address, which hands out a machine's credentials";
const NO_PEER: &str = "it is not the address of one machine";
const PRIVATE: &str = "it is a private, loopback or reserved address; the operator of this Lathe can allow it with \
                       --allow-addresses";

impl Guard {
    pub fn new(outgoing: &Outgoing) -> Self {
        Self {
            outgoing: Arc::new(outgoing.clone()),
            lookup: Arc::new(|name| {
                Box::pin(async move {
                    let found = tokio::net::lookup_host((name, 0)).await?;
                    Ok(found.collect())
                })
            }),
        }
    }

    /// Whether somebody else may be sent to the host of this address, who connects to it by themselves: the Docker engine, for
    /// instance. It need not ask the proxy that Lathe asks, so that names are looked up even where there is one; but where there
    /// is, a name may well not be found here. A name that leads elsewhere a moment later gets around this, as it does not where
    /// the connection is made here.
    pub async fn admits(&self, url: &Url) -> Result<(), Unfit> {
        let named = self.names(url);
        if let Some(address) = listener(url) {
            return self.check(address.ip(), named).map_err(Unfit::Refused);
        }
        let Some(name) = url.host_str().filter(|name| !name.is_empty()) else {
            return Err(Unfit::Refused(NO_PEER));
        };
        let proxied = self.proxy(url).is_some();
        match (self.lookup)(name.to_owned()).await {
            Ok(found) if !found.is_empty() => found
                .iter()
                .try_for_each(|address| self.check(address.ip(), named))
                .map_err(Unfit::Refused),
            // Whoever is sent there may know a name that is not known here.
            _ if named || proxied => Ok(()),
            Ok(_) => Err(Unfit::Unknown(io::ErrorKind::NotFound.into())),
            Err(problem) => Err(Unfit::Unknown(problem)),
        }
    }

    /// Whether the operator named the host of this address, which may then be private.
    pub(crate) fn names(&self, url: &Url) -> bool {
        self.outgoing.names(url)
    }

    /// The proxy that this address is asked for at, if there is one.
    pub(crate) fn proxy(&self, url: &Url) -> Option<&Proxy> {
        self.outgoing.proxy(url)
    }

    /// Why an address is refused, if it is; `named` says that the operator allows its host.
    pub(crate) fn check(&self, address: IpAddr, named: bool) -> Result<(), &'static str> {
        let address = address.to_canonical();
        match place(address) {
            Place::Public => Ok(()),
            Place::Private if named || self.outgoing.holds(address) => Ok(()),
            Place::Private => Err(PRIVATE),
            Place::Metadata => Err(METADATA),
            Place::Nobodys => Err(NO_PEER),
        }
    }

    /// Resolves names for requests whose host the operator named, or for all others.
    pub(crate) fn resolver(&self, named: bool) -> Resolver {
        let guard = self.clone();
        Resolver { guard, named }
    }

    #[cfg(test)]
    pub(crate) fn looking_up(mut self, lookup: Lookup) -> Self {
        self.lookup = lookup;
        self
    }
}

pub(crate) struct Resolver {
    guard: Guard,
    named: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, named) = (self.guard.clone(), self.named);
        Box::pin(async move {
            let found = (guard.lookup)(name.as_str().to_owned()).await?;
            // One refused address refuses the name: a mixed answer is how a guard is got around.
            for address in &found {
                guard.check(address.ip(), named).map_err(Refusal)?;
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
pub(crate) fn refusal(problem: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let mut cause = Some(problem);
    while let Some(error) = cause {
        if let Some(Refusal(reason)) = error.downcast_ref() {
            return Some(reason);
        }
        cause = error.source();
    }
    None
}
