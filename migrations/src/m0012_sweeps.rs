//! What the sweeper asks for every other second, however many executions wait: what runners hold, and what was called.

crate::dialect::step!(
    "m0012_sweeps",
    "
    CREATE INDEX executions_held ON executions (id) WHERE holders IS NOT NULL;
    CREATE INDEX executions_called ON executions (id)
        WHERE parent_id IS NOT NULL AND status IN ('queued', 'running', 'paused', 'cleaning_up');
    ",
    "
    DROP INDEX executions_called;
    DROP INDEX executions_held;
    "
);
