//! What an application consists of besides its models.

crate::dialect::step!(
    "m0027_components",
    "
    ALTER TABLE applications ADD COLUMN components text NOT NULL DEFAULT '[]';
    ",
    "
    ALTER TABLE applications DROP COLUMN components;
    "
);
