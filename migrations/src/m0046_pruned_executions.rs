//! Executions that are deleted, and of whose steps, events and logs something may be left: it goes bit by bit.

crate::dialect::step!(
    "m0046_pruned_executions",
    "
    CREATE TABLE pruned_executions (
        id {uuid} NOT NULL PRIMARY KEY
    ) {clustered};
    ",
    "
    DROP TABLE pruned_executions;
    "
);
