//! Revisions of members and roles: two who change the same one at once do not undo each other unseen.

crate::dialect::step!(
    "m0031_member_revisions",
    "
    ALTER TABLE members ADD COLUMN revision {int} NOT NULL DEFAULT 0;
    ALTER TABLE roles ADD COLUMN revision {int} NOT NULL DEFAULT 0;
    ",
    "
    ALTER TABLE roles DROP COLUMN revision;
    ALTER TABLE members DROP COLUMN revision;
    "
);
