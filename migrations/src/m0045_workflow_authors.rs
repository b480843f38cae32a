//! Who made a version of a workflow, by id, as of prompts. Of versions from before this nobody knows.

crate::dialect::step!(
    "m0045_workflow_authors",
    "ALTER TABLE workflow_versions ADD COLUMN author_id {uuid};",
    "ALTER TABLE workflow_versions DROP COLUMN author_id;"
);
