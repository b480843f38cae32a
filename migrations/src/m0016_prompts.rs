//! Prompts, their immutable versions, and labels: names such as `production` that point at one.

crate::dialect::step!(
    "m0016_prompts",
    "
    CREATE TABLE prompts (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        version {int} NOT NULL,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        deleted_at {time}
    ) {table};
    CREATE UNIQUE INDEX prompts_name ON prompts (workspace_id, name) WHERE deleted_at IS NULL;

    CREATE TABLE prompt_versions (
        prompt_id {uuid} NOT NULL,
        version {int} NOT NULL,
        content text NOT NULL,
        variables text NOT NULL,
        note text,
        author text,
        created_at {time} NOT NULL,
        PRIMARY KEY (prompt_id, version)
    ) {clustered};

    CREATE TABLE prompt_labels (
        prompt_id {uuid} NOT NULL,
        label text NOT NULL,
        version {int} NOT NULL,
        updated_at {time} NOT NULL,
        PRIMARY KEY (prompt_id, label)
    ) {clustered};
    ",
    "
    DROP TABLE prompt_labels;
    DROP TABLE prompt_versions;
    DROP TABLE prompts;
    "
);
