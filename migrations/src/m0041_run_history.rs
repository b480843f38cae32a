//! How many runs began and ended, by workspace, minute (later hour) and the process that counted them. What concerns the whole
//! installation stands under no workspace, the nil id. `span` is how many seconds a row is about.

crate::dialect::step!(
    "m0041_run_history",
    "
    CREATE TABLE run_history (
        workspace_id {uuid} NOT NULL,
        at {time} NOT NULL,
        process {uuid} NOT NULL,
        span {int} NOT NULL,
        begun {bigint} NOT NULL DEFAULT 0,
        succeeded {bigint} NOT NULL DEFAULT 0,
        failed {bigint} NOT NULL DEFAULT 0,
        cancelled {bigint} NOT NULL DEFAULT 0,
        timed_out {bigint} NOT NULL DEFAULT 0,
        durations text NOT NULL,
        queued {bigint},
        running {bigint},
        runners {bigint},
        PRIMARY KEY (workspace_id, at, process)
    ) {clustered};
    CREATE INDEX run_history_span ON run_history (span, at);
    ",
    "
    DROP TABLE run_history;
    "
);
