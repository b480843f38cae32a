//! Whose everything is. What was there before there were accounts belongs to the first workspace, and so does what an
//! older version makes beside this one.
//!
//! Going back, what is not of the first workspace gets names that nobody else has.
//!
//! The index of executions by workspace takes the place of the one by status alone.

crate::dialect::step!(
    "m0014_workspaces",
    "
    CREATE TABLE workspaces (
        id {uuid} NOT NULL PRIMARY KEY,
        slug text NOT NULL,
        name text NOT NULL,
        settings text NOT NULL,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        deleted_at {time}
    ) {table};
    CREATE UNIQUE INDEX workspaces_slug ON workspaces (slug) WHERE deleted_at IS NULL;
    INSERT INTO workspaces (id, slug, name, settings, created_at, updated_at)
        VALUES ({first_workspace}, 'first', 'First workspace', '{}', {now}, {now});

    ALTER TABLE workflows ADD COLUMN workspace_id {uuid} NOT NULL DEFAULT {first_workspace};
    DROP INDEX workflows_name;
    CREATE UNIQUE INDEX workflows_name ON workflows (workspace_id, name) WHERE deleted_at IS NULL;

    ALTER TABLE applications ADD COLUMN workspace_id {uuid} NOT NULL DEFAULT {first_workspace};
    ALTER TABLE applications ADD COLUMN revision {int} NOT NULL DEFAULT 0;
    DROP INDEX applications_name;
    CREATE UNIQUE INDEX applications_name ON applications (workspace_id, name);

    ALTER TABLE models ADD COLUMN workspace_id {uuid} NOT NULL DEFAULT {first_workspace};
    ALTER TABLE models ADD COLUMN revision {int} NOT NULL DEFAULT 0;
    DROP INDEX models_name_alone;
    CREATE UNIQUE INDEX models_name_alone ON models (workspace_id, name) WHERE application_id IS NULL;
    CREATE INDEX models_workspace ON models (workspace_id, name, id);

    ALTER TABLE signals ADD COLUMN workspace_id {uuid} NOT NULL DEFAULT {first_workspace};

    ALTER TABLE executions ADD COLUMN workspace_id {uuid} NOT NULL DEFAULT {first_workspace};
    CREATE INDEX executions_workspace_status ON executions (workspace_id, status, id);
    DROP INDEX executions_status;
    ",
    "
    UPDATE workflows SET name = name || '_' || {short_id} WHERE workspace_id <> {first_workspace};
    UPDATE applications SET name = name || '_' || {short_id} WHERE workspace_id <> {first_workspace};
    UPDATE models SET name = name || '_' || {short_id} WHERE workspace_id <> {first_workspace} AND application_id IS NULL;
    CREATE INDEX executions_status ON executions (status, id);
    DROP INDEX executions_workspace_status;
    ALTER TABLE executions DROP COLUMN workspace_id;
    ALTER TABLE signals DROP COLUMN workspace_id;
    DROP INDEX models_workspace;
    DROP INDEX models_name_alone;
    ALTER TABLE models DROP COLUMN revision;
    ALTER TABLE models DROP COLUMN workspace_id;
    CREATE UNIQUE INDEX models_name_alone ON models (name) WHERE application_id IS NULL;
    DROP INDEX applications_name;
    ALTER TABLE applications DROP COLUMN revision;
    ALTER TABLE applications DROP COLUMN workspace_id;
    CREATE UNIQUE INDEX applications_name ON applications (name);
    DROP INDEX workflows_name;
    ALTER TABLE workflows DROP COLUMN workspace_id;
    CREATE UNIQUE INDEX workflows_name ON workflows (name) WHERE deleted_at IS NULL;
    DROP TABLE workspaces;
    "
);
