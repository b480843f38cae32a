//! Who made a file and wrote a version of a prompt, by id. Before this it was an address: whom that belongs to still is known.

crate::dialect::step!(
    "m0038_makers",
    "
    ALTER TABLE files ADD COLUMN created_by_id {uuid};
    ALTER TABLE prompt_versions ADD COLUMN author_id {uuid};
    UPDATE files SET created_by_id = (SELECT users.id FROM users WHERE users.email = files.created_by)
    WHERE created_by IS NOT NULL;
    UPDATE prompt_versions SET author_id = (SELECT users.id FROM users WHERE users.email = prompt_versions.author)
    WHERE author IS NOT NULL;
    ",
    "
    ALTER TABLE prompt_versions DROP COLUMN author_id;
    ALTER TABLE files DROP COLUMN created_by_id;
    "
);
