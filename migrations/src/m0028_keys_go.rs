//! Idempotency keys go when they are old, but not before the execution that keeps something under them has ended.

crate::dialect::step!(
    "m0028_keys_go",
    "
    ALTER TABLE idempotency ADD COLUMN execution_id {uuid};
    UPDATE idempotency SET execution_id = {execution_of_key} WHERE key LIKE 'step:%';
    CREATE INDEX idempotency_age ON idempotency (created_at);
    ",
    "
    DROP INDEX idempotency_age;
    ALTER TABLE idempotency DROP COLUMN execution_id;
    "
);
