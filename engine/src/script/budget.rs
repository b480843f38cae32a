//! What one evaluation may spend: operations, memory, time.
//!
//! Operations are the first limit, because they end a script at the same place on every machine. They bound
//! neither time nor memory by themselves: one operation may copy a large array, and a native function may work
//! long. So every operation looks at what the thread holds of the heap, and every few of them at the clock; and
//! native functions that make or compare much say so beforehand ([`afford`]) or on the way ([`spend`]).

use std::cell::Cell;
use std::time::Duration;

use super::clock::clock;

/// For all the expressions of one template together: some 300 ms of plain work.
const OPERATIONS: u64 = 10_000_000;
/// What an evaluation may hold, what it reads of the run included.
pub(super) const MEMORY: i64 = 128 << 20;
const TIME: Duration = Duration::from_secs(1);
/// Waiting is not working, but it must end as well: a closure waits for a value that another call holds.
const WAIT: Duration = Duration::from_secs(3);

/// What a first turn may take, before the script is begun anew where long ones run.
const BRIEF_OPERATIONS: u64 = 20_000;
const BRIEF_TIME: Duration = Duration::from_millis(2);

/// So many operations pass between two looks at the clock, while the values are small; one native call on large
/// ones may take as long as all of these.
const LOOK: u64 = 32;
const LOOK_WHEN_LARGE: u64 = 4;
const LARGE: i64 = 4 << 20;
const HUGE: i64 = 32 << 20;
/// Bytes read or written that cost as much as one operation.
const BYTES_PER_OPERATION: usize = 128;

pub(super) const TOO_MANY: &str = "the script takes more than 10,000,000 steps: let it do less at once, for example in the turns of a `flow.for_each`";
pub(super) const TOO_LARGE: &str = "the script holds more than 128 MiB: let it read and keep less at once, for example in the turns of a `flow.for_each`";
pub(super) const TOO_LONG: &str = "the script works longer than a second: let it do less at once, for example in the turns of a `flow.for_each`";
const UNFINISHED: &str = "the script needs more than a first turn";

struct Budget {
    /// Operations until the next look, counted down because that is cheapest; so much is spent when it is due.
    left: Cell<u64>,
    due: Cell<u64>,
    /// A look is due as well when the thread holds so much.
    alarm: Cell<i64>,
    /// What the thread held when the evaluation began.
    base: Cell<i64>,
    /// What both watches showed at the first look.
    began: Cell<Option<(Duration, Duration)>>,
    brief: Cell<bool>,
    unfinished: Cell<bool>,
    /// Why it is over, once it is: a function that swallows an error must not go on.
    over: Cell<Option<&'static str>>,
}

thread_local! {
    static BUDGET: Budget = const {
        Budget {
            left: Cell::new(u64::MAX),
            due: Cell::new(u64::MAX),
            alarm: Cell::new(i64::MAX),
            base: Cell::new(0),
            began: Cell::new(None),
            brief: Cell::new(false),
            unfinished: Cell::new(false),
            over: Cell::new(None),
        }
    };
}

/// One evaluation's turn: a full budget from its beginning, and none to watch over after its end.
pub(crate) struct Turn(());

