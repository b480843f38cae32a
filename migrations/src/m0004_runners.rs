//! Runners and their leases.

crate::dialect::step!(
    "m0004_runners",
    "
    CREATE TABLE runners (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL,
        started_at {time} NOT NULL,
        last_seen {time} NOT NULL,
        dead {bool} NOT NULL
    ) {clustered};
    ",
    "DROP TABLE runners;"
);
