//! Who made a file and wrote a version of a prompt, by id. Before this it was an address.

crate::dialect::step!(
    "m0038_makers",
    "
    ALTER TABLE files ADD COLUMN created_by_id {uuid};
    ALTER TABLE prompt_versions ADD COLUMN author_id {uuid};
    ",
    "
    ALTER TABLE prompt_versions DROP COLUMN author_id;
    ALTER TABLE files DROP COLUMN created_by_id;
    "
);
