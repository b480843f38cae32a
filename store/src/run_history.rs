//! The history of runs in numbers. Each process writes rows of its own, whole, so that writing again changes nothing; a reader
//! adds them up. What is folded into hours leaves a row that nobody writes again.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DurationRound, TimeDelta};
use engine::Time;
use engine::durations::Durations;
use engine::ports::PortResult;
use engine::ports::run_history::{CountedMinute, Load, RunCounts, RunHistory, SeenMinute};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement, Value};
use uuid::Uuid;

use crate::database::{Database, Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::scope::Scope;
use crate::store::Store;

const HOUR: TimeDelta = TimeDelta::hours(1);

/// Minutes that lie further back are folded into hours.
const MINUTES_KEPT: TimeDelta = TimeDelta::days(2);

/// Hours that lie further back are forgotten.
const HOURS_KEPT: TimeDelta = TimeDelta::days(90);

/// Hours that are folded in one go, each in a transaction of its own.
const BATCH: u64 = 100;

/// Minutes that are kept in one transaction, for SQLite has one writer.
const KEPT_AT_ONCE: usize = 200;

/// How many rows one statement inserts: the most that fits is taken, so that few statements serve any number of rows.
const ROWS: [usize; 3] = [50, 10, 1];

/// Whose row it is that is about the whole installation.
const INSTALLATION: Uuid = Uuid::nil();

const COLUMNS: &str = "workspace_id, at, span, begun, succeeded, failed, cancelled, timed_out, durations, queued, running, runners";

/// These, and the process.
const COLUMN_COUNT: usize = 13;

/// What is known of a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPoint {
    /// When it begins.
    pub at: Time,
    pub counts: RunCounts,
    pub load: Load,
}

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    at: Moment,
    span: i32,
    begun: i64,
    succeeded: i64,
    failed: i64,
    cancelled: i64,
    timed_out: i64,
    durations: Json<Durations>,
    queued: Option<i64>,
    running: Option<i64>,
    runners: Option<i64>,
}

impl Row {
    fn counts(&self) -> RunCounts {
        RunCounts {
            begun: self.begun.cast_unsigned(),
            succeeded: self.succeeded.cast_unsigned(),
            failed: self.failed.cast_unsigned(),
            cancelled: self.cancelled.cast_unsigned(),
            timed_out: self.timed_out.cast_unsigned(),
            durations: self.durations.0.clone(),
        }
    }

    fn load(&self) -> Load {
        Load {
            queued: self.queued.map(i64::cast_unsigned),
            running: self.running.map(i64::cast_unsigned),
            runners: self.runners.map(i64::cast_unsigned),
        }
    }
}

/// What rows about the same minute come to, and then the most of any minute.
#[derive(Default)]
struct Loads(BTreeMap<(Time, i32), Load>);

impl Loads {
    fn add(&mut self, row: &Row) {
        let load = self.0.entry((row.at.0, row.span)).or_default();
        *load = match row.span {
            60 => load.beside(row.load()),
            // An hour is folded by one process; should there be two rows of it, minutes of it came late.
            _ => load.peak(row.load()),
        };
    }
}

#[async_trait]
impl RunHistory for Store {
    async fn keep(
        &self,
        process: Uuid,
        counted: &[CountedMinute],
        seen: &[SeenMinute],
    ) -> PortResult<()> {
        Ok(self.keep_history(process, counted, seen).await?)
    }

    async fn fold(&self, now: Time) -> PortResult<u64> {
        Ok(self.fold_history(now).await?)
    }
}

