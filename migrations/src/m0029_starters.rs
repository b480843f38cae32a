//! Who began an execution, and lists of what somebody, a schedule or a webhook began.
//!
//! Both indexes hold only what was begun so: most runs on a busy server are in one of them at most. That of triggers is of the
//! text that is there already, so that runs of before this are found, too.

crate::dialect::step!(
    "m0029_starters",
    "
    ALTER TABLE executions ADD COLUMN started_by {uuid};
    ALTER TABLE happenings ADD COLUMN started_by {uuid};
    CREATE INDEX executions_started_by ON executions (workspace_id, started_by, id) WHERE started_by IS NOT NULL;
    CREATE INDEX executions_triggered_by ON executions (triggered_by, id) WHERE triggered_by >= 'schedule:';
    ",
    "
    DROP INDEX executions_triggered_by;
    DROP INDEX executions_started_by;
    ALTER TABLE happenings DROP COLUMN started_by;
    ALTER TABLE executions DROP COLUMN started_by;
    "
);
