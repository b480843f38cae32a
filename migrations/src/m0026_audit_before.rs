//! What there was before a change, beside what there is after it.

crate::dialect::step!(
    "m0026_audit_before",
    "
    ALTER TABLE audit ADD COLUMN before text;
    ",
    "
    ALTER TABLE audit DROP COLUMN before;
    "
);
