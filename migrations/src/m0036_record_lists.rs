//! Lists of workflows and files in the order in which they were made or changed, of which a workspace may have very many; and what
//! the audit log says of how something was made, which it has at the address of the list.

crate::dialect::step!(
    "m0036_record_lists",
    "
    CREATE INDEX workflows_created ON workflows (workspace_id, created_at, id) WHERE deleted_at IS NULL;
    CREATE INDEX workflows_updated ON workflows (workspace_id, updated_at, id) WHERE deleted_at IS NULL;
    CREATE INDEX files_created ON files (workspace_id, created_at, id) WHERE deleted_at IS NULL;
    CREATE INDEX files_updated ON files (workspace_id, updated_at, id) WHERE deleted_at IS NULL;
    CREATE INDEX audit_made ON audit (resource, at);
    ",
    "
    DROP INDEX audit_made;
    DROP INDEX files_updated;
    DROP INDEX files_created;
    DROP INDEX workflows_updated;
    DROP INDEX workflows_created;
    "
);
