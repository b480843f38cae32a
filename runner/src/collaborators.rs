//! Everything outside that a runner works with, as ports.

use std::sync::Arc;

use engine::catalog::Catalog;
use engine::ports::blobs::Blobs;
use engine::ports::bus::Bus;
use engine::ports::clock::Clock;
use engine::ports::definitions::Definitions;
use engine::ports::executions::ExecutionStore;
use engine::ports::files::Files;
use engine::ports::happenings::Happenings;
use engine::ports::logs::LogStore;
use engine::ports::queue::Queue;
use engine::ports::run_history::RunHistory;
use engine::ports::runners::RunnerRegistry;
use engine::ports::schedules::Schedules;
use engine::ports::secrets::Secrets;
use engine::ports::step_cache::StepCache;
use engine::ports::variables::Variables;

use crate::tally::Tally;

#[derive(Clone)]
pub struct Collaborators {
    pub executions: Arc<dyn ExecutionStore>,
    pub queue: Arc<dyn Queue>,
    pub runners: Arc<dyn RunnerRegistry>,
    pub bus: Arc<dyn Bus>,
    pub logs: Arc<dyn LogStore>,
    pub definitions: Arc<dyn Definitions>,
    pub schedules: Arc<dyn Schedules>,
    pub cache: Arc<dyn StepCache>,
    pub blobs: Arc<dyn Blobs>,
    pub files: Arc<dyn Files>,
    pub secrets: Arc<dyn Secrets>,
    pub variables: Arc<dyn Variables>,
    pub happenings: Arc<dyn Happenings>,
    pub history: Arc<dyn RunHistory>,
    /// What this process counts for the history, whichever loop or launcher commits a run.
    pub tally: Tally,
    pub catalog: Arc<Catalog>,
    /// The wall clock of this host; leases go by the store's.
    pub clock: Arc<dyn Clock>,
}
