//! Where the nodes of a version stood when the next one followed it: that of the newest version stands with its workflow, as before.
//! Of versions from before this nobody knows. And the data that people pin to nodes for trial runs, which is no part of a document.

crate::dialect::step!(
    "m0043_layouts_and_pins",
    "
    ALTER TABLE workflow_versions ADD COLUMN layout text;
    CREATE TABLE workflow_pins (
        workflow_id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        pins text NOT NULL,
        revision {int} NOT NULL DEFAULT 1,
        updated_at {time} NOT NULL
    ) {clustered};
    ",
    "
    DROP TABLE workflow_pins;
    ALTER TABLE workflow_versions DROP COLUMN layout;
    "
);
