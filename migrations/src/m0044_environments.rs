//! What an application is given in its environment when it is shipped: values, or names of secrets. It has a revision of its own,
//! so that who changes it and who designs the application don't stand in each other's way.

crate::dialect::step!(
    "m0044_environments",
    "
    ALTER TABLE applications ADD COLUMN environment text NOT NULL DEFAULT '[]';
    ALTER TABLE applications ADD COLUMN environment_revision {int} NOT NULL DEFAULT 0;
    ",
    "
    ALTER TABLE applications DROP COLUMN environment_revision;
    ALTER TABLE applications DROP COLUMN environment;
    "
);
