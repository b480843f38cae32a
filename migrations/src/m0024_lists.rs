//! Lists of a workspace are read in their order from an index, however much other workspaces have.
//!
//! The index of words has all that looking for one takes, so that no row is read that does not have it.
//!
//! A wait that an older version begins beside this one is found by its signal, its step and its id, but not listed.

crate::dialect::step!(
    "m0024_lists",
    "
    ALTER TABLE waits ADD COLUMN workspace_id {uuid};
    UPDATE waits SET workspace_id = (SELECT e.workspace_id FROM executions e WHERE e.id = waits.execution_id);
    CREATE INDEX waits_workspace ON waits (workspace_id, id);
    CREATE INDEX signals_workspace ON signals (workspace_id, id);
    CREATE INDEX workflows_search ON workflows (workspace_id, name, label, id, deleted_at) WHERE deleted_at IS NULL;
    CREATE INDEX invitations_workspace ON invitations (workspace_id, id);
    DROP INDEX executions_rerun_of;
    CREATE INDEX executions_rerun_of ON executions (rerun_of, id) WHERE rerun_of IS NOT NULL;
    ",
    "
    DROP INDEX executions_rerun_of;
    CREATE INDEX executions_rerun_of ON executions (rerun_of) WHERE rerun_of IS NOT NULL;
    DROP INDEX invitations_workspace;
    DROP INDEX workflows_search;
    DROP INDEX signals_workspace;
    DROP INDEX waits_workspace;
    ALTER TABLE waits DROP COLUMN workspace_id;
    "
);
