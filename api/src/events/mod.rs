//! News of an execution for whoever watches: the past from the database, then the present from the bus.

mod feed;
mod logs;
mod socket;

pub(crate) use feed::{Feed, Since};
pub(crate) use socket::tell;
