//! What there was before a change, beside what there is after it.
//!
//! It is part of what the chain is made of: after going back, entries that had it no longer prove themselves.

crate::dialect::step!(
    "m0026_audit_before",
    "
    ALTER TABLE audit ADD COLUMN before text;
    ",
    "
    ALTER TABLE audit DROP COLUMN before;
    "
);
