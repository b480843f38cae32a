//! Schedules as the API shows and takes them.

use engine::duration::Millis;
use engine::schedule::{self, ScheduleSpec};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::time::Time;

/// What becomes of runs that were due while nobody could begin them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CatchUp {
    /// They are left out; the next one runs at its time.
    Skip,
    /// One run is made up for all of them.
    #[default]
    Latest,
    /// Each is made up for, the oldest first; when there are more than allowed, the newest of them.
    All {
        /// Older ones are left out.
        #[schema(value_type = String, example = "6h")]
        within: Millis,
        /// At most so many.
        #[serde(default = "a_hundred")]
        #[schema(minimum = 1, maximum = 1000, default = 100)]
        at_most: u32,
    },
}

/// What happens when a run is due and an earlier one of the same schedule goes on still.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Overlap {
    /// Both go on at the same time.
    Allow,
    /// The new one does not begin, and is not made up for. So it is with runs that are made up for together.
    #[default]
    Skip,
    /// The earlier one is cancelled, and the new one begins when it has ended.
    CancelRunning,
    /// The new one begins when the earlier one has ended; of several that wait, each has its turn.
    Queue,
}

fn a_hundred() -> u32 {
    100
}

fn utc() -> String {
    "UTC".to_owned()
}

fn yes() -> bool {
    true
}

impl From<CatchUp> for schedule::CatchUp {
    fn from(catch_up: CatchUp) -> Self {
        match catch_up {
            CatchUp::Skip => Self::Skip,
            CatchUp::Latest => Self::Latest,
            CatchUp::All { within, at_most } => Self::All { within, at_most },
        }
    }
}

impl From<schedule::CatchUp> for CatchUp {
    fn from(catch_up: schedule::CatchUp) -> Self {
        match catch_up {
            schedule::CatchUp::Skip => Self::Skip,
            schedule::CatchUp::Latest => Self::Latest,
            schedule::CatchUp::All { within, at_most } => Self::All { within, at_most },
        }
    }
}

impl From<Overlap> for schedule::Overlap {
    fn from(overlap: Overlap) -> Self {
        match overlap {
            Overlap::Allow => Self::Allow,
            Overlap::Skip => Self::Skip,
            Overlap::CancelRunning => Self::CancelRunning,
            Overlap::Queue => Self::Queue,
        }
    }
}

impl From<schedule::Overlap> for Overlap {
    fn from(overlap: schedule::Overlap) -> Self {
        match overlap {
            schedule::Overlap::Allow => Self::Allow,
            schedule::Overlap::Skip => Self::Skip,
            schedule::Overlap::CancelRunning => Self::CancelRunning,
            schedule::Overlap::Queue => Self::Queue,
        }
    }
}

/// When a workflow runs by itself. Its published version does; the newest one, if none was published.
#[derive(Serialize, ToSchema)]
pub(crate) struct Schedule {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) workflow_id: Uuid,
    pub(crate) workflow_name: String,
    pub(crate) cron: String,
    pub(crate) timezone: String,
    pub(crate) catch_up: CatchUp,
    pub(crate) overlap: Overlap,
    /// What each run is given.
    #[schema(value_type = Map<String, Value>)]
    pub(crate) inputs: Value,
    pub(crate) enabled: bool,
    /// When it runs next; null while it is disabled, and when it never will again.
    #[schema(required = true)]
    pub(crate) next_at: Option<Time>,
    /// The newest moment at which it was due; what became of that is among its ticks.
    #[schema(required = true)]
    pub(crate) last_tick_at: Option<Time>,
    /// How many runs were left out because nobody could begin them in time.
    pub(crate) missed: u64,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "nightly-report", "workflow_id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
    "cron": "0 6 * * MON-FRI", "timezone": "Europe/Berlin", "inputs": {"to": "team@example.org"}}))]
