//! How often an execution was handed out as due since its last commit: whoever got it then may have died of it.

crate::dialect::step!(
    "m0013_found",
    "ALTER TABLE executions ADD COLUMN found {int} NOT NULL DEFAULT 0;",
    "ALTER TABLE executions DROP COLUMN found;"
);
