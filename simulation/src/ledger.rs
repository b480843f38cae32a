//! What was seen from outside: which attempts began, under which keys; which launches were answered; who looked when.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Attempts that began, with the number of times.
    pub(crate) begun: BTreeMap<(Uuid, Arc<str>, u32), u32>,
    /// The key that each step was handed.
    pub(crate) keys: BTreeMap<(Uuid, Arc<str>), Arc<str>>,
    /// Launches that were answered, by the key that they had.
    pub(crate) answered: Vec<(Uuid, Option<String>)>,
    /// Whoever was answered with a key before.
    pub(crate) by_key: BTreeMap<String, Uuid>,
    moments: u64,
    looks: BTreeMap<(u32, Uuid), u64>,
    deliveries: BTreeMap<(u32, String), u64>,
}

impl Ledger {
    fn moment(&mut self) -> u64 {
        self.moments += 1;
        self.moments
    }

    /// A process saw what the store says of an execution, or changed it.
    pub(crate) fn looked(&mut self, by: u32, execution: Uuid) {
        let moment = self.moment();
        self.looks.insert((by, execution), moment);
    }

    pub(crate) fn delivered(&mut self, by: u32, receipt: &str) {
        let moment = self.moment();
        self.deliveries.insert((by, receipt.to_owned()), moment);
    }

    pub(crate) fn has_looked_since(&self, by: u32, receipt: &str, execution: Uuid) -> bool {
        let delivered = self.deliveries.get(&(by, receipt.to_owned()));
        let looked = self.looks.get(&(by, execution));
        delivered.is_none_or(|delivered| looked.is_some_and(|looked| looked > delivered))
    }
}
