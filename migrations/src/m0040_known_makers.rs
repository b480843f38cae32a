//! Who made what was made before people were noted by id: whom the address belongs to still. A step of its own, so that files and
//! prompts are read while it goes through all of them; the one that adds the columns locks them out.

crate::dialect::step!(
    "m0040_known_makers",
    "
    UPDATE files SET created_by_id = (SELECT users.id FROM users WHERE users.email = files.created_by)
    WHERE created_by_id IS NULL AND created_by IS NOT NULL AND created_by NOT LIKE 'execution %';
    UPDATE prompt_versions SET author_id = (SELECT users.id FROM users WHERE users.email = prompt_versions.author)
    WHERE author_id IS NULL AND author IS NOT NULL;
    ",
    // What it filled goes with the columns, one step further back.
    "SELECT 1;"
);
