//! Which version of a workflow is published, and since when.

crate::dialect::step!(
    "m0008_versions",
    "
    ALTER TABLE workflows ADD COLUMN published_version {int};
    ALTER TABLE workflow_versions ADD COLUMN published_at {time};
    ALTER TABLE workflow_versions ADD COLUMN note text;
    ",
    "
    ALTER TABLE workflow_versions DROP COLUMN note;
    ALTER TABLE workflow_versions DROP COLUMN published_at;
    ALTER TABLE workflows DROP COLUMN published_version;
    "
);