pub(crate) struct NewScheduleBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$")]
    pub(crate) name: String,
    pub(crate) workflow_id: Uuid,
    /// Minute, hour, day of month, month and day of week, such as `0 6 * * MON-FRI`; six fields begin with the second.
    /// Also `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) cron: String,
    /// The time zone whose clock counts, by its IANA name; that of the workspace's settings, if it is left out.
    #[schema(nullable = false)]
    pub(crate) timezone: Option<String>,
    #[serde(default)]
    pub(crate) catch_up: CatchUp,
    #[serde(default)]
    pub(crate) overlap: Overlap,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub(crate) inputs: Map<String, Value>,
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub(crate) enabled: bool,
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enabled": false}))]
pub(crate) struct ScheduleBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$", nullable = false)]
    pub(crate) name: Option<String>,
    /// What it begins does not change: the same as before, where it is sent at all.
    #[schema(nullable = false)]
    pub(crate) workflow_id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    pub(crate) cron: Option<String>,
    #[schema(nullable = false)]
    pub(crate) timezone: Option<String>,
    #[schema(nullable = false)]
    pub(crate) catch_up: Option<CatchUp>,
    #[schema(nullable = false)]
    pub(crate) overlap: Option<Overlap>,
    #[schema(value_type = BTreeMap<String, Value>, required = false, nullable = false)]
    pub(crate) inputs: Option<Map<String, Value>>,
    #[schema(nullable = false)]
    pub(crate) enabled: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cron": "0 9 L * *", "timezone": "Europe/Berlin", "count": 3}))]
pub(crate) struct PreviewBody {
    #[schema(max_length = 200)]
    pub(crate) cron: String,
    #[serde(default = "utc")]
    #[schema(default = "UTC")]
    pub(crate) timezone: String,
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 100, default = 5)]
    pub(crate) count: Option<u32>,
}

/// Moments that are still to come, in order.
#[derive(Serialize, ToSchema)]
pub(crate) struct Upcoming {
    pub(crate) times: Vec<Time>,
}

/// A moment at which a schedule was due, and what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tick {
    pub(crate) scheduled_for: Time,
    pub(crate) status: TickStatus,
    /// The run that it started.
    #[schema(required = true)]
    pub(crate) execution_id: Option<Uuid>,
    /// Why it started none.
    #[schema(required = true)]
    pub(crate) reason: Option<String>,
    #[schema(required = true)]
    pub(crate) settled_at: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TickStatus {
    /// It has yet to begin: it was due a moment ago, or waits for its turn.
    Due,
    /// Its run is being begun.
    Starting,
    Started,
    /// An earlier run was still going on, or the schedule was disabled before its turn came.
    Skipped,
    /// The workflow does not take its inputs, or is gone.
    Failed,
}

impl From<store::Tick> for Tick {
    fn from(tick: store::Tick) -> Self {
        Self {
            scheduled_for: tick.scheduled_for.into(),
            status: match tick.status {
                store::TickStatus::Due => TickStatus::Due,
                store::TickStatus::Starting => TickStatus::Starting,
                store::TickStatus::Started => TickStatus::Started,
                store::TickStatus::Skipped => TickStatus::Skipped,
                store::TickStatus::Failed => TickStatus::Failed,
            },
            execution_id: tick.execution_id,
            reason: tick.reason,
            settled_at: tick.settled_at.map(Into::into),
        }
    }
}

impl From<store::ScheduleRecord> for Schedule {
    fn from(record: store::ScheduleRecord) -> Self {
        let ScheduleSpec {
            cron,
            timezone,
            catch_up,
            overlap,
        } = record.spec.clone();
        let next_at = record.spec.schedule().ok().filter(|_| record.enabled);
        // What is decided is past, even where this host's clock is behind.
        let after = record.decided_until.max(chrono::Utc::now());
        Self {
            id: record.id,
            name: record.name,
            workflow_id: record.workflow_id,
            workflow_name: record.workflow_name,
            cron,
            timezone,
            catch_up: catch_up.into(),
            overlap: overlap.into(),
            inputs: record.inputs,
            enabled: record.enabled,
            next_at: next_at
                .and_then(|schedule| schedule.next_after(after))
                .map(Into::into),
            last_tick_at: record.last_tick_at.map(Into::into),
            missed: record.missed,
            created_at: record.created_at.into(),
            updated_at: record.updated_at.into(),
        }
    }
}
