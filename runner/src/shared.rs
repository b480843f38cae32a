//! What all loops of one runner share: ports, plans, capacity, and who drives what.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use engine::ports::launcher::CancelError;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::collaborators::Collaborators;
use crate::ended::Ended;
use crate::happenings::Teller;
use crate::launch;
use crate::logs::LogWriter;
use crate::options::Options;
use crate::plans::Plans;
use crate::scripts::Scripts;
use crate::secrets::Masks;
use crate::sites::Sites;

/// A word to the task that drives an execution.
#[derive(Debug)]
pub(crate) enum Nudge {
    /// A ticket arrived, to be acknowledged once it is dealt with.
    Ticket { receipt: String },
    /// Something was changed from outside, or a called execution ended: look at the database.
    Look,
    /// The database has this version of it by now.
    Seen { version: u64 },
    /// The runner stops: leave what still runs to others.
    HandBack,
    /// These runners are dead: what they held of this execution is offered again.
    Rescue { dead: Arc<[Uuid]> },
    /// This runner was declared dead: let go of everything and record nothing.
    Fence,
}

/// Why an execution was let go before it rested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetGo {
    /// The database could not be reached, or called this runner dead.
    OutOfReach,
    /// Its drive panicked, perhaps because of what a step did.
    Panicked,
}

pub(crate) struct Shared {
    pub(crate) ports: Collaborators,
    pub(crate) options: Options,
    pub(crate) plans: Plans,
    pub(crate) masks: Masks,
    pub(crate) logs: LogWriter,
    pub(crate) happenings: Teller,
    /// One permit per execution driven.
    pub(crate) executions: Arc<Semaphore>,
    /// One permit per step that acts on the world.
    pub(crate) steps: Arc<Semaphore>,
    /// One permit per build or deployment of a workspace, besides.
    pub(crate) sites: Sites,
    pub(crate) scripts: Scripts,
    pub(crate) tasks: TaskTracker,
    /// Receipts of tickets that are dealt with.
    pub(crate) acknowledge: mpsc::UnboundedSender<String>,
    /// What ended here lately: tickets of it may still come.
    pub(crate) ended: Ended,
    drives: Mutex<BTreeMap<Uuid, mpsc::UnboundedSender<Nudge>>>,
    strays: Mutex<BTreeMap<Uuid, LetGo>>,
    identity: RwLock<Uuid>,
    /// Rises when everything that is driven now has to be let go.
    fences: watch::Sender<u64>,
    draining: AtomicBool,
}

impl Shared {
    pub(crate) fn new(
        ports: Collaborators,
        options: Options,
        logs: LogWriter,
        happenings: Teller,
        acknowledge: mpsc::UnboundedSender<String>,
    ) -> Self {
        Self {
            plans: Plans::new(Arc::clone(&ports.definitions), Arc::clone(&ports.catalog)),
            masks: Masks::default(),
            executions: Arc::new(Semaphore::new(options.max_executions)),
            steps: Arc::new(Semaphore::new(options.max_steps)),
            sites: Sites::new(options.builds_per_workspace),
            scripts: Scripts::new(),
            tasks: TaskTracker::new(),
            ended: Ended::default(),
            drives: Mutex::default(),
            strays: Mutex::default(),
            identity: RwLock::new(ports.clock.id()),
            fences: watch::Sender::new(0),
            draining: AtomicBool::new(false),
            ports,
            options,
            logs,
            happenings,
            acknowledge,
        }
    }

    /// The id under which steps are held; a new one after this runner was declared dead.
    pub(crate) fn identity(&self) -> Uuid {
        *self.identity.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn rename(&self, id: Uuid) {
        *self
            .identity
            .write()
            .unwrap_or_else(PoisonError::into_inner) = id;
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub(crate) fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Opens a mailbox for an execution, unless it is driven here already; then the nudge goes there.
    pub(crate) fn open(
        &self,
        execution: Uuid,
        nudge: Option<Nudge>,
    ) -> Option<mpsc::UnboundedReceiver<Nudge>> {
        let mut drives = self.drives.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mailbox) = drives.get(&execution) {
            if let Some(nudge) = nudge {
                let _ = mailbox.send(nudge);
            }
            return None;
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        if let Some(nudge) = nudge {
            let _ = sender.send(nudge);
        }
        drives.insert(execution, sender);
        Some(receiver)
    }

    /// Hands a nudge to the task that drives this execution, if one does.
    pub(crate) fn nudge(&self, execution: Uuid, nudge: Nudge) -> bool {
        let drives = self.drives.lock().unwrap_or_else(PoisonError::into_inner);
        drives
            .get(&execution)
            .is_some_and(|mailbox| mailbox.send(nudge).is_ok())
    }

    pub(crate) fn nudge_all(&self, nudge: impl Fn() -> Nudge) {
        let drives = self.drives.lock().unwrap_or_else(PoisonError::into_inner);
        for mailbox in drives.values() {
            let _ = mailbox.send(nudge());
        }
    }

    /// Tells every drive to let go: in its mailbox for one that is not under way yet, and past it for one that waits for
    /// the database meanwhile, perhaps for longer than others wait for this runner.
    pub(crate) fn fence(&self) {
        self.nudge_all(|| Nudge::Fence);
        self.fences.send_modify(|count| *count += 1);
    }

    /// Changes with every fence from now on.
    pub(crate) fn fences(&self) -> watch::Receiver<u64> {
        self.fences.subscribe()
    }

    /// Closes a mailbox, unless a nudge came in meanwhile: then the drive must go on.
    pub(crate) fn close(
        &self,
        execution: Uuid,
        mailbox: &mut mpsc::UnboundedReceiver<Nudge>,
    ) -> Option<Nudge> {
        let mut drives = self.drives.lock().unwrap_or_else(PoisonError::into_inner);
        match mailbox.try_recv() {
            Ok(nudge) => Some(nudge),
            Err(_) => {
                drives.remove(&execution);
                None
            }
        }
    }

    /// Forgets that an execution is driven here: its task is gone.
    pub(crate) fn abandon(&self, execution: Uuid) {
        let mut drives = self.drives.lock().unwrap_or_else(PoisonError::into_inner);
        drives.remove(&execution);
        drop(drives);
        self.let_go(execution, LetGo::Panicked);
    }

    /// Remembers an execution that was let go although this runner may hold steps of it.
    pub(crate) fn let_go(&self, execution: Uuid, why: LetGo) {
        let mut strays = self.strays.lock().unwrap_or_else(PoisonError::into_inner);
        strays.insert(execution, why);
    }

    /// Why an execution was let go here, if it was; whoever asks takes it up again.
    pub(crate) fn take_up(&self, execution: Uuid) -> Option<LetGo> {
        let mut strays = self.strays.lock().unwrap_or_else(PoisonError::into_inner);
        strays.remove(&execution)
    }

    pub(crate) fn strays(&self) -> Vec<Uuid> {
        let strays = self.strays.lock().unwrap_or_else(PoisonError::into_inner);
        strays.keys().copied().collect()
    }

    /// Ends an execution, wherever it is being driven.
    pub(crate) async fn cancel(&self, execution: Uuid, reason: &str) -> Result<(), CancelError> {
        launch::cancel(&self.ports, &self.plans, &self.options, execution, reason).await
    }

    pub(crate) fn driven(&self) -> Vec<Uuid> {
        let drives = self.drives.lock().unwrap_or_else(PoisonError::into_inner);
        drives.keys().copied().collect()
    }
}
