//! What is kept so that it can be brought back: sealed texts of deleted secrets, and who belonged to deleted workspaces.
//! A workspace that was emptied since (`purged_at`) does not come back.
//!
//! Going back, what is in the trash of kinds that were not known before goes for good, and so does the way back into deleted workspaces.

crate::dialect::step!(
    "m0033_kept_for_return",
    "
    ALTER TABLE trash ADD COLUMN sealed text;
    ALTER TABLE workspaces ADD COLUMN purged_at {time};
    CREATE INDEX workspaces_deleted ON workspaces (deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE TABLE former_members (
        workspace_id {uuid} NOT NULL,
        user_id {uuid} NOT NULL,
        role text NOT NULL,
        revision {int} NOT NULL,
        created_at {time} NOT NULL,
        PRIMARY KEY (workspace_id, user_id)
    ) {clustered};
    CREATE INDEX former_members_user ON former_members (user_id);
    ",
    "
    DROP TABLE former_members;
    DROP INDEX workspaces_deleted;
    ALTER TABLE workspaces DROP COLUMN purged_at;
    DELETE FROM trash WHERE kind IN ('secret', 'variable');
    ALTER TABLE trash DROP COLUMN sealed;
    "
);
