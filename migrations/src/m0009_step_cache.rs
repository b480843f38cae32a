//! Results of cached steps may expire: those of scope `run` and `global` lie side by side, and would else pile up.

crate::dialect::step!(
    "m0009_step_cache",
    "
    ALTER TABLE step_cache ADD COLUMN expires_at {time};
    CREATE INDEX step_cache_expires_at ON step_cache (expires_at) WHERE expires_at IS NOT NULL;
    ",
    "
    DROP INDEX step_cache_expires_at;
    DELETE FROM step_cache WHERE workflow LIKE '%:%';
    ALTER TABLE step_cache DROP COLUMN expires_at;
    "
);
