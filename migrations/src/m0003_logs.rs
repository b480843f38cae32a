//! What steps wrote while they ran, and the last results of cached steps.

crate::dialect::step!(
    "m0003_logs",
    "
    CREATE TABLE logs (
        id {serial},
        execution_id {uuid} NOT NULL,
        step text NOT NULL,
        attempt {int} NOT NULL,
        at {time} NOT NULL,
        stream text NOT NULL,
        text text NOT NULL
    ) {table};
    CREATE INDEX logs_execution ON logs (execution_id, id);

    CREATE TABLE step_cache (
        workflow text NOT NULL,
        node text NOT NULL,
        key text NOT NULL,
        parameters text NOT NULL,
        output text NOT NULL,
        execution_id {uuid} NOT NULL,
        at {time} NOT NULL,
        PRIMARY KEY (workflow, node)
    ) {clustered};
    ",
    "
    DROP TABLE step_cache;
    DROP TABLE logs;
    "
);
