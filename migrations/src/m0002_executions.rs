//! Executions: what was asked, where each stands, and what happened.
//!
//! Every index here is written on the hot path, so there are few: lists go by `id`, which rises with
//! time (UUIDv7). No foreign keys: the store writes an execution and what belongs to it in one transaction.

crate::dialect::step!(
    "m0002_executions",
    "
    CREATE TABLE executions (
        id {uuid} NOT NULL PRIMARY KEY,
        workflow_id {uuid} NOT NULL,
        workflow_name text NOT NULL,
        workflow_version {int} NOT NULL,
        status text NOT NULL,
        version {bigint} NOT NULL,
        seq {bigint} NOT NULL,
        frontier text NOT NULL,
        wake_at {time},
        holders text,
        inputs text NOT NULL,
        output text,
        error text,
        triggered_by text NOT NULL,
        parent_id {uuid},
        parent_step text,
        idempotency_key text,
        created_at {time} NOT NULL,
        started_at {time},
        finished_at {time}
    ) {updated_often};
    CREATE UNIQUE INDEX executions_idempotency ON executions (workflow_id, idempotency_key)
        WHERE idempotency_key IS NOT NULL;
    CREATE INDEX executions_wake_at ON executions (wake_at) WHERE wake_at IS NOT NULL;
    CREATE INDEX executions_status ON executions (status, id);
    CREATE INDEX executions_workflow ON executions (workflow_id, id);

    CREATE TABLE steps (
        execution_id {uuid} NOT NULL,
        path text NOT NULL,
        attempt {int} NOT NULL,
        node text NOT NULL,
        kind text NOT NULL,
        status text NOT NULL,
        input text,
        output text,
        error text,
        reason text,
        runner {uuid},
        started_at {time} NOT NULL,
        finished_at {time} NOT NULL,
        PRIMARY KEY (execution_id, path, attempt)
    ) {appended};

    CREATE TABLE execution_events (
        execution_id {uuid} NOT NULL,
        first_seq {bigint} NOT NULL,
        last_seq {bigint} NOT NULL,
        events text NOT NULL,
        PRIMARY KEY (execution_id, first_seq)
    ) {appended};
    ",
    "
    DROP TABLE execution_events;
    DROP TABLE steps;
    DROP TABLE executions;
    "
);