impl Store {
    async fn keep_history(
        &self,
        process: Uuid,
        counted: &[CountedMinute],
        seen: &[SeenMinute],
    ) -> StoreResult<()> {
        const DOING: &str = "keep the history of runs";
        let (none, idle) = (RunCounts::default(), Load::default());
        let counted = counted.iter().map(|minute| NewRow {
            workspace: minute.workspace,
            at: minute.at,
            span: 60,
            counts: &minute.counts,
            load: idle,
        });
        let seen = seen.iter().map(|minute| NewRow {
            workspace: INSTALLATION,
            at: minute.at,
            span: 60,
            counts: &none,
            load: minute.load,
        });
        let rows: Vec<NewRow<'_>> = counted.chain(seen).collect();
        for some in rows.chunks(KEPT_AT_ONCE) {
            let transaction = self.database.begin(DOING).await?;
            self.insert_history(&transaction, process, some, DOING)
                .await?;
            let committed = transaction.commit().await;
            committed.map_err(StoreError::doing(DOING))?;
        }
        Ok(())
    }

    /// Inserts rows, or replaces those of the same process. No two are about the same.
    async fn insert_history(
        &self,
        transaction: &DatabaseTransaction,
        process: Uuid,
        mut rows: &[NewRow<'_>],
        doing: &'static str,
    ) -> StoreResult<()> {
        for size in ROWS {
            while let Some((some, others)) = rows.split_at_checked(size) {
                let insert = insert(&self.database, process, some);
                let inserted = transaction.execute_raw(insert).await;
                inserted.map_err(StoreError::doing(doing))?;
                rows = others;
            }
        }
        Ok(())
    }

    async fn fold_history(&self, now: Time) -> StoreResult<u64> {
        const DOING: &str = "fold the history of runs";
        #[derive(FromQueryResult)]
        struct Oldest {
            at: Moment,
        }
        let database = &self.database;
        let cut = hour(now - MINUTES_KEPT);
        let mut hours = 0;
        while hours < BATCH {
            // A look without the writer first: most of the time there is nothing to fold.
            let oldest = database.statement(
                "SELECT at FROM run_history WHERE span = 60 AND at < $1 ORDER BY at LIMIT 1",
                [database.time(cut)],
            );
            let Some(oldest) = database.one::<Oldest>(DOING, oldest).await? else {
                break;
            };
            self.fold_hour(hour(oldest.at.0)).await?;
            hours += 1;
        }
        let forget = database.statement(
            "DELETE FROM run_history WHERE span = 3600 AND at < $1",
            [database.time(now - HOURS_KEPT)],
        );
        database.write(DOING, forget).await?;
        Ok(hours)
    }

    /// Takes the minutes of an hour away and puts the hour in their place. Whoever comes second finds no minutes.
    async fn fold_hour(&self, hour: Time) -> StoreResult<()> {
        const DOING: &str = "fold an hour of the history of runs";
        let (database, doing) = (&self.database, StoreError::doing(DOING));
        let transaction = database.begin(DOING).await?;
        let take = database.statement(
            format!(
                "DELETE FROM run_history WHERE span = 60 AND at >= $1 AND at < $2 RETURNING {COLUMNS}"
            ),
            [database.time(hour), database.time(hour + HOUR)],
        );
        let minutes = transaction.query_all_raw(take).await.map_err(&doing)?;
        let mut folded = BTreeMap::<Uuid, (RunCounts, Loads)>::new();
        for minute in minutes {
            let minute = match Row::from_query_result(&minute, "") {
                Ok(minute) => minute,
                // Were it left where it is, no hour after this one would ever be folded.
                Err(error) => {
                    tracing::warn!(%error, %hour, "a minute of the history of runs can't be read, and is left out of its hour");
                    continue;
                }
            };
            let (counts, loads) = folded.entry(minute.workspace_id).or_default();
            counts.merge(&minute.counts());
            loads.add(&minute);
        }
        let process = Uuid::now_v7();
        let rows: Vec<NewRow<'_>> = folded
            .iter()
            .map(|(workspace, (counts, loads))| NewRow {
                workspace: *workspace,
                at: hour,
                span: 3_600,
                counts,
                load: loads.0.values().copied().fold(Load::default(), Load::peak),
            })
            .collect();
        self.insert_history(&transaction, process, &rows, DOING)
            .await?;
        transaction.commit().await.map_err(&doing)
    }

    /// What was counted in a stretch of time, in steps; those of which nothing is known are left out. How busy the installation
    /// was is told with `with_load` only: it is not the workspace's own.
    pub async fn run_history(
        &self,
        scope: Scope,
        (from, until): (Time, Time),
        step: TimeDelta,
        with_load: bool,
    ) -> StoreResult<Vec<HistoryPoint>> {
        const DOING: &str = "read the history of runs";
        let database = &self.database;
        let mut rows: Vec<Row> = Vec::new();
        let stretch = || vec![database.time(from), database.time(until)];
        let mut values = stretch();
        let ours = match scope {
            // Of all workspaces, and not of the installation.
            Scope::System => {
                values.push(INSTALLATION.into());
                " AND workspace_id <> $3".to_owned()
            }
            Scope::Workspace(_) => scope.and("workspace_id", &mut values),
        };
        let sql = |whose: &str| {
            format!("SELECT {COLUMNS} FROM run_history WHERE at >= $1 AND at < $2{whose}")
        };
        let statement = database.statement_of(sql(&ours), values);
        rows.extend(database.all::<Row>(DOING, statement).await?);
        if with_load {
            let mut values = stretch();
            values.push(INSTALLATION.into());
            let statement = database.statement_of(sql(" AND workspace_id = $3"), values);
            rows.extend(database.all::<Row>(DOING, statement).await?);
        }
        let mut steps = BTreeMap::<Time, (RunCounts, Loads)>::new();
        for row in &rows {
            let at = row.at.0.duration_trunc(step).unwrap_or(row.at.0);
            let (counts, loads) = steps.entry(at).or_default();
            if row.workspace_id == INSTALLATION {
                loads.add(row);
            } else {
                counts.merge(&row.counts());
            }
        }
        let points = steps.into_iter().map(|(at, (counts, loads))| HistoryPoint {
            at,
            counts,
            load: loads.0.into_values().fold(Load::default(), Load::peak),
        });
        Ok(points.collect())
    }
}

fn hour(at: Time) -> Time {
    at.duration_trunc(HOUR).unwrap_or(at)
}

/// A row as it is to be.
struct NewRow<'a> {
    workspace: Uuid,
    at: Time,
    span: i32,
    counts: &'a RunCounts,
    load: Load,
}

