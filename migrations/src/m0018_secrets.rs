//! Secrets and variables of workspaces: what workflows may use by name.

crate::dialect::step!(
    "m0018_secrets",
    "
    CREATE TABLE workspace_secrets (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        name text NOT NULL,
        kind text NOT NULL,
        description text NOT NULL,
        fields text NOT NULL,
        sealed text NOT NULL,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        changed_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX workspace_secrets_name ON workspace_secrets (workspace_id, name);

    CREATE TABLE variables (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        name text NOT NULL,
        value text NOT NULL,
        description text NOT NULL,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX variables_name ON variables (workspace_id, name);
    ",
    "
    DROP TABLE variables;
    DROP TABLE workspace_secrets;
    "
);
