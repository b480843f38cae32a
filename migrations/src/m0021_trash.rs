//! What was deleted and can be brought back, whole, out of the way of everything that reads what there is.

crate::dialect::step!(
    "m0021_trash",
    "
    CREATE TABLE trash (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        content text NOT NULL,
        deleted_at {time} NOT NULL
    ) {table};
    CREATE INDEX trash_workspace ON trash (workspace_id, deleted_at, id);
    CREATE INDEX workflows_deleted ON workflows (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
    CREATE INDEX prompts_deleted ON prompts (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
    ",
    "
    DROP INDEX prompts_deleted;
    DROP INDEX workflows_deleted;
    DROP TABLE trash;
    "
);
