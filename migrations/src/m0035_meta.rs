//! What a workspace adds to Lathe's own models: fields with their values, and views of lists.
//!
//! Of a value both what it is and what it is compared by are kept: a text in the order of its bytes, or a whole number.

crate::dialect::step!(
    "m0035_meta",
    "
    CREATE TABLE extensions (
        workspace_id {uuid} NOT NULL PRIMARY KEY,
        source text NOT NULL,
        revision {int} NOT NULL DEFAULT 1,
        updated_at {time} NOT NULL
    ) {table};

    CREATE TABLE extra_values (
        workspace_id {uuid} NOT NULL,
        model text NOT NULL,
        record_id {uuid} NOT NULL,
        field text NOT NULL,
        value text NOT NULL,
        words text {bytewise},
        number {bigint},
        PRIMARY KEY (workspace_id, model, record_id, field)
    ) {clustered};

    CREATE TABLE saved_views (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        user_id {uuid},
        model text NOT NULL,
        name text NOT NULL,
        content text NOT NULL,
        shared {bool} NOT NULL,
        revision {int} NOT NULL DEFAULT 0,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {table};
    CREATE INDEX saved_views_model ON saved_views (workspace_id, model, name, id);
    ",
    "
    DROP TABLE saved_views;
    DROP TABLE extra_values;
    DROP TABLE extensions;
    "
);