impl Turn {
    pub(crate) fn begin() -> Self {
        BUDGET.with(|budget| {
            let held = allocation::held();
            budget.left.set(LOOK);
            budget.due.set(LOOK);
            budget.alarm.set(held + LARGE);
            budget.base.set(held);
            budget.began.set(None);
            budget.over.set(None);
        });
        Self(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        BUDGET.with(|budget| {
            budget.left.set(u64::MAX);
            budget.due.set(u64::MAX);
            budget.alarm.set(i64::MAX);
        });
    }
}

/// Does some work, and gives up on it when a script in it takes more than a first turn: `None` says so. The
/// caller does the same work again then, where it may take long; scripts change nothing, so nothing is lost.
pub fn briefly<T>(work: impl FnOnce() -> T) -> Option<T> {
    struct Brief;
    impl Drop for Brief {
        fn drop(&mut self) {
            BUDGET.with(|budget| budget.brief.set(false));
        }
    }
    BUDGET.with(|budget| {
        budget.brief.set(true);
        budget.unfinished.set(false);
    });
    let brief = Brief;
    let done = work();
    drop(brief);
    let unfinished = BUDGET.with(|budget| budget.unfinished.get());
    (!unfinished).then_some(done)
}

/// Pays for so many operations; an error says that the budget is over.
#[inline]
pub(super) fn spend(operations: u64) -> Result<(), &'static str> {
    BUDGET.with(|budget| {
        let left = budget.left.get();
        if operations < left && allocation::held() < budget.alarm.get() {
            budget.left.set(left - operations);
            return Ok(());
        }
        budget.look(operations)
    })
}

/// Pays for reading or writing so many bytes.
#[inline]
pub(super) fn spend_bytes(bytes: usize) -> Result<(), &'static str> {
    spend((bytes / BYTES_PER_OPERATION) as u64)
}

/// Ends the evaluation where so many bytes more would not fit, before they are made.
pub(super) fn afford(bytes: usize) -> Result<(), &'static str> {
    BUDGET.with(|budget| {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let watched = budget.alarm.get() != i64::MAX;
        let held = allocation::held() - budget.base.get();
        if !watched || held.saturating_add(bytes) <= MEMORY {
            return Ok(());
        }
        budget.over.set(Some(TOO_LARGE));
        budget.left.set(0);
        Err(TOO_LARGE)
    })
}

/// Why the evaluation is over, if it is.
pub(super) fn over() -> Option<&'static str> {
    BUDGET.with(|budget| budget.over.get())
}

/// Operations so far.
pub(super) fn spent() -> u64 {
    BUDGET.with(Budget::spent)
}

impl Budget {
    fn spent(&self) -> u64 {
        self.due.get().saturating_sub(self.left.get())
    }

    #[cold]
    fn look(&self, operations: u64) -> Result<(), &'static str> {
        let spent = self.spent().saturating_add(operations);
        if self.over.get().is_none() {
            self.over.set(self.found_over(spent));
        }
        let Some(why) = self.over.get() else {
            return Ok(());
        };
        // Each operation from now on is refused.
        self.left.set(0);
        self.due.set(spent);
        Err(why)
    }

    fn found_over(&self, spent: u64) -> Option<&'static str> {
        let held = allocation::held() - self.base.get();
        if held > MEMORY {
            return Some(TOO_LARGE);
        }
        if spent > OPERATIONS {
            return Some(TOO_MANY);
        }
        if self.brief.get() && spent > BRIEF_OPERATIONS {
            return Some(self.unfinished());
        }
        let (pause, alarm) = match held {
            ..LARGE => (LOOK, LARGE),
            LARGE..HUGE => (LOOK_WHEN_LARGE, HUGE),
            _ => (1, MEMORY),
        };
        self.left.set(pause);
        self.due.set(spent + pause);
        self.alarm.set(self.base.get() + alarm + 1);
        self.late()
    }

    fn unfinished(&self) -> &'static str {
        self.unfinished.set(true);
        UNFINISHED
    }

    /// Asking for the time worked is a call to the system: once at first, and then only when much time has passed.
    fn late(&self) -> Option<&'static str> {
        let clock = clock()?;
        let now = (clock.passed)();
        let Some((began, before)) = self.began.get() else {
            self.began.set(Some((now, (clock.worked)())));
            return None;
        };
        let passed = now.saturating_sub(began);
        let limit = if self.brief.get() { BRIEF_TIME } else { TIME };
        if passed <= limit || (clock.worked)().saturating_sub(before) <= limit && passed <= WAIT {
            return None;
        }
        Some(if self.brief.get() {
            self.unfinished()
        } else {
            TOO_LONG
        })
    }
}
