//! Every fault that is tried, one file each.

mod r01_runner_killed;
mod r02_effect_without_outcome;
mod r03_api_killed_after_commit;
mod r04_api_killed_before_commit;
mod r05_redis_forgets;
mod r06_redis_killed;
mod r07_redis_down;
mod r08_redis_full;
mod r09_postgres_restarts;
mod r10_commits_cut;
mod r12_serialization_failures;
mod r13_tickets_repeated;
mod r14_schedulers_killed;
mod r17_poison;
mod r18_limits;
mod r20_runner_stopped;
mod r21_cancelled;
mod r22_runner_cut_off;
mod r23_told_to_stop;
mod r26_sqlite_killed;
mod r28_docker_and_registry;
mod server_faults;

use anyhow::Result;
use futures::future::LocalBoxFuture;

use crate::{setting::Setting, tally::Tally};

pub(crate) struct Scenario {
    /// Its number in the catalogue of faults.
    pub(crate) id: &'static str,
    pub(crate) fault: &'static str,
    /// Whether the whole of it measures how fast things are, and so has nothing beside it.
    pub(crate) alone: bool,
    pub(crate) run: for<'a> fn(&'a Setting, &'a mut Tally) -> LocalBoxFuture<'a, Result<()>>,
}

/// As they are numbered in the catalogue.
pub(crate) const ALL: &[Scenario] = &[
    Scenario {
        id: "R1",
        fault: "runner killed in the middle of steps",
        alone: false,
        run: |setting, tally| Box::pin(r01_runner_killed::run(setting, tally)),
    },
    Scenario {
        id: "R2",
        fault: "runner killed between an effect and its record",
        alone: false,
        run: |setting, tally| Box::pin(r02_effect_without_outcome::run(setting, tally)),
    },
    Scenario {
        id: "R3",
        fault: "interface killed between commit and ticket",
        alone: false,
        run: |setting, tally| Box::pin(r03_api_killed_after_commit::run(setting, tally)),
    },
    Scenario {
        id: "R4",
        fault: "interface killed before the commit",
        alone: false,
        run: |setting, tally| Box::pin(r04_api_killed_before_commit::run(setting, tally)),
    },
    Scenario {
        id: "R5",
        fault: "Redis forgets all, its stream, its group",
        alone: false,
        run: |setting, tally| Box::pin(r05_redis_forgets::run(setting, tally)),
    },
    Scenario {
        id: "R6",
        fault: "Redis killed, back with an empty memory",
        alone: false,
        run: |setting, tally| Box::pin(r06_redis_killed::run(setting, tally)),
    },
    Scenario {
        id: "R7",
        fault: "Redis down for a minute",
        alone: false,
        run: |setting, tally| Box::pin(r07_redis_down::run(setting, tally)),
    },
    Scenario {
        id: "R8",
        fault: "Redis full; one that throws keys away",
        alone: false,
        run: |setting, tally| Box::pin(r08_redis_full::run(setting, tally)),
    },
    Scenario {
        id: "R9",
        fault: "Postgres crashes and restarts",
        alone: false,
        run: |setting, tally| Box::pin(r09_postgres_restarts::run(setting, tally)),
    },
    Scenario {
        id: "R10",
        fault: "connections ended, answers to commits lost",
        alone: false,
        run: |setting, tally| Box::pin(r10_commits_cut::run(setting, tally)),
    },
    Scenario {
        id: "R12",
        fault: "three in ten transactions given up",
        alone: false,
        run: |setting, tally| Box::pin(r12_serialization_failures::run(setting, tally)),
    },
    Scenario {
        id: "R13",
        fault: "tickets repeated, shuffled, snatched",
        alone: false,
        run: |setting, tally| Box::pin(r13_tickets_repeated::run(setting, tally)),
    },
    Scenario {
        id: "R14",
        fault: "schedulers killed while every second is due",
        alone: false,
        run: |setting, tally| Box::pin(r14_schedulers_killed::run(setting, tally)),
    },
    Scenario {
        id: "R17",
        fault: "steps that kill their runner, or try to",
        alone: true,
        run: |setting, tally| Box::pin(r17_poison::run(setting, tally)),
    },
    Scenario {
        id: "R18",
        fault: "bodies, answers and values above the limits",
        alone: false,
        run: |setting, tally| Box::pin(r18_limits::run(setting, tally)),
    },
    Scenario {
        id: "R20",
        fault: "runner stopped for longer than its lease",
        alone: false,
        run: |setting, tally| Box::pin(r20_runner_stopped::run(setting, tally)),
    },
    Scenario {
        id: "R21",
        fault: "runs cancelled at every moment",
        alone: false,
        run: |setting, tally| Box::pin(r21_cancelled::run(setting, tally)),
    },
    Scenario {
        id: "R22",
        fault: "runner cut off from Postgres, then from Redis",
        alone: false,
        run: |setting, tally| Box::pin(r22_runner_cut_off::run(setting, tally)),
    },
    Scenario {
        id: "R23",
        fault: "runner told to stop under load, once and twice",
        alone: false,
        run: |setting, tally| Box::pin(r23_told_to_stop::run(setting, tally)),
    },
    Scenario {
        id: "R26",
        fault: "SQLite: all in one process, killed in commits",
        alone: false,
        run: |setting, tally| Box::pin(r26_sqlite_killed::run(setting, tally)),
    },
    Scenario {
        id: "R28",
        fault: "Docker engine killed in a build, registry broken",
        alone: false,
        run: |setting, tally| Box::pin(r28_docker_and_registry::run(setting, tally)),
    },
];
