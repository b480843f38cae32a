//! The audit log: what was done by whom, each entry chained to the one before.

crate::dialect::step!(
    "m0017_audit",
    "
    CREATE TABLE audit (
        seq {bigint} NOT NULL PRIMARY KEY,
        workspace_id {uuid},
        at {time} NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        resource text NOT NULL,
        address text NOT NULL,
        status {int} NOT NULL,
        after text,
        hash text NOT NULL
    ) {appended};
    CREATE INDEX audit_workspace ON audit (workspace_id, seq);
    CREATE INDEX audit_resource ON audit (resource, seq);

    CREATE TABLE audit_head (
        one {int} NOT NULL PRIMARY KEY,
        seq {bigint} NOT NULL,
        sealed text NOT NULL
    ) {clustered};
    ",
    "
    DROP TABLE audit_head;
    DROP TABLE audit;
    "
);
