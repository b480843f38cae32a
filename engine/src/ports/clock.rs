//! The clock on the host's wall, and new ids: what differs each time stands behind one trait, so that everything built on
//! it can be repeated.

use uuid::Uuid;

use crate::Time;

pub trait Clock: Send + Sync {
    /// Now, in whole microseconds: what the database keeps, so that a state read back equals the one written.
    fn now(&self) -> Time;

    /// A new id. Ids hold the moment at which they were made, and are sorted by it.
    fn id(&self) -> Uuid;
}
