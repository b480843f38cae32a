//! Releases of applications: what was put live, when, by which run, and what became of it. Which one is live is known where it
//! runs; a row follows from there. `home_id` stands for the place on a machine in which releases follow one another.

crate::dialect::step!(
    "m0042_releases",
    "
    CREATE TABLE releases (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        application_id {uuid},
        application text NOT NULL,
        home_id {uuid} NOT NULL,
        number {bigint} NOT NULL,
        digest text NOT NULL,
        target text NOT NULL,
        status text NOT NULL,
        execution_id {uuid} NOT NULL,
        url text,
        error text,
        created_at {time} NOT NULL,
        live_at {time},
        ended_at {time}
    ) {updated_often};
    CREATE INDEX releases_newest ON releases (workspace_id, id);
    CREATE INDEX releases_application ON releases (workspace_id, application_id, id);
    CREATE INDEX releases_home ON releases (home_id, id);
    CREATE INDEX releases_open ON releases (home_id) WHERE status IN ('deploying', 'live');
    ",
    "
    DROP TABLE releases;
    "
);
