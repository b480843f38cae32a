//! What goes out on the word of somebody else (a workflow, a webhook out, a service that people log in by) goes out here:
//! addresses are checked where they are resolved, at the peer that is connected to, and at each redirect; answers are read
//! within bounds.

mod address;
mod client;
mod guard;
mod outgoing;
mod proxy;
#[cfg(test)]
mod tests;

pub use client::{Answer, Arrived, Begun, Client, Error, Request, unwatched};
pub use guard::{Guard, Unfit};
pub use outgoing::Outgoing;
pub use proxy::{Exceptions, Proxy};
