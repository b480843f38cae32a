//! Runs that have to be let in: what holds each back, and when it was let in. Runs without limits have no row here.

crate::dialect::step!(
    "m0007_gates",
    "
    CREATE TABLE gates (
        execution_id {uuid} NOT NULL PRIMARY KEY,
        workflow_id {uuid} NOT NULL,
        state text NOT NULL,
        admission text NOT NULL,
        concurrency_key text,
        rate_key text,
        fair_key text,
        immediate {int} NOT NULL,
        priority {int} NOT NULL,
        created_at {time} NOT NULL,
        since {time} NOT NULL,
        not_before {time} NOT NULL,
        admitted_at {time},
        refusal text
    ) {table};
    CREATE INDEX gates_waiting ON gates (workflow_id, state, priority, execution_id);
    CREATE INDEX gates_concurrency ON gates (workflow_id, concurrency_key) WHERE state = 'admitted';
    CREATE INDEX gates_rate ON gates (workflow_id, rate_key, admitted_at) WHERE rate_key IS NOT NULL;
    ALTER TABLE executions ADD COLUMN expires_at {time};
    CREATE INDEX executions_expires_at ON executions (expires_at) WHERE expires_at IS NOT NULL;
    ",
    "
    DROP INDEX executions_expires_at;
    ALTER TABLE executions DROP COLUMN expires_at;
    DROP TABLE gates;
    "
);
