//! Who made a version of a workflow, and who put something into the trash, by id. Of what was made or deleted before this nobody knows.

crate::dialect::step!(
    "m0045_authors_and_removers",
    "
    ALTER TABLE workflow_versions ADD COLUMN author_id {uuid};
    ALTER TABLE workflows ADD COLUMN deleted_by_id {uuid};
    ALTER TABLE prompts ADD COLUMN deleted_by_id {uuid};
    ALTER TABLE files ADD COLUMN deleted_by_id {uuid};
    ALTER TABLE trash ADD COLUMN deleted_by_id {uuid};
    ",
    "
    ALTER TABLE trash DROP COLUMN deleted_by_id;
    ALTER TABLE files DROP COLUMN deleted_by_id;
    ALTER TABLE prompts DROP COLUMN deleted_by_id;
    ALTER TABLE workflows DROP COLUMN deleted_by_id;
    ALTER TABLE workflow_versions DROP COLUMN author_id;
    "
);
