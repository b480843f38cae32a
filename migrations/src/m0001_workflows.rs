//! Workflows and their immutable versions.

crate::dialect::step!(
    "m0001_workflows",
    "
    CREATE TABLE workflows (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL,
        label text,
        description text,
        version {int} NOT NULL,
        node_count {int} NOT NULL,
        layout text,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        deleted_at {time}
    ) {table};
    CREATE UNIQUE INDEX workflows_name ON workflows (name) WHERE deleted_at IS NULL;

    CREATE TABLE workflow_versions (
        workflow_id {uuid} NOT NULL,
        version {int} NOT NULL,
        name text NOT NULL,
        document text NOT NULL,
        created_at {time} NOT NULL,
        PRIMARY KEY (workflow_id, version)
    ) {clustered};

    CREATE TABLE idempotency (
        scope text NOT NULL,
        key text NOT NULL,
        resource_id {uuid} NOT NULL,
        created_at {time} NOT NULL,
        PRIMARY KEY (scope, key)
    ) {clustered};
    ",
    "
    DROP TABLE idempotency;
    DROP TABLE workflow_versions;
    DROP TABLE workflows;
    "
);