impl NewRow<'_> {
    fn values(&self, database: &Database, process: Uuid) -> [Value; COLUMN_COUNT] {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let (counts, load) = (self.counts, self.load);
        // A map from numbers to numbers: this can't fail.
        let durations =
            serde_json::to_string(&counts.durations).unwrap_or_else(|_| "{}".to_owned());
        [
            process.into(),
            self.workspace.into(),
            database.time(self.at),
            self.span.into(),
            number(counts.begun).into(),
            number(counts.succeeded).into(),
            number(counts.failed).into(),
            number(counts.cancelled).into(),
            number(counts.timed_out).into(),
            durations.into(),
            load.queued.map(number).into(),
            load.running.map(number).into(),
            load.runners.map(number).into(),
        ]
    }
}

fn insert(database: &Database, process: Uuid, rows: &[NewRow<'_>]) -> Statement {
    let places: Vec<String> = (0..rows.len())
        .map(|row| {
            let places: Vec<String> = (1..=COLUMN_COUNT)
                .map(|column| format!("${}", row * COLUMN_COUNT + column))
                .collect();
            format!("({})", places.join(", "))
        })
        .collect();
    let values = rows.iter().flat_map(|row| row.values(database, process));
    database.statement_of(
        format!(
            "INSERT INTO run_history (process, {COLUMNS})
             VALUES {}
             ON CONFLICT (workspace_id, at, process) DO UPDATE SET begun = excluded.begun,
                 succeeded = excluded.succeeded, failed = excluded.failed, cancelled = excluded.cancelled,
                 timed_out = excluded.timed_out, durations = excluded.durations, queued = excluded.queued,
                 running = excluded.running, runners = excluded.runners",
            places.join(", ")
        ),
        values.collect(),
    )
}
