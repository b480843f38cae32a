//! What runs need to pause, to wait for answers, and to go on from steps of earlier runs.
//!
//! A wait is a row as long as it can be answered, written with the commit in which it began and taken away with the
//! one that ended it, so that whoever has a signal finds its runs without looking at any other.

crate::dialect::step!(
    "m0006_flows",
    "
    ALTER TABLE steps ADD COLUMN port text;
    ALTER TABLE executions ADD COLUMN options text;
    ALTER TABLE executions ADD COLUMN rerun_of {uuid};
    CREATE INDEX executions_rerun_of ON executions (rerun_of) WHERE rerun_of IS NOT NULL;
    CREATE TABLE secrets (
        name text NOT NULL PRIMARY KEY,
        value text NOT NULL
    ) {table};
    CREATE TABLE waits (
        id {uuid} NOT NULL PRIMARY KEY,
        execution_id {uuid} NOT NULL,
        path text NOT NULL,
        signal text,
        key text,
        request text NOT NULL,
        since {time} NOT NULL,
        until {time}
    ) {table};
    CREATE INDEX waits_signal ON waits (signal, key) WHERE signal IS NOT NULL;
    CREATE INDEX waits_execution ON waits (execution_id);
    ",
    "
    DROP TABLE waits;
    DROP TABLE secrets;
    DROP INDEX executions_rerun_of;
    ALTER TABLE executions DROP COLUMN rerun_of;
    ALTER TABLE executions DROP COLUMN options;
    ALTER TABLE steps DROP COLUMN port;
    "
);
