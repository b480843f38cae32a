//! Lists of a workflow's runs by status, however many there are of another. One index takes the place of two: without a
//! status, the runs of each status are read and merged.

crate::dialect::step!(
    "m0011_lists",
    "
    CREATE INDEX executions_workflow_status ON executions (workflow_id, status, id);
    DROP INDEX executions_workflow;
    ",
    "
    CREATE INDEX executions_workflow ON executions (workflow_id, id);
    DROP INDEX executions_workflow_status;
    "
);
