//! Files of workspaces: names that people give, and the contents that they stand for, each kept once in its workspace.

crate::dialect::step!(
    "m0022_files",
    "
    CREATE TABLE file_contents (
        workspace_id {uuid} NOT NULL,
        sha256 text NOT NULL,
        object {uuid} NOT NULL,
        size {bigint} NOT NULL,
        sniffed text NOT NULL,
        created_at {time} NOT NULL,
        PRIMARY KEY (workspace_id, sha256)
    ) {table};
    CREATE UNIQUE INDEX file_contents_object ON file_contents (object);

    CREATE TABLE file_usage (
        workspace_id {uuid} NOT NULL PRIMARY KEY,
        bytes {bigint} NOT NULL
    ) {table};

    CREATE TABLE files (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        name text {bytewise} NOT NULL,
        sha256 text NOT NULL,
        created_by text,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        deleted_at {time}
    ) {table};
    CREATE UNIQUE INDEX files_name ON files (workspace_id, name) WHERE deleted_at IS NULL;
    CREATE INDEX files_content ON files (workspace_id, sha256);
    CREATE INDEX files_deleted ON files (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
    CREATE INDEX files_expired ON files (deleted_at) WHERE deleted_at IS NOT NULL;
    ",
    "
    DROP TABLE files;
    DROP TABLE file_usage;
    DROP TABLE file_contents;
    "
);
