//! What a simulation has seen, in numbers.

use crate::faults::Fault;

#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) executions: u64,
    pub(crate) commits: u64,
    pub(crate) conflicts: u64,
    pub(crate) steps_recorded: u64,
    pub(crate) steps_begun: u64,
    pub(crate) calls: u64,
    pub(crate) processes: u64,
    pub(crate) killed: u64,
    pub(crate) set_aside: u64,
    faults: [u64; Fault::ALL.len()],
}

impl Tally {
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.faults[fault as usize] += 1;
    }

    pub(crate) fn faults(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        Fault::ALL
            .iter()
            .map(|(fault, name)| (*name, self.faults[*fault as usize]))
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, more) in self.fields().into_iter().zip(other.clone().fields()) {
            *sum += *more;
        }
        for (sum, more) in self.faults.iter_mut().zip(other.faults) {
            *sum += more;
        }
    }

    fn fields(&mut self) -> [&mut u64; 9] {
        [
            &mut self.executions,
            &mut self.commits,
            &mut self.conflicts,
            &mut self.steps_recorded,
            &mut self.steps_begun,
            &mut self.calls,
            &mut self.processes,
            &mut self.killed,
            &mut self.set_aside,
        ]
    }
}
