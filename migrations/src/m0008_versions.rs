//! Which version of a workflow is published, and since when; and a number that rises with every change of either, so
//! that of two readings the newer one can be told.

crate::dialect::step!(
    "m0008_versions",
    "
    ALTER TABLE workflows ADD COLUMN published_version {int};
    ALTER TABLE workflows ADD COLUMN revision {int} NOT NULL DEFAULT 0;
    ALTER TABLE workflow_versions ADD COLUMN published_at {time};
    ALTER TABLE workflow_versions ADD COLUMN note text;
    ",
    "
    ALTER TABLE workflow_versions DROP COLUMN note;
    ALTER TABLE workflow_versions DROP COLUMN published_at;
    ALTER TABLE workflows DROP COLUMN revision;
    ALTER TABLE workflows DROP COLUMN published_version;
    "
);
